//! Stored documents at their addresses: feeds, archives, the list of sources, the calendar. A request
//! never renders one; the worker has published it.

use super::Shared;
use super::failure::Failure;
use super::respond::{Representation, choose, etag};
use crate::model::edition::{ContentCoding, Edition};
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Endings of the addresses at which documents are stored.
const ENDINGS: [&str; 5] = [".atom", ".rss", ".json", ".opml", ".ics"];
/// How long a reader may keep a current document without asking: shorter than the shortest poll of a
/// sensible reader. Then it may show it for a day while it asks (RFC 5861).
const CACHE_CURRENT: &str = "public, max-age=300, stale-while-revalidate=86400";
/// An archive document of a past month changes only by a withdrawal, which must reach its readers within
/// an hour; the running month is no different, so that its address needs no second rule at midnight.
const CACHE_ARCHIVE: &str = "public, max-age=3600, stale-while-revalidate=86400";

/// Says what a request is for: a page to look at, an image, a fetch.
const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// What a document is chosen by.
const VARY_BROWSER: &str = "accept-encoding, sec-fetch-dest";
/// Feeds are public and there are no cookies: a page of any site may read them.
const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");
/// What browsers do not show as XML.
const FEED_TYPES: [&str; 2] = ["application/atom+xml", "application/rss+xml"];

/// Answers requests for stored documents; passes all others on.
pub(super) async fn stored(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if !is_document(request.uri().path()) {
        return next.run(request).await;
    }
    let (asked, _) = request.into_parts();
    answer(&shared, &asked).await.unwrap_or_else(IntoResponse::into_response)
}

fn is_document(path: &str) -> bool {
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

async fn answer(shared: &Shared, asked: &Parts) -> Result<Response, Failure> {
    let method = &asked.method;
    if method == Method::OPTIONS {
        return Ok(preflight());
    }
    if method != Method::GET && method != Method::HEAD {
        return Err(Failure::NotAllowed);
    }
    let path = asked.uri.path();
    let edition = shared.state.store.edition(path).await?.ok_or(Failure::NotFound)?;
    let offered = codings(&edition);
    let coding = choose(&asked.headers, offered);
    let mut found = represent(edition, coding, shared.state.clock.now());
    if is_opened_in_browser(&asked.headers) && is_feed(&found.media_type) {
        found = as_plain_xml(found);
    }
    let mut response = found.answer(method, &asked.headers);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, last-modified"));
    Ok(response)
}

/// Tells a page on another site that it may ask conditionally.
fn preflight() -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN),
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD")),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("if-none-match, if-modified-since")),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
    ];
    (StatusCode::NO_CONTENT, allowed).into_response()
}

/// A person opened the address in a browser, rather than a reader polling it (fetch metadata).
fn is_opened_in_browser(headers: &HeaderMap) -> bool {
    headers.get(FETCH_DEST).is_some_and(|dest| dest == "document")
}

fn is_feed(media_type: &HeaderValue) -> bool {
    media_type.to_str().is_ok_and(|name| FEED_TYPES.iter().any(|feed| name.starts_with(feed)))
}

/// The same bytes as XML in general: Chromium shows the source of anything that names itself a feed, but
/// follows the style sheet of XML. The tag differs, since the representation does (RFC 9110 8.8.1).
fn as_plain_xml(found: Representation) -> Representation {
    let tag = found.etag.to_str().unwrap_or_default().trim_end_matches('"').to_owned();
    let etag = HeaderValue::from_str(&format!("{tag}-xml\"")).unwrap_or_else(|_| found.etag.clone());
    Representation { media_type: HeaderValue::from_static("application/xml; charset=utf-8"), etag, ..found }
}

/// The codings that are stored, the smaller first.
fn codings(edition: &Edition) -> &'static [ContentCoding] {
    match (edition.brotli.is_empty(), edition.gzip.is_empty()) {
        (false, false) => &[ContentCoding::Brotli, ContentCoding::Gzip],
        (false, true) => &[ContentCoding::Brotli],
        (true, false) => &[ContentCoding::Gzip],
        (true, true) => &[],
    }
}

fn represent(edition: Edition, coding: ContentCoding, now: DateTime<Utc>) -> Representation {
    let cache = if edition.path.contains("/archive/") { CACHE_ARCHIVE } else { CACHE_CURRENT };
    let media_type = HeaderValue::from_str(&edition.media_type);
    Representation {
        status: StatusCode::OK,
        media_type: media_type.unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream")),
        etag: etag(&edition.digest, coding),
        // A date in the future must not be sent (RFC 9110 8.8.2.1).
        modified: Some(edition.updated).filter(|updated| *updated <= now),
        cache: HeaderValue::from_static(cache),
        vary: VARY_BROWSER,
        coding,
        body: Bytes::from(match coding {
            ContentCoding::Identity => edition.identity,
            ContentCoding::Gzip => edition.gzip,
            ContentCoding::Brotli => edition.brotli,
        }),
    }
}
