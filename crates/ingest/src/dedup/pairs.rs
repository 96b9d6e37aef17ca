//! Which pairs are judged at all: entries meet under a shared key, never by a scan.

use super::card::Card;
use super::group::{Edge, components};
use super::keys::marks;
use super::ladder::{Finding, judge};
use super::titles::has_same_title;
use plenary_model::sameness::Rung;
use std::collections::HashSet;

/// How many neighbours in time under one key an entry is compared with. Copies of one piece are few; a
/// key shared by more entries than this is a recycled address or a set phrase.
const NEIGHBOURS_MAX: usize = 16;

/// Keys of an entry, as room is made for them.
const MARKS_USUAL: usize = 32;

/// Bits of a table of marks for each mark in it: one in eight falls on another's.
const BITS_PER_MARK: usize = 8;

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
    let mut findings =
        Findings { cards, window_days, found: Found::default(), judged: HashSet::new(), worn: HashSet::new() };
    findings.judge(candidates(cards, 0..cards.len()));
    findings.finish()
}

/// Judges what came in against everything, and again what it bears on: the pieces that it joins or whose
/// headline it wears out. Other pieces are left as they were made. `is_fresh` says what came in, `pieces`
/// are the places of each piece as it was, `joins` the pairs by which they were made or that were in doubt.
/// Answers, too, the places that were judged.
pub(crate) fn judge_fresh(
    cards: &[Card],
    window_days: i64,
    is_fresh: &dyn Fn(usize) -> bool,
    pieces: &[Vec<usize>],
    joins: &[(usize, usize)],
) -> (Found, Vec<bool>) {
    let mut findings =
        Findings { cards, window_days, found: Found::default(), judged: HashSet::new(), worn: HashSet::new() };
    findings.judge(fresh_candidates(cards, is_fresh));
    let titled = findings.under_titles();
    findings.judge(titled);
    let within = pieces.iter().flat_map(|piece| piece.windows(2).filter_map(|two| Some((*two.first()?, *two.last()?))));
    let edges = findings.found.edges.iter().map(|edge| (edge.a, edge.b));
    let component_of = components(cards.len(), within.chain(edges).chain(findings.worn.iter().chain(joins).copied()));
    let reached: HashSet<usize> = component_of
        .iter()
        .enumerate()
        .filter(|(place, _)| is_fresh(*place))
        .map(|(_, component)| *component)
        .collect();
    let is_reached: Vec<bool> = component_of.iter().map(|component| reached.contains(component)).collect();
    let is_in = |place: usize| is_reached.get(place).copied().unwrap_or_default();
    findings.judge(candidates(cards, (0..cards.len()).filter(|place| is_in(*place))));
    findings.judge(joins.iter().copied().filter(|(a, b)| is_in(*a) && is_in(*b)));
    let titled = findings.under_titles();
    findings.judge(titled);
    (findings.finish(), is_reached)
}

/// What judging found so far.
struct Findings<'a> {
    cards: &'a [Card],
    window_days: i64,
    found: Found,
    judged: HashSet<(usize, usize)>,
    /// Pairs of different pieces under one headline.
    worn: HashSet<(usize, usize)>,
}

impl Findings<'_> {
    /// Judges each pair once.
    fn judge(&mut self, pairs: impl IntoIterator<Item = (usize, usize)>) {
        for (x, y) in pairs {
            let (Some(a), Some(b)) = (self.cards.get(x), self.cards.get(y)) else { continue };
            if !self.judged.insert((x, y)) {
                continue;
            }
            match judge(a, b, self.window_days) {
                Finding::Same(same) => self.found.edges.push(Edge::new(x, y, false, same)),
                Finding::Doubt(doubt) => self.found.doubts.push(Edge::new(x, y, false, doubt)),
                Finding::Different => {
                    if has_same_title(a, b) && a.is_within(b, self.window_days) {
                        self.worn.insert((x, y));
                    }
                    self.found.different.push((x, y));
                }
                Finding::Related(related) => {
                    self.found.different.push((x, y));
                    self.found.related.push(Edge::new(x, y, false, related));
                }
                Finding::Nothing => {}
            }
        }
    }

    /// Pairs under the headlines that joined something: whether those are rubrics.
    fn under_titles(&self) -> Vec<(usize, usize)> {
        let by_title = self.found.edges.iter().filter(|edge| edge.found.rung == Rung::SameTitle);
        let asked: HashSet<u128> = by_title
            .flat_map(|edge| [edge.a, edge.b])
            .filter_map(|at| Some(self.cards.get(at)?.title.digest))
            .collect();
        if asked.is_empty() {
            return Vec::new();
        }
        let meetings = self.cards.iter().enumerate().filter(|(_, card)| asked.contains(&card.title.digest));
        #[expect(clippy::cast_possible_truncation, reason = "half of the digest tells titles apart in memory")]
        let meetings = meetings.map(|(place, card)| (card.title.digest as u64, place)).collect();
        meeting_pairs(meetings, self.cards, NEIGHBOURS_MAX)
    }

    fn finish(mut self) -> Found {
        // A headline that stands over different pieces is a rubric: it joins nothing.
        let worn: HashSet<usize> = self.worn.iter().flat_map(|(x, y)| [*x, *y]).collect();
        let is_rubric =
            |edge: &Edge| edge.found.rung == Rung::SameTitle && (worn.contains(&edge.a) || worn.contains(&edge.b));
        let (rubrics, edges) = self.found.edges.into_iter().partition(is_rubric);
        self.found.edges = edges;
        self.found.doubts.extend::<Vec<Edge>>(rubrics);
        self.found
    }
}

/// Pairs among `places` that share a key, the smaller place first, each once.
fn candidates(cards: &[Card], places: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut meetings: Vec<(u64, usize)> = Vec::with_capacity(places.size_hint().0 * MARKS_USUAL);
    for place in places {
        if let Some(card) = cards.get(place) {
            marks(card, |mark| meetings.push((mark, place)));
        }
    }
    keep_shared(&mut meetings);
    let mut pairs = meeting_pairs(meetings, cards, NEIGHBOURS_MAX);
    pairs.dedup();
    pairs
}

/// Takes out nearly all marks that stand once, which are nine of ten: what is left is sorted in a fraction
/// of the time. A mark may stay because another falls on its bit; it meets nobody.
fn keep_shared(meetings: &mut Vec<(u64, usize)>) {
    let words = (meetings.len() * BITS_PER_MARK / 64).next_power_of_two();
    let (mut once, mut again) = (vec![0_u64; words], vec![0_u64; words]);
    // Marks are mixed: any of their bits tell them apart.
    let place = |mark: u64| ((mark >> 6) as usize & (words - 1), 1_u64 << (mark & 63));
    for (mark, _) in meetings.iter() {
        let (word, bit) = place(*mark);
        if let (Some(once), Some(again)) = (once.get_mut(word), again.get_mut(word)) {
            *again |= *once & bit;
            *once |= bit;
        }
    }
    meetings.retain(|(mark, _)| {
        let (word, bit) = place(*mark);
        again.get(word).is_some_and(|again| again & bit != 0)
    });
}

/// Pairs that share a key and of which at least one came in.
fn fresh_candidates(cards: &[Card], is_fresh: &dyn Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut meetings: Vec<(u64, usize)> = Vec::new();
    let mut asked: HashSet<u64> = HashSet::new();
    for (place, card) in cards.iter().enumerate().filter(|(place, _)| is_fresh(*place)) {
        marks(card, |mark| {
            asked.insert(mark);
            meetings.push((mark, place));
        });
    }
    for (place, card) in cards.iter().enumerate().filter(|(place, _)| !is_fresh(*place)) {
        marks(card, |mark| {
            if asked.contains(&mark) {
                meetings.push((mark, place));
            }
        });
    }
    let mut pairs = meeting_pairs(meetings, cards, NEIGHBOURS_MAX);
    pairs.dedup();
    pairs.retain(|(x, y)| is_fresh(*x) || is_fresh(*y));
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
