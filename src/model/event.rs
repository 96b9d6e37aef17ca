//! Events: sessions, pre-sessions and deadlines, with the dates they had before.

use super::language::Translated;
use super::poll::Validators;
use chrono::{DateTime, NaiveDate, Utc};
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
    /// Who said the dates that came after; `None`: the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Origin of what staff say of an event.
pub const STAFF: &str = "staff";

/// What one source says of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventClaim {
    /// Id of the calendar, [`STAFF`], or `policy`.
    pub origin: String,
    /// Its name, for people.
    pub name: String,
    /// Title by language.
    pub title: Translated,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day, included.
    pub to: Option<NaiveDate>,
    /// How certain.
    pub status: Option<EventStatus>,
    /// What kind.
    pub kind: EventKind,
    /// Page about it.
    pub link: Option<String>,
    /// Of staff: the calendar whose word counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
    /// Of staff: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl EventClaim {
    /// What the policy says.
    pub fn of_policy(event: &Event) -> Self {
        Self {
            origin: "policy".to_owned(),
            name: "feeds.toml".to_owned(),
            title: event.title.clone(),
            from: Some(event.from),
            to: Some(event.to),
            status: Some(event.status),
            kind: event.kind,
            link: event.link.clone(),
            chosen: None,
            note: None,
        }
    }
}

/// A file of events that is polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Slug; never changed.
    pub id: String,
    /// Who publishes it.
    pub name: String,
    /// Address of the `.ics` file.
    pub feed: String,
}

/// What is remembered of a calendar file between polls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPoll {
    /// Validators of the last file that could be read.
    pub validators: Validators,
    /// When it may be polled next; `None`: at once.
    pub next_at: Option<DateTime<Utc>>,
    /// When it was last polled.
    pub polled_at: Option<DateTime<Utc>>,
    /// Failures in a row.
    pub failures: u32,
    /// How the last poll ended, for people.
    pub words: String,
    /// Events in the last file that could be read.
    pub events: usize,
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
    /// Changes of dates and status that were seen (RFC 5545 3.8.7.4). Never falls.
    #[serde(default)]
    pub sequence: u32,
    /// When it last changed.
    #[serde(default)]
    pub changed: Option<DateTime<Utc>>,
    /// What other sources say that differs.
    #[serde(default)]
    pub claims: Vec<EventClaim>,
}
