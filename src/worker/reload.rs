//! Takes over a policy: its sources, and the places of stored pieces, decisions kept. When it would move more pieces
//! than staff want moved unasked, the old places stay and `review` asks.

use super::compiled::Compiled;
use super::context::Context;
use anyhow::{Context as _, Result};
use plenary_model::change::Changeset;
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::piece::{Dossier, Piece};
use plenary_model::policy::Policy;
use plenary_model::reason::sentences;
use plenary_model::review::{ReviewItem, ReviewKind, ReviewReason};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Pieces judged again at once; polls get their turn between two batches.
const BATCH_PIECES: usize = 200;

/// Pieces that would enter and leave each section.
type Moves = BTreeMap<SectionSlug, (usize, usize)>;

impl Context {
    /// Takes over the newest policy, and places stored pieces by it unless they are so already.
    pub(super) async fn take_over(&self) -> Result<()> {
        let policy = Arc::clone(&self.policy.borrow());
        let before = self.load_compiled();
        if !Arc::ptr_eq(&policy, &before.policy) {
            let (new, clock, lookup) = (Arc::clone(&policy), Arc::clone(&self.clock), Arc::clone(&self.lookup));
            let compiled = tokio::task::spawn_blocking(move || Compiled::new(new, &clock, &lookup, Some(&before)))
                .await
                .context("the policy could not be compiled")?;
            match compiled {
                Ok(compiled) => {
                    self.replace_compiled(compiled);
                    // A new fetcher knows of none.
                    self.load_waits().await?;
                }
                // The old policy goes on working.
                Err(error) => return Err(error).context("the policy was not taken over"),
            }
        }
        self.store.sync_sources(&policy.sources, self.clock.now()).await?;
        self.settle_events().await?;
        if self.store.read_placed_by().await?.as_deref() == Some(policy.version.as_str()) {
            return self.take_up_models().await;
        }
        // Before pieces are placed, so that what models suggest does not come and go in between.
        self.learn().await?;
        self.place_again(&policy).await
    }

    async fn place_again(&self, policy: &Arc<Policy>) -> Result<()> {
        let opened = self.store.list_opened_sections().await?;
        let all: BTreeSet<SectionSlug> = policy.sections.iter().map(|section| section.id.clone()).collect();
        let opening: BTreeSet<SectionSlug> = all.difference(&opened).cloned().collect();
        if !policy.rules.apply_at_once {
            if self.is_asked(policy).await? {
                return Ok(());
            }
            let Some(moves) = self.survey(policy, &opening).await? else { return Ok(()) };
            let is_too_much = |(entering, leaving): &(usize, usize)| {
                *entering > policy.rules.ask_above || *leaving > policy.rules.ask_above
            };
            if moves.values().any(is_too_much) {
                return self.ask_staff(policy, &moves).await;
            }
        }
        self.store.begin_placing().await?;
        if !self.apply_places(policy, &opening).await? {
            return Ok(());
        }
        let opened = opened.union(&all).cloned().collect();
        Ok(self.store.end_placing(&policy.version, &opened).await?)
    }

    /// Counts what would move without moving it; `None` when a newer policy came meanwhile.
    async fn survey(&self, policy: &Arc<Policy>, opening: &BTreeSet<SectionSlug>) -> Result<Option<Moves>> {
        let mut moves = Moves::new();
        let mut after: Option<PieceId> = None;
        while self.is_in_force(policy) {
            let dossiers = self.store.dossiers_after(after.as_ref(), BATCH_PIECES).await?;
            let Some(last) = dossiers.last().map(|dossier| dossier.piece.id.clone()) else { return Ok(Some(moves)) };
            let (before, change) = self.try_batch(dossiers, opening).await?;
            count_moves(&before, &change, opening, &mut moves);
            after = Some(last);
        }
        Ok(None)
    }

    async fn apply_places(&self, policy: &Arc<Policy>, opening: &BTreeSet<SectionSlug>) -> Result<bool> {
        let mut after: Option<PieceId> = None;
        let mut changed = 0;
        while self.is_in_force(policy) {
            let ids = self.store.ids_after(after.as_ref(), BATCH_PIECES).await?;
            if ids.is_empty() {
                let version = &policy.version;
                tracing::info!(
                    pieces.changed = changed,
                    policy.version = version,
                    "policy {version} moved {changed} pieces"
                );
                return Ok(true);
            }
            let (load, opening) = (|| async { Ok(self.store.dossiers(&ids).await?) }, opening.clone());
            let placed = self
                .judge_stored("stored pieces", load, move |judge, dossiers, first_pass_done, now| {
                    judge.rejudge(dossiers, &opening, first_pass_done, now)
                })
                .await?;
            changed += placed.pieces;
            after = ids.last().cloned();
        }
        Ok(false)
    }

    /// Judges a batch without applying it; returns the pieces as they were and what would change.
    async fn try_batch(
        &self,
        dossiers: Vec<Dossier>,
        opening: &BTreeSet<SectionSlug>,
    ) -> Result<(Vec<Piece>, Changeset)> {
        let first_pass_done = self.store.is_first_pass_done().await?;
        let (judge, opening, now) = (Arc::clone(&self.load_compiled().judge), opening.clone(), self.clock.now());
        let job = move || {
            let before = dossiers.iter().map(|dossier| dossier.piece.clone()).collect();
            (before, judge.rejudge(dossiers, &opening, first_pass_done, now))
        };
        tokio::task::spawn_blocking(job).await.context("stored pieces could not be judged")
    }

    fn is_in_force(&self, policy: &Arc<Policy>) -> bool {
        Arc::ptr_eq(&self.policy.borrow(), policy)
    }

    /// True when staff have been asked about this very policy.
    async fn is_asked(&self, policy: &Policy) -> Result<bool> {
        Ok(self.store.policy_question().await?.is_some_and(|question| question.id == policy.version))
    }

    async fn ask_staff(&self, policy: &Policy, moves: &Moves) -> Result<()> {
        let one = |(section, &(entering, leaving)): (&SectionSlug, &(usize, usize))| ReviewReason::Moves {
            section: section.clone(),
            entering,
            leaving,
        };
        let reasons = moves.iter().map(one).chain([ReviewReason::ApplyPolicy]).collect();
        let question = ReviewItem {
            kind: ReviewKind::Policy,
            id: policy.version.clone(),
            title: "The policy changed: stored pieces would move".to_owned(),
            sections: moves.keys().cloned().collect(),
            reasons,
            since: self.clock.now(),
            score: None,
            pair: None,
        };
        tracing::warn!(
            policy.version = policy.version,
            "policy {} waits for staff, and stored pieces stay: {}",
            policy.version,
            sentences(&question.reasons).join("; ")
        );
        self.store.ask_about_policy(&question).await?;
        Ok(())
    }
}

/// Adds what a change moves into and out of sections. Entering a section that is filled for the first time floods
/// nobody.
fn count_moves(before: &[Piece], change: &Changeset, opening: &BTreeSet<SectionSlug>, moves: &mut Moves) {
    let old: HashMap<&PieceId, &Piece> = before.iter().map(|piece| (&piece.id, piece)).collect();
    for piece in &change.pieces {
        let was = old.get(&piece.id).map(|piece| list_shown(piece)).unwrap_or_default();
        let is = list_shown(piece);
        for section in is.difference(&was).filter(|section| !opening.contains(*section)) {
            moves.entry((*section).clone()).or_default().0 += 1;
        }
        for section in was.difference(&is) {
            moves.entry((*section).clone()).or_default().1 += 1;
        }
    }
}

fn list_shown(piece: &Piece) -> BTreeSet<&SectionSlug> {
    let shown = piece.placements.iter().filter(|placement| placement.state.is_shown());
    if piece.withdrawn.is_some() { BTreeSet::new() } else { shown.map(|placement| &placement.section).collect() }
}
