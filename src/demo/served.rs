//! A document as the origin serves it, with or without validators.

use chrono::{DateTime, Utc};
use std::time::Duration;

/// A document that stands at a path of the origin until another replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    pub status: u16,
    /// Header fields, sent as given, in this order.
    pub headers: Vec<(String, String)>,
    /// Body, sent as it is: a content coding is the caller's affair.
    pub body: Vec<u8>,
    pub delay: Duration,
    /// When the document changed. With it, the answer carries `ETag` and `Last-Modified`, and 304 is given to those who
    /// have it already; without, the answer is always whole.
    pub modified: Option<DateTime<Utc>>,
}

impl Served {
    /// A document with status 200, its media type and nothing else.
    pub fn new(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".to_owned(), media_type.to_owned())],
            body: body.into(),
            delay: Duration::ZERO,
            modified: None,
        }
    }

    pub fn status(status: u16, body: &str) -> Self {
        Self { status, ..Self::new("text/plain; charset=utf-8", body) }
    }

    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status, "moved\n").header("location", location)
    }

    #[must_use]
    pub fn with_modified(mut self, modified: DateTime<Utc>) -> Self {
        self.modified = Some(modified);
        self
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn with_delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    pub(super) fn etag(&self) -> String {
        let digest = blake3::hash(&self.body).to_hex();
        format!("\"{}\"", digest.get(..20).unwrap_or_default())
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Condition<'a> {
    pub(super) none_match: Option<&'a str>,
    pub(super) modified_since: Option<&'a str>,
}

impl Condition<'_> {
    /// True when the client has this document (RFC 9110 13.2.2: the entity tag decides when both are sent). Compared
    /// byte for byte, so that a client that rewrites validators is found out.
    pub(super) fn is_met(&self, etag: &str, modified: DateTime<Utc>) -> bool {
        match (self.none_match, self.modified_since) {
            (Some(tags), _) => tags == "*" || tags.split(',').any(|tag| tag.trim() == etag),
            (None, Some(since)) => since == http_date(modified),
            (None, None) => false,
        }
    }
}

pub(super) fn http_date(at: DateTime<Utc>) -> String {
    httpdate::fmt_http_date(at.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_client_has_the_document_when_its_validator_is_ours_byte_for_byte() {
        let at = DateTime::UNIX_EPOCH + TimeDelta::days(18_000);
        let date = http_date(at);
        let met = |none_match, modified_since| Condition { none_match, modified_since }.is_met("\"a\"", at);
        assert!(met(Some("\"a\""), None));
        assert!(met(Some("\"x\", \"a\""), None));
        assert!(met(None, Some(&date)));
        assert!(!met(Some("a"), None), "a tag that lost its quotes");
        assert!(!met(Some("\"x\""), Some(&date)), "the tag decides");
        assert!(!met(None, None));
    }
}
