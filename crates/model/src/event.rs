//! Events: sessions, pre-sessions and deadlines, with the dates they had before.

use super::language::Translated;
use super::validators::Validators;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The first and the last day of `2020-09-28` or, when only the month is known, of `2020-06`.
pub fn days_of(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    match text.len() {
        10 => text.parse().ok().map(|day| (day, day)),
        7 => {
            let first: NaiveDate = format!("{text}-01").parse().ok()?;
            Some((first, first.checked_add_months(Months::new(1))?.pred_opt()?))
        }
        _ => None,
    }
}

/// True when the days are those of one month, so that the month alone need be said.
pub fn is_month(from: NaiveDate, to: NaiveDate) -> bool {
    from.day() == 1 && from.checked_add_months(Months::new(1)).is_some_and(|next| to.succ_opt() == Some(next))
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    #[default]
    Session,
    PreSession,
    Deadline,
    Other,
}

/// How certain an event is (RFC 5545 3.8.1.11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventStatus {
    #[default]
    Confirmed,
    Tentative,
    /// Put off; the dates are those last announced.
    Postponed,
    Cancelled,
    /// The calendar that announced it lists it no longer, and nobody has said why.
    Unlisted,
}

/// What an event was until a change; what came after stands in the next revision, or in the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRevision {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// How certain it was; `None`: the policy tells of the dates only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<EventStatus>,
    pub said: Option<NaiveDate>,
    pub note: Option<String>,
    /// Who said what came after; `None`: the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When the change was seen here; `None`: the policy tells of it afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<DateTime<Utc>>,
    /// Names it among the event's revisions for good, from 1; 0 in a policy that was not settled.
    #[serde(default)]
    pub number: u32,
}

/// Origins of what staff and the policy say of an event.
pub const STAFF: &str = "staff";
pub const POLICY: &str = "policy";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventClaim {
    /// Id of the calendar, [`STAFF`], or [`POLICY`].
    pub origin: String,
    pub name: String,
    /// Of a calendar: what its file calls the event, a day added when it is one of a series.
    #[serde(default)]
    pub uid: String,
    pub title: Translated,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub status: Option<EventStatus>,
    pub kind: EventKind,
    pub link: Option<String>,
    /// Of staff: the calendar whose word counts, or [`POLICY`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl EventClaim {
    pub fn of_policy(event: &Event) -> Self {
        Self {
            origin: POLICY.to_owned(),
            name: String::new(),
            uid: String::new(),
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub id: String,
    pub name: String,
    pub feed: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPoll {
    pub validators: Validators,
    /// When it may be polled next; `None`: at once.
    pub next_at: Option<DateTime<Utc>>,
    pub polled_at: Option<DateTime<Utc>>,
    pub failures: u32,
    pub words: String,
    pub events: usize,
    /// What is wrong with that file, each with its line and a remedy.
    #[serde(default)]
    pub problems: Vec<String>,
    /// Version of the policy under which it was read: another one may know sessions that it names.
    #[serde(default)]
    pub policy: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Slug; part of its UID, so never reused.
    pub id: String,
    pub title: Translated,
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
    pub kind: EventKind,
    pub status: EventStatus,
    pub link: Option<String>,
    pub was: Vec<EventRevision>,
    /// Number of its newest revision (RFC 5545 3.8.7.4). Never falls.
    #[serde(default)]
    pub sequence: u32,
    #[serde(default)]
    pub changed: Option<DateTime<Utc>>,
    /// Who says its dates: the name of a calendar or [`STAFF`]; `None`: the policy.
    #[serde(default)]
    pub source: Option<String>,
    /// What other sources say that differs.
    #[serde(default)]
    pub claims: Vec<EventClaim>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_all_its_days() {
        let days = |text: &str| days_of(text).map(|(from, to)| format!("{from} {to}"));
        assert_eq!(days("2020-02").unwrap(), "2020-02-01 2020-02-29");
        assert_eq!(days("2020-12").unwrap(), "2020-12-01 2020-12-31");
        assert_eq!(days("2020-09-28").unwrap(), "2020-09-28 2020-09-28");
        for wrong in ["2020", "2020-13", "2020-02-30", "June 20", ""] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
        let is_month = |from: &str, to: &str| is_month(from.parse().unwrap(), to.parse().unwrap());
        assert!(is_month("2020-06-01", "2020-06-30"));
        assert!(is_month("2020-12-01", "2020-12-31"));
        assert!(!is_month("2020-06-01", "2020-06-29"));
        assert!(!is_month("2020-06-02", "2020-06-30"));
        assert!(!is_month("2020-06-01", "2020-07-31"));
        assert!(!is_month("2020-06-30", "2020-06-30"));
    }
}
