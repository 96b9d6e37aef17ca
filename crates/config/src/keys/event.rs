//! `[[event]]` and `[[calendar]]`: sessions and deadlines, and the files that tell of more.

use crate::kinds::{Address, Day, DayOrMonth, Days, OneOf, Slug, Text, TextByLanguage};
use crate::table::{Tables, keys};
use chrono::NaiveDate;
use plenary_model::event::{Calendar, Event, EventKind, EventRevision, EventStatus};

keys! {
    EventKeys {
        /// Part of its UID in calendars: never change or reuse it.
        must id: Slug,
        /// Title by language.
        must title: TextByLanguage,
        /// First day, such as 2021-05-17; "2021-05" when only the month is known.
        must from: DayOrMonth,
        /// Last day, included. Default: the first day, or the last of that month.
        may to: DayOrMonth,
        /// What kind of event it is.
        may kind: OneOf<EventKind> = EventKind::Session,
        /// How certain it is. Default "confirmed"; "tentative" when only the month is known.
        may status: OneOf<EventStatus>,
        /// Page about it.
        may link: Address,
        /// Dates it had before, oldest first.
        may was: Tables<WasKeys>,
    }
}

keys! {
    WasKeys {
        /// First day then; "2020-06" when only the month was known.
        must from: DayOrMonth,
        /// Last day then. Default: the first day, or the last of that month.
        may to: DayOrMonth,
        /// When the change became known.
        may said: Day,
        /// What was said about it.
        may note: Text,
    }
}

keys! {
    CalendarKeys {
        /// Names it in decisions and in ids of its events: never change it.
        must id: Slug,
        /// Who publishes it.
        must name: Text,
        /// Address of the .ics file.
        must feed: Address,
    }
}

/// The last day of what begins with `from` and, where the file says so, ends with `to`.
fn find_last_day(from: Days, to: Option<Days>) -> NaiveDate {
    to.unwrap_or(from).last
}

impl EventKeys {
    pub(crate) fn into_event(self) -> Option<Event> {
        let from = self.from?;
        let otherwise = if from.first == from.last { EventStatus::Confirmed } else { EventStatus::Tentative };
        Some(Event {
            id: self.id?.value,
            title: self.title?,
            from: from.first,
            to: find_last_day(from, self.to),
            kind: self.kind,
            status: self.status.unwrap_or(otherwise),
            link: self.link.map(|address| address.value),
            was: self.was.into_iter().flatten().map(WasKeys::into_revision).collect::<Option<_>>()?,
            sequence: 0,
            changed: None,
            source: None,
            claims: Vec::new(),
        })
    }
}

impl WasKeys {
    fn into_revision(self) -> Option<EventRevision> {
        let from = self.from?;
        Some(EventRevision {
            from: from.first,
            to: find_last_day(from, self.to),
            status: None,
            said: self.said,
            note: self.note,
            source: None,
            seen: None,
            number: 0,
        })
    }
}

impl CalendarKeys {
    pub(crate) fn into_calendar(self) -> Option<Calendar> {
        Some(Calendar { id: self.id?.value, name: self.name?, feed: self.feed?.value })
    }
}
