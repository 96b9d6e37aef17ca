//! What the store remembers of the calendar: what each source says, the events as they are shown, and
//! the polls of calendar files.

use super::sqlite::{decisions, events};
use super::{Result, Store};
use plenary_model::decision::Decision;
use plenary_model::event::{CalendarPoll, Event, EventClaim};
use std::collections::BTreeMap;

impl Store {
    /// The events as they are shown, in the order of their first day.
    pub async fn events(&self) -> Result<Vec<Event>> {
        self.database.read(events::list_shown).await
    }

    /// What calendars say, by event.
    pub async fn event_claims(&self) -> Result<BTreeMap<String, Vec<EventClaim>>> {
        self.database.read(events::claims).await
    }

    /// Puts the events to show in place of those before.
    pub async fn put_events(&self, list: Vec<Event>) -> Result<()> {
        self.database.write(move |write| events::put(write, &list)).await
    }

    /// Puts what a calendar says, each with the event's id, in place of all that it said before.
    pub async fn put_event_claims(&self, origin: &str, list: Vec<(String, EventClaim)>) -> Result<()> {
        let origin = origin.to_owned();
        self.database.write(move |write| events::put_claims(write, &origin, &list)).await
    }

    /// Decisions about events that are in force, oldest first.
    pub async fn event_decisions(&self) -> Result<Vec<Decision>> {
        self.database.read(decisions::of_events).await
    }

    pub async fn calendar_polls(&self) -> Result<BTreeMap<String, CalendarPoll>> {
        self.database.read(events::polls).await
    }

    pub async fn put_calendar_poll(&self, calendar: &str, poll: CalendarPoll) -> Result<()> {
        let calendar = calendar.to_owned();
        self.database.write(move |write| events::put_poll(write, &calendar, &poll)).await
    }
}
