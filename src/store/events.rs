//! What the store remembers of the calendar: what each source says, the events as they are shown, and
//! the polls of calendar files.

use super::sqlite::events;
use super::{Result, Store};
use crate::model::event::{CalendarPoll, Event, EventClaim};
use std::collections::BTreeMap;

impl Store {
    /// The events as they are shown, in the order of their first day.
    pub async fn events(&self) -> Result<Vec<Event>> {
        self.database.read(events::shown).await
    }

    /// What sources beside the policy say, by event.
    pub async fn event_claims(&self) -> Result<BTreeMap<String, Vec<EventClaim>>> {
        self.database.read(events::claims).await
    }

    /// Puts the events to show in place of those before.
    pub async fn put_events(&self, list: Vec<Event>) -> Result<()> {
        self.database.write(move |write| events::put(write, &list)).await
    }

    /// Keeps what a source says of events, each with the event's id. What it said of others before stays.
    pub async fn put_event_claims(&self, list: Vec<(String, EventClaim)>) -> Result<()> {
        self.database.write(move |write| events::put_claims(write, &list)).await
    }

    /// Forgets what a source said of an event.
    pub async fn drop_event_claim(&self, event: &str, origin: &str) -> Result<()> {
        let (event, origin) = (event.to_owned(), origin.to_owned());
        self.database.write(move |write| events::drop_claim(write, &event, &origin)).await
    }

    /// What is remembered of each calendar file between polls.
    pub async fn calendar_polls(&self) -> Result<BTreeMap<String, CalendarPoll>> {
        self.database.read(events::polls).await
    }

    /// Remembers how the poll of a calendar file ended.
    pub async fn put_calendar_poll(&self, calendar: &str, poll: CalendarPoll) -> Result<()> {
        let calendar = calendar.to_owned();
        self.database.write(move |write| events::put_poll(write, &calendar, &poll)).await
    }
}
