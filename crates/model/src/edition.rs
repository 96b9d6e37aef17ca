//! An edition: one rendered document, as it is stored and served.

use chrono::{DateTime, Utc};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Address on the site, with its leading slash, such as `/sections/news.atom`.
    pub path: String,
    pub media_type: &'static str,
    pub body: Vec<u8>,
    /// When what it shows last changed; becomes `Last-Modified`. Never the time of rendering.
    pub updated: DateTime<Utc>,
}

/// How a stored body is coded (RFC 9110 8.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentCoding {
    Identity,
    Gzip,
    Brotli,
}

impl ContentCoding {
    pub fn token(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    pub path: String,
    pub media_type: String,
    /// Digest of the body, the opaque part of its strong `ETag`, without quotes. Each coding's tag
    /// adds its token, since a strong tag names one representation (RFC 9110 8.8.3.3).
    pub digest: String,
    pub updated: DateTime<Utc>,
    pub identity: Vec<u8>,
    /// Empty until the document has settled.
    pub gzip: Vec<u8>,
    /// As `gzip`; for good where it is not worth the time.
    pub brotli: Vec<u8>,
}

/// A body in every coding beside identity; an empty one is not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codings {
    pub gzip: Vec<u8>,
    pub brotli: Vec<u8>,
}

/// A stored document without codings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncoded {
    pub path: String,
    /// That of the body: another one means that the document has changed since.
    pub digest: String,
    pub body: Vec<u8>,
}

impl Edition {
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

/// An edition as it is sent: long bodies stay in the store and are read from there slice by slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEdition {
    pub path: String,
    pub media_type: String,
    /// As [`Edition::digest`].
    pub digest: String,
    pub updated: DateTime<Utc>,
    /// The codings that there are, smaller ones first.
    pub bodies: Vec<(ContentCoding, StoredBody)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredBody {
    Whole(Vec<u8>),
    /// Its length in bytes.
    Long(usize),
}
