//! A feed document and its entries after normalisation. The JSON of `plenary parse` is these types.

use super::id::EntryKey;
use super::language::{Language, LanguageGround};
use super::link::Link;
use super::warning::WarningCode;
use super::withdrawal::Withdrawal;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A person or organisation (RFC 4287 3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    #[serde(default)]
    pub uri: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
}

/// The publisher's own category (RFC 4287 4.2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub term: String,
    #[serde(default)]
    pub scheme: Option<String>,
    #[serde(default)]
    pub label: Option<String>,
}

/// Attached media (`link rel="enclosure"`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    pub href: String,
    #[serde(rename = "type")]
    pub media_type: Option<String>,
    /// Size in bytes, as announced.
    pub length: Option<u64>,
}

/// Where an entry says it comes from (`atom:source`, RFC 4287 4.2.11; RSS `source`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntrySource {
    pub id: Option<String>,
    pub title: Option<String>,
    pub link: Option<String>,
}

/// One published piece as normalised from one source. All HTML is sanitised, all addresses are
/// absolute, all times UTC; what the publisher did not give is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Permanent id (RFC 4287 4.2.6): the publisher's, or derived when there is none.
    pub id: String,
    /// Title as plain text.
    pub title: String,
    pub link: Option<String>,
    /// All links, the enclosures left out.
    pub links: Vec<Link>,
    /// Short HTML; `content` is the full one.
    pub summary: Option<String>,
    pub content: Option<String>,
    pub published: Option<DateTime<Utc>>,
    pub updated: Option<DateTime<Utc>>,
    pub author: Option<String>,
    pub authors: Vec<Person>,
    pub categories: Vec<Category>,
    /// Declared language of this entry (its own, else its feed's), else detected.
    pub language: Option<Language>,
    /// `None` for lines that name their language, and for entries stored before this was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_ground: Option<LanguageGround>,
    pub rights: Option<String>,
    pub enclosures: Vec<Enclosure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<EntrySource>,
}

impl Entry {
    /// The fuller of content and summary, as HTML; empty when there is neither.
    pub fn body(&self) -> &str {
        let content = self.content.as_deref().unwrap_or_default();
        let summary = self.summary.as_deref().unwrap_or_default();
        if content.len() >= summary.len() { content } else { summary }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub code: WarningCode,
    pub message: String,
    pub entry: Option<String>,
    /// Line in the document, from 1.
    pub line: Option<usize>,
    /// Column in the line, in characters from 1.
    pub column: Option<usize>,
}

/// What a feed says of itself; printed as `atom:source` in what we republish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedMeta {
    pub title: Option<String>,
    /// The feed's own id; for formats without one, its address.
    pub id: Option<String>,
    pub links: Vec<Link>,
    pub published: Option<DateTime<Utc>>,
    pub updated: Option<DateTime<Utc>>,
    pub language: Option<Language>,
    pub subtitle: Option<String>,
    pub rights: Option<String>,
    pub author: Option<String>,
    pub authors: Vec<Person>,
    pub categories: Vec<Category>,
    pub hub: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    #[serde(flatten)]
    pub meta: FeedMeta,
    pub entries: Vec<Entry>,
    pub warnings: Vec<Warning>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEntry {
    pub key: EntryKey,
    pub source: super::id::SourceId,
    pub entry: Entry,
    /// Digest of the entry as received: equal means nothing to do.
    pub hash: String,
    /// Digest of the normalised text: a change of it is a significant change.
    pub text_hash: String,
    pub first_seen: DateTime<Utc>,
    /// When its text last changed, as far as we saw; `first_seen` when never.
    pub changed: DateTime<Utc>,
    /// Set while its publisher says that it took it back (RFC 6721, RFC 5005 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawal>,
    /// True when summary and content were dropped since no reader sees it any more; digests are those of the whole.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_bare: bool,
}
