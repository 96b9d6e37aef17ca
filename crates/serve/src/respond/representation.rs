//! An answer to a `GET` or `HEAD`, with its coding and its conditions.

use super::conditional::{Precondition, evaluate};
use super::headers::{digest, etag, http_date};
use super::negotiate::choose;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use chrono::{DateTime, Utc};
use plenary_model::edition::ContentCoding;
use plenary_publish::coding;

/// Bodies below this are sent as they are: coding them saves less than one packet. In bytes.
const CODED_BYTES_MIN: usize = 1_024;
/// Effort of gzip for pages, which are coded at each request; stored documents are coded harder.
const GZIP_LEVEL: u32 = 5;

/// `Vary` of what is chosen by its coding alone.
pub(crate) const VARY_CODING: &str = "accept-encoding";

#[derive(Clone, Debug)]
pub(crate) struct Representation {
    pub(crate) status: StatusCode,
    pub(crate) media_type: HeaderValue,
    /// Strong entity tag, with its quotes.
    pub(crate) etag: HeaderValue,
    /// `Last-Modified`; `None` for pages, whose text changes with the time.
    pub(crate) modified: Option<DateTime<Utc>>,
    pub(crate) cache: HeaderValue,
    /// `Vary`: what of the request this answer was chosen by; empty: nothing.
    pub(crate) vary: &'static str,
    /// True: pages of every site may read it.
    pub(crate) is_open: bool,
    pub(crate) coding: ContentCoding,
    pub(crate) body: Bytes,
}

impl Representation {
    /// Answers a `GET` or `HEAD`: the body, 304 or 412. A 304 carries the validators, `Vary` and `Cache-Control` of the
    /// full answer (RFC 9110 15.4.5). Preconditions count only where that would be a success (RFC 9110 13.2.1).
    pub(crate) fn answer(self, method: &Method, headers: &HeaderMap) -> Response<Body> {
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
pub(crate) fn page(status: StatusCode, html: String, cache: HeaderValue, headers: &HeaderMap) -> Representation {
    let media_type = HeaderValue::from_static("text/html; charset=utf-8");
    encode_representation(status, media_type, html.into_bytes(), cache, headers)
}

/// What was made for this request, coded with gzip where that is wanted and worth it. It has no `Last-Modified`: what
/// it was made from may lose a part without anything in it being newer.
pub(crate) fn encode_representation(
    status: StatusCode,
    media_type: HeaderValue,
    body: Vec<u8>,
    cache: HeaderValue,
    headers: &HeaderMap,
) -> Representation {
    let digest = digest(&body);
    let is_worth_it = body.len() >= CODED_BYTES_MIN && choose(headers, &[ContentCoding::Gzip]) == ContentCoding::Gzip;
    let (coding, body) = if is_worth_it { (ContentCoding::Gzip, gzip(&body)) } else { (ContentCoding::Identity, body) };
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

pub(crate) fn gzip(body: &[u8]) -> Vec<u8> {
    coding::gzip(body, GZIP_LEVEL)
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
        assert_ne!(coded.etag, plain.etag);
        let response = plain.answer(&Method::GET, &HeaderMap::new());
        assert_eq!(to_bytes(response.into_body(), usize::MAX).await.unwrap(), long.as_bytes());
    }
}
