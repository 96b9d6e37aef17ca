//! HTTP mechanics of every answer: validators, coding, caching and the headers that keep readers safe.

mod conditional;
mod negotiate;

pub(super) use conditional::{Precondition, evaluate};
pub(super) use negotiate::choose;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use plenary_model::edition::ContentCoding;
use std::io::Write;
use std::time::SystemTime;

/// Hex digits of a body's digest in an entity tag: 128 bits.
const TAG_HEX_DIGITS: usize = 32;
/// Bodies below this are sent as they are: coding them saves less than one packet. In bytes.
const CODED_BYTES_MIN: usize = 1_024;
/// Effort of gzip for pages, which are coded at each request; stored documents are coded harder.
const GZIP_LEVEL: u32 = 5;

/// `Vary` of what is chosen by its coding alone.
pub(super) const VARY_CODING: &str = "accept-encoding";

/// What no page may do: no script but the one file that keeps a page for when there is no network, no frame,
/// no form elsewhere, nothing from another host.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; \
     style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types plenary";

/// One representation, ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Representation {
    /// Status of a full answer.
    pub(super) status: StatusCode,
    /// `Content-Type`.
    pub(super) media_type: HeaderValue,
    /// Strong entity tag, with its quotes.
    pub(super) etag: HeaderValue,
    /// `Last-Modified`; `None` for pages, whose text changes with the time.
    pub(super) modified: Option<DateTime<Utc>>,
    /// `Cache-Control`.
    pub(super) cache: HeaderValue,
    /// `Vary`: what of the request this answer was chosen by; empty: nothing.
    pub(super) vary: &'static str,
    /// True: pages of every site may read it.
    pub(super) is_open: bool,
    /// Coding of `body`.
    pub(super) coding: ContentCoding,
    /// The body.
    pub(super) body: Bytes,
}

impl Representation {
    /// Answers a `GET` or `HEAD`: the body, 304 or 412. A 304 carries the validators, `Vary` and
    /// `Cache-Control` of the full answer (RFC 9110 15.4.5). Preconditions count only where the full
    /// answer would be a success (RFC 9110 13.2.1).
    pub(super) fn answer(self, method: &Method, headers: &HeaderMap) -> Response<Body> {
        let etag = self.etag.to_str().unwrap_or_default();
        let verdict =
            if self.status.is_success() { evaluate(headers, etag, self.modified) } else { Precondition::Holds };
        let mut response = Response::new(Body::empty());
        let answer = response.headers_mut();
        answer.insert(header::ETAG, self.etag);
        if let Some(modified) = self.modified {
            answer.insert(header::LAST_MODIFIED, http_date(modified));
        }
        answer.insert(header::CACHE_CONTROL, self.cache);
        if !self.vary.is_empty() {
            answer.insert(header::VARY, HeaderValue::from_static(self.vary));
        }
        if self.is_open {
            answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag"));
        }
        match verdict {
            Precondition::NotModified => *response.status_mut() = StatusCode::NOT_MODIFIED,
            Precondition::Failed => *response.status_mut() = StatusCode::PRECONDITION_FAILED,
            Precondition::Holds => {
                answer.insert(header::CONTENT_TYPE, self.media_type);
                answer.insert(header::CONTENT_LENGTH, HeaderValue::from(self.body.len()));
                if let Some(token) = self.coding.token() {
                    answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(token));
                }
                *response.status_mut() = self.status;
                if method != Method::HEAD {
                    *response.body_mut() = Body::from(self.body);
                }
            }
        }
        response
    }
}

/// A page rendered for this request.
pub(super) fn page(status: StatusCode, html: String, cache: HeaderValue, headers: &HeaderMap) -> Representation {
    let media_type = HeaderValue::from_static("text/html; charset=utf-8");
    coded(status, media_type, html.into_bytes(), cache, headers)
}

/// What was made for this request, coded with gzip where that is wanted and worth it. It has no
/// `Last-Modified`: what it was made from may lose a part without anything in it being newer.
pub(super) fn coded(
    status: StatusCode,
    media_type: HeaderValue,
    body: Vec<u8>,
    cache: HeaderValue,
    headers: &HeaderMap,
) -> Representation {
    let digest = digest(&body);
    let is_worth_it = body.len() >= CODED_BYTES_MIN && choose(headers, &[ContentCoding::Gzip]) == ContentCoding::Gzip;
    let (coding, body) = match is_worth_it.then(|| gzip(&body)).flatten() {
        Some(coded) => (ContentCoding::Gzip, coded),
        None => (ContentCoding::Identity, body),
    };
    Representation {
        status,
        media_type,
        etag: etag(&digest, coding),
        modified: None,
        cache,
        vary: VARY_CODING,
        is_open: false,
        coding,
        body: Bytes::from(body),
    }
}

/// Digest of a body, for its entity tag and its address.
pub(super) fn digest(body: &[u8]) -> String {
    let mut hex = blake3::hash(body).to_hex().to_string();
    hex.truncate(TAG_HEX_DIGITS);
    hex
}

/// The strong entity tag of a body in `coding`; each coding has one of its own (RFC 9110 8.8.3.3).
pub(super) fn etag(digest: &str, coding: ContentCoding) -> HeaderValue {
    let tag = match coding.token() {
        None => format!("\"{digest}\""),
        Some(token) => format!("\"{digest}-{token}\""),
    };
    // A digest is hexadecimal; anything else would be a stored one that was tampered with.
    HeaderValue::from_str(&tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// A time as an HTTP date (RFC 9110 5.6.7).
pub(super) fn http_date(at: DateTime<Utc>) -> HeaderValue {
    let text = httpdate::fmt_http_date(SystemTime::from(at));
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"))
}

/// `None` when the encoder fails, which writing to memory does not.
pub(super) fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::new(GZIP_LEVEL));
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

/// Puts on a document what of these headers matters to one that is no page.
pub(super) fn guarded(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
}

/// Puts on every answer the headers that keep readers safe. There are no cookies to protect, but a
/// publisher's text is on every page, and a second wall behind the sanitiser costs nothing.
pub(super) async fn guard(mut response: Response<Body>) -> Response<Body> {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("permissions-policy"), "interest-cohort=()"),
    ] {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use chrono::TimeZone;

    fn sample(body: &'static str) -> Representation {
        Representation {
            status: StatusCode::OK,
            media_type: HeaderValue::from_static("text/plain"),
            etag: etag("abc", ContentCoding::Gzip),
            modified: Utc.with_ymd_and_hms(2021, 6, 10, 8, 0, 0).single(),
            cache: HeaderValue::from_static("public, max-age=60"),
            vary: VARY_CODING,
            is_open: false,
            coding: ContentCoding::Gzip,
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    fn header_of(response: &Response<Body>, name: header::HeaderName) -> Option<&str> {
        response.headers().get(name).and_then(|value| value.to_str().ok())
    }

    #[test]
    fn head_says_what_get_would_without_a_body() {
        let response = sample("hello").answer(&Method::HEAD, &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header_of(&response, header::CONTENT_LENGTH), Some("5"));
        assert_eq!(header_of(&response, header::CONTENT_ENCODING), Some("gzip"));
        assert_eq!(header_of(&response, header::LAST_MODIFIED), Some("Thu, 10 Jun 2021 08:00:00 GMT"));
    }

    #[test]
    fn a_304_has_validators_and_no_body_headers() {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("W/\"abc-gzip\""));
        let response = sample("hello").answer(&Method::GET, &headers);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(header_of(&response, header::ETAG), Some("\"abc-gzip\""));
        assert_eq!(header_of(&response, header::VARY), Some("accept-encoding"));
        assert_eq!(header_of(&response, header::CACHE_CONTROL), Some("public, max-age=60"));
        assert_eq!(header_of(&response, header::CONTENT_TYPE), None);
        assert_eq!(header_of(&response, header::CONTENT_LENGTH), None);
    }

    #[test]
    fn an_error_page_is_never_a_304() {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("*"));
        let gone = Representation { status: StatusCode::GONE, ..sample("gone") };
        assert_eq!(gone.answer(&Method::GET, &headers).status(), StatusCode::GONE);
    }

    #[tokio::test]
    async fn a_page_is_coded_when_wanted_and_worth_it() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("br, gzip"));
        let cache = HeaderValue::from_static("no-cache");
        let small = page(StatusCode::OK, "<p>".into(), cache.clone(), &headers);
        assert_eq!(small.coding, ContentCoding::Identity);
        let long = "<p>".repeat(CODED_BYTES_MIN);
        let coded = page(StatusCode::OK, long.clone(), cache.clone(), &headers);
        let plain = page(StatusCode::OK, long.clone(), cache, &HeaderMap::new());
        assert_eq!(coded.coding, ContentCoding::Gzip);
        assert!(coded.body.len() < plain.body.len());
        assert!(coded.etag != plain.etag);
        let response = plain.answer(&Method::GET, &HeaderMap::new());
        assert_eq!(to_bytes(response.into_body(), usize::MAX).await.unwrap(), long.as_bytes());
    }
}
