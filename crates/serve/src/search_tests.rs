//! Tests of search as visitors and readers meet it.

use super::tests::{desk, header_of, text};
use super::view::samples;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};

#[tokio::test]
async fn what_is_found_is_marked_and_can_be_followed() {
    let desk = desk().await;
    desk.hold(&[samples::piece("one", "2021-06-01"), samples::piece("two", "2021-06-02")]).await;
    let page = desk.html("/search?q=rights%20section:news").await;
    assert!(page.contains("Children have <mark>rights</mark>"), "{page}");
    assert!(page.contains("2 items"));
    assert!(page.contains("/search.atom?q=rights+section%3Anews"));
    assert!(page.contains(r#"<a href="/search?q=rights" aria-label="Remove: News">"#), "{page}");
    let page = desk.html("/fr/search?q=genre:statement").await;
    assert!(page.contains("Déclaration"));
    assert!(page.contains(r#"lang="fr""#));
}

#[tokio::test]
async fn nothing_typed_becomes_markup() {
    let desk = desk().await;
    let page = desk.html("/search?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!page.contains("<script>"), "{page}");
    assert!(page.contains("Nothing was found"));
}

#[tokio::test]
async fn what_cannot_be_read_is_explained() {
    let desk = desk().await;
    let response = desk.get("/search?q=topik:x").await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let page = text(response).await;
    assert!(page.contains("at character 1"));
    assert!(page.contains("there is no field"));
}

#[tokio::test]
async fn a_word_typed_wrongly_is_mended() {
    let desk = desk().await;
    desk.hold(&[samples::piece("statement", "2021-06-01")]).await;
    let page = desk.html("/search?q=%22statment%22%20lang:en").await;
    assert!(page.contains(r#"<a href="/search?q=%22statement%22+lang%3Aen" dir="auto">"#), "{page}");
}

#[tokio::test]
async fn a_search_has_a_feed_with_validators() {
    let desk = desk().await;
    desk.hold(&[samples::piece("one", "2021-06-01")]).await;
    for (path, start) in [("/search.atom", "<?xml"), ("/search.rss", "<?xml"), ("/search.json", "{")] {
        let response = desk.get(&format!("{path}?q=rights")).await;
        assert_eq!(response.status(), StatusCode::OK);
        let etag = header_of(&response, header::ETAG);
        assert_eq!(header_of(&response, header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        // A piece may leave what is found, and nothing in it is newer then.
        assert_eq!(header_of(&response, header::LAST_MODIFIED), "");
        let body = text(response).await;
        assert!(body.starts_with(start), "{body}");
        assert!(body.contains("Title of one"), "{body}");
        assert!(body.contains(&format!("https://feeds.example.org{path}?q=rights")), "names itself: {body}");
        let again = Request::get(format!("{path}?q=rights")).header(header::IF_NONE_MATCH, etag);
        let again = desk.ask(again.body(Body::empty()).unwrap()).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header_of(&again, header::ACCESS_CONTROL_ALLOW_ORIGIN), "*", "from what is kept, too");
    }
    // One search has one feed, however it is typed.
    let (one, other) = ("/search.atom?q=lang:en%20rights", "/search.atom?q=%20language:EN%20and%20rights");
    assert_eq!(text(desk.get(one).await).await, text(desk.get(other).await).await);
    assert_eq!(desk.get("/search.atom").await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_schemes_of_categories_are_pages() {
    let desk = desk().await;
    desk.hold(&[samples::piece("one", "2021-06-01")]).await;
    for path in ["/sections", "/topics", "/genres", "/organisations", "/countries"] {
        desk.html(path).await;
    }
    assert!(desk.html("/genres").await.contains(r#"href="/genres/statement""#));
    assert!(desk.html("/genres/statement").await.contains("Title of one"));
    assert!(desk.html("/organisations/Source%20a").await.contains("Title of one"));
    assert!(desk.html("/fr/genres/other").await.contains("Rien"));
}

#[tokio::test]
async fn the_site_explains_itself() {
    let desk = desk().await;
    let page = desk.html("/how").await;
    assert!(page.contains("2 sources of organisations are checked every 20 minutes,"));
    assert!(page.contains("mailto:desk@example.org"));
    assert!(desk.html("/ar/how").await.contains(r#"dir="rtl""#));
}

#[tokio::test]
async fn a_section_is_narrowed_in_place() {
    let desk = desk().await;
    desk.hold(&[samples::piece("one", "2021-06-01"), samples::piece("two", "2021-06-09")]).await;
    let page = desk.html("/sections/news?since=2021-06-05&utm_source=x").await;
    assert!(page.contains("Title of two"), "{page}");
    assert!(!page.contains("Title of one"), "{page}");
    assert!(page.contains("since 5 June 2021"));
    assert!(page.contains(r#"value="2021-06-05""#));
    let feed = "/search.atom?q=section%3Anews+after%3A2021-06-05";
    assert!(page.contains(&format!(r#"type="application/atom+xml" title="News: Follow this search" href="{feed}""#)));
    assert!(page.contains(r#"<a href="/fr/sections/news?since=2021-06-05" hreflang="fr""#), "languages keep it");
    let moved = desk.get("/sections/news/filtered.atom?since=2021-06-05").await;
    assert_eq!(header_of(&moved, header::LOCATION), feed);
    let page = desk.html("/sections/news?genre=statement&lang=EN").await;
    assert!(page.contains(r#"<a href="/sections/news?language=en" aria-label="Remove: Statement">"#), "{page}");
    assert!(desk.html("/sections/news?topic=none").await.contains("Show the whole section"));
    assert_eq!(desk.get("/sections/news?since=yesterday").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(desk.get("/sections/news?topic=a&page=2").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_overview_says_what_is_new_since_a_day() {
    let desk = desk().await;
    desk.hold(&[samples::piece("one", "2021-06-01"), samples::piece("two", "2021-06-09")]).await;
    assert!(desk.html("/").await.contains(r#"<a href="/?since=2021-06-03">7 days</a>"#));
    let page = desk.html("/?since=2021-06-03").await;
    assert!(page.contains("New since 3 June 2021"), "{page}");
    assert!(page.contains(r#"aria-current="true">7 days</a>"#), "{page}");
    assert!(page.contains("Title of two"));
    assert!(!page.contains("Title of one"));
    let page = desk.html("/?since=2021-06-10").await;
    assert!(page.contains("Nothing is dated 10 June 2021 or later."), "{page}");
    assert_eq!(desk.get("/?since=never").await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_asks_for_more_than_one_would_type() {
    let desk = desk().await;
    desk.hold(&[samples::piece("one", "2021-06-01")]).await;
    let filters = |count: usize| (0..count).map(|n| format!("topic=t{n}")).collect::<Vec<_>>().join("&");
    let names = |count: usize| (0..count).map(|n| format!("organisation=t{n}")).collect::<Vec<_>>().join("&");
    let words = |count: usize| (0..count).map(|n| format!("w{n}")).collect::<Vec<_>>().join("+");
    for (path, status) in [
        (format!("/sections/news?{}", filters(23)), StatusCode::OK),
        (format!("/sections/news?{}", filters(24)), StatusCode::BAD_REQUEST),
        (format!("/search?q={}", words(24)), StatusCode::OK),
        (format!("/search?q={}", words(25)), StatusCode::BAD_REQUEST),
        (format!("/search.atom?q={}", words(25)), StatusCode::BAD_REQUEST),
        (format!("/api/v1/search?q={}", words(25)), StatusCode::BAD_REQUEST),
        (format!("/api/v1/pieces?{}", names(24)), StatusCode::OK),
        (format!("/api/v1/pieces?{}", names(25)), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(desk.get(&path).await.status(), status, "{path}");
    }
    // What is refused costs nothing: reading it all took many seconds.
    let start = std::time::Instant::now();
    for path in ["/sections/news", "/api/v1/pieces"] {
        assert_eq!(desk.get(&format!("{path}?{}", filters(4_000))).await.status(), StatusCode::BAD_REQUEST);
    }
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
