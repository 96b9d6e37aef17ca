//! The calendar: `.ics` files are polled, and what they, the policy and staff say is settled into the events that are
//! shown. A file that cannot be had or read leaves what it said before.

use super::context::Context;
use super::poll_pool::wait_for_stop;
use super::reader::{READ_DEADLINE, await_in_time};
use super::report::CalendarReport;
use anyhow::{Context as _, Result};
use plenary_ingest::calendar::{IcsError, KnownEvents, Reading, claim_of_staff, claims_of, read, settle};
use plenary_ingest::interval::{self, Ended, Ending};
use plenary_model::event::{Calendar, CalendarPoll, EventClaim};
use plenary_model::poll::{CauseKind, FetchRequest, Fetched, Freshness};
use plenary_model::validators::Validators;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

/// How often the store is asked which files are due.
const BEAT: Duration = Duration::from_secs(5);

/// Polls files when they are due, until `stop`; a request under way is then dropped.
pub(super) async fn run(context: Arc<Context>, mut stop: watch::Receiver<bool>) {
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let due = async {
            beat.tick().await;
            context.poll_calendars(false).await
        };
        tokio::select! {
            biased;
            () = wait_for_stop(&mut stop) => return,
            polled = due => if let Err(error) = polled {
                tracing::error!("calendars could not be polled: {error:#}");
            }
        }
    }
}

impl Context {
    pub(super) async fn poll_calendars(&self, all: bool) -> Result<Vec<CalendarReport>> {
        let policy = Arc::clone(&self.load_compiled().policy);
        let mut reports = Vec::new();
        if policy.calendars.is_empty() || self.health.is_full() {
            return Ok(reports);
        }
        let polls = self.store.calendar_polls().await?;
        let now = self.clock.now();
        let mut has_changed = false;
        for calendar in &policy.calendars {
            let before = polls.get(&calendar.id).cloned().unwrap_or_default();
            if all || before.policy != policy.version || before.next_at.is_none_or(|next| next <= now) {
                let (poll, is_read) = self.poll_calendar(calendar, before).await?;
                reports.push(CalendarReport::from_poll(&calendar.id, &poll));
                self.store.put_calendar_poll(&calendar.id, poll).await?;
                // At once: what the next file says of the same events is matched with what is shown.
                has_changed |= is_read && self.settle_claims().await?;
            }
        }
        if has_changed {
            self.publish_calendar().await?;
        }
        Ok(reports)
    }

    async fn poll_calendar(&self, calendar: &Calendar, before: CalendarPoll) -> Result<(CalendarPoll, bool)> {
        let compiled = self.load_compiled();
        let version = compiled.policy.version.clone();
        // Under another policy the same file may name other events: it is fetched whole.
        let is_known = before.policy == version;
        let validators = if is_known { before.validators.clone() } else { Validators::default() };
        let mut fetched = compiled.fetcher.fetch(&FetchRequest { url: calendar.feed.clone(), validators }).await;
        let now = self.clock.now();
        let mut poll = CalendarPoll { polled_at: Some(now), policy: version, ..before };
        poll.words = fetched.cause.to_string();
        let mut is_good = fetched.cause.kind == CauseKind::NotModified;
        if is_good {
            poll.validators = fetched.validators.clone();
        }
        let mut is_read = false;
        match self.take_file(calendar, &mut fetched).await? {
            Some(Ok(reading)) => {
                (is_good, is_read) = (true, true);
                poll.events = reading.events.len();
                // What goes on beyond today's horizon must be read again, changed or not.
                poll.validators = if reading.goes_on { Validators::default() } else { fetched.validators.clone() };
                poll.problems.clone_from(&reading.problems);
            }
            Some(Err(words)) => poll.words = words,
            None => {}
        }
        poll.failures = if is_good { 0 } else { poll.failures.saturating_add(1) };
        let ending = match fetched.cause.kind {
            CauseKind::Busy | CauseKind::Waiting => Ending::Busy(fetched.retry_after),
            _ if is_good => Ending::Success,
            _ => Ending::Failure(poll.failures),
        };
        let ended = Ended {
            at: now,
            schedule: &compiled.policy.polling.schedule,
            ending,
            freshness: &Freshness { http: fetched.fresh_for, ..Freshness::default() },
            rhythm: None,
            jitter: self.jitter(),
        };
        poll.next_at = interval::next_poll(&ended).ok().and_then(|next| next.at);
        if is_good {
            tracing::info!(
                calendar.id = calendar.id,
                events.count = poll.events,
                problems.count = poll.problems.len(),
                "poll of calendar {}: {}, {} events",
                calendar.id,
                poll.words,
                poll.events
            );
        } else {
            let failures = poll.failures;
            tracing::warn!(
                calendar.id,
                poll.failures = failures,
                "poll of calendar {} failed: {}",
                calendar.id,
                poll.words
            );
        }
        Ok((poll, is_read))
    }

    /// Reads the fetched file and stores what it says of which event, on a thread of its own and within
    /// [`READ_DEADLINE`]; `None` when there is none, words for people when it cannot be read.
    async fn take_file(&self, calendar: &Calendar, fetched: &mut Fetched) -> Result<Option<Result<Reading, String>>> {
        let (CauseKind::Ok, Some(document)) = (fetched.cause.kind, fetched.document.take()) else { return Ok(None) };
        let shown = self.store.events().await?;
        let said = self.store.event_claims().await?;
        let of_calendar = said.into_iter().flat_map(|(id, claims)| claims.into_iter().map(move |c| (id.clone(), c)));
        let before: Vec<(String, EventClaim)> = of_calendar.filter(|(_, claim)| claim.origin == calendar.id).collect();
        let (policy, today) = (Arc::clone(&self.load_compiled().policy), self.clock.now().date_naive());
        let Calendar { id, name, .. } = calendar.clone();
        let reading = tokio::task::spawn_blocking(move || -> Result<_, IcsError> {
            let reading = read(&document.body, document.content_type.as_deref(), today)?;
            let known = KnownEvents { policy: &policy.events, shown: &shown, before: &before, today };
            let claims = claims_of(&id, &name, &reading, known);
            Ok((reading, claims))
        });
        let (reading, claims) = match await_in_time(READ_DEADLINE, reading).await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => return Ok(Some(Err(error.to_string()))),
            Err(cause) => return Ok(Some(Err(cause.to_string()))),
        };
        self.store.put_event_claims(&calendar.id, claims).await?;
        Ok(Some(Ok(reading)))
    }

    pub(super) async fn settle_events(&self) -> Result<()> {
        if self.settle_claims().await? {
            self.publish_calendar().await?;
        }
        Ok(())
    }

    /// Settles what all sources say; true when that changes what is shown.
    async fn settle_claims(&self) -> Result<bool> {
        let _turn = self.judging.lock().await;
        let policy = Arc::clone(&self.load_compiled().policy);
        let staff = claim_of_staff(&self.store.event_decisions().await?);
        let (claims, before) = (self.store.event_claims().await?, self.store.events().await?);
        let now = self.clock.now();
        let settling = move || {
            let order: Vec<&str> = policy.calendars.iter().map(|calendar| calendar.id.as_str()).collect();
            let after = settle(&policy.events, &claims, &staff, &order, &before, now);
            (after != before).then_some(after)
        };
        let settled = tokio::task::spawn_blocking(settling).await.context("events could not be settled")?;
        let Some(events) = settled else { return Ok(false) };
        self.store.put_events(events).await.context("events could not be stored")?;
        Ok(true)
    }
}
