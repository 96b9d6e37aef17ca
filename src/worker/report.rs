//! What is told of a pass: while it runs, and at its end. The report is the JSON of `plenary poll`.

use chrono::{DateTime, Utc};
use plenary_model::event::CalendarPoll;
use plenary_model::id::SourceId;
use plenary_model::poll::{CauseKind, Outcome};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    Due,
    /// All that are switched on, whatever schedule, freshness and back-off say.
    All,
    /// These, likewise.
    Sources(Vec<SourceId>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    Started {
        /// Sources of the pass.
        total: usize,
    },
    Polling {
        /// The source.
        source: SourceId,
    },
    Done {
        /// How.
        report: SourceReport,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceReport {
    pub id: SourceId,
    pub outcome: Outcome,
    pub cause: CauseKind,
    /// Particulars of the cause. May be empty.
    pub detail: String,
    pub status: Option<u16>,
    /// Entries in the document.
    pub seen: usize,
    pub new: usize,
    /// Entries whose text changed.
    pub changed: usize,
    /// Addresses asked, redirects not counted.
    pub requests: usize,
    /// True when validators were sent with the last of them.
    pub conditional: bool,
    pub body_bytes: usize,
    /// Time it took, waiting for its turn not counted, in milliseconds.
    pub duration_ms: u64,
}

impl SourceReport {
    pub(super) fn not_asked(id: SourceId, outcome: Outcome, cause: CauseKind, detail: String) -> Self {
        Self {
            id,
            outcome,
            cause,
            detail,
            status: None,
            seen: 0,
            new: 0,
            changed: 0,
            requests: 0,
            conditional: false,
            body_bytes: 0,
            duration_ms: 0,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassTotals {
    pub sources: usize,
    pub updated: usize,
    pub unchanged: usize,
    pub deferred: usize,
    pub failed: usize,
    pub skipped: usize,
    pub seen: usize,
    pub new: usize,
    pub changed: usize,
    pub requests: usize,
    pub conditional: usize,
    pub body_bytes: usize,
    pub duration_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarReport {
    pub id: String,
    /// How it ended, for people.
    pub words: String,
    pub failures: u32,
    pub polled_at: Option<DateTime<Utc>>,
    pub next_at: Option<DateTime<Utc>>,
    pub events: usize,
    /// What is wrong with that file, each with its line and a remedy.
    pub problems: Vec<String>,
}

impl CalendarReport {
    pub fn from_poll(id: &str, poll: &CalendarPoll) -> Self {
        Self {
            id: id.to_owned(),
            words: if poll.polled_at.is_none() { "not polled yet".to_owned() } else { poll.words.clone() },
            failures: poll.failures,
            polled_at: poll.polled_at,
            next_at: poll.next_at,
            events: poll.events,
            problems: poll.problems.clone(),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassReport {
    /// The sources, in the order of the policy.
    pub sources: Vec<SourceReport>,
    /// The calendar files that were polled, likewise.
    pub calendars: Vec<CalendarReport>,
    pub totals: PassTotals,
}

impl PassReport {
    pub(super) fn new(sources: Vec<SourceReport>, calendars: Vec<CalendarReport>, duration_ms: u64) -> Self {
        let mut totals = PassTotals { sources: sources.len(), duration_ms, ..PassTotals::default() };
        for source in &sources {
            match source.outcome {
                Outcome::Updated => totals.updated += 1,
                Outcome::Unchanged => totals.unchanged += 1,
                Outcome::Deferred => totals.deferred += 1,
                Outcome::Failed => totals.failed += 1,
                Outcome::Skipped => totals.skipped += 1,
            }
            totals.seen += source.seen;
            totals.new += source.new;
            totals.changed += source.changed;
            totals.requests += source.requests;
            totals.conditional += usize::from(source.conditional);
            totals.body_bytes += source.body_bytes;
        }
        Self { sources, calendars, totals }
    }
}
