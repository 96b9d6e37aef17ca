//! What is told of a pass: while it runs, and at its end. The report is the JSON of `plenary poll`.

use chrono::{DateTime, Utc};
use plenary_model::event::CalendarPoll;
use plenary_model::id::SourceId;
use plenary_model::poll::{CauseKind, Outcome};
use serde::Serialize;

/// Which sources a pass is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// All that are switched on, whatever schedule, freshness and back-off say.
    All,
    /// These, likewise.
    Sources(Vec<SourceId>),
}

/// How far a pass has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It begins, with so many sources.
    Started {
        /// Sources of the pass.
        total: usize,
    },
    /// The poll of a source begins.
    Polling {
        /// The source.
        source: SourceId,
    },
    /// The poll of a source has ended.
    Done {
        /// How.
        report: SourceReport,
    },
}

/// How the poll of a source ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// The source.
    pub id: SourceId,
    /// How it ended.
    pub outcome: Outcome,
    /// Why.
    pub cause: CauseKind,
    /// Particulars of the cause. May be empty.
    pub detail: String,
    /// Status of the last answer.
    pub status: Option<u16>,
    /// Entries in the document.
    pub seen: usize,
    /// Entries not seen before.
    pub new: usize,
    /// Entries whose text changed.
    pub changed: usize,
    /// Addresses asked, redirects not counted.
    pub requests: usize,
    /// True when validators were sent with the last of them.
    pub conditional: bool,
    /// Size of the decoded body, in bytes.
    pub body_bytes: usize,
    /// Time it took, waiting for its turn not counted, in milliseconds.
    pub duration_ms: u64,
}

impl SourceReport {
    /// The report of a source that was not asked.
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

/// A pass in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PassTotals {
    /// Sources of the pass.
    pub sources: usize,
    /// Documents read.
    pub updated: usize,
    /// Nothing had changed.
    pub unchanged: usize,
    /// Hosts asked us to wait.
    pub deferred: usize,
    /// Something went wrong.
    pub failed: usize,
    /// Not asked.
    pub skipped: usize,
    /// Entries in the documents.
    pub seen: usize,
    /// Entries not seen before.
    pub new: usize,
    /// Entries whose text changed.
    pub changed: usize,
    /// Addresses asked.
    pub requests: usize,
    /// Sources asked with validators.
    pub conditional: usize,
    /// Decoded bytes.
    pub body_bytes: usize,
    /// Time the pass took, in milliseconds.
    pub duration_ms: u64,
}

/// How the poll of a calendar file ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarReport {
    /// Slug.
    pub id: String,
    /// How it ended, for people.
    pub words: String,
    /// Failures in a row.
    pub failures: u32,
    /// When it was polled; `None` before the first time.
    pub polled_at: Option<DateTime<Utc>>,
    /// When it may be polled next.
    pub next_at: Option<DateTime<Utc>>,
    /// Events in the last file that could be read.
    pub events: usize,
    /// What is wrong with that file, each with its line and a remedy.
    pub problems: Vec<String>,
}

impl CalendarReport {
    /// The report of a poll, as it is remembered.
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

/// A pass that has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PassReport {
    /// The sources, in the order of the policy.
    pub sources: Vec<SourceReport>,
    /// The calendar files that were polled, likewise.
    pub calendars: Vec<CalendarReport>,
    /// The figures.
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
