//! Tests of what pages say to search engines, of works as one row, of deadlines, of errors for programs, of headers.

use super::tests::{Desk, desk, header_of, text};
use super::view::samples;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use plenary_fixtures::midnight;
use plenary_model::language::Language;
use plenary_model::piece::PieceView;

/// A version of the work `en`.
fn version(id: &str, day: &str, language: &str) -> PieceView {
    let mut view = samples::piece(id, day);
    view.piece.work = "en".into();
    view.piece.facets.language = Language::parse(language);
    view.lead.entry.language = Language::parse(language);
    view
}

async fn desk_with_versions() -> Desk {
    let desk = desk().await;
    desk.hold(&[
        version("en", "2021-06-01", "en"),
        version("fr", "2021-06-02", "fr"),
        version("ar", "2021-06-03", "ar"),
    ])
    .await;
    desk.hold(&[samples::piece("other", "2021-06-02")]).await;
    desk
}

/// The pieces that a page lists, by the links of their titles.
fn list_pieces(html: &str) -> Vec<&str> {
    let rows = html
        .split("<article class=\"piece")
        .skip(1)
        .filter_map(|row| row.split("<a href=\"").find(|link| link.contains("/pieces/") && link.contains("lang=")));
    rows.filter_map(|link| link.split('"').next()).collect()
}

#[tokio::test]
async fn a_work_is_one_row_in_the_language_of_the_page() {
    let desk = desk_with_versions().await;
    for (path, rows) in [
        ("/sections/news", ["/pieces/other", "/pieces/en"]),
        ("/fr/sections/news", ["/fr/pieces/fr", "/fr/pieces/other"]),
        ("/ar/sections/news", ["/ar/pieces/ar", "/ar/pieces/other"]),
        ("/genres/statement", ["/pieces/other", "/pieces/en"]),
    ] {
        let html = desk.html(path).await;
        assert_eq!(list_pieces(&html), rows, "{path}");
    }
    let html = desk.html("/sections/news").await;
    assert!(html.contains("2 items (4 with translations)"), "{html}");
    let row = html.split("<article").last().unwrap();
    assert!(row.contains(r#"<a href="/pieces/ar">Arabic</a>"#), "{row}");
    assert!(row.contains(r#"<a href="/pieces/fr">French</a>"#), "{row}");
    assert_eq!(list_pieces(&desk.html("/sections/news?language=fr").await), ["/pieces/fr"]);
    assert_eq!(list_pieces(&desk.html("/").await).len(), 2);
    let sections = desk.html("/api/v1/sections").await;
    assert!(sections.contains("\"works\":2") && sections.contains("\"pieces\":4"), "{sections}");
}

#[tokio::test]
async fn deadlines_stand_in_the_calendar_and_in_a_list() {
    let desk = desk().await;
    let mut view = samples::piece("call", "2021-06-01");
    view.piece.facets.deadline = Some(midnight("2021-06-30"));
    desk.hold(&[view, samples::piece("none", "2021-06-02")]).await;
    for path in ["/calendar", "/deadlines", "/ar/deadlines"] {
        let html = desk.html(path).await;
        assert!(html.contains("/pieces/call\">Title of call</a>"), "{path}: {html}");
        assert!(!html.contains("Title of none"), "{path}");
    }
    assert!(desk.html("/").await.contains("30 June 2021"));
}

#[tokio::test]
async fn search_engines_are_told_what_to_read() {
    let desk = desk_with_versions().await;
    let robots = desk.html("/robots.txt").await;
    assert!(robots.contains("Sitemap: https://feeds.example.org/sitemap.xml"), "{robots}");
    let index = desk.html("/sitemap.xml").await;
    let mut urls = 0;
    for path in index.split("<loc>https://feeds.example.org").skip(1).filter_map(|rest| rest.split('<').next()) {
        let response = desk.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let file = text(response).await;
        for page in file.split("<loc>https://feeds.example.org").skip(1).filter_map(|rest| rest.split('<').next()) {
            urls += 1;
            let html = desk.html(page).await;
            assert!(!html.contains("noindex"), "{page}");
            let canonical = format!("<link rel=\"canonical\" href=\"https://feeds.example.org{page}\">");
            assert!(html.contains(&canonical), "{page}");
        }
    }
    assert!(urls > 40, "{urls} pages");
    for (path, whole) in [
        ("/sections/news?genre=statement", "/sections/news"),
        ("/sections/news?since=2021-06-01", "/sections/news"),
        ("/fr/?since=2021-06-01", "/fr/"),
    ] {
        let html = desk.html(path).await;
        assert!(html.contains("<meta name=\"robots\" content=\"noindex\">"), "{path}");
        let canonical = format!("<link rel=\"canonical\" href=\"https://feeds.example.org{whole}\">");
        assert!(html.contains(&canonical), "{path}");
    }
    assert!(desk.html("/search?q=rights").await.contains("noindex"));
    let html = desk.html("/pieces/en").await;
    let data = html.split("<script type=\"application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!((data["@type"].as_str(), data["headline"].as_str()), (Some("Article"), Some("Title of en")));
    assert_eq!(data["inLanguage"], "en");
}

#[tokio::test]
async fn data_for_search_engines_cannot_leave_its_element() {
    let desk = desk().await;
    let mut view = samples::piece("bad", "2021-06-01");
    view.lead.entry.title = "</script><script>alert(1)</script>".into();
    desk.hold(&[view]).await;
    let html = desk.html("/pieces/bad").await;
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(html.contains("\\u003c/script>"), "{html}");
}

#[tokio::test]
async fn what_programs_ask_wrongly_is_told_in_json_with_the_choices() {
    let desk = desk_with_versions().await;
    for (path, said) in [
        ("/api/v1/pieces?section=nws", "the choices are news"),
        ("/api/v1/pieces?standing=members", "own, member, partner, un, media"),
        ("/api/v1/pieces?country=switzerland", "a code of two letters"),
        ("/api/v1/pieces?colour=red", "there is no parameter"),
        ("/api/v1/search?q=a&order=best", "relevance, date"),
        ("/api/v1/search?q=a&limit=0", "a number from 1 to 100"),
    ] {
        let response = desk.get(path).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(header_of(&response, header::CONTENT_TYPE), "application/problem+json", "{path}");
        let body = text(response).await;
        assert!(body.contains(said), "{path}: {body}");
    }
    let all = desk.html("/api/v1/pieces").await;
    assert_eq!(desk.html("/api/v1/pieces?section=&topic=&limit=&cursor=").await, all, "empty ones are as absent");
    let asks = [
        Request::get("/api/nothing"),
        Request::post("/api/v1/pieces"),
        Request::delete("/api/v1/search"),
        Request::get("/api/v1/pieces/%ff"),
    ];
    for ask in asks {
        let request = ask.body(Body::empty()).unwrap();
        let asked = format!("{} {}", request.method(), request.uri());
        let response = desk.ask(request).await;
        assert!(response.status().is_client_error(), "{asked}");
        assert_eq!(header_of(&response, header::CONTENT_TYPE), "application/problem+json", "{asked}");
    }
}

#[tokio::test]
async fn a_search_for_too_much_shows_what_has_some_of_it() {
    let desk = desk().await;
    desk.hold(&[samples::piece("one", "2021-06-01")]).await;
    let html = desk.html("/search?q=rights%20elephants").await;
    assert!(html.contains("No item has all of these words."), "{html}");
    assert_eq!(list_pieces(&html), ["/pieces/one"]);
    assert!(!desk.html("/search?q=rights").await.contains("No item has all"));
    assert!(desk.html("/search?q=elephants%20tigers").await.contains("Nothing was found"));
    assert!(desk.html("/search?q=has:copy").await.contains("another publisher"), "conditions have words");
}

#[tokio::test]
async fn a_feed_of_a_search_is_readable_in_a_browser() {
    let desk = desk().await;
    desk.hold(&[samples::piece("one", "2021-06-01")]).await;
    let ask = |dest: &'static str| {
        let request = Request::get("/search.atom?q=rights").header("sec-fetch-dest", dest);
        desk.ask(request.body(Body::empty()).unwrap())
    };
    for (dest, media_type) in
        [("empty", "application/atom+xml"), ("document", "application/xml"), ("empty", "application/atom+xml")]
    {
        let response = ask(dest).await;
        assert!(header_of(&response, header::CONTENT_TYPE).starts_with(media_type), "{dest}");
        assert!(header_of(&response, header::VARY).contains("sec-fetch-dest"));
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_readers_safe() {
    let desk = desk().await;
    desk.publish("/all.atom", "<feed/>").await;
    for path in ["/", "/all.atom", "/static/feed.css", "/healthz", "/no-such-page", "/fr"] {
        let response = desk.get(path).await;
        let policy = header_of(&response, header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(header_of(&response, header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_ne!(header_of(&response, header::REFERRER_POLICY), "", "{path}");
        assert!(!response.headers().contains_key(header::SET_COOKIE), "{path}");
    }
}
