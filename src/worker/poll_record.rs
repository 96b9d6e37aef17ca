//! From what was fetched to the record of a poll: the new state of the source, with the time of its next poll.

use super::fetch_source::{Got, SourceFetch};
use chrono::{DateTime, Utc};
use plenary_fetch::redact;
use plenary_ingest::interval::{self, BACKOFF_MAX, Ended, Ending, MOVE_DAYS, Reason};
use plenary_model::entry::Warning;
use plenary_model::poll::{Cause, CauseKind, Moving, Outcome, PollRecord, PollState};
use plenary_model::warning::WarningCode;
use std::time::Duration;

pub(super) struct Circumstances<'a> {
    pub(super) state: &'a PollState,
    pub(super) schedule: &'a str,
    /// The time in which the source brings news once, if that is known.
    pub(super) rhythm: Option<Duration>,
    /// When the poll began.
    pub(super) at: DateTime<Utc>,
    /// When it ended.
    pub(super) now: DateTime<Utc>,
    /// Chance from 0 to 1.
    pub(super) jitter: f64,
    pub(super) duration_ms: u64,
}

/// The record of a poll; its counts of new and changed entries are filled in once they are judged.
pub(super) fn make_record(fetch: &SourceFetch, when: &Circumstances<'_>) -> PollRecord {
    let mut state = when.state.clone();
    let mut cause = fetch.cause.clone();
    let mut addresses = fetch.addresses.clone();
    state.status = fetch.status;
    if !matches!(fetch.got, Got::Waiting(_)) {
        state.polled_at = Some(when.now);
    }
    let (outcome, ending) = match &fetch.got {
        Got::Read(_) | Got::Unchanged => {
            note_success(&mut state, &mut cause, fetch, when.now);
            remember_move(state.moving.as_ref(), fetch, &mut addresses);
            let is_read = matches!(fetch.got, Got::Read(_));
            (if is_read { Outcome::Updated } else { Outcome::Unchanged }, Ending::Success)
        }
        Got::Waiting(until) => {
            let wait = (*until - when.now).to_std().unwrap_or_default();
            (Outcome::Deferred, Ending::Busy(Some(wait)))
        }
        Got::Busy(asked) if asked.is_some() || fetch.status == Some(429) => (Outcome::Deferred, Ending::Busy(*asked)),
        Got::Busy(_) | Got::Failed | Got::Gone => {
            state.failures = state.failures.saturating_add(1);
            state.gone = matches!(fetch.got, Got::Gone);
            state.warnings.extend(fetch.proposals.iter().cloned());
            (Outcome::Failed, if state.gone { Ending::Gone } else { Ending::Failure(state.failures) })
        }
    };
    schedule_next(&mut state, ending, when);
    state.last = Some((outcome, cause.clone()));
    PollRecord {
        state,
        addresses,
        at: when.at,
        outcome,
        cause,
        seen: if let Got::Read(reading) = &fetch.got { reading.seen } else { 0 },
        new: 0,
        changed: 0,
        body_bytes: fetch.body_bytes,
        duration_ms: when.duration_ms,
        conditional: fetch.conditional,
        replay: fetch.replay.clone(),
    }
}

fn note_success(state: &mut PollState, cause: &mut Cause, fetch: &SourceFetch, now: DateTime<Utc>) {
    state.failures = 0;
    state.gone = false;
    state.succeeded_at = Some(now);
    if let Got::Read(reading) = &fetch.got {
        state.freshness = reading.freshness.clone();
        state.warnings.clone_from(&reading.warnings);
        state.warnings.extend(warn_of_title(state, reading.meta.title.as_deref()));
        state.meta = Some(reading.meta.clone());
    } else {
        state.warnings.retain(|warning| warning.code != WarningCode::Proposal && warning.code != WarningCode::LongWait);
    }
    if fetch.fresh_for.is_some() || cause.kind != CauseKind::NotModified {
        // A 304 that says nothing of freshness leaves what was said before (RFC 9111 4.3.4).
        state.freshness.http = fetch.fresh_for;
    }
    let Some(address) = fetch.address.as_deref() else { return };
    if fetch.stays || state.address.is_none() {
        state.address = Some(address.to_owned());
    }
    let was_adopted = state.moving.as_ref().is_some_and(|moving| moving.adopted);
    state.moving = interval::observe_move(
        state.moving.as_ref(),
        address,
        fetch.permanent_url.as_deref(),
        fetch.has_entries_in_common,
        now,
    );
    match &state.moving {
        Some(moving) if moving.adopted && !was_adopted => {
            state.address = Some(moving.to.clone());
            *cause = Cause::new(CauseKind::Moved, format!("polled at {} from now on", redact(&moving.to)));
        }
        Some(moving) if !moving.adopted => {
            let until = moving.since + chrono::Duration::days(MOVE_DAYS);
            let noted = format!("moving to {}, adopted after {}", redact(&moving.to), until.format("%F"));
            cause.detail = if cause.detail.is_empty() { noted } else { format!("{}; {noted}", cause.detail) };
        }
        _ => {}
    }
}

/// The new address of an adopted move begins with what is remembered of the old one, which gave the same document.
fn remember_move(
    moving: Option<&Moving>,
    fetch: &SourceFetch,
    addresses: &mut Vec<(String, plenary_model::poll::AddressState)>,
) {
    let Some(moving) = moving.filter(|moving| moving.adopted) else { return };
    if fetch.address.as_deref() != Some(moving.from.as_str()) || fetch.permanent_url.is_none() {
        return;
    }
    let of_old = addresses.iter().find(|(address, _)| *address == moving.from).map(|(_, state)| state.clone());
    addresses.extend(of_old.map(|state| (moving.to.clone(), state)));
}

/// A parked domain often serves another site's feed: staff should look.
fn warn_of_title(state: &PollState, title: Option<&str>) -> Option<Warning> {
    let before = state.meta.as_ref()?.title.as_deref().filter(|title| !title.is_empty())?;
    let now = title.filter(|title| !title.is_empty() && *title != before)?;
    Some(Warning {
        code: WarningCode::TitleChanged,
        message: format!("the feed calls itself \"{now}\"; before it was \"{before}\""),
        entry: None,
        line: None,
        column: None,
    })
}

fn schedule_next(state: &mut PollState, ending: Ending, when: &Circumstances<'_>) {
    let ended = Ended {
        at: when.now,
        schedule: when.schedule,
        ending,
        freshness: &state.freshness,
        rhythm: when.rhythm,
        jitter: when.jitter,
    };
    let next = interval::next_poll(&ended);
    match next {
        Ok(next) => {
            state.next_at = next.at;
            state.warnings.retain(|warning| warning.code != WarningCode::LongWait);
            if next.reason == Reason::Probe {
                state.warnings.push(Warning {
                    code: WarningCode::LongWait,
                    message: "the host asks us to wait for more than 7 days; it is asked once after 7".to_owned(),
                    entry: None,
                    line: None,
                    column: None,
                });
            }
        }
        Err(error) => {
            // The policy is checked when it is read, so this is a fault of ours; polling goes on.
            tracing::error!(source.id = %state.source, "the schedule of {} cannot be read: {error}", state.source);
            state.next_at = Some(when.now + BACKOFF_MAX);
        }
    }
}
