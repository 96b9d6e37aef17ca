//! Acts on decisions of staff: judges the pieces they are about again, and points sources at repaired addresses.

use super::context::Context;
use super::turn::rejudge;
use anyhow::Result;
use plenary_fetch::redact;
use plenary_model::change::Touched;
use plenary_model::decision::{Action, AfterRemoval, Decision};
use plenary_model::id::{EntryKey, SourceId};
use plenary_model::poll::{Cause, CauseKind, Moving, Outcome, PollRecord, PollState};
use plenary_model::warning::WarningCode;
use std::collections::BTreeSet;

/// Entries whose pieces are judged again at once: one decision can be about all texts of a source in a language.
const BATCH_ENTRIES: usize = 200;

impl Context {
    /// Acts on what was decided since the last time; returns what that touched.
    pub(super) async fn settle(&self) -> Result<Touched> {
        let decisions = self.store.list_unsettled().await?;
        let Some(last) = decisions.iter().map(|decision| decision.id).max() else {
            return Ok(Touched::default());
        };
        self.take_up_models().await?;
        let mut is_about_events = false;
        let mut touched = Touched::default();
        let mut entries: BTreeSet<EntryKey> = decisions.iter().flat_map(list_entries).collect();
        for decision in &decisions {
            match &decision.action {
                Action::Repair { source, feed } => self.repair(source, Some(feed)).await?,
                Action::Event { .. } => is_about_events = true,
                Action::Source { source, pieces } => touched.add(self.settle_removed(source, *pieces).await?),
                Action::Language { source, language, .. } => {
                    entries.extend(self.store.list_in_language(source, language, decision.at).await?);
                }
                // Undone, a repair leaves the source to the addresses of the policy.
                Action::Undo { decision: target } => {
                    let (undone, is_in_force) = self.store.find_undone(*target).await?;
                    // What was kept apart may join again only when both are at hand.
                    entries.extend(list_entries(&undone));
                    if let Action::Repair { source, feed } = &undone.action {
                        self.repair(source, is_in_force.then_some(feed)).await?;
                    }
                    // Undone, it leaves the pieces as they are without it.
                    if let Action::Source { source, pieces } = &undone.action {
                        let decided = if is_in_force { *pieces } else { AfterRemoval::Keep };
                        touched.add(self.settle_removed(source, decided).await?);
                    }
                    if let Action::Language { source, language, .. } = &undone.action {
                        entries.extend(self.store.list_in_language(source, language, undone.at).await?);
                    }
                    is_about_events |= matches!(undone.action, Action::Event { .. });
                }
                _ => {}
            }
        }
        if is_about_events {
            self.settle_events().await?;
        }
        let entries: Vec<EntryKey> = entries.into_iter().collect();
        for batch in entries.chunks(BATCH_ENTRIES) {
            touched.add(self.judge_again(batch).await?);
        }
        self.store.settle(last).await?;
        tracing::info!(
            decisions.count = decisions.len(),
            entries.count = entries.len(),
            "settled {} decisions, the last of them {last}",
            decisions.len()
        );
        Ok(touched)
    }

    async fn judge_again(&self, entries: &[EntryKey]) -> Result<Touched> {
        if entries.is_empty() {
            return Ok(Touched::default());
        }
        let load = || async { Ok(self.store.dossiers_of(entries).await?) };
        Ok(self.judge_stored("decided pieces", load, rejudge).await?.touched)
    }

    /// Polls a source at `feed` from now on, as if its first address had moved there; without one, at the policy's
    /// addresses.
    async fn repair(&self, id: &SourceId, feed: Option<&String>) -> Result<()> {
        let compiled = self.load_compiled();
        let Some(from) = compiled.policy.source(id).and_then(|source| source.feeds.first()) else {
            tracing::warn!(source.id = %id, "the repair of {id} is not made: the policy has no such source");
            return Ok(());
        };
        let now = self.clock.now();
        let states = self.store.poll_states().await?;
        let before = states.into_iter().find(|state| state.source == *id);
        let said = match feed {
            Some(feed) => format!("staff: polled at {} from now on", redact(feed)),
            None => "staff: polled at the addresses of the policy again".to_owned(),
        };
        let cause = Cause::new(CauseKind::Moved, said);
        let mut state = before.unwrap_or_else(|| PollState::new(id.clone()));
        state.moving = feed.map(|to| Moving { from: from.clone(), to: to.clone(), since: now, adopted: true });
        state.address = feed.cloned();
        (state.gone, state.failures, state.next_at) = (false, 0, None);
        state.warnings.retain(|warning| warning.code != WarningCode::Proposal);
        let record = PollRecord {
            state,
            addresses: Vec::new(),
            at: now,
            outcome: Outcome::Skipped,
            cause,
            seen: 0,
            new: 0,
            changed: 0,
            body_bytes: 0,
            duration_ms: 0,
            conditional: false,
            replay: None,
        };
        self.note_poll(record, now).await?;
        Ok(())
    }
}

fn list_entries(decision: &Decision) -> Vec<EntryKey> {
    let others = match &decision.action {
        Action::Merge { other } | Action::Version { other } => vec![other.clone()],
        Action::Split { from } => from.clone(),
        _ => Vec::new(),
    };
    decision.entry.iter().cloned().chain(others).collect()
}
