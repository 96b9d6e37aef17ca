//! What a policy is worked with: the judge and the fetcher built from it.

use crate::fetch::{FetchError, Fetcher, Settings};
use crate::ingest::categorise::Categoriser;
use crate::ingest::decide::Judge;
use crate::model::policy::Policy;
use crate::model::port::Clock;
use crate::model::source::Source;
use std::sync::Arc;

/// A policy with what is compiled from it.
pub(super) struct Setup {
    pub(super) policy: Arc<Policy>,
    pub(super) judge: Arc<Judge<Categoriser>>,
    pub(super) fetcher: Arc<Fetcher>,
    settings: Settings,
}

impl Setup {
    /// Compiles a policy. The fetcher of `before` is kept when nothing about requests changed, so
    /// that hosts keep their turns.
    pub(super) fn new(policy: Arc<Policy>, clock: &Arc<dyn Clock>, before: Option<&Self>) -> Result<Self, FetchError> {
        let settings = Settings::of(&policy);
        let fetcher = match before.filter(|before| before.settings == settings) {
            Some(before) => Arc::clone(&before.fetcher),
            None => Arc::new(Fetcher::new(&settings, Arc::clone(clock))?),
        };
        let judge = Arc::new(Judge::new(Arc::clone(&policy)));
        Ok(Self { policy, judge, fetcher, settings })
    }

    /// The schedule of a source: its own, else everybody's.
    pub(super) fn schedule<'a>(&'a self, source: &'a Source) -> &'a str {
        source.schedule.as_deref().unwrap_or(&self.policy.polling.schedule)
    }
}
