//! The contract between `ingest` and `store`: what is known, what came in, what changes.

use super::entry::StoredEntry;
use super::id::{EntryKey, PieceId, SectionSlug, SourceId};
use super::language::Language;
use super::piece::{Dossier, Piece};
use super::sameness::{Rung, Sameness};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// On what grounds two entries can be the same piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Same `atom:id`.
    Id,
    /// Same canonical link.
    Link,
    /// Same normalised text.
    Text,
    /// A phrase of the text, one of the few that are chosen to find near copies.
    Phrase,
    /// A phrase of the title.
    Title,
    /// Who published it: the host of its page. Only of entries whose language is known.
    Publisher,
    /// A figure or name that a translation keeps; only beside a publisher.
    Specific,
}

impl KeyKind {
    /// The word used in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Link => "link",
            Self::Text => "text",
            Self::Phrase => "phrase",
            Self::Title => "title",
            Self::Publisher => "publisher",
            Self::Specific => "specific",
        }
    }
}

/// A key under which an entry is found again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// On what grounds.
    pub kind: KeyKind,
    /// The id, the canonical link, the host of the publisher; the digest of the text, of a phrase or of a
    /// specific as hexadecimal digits, of which the last sixteen count.
    pub value: String,
}

/// An entry that came in new or changed, with its keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Incoming {
    /// The entry as it is to be stored.
    pub stored: StoredEntry,
    /// The keys it is found by.
    pub keys: Vec<Key>,
}

/// What the store knows about the entries that came in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Every piece that may meet what came in, with all its entries: it holds one of the entries or
    /// their ids, links or texts, shares enough phrases within the window, is in doubt with such a piece,
    /// or comes from the same publisher in another language within days.
    pub dossiers: Vec<Dossier>,
    /// Pairs of their entries that may be the same piece and are not.
    pub doubts: Vec<(EntryKey, EntryKey)>,
    /// True once a first pass over all sources has ended in this database.
    pub first_pass_done: bool,
    /// What has entered sections with a cap since the day began.
    pub entered: Entered,
}

/// How many pieces of each source entered each section with a cap since the day (UTC) began.
pub type Entered = BTreeMap<(SectionSlug, SourceId), usize>;

/// What two entries of different pieces may be to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubtKind {
    /// One piece; staff decide.
    PossibleDuplicate,
    /// One work in two languages; staff decide.
    PossibleTranslation,
    /// About one thing, but not one text: linked, never merged.
    Related,
}

impl DoubtKind {
    /// The word used in the database, in the queue and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PossibleDuplicate => "possible-duplicate",
            Self::PossibleTranslation => "possible-translation",
            Self::Related => "related",
        }
    }
}

/// Two entries of different pieces that may belong together; staff decide by `merge`, `version` or
/// `apart`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The one entry.
    pub entry: EntryKey,
    /// The other.
    pub other: EntryKey,
    /// What they may be to each other.
    pub kind: DoubtKind,
    /// The rung it would stand on.
    pub rung: Rung,
    /// How alike, of 1,000.
    pub score: u16,
    /// What speaks for it.
    pub found: Sameness,
}

/// What one poll, decision or reload changes; applied in one transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changeset {
    /// Entries to write, new or changed, with their keys.
    pub entries: Vec<Incoming>,
    /// The new state of every piece touched. Its members move to it.
    pub pieces: Vec<Piece>,
    /// Pieces that were absorbed, and by which.
    pub absorbed: Vec<(PieceId, PieceId)>,
    /// Entries not seen before.
    pub new: Vec<EntryKey>,
    /// Entries whose text changed.
    pub changed: Vec<EntryKey>,
    /// Possible duplicates among the entries that came in, for the queue.
    pub doubts: Vec<Doubt>,
}

/// The question that `Known` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Entries asked for by name.
    pub entries: Vec<EntryKey>,
    /// Ids and links under which entries are asked for, whatever their time.
    pub keys: Vec<Key>,
    /// Entries that came in: asked for is what may be the same piece or work within their window.
    pub sought: Vec<Sought>,
    /// The window, in days.
    pub window_days: i64,
}

/// An entry that came in, as far as others are sought that may belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Its source.
    pub source: SourceId,
    /// Its keys.
    pub keys: Vec<Key>,
    /// Claimed publication.
    pub dated: Option<DateTime<Utc>>,
    /// When it was first seen.
    pub first_seen: DateTime<Utc>,
    /// Its language.
    pub language: Option<Language>,
}

impl Asked {
    /// Everything that may belong to what came in; `named` are further entries, asked for by name.
    pub fn about<'a>(incoming: &'a [Incoming], named: impl Iterator<Item = &'a EntryKey>, window_days: i64) -> Self {
        let sought = |one: &Incoming| {
            let entry = &one.stored.entry;
            Sought {
                source: one.stored.source.clone(),
                keys: one.keys.clone(),
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
        }
    }
}

/// Where readers see a difference after a change was applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Sections whose documents must be rendered again.
    pub sections: Vec<super::id::SectionSlug>,
    /// Sources whose documents must be rendered again.
    pub sources: Vec<super::id::SourceId>,
    /// Archives to look at again: section and month (UTC, `YYYY-MM`) of entering it.
    pub months: Vec<(super::id::SectionSlug, String)>,
    /// When it was applied.
    pub at: Option<DateTime<Utc>>,
}

impl Touched {
    /// Adds what another change touched.
    pub fn add(&mut self, other: Self) {
        self.sections.extend(other.sections);
        self.sources.extend(other.sources);
        self.months.extend(other.months);
        self.at = self.at.max(other.at);
    }
}
