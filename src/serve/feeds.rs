//! Stored documents at their addresses: feeds, archives, the list of sources, the calendar. A request
//! never renders one; the worker has published it.

use super::Shared;
use super::failure::Failure;
use super::respond::{Representation, choose, etag};
use crate::model::edition::{ContentCoding, Edition};
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
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
    if method != Method::GET && method != Method::HEAD {
        return Err(Failure::NotAllowed);
    }
    let path = asked.uri.path();
    let edition = shared.state.store.edition(path).await?.ok_or(Failure::NotFound)?;
    let offered = codings(&edition);
    let coding = choose(&asked.headers, offered);
    let mut response = represent(edition, coding, shared.state.clock.now()).answer(method, &asked.headers);
    // Feeds are public and there are no cookies: any page may read them (fetch standard, CORS).
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, last-modified"));
    Ok(response)
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
        coding,
        body: Bytes::from(match coding {
            ContentCoding::Identity => edition.identity,
            ContentCoding::Gzip => edition.gzip,
            ContentCoding::Brotli => edition.brotli,
        }),
    }
}
