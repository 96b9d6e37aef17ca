//! What the store answers to those who show things: pages, feeds, status.

use super::change::DoubtKind;
use super::id::{EntryKey, PieceId, SectionSlug, SourceId};
use super::piece::PieceView;
use super::poll::{Cause, Outcome, PollState};
use super::query::{Field, Query};
use super::sameness::{Rung, Sameness};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Which shown pieces are asked for. Every condition that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Shown in this section; without one, in any.
    pub section: Option<SectionSlug>,
    pub source: Option<SourceId>,
    /// In this language (primary subtag).
    pub language: Option<String>,
    /// Only those that may stand in a current document.
    pub announced_only: bool,
    /// Entered the section in this month (UTC), `YYYY-MM`.
    pub month: Option<String>,
    /// One for each work, and works counted instead of pieces.
    pub per_work: Option<PerWork>,
    pub offset: usize,
    pub limit: usize,
}

/// Of the versions of a work that are asked for, which one stands for it: the one in the first of these languages
/// (primary subtags) that there is, else the newest. In a section a pinned one comes before all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PerWork {
    pub languages: Vec<String>,
}

/// Pieces, newest first (pinned ones before all others), and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pieces {
    pub pieces: Vec<PieceView>,
    /// How many the selection holds without `offset` and `limit`.
    pub total: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PieceFound {
    Piece(Box<PieceView>),
    MovedTo(PieceId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionShown {
    pub section: SectionSlug,
    pub shown: usize,
    /// Pieces with their translations counted once.
    pub works: usize,
    pub newest: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionFigures {
    pub section: SectionSlug,
    pub shown: usize,
    pub pending: usize,
    pub newest: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceHealth {
    pub state: PollState,
    pub entries: usize,
    pub shown: usize,
    pub newest: Option<DateTime<Utc>>,
}

/// How many spans of time a source's rhythm has, and how many days one is: a year of fortnights.
pub const RHYTHM_SPANS: usize = 26;
pub const RHYTHM_SPAN_DAYS: usize = 14;

/// One line of a source's poll history; its figures are those of [`super::poll::PollRecord`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollLine {
    pub at: DateTime<Utc>,
    pub outcome: Outcome,
    pub cause: Cause,
    pub status: Option<u16>,
    pub seen: usize,
    pub new: usize,
    pub changed: usize,
    pub body_bytes: usize,
    pub duration_ms: u64,
    pub conditional: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Sources known, switched-off ones among them.
    pub sources: usize,
    pub entries: usize,
    pub pieces: usize,
    /// Works: pieces with their translations counted once.
    pub works: usize,
}

/// What retention removed in its last run that removed anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pruned {
    pub at: Option<DateTime<Utc>>,
    /// Pieces that left a section after their time.
    pub expired: usize,
    /// Pieces whose texts were dropped.
    pub dropped: usize,
    /// Bytes of texts that were dropped.
    pub bytes: u64,
    /// Documents of archives.
    pub archives: usize,
}

impl Pruned {
    pub fn is_empty(&self) -> bool {
        *self == Self { at: self.at, ..Self::default() }
    }

    pub fn add(&mut self, other: &Self) {
        self.at = self.at.max(other.at);
        self.expired += other.expired;
        self.dropped += other.dropped;
        self.bytes += other.bytes;
        self.archives += other.archives;
    }
}

/// What the database takes, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub file: u64,
    /// Of its write-ahead log.
    pub log: u64,
    /// Of the file, what is free for what comes.
    pub free: u64,
    /// Whether what is free can be given back to the disk.
    pub is_given_back: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    pub piece: PieceId,
    pub entry: EntryKey,
    pub source: SourceId,
    pub publisher: String,
    pub title: String,
    pub link: Option<String>,
    pub language: Option<String>,
    /// Its date: published, else updated, else first seen.
    pub dated: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubtLine {
    pub kind: DoubtKind,
    pub rung: Rung,
    /// How alike, of 1,000.
    pub score: u16,
    /// What speaks for it; as JSON with the English sentence (`evidence`) beside the code.
    #[serde(flatten, with = "told")]
    pub found: Sameness,
    pub since: DateTime<Utc>,
    pub one: Side,
    pub other: Side,
    /// The longest stretches that both texts have, quoted from the one; filled in by `app`.
    #[serde(default)]
    pub matched: Vec<String>,
}

mod told {
    use crate::sameness::Sameness;
    use serde::de::Error as _;
    use serde::ser::SerializeStruct as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(found: &Sameness, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Evidence", 2)?;
        fields.serialize_field("evidence", &found.to_string())?;
        fields.serialize_field("reasons", &[found])?;
        fields.end()
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Sameness, D::Error> {
        #[derive(Deserialize)]
        struct Evidence {
            reasons: Vec<Sameness>,
        }
        let found = Evidence::deserialize(from)?.reasons.into_iter().next();
        found.ok_or_else(|| D::Error::custom("a pair in doubt without a reason"))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionLine {
    pub at: DateTime<Utc>,
    pub source: SourceId,
    pub title: String,
}

/// What the archive of one month holds, in all its parts, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archived {
    /// Pieces that entered in the month and were not taken back since.
    pub pieces: Vec<ArchivedPiece>,
    /// What stands for those that were withdrawn, or joined with others.
    pub tombstones: Vec<Tombstone>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedPiece {
    pub id: PieceId,
    pub atom_id: String,
    pub updated: DateTime<Utc>,
    /// False when it left the section.
    pub is_shown: bool,
}

/// A withdrawn piece, as feeds announce it (RFC 6721).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    pub atom_id: String,
    pub at: DateTime<Utc>,
    pub reason: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The best first; newest first where no word is asked for.
    #[default]
    Relevance,
    Date,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    pub query: Query,
    pub announced_only: bool,
    pub order: Order,
    /// The time, from which newness is counted.
    pub now: DateTime<Utc>,
    /// In order of date: only what stands after this mark, a [`Found::next`].
    pub cursor: Option<i64>,
    /// One piece for each work that has any, and works counted instead of pieces, by facets, too.
    pub per_work: Option<PerWork>,
    pub offset: usize,
    pub limit: usize,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub pieces: Vec<PieceView>,
    pub total: usize,
    /// In order of date: the mark after the last of `pieces`, when there may be more.
    pub next: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    Field(Field),
    Year,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    pub facet: Facet,
    pub value: String,
    pub pieces: usize,
}
