//! Answers pages and feeds of searches from the cache, and keeps those that had to be rendered.

use super::narrow::field_of;
use crate::cache::PageVersion;
use crate::feeds::is_opened_in_browser;
use crate::respond::{Representation, choose};
use crate::state::Shared;
use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::Response;
use plenary_model::edition::ContentCoding;
use std::sync::Arc;

/// The address of what is asked for: of a query string only what a page reads, so that additions (`utm_source=…`) lead
/// to one page and cannot crowd out others.
fn write_key(uri: &Uri) -> String {
    let asked = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut read = url::form_urlencoded::Serializer::new(format!("{}?", uri.path()));
    read.extend_pairs(asked.filter(|(name, _)| is_read(name)));
    read.finish()
}

/// True for what a page or the feed of a search reads of its query string; all else changes nothing.
fn is_read(name: &str) -> bool {
    ["q", "page", "order"].contains(&name) || field_of(name).is_some()
}

/// The layer round all that is rendered on request.
pub(crate) async fn answer(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return next.run(request).await;
    }
    // Before anything is read: a page rendered while something changes is not taken for new.
    let version =
        PageVersion { changes: shared.state.store.changes(), policy: shared.state.policy.borrow().version.clone() };
    let now = shared.state.clock.now();
    // A feed that a person opens is sent as plain XML; pages are the same for all.
    let is_feed = request.uri().path().starts_with("/search.");
    let opened = if is_feed && is_opened_in_browser(request.headers()) { " opened" } else { "" };
    let key = (format!("{}{opened}", write_key(request.uri())), choose(request.headers(), &[ContentCoding::Gzip]));
    if let Some(page) = shared.pages.find(&version, &key, now) {
        return page.answer(request.method(), request.headers());
    }
    let mut response = next.run(request).await;
    if let Some(page) = response.extensions_mut().remove::<Representation>().filter(|page| page.status.is_success()) {
        shared.pages.keep(version, key, now, page);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{desk, header_of, text};
    use crate::view::samples;
    use axum::body::Body;
    use axum::http::{StatusCode, header};
    use plenary_fixtures::incoming;
    use plenary_model::change::Changeset;
    use plenary_store::Store;

    async fn hold(store: &Store, id: &str) {
        let view = samples::piece(id, "2021-06-09");
        let entries = std::iter::once(view.lead).chain(view.others);
        let entries = entries.map(incoming).collect();
        let change = Changeset { entries, pieces: vec![view.piece], ..Changeset::default() };
        store.apply(change, None, samples::now()).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_kept_is_answered_as_it_was_and_changes_show_at_once() {
        let desk = desk().await;
        let path = "/sections/news";
        let first = desk.get(path).await;
        let tag = header_of(&first, header::ETAG);
        let other = Store::open(desk.state.store.path()).await.unwrap();
        hold(&other, "beside").await;
        let again = desk.get(path).await;
        assert_eq!(again.headers(), first.headers(), "what another process changes is seen later");
        assert_eq!(text(again).await, text(first).await);
        let asked = Request::head(path).header(header::IF_NONE_MATCH, &tag).body(Body::empty()).unwrap();
        assert_eq!(desk.ask(asked).await.status(), StatusCode::NOT_MODIFIED);
        hold(&desk.state.store, "fresh").await;
        let page = desk.html(path).await;
        assert!(page.contains("/pieces/fresh"), "{page}");
        assert!(page.contains("/pieces/beside"), "{page}");
    }

    #[tokio::test]
    async fn what_no_page_reads_makes_no_other_page() {
        let desk = desk().await;
        let named = |address: &str| write_key(&address.parse().unwrap());
        assert_eq!(named("/?utm_source=a&fbclid=b"), named("/"));
        assert_eq!(named("/search?q=a%20b&utm_source=a"), named("/search?q=a+b"));
        let differ = ["/", "/search", "/search?q=a", "/search?q=b", "/search?q=a%26page%3D2", "/search?q=a&page=2"];
        let differ =
            differ.into_iter().chain(["/?since=2021-06-01", "/?topic=a", "/?lang=fr", "/search?q=a&order=date"]);
        let differ: Vec<String> = differ.map(named).collect();
        for (at, one) in differ.iter().enumerate() {
            assert!(!differ[..at].contains(one), "{one}");
        }
        let first = header_of(&desk.get("/sections/news").await, header::ETAG);
        hold(&Store::open(desk.state.store.path()).await.unwrap(), "beside").await;
        let again = header_of(&desk.get("/sections/news?utm_source=a").await, header::ETAG);
        assert_eq!(again, first, "answered from what is kept");
    }
}
