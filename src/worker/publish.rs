//! From what a change touched to stored editions: asks the store for pieces, has `publish` render them, stores the
//! result.

use super::context::Context;
use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use plenary_fetch::Stopwatch;
use plenary_model::change::Touched;
use plenary_model::deadline::list_deadlines;
use plenary_model::edition::{Edition, Rendered};
use plenary_model::id::{SectionSlug, SourceId};
use plenary_model::policy::Policy;
use plenary_model::view::PerWork;
use plenary_publish::{Contents, Target};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// Touched documents wait so long while polls go on, and so many times as long as the last publication took: one
/// rendering serves many polls, and in a pass over everything publishing takes a tenth of the time at most.
const PUBLISH_EVERY: Duration = Duration::from_secs(1);
const PUBLISH_SHARE: u32 = 10;
/// Archives are rendered when nothing else is to be done, at the latest after this long: a month's document grows, and
/// one rendering serves many polls.
const ARCHIVE_EVERY: Duration = Duration::from_mins(1);
/// Address under which the store dates the calendar.
const CALENDAR_STEM: &str = "/calendar";

pub(super) struct Pending {
    sections: BTreeSet<SectionSlug>,
    sources: BTreeSet<SourceId>,
    months: BTreeSet<(SectionSlug, String)>,
    since: Stopwatch,
    archived: Stopwatch,
    /// How long the last publication took.
    took: Duration,
}

impl Pending {
    pub(super) fn start() -> Self {
        Self {
            sections: BTreeSet::new(),
            sources: BTreeSet::new(),
            months: BTreeSet::new(),
            since: Stopwatch::start(),
            archived: Stopwatch::start(),
            took: Duration::ZERO,
        }
    }

    pub(super) fn add(&mut self, touched: &Touched) {
        self.sections.extend(touched.sections.iter().cloned());
        self.sources.extend(touched.sources.iter().cloned());
        self.months.extend(touched.months.iter().cloned());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sections.is_empty() && self.sources.is_empty() && self.months.is_empty()
    }

    /// True when current documents wait and have waited long enough. Archives do not count: looking at them would
    /// restart the wait of what is touched next.
    pub(super) fn is_due(&self) -> bool {
        !(self.sections.is_empty() && self.sources.is_empty())
            && self.since.elapsed() >= PUBLISH_EVERY.max(self.took * PUBLISH_SHARE)
    }

    /// Notes that what was taken is published.
    pub(super) fn note_published(&mut self) {
        self.took = self.since.elapsed();
        self.since = Stopwatch::start();
    }

    pub(super) fn take(&mut self) -> Touched {
        self.since = Stopwatch::start();
        Touched {
            sections: std::mem::take(&mut self.sections).into_iter().collect(),
            sources: std::mem::take(&mut self.sources).into_iter().collect(),
            ..Touched::default()
        }
    }

    /// True when archives wait and have waited long enough.
    pub(super) fn is_archive_due(&self) -> bool {
        !self.months.is_empty() && self.archived.elapsed() >= ARCHIVE_EVERY
    }

    pub(super) fn take_months(&mut self) -> BTreeSet<(SectionSlug, String)> {
        self.archived = Stopwatch::start();
        std::mem::take(&mut self.months)
    }
}

impl Context {
    pub(super) async fn publish_touched(&self, touched: &Touched) -> Result<()> {
        let policy = Arc::clone(&self.load_compiled().policy);
        let targets = Target::list_touched(&policy, touched);
        if targets.is_empty() {
            return Ok(());
        }
        let _turn = self.publishing.lock().await;
        let watch = Stopwatch::start();
        let mut changed = 0;
        for target in &targets {
            changed += self.publish_target(&policy, target).await?.changed;
        }
        // A piece that came or went may name a deadline.
        changed += self.put_calendar(&policy).await?.changed;
        log_published(targets.len(), changed, watch);
        Ok(())
    }

    /// True when the stored documents may be out of date: another policy or program rendered them, or the last run
    /// ended before it rendered what it had applied.
    pub(super) async fn owes_documents(&self) -> Result<bool> {
        let by = self.store.read_rendered_by().await?;
        Ok(by != Some(name_renderer(&self.load_compiled().policy)) || self.store.is_unpublished().await?)
    }

    pub(super) async fn publish_all(&self) -> Result<()> {
        let policy = Arc::clone(&self.load_compiled().policy);
        let _turn = self.publishing.lock().await;
        // Before the pieces are read: what is applied from here on may not be in the documents.
        let owed = self.store.find_unpublished().await?;
        let watch = Stopwatch::start();
        let renderer = name_renderer(&policy);
        if self.store.read_rendered_by().await?.as_ref() != Some(&renderer) {
            // Until all are rendered they are nobody's: should this end in the middle and the former policy be put
            // back, its documents are owed, too.
            self.store.set_rendered_by("").await?;
        }
        let mut targets = Target::all(&policy);
        // Whoever follows a source that left the policy is told what becomes of its pieces.
        let removed = self.store.removed_sources().await?;
        targets.extend(removed.into_iter().map(|removed| Target::Source(removed.source.id)));
        let (mut changed, mut paths) = (0, HashSet::new());
        for target in &targets {
            for put in [self.publish_all_archives(&policy, target).await?, self.publish_target(&policy, target).await?]
            {
                changed += put.changed;
                paths.extend(put.paths);
            }
        }
        let put = self.put_calendar(&policy).await?;
        changed += put.changed;
        paths.extend(put.paths);
        let sources_since = self.sources_since(&policy).await?;
        let of_policy = Arc::clone(&policy);
        let put = self.put(move || vec![plenary_publish::opml(&of_policy, sources_since)]).await?;
        changed += put.changed;
        paths.extend(put.paths);

        let stored = self.store.edition_digests().await?;
        let dropped: Vec<String> = stored.into_keys().filter(|path| !paths.contains(path)).collect();
        if !dropped.is_empty() {
            self.store.drop_editions(&dropped).await?;
        }
        self.store.set_rendered_by(&renderer).await?;
        self.store.note_published(owed).await?;
        log_published(targets.len(), changed, watch);
        Ok(())
    }

    pub(super) async fn publish_calendar(&self) -> Result<()> {
        let policy = Arc::clone(&self.load_compiled().policy);
        let _turn = self.publishing.lock().await;
        self.put_calendar(&policy).await?;
        Ok(())
    }

    async fn put_calendar(&self, policy: &Arc<Policy>) -> Result<Put> {
        let (_, since) = self.store.feed_id(CALENDAR_STEM, CALENDAR_STEM, self.clock.now()).await?;
        let (policy, events) = (Arc::clone(policy), self.store.events().await?);
        let per_work = PerWork { languages: policy.network.languages.clone() };
        let deadlines = self.store.pieces_with_deadlines(&per_work, self.clock.now()).await?;
        let deadlines = list_deadlines(&deadlines, &events);
        self.put(move || plenary_publish::calendar(&policy, &events, &deadlines, since)).await
    }

    pub(super) async fn publish_target(&self, policy: &Arc<Policy>, target: &Target) -> Result<Put> {
        let selection = target.selection(policy);
        let (id, since) =
            self.store.feed_id(&target.stem(), &plenary_publish::feed_id(policy, target), self.clock.now()).await?;
        let pieces = self.store.pieces(&selection).await.context("pieces could not be read")?.pieces;
        let pieces = self.keep_above_floor(policy, target, pieces).await?;
        let tombstones = self.store.tombstones(&selection).await?;
        let last_archive = self.last_archive(target).await?;
        let contents = Contents { id, since, pieces, tombstones, last_archive };
        let (policy, target) = (Arc::clone(policy), target.clone());
        self.put(move || plenary_publish::documents(&policy, &target, &contents)).await
    }

    /// Renders on a blocking thread, then stores what is not stored already. It is coded when it has settled.
    pub(super) async fn put(&self, render: impl FnOnce() -> Vec<Rendered> + Send + 'static) -> Result<Put> {
        let rendered = tokio::task::spawn_blocking(move || -> Vec<(Rendered, String)> {
            let digested = |document: Rendered| {
                let digest = plenary_publish::digest(&document);
                (document, digest)
            };
            render().into_iter().map(digested).collect()
        });
        let rendered = rendered.await.context("rendering failed")?;
        let paths: Vec<String> = rendered.iter().map(|(document, _)| document.path.clone()).collect();
        let stored = self.store.edition_digests_of(&paths).await?;
        let new: Vec<Rendered> = rendered
            .into_iter()
            .filter(|(document, digest)| stored.get(&document.path) != Some(digest))
            .map(|(document, _)| document)
            .collect();
        if new.is_empty() {
            return Ok(Put { changed: 0, paths });
        }
        let editions: Vec<Edition> = new.into_iter().map(plenary_publish::edition).collect();
        let stored = self.store.put_editions(editions, self.clock.now()).await;
        Ok(Put { changed: stored.context("editions could not be stored")?, paths })
    }

    /// Since when the list of sources says what it says; kept over restarts and unrelated changes of the policy.
    async fn sources_since(&self, policy: &Policy) -> Result<DateTime<Utc>> {
        let digest = plenary_publish::digest(&plenary_publish::opml(policy, DateTime::UNIX_EPOCH));
        if let Some(since) = self.store.sources_since(&digest).await? {
            return Ok(since);
        }
        let now = self.clock.now();
        self.store.set_sources_since(&digest, now).await?;
        Ok(now)
    }
}

/// What decides the bytes of a document beside the store: the policy and this program.
fn name_renderer(policy: &Policy) -> String {
    format!("{} {}", policy.version, env!("CARGO_PKG_VERSION"))
}

#[derive(Default)]
pub(super) struct Put {
    pub(super) changed: usize,
    pub(super) paths: Vec<String>,
}

impl Put {
    pub(super) fn add(&mut self, other: Self) {
        self.changed += other.changed;
        self.paths.extend(other.paths);
    }
}

fn log_published(targets: usize, changed: usize, watch: Stopwatch) {
    let duration_ms = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(
        publish.feeds = targets,
        publish.changed = changed,
        duration_ms,
        "published {targets} feeds: {changed} documents changed"
    );
}
