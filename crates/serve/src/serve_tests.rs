//! Tests of the whole site over a store.

use super::view::samples;
use super::*;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, Utc};
use plenary_fixtures::incoming;
use plenary_model::change::Changeset;
use plenary_model::edition::{Edition, Rendered};
use plenary_model::piece::PieceView;
use plenary_model::policy::Policy;
use plenary_model::poll::{Cause, CauseKind, Outcome, PollRecord, PollState};
use plenary_model::port::{Clock, Site as _};
use plenary_model::withdrawal::Withdrawal;
use plenary_store::Store;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt as _;

struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        samples::now()
    }
}

/// A site over a database of its own.
pub(super) struct Desk {
    pub(super) state: State,
    pub(super) router: Router,
    pub(super) trouble: watch::Sender<Option<String>>,
    pub(super) policy: watch::Sender<Arc<Policy>>,
    _folder: TempDir,
}

pub(super) async fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("plenary.db")).await.unwrap();
    let policy = samples::policy();
    store.sync_sources(&policy.sources, samples::now()).await.unwrap();
    let (sender, receiver) = watch::channel(Arc::new(policy));
    let (trouble, troubled) = watch::channel(None);
    let state = State {
        store,
        policy: receiver,
        clock: Arc::new(FixedClock),
        trouble: troubled,
        metrics: RequestMetrics::default(),
    };
    Desk { router: router(state.clone()), state, trouble, policy: sender, _folder: folder }
}

impl Desk {
    /// Stores pieces as if source `a` had been polled.
    pub(super) async fn hold(&self, views: &[PieceView]) {
        let entries = views.iter().flat_map(|view| std::iter::once(&view.lead).chain(&view.others));
        let change = Changeset {
            entries: entries.cloned().map(incoming).collect(),
            pieces: views.iter().map(|view| view.piece.clone()).collect(),
            ..Changeset::default()
        };
        self.state.store.apply(change, None, samples::now()).await.unwrap();
    }

    pub(super) async fn publish(&self, path: &str, body: &str) {
        let rendered = Rendered {
            path: path.into(),
            media_type: "application/atom+xml",
            body: body.into(),
            updated: samples::now(),
        };
        let edition = Edition {
            path: rendered.path,
            media_type: rendered.media_type.into(),
            digest: respond::digest(&rendered.body),
            updated: rendered.updated,
            gzip: respond::gzip(&rendered.body),
            brotli: Vec::new(),
            identity: rendered.body,
        };
        self.state.store.put_editions(vec![edition], samples::now()).await.unwrap();
    }

    pub(super) async fn ask(&self, request: Request) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(super) async fn get(&self, path: &str) -> Response {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// The page at `path`, which must answer 200.
    pub(super) async fn html(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        text(response).await
    }
}

pub(super) async fn text(response: Response) -> String {
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

pub(super) fn header_of(response: &Response, name: header::HeaderName) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Scripts that a browser would run: data for search engines is none.
fn count_scripts(html: &str) -> usize {
    html.matches("<script").count() - html.matches("<script type=\"application/ld+json\">").count()
}

#[tokio::test]
async fn a_stored_document_is_served_coded_and_conditional() {
    let desk = desk().await;
    let body = "<feed/>".repeat(400);
    desk.publish("/sections/news.atom", &body).await;
    let request = Request::get("/sections/news.atom").header(header::ACCEPT_ENCODING, "br, gzip;q=0.5");
    let coded = desk.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(header_of(&coded, header::CONTENT_ENCODING), "gzip", "Brotli is not stored here");
    assert_eq!(header_of(&coded, header::CONTENT_TYPE), "application/atom+xml");
    assert_eq!(header_of(&coded, header::LAST_MODIFIED), "Thu, 10 Jun 2021 12:00:00 GMT");
    assert_eq!(header_of(&coded, header::VARY), "accept-encoding, sec-fetch-dest");
    assert_eq!(header_of(&coded, header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    let plain = desk.get("/sections/news.atom").await;
    let etag = header_of(&plain, header::ETAG);
    assert_ne!(etag, header_of(&coded, header::ETAG));
    assert_eq!(text(plain).await, body);
    let again = Request::get("/sections/news.atom").header(header::IF_NONE_MATCH, etag.clone());
    let again = desk.ask(again.body(Body::empty()).unwrap()).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header_of(&again, header::ETAG), etag);
    // What is stored next is what is served next.
    desk.publish("/sections/news.atom", "<feed>new</feed>").await;
    let again = Request::get("/sections/news.atom").header(header::IF_NONE_MATCH, etag);
    let again = desk.ask(again.body(Body::empty()).unwrap()).await;
    assert_eq!(text(again).await, "<feed>new</feed>");
}

#[tokio::test]
async fn a_feed_that_a_person_opens_follows_its_style_sheet() {
    let desk = desk().await;
    desk.publish("/all.atom", "<feed/>").await;
    let opened = Request::get("/all.atom").header("sec-fetch-dest", "document").body(Body::empty()).unwrap();
    let opened = desk.ask(opened).await;
    assert_eq!(header_of(&opened, header::CONTENT_TYPE), "application/xml; charset=utf-8");
    let polled = desk.get("/all.atom").await;
    assert_ne!(header_of(&opened, header::ETAG), header_of(&polled, header::ETAG));
    assert_eq!(text(opened).await, text(polled).await);
}

#[tokio::test]
async fn a_document_that_is_not_stored_is_not_found() {
    let desk = desk().await;
    for path in ["/sections/none.atom", "/fr.atom", "/feeds.opml"] {
        assert_eq!(desk.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let post = Request::post("/all.atom").body(Body::empty()).unwrap();
    let refused = desk.ask(post).await;
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header_of(&refused, header::ALLOW), "GET, HEAD");
    let asked = desk.ask(Request::options("/all.atom").body(Body::empty()).unwrap()).await;
    assert_eq!(asked.status(), StatusCode::NO_CONTENT);
    assert!(header_of(&asked, header::ACCESS_CONTROL_ALLOW_HEADERS).contains("if-none-match"));
}

#[tokio::test]
async fn it_is_ready_once_documents_are_stored() {
    let desk = desk().await;
    assert_eq!(desk.get("/healthz").await.status(), StatusCode::OK);
    assert_eq!(desk.get("/readyz").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    desk.publish("/all.atom", "<feed/>").await;
    assert_eq!(desk.get("/readyz").await.status(), StatusCode::OK);
    desk.trouble.send_replace(Some("the disk is full".into()));
    let answer = desk.get("/readyz").await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(!text(answer).await.contains("disk"), "what is wrong is for the log");
    assert_eq!(desk.get("/healthz").await.status(), StatusCode::OK);
    desk.trouble.send_replace(None);
    assert_eq!(desk.get("/readyz").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn every_page_answers_in_every_language() {
    let desk = desk().await;
    desk.hold(&[samples::piece("p1", "2021-05-21"), samples::piece("p2", "2021-04-02")]).await;
    let paths = page_paths(&desk.state).await.unwrap();
    for path in ["/", "/fr/", "/ar/", "/sections/news", "/ar/sections/news", "/fr/sources/b", "/pieces/p2", "/calendar"]
    {
        assert!(paths.iter().any(|one| one == path), "{path} is not exported");
    }
    let site = site(desk.state.clone());
    for path in &paths {
        let page = site.page(path).await;
        assert_eq!(page.status, 200, "{path}");
        if page.media_type.starts_with("text/html") {
            let html = String::from_utf8(page.body).unwrap();
            let lang = ["fr", "ar"].into_iter().find(|tag| path.starts_with(&format!("/{tag}/"))).unwrap_or("en");
            let dir = if lang == "ar" { "rtl" } else { "ltr" };
            assert!(html.contains(&format!("<html lang=\"{lang}\" dir=\"{dir}\">")), "{path}");
            assert!(html.contains("<h1"), "{path}");
            assert!(!html.contains("style=\""), "{path} breaks its own policy");
            assert!(count_scripts(&html) == 1, "{path} breaks its own policy");
            assert!(html.contains("<script src=\"/static/site."), "{path} breaks its own policy");
        }
    }
}

#[tokio::test]
async fn links_inside_the_site_are_root_relative_and_answer() {
    let desk = desk().await;
    desk.hold(&[samples::piece("p1", "2021-05-21")]).await;
    for path in ["/", "/ar/", "/ar/sections/news", "/fr/sources/a", "/pieces/p1"] {
        let html = desk.html(path).await;
        // Without the one that is there to be copied.
        let body = html.split("<body>").nth(1).unwrap().replace("value=\"https://feeds.example.org/", "value=\"");
        assert!(!body.contains("https://feeds.example.org"), "{path} has an absolute link to itself");
        let pages = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        // A stored document has an ending, a page has none.
        for href in pages.filter(|href| href.starts_with('/') && !href.contains('.')) {
            assert_eq!(desk.get(href).await.status(), StatusCode::OK, "{path} links to {href}");
        }
    }
}

#[tokio::test]
async fn a_page_says_where_it_is_in_other_languages() {
    let desk = desk().await;
    let html = desk.html("/fr/sections/news").await;
    assert!(html.contains(r#"<link rel="canonical" href="https://feeds.example.org/fr/sections/news">"#));
    assert!(html.contains(r#"hreflang="ar" href="https://feeds.example.org/ar/sections/news">"#));
    assert!(html.contains(r#"hreflang="x-default" href="https://feeds.example.org/sections/news">"#));
    assert!(
        html.contains(r#"type="application/atom+xml" title="News: En fran"#) || html.contains("Seulement en français")
    );
    assert!(html.contains(r#"href="/sections/news/fr.atom""#));
}

#[tokio::test]
async fn languages_that_are_not_spoken_here_are_not_found() {
    let desk = desk().await;
    for path in ["/en/", "/es/", "/xx/sources", "/en/calendar", "/xx"] {
        assert_eq!(desk.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let moved = desk.get("/fr").await;
    assert_eq!((moved.status(), header_of(&moved, header::LOCATION)), (StatusCode::PERMANENT_REDIRECT, "/fr/".into()));
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_page_and_never_to_another_host() {
    let desk = desk().await;
    let moved = desk.get("/sections/news/?page=2").await;
    assert_eq!(header_of(&moved, header::LOCATION), "/sections/news?page=2");
    for path in ["//evil.example/", "//evil.example/%2f/", "/\\evil.example/"] {
        let request = Request::builder().uri(path).body(Body::empty());
        let Ok(request) = request else { continue };
        let response = desk.ask(request).await;
        assert!(!header_of(&response, header::LOCATION).starts_with("//"), "{path}");
    }
}

#[tokio::test]
async fn a_long_section_has_pages() {
    let desk = desk().await;
    let pieces: Vec<PieceView> = (0..45).map(|n| samples::piece(&format!("p{n}"), "2021-05-21")).collect();
    desk.hold(&pieces).await;
    let first = desk.html("/sections/news").await;
    assert!(first.contains("Page 1 of 2"));
    assert!(first.contains(r#"href="/sections/news/page/2""#));
    let second = desk.html("/sections/news/page/2").await;
    assert_eq!(second.matches("<article").count(), 5);
    assert_eq!(desk.get("/sections/news/page/3").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(desk.get("/sections/news/page/0").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(header_of(&desk.get("/sections/news/page/1").await, header::LOCATION), "/sections/news");
}

#[tokio::test]
async fn a_withdrawn_piece_is_gone_with_its_reason() {
    let desk = desk().await;
    let mut view = samples::piece("p1", "2021-05-21");
    view.piece.withdrawn = Some(Withdrawal { at: samples::now(), reason: "Published by mistake.".into() });
    desk.hold(&[view]).await;
    let response = desk.get("/fr/pieces/p1").await;
    assert_eq!(response.status(), StatusCode::GONE);
    let html = text(response).await;
    assert!(html.contains("Published by mistake."));
    assert!(html.contains("Cette publication a été retirée"));
    assert!(!html.contains("Title of p1"), "what was taken back is not shown again");
}

#[tokio::test]
async fn a_piece_that_waits_for_staff_has_no_page() {
    let desk = desk().await;
    let mut view = samples::piece("p1", "2021-05-21");
    view.piece.placements[0].state = plenary_model::section::PlacementState::Pending;
    desk.hold(&[view]).await;
    assert_eq!(desk.get("/pieces/p1").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_absorbed_piece_leads_to_the_one_that_holds_it() {
    let desk = desk().await;
    desk.hold(&[samples::piece("p1", "2021-05-21"), samples::piece("p2", "2021-05-21")]).await;
    let change = Changeset { absorbed: vec![("p2".into(), "p1".into())], ..Changeset::default() };
    desk.state.store.apply(change, None, samples::now()).await.unwrap();
    let moved = desk.get("/ar/pieces/p2").await;
    assert_eq!(moved.status(), StatusCode::PERMANENT_REDIRECT);
    assert_eq!(header_of(&moved, header::LOCATION), "/ar/pieces/p1");
}

#[tokio::test]
async fn hostile_text_is_shown_as_text() {
    let desk = desk().await;
    let mut view = samples::piece("p1", "2021-05-21");
    view.lead.entry.title = "<script>alert(1)</script> & \"co\"".into();
    view.lead.entry.content = Some("<p>&lt;img src=x onerror=alert(1)&gt;</p>".into());
    view.lead.entry.link = Some("javascript:alert(1)".into());
    desk.hold(&[view]).await;
    for path in ["/", "/sections/news", "/pieces/p1"] {
        let html = desk.html(path).await;
        assert_eq!(count_scripts(&html), 1, "{path}: the site's own");
        assert!(!html.contains("<img"), "{path}");
        assert!(!html.contains("javascript:"), "{path}");
    }
}

#[tokio::test]
async fn a_source_that_fails_is_named_with_its_cause() {
    let desk = desk().await;
    let mut state = PollState::new("b".into());
    let cause = Cause::new(CauseKind::NotWellFormed, "7:12");
    state.last = Some((Outcome::Failed, cause.clone()));
    state.failures = 1;
    state.polled_at = Some(samples::now());
    let record = PollRecord {
        state,
        addresses: Vec::new(),
        at: samples::now(),
        outcome: Outcome::Failed,
        cause,
        seen: 0,
        new: 0,
        changed: 0,
        replay: None,
        conditional: false,
        body_bytes: 900,
        duration_ms: 12,
    };
    desk.state.store.apply(Changeset::default(), Some(record), samples::now()).await.unwrap();
    assert!(desk.html("/").await.contains("the document is not well-formed"));
    assert!(desk.html("/sources").await.contains("Feed not working:"));
    let page = desk.html("/sources/b").await;
    assert!(page.contains("7:12"));
    assert!(page.contains("How to fix it"));
    assert!(page.contains("mailto:desk@example.org"));
    assert!(page.contains("10 June 2021, 12:00 UTC"));
}

#[tokio::test]
async fn failures_are_pages_in_the_visitors_language() {
    let desk = desk().await;
    let lost = desk.get("/ar/no/such/page").await;
    assert_eq!(lost.status(), StatusCode::NOT_FOUND);
    assert!(header_of(&lost, header::CONTENT_TYPE).starts_with("text/html"));
    assert!(text(lost).await.contains("dir=\"rtl\""));
    let refused = desk.ask(Request::post("/sources").body(Body::empty()).unwrap()).await;
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header_of(&refused, header::ALLOW), "GET, HEAD");
    desk.state.store.close().await.unwrap();
    let broken = desk.get("/").await;
    assert_eq!(broken.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text(broken).await.contains("Something went wrong on our side"));
}

#[tokio::test]
async fn a_page_is_sent_once() {
    let desk = desk().await;
    let first = desk.get("/sources").await;
    let request = Request::get("/sources").header(header::IF_NONE_MATCH, header_of(&first, header::ETAG));
    assert_eq!(desk.ask(request.body(Body::empty()).unwrap()).await.status(), StatusCode::NOT_MODIFIED);
    let head = desk.ask(Request::head("/sources").body(Body::empty()).unwrap()).await;
    assert_eq!(header_of(&head, header::CONTENT_LENGTH), text(first).await.len().to_string());
    assert_eq!(text(head).await, "");
}
