//! Caps per source and day: counts what has entered, and lets in, day by day, what was held back.

use super::context::Context;
use anyhow::{Context as _, Result};
use chrono::{DateTime, NaiveTime, Utc};
use plenary_model::change::{Entered, Touched};
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::policy::Policy;

const BATCH_PIECES: usize = 200;

fn list_capped(policy: &Policy) -> Vec<SectionSlug> {
    let sections = policy.sections.iter().filter(|section| section.limits.per_source_per_day.is_some());
    sections.map(|section| section.id.clone()).collect()
}

fn start_of_day(now: DateTime<Utc>) -> DateTime<Utc> {
    now.date_naive().and_time(NaiveTime::MIN).and_utc()
}

impl Context {
    pub(super) async fn count_entered_today(&self, policy: &Policy, now: DateTime<Utc>) -> Result<Entered> {
        let capped = list_capped(policy);
        if capped.is_empty() {
            return Ok(Entered::new());
        }
        self.store.count_entered(&capped, start_of_day(now)).await.context("what entered today could not be counted")
    }

    /// Once a day, and when the policy changed, lets in what was held back, as far as there is room. `touched` gets
    /// what readers see differently, also before a failure.
    async fn let_in(&self, touched: &mut Touched) -> Result<()> {
        let compiled = self.load_compiled();
        let most = compiled.policy.sections.iter().filter_map(|section| section.limits.per_source_per_day).max();
        let Some(most) = most else { return Ok(()) };
        let (today, version) = (self.clock.now().date_naive(), compiled.policy.version.as_str());
        if self.store.was_let_in(today, version).await? {
            return Ok(());
        }
        let held = self.store.list_held_back(most).await?;
        for batch in held.chunks(BATCH_PIECES) {
            touched.add(self.let_in_batch(batch).await?);
        }
        Ok(self.store.set_let_in(today, version).await?)
    }

    /// As [`Self::let_in`]; a failure is logged, and tried again at the next time.
    pub(super) async fn let_in_or_log(&self) -> Touched {
        let mut touched = Touched::default();
        if let Err(error) = self.let_in(&mut touched).await {
            tracing::error!("what is held back could not be let in: {error:#}");
        }
        touched
    }

    /// Batches come by date: what the first lets in is counted for the next.
    async fn let_in_batch(&self, pieces: &[PieceId]) -> Result<Touched> {
        let load = || async {
            let entered = self.count_entered_today(&self.load_compiled().policy, self.clock.now()).await?;
            Ok((self.store.dossiers(pieces).await?, entered))
        };
        let let_in = self
            .judge_stored("held pieces", load, |judge, (dossiers, entered), first_pass_done, now| {
                judge.release(dossiers, &entered, first_pass_done, now)
            })
            .await?;
        Ok(let_in.touched)
    }
}
