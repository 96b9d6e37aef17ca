//! What reads documents, on a thread of its own and within a deadline.

use chrono::{DateTime, Utc};
use plenary_ingest::read::{self, ReadError, Reading};
use plenary_model::id::EntryKey;
use plenary_model::poll::{Cause, CauseKind, Received};
use plenary_model::source::Source;
use std::collections::HashMap;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Longest time for reading one document. A thread cannot be stopped: an overrun one ends by itself, unheard.
pub(super) const READ_DEADLINE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy)]
pub(super) struct Reader {
    /// As [`read::read`].
    pub(super) read: Read,
    pub(super) deadline: Duration,
}

type Read = fn(&Received, &str, &Source, &HashMap<EntryKey, String>, DateTime<Utc>) -> Result<Reading, ReadError>;

impl Default for Reader {
    fn default() -> Self {
        Self { read: read::read, deadline: READ_DEADLINE }
    }
}

/// What a thread answers, unless it panics or is not done in time.
pub(super) async fn await_in_time<T>(deadline: Duration, reading: JoinHandle<T>) -> Result<T, Cause> {
    let detail = match tokio::time::timeout(deadline, reading).await {
        Ok(Ok(found)) => return Ok(found),
        Ok(Err(_)) => "it panicked".to_owned(),
        Err(_) => format!("not done after {} s", deadline.as_secs()),
    };
    Err(Cause::new(CauseKind::Reader, detail))
}
