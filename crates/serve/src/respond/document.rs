//! A stored document, ready to be sent in every coding it is stored in.

use super::headers::{etag, guard_headers, http_date};
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use chrono::{DateTime, Utc};
use plenary_model::edition::{ContentCoding, StoredBody, StoredEdition};
use plenary_model::policy::Policy;

/// What a document takes beside its bodies, in bytes: its heads, its address.
const OVERHEAD_BYTES: usize = 8 << 10;

/// How long a reader may keep a current document without asking: shorter than the shortest poll of a sensible reader.
/// Then it may show it for a day while it asks (RFC 5861).
pub(crate) const CACHE_CURRENT: HeaderValue =
    HeaderValue::from_static("public, max-age=300, stale-while-revalidate=86400");
/// The archive of a past month changes only by a withdrawal, which must reach readers within a day: never `immutable`.
const CACHE_ARCHIVE: HeaderValue = HeaderValue::from_static("public, max-age=86400, stale-while-revalidate=86400");
/// What a document is chosen by.
pub(crate) const VARY_FEED: &str = "accept-encoding, sec-fetch-dest";
const VARY: HeaderValue = HeaderValue::from_static(VARY_FEED);
/// Feeds are public and there are no cookies: a page of any site may read them.
pub(crate) const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");
/// What a page of another site may see of the head.
const EXPOSED: HeaderValue = HeaderValue::from_static("etag, last-modified, link");
/// Where the archives of a feed lie.
const ARCHIVE_FOLDER: &str = "/archive/";
/// What browsers do not show as XML, though they would show it with its style sheet.
const FEED_TYPES: [&str; 2] = ["application/atom+xml", "application/rss+xml"];
pub(crate) const PLAIN_XML: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");

/// True for what a browser is told to be plain XML.
pub(crate) fn is_feed(media_type: &str) -> bool {
    FEED_TYPES.iter().any(|feed| media_type.starts_with(feed))
}

pub(crate) struct Variant {
    /// Strong entity tag, with its quotes.
    pub(crate) etag: String,
    /// The head of a full answer.
    pub(crate) full: HeaderMap,
    /// The head of a 304: the validators and what caches need (RFC 9110 15.4.5).
    pub(crate) unchanged: HeaderMap,
    pub(crate) body: DocumentBody,
}

#[derive(Clone)]
pub(crate) enum DocumentBody {
    /// Shared with all who are sent it.
    Whole(Bytes),
    /// Read from the store while it is sent: the coding, and its length in bytes.
    Long(ContentCoding, usize),
}

impl DocumentBody {
    fn len(&self) -> usize {
        match self {
            Self::Whole(body) => body.len(),
            Self::Long(_, length) => *length,
        }
    }
}

pub(crate) struct Document {
    pub(crate) path: String,
    /// Of its uncoded body, as it is stored.
    pub(crate) digest: String,
    /// `Last-Modified`; `None` when the document is of a time to come (RFC 9110 8.8.2.1).
    pub(crate) modified: Option<DateTime<Utc>>,
    /// The codings beside identity, the smaller first.
    pub(crate) codings: Vec<ContentCoding>,
    variants: Vec<(ContentCoding, bool, Variant)>,
    bytes: usize,
}

impl Document {
    /// `share` turns a body as it was read into one that is shared.
    pub(crate) fn new(
        edition: StoredEdition,
        now: DateTime<Utc>,
        policy: &Policy,
        mut share: impl FnMut(ContentCoding, Vec<u8>) -> Bytes,
    ) -> Self {
        let is_past = is_past_archive(&edition.path, now);
        let cache = if is_past { CACHE_ARCHIVE } else { CACHE_CURRENT };
        let modified = Some(edition.updated).filter(|updated| *updated <= now);
        let links = links(&edition.path, policy);
        let media_type = HeaderValue::from_str(&edition.media_type)
            .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
        let is_feed = is_feed(&edition.media_type);
        let (mut variants, mut codings, mut bytes) = (Vec::new(), Vec::new(), OVERHEAD_BYTES);
        for (coding, body) in edition.bodies {
            let body = match body {
                StoredBody::Whole(body) => {
                    bytes += body.len();
                    DocumentBody::Whole(share(coding, body))
                }
                StoredBody::Long(length) => DocumentBody::Long(coding, length),
            };
            if coding != ContentCoding::Identity {
                codings.push(coding);
            }
            let mut add = |for_browser: bool, tag: HeaderValue, media_type: HeaderValue| {
                let mut variant = variant(tag, media_type, coding, modified, cache.clone(), body.clone());
                variant.full.extend(links.clone().map(|links| (header::LINK, links)));
                variants.push((coding, for_browser, variant));
            };
            let tag = etag(&edition.digest, coding);
            if is_feed {
                // Another representation, so another tag (RFC 9110 8.8.1).
                add(true, etag(&format!("{}-xml", edition.digest), coding), PLAIN_XML);
            }
            add(false, tag, media_type.clone());
        }
        Self { path: edition.path, digest: edition.digest, modified, codings, variants, bytes }
    }

    /// What it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The representation in `coding`, which must be identity or one of `codings`. For a person's browser a feed calls
    /// itself XML: Chromium shows the source of a feed, but follows the style sheet of XML.
    pub(crate) fn variant(&self, coding: ContentCoding, for_browser: bool) -> Option<&Variant> {
        let of_coding = || self.variants.iter().filter(|(known, ..)| *known == coding);
        let found = of_coding().find(|(_, browser, _)| *browser == for_browser).or_else(|| of_coding().next());
        found.map(|(_, _, variant)| variant)
    }
}

fn variant(
    tag: HeaderValue,
    media_type: HeaderValue,
    coding: ContentCoding,
    modified: Option<DateTime<Utc>>,
    cache: HeaderValue,
    body: DocumentBody,
) -> Variant {
    let etag = tag.to_str().unwrap_or_default().to_owned();
    let mut unchanged = HeaderMap::with_capacity(8);
    let mut put = |name: HeaderName, value: HeaderValue| {
        unchanged.insert(name, value);
    };
    put(header::ETAG, tag);
    if let Some(modified) = modified {
        put(header::LAST_MODIFIED, http_date(modified));
    }
    put(header::CACHE_CONTROL, cache);
    put(header::VARY, VARY);
    put(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    put(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    let mut full = unchanged.clone();
    full.insert(header::CONTENT_TYPE, media_type);
    full.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    if let Some(token) = coding.token() {
        full.insert(header::CONTENT_ENCODING, HeaderValue::from_static(token));
    }
    guard_headers(&mut full);
    Variant { etag, full, unchanged, body }
}

/// The hubs that bring news of a document and the topic to name there: a subscriber reads them from the
/// head of any document (`WebSub` 4). News never come to an archive.
fn links(path: &str, policy: &Policy) -> Option<HeaderValue> {
    let address = &policy.network.address;
    let hubs = policy.push.hubs(address);
    if hubs.is_empty() || path.contains(ARCHIVE_FOLDER) {
        return None;
    }
    let mut links: Vec<String> = hubs.iter().map(|hub| format!("<{hub}>; rel=\"hub\"")).collect();
    links.push(format!("<{address}{path}>; rel=\"self\""));
    HeaderValue::from_str(&links.join(", ")).ok()
}

/// True for the archive of a month that is over: it will not grow any more.
fn is_past_archive(path: &str, now: DateTime<Utc>) -> bool {
    let month = path.split_once(ARCHIVE_FOLDER).and_then(|(_, file)| file.get(.."YYYY-MM".len()));
    month.is_some_and(|month| month < now.format("%Y-%m").to_string().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn only_archives_of_past_months_may_be_kept_for_long() {
        let now = Utc.with_ymd_and_hms(2021, 6, 10, 0, 0, 0).unwrap();
        assert!(is_past_archive("/sections/news/archive/2021-05.atom", now));
        assert!(!is_past_archive("/sections/news/archive/2021-06.atom", now));
        assert!(!is_past_archive("/sections/news.atom", now));
    }
}
