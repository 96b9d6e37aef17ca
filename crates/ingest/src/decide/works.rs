//! Works: a piece and its translations, by declared alternates and by staff.

use super::super::dedup::{Record, Translations, components, translations};
use super::batch::Batch;
use super::identity::Named;
use plenary_model::change::{Doubt, DoubtKind};
use plenary_model::decision::Action;
use plenary_model::id::PieceId;
use plenary_model::limits::Limits;
use plenary_model::link::CanonicalLink;
use plenary_model::piece::Piece;
use plenary_model::sameness::{Rung, Sameness};
use std::collections::{BTreeMap, BTreeSet};

/// Its score, of 1,000: as good as that of its rival.
const TRANSLATION_SCORE: u16 = 500;

pub(super) struct Works {
    pub(super) of: Vec<PieceId>,
    /// Pairs of different works that may be translations of each other, of which one entry came in.
    pub(super) doubts: Vec<Doubt>,
}

/// The work of each piece, and what is in doubt. A work bears the id of its first piece. A piece whose versions are not
/// in the batch keeps its work: what is not at hand cannot be taken back.
pub(super) fn works(pieces: &[Named], batch: &Batch, limits: &Limits) -> Works {
    let piece_at: BTreeMap<usize, usize> =
        pieces.iter().enumerate().flat_map(|(at, named)| named.members.iter().map(move |place| (*place, at))).collect();
    let group_of: Vec<usize> =
        (0..batch.records.len()).map(|place| piece_at.get(&place).copied().unwrap_or(place)).collect();
    let found = translations(&batch.records, &group_of, &|place| batch.is_fresh(place), limits);
    let mut pairs = found.declared.clone();
    let was_linked = |(a, b): &(usize, usize)| {
        let work = |place| piece_at.get(place).and_then(|at| pieces.get(*at)?.before.as_ref()).map(|piece| &piece.work);
        work(a).is_some() && work(a) == work(b)
    };
    // Stored pieces that are judged again are not all that their publisher has: nothing new shows there.
    pairs.extend(found.alike.iter().copied().filter(|pair| !batch.came_in.is_empty() || was_linked(pair)));
    let (mut links, looks_outside) = links(pairs, batch, &piece_at);
    links.extend(keep_links(pieces, batch, &found));
    let possible = found.possible;
    let component_of = components(pieces.len(), links);
    let mut members_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, component) in component_of.iter().enumerate() {
        members_of.entry(*component).or_default().push(at);
    }
    // Which components hold pieces of a work as it was.
    let mut held_by: BTreeMap<&PieceId, Vec<usize>> = BTreeMap::new();
    for (named, component) in pieces.iter().zip(&component_of) {
        if let Some(before) = &named.before {
            held_by.entry(&before.work).or_default().push(*component);
        }
    }
    let keeps = |at: usize, before: &Piece| {
        let mates = held_by.get(&before.work).map_or(&[][..], Vec::as_slice);
        let here = component_of.get(at).copied();
        before.work == before.id
            || mates.len() < 2
            || mates.iter().filter(|component| Some(**component) == here).count() > 1
            || looks_outside.contains(&at)
    };
    let work_of: BTreeMap<usize, PieceId> =
        members_of.iter().map(|(component, members)| (*component, work_of(members, pieces, &keeps))).collect();
    let of: Vec<PieceId> =
        component_of.iter().map(|component| work_of.get(component).cloned().unwrap_or_default()).collect();
    let work_at = |place: usize| piece_at.get(&place).and_then(|at| of.get(*at));
    let doubts = possible
        .into_iter()
        .filter(|(a, b)| work_at(*a) != work_at(*b))
        .filter(|(a, b)| batch.came_in.contains(a) || batch.came_in.contains(b))
        .filter_map(|(a, b)| doubt(batch, a, b))
        .collect();
    Works { of, doubts }
}

/// Pieces that were versions of one work, and of which nothing came in that bears on it, or one of which has no text
/// any more that could.
fn keep_links(pieces: &[Named], batch: &Batch, found: &Translations) -> Vec<(usize, usize)> {
    let mut by_work: BTreeMap<&PieceId, Vec<usize>> = BTreeMap::new();
    for (at, named) in pieces.iter().enumerate() {
        if let Some(before) = &named.before {
            by_work.entry(&before.work).or_default().push(at);
        }
    }
    let publishers = |at: usize| -> BTreeSet<&str> {
        let places = pieces.get(at).map_or(&[][..], |named| &named.members);
        let looked_at = places.iter().filter(|place| found.looked_at.contains(place));
        looked_at.filter_map(|place| batch.records.get(*place)).map(Record::publisher).collect()
    };
    let is_revised = |at: usize| {
        let places = pieces.get(at).map_or(&[][..], |named| &named.members);
        places.iter().any(|place| batch.is_known(*place) && batch.came_in.contains(place))
    };
    let is_bare = |at: usize| {
        let places = pieces.get(at).map_or(&[][..], |named| &named.members);
        places.iter().all(|place| batch.entries.get(*place).is_some_and(|entry| entry.is_bare))
    };
    let mut kept = Vec::new();
    for mates in by_work.values() {
        for (number, &one) in mates.iter().enumerate() {
            for &other in mates.iter().skip(number + 1) {
                let is_open =
                    || is_revised(one) || is_revised(other) || !publishers(one).is_disjoint(&publishers(other));
                let is_untouched = !batch.came_in.is_empty() && !is_open();
                if is_untouched || is_bare(one) || is_bare(other) {
                    kept.push((one, other));
                }
            }
        }
    }
    kept
}

fn doubt(batch: &Batch, a: usize, b: usize) -> Option<Doubt> {
    Some(Doubt {
        entry: batch.entries.get(a)?.key.clone(),
        other: batch.entries.get(b)?.key.clone(),
        kind: DoubtKind::PossibleTranslation,
        rung: Rung::FiguresAndNames,
        score: TRANSLATION_SCORE,
        found: Sameness::FiguresAndNames,
    })
}

/// Pairs of pieces that are versions of one work, and the pieces that name a version not in the batch.
fn links(
    mut pairs: Vec<(usize, usize)>,
    batch: &Batch,
    piece_at: &BTreeMap<usize, usize>,
) -> (Vec<(usize, usize)>, BTreeSet<usize>) {
    let mut looks_outside = BTreeSet::new();
    for decision in &batch.decisions {
        let (Action::Version { other }, Some(entry)) = (&decision.action, &decision.entry) else { continue };
        match (batch.place(entry), batch.place(other)) {
            (Some(a), Some(b)) => pairs.push((a, b)),
            (Some(here), None) | (None, Some(here)) => looks_outside.extend(piece_at.get(&here)),
            (None, None) => {}
        }
    }
    let at_hand: BTreeSet<&CanonicalLink> = batch.records.iter().flat_map(|record| &record.links).collect();
    for (place, record) in batch.records.iter().enumerate() {
        if !record.alternates.iter().all(|link| at_hand.contains(link)) {
            looks_outside.extend(piece_at.get(&place));
        }
    }
    let pieces = |(a, b): (usize, usize)| Some((*piece_at.get(&a)?, *piece_at.get(&b)?));
    (pairs.into_iter().filter_map(pieces).collect(), looks_outside)
}

/// The work of a component: that of its eldest piece which keeps one, else the eldest piece's own id.
fn work_of(members: &[usize], pieces: &[Named], keeps: &dyn Fn(usize, &Piece) -> bool) -> PieceId {
    let mut eldest: Vec<(usize, &Named)> =
        members.iter().filter_map(|at| pieces.get(*at).map(|named| (*at, named))).collect();
    let age = |named: &Named| named.before.as_ref().map(|piece| piece.first_seen);
    eldest.sort_by_key(|(_, named)| (age(named).is_none(), age(named), named.id.clone()));
    let kept = |(at, named): &(usize, &Named)| {
        named.before.as_ref().filter(|before| keeps(*at, before)).map(|before| before.work.clone())
    };
    let first = || eldest.first().map(|(_, named)| named.id.clone());
    eldest.iter().find_map(kept).or_else(first).unwrap_or_default()
}
