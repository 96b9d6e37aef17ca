//! Pages and feeds of searches as they were rendered, a few seconds at most; none of them differs by visitor.

use super::versioned::Cache;
use crate::respond::Representation;
use chrono::{DateTime, TimeDelta, Utc};
use plenary_model::edition::ContentCoding;

/// What staff decide in this process is seen at once; what polls bring, what another process changes (`plenary decide`
/// beside a running server), and what passes with the time, within this. A site of many sources changes several times a
/// second: 1,000 feeds polled every minute, with 500 requests a second, left readers 20 s behind when each change made
/// all pages anew.
const AGE_MAX: TimeDelta = TimeDelta::seconds(5);
/// Bodies kept, in bytes: a thousand pages of 30 KB.
const SIZE_MAX: usize = 32 << 20;
/// What a page takes beside its body, in bytes: its tag and what the cache notes of it.
const OVERHEAD_BYTES: usize = 512;

/// What pages were rendered from; another state makes others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageVersion {
    /// [`plenary_store::Store::changes`].
    pub(crate) changes: u64,
    /// Version of the policy.
    pub(crate) policy: String,
}

/// The address, with what a page reads of its query string alone, and the coding.
pub(crate) type PageKey = (String, ContentCoding);

pub(crate) struct PageCache {
    pages: Cache<PageKey, PageVersion, Representation>,
}

impl PageCache {
    pub(crate) fn new() -> Self {
        Self { pages: Cache::new(SIZE_MAX, AGE_MAX) }
    }

    pub(crate) fn find(&self, version: &PageVersion, key: &PageKey, now: DateTime<Utc>) -> Option<Representation> {
        self.pages.find(version, key, now)
    }

    pub(crate) fn keep(&self, version: PageVersion, key: PageKey, made: DateTime<Utc>, page: Representation) {
        let size = key.0.len() + page.body.len() + OVERHEAD_BYTES;
        self.pages.keep(version, key, made, page, size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::respond::page;
    use axum::http::{HeaderMap, HeaderValue, StatusCode};

    fn render(html: &str) -> Representation {
        page(StatusCode::OK, html.to_owned(), HeaderValue::from_static("public"), &HeaderMap::new())
    }

    fn key(path: &str) -> PageKey {
        (path.to_owned(), ContentCoding::Identity)
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    #[test]
    fn a_page_is_kept_until_anything_changes_or_time_passes() {
        let pages = PageCache::new();
        let version = PageVersion { changes: 1, policy: "a".into() };
        pages.keep(version.clone(), key("/"), at(0), render("one"));
        let just_before = DateTime::UNIX_EPOCH + AGE_MAX - TimeDelta::seconds(1);
        assert!(pages.find(&version, &key("/"), just_before).is_some());
        assert!(pages.find(&version, &key("/"), DateTime::UNIX_EPOCH + AGE_MAX).is_none(), "it is too old");
        assert!(pages.find(&version, &key("/"), at(-1)).is_none(), "the clock was set back");
        assert!(pages.find(&version, &key("/?q=a"), at(0)).is_none());
        assert!(pages.find(&version, &("/".into(), ContentCoding::Gzip), at(0)).is_none());
        for other in [PageVersion { changes: 2, ..version.clone() }, PageVersion { policy: "b".into(), ..version }] {
            assert!(pages.find(&other, &key("/"), at(0)).is_none(), "{other:?}");
        }
    }

    #[test]
    fn a_rush_of_pages_leaves_those_asked_for_last() {
        let pages = PageCache::new();
        let version = PageVersion::default();
        let body = "x".repeat(SIZE_MAX / 4);
        for number in 0..10 {
            pages.keep(version.clone(), key(&format!("/{number}")), at(0), render(&body));
        }
        let kept = |number: usize| pages.find(&version, &key(&format!("/{number}")), at(0)).is_some();
        assert_eq!((0..10).filter(|number| kept(*number)).collect::<Vec<_>>(), [7, 8, 9]);
    }
}
