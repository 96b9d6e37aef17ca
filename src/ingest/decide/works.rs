//! Works: a piece and its translations, by declared alternates and by staff.

use super::super::dedup::translations;
use super::identity::Named;
use super::pool::Pool;
use crate::model::decision::Action;
use crate::model::id::PieceId;
use std::collections::{BTreeMap, BTreeSet};

/// The work of each piece, in order.
///
/// A work bears the id of its first piece. A piece whose versions are not in the pool keeps its work:
/// what is not at hand cannot be taken back.
pub(super) fn works(pieces: &[Named], pool: &Pool) -> Vec<PieceId> {
    let piece_at: BTreeMap<usize, usize> =
        pieces.iter().enumerate().flat_map(|(at, named)| named.members.iter().map(move |place| (*place, at))).collect();
    let mut component: Vec<usize> = (0..pieces.len()).collect();
    let mut looks_outside: BTreeSet<usize> = BTreeSet::new();
    let mut links: Vec<(usize, usize)> = translations(&pool.cards);
    for decision in &pool.decisions {
        let (Action::Version { other }, Some(entry)) = (&decision.action, &decision.entry) else { continue };
        match (pool.place(entry), pool.place(other)) {
            (Some(a), Some(b)) => links.push((a, b)),
            (Some(here), None) | (None, Some(here)) => looks_outside.extend(piece_at.get(&here)),
            (None, None) => {}
        }
    }
    for (a, b) in links {
        let of = |place: usize| piece_at.get(&place).and_then(|at| component.get(*at)).copied();
        let (Some(x), Some(y)) = (of(a), of(b)) else { continue };
        component.iter_mut().filter(|slot| **slot == y).for_each(|slot| *slot = x);
    }
    for (place, card) in pool.cards.iter().enumerate() {
        let is_at_hand = |link| pool.cards.iter().any(|other| other.links.contains(link));
        if !card.alternates.iter().all(is_at_hand) {
            looks_outside.extend(piece_at.get(&place));
        }
    }
    (0..pieces.len()).map(|at| work_of(at, pieces, &component, &looks_outside)).collect()
}

fn work_of(at: usize, pieces: &[Named], component: &[usize], looks_outside: &BTreeSet<usize>) -> PieceId {
    let Some(named) = pieces.get(at) else { return PieceId::default() };
    let fellows: Vec<(usize, &Named)> =
        pieces.iter().enumerate().filter(|(other, _)| component.get(*other) == component.get(at)).collect();
    // The eldest piece that has a work gives it to all; its own id when it was never linked.
    let age = |named: &Named| {
        (named.before.as_ref().is_none(), named.before.as_ref().map(|piece| piece.first_seen), named.id.clone())
    };
    let kept = |(other, fellow): &(usize, &Named)| kept_work(*other, fellow, pieces, component, looks_outside);
    let mut eldest: Vec<&(usize, &Named)> = fellows.iter().collect();
    eldest.sort_by_key(|(_, fellow)| age(fellow));
    eldest
        .iter()
        .find_map(|fellow| kept(fellow))
        .or_else(|| eldest.first().map(|(_, first)| first.id.clone()))
        .unwrap_or_else(|| named.id.clone())
}

/// The work that a piece had, when it still has it: its versions are in its component, or none of
/// them is at hand.
fn kept_work(
    at: usize,
    named: &Named,
    pieces: &[Named],
    component: &[usize],
    looks_outside: &BTreeSet<usize>,
) -> Option<PieceId> {
    let before = named.before.as_ref()?;
    let is_of_it =
        |piece: &Named| piece.id == before.work || piece.before.as_ref().is_some_and(|other| other.work == before.work);
    let mut others = pieces.iter().enumerate().filter(|(other, piece)| *other != at && is_of_it(piece)).peekable();
    let is_alone = others.peek().is_none();
    let is_still_linked = others.any(|(other, _)| component.get(other) == component.get(at));
    let is_own = before.work == named.id;
    (is_own || is_alone || is_still_linked || looks_outside.contains(&at)).then(|| before.work.clone())
}
