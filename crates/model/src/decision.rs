//! Decisions of staff: append-only, undoable, and stronger than any rule.

use super::event::EventStatus;
use super::id::{EntryKey, SectionSlug, SourceId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What staff decide: the one list, from the command line to the store. `Entry` and `Section` are how it
/// names entries and sections. Recorded, they are keys, of entries and not of pieces, so that a decision
/// survives merges and splits; asked for, they are the words of staff, `Action<String, String>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum Action<Entry = EntryKey, Section = SectionSlug> {
    /// Show it in `section`; without one, wherever rules put it.
    Approve {
        section: Option<Section>,
    },
    /// Keep it out of `section`; without one, out of all.
    Reject {
        section: Option<Section>,
    },
    /// Take it out of `from` (or its primary section) and show it in `to`.
    Move {
        from: Option<Section>,
        to: Section,
    },
    Pin {
        section: Section,
    },
    Unpin {
        section: Section,
    },
    /// Take it back: it leaves every feed with a tombstone (RFC 6721).
    Withdraw {
        /// Shown on its page.
        reason: String,
    },
    /// The same piece as the one that `other` belongs to.
    Merge {
        other: Entry,
    },
    Split {
        /// The entries it must stay apart from; asked for without any, those that it stands with.
        from: Vec<Entry>,
    },
    Lead,
    /// A version, in another language, of the work that `other` belongs to.
    Version {
        other: Entry,
    },
    Date {
        at: DateTime<Utc>,
    },
    /// Let a held placement or update out.
    Release,
    Repair {
        source: SourceId,
        feed: String,
    },
    /// A note for staff; never published.
    Note {
        text: String,
    },
    Add {
        section: Section,
    },
    /// Say when an event is, or whose word about it counts.
    Event {
        event: String,
        from: Option<NaiveDate>,
        /// Last day, included.
        to: Option<NaiveDate>,
        status: Option<EventStatus>,
        /// Calendar whose dates are taken.
        choose: Option<String>,
        note: Option<String>,
    },
    /// What becomes of the pieces of a source that left the policy.
    Source {
        source: SourceId,
        pieces: AfterRemoval,
    },
    /// Where the texts of a source in a language belong that were there when it was said: for languages of which the
    /// policy has no terms.
    Language {
        source: SourceId,
        /// Primary subtag.
        language: String,
        /// They are shown there; without one, they are left where rules put them.
        section: Option<Section>,
    },
    Undo {
        decision: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterRemoval {
    /// They stay as they are.
    Keep,
    /// They leave every feed with a tombstone, unless another source carries them, too.
    Withdraw,
}

impl<Entry, Section> Action<Entry, Section> {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Approve { .. } => "approve",
            Self::Reject { .. } => "reject",
            Self::Move { .. } => "move",
            Self::Pin { .. } => "pin",
            Self::Unpin { .. } => "unpin",
            Self::Withdraw { .. } => "withdraw",
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
            Self::Lead => "lead",
            Self::Version { .. } => "version",
            Self::Date { .. } => "date",
            Self::Release => "release",
            Self::Repair { .. } => "repair",
            Self::Note { .. } => "note",
            Self::Add { .. } => "add",
            Self::Event { .. } => "event",
            Self::Source { .. } => "source",
            Self::Language { .. } => "language",
            Self::Undo { .. } => "undo",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Number, in the order of recording; 0 before it is recorded.
    pub id: i64,
    pub at: DateTime<Utc>,
    /// Who, as they named themselves.
    pub by: String,
    /// The entry it is about; `None` for decisions about a source or another decision.
    pub entry: Option<EntryKey>,
    #[serde(flatten)]
    pub action: Action,
}
