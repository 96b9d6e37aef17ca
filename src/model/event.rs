//! Events: sessions, pre-sessions and deadlines, with the dates they had before.

use super::language::Translated;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What kind of event it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A session of a body.
    #[default]
    Session,
    /// A pre-sessional working group.
    PreSession,
    /// The last day for something.
    Deadline,
}

/// How certain an event is (RFC 5545 3.8.1.11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventStatus {
    /// It takes place as dated.
    #[default]
    Confirmed,
    /// The dates may change.
    Tentative,
    /// Put off; the dates are those last announced.
    Postponed,
    /// It does not take place.
    Cancelled,
}

/// Dates that an event had before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRevision {
    /// First day then.
    pub from: NaiveDate,
    /// Last day then.
    pub to: NaiveDate,
    /// When the change away from these dates became known.
    pub said: Option<NaiveDate>,
    /// What was said about it.
    pub note: Option<String>,
}

/// A session or deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Slug; part of its UID, so never reused.
    pub id: String,
    /// Title by language.
    pub title: Translated,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
    /// What kind.
    pub kind: EventKind,
    /// How certain.
    pub status: EventStatus,
    /// Page about it.
    pub link: Option<String>,
    /// Dates it had before, oldest first.
    pub was: Vec<EventRevision>,
}
