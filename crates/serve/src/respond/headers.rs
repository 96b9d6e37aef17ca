//! Headers: validators, times, and those that keep readers safe.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, header};
use chrono::{DateTime, Utc};
use plenary_model::edition::ContentCoding;
use std::time::SystemTime;

/// Hex digits of a body's digest in an entity tag: 128 bits.
const TAG_HEX_DIGITS: usize = 32;
/// What no page may do: no script but the one file that keeps a page for when there is no network, no frame,
/// no form elsewhere, nothing from another host.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; \
     style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types plenary";

/// What no page asks of a device, so that nothing on one can.
const PERMISSIONS_POLICY: &str = "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
     magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// Digest of a body, for its entity tag and its address.
pub(crate) fn digest(body: &[u8]) -> String {
    let mut hex = blake3::hash(body).to_hex().to_string();
    hex.truncate(TAG_HEX_DIGITS);
    hex
}

/// The strong entity tag of a body in `coding`; each coding has one of its own (RFC 9110 8.8.3.3).
pub(crate) fn etag(digest: &str, coding: ContentCoding) -> HeaderValue {
    let tag = match coding.token() {
        None => format!("\"{digest}\""),
        Some(token) => format!("\"{digest}-{token}\""),
    };
    // A digest is hexadecimal; anything else would be a stored one that was tampered with.
    HeaderValue::from_str(&tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// A time as an HTTP date (RFC 9110 5.6.7).
pub(crate) fn http_date(at: DateTime<Utc>) -> HeaderValue {
    let text = httpdate::fmt_http_date(SystemTime::from(at));
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"))
}

/// Puts on a document what of these headers matters to one that is no page.
pub(crate) fn guard_headers(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
}

/// Puts on every answer the headers that keep readers safe. There are no cookies to protect, but a publisher's text is
/// on every page, and a second wall behind the sanitiser costs nothing.
pub(crate) async fn guard(mut response: Response<Body>) -> Response<Body> {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    ] {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
