//! An edition: one rendered document, as it is stored and served.

use chrono::{DateTime, Utc};

/// A rendered document before it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Address on the site, with its leading slash, such as `/sections/news.atom`.
    pub path: String,
    /// `Content-Type`.
    pub media_type: &'static str,
    /// The document.
    pub body: Vec<u8>,
    /// When what it shows last changed; becomes `Last-Modified`. Never the time of rendering.
    pub updated: DateTime<Utc>,
}

/// How a stored body is coded (RFC 9110 8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentCoding {
    /// As it is.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
}

impl ContentCoding {
    /// The token of `Content-Encoding`; `None` for identity.
    pub fn token(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

/// A stored document in all its codings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Address on the site.
    pub path: String,
    /// `Content-Type`.
    pub media_type: String,
    /// Digest of the body, the opaque part of its strong `ETag`, without quotes. Each coding's tag
    /// adds its token, since a strong tag names one representation (RFC 9110 8.8.3.3).
    pub digest: String,
    /// When what it shows last changed.
    pub updated: DateTime<Utc>,
    /// As it is.
    pub identity: Vec<u8>,
    /// gzip-coded.
    pub gzip: Vec<u8>,
    /// Brotli-coded; empty when it is not worth the time.
    pub brotli: Vec<u8>,
}

impl Edition {
    /// The body in `coding`.
    pub fn body(&self, coding: ContentCoding) -> &[u8] {
        match coding {
            ContentCoding::Identity => &self.identity,
            ContentCoding::Gzip => &self.gzip,
            ContentCoding::Brotli => &self.brotli,
        }
    }

    /// The strong entity tag in `coding`, with its quotes.
    pub fn etag(&self, coding: ContentCoding) -> String {
        match coding.token() {
            None => format!("\"{}\"", self.digest),
            Some(token) => format!("\"{}-{token}\"", self.digest),
        }
    }
}
