//! Archives (RFC 5005): from the months that a change touched to stored documents. `publish` says what a document holds
//! and keeps; here it is asked for piece by piece, since a month may be long, and put in the chain of its feed.

use super::context::Context;
use super::publish::Put;
use anyhow::{Context as _, Result};
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::policy::Policy;
use plenary_publish::{Archive, ArchivedEntry, Chain, Target, archive_path, months_of};
use std::collections::{BTreeSet, HashMap};
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

/// Pieces that are read and written at once: what bounds the memory of a long month.
const BATCH_PIECES: usize = 200;

impl Context {
    /// Renders and stores the archives of the months that a change touched, and the current documents of feeds whose
    /// first archive this is.
    pub(super) async fn publish_archives(&self, months: &BTreeSet<(SectionSlug, String)>) -> Result<()> {
        let policy = Arc::clone(&self.load_compiled().policy);
        let _turn = self.publishing.lock().await;
        let mut by_section: HashMap<&SectionSlug, BTreeSet<String>> = HashMap::new();
        for (section, month) in months {
            by_section.entry(section).or_default().insert(month.clone());
        }
        for (section, months) in by_section {
            for target in Target::of_section(&policy, section) {
                let put = self.publish_months(&policy, &target, section, months.clone()).await?;
                if put.is_chain_longer {
                    self.publish_target(&policy, &target).await?;
                }
            }
        }
        Ok(())
    }

    /// Renders and stores all archives of a feed, if it has any, before its current document.
    pub(super) async fn publish_all_archives(&self, policy: &Arc<Policy>, target: &Target) -> Result<Put> {
        let Target::Section { section, language } = target else { return Ok(Put::default()) };
        let mut months = self.store.archive_months(section, language.as_deref()).await?;
        months.extend(self.list_stored_months(target).await?);
        Ok(self.publish_months(policy, target, section, months).await?.put)
    }

    pub(super) async fn last_archive(&self, target: &Target) -> Result<Option<String>> {
        Ok(self.list_stored_months(target).await?.pop())
    }

    async fn list_stored_months(&self, target: &Target) -> Result<Vec<String>> {
        if !matches!(target, Target::Section { .. }) {
            return Ok(Vec::new());
        }
        let stem = target.stem();
        let folder = archive_path("");
        let folder = folder.trim_end_matches(".atom");
        Ok(months_of(&stem, &self.store.edition_paths(&format!("{stem}{folder}")).await?))
    }

    async fn publish_months(
        &self,
        policy: &Arc<Policy>,
        target: &Target,
        section: &SectionSlug,
        mut months: BTreeSet<String>,
    ) -> Result<PutMonths> {
        let stored: BTreeSet<String> = self.list_stored_months(target).await?.into_iter().collect();
        let mut chain: BTreeSet<String> = stored.clone();
        // Of the months without a document; others are drafted one at a time, since a draft holds its document.
        let mut drafts = HashMap::new();
        for month in months.difference(&stored) {
            let draft = self.draft(policy, target, section, month).await?;
            if !draft.is_empty() {
                chain.insert(month.clone());
                drafts.insert(month.clone(), draft);
            }
        }
        let new: Vec<String> = chain.difference(&stored).cloned().collect();
        // The documents on both sides of a new one name it from now on.
        for month in &new {
            months.extend(
                neighbours(&chain, month).into_iter().flatten().filter(|beside| stored.contains(*beside)).cloned(),
            );
        }
        let mut put = PutMonths { put: Put::default(), is_chain_longer: !new.is_empty() };
        for month in months.intersection(&chain) {
            let draft = match drafts.remove(month) {
                Some(draft) => draft,
                None => self.draft(policy, target, section, month).await?,
            };
            let [previous, next] = neighbours(&chain, month).map(Option::<&String>::cloned);
            let chain = Chain { month: Some(month.clone()), previous, next };
            put.put.add(self.publish_month(policy, target, draft, chain).await?);
        }
        Ok(put)
    }

    /// What has to be written of a month: the pieces that its document lacks, and while the month runs those that
    /// changed significantly and stand in the section still.
    async fn draft(&self, policy: &Arc<Policy>, target: &Target, section: &SectionSlug, month: &str) -> Result<Draft> {
        let archived = self.store.load_archive(section, target.language(), month).await?;
        let path = format!("{}{}", target.stem(), archive_path(month));
        let stored = self.store.edition(&path).await?.and_then(|edition| String::from_utf8(edition.identity).ok());
        let (_, kept) = stored.as_deref().map(plenary_publish::archive_entries).unwrap_or_default();
        let kept: HashMap<&str, &ArchivedEntry> = kept.iter().map(|entry| (entry.id.as_str(), entry)).collect();
        let runs = month == self.clock.now().format("%Y-%m").to_string();
        let is_to_write = |piece: &plenary_model::view::ArchivedPiece| {
            let id = plenary_publish::id_in_feeds(policy, &piece.id, &piece.atom_id);
            kept.get(id.as_str()).is_none_or(|kept| runs && piece.is_shown && kept.updated != piece.updated)
        };
        let to_write: Vec<PieceId> = archived.pieces.into_iter().filter(is_to_write).map(|piece| piece.id).collect();
        Ok(Draft { to_write, tombstones: archived.tombstones, stored })
    }

    async fn publish_month(&self, policy: &Arc<Policy>, target: &Target, draft: Draft, chain: Chain) -> Result<Put> {
        let (id, since) =
            self.store.feed_id(&target.stem(), &plenary_publish::feed_id(policy, target), self.clock.now()).await?;
        let mut entries = Vec::with_capacity(draft.to_write.len());
        for batch in draft.to_write.chunks(BATCH_PIECES) {
            let views = self.store.pieces_named(batch.to_vec()).await.context("archived pieces could not be read")?;
            let (policy, target) = (Arc::clone(policy), target.clone());
            let written = tokio::task::spawn_blocking(move || -> Vec<ArchivedEntry> {
                views.iter().map(|view| plenary_publish::archive_entry(&policy, &target, view)).collect()
            });
            entries.extend(written.await.context("writing an archive failed")?);
        }
        let Draft { tombstones, stored, .. } = draft;
        let archive = Archive { id, since, chain, entries, tombstones, updated: None };
        let (policy, target) = (Arc::clone(policy), target.clone());
        let document = move || {
            let archive = match &stored {
                Some(stored) => archive.over(stored),
                None => archive,
            };
            vec![archive.document(&policy, &target)]
        };
        self.put(document).await
    }
}

struct Draft {
    to_write: Vec<PieceId>,
    tombstones: Vec<plenary_model::view::Tombstone>,
    stored: Option<String>,
}

impl Draft {
    fn is_empty(&self) -> bool {
        self.to_write.is_empty() && self.tombstones.is_empty()
    }
}

struct PutMonths {
    put: Put,
    is_chain_longer: bool,
}

fn neighbours<'a>(chain: &'a BTreeSet<String>, month: &str) -> [Option<&'a String>; 2] {
    let before = chain.range::<str, _>((Unbounded, Excluded(month))).next_back();
    let after = chain.range::<str, _>((Excluded(month), Unbounded)).next();
    [before, after]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_knows_its_neighbours_over_gaps() {
        let chain: BTreeSet<String> = ["2021-01", "2021-05", "2022-01"].map(str::to_owned).into();
        let of = |month: &str| neighbours(&chain, month).map(|beside| beside.map(String::as_str));
        assert_eq!(of("2021-05"), [Some("2021-01"), Some("2022-01")]);
        assert_eq!(of("2021-01"), [None, Some("2021-05")]);
        assert_eq!(of("2022-02"), [Some("2022-01"), None]);
    }
}
