//! The calendar: `.ics` files are polled, what the sources say is settled, and the calendar published
//! when it differs. A file that cannot be had or read leaves what it said before.

use super::Desk;
use crate::ingest::calendar::{claims_of, read, settle};
use crate::ingest::interval::{self, Ended, Ending};
use crate::model::decision::Action;
use crate::model::event::{Calendar, CalendarPoll, EventClaim, STAFF};
use crate::model::poll::{CauseKind, FetchRequest, Freshness};
use anyhow::{Context, Result};
use std::sync::Arc;

impl Desk {
    /// Polls the calendar files whose time has come, or all.
    pub(super) async fn poll_calendars(&self, all: bool) -> Result<()> {
        let setup = self.setup();
        if setup.policy.calendars.is_empty() {
            return Ok(());
        }
        let polls = self.store.calendar_polls().await?;
        let now = self.clock.now();
        let mut came = false;
        for calendar in &setup.policy.calendars {
            let before = polls.get(&calendar.id).cloned().unwrap_or_default();
            if all || before.next_at.is_none_or(|next| next <= now) {
                came |= self.poll_calendar(calendar, before).await?;
            }
        }
        if came { self.settle_events().await } else { Ok(()) }
    }

    /// Polls one file; true when it said something new.
    async fn poll_calendar(&self, calendar: &Calendar, before: CalendarPoll) -> Result<bool> {
        let setup = self.setup();
        let request = FetchRequest { url: calendar.feed.clone(), validators: before.validators.clone() };
        let fetched = setup.fetcher.fetch(&request).await;
        let now = self.clock.now();
        let mut poll = CalendarPoll { polled_at: Some(now), ..before };
        let mut came = None;
        let is_good = match (fetched.cause.kind, &fetched.document) {
            (CauseKind::NotModified, _) => true,
            (CauseKind::Ok, Some(document)) => match read(&document.body) {
                Ok(events) => {
                    (poll.validators, poll.events) = (fetched.validators.clone(), events.len());
                    came = Some(events);
                    true
                }
                Err(error) => {
                    poll.words = error.to_string();
                    false
                }
            },
            _ => {
                poll.words = fetched.cause.to_string();
                false
            }
        };
        poll.failures = if is_good { 0 } else { poll.failures.saturating_add(1) };
        if is_good {
            poll.words = fetched.cause.to_string();
        }
        let ending = match fetched.cause.kind {
            CauseKind::Busy => Ending::Busy(fetched.retry_after),
            _ if is_good => Ending::Success,
            _ => Ending::Failure(poll.failures),
        };
        let freshness = Freshness { http: fetched.fresh_for, ..Freshness::default() };
        let ended = Ended {
            at: now,
            schedule: &setup.policy.polling.schedule,
            ending,
            freshness: &freshness,
            jitter: self.jitter(),
        };
        poll.next_at = interval::next_poll(&ended).ok().and_then(|next| next.at);
        tracing::info!(
            calendar.id = calendar.id,
            poll.words = poll.words,
            events.count = poll.events,
            "calendar polled"
        );
        let is_new = came.is_some();
        if let Some(events) = came {
            let known = &setup.policy.events;
            self.store.put_event_claims(claims_of(&calendar.id, &calendar.name, &events, known)).await?;
        }
        self.store.put_calendar_poll(&calendar.id, poll).await?;
        Ok(is_new)
    }

    /// Settles what all sources say, and publishes the calendar when that changes it.
    pub(super) async fn settle_events(&self) -> Result<()> {
        let policy = Arc::clone(&self.setup().policy);
        let (claims, before) = (self.store.event_claims().await?, self.store.events().await?);
        let order: Vec<&str> = policy.calendars.iter().map(|calendar| calendar.id.as_str()).collect();
        let mut after = settle(&policy.events, &claims, &order, &before, self.clock.now());
        after.sort_by(|a, b| (a.from, a.to, &a.id).cmp(&(b.from, b.to, &b.id)));
        if after == before {
            return Ok(());
        }
        self.store.put_events(after).await.context("events could not be stored")?;
        self.publish_calendar().await
    }

    /// Takes over what staff decided of an event, or takes it back.
    pub(super) async fn decide_event(&self, action: &Action, is_in_force: bool) -> Result<()> {
        let Action::Event { event, from, to, status, choose, note } = action else { return Ok(()) };
        if is_in_force {
            let claim = EventClaim {
                origin: STAFF.to_owned(),
                name: STAFF.to_owned(),
                from: *from,
                to: *to,
                status: *status,
                chosen: choose.clone(),
                note: note.clone(),
                ..EventClaim::default()
            };
            self.store.put_event_claims(vec![(event.clone(), claim)]).await?;
        } else {
            self.store.drop_event_claim(event, STAFF).await?;
        }
        self.settle_events().await
    }
}
