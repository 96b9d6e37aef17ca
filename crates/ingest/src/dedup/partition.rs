//! `plenary dedup`: a set of entries, all first seen together, as pieces and works.

use super::cluster::{CannotLink, Cluster, Edge, cluster, components};
use super::linkage::{Linkage, judge_all};
use super::record::Record;
use super::standard::Standard;
use super::translations::{add_specifics, translations};
use plenary_model::line::EntryLine;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Same {
    pub id: String,
    /// Id of the first entry of its piece, by date and id.
    pub piece: String,
    /// Id of the first piece of its work: a piece and its translations.
    pub work: String,
    /// Why, one sentence a join or doubt; no join for an entry that founds its piece.
    pub evidence: Vec<String>,
}

/// Lines that were read once, to be judged by one standard or many.
pub struct Prepared {
    /// In the order of source, id and title, so that their own order does not matter.
    records: Vec<Record>,
    /// Where each stood.
    places: Vec<usize>,
}

impl Prepared {
    pub fn read(lines: &[EntryLine]) -> Self {
        let mut places: Vec<usize> = (0..lines.len()).collect();
        let line_key = |at: usize| lines.get(at).map(|line| (&line.source, &line.entry.id, &line.entry.title));
        places.sort_by(|&x, &y| line_key(x).cmp(&line_key(y)).then(x.cmp(&y)));
        let lines: Vec<&EntryLine> = places.iter().filter_map(|&at| lines.get(at)).collect();
        let mut records: Vec<Record> = lines.iter().map(|line| Record::from_line(line)).collect();
        add_specifics(&mut records, |place| lines.get(place).map(|line| &line.entry));
        Self { records, places }
    }

    /// For each line, in their order, a number of its piece and one of its work.
    pub fn group(&self, standard: &Standard) -> Vec<(usize, usize)> {
        let Parted { group_of, works, .. } = part(&self.records, standard);
        let mut found: Vec<(usize, (usize, usize))> = self
            .places
            .iter()
            .copied()
            .zip(group_of.iter().map(|group| (*group, works.get(*group).copied().unwrap_or(*group))))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, groups)| groups).collect()
    }
}

/// Records as groups and works.
struct Parted {
    groups: Vec<Cluster>,
    /// The group of each record.
    group_of: Vec<usize>,
    /// For each group the first group of its work.
    works: Vec<usize>,
    doubts: Vec<Edge>,
    related: Vec<Edge>,
    /// Pairs that may be translations of each other.
    possible: Vec<(usize, usize)>,
}

fn part(records: &[Record], standard: &Standard) -> Parted {
    let Linkage { edges, different, mut doubts, related, unlike } = judge_all(records, standard);
    let apart = CannotLink { by_judgement: different.into_iter().collect(), records, unlike, ..CannotLink::default() };
    let (groups, barred) = cluster(records.len(), edges, &apart, &standard.limits);
    doubts.extend(barred);
    let mut group_of = vec![0; records.len()];
    for (at, group) in groups.iter().enumerate() {
        for &place in &group.members {
            if let Some(slot) = group_of.get_mut(place) {
                *slot = at;
            }
        }
    }
    let group_pair = |(a, b): (usize, usize)| Some((*group_of.get(a)?, *group_of.get(b)?));
    let found = translations(records, &group_of, &|_| true, &standard.limits);
    let works = components(groups.len(), found.certain().filter_map(group_pair));
    Parted { groups, group_of, works, doubts, related, possible: found.possible }
}

/// The pieces and works of `lines`, in their order, judged as by the worker. Dates more than `window_days` apart keep
/// equal texts apart.
pub fn partition(lines: &[EntryLine], window_days: i64) -> Vec<Same> {
    let Prepared { records, places } = Prepared::read(lines);
    let Parted { groups, group_of, works, doubts, related, possible } = part(&records, &Standard::within(window_days));
    let founders: Vec<usize> = groups.iter().map(|group| founder(group, &records)).collect();
    let mut evidence: BTreeMap<usize, String> = BTreeMap::new();
    for (group, founder) in groups.iter().zip(&founders) {
        for (member, joined, edge) in group.explain_from(*founder) {
            let name = records.get(joined).map_or("", |record| record.id.as_str());
            evidence.insert(member, format!("{} as {name}: {}", edge.found.rung, edge.found.found));
        }
    }
    let work_at = |place: usize| group_of.get(place).and_then(|group| works.get(*group));
    let names = names(&founders, &records);
    let name_of = |group: usize| names.get(group).cloned().unwrap_or_default();
    let mut doubtful: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let pairs = doubts.iter().map(|doubt| ("possible duplicate of", doubt));
    let pairs = pairs.chain(related.iter().map(|pair| ("related to", pair)));
    for (what, doubt) in pairs.filter(|(_, doubt)| group_of.get(doubt.a) != group_of.get(doubt.b)) {
        let name = records.get(doubt.a).map_or("", |record| record.id.as_str());
        let sentence = format!("{what} {name}, {}: {}", doubt.found.rung, doubt.found.found);
        doubtful.entry(doubt.b).or_default().push(sentence);
    }
    for (a, b) in possible.into_iter().filter(|(a, b)| work_at(*a) != work_at(*b)) {
        let name = records.get(a).map_or("", |record| record.id.as_str());
        doubtful.entry(b).or_default().push(format!("possible translation of {name}: figures and names in common"));
    }
    let mut answers: Vec<(usize, Same)> = Vec::with_capacity(records.len());
    for ((place, record), at) in records.iter().enumerate().zip(places) {
        let group = group_of.get(place).copied().unwrap_or_default();
        let work = works.get(group).copied().unwrap_or(group);
        let doubts = doubtful.remove(&place).unwrap_or_default();
        let evidence = evidence.remove(&place).into_iter().chain(doubts).collect();
        answers.push((at, Same { id: record.id.clone(), piece: name_of(group), work: name_of(work), evidence }));
    }
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, same)| same).collect()
}

/// The earliest member; those without a date come after all others.
fn founder(group: &Cluster, records: &[Record]) -> usize {
    let rank = |place: &usize| {
        let date = records.get(*place).and_then(|record| record.date).map(|date| date.from);
        (date.is_none(), date, *place)
    };
    group.members.iter().copied().min_by_key(rank).unwrap_or_default()
}

/// A name for each piece: its founder's id, told apart by source and number where several claim it.
fn names(founders: &[usize], records: &[Record]) -> Vec<String> {
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    let mut names = Vec::with_capacity(founders.len());
    for record in founders.iter().filter_map(|&place| records.get(place)) {
        let earlier = used.entry(record.id.clone()).or_default();
        *earlier += 1;
        let name =
            if *earlier == 1 { record.id.clone() } else { format!("{} ({} {earlier})", record.id, record.source) };
        names.push(name);
    }
    names
}

#[cfg(test)]
#[path = "partition_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "traps_tests.rs"]
mod traps;
