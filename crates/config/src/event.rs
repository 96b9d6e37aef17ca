//! `[[event]]` and `[[calendar]]`: sessions and deadlines, and the files that tell of more.

use super::read::{date, day, text, translated};
use chrono::NaiveDate;
use plenary_model::event::{Calendar, Event, EventKind, EventRevision, EventStatus, days_of};
use toml::de::{DeTable, DeValue};

/// The first and the last day that a day or month stands for.
pub(super) fn days(table: &DeTable<'_>, key: &str) -> Option<(NaiveDate, NaiveDate)> {
    match table.get(key)?.get_ref() {
        DeValue::Datetime(found) => day(*found).map(|day| (day, day)),
        DeValue::String(month) => days_of(month),
        _ => None,
    }
}

/// First and last day of an event, and whether only a month is known.
fn span(table: &DeTable<'_>) -> (NaiveDate, NaiveDate, bool) {
    let (from, last) = days(table, "from").unwrap_or_default();
    let to = days(table, "to").map_or(last, |(_, last)| last);
    (from, to, last != from)
}

pub(super) fn calendar(table: &DeTable<'_>) -> Calendar {
    Calendar {
        id: text(table, "id").unwrap_or_default(),
        name: text(table, "name").unwrap_or_default(),
        feed: text(table, "feed").unwrap_or_default(),
    }
}

pub(super) fn event(table: &DeTable<'_>) -> Event {
    let (from, to, is_month) = span(table);
    let was = table.get("was").and_then(|was| was.get_ref().as_array());
    Event {
        id: text(table, "id").unwrap_or_default(),
        title: translated(table, "title"),
        from,
        to,
        kind: match text(table, "kind").as_deref() {
            Some("pre-session") => EventKind::PreSession,
            Some("deadline") => EventKind::Deadline,
            Some("other") => EventKind::Other,
            _ => EventKind::Session,
        },
        status: match text(table, "status").as_deref() {
            Some("tentative") => EventStatus::Tentative,
            Some("postponed") => EventStatus::Postponed,
            Some("cancelled") => EventStatus::Cancelled,
            None if is_month => EventStatus::Tentative,
            _ => EventStatus::Confirmed,
        },
        link: text(table, "link"),
        was: was.into_iter().flatten().filter_map(|was| was.get_ref().as_table()).map(revision).collect(),
        sequence: 0,
        changed: None,
        source: None,
        claims: Vec::new(),
    }
}

fn revision(table: &DeTable<'_>) -> EventRevision {
    let (from, to, _) = span(table);
    EventRevision {
        from,
        to,
        status: None,
        said: date(table, "said"),
        note: text(table, "note"),
        source: None,
        seen: None,
        number: 0,
    }
}
