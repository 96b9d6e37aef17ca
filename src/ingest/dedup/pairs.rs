//! Which pairs are judged at all: entries meet under a shared key, never by a scan.

use super::card::Card;
use super::group::Edge;
use super::keys::marks;
use super::ladder::{Finding, Rung, judge};
use super::titles::has_same_title;
use std::collections::HashSet;

/// How many neighbours in time under one key an entry is compared with. Copies of one piece are few; a
/// key shared by more entries than this is a recycled address or a set phrase.
const NEIGHBOURS_MAX: usize = 16;

/// What judging found among a set of entries.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Pairs that are the same piece.
    pub(crate) edges: Vec<Edge>,
    /// Pairs that look alike and are different pieces, the smaller place first.
    pub(crate) different: Vec<(usize, usize)>,
    /// Pairs that may be the same piece.
    pub(crate) doubts: Vec<Edge>,
    /// Pairs that are different pieces about one matter; they are among `different` too.
    pub(crate) related: Vec<Edge>,
}

/// Judges every pair that shares a key. Cards must be in the order of their keys.
pub(crate) fn judge_all(cards: &[Card], window_days: i64) -> Found {
    let mut found = Found::default();
    let mut worn = HashSet::new();
    for (x, y) in candidates(cards) {
        let (Some(a), Some(b)) = (cards.get(x), cards.get(y)) else { continue };
        match judge(a, b, window_days) {
            Finding::Same(same) => found.edges.push(Edge::new(x, y, false, same)),
            Finding::Doubt(doubt) => found.doubts.push(Edge::new(x, y, false, doubt)),
            Finding::Different => {
                if has_same_title(a, b) {
                    worn.extend([x, y]);
                }
                found.different.push((x, y));
            }
            Finding::Related(related) => {
                found.different.push((x, y));
                found.related.push(Edge::new(x, y, false, related));
            }
            Finding::Nothing => {}
        }
    }
    // A headline that stands over different pieces is a rubric: it joins nothing.
    let is_rubric =
        |edge: &Edge| edge.found.rung == Rung::SameTitle && (worn.contains(&edge.a) || worn.contains(&edge.b));
    let (rubrics, edges) = found.edges.into_iter().partition(is_rubric);
    found.edges = edges;
    found.doubts.extend::<Vec<Edge>>(rubrics);
    found
}

/// Pairs that share a key, the smaller place first, each once.
fn candidates(cards: &[Card]) -> Vec<(usize, usize)> {
    let mut meetings: Vec<(u64, usize)> = Vec::with_capacity(cards.len() * 32);
    for (place, card) in cards.iter().enumerate() {
        marks(card, |mark| meetings.push((mark, place)));
    }
    let mut pairs = meeting_pairs(meetings, cards, NEIGHBOURS_MAX);
    pairs.dedup();
    pairs
}

/// Pairs that meet under a mark, sorted, the smaller place first; a pair that meets under several comes
/// as often.
pub(super) fn meeting_pairs(
    mut meetings: Vec<(u64, usize)>,
    cards: &[Card],
    neighbours_max: usize,
) -> Vec<(usize, usize)> {
    meetings.sort_unstable();
    let mut pairs = Vec::new();
    let mut places = Vec::new();
    for meeting in meetings.chunk_by(|x, y| x.0 == y.0).filter(|meeting| meeting.len() > 1) {
        places.clear();
        places.extend(meeting.iter().map(|(_, place)| *place));
        // Copies of a piece are neighbours in time.
        let date = |place: &usize| cards.get(*place).and_then(|card| card.date.map(|date| date.from));
        places.sort_by_key(|place| (date(place), *place));
        places.dedup();
        for (at, &x) in places.iter().enumerate() {
            pairs.extend(places.iter().skip(at + 1).take(neighbours_max).map(|&y| (x.min(y), x.max(y))));
        }
    }
    pairs.sort_unstable();
    pairs
}
