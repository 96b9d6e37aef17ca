//! Tests of what a page carries besides its text: related pieces, looks, pictures, what is kept for when
//! there is no network.

use super::respond::digest;
use super::tests::{desk, header_of, text};
use super::view::samples;
use axum::body::to_bytes;
use axum::http::{StatusCode, header};
use plenary_model::change::{Changeset, Doubt, DoubtKind};
use plenary_model::sameness::{Rung, Sameness};

#[tokio::test]
async fn a_piece_lists_what_it_is_related_to() {
    let desk = desk().await;
    let views = [samples::piece("one", "2021-06-01"), samples::piece("two", "2021-06-02")];
    desk.hold(&views).await;
    assert!(!desk.html("/pieces/one").await.contains("Related items"));
    let doubt = |kind| Doubt {
        entry: views[0].lead.key.clone(),
        other: views[1].lead.key.clone(),
        kind,
        rung: Rung::PartOf,
        score: 700,
        found: Sameness::FiguresAndNames,
    };
    let change = |kind| Changeset { doubts: vec![doubt(kind)], ..Changeset::default() };
    // What may be the same is a question to staff, not a thing to show.
    desk.state.store.apply(change(DoubtKind::PossibleDuplicate), None, samples::now()).await.unwrap();
    assert!(!desk.html("/pieces/one").await.contains("Related items"));
    desk.state.store.apply(change(DoubtKind::Related), None, samples::now()).await.unwrap();
    for (page, other) in [("one", "two"), ("two", "one")] {
        let html = desk.html(&format!("/pieces/{page}")).await;
        assert!(html.contains("Related items"), "{html}");
        assert!(html.contains(&format!("Title of {other}")), "{html}");
    }
}

#[tokio::test]
async fn every_page_names_its_picture_and_the_picture_is_there() {
    let desk = desk().await;
    desk.hold(&[samples::piece("one", "2021-06-01")]).await;
    for (page, card) in [
        ("/", "/cards/site.png"),
        ("/ar/how", "/ar/cards/site.png"),
        ("/fr/sections/news", "/fr/cards/sections/news.png"),
        ("/ar/pieces/one", "/cards/pieces/one.png"),
    ] {
        let html = desk.html(page).await;
        let named = format!(r#"<meta property="og:image" content="https://feeds.example.org{card}">"#);
        assert!(html.contains(&named), "{html}");
        assert!(html.contains(r#"<meta property="og:image:alt" content=""#), "{html}");
        assert!(html.contains(r#"<meta name="description" content=""#), "{page}");
        let picture = desk.get(card).await;
        assert_eq!(picture.status(), StatusCode::OK, "{card}");
        assert_eq!(header_of(&picture, header::CONTENT_TYPE), "image/png");
        let tag = header_of(&picture, header::ETAG);
        let bytes = to_bytes(picture.into_body(), usize::MAX).await.unwrap();
        assert_eq!(tag, format!("\"{}\"", digest(&bytes)), "the tag is that of the picture itself");
    }
    for none in ["/cards/pieces/none.png", "/cards/sections/none.png", "/cards/pieces/one"] {
        assert_eq!(desk.get(none).await.status(), StatusCode::NOT_FOUND, "{none}");
    }
}

#[tokio::test]
async fn the_worker_keeps_pages_that_are_there() {
    let desk = desk().await;
    let worker = text(desk.get("/worker.js").await).await;
    assert!(worker.contains(r#"["/ar","/ar/offline"]"#), "{worker}");
    for page in ["/offline", "/fr/offline", "/ar/offline"] {
        assert!(desk.html(page).await.contains("<h1>"), "{page}");
    }
    assert_eq!(header_of(&desk.get("/worker.js").await, header::CACHE_CONTROL), "no-cache");
}
