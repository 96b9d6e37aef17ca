//! Pairs to groups: which entries are one piece, given every pair found and what staff keep apart. Joins are made
//! strongest first in an order that depends on the entries alone, so their order of arrival does not matter.

use super::super::similarity::Alignment;
use super::finding::Match;
use super::record::Record;
use plenary_model::limits::Limits;
use plenary_model::sameness::{Bar, Rung, Sameness};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

/// How many of a group's whole texts, the longest, are compared with another group's: hundreds may carry a release.
const WHOLE_TEXTS_MAX: usize = 4;

/// A pair that belongs together. Records are named by their place, in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    /// The earlier place.
    pub(crate) a: usize,
    pub(crate) b: usize,
    /// True for an earlier join that is kept though the entries have changed since; it comes after all that can be
    /// seen.
    pub(crate) kept: bool,
    pub(crate) found: Match,
}

impl Edge {
    pub(crate) fn new(a: usize, b: usize, kept: bool, found: Match) -> Self {
        Self { a: a.min(b), b: a.max(b), kept, found }
    }
}

/// What stands against joins.
#[derive(Debug, Default)]
pub(crate) struct CannotLink<'a> {
    /// Pairs that staff keep apart, the smaller place first: no join overrules them.
    pub(crate) by_staff: HashSet<(usize, usize)>,
    /// Pairs judged to be different pieces, the smaller place first: no third entry like both brings them together.
    pub(crate) by_judgement: HashSet<(usize, usize)>,
    /// Two whole texts that are not alike are not one piece because a teaser stands in both. Empty when texts are not
    /// known.
    pub(crate) records: &'a [Record],
    /// Pairs whose texts were laid over each other, the smaller place first, and whether they are unlike.
    pub(crate) unlike: HashMap<(usize, usize), bool>,
}

/// Entries of one piece and the joins that made it: a tree over the members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cluster {
    pub(crate) members: Vec<usize>,
    /// The joins, strongest first.
    pub(crate) joins: Vec<Edge>,
}

impl Cluster {
    /// Why each member belongs, told from `founder`: member, the member it joined, the join.
    pub(crate) fn explain_from(&self, founder: usize) -> Vec<(usize, usize, &Edge)> {
        let mut reached = BTreeSet::from([founder]);
        let mut told = Vec::with_capacity(self.joins.len());
        // Each round takes the strongest join that leads from the reached ones to a new one.
        while let Some((from, to, edge)) =
            self.joins.iter().find_map(|edge| match (reached.contains(&edge.a), reached.contains(&edge.b)) {
                (true, false) => Some((edge.a, edge.b, edge)),
                (false, true) => Some((edge.b, edge.a, edge)),
                _ => None,
            })
        {
            reached.insert(to);
            told.push((to, from, edge));
        }
        told
    }
}

/// The groups of `count` places, and the joins that were not made, each with what stands against it.
pub(crate) fn cluster(
    count: usize,
    mut edges: Vec<Edge>,
    apart: &CannotLink<'_>,
    limits: &Limits,
) -> (Vec<Cluster>, Vec<Edge>) {
    edges.sort_by(|x, y| order(x).cmp(&order(y)));
    let mut bars = Bars::raise(apart, count, &edges, limits);
    let mut of: Vec<usize> = (0..count).collect();
    let mut groups: Vec<Cluster> =
        (0..count).map(|place| Cluster { members: vec![place], joins: Vec::new() }).collect();
    let mut parted = Vec::new();
    for edge in edges {
        let (Some(&x), Some(&y)) = (of.get(edge.a), of.get(edge.b)) else { continue };
        if x == y {
            continue;
        }
        if let (Some(one), Some(other)) = (groups.get(x), groups.get(y))
            && let Some(bar) = bars.between(one, other, &edge)
        {
            let found = Sameness::Barred { found: Box::new(edge.found.found), bar };
            parted.push(Edge { found: Match { found, ..edge.found }, ..edge });
            continue;
        }
        // The smaller group moves.
        let size = |at: usize| groups.get(at).map_or(0, |group| group.members.len());
        let (into, from) = if size(x) >= size(y) { (x, y) } else { (y, x) };
        let moved = groups.get_mut(from).map(std::mem::take).unwrap_or_default();
        for &place in &moved.members {
            if let Some(slot) = of.get_mut(place) {
                *slot = into;
            }
        }
        if let Some(group) = groups.get_mut(into) {
            group.members.extend(moved.members);
            group.joins.extend(moved.joins);
            group.joins.push(edge);
        }
    }
    groups.retain(|group| !group.members.is_empty());
    for group in &mut groups {
        group.members.sort_unstable();
        group.joins.sort_by(|x, y| order(x).cmp(&order(y)));
    }
    groups.sort_by(|x, y| x.members.cmp(&y.members));
    (groups, parted)
}

/// What stands against bringing two groups together.
struct Bars<'a> {
    apart: &'a CannotLink<'a>,
    limits: &'a Limits,
    /// For each place the first one that is its piece for certain: by address, id, the very same text or staff's word.
    stands_for: Vec<usize>,
    /// Pairs of such firsts of which any two were judged the same.
    same: HashSet<(usize, usize)>,
    /// Pairs of whole texts that were compared here, and whether they are unlike.
    unlike: HashMap<(usize, usize), bool>,
}

impl<'a> Bars<'a> {
    fn raise(apart: &'a CannotLink<'a>, count: usize, edges: &[Edge], limits: &'a Limits) -> Self {
        let sure = edges.iter().filter(|edge| !edge.found.rung.is_likeness()).map(|edge| (edge.a, edge.b));
        let stands_for = components(count, sure);
        let same = edges.iter().map(|edge| firsts(&stands_for, edge.a, edge.b)).collect();
        Self { apart, limits, stands_for, same, unlike: HashMap::new() }
    }

    /// Why `edge` must not bring the groups `x` and `y` together. All pairs across them count, not its two ends alone.
    fn between(&mut self, x: &Cluster, y: &Cluster, edge: &Edge) -> Option<Bar> {
        let is_among = |pairs: &HashSet<(usize, usize)>| {
            !pairs.is_empty()
                && x.members.iter().any(|&a| y.members.iter().any(|&b| pairs.contains(&(a.min(b), a.max(b)))))
        };
        if is_among(&self.apart.by_staff) {
            return Some(Bar::Staff);
        }
        if !edge.found.rung.is_likeness() {
            return None;
        }
        if is_among(&self.apart.by_judgement) {
            return Some(Bar::OtherPieces);
        }
        // What was one before is not parted because one of its texts has changed since.
        let bridges = !edge.kept && self.has_unlike_texts(x, y);
        bridges.then_some(Bar::UnlikeTexts)
    }

    fn has_unlike_texts(&mut self, x: &Cluster, y: &Cluster) -> bool {
        let (ours, theirs) = (self.whole_texts(x), self.whole_texts(y));
        ours.iter().any(|&a| theirs.iter().any(|&b| self.are_unlike(a.min(b), a.max(b))))
    }

    fn are_unlike(&mut self, a: usize, b: usize) -> bool {
        if self.same.contains(&firsts(&self.stands_for, a, b)) {
            return false;
        }
        let (Some(one), Some(other)) = (self.apart.records.get(a), self.apart.records.get(b)) else { return false };
        let are_unlike = || {
            let (text, others) = (&one.features.text, &other.features.text);
            let overlap = || Alignment::compute(text, others, self.limits);
            text.digest != others.digest && overlap().coverage() < self.limits.coverage
        };
        *self.unlike.entry((a, b)).or_insert_with(|| self.apart.unlike.get(&(a, b)).copied().unwrap_or_else(are_unlike))
    }

    /// The longest members that are more than teasers.
    fn whole_texts(&self, group: &Cluster) -> Vec<usize> {
        let words =
            |place: &usize| self.apart.records.get(*place).map_or(0, |record| record.features.text.tokens.len());
        let is_whole = |place: &usize| words(place) >= self.limits.teaser_words;
        let mut whole: Vec<usize> = group.members.iter().copied().filter(is_whole).collect();
        whole.sort_by_key(|place| (Reverse(words(place)), *place));
        whole.truncate(WHOLE_TEXTS_MAX);
        whole
    }
}

fn firsts(stands_for: &[usize], a: usize, b: usize) -> (usize, usize) {
    let first = |place: usize| stands_for.get(place).copied().unwrap_or(place);
    (first(a).min(first(b)), first(a).max(first(b)))
}

/// For each of `count` places the first place of its component, given pairs that belong together for certain.
pub(crate) fn components(count: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..count).collect();
    let root = |parent: &mut Vec<usize>, mut at: usize| {
        while let Some(up) = parent.get(at).copied().filter(|up| *up != at) {
            // Path halving: each visit shortens the way for the next.
            let above = parent.get(up).copied().unwrap_or(up);
            if let Some(slot) = parent.get_mut(at) {
                *slot = above;
            }
            at = up;
        }
        at
    };
    for (a, b) in pairs {
        let (x, y) = (root(&mut parent, a), root(&mut parent, b));
        if let Some(slot) = parent.get_mut(x.max(y)) {
            *slot = x.min(y);
        }
    }
    (0..count).map(|at| root(&mut parent, at)).collect()
}

fn order(edge: &Edge) -> (bool, Rung, Reverse<u16>, usize, usize, &Sameness) {
    let found = &edge.found;
    // Among likenesses the closest comes first, whatever its kind.
    let rung = if found.rung.is_likeness() { Rung::NearText } else { found.rung };
    (edge.kept, rung, Reverse(found.score), edge.a, edge.b, &found.found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(a: usize, b: usize, rung: Rung) -> Edge {
        Edge::new(a, b, false, Match::certain(rung, Sameness::FiguresAndNames))
    }

    #[test]
    fn what_staff_keep_apart_stays_apart_across_a_chain() {
        let edges = vec![edge(0, 1, Rung::SameText), edge(1, 2, Rung::SameLink)];
        let (all, _) = cluster(3, edges.clone(), &CannotLink::default(), &Limits::default());
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].explain_from(0).iter().map(|t| (t.0, t.1)).collect::<Vec<_>>(), [(1, 0), (2, 1)]);
        let by_staff = CannotLink { by_staff: HashSet::from([(0, 2)]), ..CannotLink::default() };
        let (split, parted) = cluster(3, edges, &by_staff, &Limits::default());
        assert_eq!(parted.len(), 1);
        assert_eq!(split.iter().map(|g| g.members.clone()).collect::<Vec<_>>(), [vec![0], vec![1, 2]]);
    }

    #[test]
    fn likeness_does_not_chain_what_was_judged_different() {
        let apart = CannotLink { by_judgement: HashSet::from([(0, 2)]), ..CannotLink::default() };
        let (near, parted) =
            cluster(3, vec![edge(0, 1, Rung::NearText), edge(1, 2, Rung::NearText)], &apart, &Limits::default());
        assert_eq!((near.len(), parted.len()), (2, 1));
        let (linked, _) =
            cluster(3, vec![edge(0, 1, Rung::NearText), edge(1, 2, Rung::SameLink)], &apart, &Limits::default());
        assert_eq!(linked.iter().map(|g| g.members.clone()).collect::<Vec<_>>(), [vec![0], vec![1, 2]]);
    }

    #[test]
    fn the_order_of_edges_does_not_matter() {
        let mut edges = vec![edge(0, 3, Rung::SameText), edge(3, 1, Rung::SameText), edge(1, 2, Rung::SameId)];
        let apart = CannotLink { by_staff: HashSet::from([(0, 2)]), ..CannotLink::default() };
        let first = cluster(4, edges.clone(), &apart, &Limits::default());
        edges.reverse();
        assert_eq!(cluster(4, edges, &apart, &Limits::default()), first);
    }
}
