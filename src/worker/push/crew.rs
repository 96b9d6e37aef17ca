//! Messages under way, so that none is sent twice at once, and when one that did not arrive is sent again.

use anyhow::Result;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::future::Future;
use std::time::Duration;
use tokio::task::JoinSet;

const UNDER_WAY_MAX: usize = 32;
/// Wait after the first message that did not arrive; doubled with each further one.
const BACKOFF_FIRST: Duration = Duration::from_secs(30);
/// Longest such wait.
const BACKOFF_MAX: Duration = Duration::from_hours(6);

pub(super) struct Crew {
    tasks: JoinSet<String>,
    subjects: HashSet<String>,
}

impl Crew {
    pub(super) fn new() -> Self {
        Self { tasks: JoinSet::new(), subjects: HashSet::new() }
    }

    /// Starts `work` about `subject`, unless some is under way or the crew is full.
    pub(super) fn start(&mut self, subject: String, work: impl Future<Output = Result<()>> + Send + 'static) {
        if self.tasks.len() >= UNDER_WAY_MAX || !self.subjects.insert(subject.clone()) {
            return;
        }
        self.tasks.spawn(async move {
            if let Err(error) = work.await {
                tracing::error!(push.subject = subject, "message \"{subject}\" broke off: {error:#}");
            }
            subject
        });
    }

    pub(super) fn reap(&mut self) {
        while let Some(ended) = self.tasks.try_join_next() {
            match ended {
                Ok(subject) => {
                    self.subjects.remove(&subject);
                }
                Err(error) => tracing::error!("a message of the hub died: {error}"),
            }
        }
        if self.tasks.is_empty() {
            self.subjects.clear();
        }
    }
}

/// When to try again after so many attempts: later each time, and never before the other side wants.
pub(super) fn retry_at(now: DateTime<Utc>, attempts: u32, asked: Option<Duration>) -> DateTime<Utc> {
    let doubled = BACKOFF_FIRST.saturating_mul(2_u32.saturating_pow(attempts));
    now + doubled.max(asked.unwrap_or_default()).min(BACKOFF_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let now: DateTime<Utc> = "2021-06-01T12:00:00Z".parse().unwrap();
        let wait = |attempts, asked| (retry_at(now, attempts, asked) - now).num_seconds();
        assert_eq!([wait(0, None), wait(1, None), wait(4, None)], [30, 60, 480]);
        assert_eq!(wait(40, None), 6 * 3600);
        assert_eq!(wait(0, Some(Duration::from_mins(10))), 600);
    }
}
