//! Candidate pairs judged, each once, and what that found among a set of entries.

use super::candidates::{candidates, fresh_candidates, pair_neighbours};
use super::cluster::{Edge, components};
use super::comparison::Comparison;
use super::finding::Finding;
use super::record::Record;
use super::rules::judge;
use super::standard::Standard;
use plenary_model::sameness::Rung;
use std::collections::{HashMap, HashSet};

#[derive(Debug, Default)]
pub(crate) struct Linkage {
    pub(crate) edges: Vec<Edge>,
    /// Pairs that look alike and are different pieces, the smaller place first.
    pub(crate) different: Vec<(usize, usize)>,
    pub(crate) doubts: Vec<Edge>,
    /// Pairs that are different pieces about one matter; they are among `different` too.
    pub(crate) related: Vec<Edge>,
    /// Pairs whose texts were laid over each other, and whether less is in common than two copies have.
    pub(crate) unlike: HashMap<(usize, usize), bool>,
}

/// Judges every pair that shares a key. Records must be in the order of their keys.
pub(crate) fn judge_all(records: &[Record], standard: &Standard) -> Linkage {
    let mut findings = Findings::among(records, standard);
    findings.judge(candidates(records, 0..records.len(), &standard.limits));
    findings.finish()
}

/// Judges what came in against everything, and again the pieces that it joins or whose headline it wears out; other
/// pieces stay as they were made. `is_fresh` says what came in, `pieces` are the places of each earlier piece, `joins`
/// the pairs that made them or were in doubt. Also returns the places that were judged.
pub(crate) fn judge_fresh(
    records: &[Record],
    standard: &Standard,
    is_fresh: &dyn Fn(usize) -> bool,
    pieces: &[Vec<usize>],
    joins: &[(usize, usize)],
) -> (Linkage, Vec<bool>) {
    let mut findings = Findings::among(records, standard);
    findings.judge(fresh_candidates(records, is_fresh, &standard.limits));
    let titled = findings.under_titles();
    findings.judge(titled);
    let within = pieces.iter().flat_map(|piece| piece.windows(2).filter_map(|two| Some((*two.first()?, *two.last()?))));
    let edges = findings.found.edges.iter().map(|edge| (edge.a, edge.b));
    let component_of = components(records.len(), within.chain(edges).chain(findings.worn.iter().chain(joins).copied()));
    let reached: HashSet<usize> = component_of
        .iter()
        .enumerate()
        .filter(|(place, _)| is_fresh(*place))
        .map(|(_, component)| *component)
        .collect();
    let is_reached: Vec<bool> = component_of.iter().map(|component| reached.contains(component)).collect();
    let is_in = |place: usize| is_reached.get(place).copied().unwrap_or_default();
    findings.judge(candidates(records, (0..records.len()).filter(|place| is_in(*place)), &standard.limits));
    findings.judge(joins.iter().copied().filter(|(a, b)| is_in(*a) && is_in(*b)));
    let titled = findings.under_titles();
    findings.judge(titled);
    (findings.finish(), is_reached)
}

struct Findings<'a> {
    records: &'a [Record],
    standard: &'a Standard,
    found: Linkage,
    judged: HashSet<(usize, usize)>,
    /// Pairs of different pieces under one headline.
    worn: HashSet<(usize, usize)>,
}

impl<'a> Findings<'a> {
    fn among(records: &'a [Record], standard: &'a Standard) -> Self {
        Self { records, standard, found: Linkage::default(), judged: HashSet::new(), worn: HashSet::new() }
    }

    fn judge(&mut self, pairs: impl IntoIterator<Item = (usize, usize)>) {
        for (x, y) in pairs {
            let (Some(a), Some(b)) = (self.records.get(x), self.records.get(y)) else { continue };
            if !self.judged.insert((x, y)) {
                continue;
            }
            let pair = Comparison::new(a, b, self.standard);
            let finding = judge(&pair, self.standard);
            self.found.unlike.extend(pair.is_known_unlike().map(|is_unlike| ((x, y), is_unlike)));
            match finding {
                Finding::Same(same) => self.found.edges.push(Edge::new(x, y, false, same)),
                Finding::Doubt(doubt) => self.found.doubts.push(Edge::new(x, y, false, doubt)),
                Finding::Different => {
                    if pair.has_one_title() && pair.is_within_window() {
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
            .filter_map(|at| Some(self.records.get(at)?.features.title.digest))
            .collect();
        if asked.is_empty() {
            return Vec::new();
        }
        let meetings =
            self.records.iter().enumerate().filter(|(_, record)| asked.contains(&record.features.title.digest));
        #[expect(clippy::cast_possible_truncation, reason = "half of the digest tells titles apart in memory")]
        let meetings = meetings.map(|(place, record)| (record.features.title.digest as u64, place)).collect();
        pair_neighbours(meetings, self.records, self.standard.limits.neighbours)
    }

    fn finish(mut self) -> Linkage {
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
