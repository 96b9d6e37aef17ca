//! Lock, load, judge, apply: the one way in which a judgement changes what is stored.

use super::context::Context;
use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use plenary_ingest::decide::Judge;
use plenary_ingest::learn::Adviser;
use plenary_model::change::{Changeset, Touched};
use plenary_model::piece::Dossier;
use plenary_model::poll::PollRecord;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) struct Rejudged {
    pub(super) touched: Touched,
    pub(super) pieces: usize,
}

impl Context {
    /// Takes the turn, loads, judges on a blocking thread and applies. The turn is held all the while, since a
    /// judgement depends on what was applied before it. `apply` gets `None` when the judge panicked.
    pub(super) async fn take_turn<Known, Judged, Applied, Applying>(
        &self,
        load: impl Future<Output = Result<Known>>,
        judge: impl FnOnce(Known) -> Judged + Send + 'static,
        apply: impl FnOnce(Option<Judged>) -> Applying,
    ) -> Result<Applied>
    where
        Known: Send + 'static,
        Judged: Send + 'static,
        Applying: Future<Output = Result<Applied>>,
    {
        let _turn = self.judging.lock().await;
        let known = load.await?;
        let judged = tokio::task::spawn_blocking(move || judge(known)).await.ok();
        apply(judged).await
    }

    /// [`Self::take_turn`] for stored pieces, which `subject` names for people. `judge` is told whether the first pass
    /// is done, and the time.
    pub(super) async fn judge_stored<Known: Send + 'static>(
        &self,
        subject: &'static str,
        load: impl Future<Output = Result<Known>>,
        judge: impl FnOnce(&Judge<Adviser>, Known, bool, DateTime<Utc>) -> Changeset + Send + 'static,
    ) -> Result<Rejudged> {
        let load = async {
            let known = load.await?;
            let judge = Arc::clone(&self.load_compiled().judge);
            Ok((judge, known, self.store.is_first_pass_done().await?, self.clock.now()))
        };
        self.take_turn(
            load,
            move |(by, known, first_pass_done, now)| (judge(&by, known, first_pass_done, now), now),
            |judged: Option<(Changeset, DateTime<Utc>)>| async move {
                let (change, now) = judged.with_context(|| format!("{subject} could not be judged"))?;
                let pieces = change.pieces.len();
                Ok(Rejudged { touched: self.apply(change, None, now).await?, pieces })
            },
        )
        .await
    }

    /// Stores a change with the poll that it came of.
    pub(super) async fn apply(
        &self,
        change: Changeset,
        record: Option<PollRecord>,
        now: DateTime<Utc>,
    ) -> Result<Touched> {
        Ok(self.store.apply(change, record, now).await?)
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
