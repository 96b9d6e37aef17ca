//! Messages under way, so that none is sent twice at once, and when one that did not arrive is sent again.

use anyhow::Result;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;
use tokio::task::{Id, JoinSet};

/// Messages to one host under way at once: one that does not answer holds no more than its share.
const PER_HOST_MAX: usize = 2;
/// Wait after the first message that did not arrive; doubled with each further one.
const BACKOFF_FIRST: Duration = Duration::from_secs(30);
/// Longest such wait.
const BACKOFF_MAX: Duration = Duration::from_hours(6);

pub(super) struct Crew {
    size: usize,
    tasks: JoinSet<()>,
    /// What each message under way is about, and which host it asks. Subjects hold whole addresses, which may name who
    /// reads: they are compared, and never said.
    under_way: HashMap<Id, (String, String)>,
}

impl Crew {
    /// A crew that has so many messages under way at the most.
    pub(super) fn new(size: usize) -> Self {
        Self { size, tasks: JoinSet::new(), under_way: HashMap::new() }
    }

    /// Starts `work` about `subject`, which asks the host of `address`, unless some is under way, the crew is full, or
    /// the host has its share.
    pub(super) fn start(
        &mut self,
        address: &str,
        subject: String,
        work: impl Future<Output = Result<()>> + Send + 'static,
    ) {
        let host = plenary_model::link::host_of(address).unwrap_or_default();
        let at_host = self.under_way.values().filter(|(_, other)| *other == host).count();
        let is_under_way = self.under_way.values().any(|(other, _)| *other == subject);
        if self.tasks.len() >= self.size || at_host >= PER_HOST_MAX || is_under_way {
            return;
        }
        let about = host.clone();
        let task = self.tasks.spawn(async move {
            if let Err(error) = work.await {
                tracing::error!(push.host = about, "a message to {about} broke off: {error:#}");
            }
        });
        self.under_way.insert(task.id(), (subject, host));
    }

    /// Forgets the messages that ended, whichever way.
    pub(super) fn reap(&mut self) {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            let (id, error) = match ended {
                Ok((id, ())) => (id, None),
                Err(error) => (error.id(), Some(error)),
            };
            let message = self.under_way.remove(&id);
            if let Some(error) = error {
                tracing::error!("a message to {} died: {error}", message.unwrap_or_default().1);
            }
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
    use std::sync::{Arc, Mutex};

    /// What is logged on this thread.
    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Heard {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn the_log_names_the_host_of_a_callback_alone() {
        let heard = Heard::default();
        let writer = heard.clone();
        let log = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
        let _listening = tracing::subscriber::set_default(log);
        let callback = "https://reader.example/ann?token=secret";
        let mut crew = Crew::new(2);
        crew.start(callback, format!("bring /all.atom {callback}"), async { anyhow::bail!("no room") });
        crew.start(callback, format!("deny /all.atom {callback}"), async { panic!("it fell over") });
        while !crew.under_way.is_empty() {
            tokio::task::yield_now().await;
            crew.reap();
        }
        let log = String::from_utf8(heard.0.lock().unwrap().clone()).unwrap();
        assert_eq!(log.matches("a message to reader.example").count(), 2, "{log}");
        assert!(!log.contains("ann") && !log.contains("secret"), "{log}");
    }

    #[test]
    fn waits_double_up_to_a_limit() {
        let now: DateTime<Utc> = "2021-06-01T12:00:00Z".parse().unwrap();
        let wait = |attempts, asked| (retry_at(now, attempts, asked) - now).num_seconds();
        assert_eq!([wait(0, None), wait(1, None), wait(4, None)], [30, 60, 480]);
        assert_eq!(wait(40, None), 6 * 3600);
        assert_eq!(wait(0, Some(Duration::from_mins(10))), 600);
    }

    #[tokio::test]
    async fn a_silent_host_holds_no_more_than_its_share() {
        let mut crew = Crew::new(4);
        let silent = || std::future::pending::<Result<()>>();
        for n in 0..10 {
            crew.start("https://silent.example/callback", format!("silent {n}"), silent());
        }
        assert_eq!(crew.tasks.len(), PER_HOST_MAX);
        crew.start("https://other.example/callback", "other".into(), async { Ok(()) });
        crew.start("https://other.example/callback", "other".into(), async { Ok(()) });
        assert_eq!(crew.tasks.len(), PER_HOST_MAX + 1, "one message about one subject");
        tokio::task::yield_now().await;
        crew.reap();
        assert_eq!(crew.tasks.len(), PER_HOST_MAX);
        crew.start("https://other.example/callback", "dies".into(), async { panic!("as a library might") });
        tokio::task::yield_now().await;
        crew.reap();
        assert_eq!(crew.under_way.len(), PER_HOST_MAX, "a message that died gives back its share");
        for n in 0..4 {
            crew.start(&format!("https://h{n}.example/"), format!("h{n}"), silent());
        }
        assert_eq!(crew.tasks.len(), 4, "the crew is full");
    }
}
