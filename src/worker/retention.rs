//! What has had its time goes: pieces leave sections that keep them only so long, archives lose their oldest months,
//! texts that no reader sees are dropped, and the room is given back to the disk.
//!
//! All of it in slices, each applied whole: polls get their turn between two, and after a stop the next start goes on
//! with what is left.

use super::context::Context;
use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use plenary_fetch::Stopwatch;
use plenary_model::change::Touched;
use plenary_model::id::SectionSlug;
use plenary_model::policy::Policy;
use plenary_model::view::Pruned;
use plenary_publish::{Target, archive_folder};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Pieces that one slice judges again, or drops the texts of.
const SLICE_PIECES: usize = 200;
/// Pages that one slice gives back: 4 MB.
const SLICE_PAGES: u32 = 1_000;
/// Share of the file, one in so many, that stays free for what comes; what is free above it is given back.
const FREE_SHARE: u64 = 10;
/// How long a running server rests once nothing is left to remove: what is kept is said in days.
const REST: Duration = Duration::from_hours(1);
/// How long a slice waits, at the most, for a moment in which nothing is polled.
const WAIT_MAX: Duration = Duration::from_mins(1);
/// Length of the name of a month, `YYYY-MM`.
const MONTH_CHARS: usize = 7;

/// Removing, slice by slice, beside the polls of a running server.
#[derive(Default)]
pub(super) struct Pruner {
    /// What this run has removed.
    run: Pruned,
    resting: Option<Stopwatch>,
    waiting: Option<Stopwatch>,
}

/// What one slice did.
struct Slice {
    touched: Touched,
    removed: Pruned,
}

impl Pruner {
    /// Removes one slice when it is time: when nothing else is to be done, or has not been for long.
    pub(super) async fn beat(&mut self, context: &Context, is_idle: bool) -> Touched {
        if self.resting.as_ref().is_some_and(|since| since.elapsed() < REST) {
            return Touched::default();
        }
        self.resting = None;
        let waiting = self.waiting.get_or_insert_with(Stopwatch::start);
        if !is_idle && waiting.elapsed() < WAIT_MAX {
            return Touched::default();
        }
        self.waiting = None;
        match context.prune(&mut self.run).await {
            Ok(Some(touched)) => touched,
            Ok(None) => {
                self.rest();
                Touched::default()
            }
            Err(error) => {
                tracing::error!("what has had its time could not be removed: {error:#}");
                self.rest();
                Touched::default()
            }
        }
    }

    fn rest(&mut self) {
        self.run = Pruned::default();
        self.resting = Some(Stopwatch::start());
    }
}

impl Context {
    /// Removes everything that has had its time; a failure is logged, and tried again at the next time.
    pub(super) async fn prune_all_or_log(&self) -> Touched {
        let (mut touched, mut run) = (Touched::default(), Pruned::default());
        loop {
            match self.prune(&mut run).await {
                Ok(Some(more)) => touched.add(more),
                Ok(None) => return touched,
                Err(error) => {
                    tracing::error!("what has had its time could not be removed: {error:#}");
                    return touched;
                }
            }
        }
    }

    /// One slice, added to what this `run` removed; `None` when nothing is left.
    pub(super) async fn prune(&self, run: &mut Pruned) -> Result<Option<Touched>> {
        let now = self.clock.now();
        let policy = Arc::clone(&self.load_compiled().policy);
        let Some(slice) = self.remove_slice(&policy, now).await? else {
            if run.is_empty() {
                return Ok(None);
            }
            tracing::info!(
                pieces.expired = run.expired,
                texts.dropped = run.dropped,
                archives.dropped = run.archives,
                "retention: {} pieces left sections, the texts of {} were dropped, {} archives ended",
                run.expired,
                run.dropped,
                run.archives
            );
            *run = Pruned::default();
            return Ok(None);
        };
        if !slice.removed.is_empty() {
            run.add(&Pruned { at: Some(now), ..slice.removed });
            self.store.note_pruned(run).await?;
        }
        Ok(Some(slice.touched))
    }

    async fn remove_slice(&self, policy: &Policy, now: DateTime<Utc>) -> Result<Option<Slice>> {
        // While staff are asked about this policy, sections stay as they were.
        if self.store.read_placed_by().await?.as_deref() == Some(policy.version.as_str()) {
            for section in &policy.sections {
                let Some(since) = section.limits.keeps_since(now) else { continue };
                if let Some(slice) = self.expire(&section.id, since).await? {
                    return Ok(Some(slice));
                }
                if let Some(slice) = self.end_archives(policy, &section.id, since).await? {
                    return Ok(Some(slice));
                }
            }
        }
        let unseen_before = now - TimeDelta::days(policy.polling.keep_unseen_days);
        let removed = {
            // What is being judged keeps its texts until that is applied.
            let _turn = self.judging.lock().await;
            self.store.drop_texts(unseen_before, SLICE_PIECES).await?
        };
        if !removed.is_empty() {
            return Ok(Some(Slice { touched: Touched::default(), removed }));
        }
        let is_given_back = self.give_back().await?;
        Ok(is_given_back.then(|| Slice { touched: Touched::default(), removed: Pruned::default() }))
    }

    /// Judges the pieces again that entered a section before `since`: the judge lets them go.
    async fn expire(&self, section: &SectionSlug, since: DateTime<Utc>) -> Result<Option<Slice>> {
        let load = || async {
            let past = self.store.list_past(section, since, SLICE_PIECES).await?;
            Ok(self.store.dossiers(&past).await?)
        };
        let expired = self.judge_stored("pieces that have had their time", load, super::turn::rejudge).await?;
        let removed = Pruned { expired: expired.pieces, ..Pruned::default() };
        // None that stays in spite of its time is asked about again and again.
        Ok(expired.touched.sections.contains(section).then_some(Slice { touched: expired.touched, removed }))
    }

    /// Ends the archives of months that lie wholly before `since`. The chain begins with the first that is left.
    async fn end_archives(
        &self,
        policy: &Policy,
        section: &SectionSlug,
        since: DateTime<Utc>,
    ) -> Result<Option<Slice>> {
        let floor = since.format("%Y-%m").to_string();
        let _turn = self.publishing.lock().await;
        let (mut past, mut first_left) = (Vec::new(), BTreeSet::new());
        for target in Target::of_section(policy, section) {
            let folder = archive_folder(&target.stem());
            let mut left: Option<String> = None;
            for path in self.store.edition_paths(&folder).await? {
                match path.get(folder.len()..folder.len() + MONTH_CHARS) {
                    Some(month) if month < floor.as_str() => past.push(path),
                    Some(month) if left.as_deref().is_none_or(|first| month < first) => left = Some(month.to_owned()),
                    _ => {}
                }
            }
            first_left.extend(left);
        }
        self.store.drop_archives(section, &floor, &past).await?;
        if past.is_empty() {
            return Ok(None);
        }
        let touched = Touched {
            sections: vec![section.clone()],
            months: first_left.into_iter().map(|month| (section.clone(), month)).collect(),
            ..Touched::default()
        };
        Ok(Some(Slice { touched, removed: Pruned { archives: past.len(), ..Pruned::default() } }))
    }

    /// Gives pages back when more are free than what comes will need, or when the database is too large; true when it
    /// has become smaller.
    async fn give_back(&self) -> Result<bool> {
        let room = self.store.room().await?;
        let is_much = room.free > room.file / FREE_SHARE;
        if !room.is_given_back || room.free == 0 || !(is_much || self.health.is_full()) {
            return Ok(false);
        }
        Ok(self.store.give_back(SLICE_PAGES).await? > 0)
    }
}
