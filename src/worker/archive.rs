//! Archives (RFC 5005): from the months that a change touched to stored documents. `publish` says what a document holds
//! and keeps; here it is asked for part by part, since a month may be long, and put in the chain of its feed.

use super::context::Context;
use super::publish::Put;
use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::policy::Policy;
use plenary_model::view::Tombstone;
use plenary_publish::{
    Archive, ArchivedEntry, Chain, MonthDraft, Part, PartSize, Target, archive_folder, archive_path, index_archive,
    measure_tombstone, parts_of,
};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Pieces that are read and written at once: with one part, what bounds the memory of a long month.
const BATCH_PIECES: usize = 200;

impl Context {
    /// Renders and stores the archives of the months that a change touched, and the current documents of feeds whose
    /// chain became longer.
    pub(super) async fn publish_archives(&self, months: &BTreeSet<(SectionSlug, String)>) -> Result<()> {
        let policy = Arc::clone(&self.load_compiled().policy);
        let _turn = self.publishing.lock().await;
        let mut by_section: HashMap<&SectionSlug, BTreeSet<String>> = HashMap::new();
        for (section, month) in months {
            by_section.entry(section).or_default().insert(month.clone());
        }
        for (section, months) in by_section {
            for target in Target::of_section(&policy, section) {
                let put = self.publish_months(&policy, &target, section, Some(months.clone())).await?;
                if put.is_chain_longer {
                    self.publish_target(&policy, &target).await?;
                }
            }
        }
        Ok(())
    }

    /// Renders and stores all archives of a feed, if it has any, before its current document.
    pub(super) async fn publish_all_archives(&self, policy: &Arc<Policy>, target: &Target) -> Result<Put> {
        let Target::Section { section, .. } = target else { return Ok(Put::default()) };
        Ok(self.publish_months(policy, target, section, None).await?.put)
    }

    pub(super) async fn last_archive(&self, target: &Target) -> Result<Option<Part>> {
        if !matches!(target, Target::Section { .. }) {
            return Ok(None);
        }
        Ok(self.list_stored_parts(target).await?.pop_last())
    }

    async fn list_stored_parts(&self, target: &Target) -> Result<BTreeSet<Part>> {
        let stem = target.stem();
        Ok(parts_of(&stem, &self.store.edition_paths(&archive_folder(&stem)).await?))
    }

    /// Publishes the archives of some months, and what stands beside a new one in the chain; or all parts of all.
    async fn publish_months(
        &self,
        policy: &Arc<Policy>,
        target: &Target,
        section: &SectionSlug,
        months: Option<BTreeSet<String>>,
    ) -> Result<PutMonths> {
        let mut links = Links { parts: self.list_stored_parts(target).await?, stale: BTreeSet::new() };
        let stored = links.parts.len();
        let is_whole = months.is_none();
        let holding = self.store.archive_months(section, target.language()).await?;
        let mut waiting: BTreeSet<String> = match months {
            Some(months) => months.into_iter().filter(|month| holding.contains(month) || links.has(month)).collect(),
            None => holding.into_iter().chain(links.parts.iter().map(|part| part.month.clone())).collect(),
        };
        for month in &waiting {
            if !links.has(month) {
                links.add(Part::first(month));
            }
        }
        // What stood before the first may have ended (retention).
        links.stale.extend(links.parts.first().filter(|first| waiting.contains(&first.month)).cloned());
        waiting.extend(links.stale_months());
        if waiting.is_empty() {
            return Ok(PutMonths::default());
        }
        let (id, since) =
            self.store.feed_id(&target.stem(), &plenary_publish::feed_id(policy, target), self.clock.now()).await?;
        let feed = Feed { policy: Arc::clone(policy), target: target.clone(), section, id, since, is_whole };
        let mut put = Put::default();
        // Oldest first: a part that opens changes those after it alone.
        while let Some(month) = waiting.pop_first() {
            put.add(self.publish_month(&feed, &month, &mut links).await?);
            waiting.extend(links.stale_months());
        }
        Ok(PutMonths { put, is_chain_longer: links.parts.len() > stored })
    }

    /// Writes those parts of a month that have to change, and opens as many as it takes.
    async fn publish_month(&self, feed: &Feed<'_>, month: &str, links: &mut Links) -> Result<Put> {
        let MonthDraft { mut parts, new, unplaced } = self.draft(feed, month, links).await?;
        let mut put = Put::default();
        let Some((newest, last)) = parts.pop_last() else { return Ok(put) };
        for (part, draft) in parts {
            if feed.is_whole || draft.is_touched() || links.stale.contains(&part) {
                let entries = self.write_entries(feed, draft.to_write).await?;
                put.add(self.put_part(feed, links, part, entries, draft.tombstones).await?);
            }
        }
        let is_touched = feed.is_whole || last.is_touched();
        let mut open = OpenPart {
            part: newest,
            size: last.size,
            entries: self.write_entries(feed, last.to_write).await?,
            tombstones: last.tombstones,
        };
        let is_growing = !new.is_empty() || !unplaced.is_empty();
        for tombstone in unplaced {
            let full = open.make_room(measure_tombstone(&tombstone), self.part_max, links);
            put.add(self.put_full(feed, links, full).await?);
            open.tombstones.push(tombstone);
        }
        for batch in new.chunks(BATCH_PIECES) {
            for entry in self.write_entries(feed, batch.to_vec()).await? {
                let full = open.make_room(entry.bytes(), self.part_max, links);
                put.add(self.put_full(feed, links, full).await?);
                open.entries.push(entry);
            }
        }
        if is_touched || is_growing || links.stale.contains(&open.part) {
            put.add(self.put_part(feed, links, open.part, open.entries, open.tombstones).await?);
        }
        Ok(put)
    }

    /// What has to be written of a month. Its documents are read one at a time, and only what stands in them is kept.
    async fn draft(&self, feed: &Feed<'_>, month: &str, links: &Links) -> Result<MonthDraft> {
        let archived = self.store.load_archive(feed.section, feed.target.language(), month).await?;
        let mut stored = Vec::new();
        for part in links.parts.iter().filter(|part| part.month == month) {
            let document = self.read_part(feed, part).await?.unwrap_or_default();
            stored.push((part.clone(), index_archive(&document)));
        }
        let is_running = month == self.clock.now().format("%Y-%m").to_string();
        Ok(MonthDraft::new(&feed.policy, month, archived, stored, is_running))
    }

    async fn read_part(&self, feed: &Feed<'_>, part: &Part) -> Result<Option<String>> {
        let path = format!("{}{}", feed.target.stem(), archive_path(part));
        Ok(self.store.edition_body(&path).await?.and_then(|body| String::from_utf8(body).ok()))
    }

    /// The entries of pieces, in their order.
    async fn write_entries(&self, feed: &Feed<'_>, pieces: Vec<PieceId>) -> Result<Vec<ArchivedEntry>> {
        let mut entries = Vec::with_capacity(pieces.len());
        for batch in pieces.chunks(BATCH_PIECES) {
            let views = self.store.pieces_named(batch.to_vec()).await.context("archived pieces could not be read")?;
            let (policy, target) = (Arc::clone(&feed.policy), feed.target.clone());
            let written = tokio::task::spawn_blocking(move || -> Vec<ArchivedEntry> {
                views.iter().map(|view| plenary_publish::archive_entry(&policy, &target, view)).collect()
            });
            entries.extend(written.await.context("writing an archive failed")?);
        }
        Ok(entries)
    }

    async fn put_full(&self, feed: &Feed<'_>, links: &mut Links, full: Option<OpenPart>) -> Result<Put> {
        match full {
            Some(OpenPart { part, entries, tombstones, .. }) => {
                self.put_part(feed, links, part, entries, tombstones).await
            }
            None => Ok(Put::default()),
        }
    }

    /// Renders a part over what is stored of it. `entries` are oldest first.
    async fn put_part(
        &self,
        feed: &Feed<'_>,
        links: &mut Links,
        part: Part,
        mut entries: Vec<ArchivedEntry>,
        tombstones: Vec<Tombstone>,
    ) -> Result<Put> {
        let stored = self.read_part(feed, &part).await?.unwrap_or_default();
        entries.reverse();
        links.stale.remove(&part);
        let chain = Chain::of(part, &links.parts);
        let archive = Archive { id: feed.id.clone(), since: feed.since, chain, entries, tombstones, updated: None };
        let (policy, target) = (Arc::clone(&feed.policy), feed.target.clone());
        self.put(move || vec![archive.over(&stored).document(&policy, &target)]).await
    }
}

/// Whose archives are published.
struct Feed<'a> {
    policy: Arc<Policy>,
    target: Target,
    section: &'a SectionSlug,
    /// Its permanent id, and since when it has it.
    id: String,
    since: DateTime<Utc>,
    /// True when every part is rendered, changed or not: another policy makes other heads.
    is_whole: bool,
}

/// The parts of a feed that are stored or about to be.
struct Links {
    parts: BTreeSet<Part>,
    /// Those whose document names another neighbour than it has now.
    stale: BTreeSet<Part>,
}

impl Links {
    fn has(&self, month: &str) -> bool {
        self.parts.iter().any(|part| part.month == month)
    }

    /// Adds a part, which is written later; the documents on both sides name it from now on.
    fn add(&mut self, part: Part) {
        let Chain { previous, next, .. } = Chain::of(part.clone(), &self.parts);
        self.stale.extend(previous.into_iter().chain(next));
        self.stale.insert(part.clone());
        self.parts.insert(part);
    }

    fn stale_months(&self) -> BTreeSet<String> {
        self.stale.iter().map(|part| part.month.clone()).collect()
    }
}

/// The newest part of a month, while it is filled.
struct OpenPart {
    part: Part,
    /// With what stands in it already.
    size: PartSize,
    /// What is written into it, oldest first.
    entries: Vec<ArchivedEntry>,
    tombstones: Vec<Tombstone>,
}

impl OpenPart {
    /// Counts one more entry of so many bytes in. When there is no room for it, this is the part after, and the full
    /// one is handed out.
    fn make_room(&mut self, bytes: usize, max: PartSize, links: &mut Links) -> Option<Self> {
        let full = (!self.size.has_room(bytes, max)).then(|| {
            let part = self.part.after();
            links.add(part.clone());
            let empty = Self { part, size: PartSize::default(), entries: Vec::new(), tombstones: Vec::new() };
            std::mem::replace(self, empty)
        });
        self.size.add(bytes);
        full
    }
}

#[derive(Default)]
struct PutMonths {
    put: Put,
    is_chain_longer: bool,
}
