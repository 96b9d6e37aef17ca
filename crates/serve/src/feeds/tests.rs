//! Stored documents over HTTP, and the copies kept of them.

use super::*;
use crate::respond::digest;
use crate::view::samples;
use axum::body::to_bytes;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use plenary_model::edition::Edition;
use plenary_model::policy::Policy;
use plenary_model::port::Clock;
use plenary_model::push::Push;
use plenary_store::Store;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use tokio::sync::watch;

pub(super) const ALL: &str = "/all.atom";
pub(super) const ARCHIVE: &str = "/sections/news/archive/2021-05.atom";

/// Noon, and so many seconds more.
#[derive(Default)]
struct Noon(AtomicI64);

impl Clock for Noon {
    fn now(&self) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2021, 6, 10, 12, 0, 0).unwrap() + TimeDelta::seconds(self.0.load(Ordering::Relaxed))
    }
}

pub(super) struct Desk {
    pub(super) documents: Documents,
    pub(super) store: Store,
    clock: Arc<Noon>,
    folder: TempDir,
}

pub(super) async fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("plenary.db")).await.unwrap();
    let clock = Arc::new(Noon::default());
    let push = Push { hub: true, ..Push::default() };
    let policy = watch::Sender::new(Arc::new(Policy { push, ..samples::policy() })).subscribe();
    let editions = Arc::new(EditionCache::new(store.clone(), Arc::<Noon>::clone(&clock), policy));
    let site = Router::new().route("/search.atom", axum::routing::get(|| async { "made on request" }));
    Desk { documents: Documents { editions, site }, store, clock, folder }
}

pub(super) async fn publish(store: &Store, path: &str, body: &str) {
    let edition = Edition {
        path: path.to_owned(),
        media_type: "application/atom+xml; charset=utf-8".to_owned(),
        digest: digest(body.as_bytes()),
        updated: Noon::default().now(),
        identity: body.as_bytes().to_vec(),
        gzip: b"gzip".to_vec(),
        brotli: b"br".to_vec(),
    };
    store.put_editions(vec![edition], Noon::default().now()).await.unwrap();
}

pub(super) async fn ask(desk: &Desk, method: &str, path: &str, fields: &[(&str, &str)]) -> Response {
    let mut request = axum::http::Request::builder().method(method).uri(path);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    desk.documents.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn body(desk: &Desk, path: &str) -> String {
    let response = ask(desk, "GET", path, &[]).await;
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

pub(super) fn field<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn what_is_published_is_served_at_once() {
    let desk = desk().await;
    for text in ["one", "two", "three"] {
        publish(&desk.store, ALL, text).await;
        assert_eq!(body(&desk, ALL).await, text);
        assert_eq!(body(&desk, ALL).await, text, "and again from memory");
    }
    desk.store.drop_editions(&[ALL.to_owned()]).await.unwrap();
    assert_eq!(ask(&desk, "GET", ALL, &[]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_another_process_publishes_is_seen_soon() {
    let desk = desk().await;
    publish(&desk.store, ALL, "one").await;
    assert_eq!(body(&desk, ALL).await, "one");
    let other = Store::open(&desk.folder.path().join("plenary.db")).await.unwrap();
    publish(&other, ALL, "two").await;
    assert_eq!(body(&desk, ALL).await, "one", "the test needs a copy that is kept");
    desk.clock.0.store(1, Ordering::Relaxed);
    assert_eq!(body(&desk, ALL).await, "two");
}

#[tokio::test]
async fn a_subscriber_finds_the_hub_in_the_head() {
    let desk = desk().await;
    publish(&desk.store, ALL, "one").await;
    publish(&desk.store, ARCHIVE, "past").await;
    let address = samples::policy().network.address;
    let expected = format!("<{address}/hub>; rel=\"hub\", <{address}{ALL}>; rel=\"self\"");
    for method in ["GET", "HEAD"] {
        assert_eq!(field(&ask(&desk, method, ALL, &[]).await, "link"), expected);
    }
    assert_eq!(field(&ask(&desk, "GET", ARCHIVE, &[]).await, "link"), "", "no news come to an archive");
}

#[tokio::test]
async fn a_304_and_a_head_say_what_the_full_answer_would() {
    let desk = desk().await;
    publish(&desk.store, ALL, "one").await;
    let full = ask(&desk, "GET", ALL, &[("accept-encoding", "br;q=0.5, gzip")]).await;
    assert_eq!((full.status(), field(&full, "content-encoding")), (StatusCode::OK, "gzip"));
    assert_eq!(field(&full, "x-content-type-options"), "nosniff");
    let tag = field(&full, "etag").to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    assert!(tag.ends_with("-gzip\""), "{tag}");
    let asked = [("accept-encoding", "gzip"), ("if-none-match", &*format!("\"other\", W/{tag}"))];
    let unchanged = ask(&desk, "GET", ALL, &asked).await;
    assert_eq!(unchanged.status(), StatusCode::NOT_MODIFIED);
    for name in ["etag", "last-modified", "cache-control", "vary", "access-control-allow-origin"] {
        assert!(!field(&full, name).is_empty(), "{name} is missing");
        assert_eq!(field(&unchanged, name), field(&full, name), "{name}");
    }
    assert_eq!(field(&unchanged, "content-type"), "");
    let head = ask(&desk, "HEAD", ALL, &[("accept-encoding", "gzip")]).await;
    assert_eq!(head.headers(), full.headers());
    assert!(to_bytes(head.into_body(), usize::MAX).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_person_gets_the_same_bytes_as_xml() {
    let desk = desk().await;
    publish(&desk.store, ALL, "one").await;
    let feed = ask(&desk, "GET", ALL, &[]).await;
    let shown = ask(&desk, "GET", ALL, &[("sec-fetch-dest", "document")]).await;
    assert_eq!(field(&feed, "content-type"), "application/atom+xml; charset=utf-8");
    assert_eq!(field(&shown, "content-type"), "application/xml; charset=utf-8");
    assert_ne!(field(&feed, "etag"), field(&shown, "etag"));
}

#[tokio::test]
async fn past_archives_may_be_kept_long_but_not_for_ever() {
    let desk = desk().await;
    publish(&desk.store, ARCHIVE, "may").await;
    publish(&desk.store, ALL, "now").await;
    let (archive, current) = (ask(&desk, "GET", ARCHIVE, &[]).await, ask(&desk, "GET", ALL, &[]).await);
    assert_eq!(field(&archive, "cache-control"), "public, max-age=86400, stale-while-revalidate=86400");
    assert_eq!(field(&current, "cache-control"), "public, max-age=300, stale-while-revalidate=86400");
}

#[tokio::test]
async fn pages_of_other_sites_may_ask_and_what_is_not_stored_is_asked_of_the_site() {
    let desk = desk().await;
    let preflight = ask(&desk, "OPTIONS", ALL, &[("origin", "https://reader.example")]).await;
    assert_eq!((preflight.status(), field(&preflight, "access-control-allow-origin")), (StatusCode::NO_CONTENT, "*"));
    assert_eq!(body(&desk, "/search.atom").await, "made on request");
}
