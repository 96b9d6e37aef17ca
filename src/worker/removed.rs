//! What becomes of the pieces of a source that left the policy: they stay, until staff withdraw them. Then each of its
//! entries counts as taken back, so that what another source carries stays with that, and all else gets a tombstone.

use super::context::Context;
use anyhow::Result;
use plenary_ingest::decide::prepare;
use plenary_model::change::{Asked, Incoming, Touched};
use plenary_model::decision::AfterRemoval;
use plenary_model::entry::StoredEntry;
use plenary_model::id::{EntryKey, SourceId};
use plenary_model::withdrawal::{SOURCE_REMOVED, Withdrawal};
use std::collections::{BTreeMap, BTreeSet};

/// Entries that are judged at once; polls get their turn between two batches.
const BATCH_ENTRIES: usize = 200;

impl Context {
    /// Brings the pieces of a source in line with what is decided about them. Done again after a stop in the middle, it
    /// goes on with the rest.
    pub(super) async fn settle_removed(&self, source: &SourceId, decided: AfterRemoval) -> Result<Touched> {
        let is_withdrawn = decided == AfterRemoval::Withdraw;
        let entries = match decided {
            AfterRemoval::Withdraw => self.store.list_standing(source).await?,
            AfterRemoval::Keep => self.store.list_taken_back(source, SOURCE_REMOVED).await?,
        };
        let mut touched = Touched::default();
        for batch in entries.chunks(BATCH_ENTRIES) {
            touched.add(self.take_back(batch, is_withdrawn).await?);
        }
        Ok(touched)
    }

    /// Takes entries back, or lets them stand again.
    async fn take_back(&self, keys: &[EntryKey], is_withdrawn: bool) -> Result<Touched> {
        let now = self.clock.now();
        let load = || async {
            let compiled = self.load_compiled();
            let standard = compiled.judge.standard();
            let (mut incoming, mut taken_back) = (Vec::new(), BTreeMap::new());
            if is_withdrawn {
                let withdrawal = Withdrawal { at: now, reason: SOURCE_REMOVED.to_owned() };
                taken_back.extend(keys.iter().map(|key| (key.clone(), withdrawal.clone())));
            } else {
                let named: BTreeSet<&EntryKey> = keys.iter().collect();
                let dossiers = self.store.dossiers_of(keys).await?;
                let entries = dossiers.into_iter().flat_map(|dossier| dossier.entries);
                incoming.extend(entries.filter(|entry| named.contains(&entry.key)).map(stand_again));
            }
            let asked = Asked::about(&incoming, taken_back.keys(), standard.window_days, &standard.limits);
            let known = self.store.load_candidates(&asked, None).await?;
            Ok((incoming, taken_back, known))
        };
        let judged =
            self.judge_in_turn("pieces of a removed source", load, |judge, (incoming, taken_back, known), now| {
                judge.decide(incoming, taken_back, known, now)
            });
        Ok(judged.await?.touched)
    }
}

fn stand_again(entry: StoredEntry) -> Incoming {
    prepare(StoredEntry { withdrawn: None, ..entry })
}
