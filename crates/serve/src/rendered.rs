//! Pages and feeds of searches kept as they were rendered, until anything changes, a few seconds at most: a
//! rush of visitors asks for few of them, and none of them differs by visitor.

use super::respond::{Representation, choose};
use super::{Shared, pages};
use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use plenary_model::edition::ContentCoding;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How long a page is kept at most, in seconds. What this process changes is seen at once; what another
/// changes (`plenary decide` beside a running server), and what passes with the time, within this.
const KEPT_SECONDS: i64 = 5;
/// Bodies kept, in bytes. Beyond them all are forgotten, which costs one rendering each.
const KEPT_BYTES_MAX: usize = 32 << 20;
/// What a page takes beside its body, in bytes: its address, its tag.
const OVERHEAD_BYTES: usize = 512;

/// What pages were rendered from; another state makes others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Basis {
    /// [`plenary_store::Store::changes`].
    changes: u64,
    /// Version of the policy.
    policy: String,
}

/// The address, as [`name_of`] writes it, and the coding.
type Name = (String, ContentCoding);

#[derive(Default)]
struct Kept {
    basis: Basis,
    pages: HashMap<Name, (DateTime<Utc>, Representation)>,
    bytes: usize,
}

/// Rendered pages by address.
#[derive(Default)]
pub(super) struct Pages {
    kept: Mutex<Kept>,
}

impl Pages {
    fn find(&self, basis: &Basis, name: &Name, now: DateTime<Utc>) -> Option<Representation> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (rendered, page) = kept.pages.get(name).filter(|_| kept.basis == *basis)?;
        let age = now - *rendered;
        (TimeDelta::zero()..TimeDelta::seconds(KEPT_SECONDS)).contains(&age).then(|| page.clone())
    }

    fn keep(&self, basis: Basis, name: Name, now: DateTime<Utc>, page: Representation) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = name.0.len() + OVERHEAD_BYTES;
        let bytes = page.body.len() + known;
        if kept.basis != basis || kept.bytes + bytes > KEPT_BYTES_MAX {
            *kept = Kept { basis, ..Kept::default() };
        }
        kept.bytes += bytes;
        if let Some((_, old)) = kept.pages.insert(name, (now, page)) {
            kept.bytes -= old.body.len() + known;
        }
    }
}

/// The address of what is asked for: of a query string only what a page reads, so that links which picked
/// something up on their way (`utm_source=…`) lead to one page, and cannot crowd out others.
fn name_of(uri: &Uri) -> String {
    let asked = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut read = url::form_urlencoded::Serializer::new(format!("{}?", uri.path()));
    read.extend_pairs(asked.filter(|(name, _)| pages::reads(name)));
    read.finish()
}

/// Answers from what is kept, and keeps what is rendered.
pub(super) async fn answer(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return next.run(request).await;
    }
    // Before anything is read: a page rendered while something changes is not taken for new.
    let basis = Basis { changes: shared.state.store.changes(), policy: shared.state.policy.borrow().version.clone() };
    let now = shared.state.clock.now();
    let name = (name_of(request.uri()), choose(request.headers(), &[ContentCoding::Gzip]));
    if let Some(page) = shared.rendered.find(&basis, &name, now) {
        return page.answer(request.method(), request.headers());
    }
    let mut response = next.run(request).await;
    if let Some(page) = response.extensions_mut().remove::<Representation>().filter(|page| page.status.is_success()) {
        shared.rendered.keep(basis, name, now, page);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::respond::page;
    use crate::tests::{desk, header_of, text};
    use crate::view::samples;
    use axum::body::Body;
    use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
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

    fn rendered(html: &str) -> Representation {
        page(StatusCode::OK, html.to_owned(), HeaderValue::from_static("public"), &HeaderMap::new())
    }

    fn name(path: &str) -> Name {
        (path.to_owned(), ContentCoding::Identity)
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
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
        let named = |address: &str| name_of(&address.parse().unwrap());
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

    #[test]
    fn a_page_is_kept_until_anything_changes_or_time_passes() {
        let pages = Pages::default();
        let basis = Basis { changes: 1, policy: "a".into() };
        pages.keep(basis.clone(), name("/"), at(0), rendered("one"));
        assert!(pages.find(&basis, &name("/"), at(KEPT_SECONDS - 1)).is_some());
        assert!(pages.find(&basis, &name("/"), at(KEPT_SECONDS)).is_none(), "it is too old");
        assert!(pages.find(&basis, &name("/"), at(-1)).is_none(), "the clock was set back");
        assert!(pages.find(&basis, &name("/?q=a"), at(0)).is_none());
        assert!(pages.find(&basis, &("/".into(), ContentCoding::Gzip), at(0)).is_none());
        for other in [Basis { changes: 2, ..basis.clone() }, Basis { policy: "b".into(), ..basis }] {
            assert!(pages.find(&other, &name("/"), at(0)).is_none(), "{other:?}");
        }
    }

    #[test]
    fn what_is_kept_stays_within_its_bounds() {
        let pages = Pages::default();
        let basis = Basis::default();
        let body = "x".repeat(KEPT_BYTES_MAX / 4);
        for number in 0..10 {
            pages.keep(basis.clone(), name(&format!("/{number}")), at(0), rendered(&body));
            pages.keep(basis.clone(), name("/again"), at(number), rendered("short"));
        }
        let kept = pages.kept.lock().unwrap();
        let bytes: usize =
            kept.pages.iter().map(|((path, _), (_, page))| path.len() + OVERHEAD_BYTES + page.body.len()).sum();
        assert!(kept.bytes <= KEPT_BYTES_MAX, "{} {bytes}", kept.bytes);
        assert!(kept.bytes == bytes, "{} {bytes}", kept.bytes);
    }
}
