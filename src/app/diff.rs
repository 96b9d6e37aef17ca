//! `diff`: what another policy would do to everything that is stored. Nothing is written.
//!
//! A worker on each core takes pages of the store: one reads while another judges. Only changes stay in memory.

use super::app::App;
use crate::built_in;
use anyhow::Context as _;
use chrono::{DateTime, Utc};
use plenary_ingest::categorise::Categoriser;
use plenary_ingest::decide::{Judge, Preview, is_read_alike};
use plenary_model::entry::StoredEntry;
use plenary_model::id::PieceId;
use plenary_model::piece::{Dossier, Piece};
use plenary_model::policy::Policy;
use plenary_model::reason::sentences;
use plenary_model::section::PlacementState;
use plenary_store::Store;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

const BATCH_PIECES: usize = 500;
/// Pages under judgement at once, at most: memory holds no more of them.
const WORKERS_MAX: usize = 8;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    pub piece: String,
    pub title: String,
    /// The source of its lead.
    pub source: String,
    pub leaves: Vec<String>,
    pub enters: Vec<String>,
    pub waits: Vec<String>,
    /// Why: for each section, the terms of its rule with the words that decide.
    pub why: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Pieces looked at.
    pub pieces: usize,
    pub summary: Summary,
    /// By section: how many would enter and leave.
    pub sections: BTreeMap<String, Counts>,
    /// By source: how many would enter and leave any section.
    pub sources: BTreeMap<String, Counts>,
    /// Sections of the other policy with a cap of a source and day. Caps hold back what comes in, not what a change of
    /// policy brings: they are not counted here, and a reload does not apply them.
    pub capped: Vec<String>,
    pub changes: Vec<Change>,
}

/// Pieces by what becomes of them; each is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Would be shown in a section and leave none.
    pub enter: usize,
    /// Would leave a section and enter none.
    pub leave: usize,
    /// Would leave one section and enter another.
    #[serde(rename = "move")]
    pub moving: usize,
    /// Would only begin to wait for staff.
    pub wait: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub enter: usize,
    pub leave: usize,
    pub wait: usize,
}

struct Walk {
    store: Store,
    judge: Judge<plenary_ingest::categorise::Categoriser>,
    are_facets_kept: bool,
    works_in_versions: HashSet<PieceId>,
    now: DateTime<Utc>,
    /// The last piece of the last page taken, and how many pages were.
    taken: Mutex<(Option<PieceId>, usize)>,
}

struct Page {
    number: usize,
    pieces: usize,
    changes: Vec<Change>,
}

impl App {
    /// What would change under `policy`; `seen` is told how many pieces were looked at, of how many.
    pub async fn diff(&self, policy: Policy, seen: &dyn Fn(usize, usize)) -> anyhow::Result<Difference> {
        let current = self.policy();
        let placed_by = self.store.read_placed_by().await?;
        let total = self.store.totals().await?.pieces;
        let with_cap = policy.sections.iter().filter(|section| section.limits.per_source_per_day.is_some());
        let capped = with_cap.map(|section| section.id.0.clone()).collect();
        let walk = Arc::new(Walk {
            // Facets that an earlier policy found, or none, are worth nothing.
            are_facets_kept: placed_by.as_deref() == Some(current.version.as_str()) && is_read_alike(&current, &policy),
            works_in_versions: self.store.works_in_versions().await?,
            store: self.store.clone(),
            now: self.clock.now(),
            judge: judge(Arc::new(policy)),
            taken: Mutex::default(),
        });
        let workers = available_parallelism().map_or(1, usize::from).min(WORKERS_MAX);
        let mut pages = JoinSet::new();
        for _ in 0..workers {
            pages.spawn(Arc::clone(&walk).page());
        }
        let mut done: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
        let mut difference = Difference { capped, ..Difference::default() };
        while let Some(page) = pages.join_next().await {
            let Some(Page { number, pieces, changes }) = page.context("a page was not judged")?? else { continue };
            pages.spawn(Arc::clone(&walk).page());
            difference.pieces += pieces;
            done.insert(number, changes);
            seen(difference.pieces, total);
        }
        for change in done.into_values().flatten() {
            difference.count(&change);
            difference.changes.push(change);
        }
        Ok(difference)
    }
}

impl Walk {
    /// Takes the next page and judges it; `None` after the last one.
    async fn page(self: Arc<Self>) -> anyhow::Result<Option<Page>> {
        let (number, ids) = {
            let mut taken = self.taken.lock().await;
            let ids = self.store.ids_after(taken.0.as_ref(), BATCH_PIECES).await?;
            let Some(last) = ids.last() else { return Ok(None) };
            taken.0 = Some(last.clone());
            taken.1 += 1;
            (taken.1, ids)
        };
        let dossiers = if self.are_facets_kept {
            self.store.dossiers(&ids).await?
        } else {
            self.store.dossiers_without_facets(&ids).await?
        };
        let judged = tokio::task::spawn_blocking(move || Page {
            number,
            pieces: dossiers.len(),
            changes: dossiers.into_iter().filter_map(|dossier| self.change(dossier)).collect(),
        });
        Ok(Some(judged.await.context("a page was not judged")?))
    }

    fn change(&self, dossier: Dossier) -> Option<Change> {
        let Dossier { piece, entries, decisions } = dossier;
        let has_versions = self.works_in_versions.contains(&piece.work);
        let preview = self.judge.preview(piece, &entries, &decisions, self.are_facets_kept, has_versions, self.now)?;
        change(&preview, &entries)
    }
}

impl Difference {
    fn count(&mut self, change: &Change) {
        let (enters, leaves) = (!change.enters.is_empty(), !change.leaves.is_empty());
        let way = match (enters, leaves) {
            (true, true) => &mut self.summary.moving,
            (true, false) => &mut self.summary.enter,
            (false, true) => &mut self.summary.leave,
            (false, false) => &mut self.summary.wait,
        };
        *way += 1;
        let source = self.sources.entry(change.source.clone()).or_default();
        source.enter += usize::from(enters);
        source.leave += usize::from(leaves);
        source.wait += usize::from(!change.waits.is_empty());
        for section in &change.enters {
            self.sections.entry(section.clone()).or_default().enter += 1;
        }
        for section in &change.leaves {
            self.sections.entry(section.clone()).or_default().leave += 1;
        }
        for section in &change.waits {
            self.sections.entry(section.clone()).or_default().wait += 1;
        }
    }
}

/// The sections in which readers see a piece, and those in which it waits.
fn places(piece: &Piece) -> (BTreeSet<&str>, BTreeSet<&str>) {
    let in_state = |wanted: fn(PlacementState) -> bool| {
        let placements = piece.placements.iter().filter(move |placement| wanted(placement.state));
        placements.map(|placement| placement.section.as_str()).collect::<BTreeSet<&str>>()
    };
    if piece.withdrawn.is_some() {
        return (BTreeSet::new(), BTreeSet::new());
    }
    (in_state(PlacementState::is_shown), in_state(|state| state == PlacementState::Pending))
}

fn change(preview: &Preview, entries: &[StoredEntry]) -> Option<Change> {
    let Preview { before, after, left_out } = preview;
    let ((old, old_waits), (new, new_waits)) = (places(before), places(after));
    let enters: Vec<&str> = new.difference(&old).copied().collect();
    let leaves: Vec<&str> = old.difference(&new).copied().collect();
    let waits: Vec<&str> = new_waits.difference(&old_waits).copied().collect();
    if enters.is_empty() && leaves.is_empty() && waits.is_empty() {
        return None;
    }
    let reasons = |piece: &Piece, section: &str| {
        piece.placement(section).map(|placement| sentences(&placement.reasons).join("; ")).unwrap_or_default()
    };
    let mut why: Vec<String> =
        enters.iter().chain(&waits).map(|section| format!("{section}: {}", reasons(after, section))).collect();
    for section in &leaves {
        let now = left_out.get(*section).map(ToString::to_string).unwrap_or_default();
        why.push(format!("{section} no longer: {now}; it was there for {}", reasons(before, section)));
    }
    let lead = entries.iter().find(|entry| entry.key == before.lead)?;
    let owned = |slugs: Vec<&str>| slugs.into_iter().map(str::to_owned).collect();
    Some(Change {
        piece: before.id.0.clone(),
        title: lead.entry.title.clone(),
        source: lead.source.0.clone(),
        leaves: owned(leaves),
        enters: owned(enters),
        waits: owned(waits),
        why,
    })
}

/// Judges as the worker does.
fn judge(policy: Arc<Policy>) -> Judge<Categoriser> {
    let categoriser = Categoriser::with_models(Arc::clone(&policy), Some(built_in::recogniser()));
    Judge::with(policy, categoriser)
}
