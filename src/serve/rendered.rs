//! Pages kept as they were rendered, until anything changes: a rush of visitors asks for few of them, and
//! none of them differs by visitor.

use super::Shared;
use super::respond::{Representation, choose};
use crate::model::edition::ContentCoding;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
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
    /// [`crate::store::Store::changes`].
    changes: u64,
    /// Version of the policy.
    policy: String,
}

/// Path and query as they were asked for, and the coding.
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

/// Answers from what is kept, and keeps what is rendered.
pub(super) async fn answer(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return next.run(request).await;
    }
    // Before anything is read: a page rendered while something changes is not taken for new.
    let basis = Basis { changes: shared.state.store.changes(), policy: shared.state.policy.borrow().version.clone() };
    let now = shared.state.clock.now();
    let address = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let name = (address, choose(request.headers(), &[ContentCoding::Gzip]));
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
    use crate::model::change::{Changeset, Incoming};
    use crate::serve::respond::page;
    use crate::serve::tests::{desk, header_of, text};
    use crate::serve::view::samples;
    use crate::store::Store;
    use axum::body::Body;
    use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

    async fn hold(store: &Store, id: &str) {
        let view = samples::piece(id, "2021-06-09");
        let entries = std::iter::once(view.lead).chain(view.others);
        let entries = entries.map(|stored| Incoming { stored, keys: Vec::new() }).collect();
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
        assert!(page.contains("/pieces/fresh") && page.contains("/pieces/beside"), "{page}");
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
        assert!(kept.bytes <= KEPT_BYTES_MAX && kept.bytes == bytes, "{} {bytes}", kept.bytes);
    }
}
