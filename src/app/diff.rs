//! `diff`: what another policy would do to everything that is stored. Nothing is written.

use super::App;
use crate::ingest::categorise::Categoriser;
use crate::ingest::decide::Judge;
use crate::model::piece::{Dossier, Piece};
use crate::model::policy::Policy;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Pieces judged at a time.
const BATCH_PIECES: usize = 500;

/// One piece that would change its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The piece.
    pub piece: String,
    /// Its title.
    pub title: String,
    /// The source of its lead.
    pub source: String,
    /// Sections it would leave.
    pub leaves: Vec<String>,
    /// Sections it would enter.
    pub enters: Vec<String>,
    /// Why, from the rules that place it then, or the terms that no longer hold.
    pub why: Vec<String>,
}

/// All that would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Pieces looked at.
    pub pieces: usize,
    /// Pieces that would change, in the order of the store.
    pub changes: Vec<Change>,
    /// By section: how many would enter and leave.
    pub sections: BTreeMap<String, Counts>,
    /// By source: how many would enter and leave any section.
    pub sources: BTreeMap<String, Counts>,
}

/// How many pieces go which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Would enter.
    pub enter: usize,
    /// Would leave.
    pub leave: usize,
}

impl App {
    /// What would change under `policy`; `seen` is told how many pieces were looked at.
    ///
    /// # Errors
    /// The database fails.
    pub async fn diff(&self, policy: Policy, seen: &dyn Fn(usize)) -> anyhow::Result<Difference> {
        let judge = Judge::new(Arc::new(policy));
        let mut difference = Difference::default();
        let mut last = None;
        loop {
            let dossiers = self.store.dossiers_after(last.as_ref(), BATCH_PIECES).await?;
            let Some(end) = dossiers.last() else { return Ok(difference) };
            last = Some(end.piece.id.clone());
            difference.pieces += dossiers.len();
            self.compare(&judge, dossiers, &mut difference);
            seen(difference.pieces);
        }
    }

    fn compare(&self, judge: &Judge<Categoriser>, dossiers: Vec<Dossier>, difference: &mut Difference) {
        let before: BTreeMap<_, _> = dossiers.iter().map(|d| (d.piece.id.clone(), d.clone())).collect();
        let changeset = judge.rejudge(dossiers, &BTreeSet::new(), true, self.clock.now());
        for after in &changeset.pieces {
            let Some(dossier) = before.get(&after.id) else { continue };
            if let Some(change) = change(dossier, after) {
                difference.count(&change);
                difference.changes.push(change);
            }
        }
    }
}

impl Difference {
    fn count(&mut self, change: &Change) {
        let source = self.sources.entry(change.source.clone()).or_default();
        source.enter += usize::from(!change.enters.is_empty());
        source.leave += usize::from(!change.leaves.is_empty());
        for section in &change.enters {
            self.sections.entry(section.clone()).or_default().enter += 1;
        }
        for section in &change.leaves {
            self.sections.entry(section.clone()).or_default().leave += 1;
        }
    }
}

fn shown(piece: &Piece) -> BTreeSet<String> {
    piece.placements.iter().filter(|p| p.state.is_shown()).map(|p| p.section.0.clone()).collect()
}

fn change(dossier: &Dossier, after: &Piece) -> Option<Change> {
    let before = &dossier.piece;
    let (old, new) = (shown(before), shown(after));
    if old == new {
        return None;
    }
    let enters: Vec<String> = new.difference(&old).cloned().collect();
    let leaves: Vec<String> = old.difference(&new).cloned().collect();
    let reasons = |piece: &Piece, section: &String| {
        piece.placement(section).map(|placement| placement.reasons.clone()).unwrap_or_default()
    };
    let mut why: Vec<String> = Vec::new();
    for section in &enters {
        why.extend(reasons(after, section).into_iter().map(|reason| format!("{section}: {reason}")));
    }
    for section in &leaves {
        why.extend(reasons(before, section).into_iter().map(|reason| format!("{section} no longer: {reason}")));
    }
    let lead = dossier.entries.iter().find(|entry| entry.key == before.lead)?;
    Some(Change {
        piece: before.id.0.clone(),
        title: lead.entry.title.clone(),
        source: lead.source.0.clone(),
        leaves,
        enters,
        why,
    })
}
