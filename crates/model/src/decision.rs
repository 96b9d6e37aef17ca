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
        /// The section, or all that the rules name.
        section: Option<Section>,
    },
    /// Keep it out of `section`; without one, out of all.
    Reject {
        /// The section, or all.
        section: Option<Section>,
    },
    /// Take it out of `from` (or its primary section) and show it in `to`.
    Move {
        /// The section it leaves; its primary one when not given.
        from: Option<Section>,
        /// The section it enters.
        to: Section,
    },
    /// Show it first in `section`.
    Pin {
        /// The section.
        section: Section,
    },
    /// End a pin.
    Unpin {
        /// The section.
        section: Section,
    },
    /// Take it back: it leaves every feed with a tombstone (RFC 6721).
    Withdraw {
        /// Shown on its page.
        reason: String,
    },
    /// The same piece as `other`.
    Merge {
        /// An entry of the other piece.
        other: Entry,
    },
    /// Not the same piece as `from`.
    Split {
        /// The entries it must stay apart from; asked for without any, those that it stands with.
        from: Vec<Entry>,
    },
    /// This entry is the one shown.
    Lead,
    /// A version of the same work as `other`, in another language.
    Version {
        /// An entry of the other piece.
        other: Entry,
    },
    /// Its date is `at`.
    Date {
        /// The date that orders it.
        at: DateTime<Utc>,
    },
    /// Let a held placement or update out.
    Release,
    /// Poll `source` at `feed` from now on.
    Repair {
        /// The source.
        source: SourceId,
        /// The address that works.
        feed: String,
    },
    /// A note for staff; never published.
    Note {
        /// The note.
        text: String,
    },
    /// Place it in `section` although no rule does.
    Add {
        /// The section.
        section: Section,
    },
    /// Say when an event is, or whose word about it counts.
    Event {
        /// Its id.
        event: String,
        /// First day.
        from: Option<NaiveDate>,
        /// Last day, included.
        to: Option<NaiveDate>,
        /// How certain.
        status: Option<EventStatus>,
        /// Calendar whose dates are taken.
        choose: Option<String>,
        /// Why.
        note: Option<String>,
    },
    /// Takes back an earlier decision.
    Undo {
        /// Its number.
        decision: i64,
    },
}

impl<Entry, Section> Action<Entry, Section> {
    /// The word used on the command line.
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
            Self::Undo { .. } => "undo",
        }
    }
}

/// One recorded decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Number, in the order of recording; 0 before it is recorded.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, as they named themselves.
    pub by: String,
    /// The entry it is about; `None` for decisions about a source or another decision.
    pub entry: Option<EntryKey>,
    /// What was decided.
    #[serde(flatten)]
    pub action: Action,
}
