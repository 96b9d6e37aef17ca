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
    /// Name as plain text.
    pub name: String,
    /// Home page.
    #[serde(default)]
    pub uri: Option<String>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
}

/// The publisher's own category (RFC 4287 4.2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// The category itself.
    pub term: String,
    /// The vocabulary it is from.
    #[serde(default)]
    pub scheme: Option<String>,
    /// A name to show.
    #[serde(default)]
    pub label: Option<String>,
}

/// Attached media (`link rel="enclosure"`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// Absolute address.
    pub href: String,
    /// Media type.
    #[serde(rename = "type")]
    pub media_type: Option<String>,
    /// Size in bytes, as announced.
    pub length: Option<u64>,
}

/// Where an entry says it comes from (`atom:source`, RFC 4287 4.2.11; RSS `source`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntrySource {
    /// Id of the original feed.
    pub id: Option<String>,
    /// Title of the original feed.
    pub title: Option<String>,
    /// Address of the original feed or site.
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
    /// Address of the entry's page.
    pub link: Option<String>,
    /// All links, the enclosures left out.
    pub links: Vec<Link>,
    /// Short HTML.
    pub summary: Option<String>,
    /// Full HTML.
    pub content: Option<String>,
    /// First publication.
    pub published: Option<DateTime<Utc>>,
    /// Last significant change that the publisher claims.
    pub updated: Option<DateTime<Utc>>,
    /// Names of the authors in one line.
    pub author: Option<String>,
    /// The authors.
    pub authors: Vec<Person>,
    /// The publisher's categories.
    pub categories: Vec<Category>,
    /// Declared language of this entry (its own, else its feed's), else detected.
    pub language: Option<Language>,
    /// How the language is known; `None` for entries that were stored before this was noted, and of
    /// lines that name their language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_ground: Option<LanguageGround>,
    /// Rights as plain text.
    pub rights: Option<String>,
    /// Attached media.
    pub enclosures: Vec<Enclosure>,
    /// The feed this entry was taken from, when it says so.
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

/// Something that was wrong in a document and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What it is about.
    pub code: WarningCode,
    /// What was found and what was done, in one sentence.
    pub message: String,
    /// Id of the entry concerned.
    pub entry: Option<String>,
    /// Line in the document, from 1.
    pub line: Option<usize>,
    /// Column in the line, in characters from 1.
    pub column: Option<usize>,
}

/// What a feed says of itself; printed as `atom:source` in what we republish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedMeta {
    /// Title as plain text.
    pub title: Option<String>,
    /// The feed's own id; for formats without one, its address.
    pub id: Option<String>,
    /// The feed's links: `self`, `alternate`, `hub`, ….
    pub links: Vec<Link>,
    /// First publication of the feed.
    pub published: Option<DateTime<Utc>>,
    /// Last change that the feed claims.
    pub updated: Option<DateTime<Utc>>,
    /// Declared language.
    pub language: Option<Language>,
    /// Subtitle as plain text.
    pub subtitle: Option<String>,
    /// Rights as plain text.
    pub rights: Option<String>,
    /// Names of the authors in one line.
    pub author: Option<String>,
    /// The authors.
    pub authors: Vec<Person>,
    /// Categories of the feed.
    pub categories: Vec<Category>,
    /// `WebSub` hub.
    pub hub: Option<String>,
}

/// A whole document, normalised: the JSON contract of `plenary parse`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// The feed's own fields.
    #[serde(flatten)]
    pub meta: FeedMeta,
    /// The entries in document order.
    pub entries: Vec<Entry>,
    /// What was mended or dropped.
    pub warnings: Vec<Warning>,
}

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEntry {
    /// Derived from source and id.
    pub key: EntryKey,
    /// Who published it.
    pub source: super::id::SourceId,
    /// The normalised entry.
    pub entry: Entry,
    /// Digest of the entry as received: equal means nothing to do.
    pub hash: String,
    /// Digest of the normalised text: a change of it is a significant change.
    pub text_hash: String,
    /// When we first saw it.
    pub first_seen: DateTime<Utc>,
    /// When its text last changed, as far as we saw; `first_seen` when never.
    pub changed: DateTime<Utc>,
    /// Set while its publisher says that it took it back (RFC 6721, RFC 5005 2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawal>,
}
