//! What all tasks of a worker share: the database, the compiled policy, the clock and chance, and the turns that
//! judging and publishing take.

use super::commit::Queue;
use super::compiled::Compiled;
use super::health::Health;
use super::metrics::PollMetrics;
use super::reader::Reader;
use anyhow::Result;
use plenary_fetch::Lookup;
use plenary_model::learned::{Learned, LearnedFrom};
use plenary_model::policy::Policy;
use plenary_model::port::Clock;
use plenary_publish::PartSize;
use plenary_store::Store;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Mutex, watch};

pub struct Parts {
    pub store: Store,
    /// The policy, and every later one.
    pub policy: watch::Receiver<Arc<Policy>>,
    pub clock: Arc<dyn Clock>,
    /// How names of hosts become addresses.
    pub lookup: Lookup,
    /// Chance from 0 to 1, for back-off and spread.
    pub jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
    /// Texts that nobody can guess, for secrets and addresses that must not be found.
    pub secret: Arc<dyn Fn() -> Result<String> + Send + Sync>,
}

pub(super) struct Context {
    pub(super) store: Store,
    pub(super) policy: watch::Receiver<Arc<Policy>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) lookup: Lookup,
    pub(super) jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
    pub(super) secret: Arc<dyn Fn() -> Result<String> + Send + Sync>,
    compiled: RwLock<Arc<Compiled>>,
    pub(super) health: Health,
    pub(super) metrics: PollMetrics,
    /// What reads documents; tests put one in its place that fails.
    pub(super) reader: Reader,
    /// Polls that wait to be judged.
    pub(super) queue: Queue,
    /// When a part of a month's archive is full; tests fill smaller ones.
    pub(super) part_max: PartSize,
    /// Held from asking the store what is known until the judgement is applied.
    pub(super) judging: Mutex<()>,
    /// Held while documents are rendered and stored, so that an older one never overwrites a newer.
    pub(super) publishing: Mutex<()>,
}

impl Context {
    pub(super) fn new(parts: Parts) -> Result<Self> {
        let policy = Arc::clone(&parts.policy.borrow());
        let compiled = Compiled::new(policy, &parts.clock, &parts.lookup, None)?;
        let Parts { store, policy, clock, lookup, jitter, secret } = parts;
        Ok(Self {
            store,
            policy,
            clock,
            lookup,
            jitter,
            secret,
            compiled: RwLock::new(Arc::new(compiled)),
            health: Health::default(),
            metrics: PollMetrics::default(),
            reader: Reader::default(),
            queue: Queue::default(),
            part_max: PartSize::MAX,
            judging: Mutex::new(()),
            publishing: Mutex::new(()),
        })
    }

    pub(super) fn load_compiled(&self) -> Arc<Compiled> {
        Arc::clone(&self.compiled.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn replace_compiled(&self, compiled: Compiled) {
        *self.compiled.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(compiled);
    }

    pub(super) fn install_models(&self, policy: &Arc<Policy>, from: LearnedFrom, learned: Learned) {
        let mut compiled = self.compiled.write().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&compiled.policy, policy) {
            *compiled = Arc::new(compiled.with_models(from, learned));
        }
    }

    pub(super) fn jitter(&self) -> f64 {
        (self.jitter)()
    }
}
