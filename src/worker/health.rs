//! Whether passes can run. What keeps them from it is said by the readiness check and the log, and tried again
//! later each time; it ends by itself.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// Pause after the first failure; each further one doubles it.
const PAUSE_FIRST: TimeDelta = TimeDelta::seconds(10);
/// Longest pause: a disk that was made room on is used again within it.
const PAUSE_MAX: TimeDelta = TimeDelta::minutes(10);
/// Doublings after which the pause is at its longest.
const DOUBLINGS_MAX: u32 = 6;

pub struct Health {
    trouble: watch::Sender<Option<String>>,
    pause: Mutex<Pause>,
    /// Why the database may not grow; `None` while it may.
    full: Mutex<Option<String>>,
}

#[derive(Default)]
struct Pause {
    failures: u32,
    until: Option<DateTime<Utc>>,
}

impl Default for Health {
    fn default() -> Self {
        Self { trouble: watch::channel(None).0, pause: Mutex::default(), full: Mutex::default() }
    }
}

impl Health {
    /// What keeps passes from running, now and later.
    pub fn subscribe(&self) -> watch::Receiver<Option<String>> {
        self.trouble.subscribe()
    }

    /// Notes that nothing can be done for the moment. Returns how long nothing is tried.
    pub(crate) fn note_failure(&self, why: &str, now: DateTime<Utc>) -> TimeDelta {
        let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        if pause.until.is_some_and(|until| until > now) {
            // Polls that were under way fail for the same reason.
            return pause.until.map_or(PAUSE_FIRST, |until| until - now);
        }
        let length = (PAUSE_FIRST * 2_i32.pow(pause.failures.min(DOUBLINGS_MAX))).min(PAUSE_MAX);
        pause.failures += 1;
        pause.until = Some(now + length);
        tracing::error!("nothing is polled for {} s: {why}", length.num_seconds());
        self.trouble.send_replace(Some(why.to_owned()));
        length
    }

    /// Notes that a worker is ready to work. One that ended soon after its last start is not believed at once: its pause
    /// would be the shortest each time.
    pub(crate) fn note_start(&self, now: DateTime<Utc>) {
        let is_early = {
            let pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
            pause.until.is_some_and(|until| now - until < PAUSE_MAX)
        };
        if is_early {
            self.trouble.send_replace(None);
        } else {
            self.note_success();
        }
    }

    /// Notes that what was done is written down.
    pub(crate) fn note_success(&self) {
        let mut pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        if pause.failures > 0 {
            *pause = Pause::default();
            tracing::info!("passes run again");
            self.trouble.send_replace(None);
        }
    }

    /// Notes why the database may not grow; `None` when it may (again).
    pub(super) fn note_room(&self, full: Option<&str>) {
        let full = full.map(str::to_owned);
        let before = {
            let mut known = self.full.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *known, full.clone())
        };
        match (before, &full) {
            (None, None) => return,
            (None, Some(why)) => tracing::error!("nothing is fetched: {why}"),
            (Some(_), None) => tracing::info!("the database has room again, and passes run"),
            (Some(_), Some(_)) => {}
        }
        let is_failing = self.pause.lock().unwrap_or_else(PoisonError::into_inner).failures > 0;
        if full.is_some() || !is_failing {
            self.trouble.send_if_modified(|trouble| std::mem::replace(trouble, full.clone()) != full);
        }
    }

    /// True while the database may not grow.
    pub(super) fn is_full(&self) -> bool {
        self.full.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub(super) fn is_paused(&self, now: DateTime<Utc>) -> bool {
        let pause = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        pause.until.is_some_and(|until| until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    #[test]
    fn a_worker_that_ends_again_and_again_waits_longer_each_time() {
        let health = Health::default();
        let trouble = health.subscribe();
        let mut now = Utc.with_ymd_and_hms(2021, 6, 10, 12, 0, 0).unwrap();
        let mut pauses = Vec::new();
        for _ in 0..3 {
            let pause = health.note_failure("the worker died", now);
            pauses.push(pause.num_seconds());
            now += pause;
            health.note_start(now);
            assert_eq!(*trouble.borrow(), None, "it works, for the moment");
            now += TimeDelta::seconds(5);
        }
        assert_eq!(pauses, [10, 20, 40]);
        now += TimeDelta::hours(1);
        health.note_start(now);
        assert_eq!(health.note_failure("the worker died", now).num_seconds(), 10);
    }

    #[test]
    fn a_full_database_is_said_until_it_has_room() {
        let health = Health::default();
        let trouble = health.subscribe();
        health.note_room(None);
        assert!(!health.is_full());
        health.note_room(Some("601 MB of 600"));
        assert_eq!((health.is_full(), trouble.borrow().as_deref()), (true, Some("601 MB of 600")));
        health.note_room(Some("602 MB of 600"));
        assert_eq!(trouble.borrow().as_deref(), Some("602 MB of 600"));
        health.note_room(None);
        assert_eq!((health.is_full(), trouble.borrow().clone()), (false, None));
    }

    #[test]
    fn failures_pause_longer_each_time_and_end_by_themselves() {
        let health = Health::default();
        let trouble = health.subscribe();
        let mut now = Utc.with_ymd_and_hms(2021, 6, 10, 12, 0, 0).unwrap();
        let mut pauses = Vec::new();
        for _ in 0..8 {
            pauses.push(health.note_failure("the disk is full", now).num_seconds());
            assert!(health.is_paused(now));
            assert!(health.note_failure("the disk is full", now).num_seconds() <= 600, "one failure, noted twice");
            now += TimeDelta::seconds(*pauses.last().unwrap());
            assert!(!health.is_paused(now));
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 600, 600]);
        assert_eq!(trouble.borrow().as_deref(), Some("the disk is full"));
        health.note_success();
        assert_eq!(*trouble.borrow(), None);
        assert_eq!(health.note_failure("again", now).num_seconds(), 10);
    }
}
