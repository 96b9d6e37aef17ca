//! Learns from what staff decide: when decisions or the policy changed, the models of all sections are learned anew,
//! kept as one row of the store, and asked about the pieces that they may judge differently. Bounded and in the
//! background.

use super::context::Context;
use super::turn::rejudge;
use anyhow::{Context as _, Result};
use plenary_fetch::Stopwatch;
use plenary_ingest::learn::{Dataset, FORM};
use plenary_model::change::Touched;
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::learned::{LearnedFrom, Learning};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Pieces that are learned from, those decided last: memory and time stay bounded, and decisions under long gone
/// policies stop counting.
const EXAMPLES_MAX: usize = 10_000;
const BATCH_PIECES: usize = 200;
/// Pieces of each kind that new models are asked about.
const ASKED_MAX: usize = 2_000;
/// How often a running server looks whether there is something to learn.
const LEARN_EVERY: Duration = Duration::from_mins(1);

/// Learning beside the polls of a running server: one task at a time.
#[derive(Default)]
pub(super) struct Learner {
    task: Option<JoinHandle<Touched>>,
    since: Option<Stopwatch>,
}

impl Learner {
    /// Looks after the task: takes what it touched once it has ended, and starts another when it is time and
    /// `may_start`.
    pub(super) async fn beat(&mut self, context: &Arc<Context>, may_start: bool) -> Touched {
        let ended = self.task.take_if(|task| task.is_finished());
        let is_time = self.since.is_none_or(|since| since.elapsed() >= LEARN_EVERY);
        if may_start && is_time && self.task.is_none() {
            self.since = Some(Stopwatch::start());
            let context = Arc::clone(context);
            self.task = Some(tokio::spawn(async move { context.learn_or_log().await }));
        }
        match ended {
            Some(task) => task.await.unwrap_or_default(),
            None => Touched::default(),
        }
    }

    /// Ends it. What was judged so far is applied; the rest is done at the next start. Returns whether anything was
    /// under way, of which one then does not know what it touched.
    pub(super) fn stop(self) -> bool {
        self.task.is_some_and(|task| {
            task.abort();
            true
        })
    }
}

impl Context {
    /// As [`Self::learn_again`]; a failure is logged, since nothing depends on it.
    pub(super) async fn learn_or_log(&self) -> Touched {
        let mut touched = Touched::default();
        if let Err(error) = self.learn_again(&mut touched).await {
            tracing::error!("nothing could be learned from decisions: {error:#}");
        }
        touched
    }

    /// Has the judge hear the stored models, learned by an earlier run or another process. Models of another policy or
    /// form stay silent until they are learned anew.
    pub(super) async fn take_up_models(&self) -> Result<()> {
        let compiled = self.load_compiled();
        if compiled.policy.rules.learned == Learning::Off {
            return Ok(());
        }
        let fits = |from: &LearnedFrom| from.form == FORM && from.policy_version == compiled.policy.version;
        let stored = self.store.load_learned_from().await?.filter(fits);
        if stored.is_none() || stored == compiled.learned {
            return Ok(());
        }
        if let Some((from, learned)) = self.store.load_learned().await?.filter(|(from, _)| fits(from)) {
            self.install_models(&compiled.policy, from, learned);
        }
        Ok(())
    }

    /// What models are owed to be learned from, when the stored ones know less.
    async fn find_owed(&self) -> Result<Option<LearnedFrom>> {
        let policy = Arc::clone(&self.load_compiled().policy);
        let decision = self.store.last_decision().await?;
        if policy.rules.learned == Learning::Off || decision == 0 {
            return Ok(None);
        }
        let owed = LearnedFrom { policy_version: policy.version.clone(), decision, form: FORM };
        Ok((self.store.load_learned_from().await?.as_ref() != Some(&owed)).then_some(owed))
    }

    /// Learns when decisions or the policy changed; returns whether it did.
    pub(super) async fn learn(&self) -> Result<bool> {
        let Some(from) = self.find_owed().await? else {
            self.take_up_models().await?;
            return Ok(false);
        };
        let watch = Stopwatch::start();
        let compiled = self.load_compiled();
        let mut dataset = Dataset::default();
        for batch in self.store.list_decided(EXAMPLES_MAX).await?.chunks(BATCH_PIECES) {
            let dossiers = self.store.dossiers(batch).await?;
            let judge = Arc::clone(&compiled.judge);
            let teach = move || {
                judge.teach(&dossiers, &mut dataset);
                dataset
            };
            dataset = tokio::task::spawn_blocking(teach).await.context("decisions could not be read as lessons")?;
        }
        let sections: Vec<SectionSlug> = compiled.policy.sections.iter().map(|section| section.id.clone()).collect();
        let version = compiled.policy.version.clone();
        let learn = move || dataset.train(&sections, &version);
        let learned = tokio::task::spawn_blocking(learn).await.context("nothing could be learned")?;
        self.store.put_learned(&from, &learned).await?;
        let in_use: Vec<&str> =
            learned.sections.iter().filter(|model| model.trial.is_on).map(|model| model.section.as_str()).collect();
        tracing::info!(
            learned.decisions = learned.lessons,
            learned.in_use = in_use.join(" "),
            duration_ms = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
            "learned from {} decided pieces: {} models are in use",
            learned.lessons,
            in_use.len()
        );
        self.install_models(&compiled.policy, from, learned);
        Ok(true)
    }

    /// Learns when there is something to learn, and has new models asked about pieces. `touched` gets what readers see
    /// differently, also before a failure.
    async fn learn_again(&self, touched: &mut Touched) -> Result<()> {
        let spoke = self.load_compiled().judge.classifier().speaks();
        if !self.learn().await? || !(spoke || self.load_compiled().judge.classifier().speaks()) {
            return Ok(());
        }
        let pieces: Vec<PieceId> = self.store.list_asked(ASKED_MAX).await?.into_iter().collect();
        for batch in pieces.chunks(BATCH_PIECES) {
            touched.add(self.ask_models(batch).await?);
        }
        Ok(())
    }

    async fn ask_models(&self, pieces: &[PieceId]) -> Result<Touched> {
        let load = || async { Ok(self.store.dossiers(pieces).await?) };
        Ok(self.judge_stored("pieces that models were asked about", load, rejudge).await?.touched)
    }
}
