//! When a source may be polled next, and when a permanent redirect is believed. Pure: the time and the jitter are
//! arguments.

use chrono::{DateTime, Datelike, Days, NaiveTime, Timelike, Utc};
use cron::Schedule;
use plenary_model::poll::{CauseKind, Freshness, Moving, RETRY_AFTER_MAX};
use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;

/// First wait after a failure; doubled by each further one.
pub const BACKOFF_FIRST: Duration = Duration::from_mins(10);
/// Longest wait after failures. A source is never given up: it is asked once a day for ever.
pub const BACKOFF_MAX: Duration = Duration::from_hours(24);
/// Wait after a 429 that does not say how long.
pub const BUSY_WAIT: Duration = Duration::from_hours(1);
/// Longest floor that `max-age` or `Expires` sets. Static hosting sets a year on everything.
pub const HTTP_FLOOR_MAX: Duration = Duration::from_hours(24);
/// Longest floor that `ttl` or `sy:updatePeriod` sets.
pub const FEED_FLOOR_MAX: Duration = Duration::from_hours(7 * 24);
/// A source is asked so often in the time in which it brings news once; seldomer than its schedule, never more often.
pub const POLLS_PER_NEWS: u32 = 24;
/// What brings news more often than this is asked as its schedule says.
pub const RHYTHM_MIN: Duration = Duration::from_hours(24);
/// Longest floor that the rhythm of a source sets: news of one that was silent for weeks is not a day late.
pub const RHYTHM_FLOOR_MAX: Duration = Duration::from_hours(6);
/// As many times at which a source brought news make its rhythm.
pub const RHYTHM_NEWS: usize = 8;
/// Sources of one schedule are spread over at most this long.
pub const SPREAD_MAX: Duration = Duration::from_mins(1);
/// How long a permanent redirect must have led to the same place before it is adopted, in days.
pub const MOVE_DAYS: i64 = 6;
/// How far the hours and days to be skipped may put off a time of the schedule, in days.
const SKIP_DAYS_MAX: i64 = 7;
/// Doublings after which the back-off is at its cap whatever its first step.
const DOUBLINGS_MAX: u32 = 16;

#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no schedule of six fields, seconds first")]
pub struct ScheduleError(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Something was learnt: a document, a 304, the same bytes.
    Success,
    /// The host asked us to wait, for so long if it said. No failure.
    Busy(Option<Duration>),
    /// Something went wrong, for the n-th time in a row (from 1).
    Failure(u32),
    /// 410: not until staff act.
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Schedule,
    /// `max-age`, `Expires`, `ttl` or `sy:*`.
    Freshness,
    /// The source itself brings news seldom.
    Rhythm,
    RetryAfter,
    /// `Retry-After` is beyond [`RETRY_AFTER_MAX`]: one probe then. Staff are told.
    Probe,
    BackOff,
    /// Never again by itself.
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// `None`: not until staff act.
    pub at: Option<DateTime<Utc>>,
    pub reason: Reason,
}

#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    pub at: DateTime<Utc>,
    /// Cron schedule in UTC, six fields.
    pub schedule: &'a str,
    pub ending: Ending,
    pub freshness: &'a Freshness,
    /// The time in which the source brings news once, if that is known: [`find_rhythm`].
    pub rhythm: Option<Duration>,
    /// Chance from 0 to 1, so that sources of one schedule or one broken host do not come at once.
    pub jitter: f64,
}

/// When a source may be polled next: the first time of its schedule that is not before the floor, `Retry-After` or
/// back-off, and not in hours and days to be skipped, plus a little spread.
pub fn next_poll(ended: &Ended<'_>) -> Result<Next, ScheduleError> {
    let schedule = schedule(ended.schedule)?;
    let jitter = ended.jitter.clamp(0.0, 1.0);
    let (wait, reason) = match ended.ending {
        Ending::Gone => return Ok(Next { at: None, reason: Reason::Gone }),
        Ending::Success => floor(ended.freshness, ended.rhythm),
        Ending::Busy(Some(asked)) if asked > RETRY_AFTER_MAX => (RETRY_AFTER_MAX, Reason::Probe),
        Ending::Busy(Some(asked)) => (asked, Reason::RetryAfter),
        Ending::Busy(None) => (BUSY_WAIT.mul_f64(1.0 + jitter / 4.0), Reason::BackOff),
        Ending::Failure(times) => (backoff(times, jitter), Reason::BackOff),
    };
    // The time of the schedule at which it was polled is over.
    let earliest = ended.at + wait.max(Duration::from_nanos(1));
    let at = find_time(&schedule, earliest, ended.freshness, jitter);
    Ok(Next { at: Some(at), reason })
}

/// The wait after `failures` failures in a row: doubled each time up to [`BACKOFF_MAX`], of which `jitter` takes up to
/// half.
pub fn backoff(failures: u32, jitter: f64) -> Duration {
    let doublings = failures.saturating_sub(1).min(DOUBLINGS_MAX);
    let full = BACKOFF_FIRST.saturating_mul(1_u32 << doublings).min(BACKOFF_MAX);
    full.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

/// The time in which a source brings news once: the mean of the times between its last news, or how long it has been
/// silent since when that is longer. `news` are the times at which it brought some, newest first; `None` without any.
pub fn find_rhythm(news: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<Duration> {
    let (newest, oldest) = (news.first()?, news.last()?);
    let silent = (now - *newest).to_std().unwrap_or_default();
    let steps = u32::try_from(news.len() - 1).unwrap_or(u32::MAX).max(1);
    let mean = (*newest - *oldest).to_std().unwrap_or_default() / steps;
    Some(mean.max(silent))
}

/// How long not to ask again: what the publisher says, each part within its cap, and what its rhythm tells.
fn floor(freshness: &Freshness, rhythm: Option<Duration>) -> (Duration, Reason) {
    let http = freshness.http.unwrap_or_default().min(HTTP_FLOOR_MAX);
    let feed = freshness.feed.unwrap_or_default().min(FEED_FLOOR_MAX);
    let said = http.max(feed);
    let rhythm = rhythm.filter(|rhythm| *rhythm >= RHYTHM_MIN).unwrap_or_default();
    let told = (rhythm / POLLS_PER_NEWS).min(RHYTHM_FLOOR_MAX);
    match (said, told) {
        (Duration::ZERO, Duration::ZERO) => (Duration::ZERO, Reason::Schedule),
        (said, told) if said >= told => (said, Reason::Freshness),
        (_, told) => (told, Reason::Rhythm),
    }
}

fn schedule(text: &str) -> Result<Schedule, ScheduleError> {
    Schedule::from_str(text).map_err(|_| ScheduleError(text.to_owned()))
}

/// The first time of the schedule from `earliest` on that is not to be skipped. If skips leave none within
/// [`SKIP_DAYS_MAX`], the schedule wins; one with no time left (a date in the past) means the back-off cap.
fn find_time(schedule: &Schedule, earliest: DateTime<Utc>, freshness: &Freshness, jitter: f64) -> DateTime<Utc> {
    // The iterator begins strictly after its start; the start itself is as good.
    let from = |start: DateTime<Utc>| schedule.after(&(start - chrono::Duration::nanoseconds(1)));
    let Some(first) = from(earliest).next() else { return earliest + BACKOFF_MAX };
    let skips = Skips::from_freshness(freshness);
    let mut time = first;
    while let Some(end) = skips.end_of_skip(time) {
        match from(end).next() {
            Some(later) if later - first <= chrono::Duration::days(SKIP_DAYS_MAX) => time = later,
            _ => {
                time = first;
                break;
            }
        }
    }
    let following = schedule.after(&time).next();
    let gap = following.and_then(|following| (following - time).to_std().ok()).unwrap_or(SPREAD_MAX);
    let spread = time + (gap / 10).min(SPREAD_MAX).mul_f64(jitter);
    if skips.end_of_skip(spread).is_some() { time } else { spread }
}

/// Hours and days in which a publisher does not want to be asked. A list that leaves none of them is ignored.
struct Skips {
    hours: BTreeSet<u32>,
    days: BTreeSet<u32>,
}

impl Skips {
    fn from_freshness(freshness: &Freshness) -> Self {
        let within = |values: &[u32], count: u32| -> BTreeSet<u32> {
            let kept: BTreeSet<u32> = values.iter().copied().filter(|value| *value < count).collect();
            if u32::try_from(kept.len()).is_ok_and(|length| length < count) { kept } else { BTreeSet::new() }
        };
        Self { hours: within(&freshness.skip_hours, 24), days: within(&freshness.skip_days, 7) }
    }

    /// When the hour or day that is to be skipped ends; `None` when `time` is not in one.
    fn end_of_skip(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let day = time.date_naive();
        if self.days.contains(&day.weekday().num_days_from_monday()) {
            return Some(day.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN).and_utc());
        }
        if self.hours.contains(&time.hour()) {
            let hour = day.and_time(NaiveTime::from_hms_opt(time.hour(), 0, 0)?).and_utc();
            return Some(hour + chrono::Duration::hours(1));
        }
        None
    }
}

/// The permanent redirect under observation after a poll of `asked` that led for good to `led_to`, if anywhere. Adopted
/// once it has led to the same place for [`MOVE_DAYS`] days and the document there has entries of ours; then it stays.
pub fn observe_move(
    before: Option<&Moving>,
    asked: &str,
    led_to: Option<&str>,
    has_entries_in_common: bool,
    now: DateTime<Utc>,
) -> Option<Moving> {
    if let Some(adopted) = before.filter(|moving| moving.adopted) {
        return Some(adopted.clone());
    }
    let to = led_to.filter(|to| *to != asked)?;
    let since = before.filter(|moving| moving.from == asked && moving.to == to).map_or(now, |moving| moving.since);
    let is_stable = now - since >= chrono::Duration::days(MOVE_DAYS);
    Some(Moving { from: asked.to_owned(), to: to.to_owned(), since, adopted: is_stable && has_entries_in_common })
}

/// The addresses to ask, in order: the one in use, then the others as written; an adopted move stands in for the
/// address that moved, which itself comes last.
pub fn addresses(feeds: &[String], in_use: Option<&str>, moving: Option<&Moving>) -> Vec<String> {
    let adopted = moving.filter(|moving| moving.adopted && feeds.contains(&moving.from));
    let mut order: Vec<String> = Vec::with_capacity(feeds.len() + 1);
    for feed in feeds {
        let address = adopted.filter(|moving| moving.from == *feed).map_or(feed, |moving| &moving.to);
        if !order.contains(address) {
            order.push(address.clone());
        }
    }
    if let Some(from) = adopted.map(|moving| &moving.from).filter(|from| !order.contains(from)) {
        order.push(from.clone());
    }
    if let Some(index) = order.iter().position(|address| Some(address.as_str()) == in_use) {
        let first = order.remove(index);
        order.insert(0, first);
    }
    order
}

/// True when this failure says that the address is no feed any more, so that a working fallback stays in use; after a
/// passing failure the next poll begins with the same address again.
pub fn is_lasting(kind: CauseKind) -> bool {
    matches!(
        kind,
        CauseKind::Gone
            | CauseKind::NotFound
            | CauseKind::Html
            | CauseKind::NotAFeed
            | CauseKind::Forbidden
            | CauseKind::Challenge
            | CauseKind::Tls
            | CauseKind::Unresolved
            | CauseKind::RefusedAddress
            | CauseKind::RedirectLoop
    )
}

#[cfg(test)]
#[path = "interval_tests.rs"]
mod tests;
