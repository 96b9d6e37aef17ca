//! The gate before each host: so many requests under way at once, and so much time between the
//! starts of two.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Hosts remembered before idle ones are forgotten; more than any network polls.
const HOSTS_MAX: usize = 4_096;

/// Measures how long something took. It reads the timer of the runtime, which tests can pause, and
/// never the clock on the wall.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now. Needs a running tokio runtime.
    pub fn start() -> Self {
        Self(timer_now())
    }

    pub fn elapsed(&self) -> Duration {
        timer_now().saturating_duration_since(self.0)
    }
}

/// The runtime's notion of this instant: the deadline of a sleep of no length.
fn timer_now() -> Instant {
    tokio::time::sleep(Duration::ZERO).deadline()
}

struct Host {
    /// Requests that may begin before another ends.
    slots: Arc<Semaphore>,
    /// Earliest start of the next request. Held while waiting for it, so that waiters queue.
    next_start: AsyncMutex<Option<Instant>>,
}

impl Host {
    /// True when the next request may not start yet.
    fn is_spaced_beyond(&self, now: Instant) -> bool {
        self.next_start.try_lock().map_or(true, |next_start| next_start.is_some_and(|at| at > now))
    }
}

/// The right to have one request under way; given back when dropped.
pub(super) struct Permit {
    _slot: Option<OwnedSemaphorePermit>,
}

pub(super) struct Hosts {
    per_host: usize,
    spacing: Duration,
    known: Mutex<HashMap<String, Arc<Host>>>,
}

impl Hosts {
    /// A gate that lets `per_host` requests through at once (at least 1), `spacing` apart.
    pub(super) fn new(per_host: usize, spacing: Duration) -> Self {
        Self { per_host: per_host.max(1), spacing, known: Mutex::default() }
    }

    /// Waits for the turn of a request to `host`; with `is_spaced` also until the last start is long
    /// enough ago.
    pub(super) async fn enter(&self, host: &str, is_spaced: bool) -> Permit {
        // A name with its final dot is the same host.
        let host = self.host(host.trim_end_matches('.'));
        // The semaphore is never closed, so the permit is always there; without one nothing is held.
        let slot = Arc::clone(&host.slots).acquire_owned().await.ok();
        if is_spaced {
            let mut next_start = host.next_start.lock().await;
            if let Some(at) = *next_start {
                tokio::time::sleep_until(at).await;
            }
            *next_start = timer_now().checked_add(self.spacing);
        }
        Permit { _slot: slot }
    }

    fn host(&self, name: &str) -> Arc<Host> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= HOSTS_MAX {
            let now = timer_now();
            known.retain(|_, host| Arc::strong_count(host) > 1 || host.is_spaced_beyond(now));
        }
        let new =
            || Arc::new(Host { slots: Arc::new(Semaphore::new(self.per_host)), next_start: AsyncMutex::new(None) });
        Arc::clone(known.entry(name.to_owned()).or_insert_with(new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn starts_are_spaced_and_counted() {
        let spacing = Duration::from_millis(40);
        let hosts = Arc::new(Hosts::new(2, spacing));
        let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let watch = Stopwatch::start();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let (hosts, under_way, most) = (Arc::clone(&hosts), Arc::clone(&under_way), Arc::clone(&most));
            tasks.spawn(async move {
                let _permit = hosts.enter("example.org", true).await;
                most.fetch_max(under_way.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(100)).await;
                under_way.fetch_sub(1, Ordering::SeqCst);
            });
        }
        tasks.join_all().await;
        // Starts at 0, 40, 100 (a slot is free again) and 140 ms at the earliest; the last ends 100 later.
        assert_eq!(most.load(Ordering::SeqCst), 2);
        assert!(watch.elapsed() >= Duration::from_millis(240), "{:?}", watch.elapsed());
    }

    #[tokio::test]
    async fn a_host_is_not_forgotten_while_its_next_request_is_spaced() {
        let hosts = Hosts::new(1, Duration::from_mins(1));
        drop(hosts.enter("a.example", true).await);
        for n in 0..HOSTS_MAX {
            drop(hosts.enter(&format!("{n}.example"), false).await);
        }
        assert!(tokio::time::timeout(Duration::from_millis(20), hosts.enter("a.example.", true)).await.is_err());
    }

    #[tokio::test]
    async fn other_hosts_and_unspaced_ones_do_not_wait() {
        let hosts = Hosts::new(1, Duration::from_mins(1));
        let watch = Stopwatch::start();
        let first = hosts.enter("a.example", true).await;
        let _other = hosts.enter("b.example", true).await;
        drop(first);
        let _unspaced = hosts.enter("a.example", false).await;
        assert!(watch.elapsed() < Duration::from_secs(30));
    }
}
