//! Reading a document: bytes in, entries out. Everything of `ingest` that comes before deciding: charset, the tree
//! reader and where that had to mend the strict one (`parse`, `repair`), ids, then normalisation and the sanitiser for
//! new and changed entries. An entry that is as it was costs one digest.

use super::charset;
use super::normalise::{Ids, Normaliser, marks_as_shared, other_spelling};
use super::parse::{self, Raw, Refusal, WARNINGS_MAX, warning};
use super::sanitise;
use super::tombstones::Tombstones;
use chrono::{DateTime, Utc};
use plenary_model::change::Incoming;
use plenary_model::entry::{Entry, Feed, FeedMeta, StoredEntry, Warning};
use plenary_model::id::{EntryKey, digest};
use plenary_model::language::Language;
use plenary_model::poll::{Cause, CauseKind, Freshness, Received};
use plenary_model::source::Source;
use plenary_model::warning::WarningCode;
use plenary_model::withdrawal::Withdrawal;
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use url::Url;

pub const DOCUMENT_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Where a document declares its encoding, in bytes from its start.
const DECLARATION_BYTES_MAX: usize = 1_024;
/// Counts in every hash of an entry: raised when a change of the readers must read all entries anew.
const READER_VERSION: &str = "1";

#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// The bytes, content coding removed.
    pub body: &'a [u8],
    pub content_type: Option<&'a str>,
    /// The document's address, after redirects.
    pub base: Option<&'a str>,
    /// Language of entries that do not say.
    pub language: Option<&'a Language>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub feed: Feed,
    pub freshness: Freshness,
}

impl Document {
    /// The feed as `plenary parse` prints it: safe even where a reader takes plain texts for HTML. A `<` of a title,
    /// subtitle or rights that would begin a tag is written as a reference.
    pub fn for_print(self) -> Feed {
        let mut feed = self.feed;
        let meta = &mut feed.meta;
        for text in [&mut meta.title, &mut meta.subtitle, &mut meta.rights].into_iter().flatten() {
            disarm(text);
        }
        for entry in &mut feed.entries {
            disarm(&mut entry.title);
            // A key that the contract does not name; `explain` tells it.
            entry.language_ground = None;
            entry.rights.iter_mut().for_each(disarm);
        }
        feed
    }
}

fn disarm(text: &mut String) {
    let is_tag =
        |at: usize| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    if text.match_indices('<').any(|(at, _)| is_tag(at)) {
        *text = text.replace('<', "&lt;");
    }
}

/// A document of a source, compared with what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub meta: FeedMeta,
    pub freshness: Freshness,
    pub seen: usize,
    pub unchanged: usize,
    pub incoming: Vec<Incoming>,
    pub present: Vec<EntryKey>,
    /// Stored entries that the document says are gone: by a tombstone (RFC 6721), or missing though it is complete (RFC
    /// 5005 2). Mere absence says nothing.
    pub withdrawals: BTreeMap<EntryKey, Withdrawal>,
    pub warnings: Vec<Warning>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("an HTML page instead of a feed")]
    Html,
    /// No bytes, or blanks alone.
    #[error("the document is empty")]
    Empty,
    #[error("the document has {0} bytes; {DOCUMENT_BYTES_MAX} are read at most")]
    TooBig(usize),
    /// Something else, named.
    #[error("not a feed: {0}")]
    NotAFeed(String),
    /// Neither well-formed nor mendable.
    #[error("not well-formed at {line}:{column}")]
    NotWellFormed {
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
    },
    #[error("the reader failed on this document")]
    Reader,
}

impl ReadError {
    pub fn cause(&self) -> Cause {
        match self {
            Self::Html => Cause::new(CauseKind::Html, ""),
            Self::Empty => Cause::new(CauseKind::Empty, ""),
            Self::TooBig(bytes) => Cause::new(CauseKind::TooBig, format!("{bytes} bytes")),
            Self::NotAFeed(what) => Cause::new(CauseKind::NotAFeed, what.clone()),
            Self::NotWellFormed { line, column } => Cause::new(CauseKind::NotWellFormed, format!("{line}:{column}")),
            Self::Reader => Cause::new(CauseKind::Reader, ""),
        }
    }
}

impl From<Refusal> for ReadError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Html => Self::Html,
            Refusal::Empty => Self::Empty,
            Refusal::NotAFeed(what) => Self::NotAFeed(what),
            Refusal::NotWellFormed(place) => Self::NotWellFormed { line: place.line, column: place.column },
        }
    }
}

/// Reads a document: what `plenary parse` prints. A panic inside a library is a [`ReadError::Reader`].
pub fn document(input: &Input<'_>) -> Result<Document, ReadError> {
    catch_panic(|| {
        with_raw(input, |raw, text, base, warnings| {
            let mut normaliser = Normaliser::new(text, base.clone(), input.language);
            let meta = normaliser.feed(raw);
            let ids = ids_of(raw, text, base.as_ref(), warnings);
            let entries =
                raw.entries.iter().zip(&ids.each).map(|(entry, id)| normaliser.entry(entry, id.clone())).collect();
            let freshness = std::mem::take(&mut raw.freshness);
            warnings.append(&mut normaliser.warnings);
            warnings.truncate(WARNINGS_MAX);
            Document { feed: Feed { meta, entries, warnings: std::mem::take(warnings) }, freshness }
        })
    })
}

/// Reads a document of `source`. `known` holds the hash of each stored entry of it, empty where its publisher took it
/// back.
pub fn read<S: std::hash::BuildHasher>(
    received: &Received,
    final_url: &str,
    source: &Source,
    known: &HashMap<EntryKey, String, S>,
    now: DateTime<Utc>,
) -> Result<Reading, ReadError> {
    let input = Input {
        body: &received.body,
        content_type: received.content_type.as_deref(),
        base: Some(final_url),
        language: source.language.as_ref(),
    };
    catch_panic(|| {
        with_raw(&input, |raw, text, base, warnings| {
            let mut normaliser = Normaliser::new(text, base.clone(), input.language);
            let meta = normaliser.feed(raw);
            let inherited = describe_inherited(&meta, input.language);
            let ids = ids_of(raw, text, base.as_ref(), warnings);
            let mut reading = Reading {
                meta,
                freshness: Freshness::default(),
                seen: 0,
                unchanged: 0,
                incoming: Vec::new(),
                present: Vec::new(),
                withdrawals: BTreeMap::new(),
                warnings: Vec::new(),
            };
            let tombstones = Tombstones::from_raw(&raw.tombstones);
            let entries = raw.entries.iter().zip(&ids.each).zip(&ids.repeated).enumerate();
            for (index, ((entry, id), _)) in entries.filter(|(_, (_, twice))| !**twice) {
                if tombstones.name(id) && tombstones.cover(id, normaliser.entry(entry, id.clone()).updated) {
                    continue;
                }
                let hash = digest([READER_VERSION, &inherited, &entry.received]);
                let formerly = || match ids.plain.get(index).and_then(Option::as_ref) {
                    // Of those that share an id now, one may have had it alone: the one that is as it was.
                    Some(plain) => {
                        let is_as_it_was = |id: &&String| known.get(&EntryKey::derive(&source.id, id)) == Some(&hash);
                        Some(plain).filter(is_as_it_was).cloned().into_iter().collect()
                    }
                    None => marks_as_shared(id, raw, index, base.as_ref()),
                };
                let (key, id) = key_of(source, id, formerly, known);
                reading.seen += 1;
                reading.present.push(key.clone());
                if known.get(&key) == Some(&hash) {
                    reading.unchanged += 1;
                    continue;
                }
                let entry = normaliser.entry(entry, id);
                let text_hash = text_hash(&entry);
                let source = source.id.clone();
                let (first_seen, changed, withdrawn, is_bare) = (now, now, None, false);
                let stored =
                    StoredEntry { key, source, entry, hash, text_hash, first_seen, changed, withdrawn, is_bare };
                reading.incoming.push(super::dedup::prepare(stored));
            }
            if !tombstones.is_empty() {
                let key_of = |id: &str| key_of(source, id, Vec::new, known).0;
                reading.withdrawals = tombstones.withdrawals(known, &reading.present, key_of, now);
            }
            reading.freshness = std::mem::take(&mut raw.freshness);
            warnings.append(&mut normaliser.warnings);
            warnings.truncate(WARNINGS_MAX);
            reading.warnings = std::mem::take(warnings);
            reading
        })
    })
}

/// Runs a reader; a panic in it or in a library is an error.
fn catch_panic<T>(reader: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(reader)).unwrap_or(Err(ReadError::Reader))
}

/// Decodes and parses, then hands over what was found with the text it was found in.
fn with_raw<T>(
    input: &Input<'_>,
    then: impl FnOnce(&mut Raw<'_>, &str, Option<Arc<Url>>, &mut Vec<Warning>) -> T,
) -> Result<T, ReadError> {
    if input.body.len() > DOCUMENT_BYTES_MAX {
        return Err(ReadError::TooBig(input.body.len()));
    }
    let decoded = charset::decode(input.body, input.content_type);
    let text = &*decoded.text;
    let mut warnings: Vec<Warning> = decoded
        .remark
        .map(|remark| warning(WarningCode::Encoding, remark, text, encoding_at(text)))
        .into_iter()
        .collect();
    let base = input.base.and_then(|base| Url::parse(base).ok()).map(Arc::new);
    let mut raw = parse::parse(text, base.as_ref(), &mut warnings)?;
    Ok(then(&mut raw, text, base, &mut warnings))
}

/// Where the encoding shows: at the first byte that was replaced, else at the declaration.
fn encoding_at(text: &str) -> usize {
    let head = &text.as_bytes()[..text.len().min(DECLARATION_BYTES_MAX)];
    let declared = || head.windows(9).position(|window| window == b"encoding=");
    text.find(char::REPLACEMENT_CHARACTER).or_else(declared).unwrap_or(0)
}

fn ids_of(raw: &Raw<'_>, text: &str, base: Option<&Arc<Url>>, warnings: &mut Vec<Warning>) -> Ids {
    let ids = Ids::assign(raw, base);
    let at = |index: usize| raw.entries.get(index).map_or(0, |entry| entry.at);
    let shared = ids.shared.iter().map(|(id, first)| {
        (WarningCode::SharedId, "several entries have this id; they were kept apart by link and title", id, at(*first))
    });
    let repeated = ids.each.iter().enumerate().filter(|(index, _)| ids.repeated.get(*index) == Some(&true));
    let repeated = repeated.map(|(index, id)| {
        (WarningCode::RepeatedEntry, "an entry stands in the document twice; it is stored once", id, at(index))
    });
    for (code, message, id, at) in shared.chain(repeated).take(WARNINGS_MAX) {
        warnings.push(Warning { entry: Some(id.clone()), ..warning(code, message, text, at) });
    }
    ids
}

/// The entry's key, and its id as first stored: neither a switch between http and https makes a new entry, nor another
/// entry that begins or ceases to share the id (`formerly` is what the entry was called then).
fn key_of<S: std::hash::BuildHasher>(
    source: &Source,
    id: &str,
    formerly: impl FnOnce() -> Vec<String>,
    known: &HashMap<EntryKey, String, S>,
) -> (EntryKey, String) {
    let key = EntryKey::derive(&source.id, id);
    if known.is_empty() || known.contains_key(&key) {
        return (key, id.to_owned());
    }
    for other in other_spelling(id).into_iter().chain(formerly()) {
        let other_key = EntryKey::derive(&source.id, &other);
        if known.contains_key(&other_key) {
            return (other_key, other);
        }
    }
    (key, id.to_owned())
}

/// What entries take from their feed, as text: when it changes, every entry is read anew.
fn describe_inherited(meta: &FeedMeta, language: Option<&Language>) -> String {
    let language = meta.language.as_ref().or(language).map_or("", Language::as_str);
    format!(
        "{language}\n{}\n{}",
        meta.author.as_deref().unwrap_or_default(),
        meta.rights.as_deref().unwrap_or_default()
    )
}

/// Digest of title and text as they compare: a change of it is a significant change.
pub fn text_hash(entry: &Entry) -> String {
    digest([comparable(entry).as_str()])
}

/// Title and body as lower-case words: markup, punctuation and blanks do not count.
fn comparable(entry: &Entry) -> String {
    let body = sanitise::text(entry.body());
    let mut out = String::with_capacity(entry.title.len() + body.len());
    let mut gap = false;
    for c in entry.title.chars().chain([' ']).chain(body.chars()) {
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            if c.is_ascii() {
                out.push(c.to_ascii_lowercase());
            } else {
                out.extend(c.to_lowercase());
            }
        } else {
            gap = true;
        }
    }
    out
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
