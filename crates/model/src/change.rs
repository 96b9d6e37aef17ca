//! The contract between `ingest` and `store`: what is known, what came in, what changes.

use super::entry::StoredEntry;
use super::id::{EntryKey, PieceId, SectionSlug, SourceId};
use super::language::Language;
use super::limits::Limits;
use super::piece::{Dossier, Piece};
use super::sameness::{Rung, Sameness};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What an entry is found by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Id(String),
    /// A canonical link.
    Link(String),
    /// Half of the digest of the text.
    Text(u64),
    /// A phrase of the text, one of the few that are chosen to find near copies.
    Phrase(u64),
    /// A phrase of the title.
    Title(u64),
    /// Who published it: the host of its page. Only of entries whose language is known.
    Publisher(String),
    /// A figure or name that a translation keeps; only beside a publisher.
    Specific(u64),
}

impl Key {
    /// The host of the publisher among keys.
    pub fn find_publisher(keys: &[Self]) -> Option<&str> {
        keys.iter().find_map(|key| if let Self::Publisher(host) = key { Some(host.as_str()) } else { None })
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    pub stored: StoredEntry,
    pub keys: Vec<Key>,
    /// What the judge compares of it, in a form of its own, so that it can be ruled out before its piece is read; empty
    /// when that is not known.
    pub sketch: Vec<u8>,
}

/// Answers, for sketches of stored entries, whether they may bear on what came in.
pub type Admits = Box<dyn FnMut(&[u8]) -> bool>;

/// Rules out, by sketches alone, entries that share a key and have nothing else in common.
pub trait Screen: Send + Sync {
    /// Whether a stored entry with another sketch may bear on one that came in with this; asked of many.
    fn open(&self, sketch: &[u8]) -> Admits;
}

/// What came in is compared with this.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CandidateSet {
    /// Every piece that may meet what came in, with all its entries: by an entry, id, link or text, by enough
    /// phrases within the window, by a doubt, or by one publisher in another language within days.
    pub dossiers: Vec<Dossier>,
    /// Pairs of their entries that may be the same piece and are not.
    pub doubts: Vec<(EntryKey, EntryKey)>,
    /// Digests of the texts that the entries asked for had before.
    pub earlier: BTreeSet<(EntryKey, String)>,
    pub first_pass_done: bool,
    pub entered: Entered,
}

/// How many pieces of each source entered each section with a cap since the day (UTC) began.
pub type Entered = BTreeMap<(SectionSlug, SourceId), usize>;

/// How much one source has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Intake {
    /// Entries written since the day (UTC) began, new and changed.
    pub entries_today: usize,
    /// Bytes of its entries and of the texts that they had before.
    pub bytes_kept: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubtKind {
    PossibleDuplicate,
    PossibleTranslation,
    /// About one thing, but not one text: linked, never merged.
    Related,
}

impl DoubtKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PossibleDuplicate => "possible-duplicate",
            Self::PossibleTranslation => "possible-translation",
            Self::Related => "related",
        }
    }
}

/// Two entries of different pieces that may belong together; staff decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    pub entry: EntryKey,
    pub other: EntryKey,
    pub kind: DoubtKind,
    pub rung: Rung,
    /// How alike, of 1,000.
    pub score: u16,
    pub found: Sameness,
}

/// What one poll, decision or reload changes; applied in one transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changeset {
    pub entries: Vec<Incoming>,
    /// The new state of every piece touched. Its members move to it.
    pub pieces: Vec<Piece>,
    /// Pieces that were absorbed, and by which.
    pub absorbed: Vec<(PieceId, PieceId)>,
    pub new: Vec<EntryKey>,
    pub changed: Vec<EntryKey>,
    pub doubts: Vec<Doubt>,
}

/// The question that `CandidateSet` answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    pub entries: Vec<EntryKey>,
    /// Ids and links under which entries are asked for, whatever their time.
    pub keys: Vec<Key>,
    /// Entries that came in: asked for is what may be the same piece or work within their window.
    pub sought: Vec<Sought>,
    pub window_days: i64,
    pub limits: Limits,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    pub source: SourceId,
    pub keys: Vec<Key>,
    pub sketch: Vec<u8>,
    pub dated: Option<DateTime<Utc>>,
    pub first_seen: DateTime<Utc>,
    pub language: Option<Language>,
}

impl Asked {
    pub fn about<'a>(
        incoming: &'a [Incoming],
        named: impl Iterator<Item = &'a EntryKey>,
        window_days: i64,
        limits: &Limits,
    ) -> Self {
        let sought = |one: &Incoming| {
            let entry = &one.stored.entry;
            Sought {
                source: one.stored.source.clone(),
                keys: one.keys.clone(),
                sketch: one.sketch.clone(),
                dated: entry.published.or(entry.updated),
                first_seen: one.stored.first_seen,
                language: entry.language.clone(),
            }
        };
        Self {
            entries: incoming.iter().map(|one| &one.stored.key).chain(named).cloned().collect(),
            keys: Vec::new(),
            sought: incoming.iter().map(sought).collect(),
            window_days,
            limits: limits.clone(),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    pub sections: Vec<super::id::SectionSlug>,
    pub sources: Vec<super::id::SourceId>,
    /// Archives to look at again: section and month (UTC, `YYYY-MM`) of entering it.
    pub months: Vec<(super::id::SectionSlug, String)>,
    pub at: Option<DateTime<Utc>>,
}

impl Touched {
    pub fn add(&mut self, other: Self) {
        self.sections.extend(other.sections);
        self.sources.extend(other.sources);
        self.months.extend(other.months);
        self.at = self.at.max(other.at);
    }
}
