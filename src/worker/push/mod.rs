//! `WebSub` beside the polls: our hub's subscribers are verified and served, a hub elsewhere is told,
//! sources' hubs are subscribed to, and what they bring is read.
//!
//! Everything to do stands in the store, so nothing is lost in a restart; what is under way is only
//! kept apart from what is not, so that no message is sent twice at once.

mod arrival;
mod hub;
mod subscriber;

use super::context::Context;
use super::poll_pool::wait_for_stop;
use anyhow::Result;
use chrono::{DateTime, Utc};
use plenary_model::change::Touched;
use plenary_model::push::Push;
use std::collections::HashSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// How often the store is asked what is to do.
const BEAT: Duration = Duration::from_secs(1);
/// Beats from one look at what all sources announce to the next: it is the dearest, and the least in haste.
const BEATS_PER_LOOK: u32 = 5;
/// Messages under way at once.
const UNDER_WAY_MAX: usize = 32;
/// Wait after the first message that did not arrive; doubled with each further one.
const BACKOFF_FIRST: Duration = Duration::from_secs(30);
/// Longest such wait.
const BACKOFF_MAX: Duration = Duration::from_hours(6);

/// Messages under way, each of one subject.
pub(super) struct Crew {
    tasks: JoinSet<String>,
    subjects: HashSet<String>,
    beats: u32,
}

impl Crew {
    fn new() -> Self {
        Self { tasks: JoinSet::new(), subjects: HashSet::new(), beats: 0 }
    }

    /// Starts `work` about `subject`, unless some is under way or the crew is full.
    fn start(&mut self, subject: String, work: impl Future<Output = Result<()>> + Send + 'static) {
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

    fn reap(&mut self) {
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

/// Works until `stop`. What documents brought by hubs changed is sent to `touched`.
pub(super) async fn run(
    context: Arc<Context>,
    touched: mpsc::UnboundedSender<Touched>,
    mut stop: watch::Receiver<bool>,
) {
    let mut crew = Crew::new();
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = wait_for_stop(&mut stop) => return,
            _ = beat.tick() => {}
        }
        crew.reap();
        if let Err(error) = step(&context, &mut crew, &touched).await {
            tracing::error!("pushing failed: {error:#}");
        }
    }
}

async fn step(context: &Arc<Context>, crew: &mut Crew, touched: &mpsc::UnboundedSender<Touched>) -> Result<()> {
    let compiled = context.compiled();
    let Push { hub, external, subscribe } = &compiled.policy.push;
    if *hub {
        hub::verify(context, crew).await?;
        hub::distribute(context, crew).await?;
    }
    if let Some(external) = external {
        hub::ping(context, crew, external).await?;
    }
    if crew.beats.is_multiple_of(BEATS_PER_LOOK) {
        subscriber::keep(context, crew, *subscribe).await?;
    }
    crew.beats = crew.beats.wrapping_add(1);
    while let Some(arrival) = context.store.take_arrival().await? {
        if let Some(change) = arrival::read(context, arrival).await? {
            // The loop that publishes outlives this one.
            let _ = touched.send(change);
        }
    }
    Ok(())
}

/// When to try again after so many attempts: later each time, and never before the other side wants.
fn retry_at(now: DateTime<Utc>, attempts: u32, asked: Option<Duration>) -> DateTime<Utc> {
    let doubled = BACKOFF_FIRST.saturating_mul(2_u32.saturating_pow(attempts));
    now + doubled.max(asked.unwrap_or_default()).min(BACKOFF_MAX)
}

/// An address with more fields in its query; those it has are kept.
fn with_query(address: &str, fields: &[(&str, &str)]) -> String {
    match url::Url::parse(address) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(fields);
            url.to_string()
        }
        Err(_) => address.to_owned(),
    }
}

/// A form in a body.
fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

/// `Content-Type` of [`form`].
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

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

    #[test]
    fn a_callback_keeps_its_own_query() {
        assert_eq!(
            with_query("https://a.example/cb?id=1", &[("hub.mode", "a b")]),
            "https://a.example/cb?id=1&hub.mode=a+b"
        );
    }
}
