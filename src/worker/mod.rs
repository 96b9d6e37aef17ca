//! The worker: puts the steps in order, from due sources to published editions. It holds no rule of
//! its own; rules are in `ingest`, documents in `publish`, state in `store`.
//!
//! One poll is `gather` (fetch and read, side by side with others) and then `poll` (judge and apply,
//! one at a time, since a judgement depends on what was applied before it).

mod archive;
mod calendar;
mod caps;
mod discovery;
mod gather;
mod learning;
mod pass;
mod poll;
mod publish;
mod push;
mod record;
mod reload;
mod report;
mod round;
mod run;
mod settle;
mod setup;
#[cfg(test)]
mod tests;
mod window;

pub use report::{CalendarReport, PassReport, PassTotals, Progress, SourceReport, Which};

use anyhow::Result;
use gather::Reader;
use plenary_model::learned::{Learned, LearnedFrom};
use plenary_model::policy::Policy;
use plenary_model::port::Clock;
use plenary_store::Store;
use setup::Setup;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Mutex, watch};

/// What a worker is built from.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The policy, and every later one.
    pub policy: watch::Receiver<Arc<Policy>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance from 0 to 1, for back-off and spread.
    pub jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
    /// Texts that nobody can guess, for secrets and addresses that must not be found.
    pub secret: Arc<dyn Fn() -> Result<String> + Send + Sync>,
}

/// Polls, judges and publishes. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Worker {
    desk: Arc<Desk>,
}

/// What all tasks of a worker share.
struct Desk {
    store: Store,
    policy: watch::Receiver<Arc<Policy>>,
    clock: Arc<dyn Clock>,
    jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
    secret: Arc<dyn Fn() -> Result<String> + Send + Sync>,
    setup: RwLock<Arc<Setup>>,
    /// What reads documents; tests put one in its place that fails.
    reader: Reader,
    /// Held from asking the store what is known until the judgement is applied.
    judging: Mutex<()>,
    /// Held while documents are rendered and stored, so that an older one never overwrites a newer.
    publishing: Mutex<()>,
}

impl Desk {
    /// What the policy in force is worked with.
    fn setup(&self) -> Arc<Setup> {
        Arc::clone(&self.setup.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace_setup(&self, setup: Setup) {
        *self.setup.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(setup);
    }

    /// Has the judge of `policy` hear these models, unless another policy is in force by now.
    fn hear(&self, policy: &Arc<Policy>, from: LearnedFrom, learned: Learned) {
        let mut setup = self.setup.write().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&setup.policy, policy) {
            *setup = Arc::new(setup.hearing(from, learned));
        }
    }

    fn jitter(&self) -> f64 {
        (self.jitter)()
    }
}

impl Worker {
    /// Builds a worker. `fetch::install_tls` must have been called.
    ///
    /// # Errors
    /// When the policy's list of allowed addresses cannot be read or no HTTP client can be built.
    pub fn new(parts: Parts) -> Result<Self> {
        let policy = Arc::clone(&parts.policy.borrow());
        let setup = Setup::new(policy, &parts.clock, None)?;
        let Parts { store, policy, clock, jitter, secret } = parts;
        let setup = RwLock::new(Arc::new(setup));
        Ok(Self {
            desk: Arc::new(Desk {
                store,
                policy,
                clock,
                jitter,
                secret,
                setup,
                reader: Reader::default(),
                judging: Mutex::new(()),
                publishing: Mutex::new(()),
            }),
        })
    }

    /// Brings the store in line with the policy: sources, placements of stored pieces, decisions not
    /// yet acted on, and every document that is owed. Done once before the first pass.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn prepare(&self) -> Result<()> {
        self.desk.take_over().await?;
        self.desk.settle().await?;
        if self.desk.owes_documents().await? {
            self.desk.publish_all().await?;
        }
        Ok(())
    }

    /// One pass over sources; returns when all are done and published. `seen` hears of the progress.
    /// The failure of a source is in the report and ends nothing.
    ///
    /// # Errors
    /// When a source is asked for that the policy does not have, or the store cannot be read.
    pub async fn pass(&self, which: &Which, seen: &(dyn Fn(Progress) + Send + Sync)) -> Result<PassReport> {
        pass::pass(&self.desk, which, seen).await
    }

    /// Acts on decisions recorded since the last time, and publishes what they touch.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn settle(&self) -> Result<()> {
        let touched = self.desk.settle().await?;
        self.desk.publish_touched(&touched).await?;
        self.desk.publish_archives(&touched.months.into_iter().collect()).await?;
        self.desk.note_published().await
    }

    /// Renders and stores every document, and drops those that the policy no longer has.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn publish_all(&self) -> Result<()> {
        self.desk.publish_all().await
    }

    /// Polls due sources, acts on decisions and takes over new policies until `stop` is true. Then
    /// requests under way are dropped, and what has been read is applied and published.
    ///
    /// # Errors
    /// None at present: what fails is logged and tried again.
    pub async fn run(&self, stop: watch::Receiver<bool>) -> Result<()> {
        run::run(&self.desk, stop).await
    }
}
