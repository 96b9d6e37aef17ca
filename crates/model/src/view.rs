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
    /// Carried by this source.
    pub source: Option<SourceId>,
    /// In this language (primary subtag).
    pub language: Option<String>,
    /// Only those that may stand in a current document.
    pub announced_only: bool,
    /// Entered the section in this month (UTC), `YYYY-MM`.
    pub month: Option<String>,
    /// How many to pass over.
    pub offset: usize,
    /// How many to return at most.
    pub limit: usize,
}

/// Pieces, newest first (pinned ones before all others), and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pieces {
    /// The pieces asked for.
    pub pieces: Vec<PieceView>,
    /// How many the selection holds without `offset` and `limit`.
    pub total: usize,
}

/// A piece asked for by its id.
#[derive(Clone, Debug, PartialEq)]
pub enum PieceFound {
    /// Here it is, shown, withdrawn or waiting.
    Piece(Box<PieceView>),
    /// It was absorbed by this piece.
    MovedTo(PieceId),
}

/// What a section shows, in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionShown {
    /// The section.
    pub section: SectionSlug,
    /// Pieces shown.
    pub shown: usize,
    /// When a piece last entered.
    pub newest: Option<DateTime<Utc>>,
}

/// A section in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionFigures {
    /// The section.
    pub section: SectionSlug,
    /// Pieces shown.
    pub shown: usize,
    /// Pieces that wait for staff.
    pub pending: usize,
    /// When a piece last entered.
    pub newest: Option<DateTime<Utc>>,
}

/// A source with its health.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceHealth {
    /// Poll state with the last cause.
    pub state: PollState,
    /// Entries stored.
    pub entries: usize,
    /// Pieces shown that it carries.
    pub shown: usize,
    /// Date of its newest entry.
    pub newest: Option<DateTime<Utc>>,
}

/// How many spans of time a source's rhythm has, and how many days one is: a year of fortnights.
pub const RHYTHM_SPANS: usize = 26;
/// Days of one span.
pub const RHYTHM_SPAN_DAYS: usize = 14;

/// One line of a source's poll history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollLine {
    /// When.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why.
    pub cause: Cause,
    /// Status of the last answer.
    pub status: Option<u16>,
    /// Entries in the document.
    pub seen: usize,
    /// Entries not seen before.
    pub new: usize,
    /// Entries whose text changed.
    pub changed: usize,
    /// Decoded size in bytes.
    pub body_bytes: usize,
    /// Duration in milliseconds.
    pub duration_ms: u64,
    /// True when validators were sent.
    pub conditional: bool,
}

/// The store in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Sources known, switched-off ones among them.
    pub sources: usize,
    /// Entries stored.
    pub entries: usize,
    /// Pieces.
    pub pieces: usize,
    /// Works: pieces with their translations counted once.
    pub works: usize,
}

/// One side of a pair in doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The piece it stands in.
    pub piece: PieceId,
    /// The entry that was compared.
    pub entry: EntryKey,
    /// Who published it: slug.
    pub source: SourceId,
    /// Who published it: name.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// Its page.
    pub link: Option<String>,
    /// Its language.
    pub language: Option<String>,
    /// Its date: published, else updated, else first seen.
    pub dated: DateTime<Utc>,
}

/// A pair in doubt, side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubtLine {
    /// What they may be to each other.
    pub kind: DoubtKind,
    /// The rung it would stand on.
    pub rung: Rung,
    /// How alike, of 1,000.
    pub score: u16,
    /// What speaks for it; as JSON with the English sentence (`evidence`) beside the code.
    #[serde(flatten, with = "told")]
    pub found: Sameness,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The one.
    pub one: Side,
    /// The other.
    pub other: Side,
    /// The longest stretches that both texts have, quoted from the one; filled in by `app`.
    #[serde(default)]
    pub matched: Vec<String>,
}

/// What speaks for a pair, as JSON: the English sentence, and the code beside it.
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

/// A change of an entry's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionLine {
    /// When we saw it.
    pub at: DateTime<Utc>,
    /// The source that changed it.
    pub source: SourceId,
    /// The title before.
    pub title: String,
}

/// What the archive document of one month holds, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archived {
    /// Pieces that entered in the month and were not taken back since.
    pub pieces: Vec<ArchivedPiece>,
    /// What stands for those that were withdrawn, or joined with others.
    pub tombstones: Vec<Tombstone>,
}

/// A piece in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedPiece {
    /// The piece.
    pub id: PieceId,
    /// The id it is published under.
    pub atom_id: String,
    /// Its last significant change.
    pub updated: DateTime<Utc>,
    /// False when it left the section.
    pub is_shown: bool,
}

/// A withdrawn piece, as feeds announce it (RFC 6721).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// The `atom:id` it was published under.
    pub atom_id: String,
    /// When it was withdrawn.
    pub at: DateTime<Utc>,
    /// Why; may be empty.
    pub reason: String,
}

/// In which order a search answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The best first; newest first where no word is asked for.
    #[default]
    Relevance,
    /// The newest first.
    Date,
}

/// A search among the shown pieces.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// What is asked for.
    pub query: Query,
    /// Only pieces that may stand in a current document.
    pub announced_only: bool,
    /// The order.
    pub order: Order,
    /// The time, from which newness is counted.
    pub now: DateTime<Utc>,
    /// In order of date: only what stands after this mark, a [`Found::next`].
    pub cursor: Option<i64>,
    /// How many to pass over.
    pub offset: usize,
    /// How many to return at most.
    pub limit: usize,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The pieces asked for.
    pub pieces: Vec<PieceView>,
    /// How many there are in all.
    pub total: usize,
    /// In order of date: the mark after the last of `pieces`, when there may be more.
    pub next: Option<i64>,
}

/// What pieces are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    /// A field of the query language.
    Field(Field),
    /// The year of a piece's date (UTC).
    Year,
}

/// A value of a facet, and how many pieces have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// The facet.
    pub facet: Facet,
    /// The value as queries name it.
    pub value: String,
    /// Pieces.
    pub pieces: usize,
}
