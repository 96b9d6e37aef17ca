//! Lock, load, judge, apply: the one way in which a judgement changes what is stored.

use super::context::Context;
use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use plenary_ingest::decide::Judge;
use plenary_ingest::learn::Adviser;
use plenary_model::change::{Changeset, Touched};
use plenary_model::piece::Dossier;
use plenary_model::poll::PollRecord;
use plenary_store::StoreError;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How often a judgement is made again because another process decided or judged in between. Staff decide some times a
/// minute and a judgement takes a tenth of a second: more than two in a row is a fault.
const ROUNDS_MAX: usize = 8;

pub(super) struct Rejudged {
    pub(super) touched: Touched,
    pub(super) pieces: usize,
}

impl Context {
    /// Loads what is known of `subject`, a name for people, judges it and applies what that changes. The turn is held
    /// all the while, since a judgement depends on what was applied before it; what another process decides in between
    /// makes it begin again.
    pub(super) async fn judge_in_turn<Known, Loading>(
        &self,
        subject: &'static str,
        load: impl Fn() -> Loading,
        judge: impl Fn(&Judge<Adviser>, Known, DateTime<Utc>) -> Changeset + Clone + Send + 'static,
    ) -> Result<Rejudged>
    where
        Known: Send + 'static,
        Loading: Future<Output = Result<Known>>,
    {
        let _turn = self.judging.lock().await;
        let mut rounds = Rounds::default();
        loop {
            let basis = self.store.basis().await?;
            let known = load().await?;
            let (by, now, judge) = (Arc::clone(&self.load_compiled().judge), self.clock.now(), judge.clone());
            let judged = tokio::task::spawn_blocking(move || judge(&by, known, now)).await;
            let change = judged.with_context(|| format!("{subject} could not be judged"))?;
            let pieces = change.pieces.len();
            match self.store.apply_on(basis, change, Vec::new(), now).await {
                Ok(touched) => return Ok(Rejudged { touched, pieces }),
                Err(error) => rounds.again(error)?,
            }
        }
    }

    /// [`Self::judge_in_turn`] for stored pieces. `judge` is told whether the first pass is done, and the time.
    pub(super) async fn judge_stored<Known, Loading>(
        &self,
        subject: &'static str,
        load: impl Fn() -> Loading,
        judge: impl Fn(&Judge<Adviser>, Known, bool, DateTime<Utc>) -> Changeset + Clone + Send + 'static,
    ) -> Result<Rejudged>
    where
        Known: Send + 'static,
        Loading: Future<Output = Result<Known>>,
    {
        let load = || {
            let known = load();
            async { Ok((known.await?, self.store.is_first_pass_done().await?)) }
        };
        self.judge_in_turn(subject, load, move |by, (known, is_done), now| judge(by, known, is_done, now)).await
    }

    /// Stores the record of a poll that brought nothing, in turn with judgements.
    pub(super) async fn note_poll(&self, record: PollRecord, now: DateTime<Utc>) -> Result<Touched> {
        let _turn = self.judging.lock().await;
        Ok(self.store.apply(Changeset::default(), [record], now).await?)
    }
}

/// Counts how often one judgement was made.
#[derive(Default)]
pub(super) struct Rounds(usize);

impl Rounds {
    /// `Ok` when a judgement that could not be applied is to be made again.
    pub(super) fn again(&mut self, error: StoreError) -> Result<()> {
        self.0 += 1;
        if !matches!(error, StoreError::Outdated) || self.0 >= ROUNDS_MAX {
            return Err(error.into());
        }
        tracing::debug!("another process decided in between: judged again");
        Ok(())
    }
}

pub(super) fn rejudge(
    judge: &Judge<Adviser>,
    dossiers: Vec<Dossier>,
    first_pass_done: bool,
    now: DateTime<Utc>,
) -> Changeset {
    judge.rejudge(dossiers, &BTreeSet::new(), first_pass_done, now)
}
