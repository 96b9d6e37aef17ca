//! Addresses whose host asked us to wait, of all sources: what the store remembers and what polls under way learnt since.

use super::context::Context;
use anyhow::Result;
use chrono::{DateTime, Utc};
use plenary_ingest::interval::RETRY_AFTER_MAX;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

#[derive(Default)]
pub(super) struct Waits(Mutex<HashMap<String, DateTime<Utc>>>);

impl Waits {
    /// Notes that an address is not to be asked before a time.
    pub(super) fn note(&self, address: &str, until: DateTime<Utc>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(address.to_owned()).or_insert(until);
        *known = until.max(*known);
    }

    pub(super) fn list(&self) -> Vec<(String, DateTime<Utc>)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().map(|(address, until)| (address.clone(), *until)).collect()
    }

    fn take_over(&self, stored: Vec<(String, DateTime<Utc>)>, now: DateTime<Utc>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, until| *until > now);
        known.extend(stored);
    }
}

/// How long a host's wish to wait is obeyed at the most.
fn longest_wait() -> chrono::Duration {
    chrono::Duration::from_std(RETRY_AFTER_MAX).unwrap_or(chrono::Duration::MAX)
}

impl Context {
    /// Takes over the waits that are stored: those of earlier runs, and of another process.
    pub(super) async fn load_waits(&self) -> Result<()> {
        let now = self.clock.now();
        self.waits.take_over(self.store.waiting(now, longest_wait()).await?, now);
        Ok(())
    }
}
