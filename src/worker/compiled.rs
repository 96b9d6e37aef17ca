//! What a policy is worked with: the judge and the fetcher built from it.

use crate::built_in;
use plenary_fetch::{FetchError, Fetcher, Lookup, Settings};
use plenary_ingest::categorise::Categoriser;
use plenary_ingest::decide::Judge;
use plenary_ingest::learn::Adviser;
use plenary_model::id::SourceId;
use plenary_model::learned::{Learned, LearnedFrom};
use plenary_model::policy::Policy;
use plenary_model::port::Clock;
use plenary_model::source::Source;
use std::collections::HashMap;
use std::sync::Arc;

pub(super) struct Compiled {
    pub(super) policy: Arc<Policy>,
    pub(super) judge: Arc<Judge<Adviser>>,
    /// What the models that the judge hears were learned from; `None` when it hears none.
    pub(super) learned: Option<LearnedFrom>,
    pub(super) fetcher: Arc<Fetcher>,
    /// The same for messages of hubs and their subscribers: a callback that anybody may name on a member's host takes
    /// no turn of its feeds.
    pub(super) messenger: Arc<Fetcher>,
    settings: Settings,
    /// Place of each source in the policy: there may be ten thousand.
    places: Arc<HashMap<SourceId, usize>>,
}

impl Compiled {
    /// Compiles a policy. The fetcher of `before` is kept when nothing about requests changed, so that hosts keep their
    /// turns. The judge hears no models.
    pub(super) fn new(
        policy: Arc<Policy>,
        clock: &Arc<dyn Clock>,
        lookup: &Lookup,
        before: Option<&Self>,
    ) -> Result<Self, FetchError> {
        let settings = Settings::from_policy(&policy);
        let make = || Ok::<_, FetchError>(Arc::new(Fetcher::new(&settings, Arc::clone(clock), lookup)?));
        let (fetcher, messenger) = match before.filter(|before| before.settings == settings) {
            Some(before) => (Arc::clone(&before.fetcher), Arc::clone(&before.messenger)),
            None => (make()?, make()?),
        };
        let places = policy.sources.iter().enumerate().map(|(place, source)| (source.id.clone(), place)).collect();
        let rules = Arc::new(Categoriser::with_models(Arc::clone(&policy), Some(built_in::recogniser())));
        let judge = judge(&policy, rules, Learned::default());
        Ok(Self { policy, judge, learned: None, fetcher, messenger, settings, places: Arc::new(places) })
    }

    /// The same with a judge that hears these models.
    pub(super) fn with_models(&self, from: LearnedFrom, learned: Learned) -> Self {
        Self {
            policy: Arc::clone(&self.policy),
            judge: judge(&self.policy, Arc::clone(self.judge.classifier().rules()), learned),
            learned: Some(from),
            fetcher: Arc::clone(&self.fetcher),
            messenger: Arc::clone(&self.messenger),
            settings: self.settings.clone(),
            places: Arc::clone(&self.places),
        }
    }

    pub(super) fn source(&self, id: &SourceId) -> Option<&Source> {
        self.policy.sources.get(*self.places.get(id)?)
    }

    /// The schedule of a source: its own, else everybody's.
    pub(super) fn schedule<'a>(&'a self, source: &'a Source) -> &'a str {
        source.schedule.as_deref().unwrap_or(&self.policy.polling.schedule)
    }
}

fn judge(policy: &Arc<Policy>, rules: Arc<Categoriser>, learned: Learned) -> Arc<Judge<Adviser>> {
    Arc::new(Judge::with(Arc::clone(policy), Adviser::new(rules, Arc::new(learned))))
}
