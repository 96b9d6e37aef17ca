//! Translations: entries that are versions of one work in other languages, never one piece.
//!
//! Declared alternates are believed. Otherwise a translation shows by the figures and names that it keeps in their
//! places; believed only of one publisher within days, where each is the other's best by far in its language.

use super::super::similarity::{Specific, Specifics, hash_text, mix};
use super::blocking::find_specifics;
use super::candidates::pair_neighbours;
use super::record::Record;
use plenary_model::entry::Entry;
use plenary_model::language::Language;
use plenary_model::limits::Limits;
use std::collections::{BTreeMap, BTreeSet};

/// Pairs found to be translations of each other, the smaller place first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Translations {
    /// Pairs of which one declares the other.
    pub(crate) declared: Vec<(usize, usize)>,
    /// Pairs that keep each other's figures and names, and are believed.
    pub(crate) alike: Vec<(usize, usize)>,
    /// For staff: the same signs, with a rival that has them too.
    pub(crate) possible: Vec<(usize, usize)>,
    /// Places whose translations by figures and names were looked for among all that could be.
    pub(crate) looked_at: BTreeSet<usize>,
}

impl Translations {
    pub(crate) fn certain(&self) -> impl Iterator<Item = (usize, usize)> {
        self.declared.iter().chain(&self.alike).copied()
    }
}

/// The translations among `records`; `group_of` says which are one piece, `is_fresh` which came in. By figures and names
/// only what came in, and what it bears on, is looked at.
pub(crate) fn translations(
    records: &[Record],
    group_of: &[usize],
    is_fresh: &dyn Fn(usize) -> bool,
    limits: &Limits,
) -> Translations {
    let mut found = alike(records, group_of, is_fresh, limits);
    found.declared = find_declared(records, limits);
    found.declared.sort_unstable();
    found.declared.dedup();
    found
}

/// Adds what translations keep to the records of publishers that write in several languages; `entry` gives the entry of
/// a place.
pub(crate) fn add_specifics<'a>(records: &mut [Record], entry: impl Fn(usize) -> Option<&'a Entry>) {
    let mut languages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for record in records.iter() {
        languages.entry(record.publisher()).or_default().extend(record.language.as_ref().map(Language::primary));
    }
    let is_among = |record: &Record| languages.get(record.publisher()).is_some_and(|spoken| spoken.len() > 1);
    let asked: Vec<usize> = (0..records.len()).filter(|place| records.get(*place).is_some_and(is_among)).collect();
    for place in asked {
        if let (Some(record), Some(entry)) = (records.get_mut(place), entry(place)) {
            record.features.add_specifics(entry);
        }
    }
}

/// Pairs of which one declares the other as its translation: both say so, or both are of one source.
fn find_declared(records: &[Record], limits: &Limits) -> Vec<(usize, usize)> {
    if records.iter().all(|record| record.alternates.is_empty()) {
        return Vec::new();
    }
    let mut at: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        for link in &record.links {
            at.entry(link.as_str()).or_default().push(place);
        }
    }
    let declares = |a: &Record, b: &Record| a.alternates.iter().any(|link| b.links.contains(link));
    let mut found = Vec::new();
    for (x, record) in records.iter().enumerate() {
        for link in &record.alternates {
            for &y in at.get(link.as_str()).into_iter().flatten().take(limits.neighbours) {
                let Some(other) = records.get(y) else { continue };
                let is_believed = record.shares_source(other) || declares(other, record);
                let is_same_language =
                    record.language.is_some() && !record.differs_in_language(other) && other.language.is_some();
                if x != y && is_believed && !is_same_language {
                    found.push((x.min(y), x.max(y)));
                }
            }
        }
    }
    found
}

fn alike(records: &[Record], group_of: &[usize], is_fresh: &dyn Fn(usize) -> bool, limits: &Limits) -> Translations {
    let days = limits.translation_days;
    let mut publishers: BTreeMap<&str, Publisher<'_>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate().filter(|(_, record)| !record.publisher().is_empty()) {
        let publisher = publishers.entry(record.publisher()).or_default();
        publisher.languages.extend(record.language.as_ref().map(Language::primary));
        publisher.fresh.extend(is_fresh(place).then_some(place));
    }
    publishers.retain(|_, publisher| publisher.languages.len() > 1 && !publisher.fresh.is_empty());
    let is_near = |place: usize, record: &Record, days: i64| {
        let fresh = publishers.get(record.publisher()).map_or(&[][..], |publisher| &publisher.fresh);
        fresh.binary_search(&place).is_ok()
            || fresh.iter().filter_map(|at| records.get(*at)).any(|fresh| fresh.is_within(record, days))
    };
    let specifics: BTreeMap<usize, Specifics> = records
        .iter()
        .enumerate()
        .filter(|(place, record)| is_near(*place, record, days * 3))
        .map(|(place, record)| (place, find_specifics(record)))
        .collect();
    let looked_at: BTreeSet<usize> = specifics
        .keys()
        .copied()
        .filter(|place| records.get(*place).is_some_and(|record| is_near(*place, record, days)))
        .collect();
    let mut meetings = Vec::new();
    for (place, own) in &specifics {
        let publisher = records.get(*place).map_or(0, |record| hash_text(record.publisher()));
        for (kind, list) in own.kinds().into_iter().enumerate() {
            meetings.extend(list.iter().map(|s| (mix(publisher ^ (u64::from(s.value) << 2) ^ kind as u64), *place)));
        }
    }
    let mut scored: Vec<(usize, usize, f64)> = Vec::new();
    for pair in
        pair_neighbours(meetings, records, limits.candidates).chunk_by(|x, y| x == y).filter_map(|same| same.first())
    {
        let (x, y) = *pair;
        let (Some(a), Some(b)) = (records.get(x), records.get(y)) else { continue };
        if a.differs_in_language(b)
            && a.is_within(b, days)
            && let (Some(own), Some(other)) = (specifics.get(&x), specifics.get(&y))
        {
            scored.extend(points(own, other, limits).map(|points| (x, y, points)));
        }
    }
    let mut found = mutual_best(&scored, records, group_of, limits);
    let is_whole = |(x, y): &(usize, usize)| looked_at.contains(x) || looked_at.contains(y);
    found.alike.retain(is_whole);
    found.possible.retain(is_whole);
    Translations { looked_at, ..found }
}

#[derive(Default)]
struct Publisher<'a> {
    languages: BTreeSet<&'a str>,
    fresh: Vec<usize>,
}

fn points(a: &Specifics, b: &Specifics, limits: &Limits) -> Option<f64> {
    let sum = |list: &[Specific]| -> f64 { list.iter().map(|specific| f64::from(specific.points)).sum() };
    let (names_a, names_b) = a.names_beside(b);
    let (all_figures, figures) = sum_shared(&a.figures, &b.figures, limits);
    let (_, names) = sum_shared(names_a, names_b, limits);
    let points = figures + names;
    let least = (sum(&a.figures) + sum(names_a)).min(sum(&b.figures) + sum(names_b));
    let most_figures = sum(&a.figures).max(sum(&b.figures));
    (points >= limits.translation_points
        && points >= limits.translation_share * least
        && all_figures >= limits.translation_share * most_figures)
        .then_some(points)
}

/// Points of the specifics that both have, and of those among them that stand in the same place.
fn sum_shared(a: &[Specific], b: &[Specific], limits: &Limits) -> (f64, f64) {
    let (mut all, mut in_place) = (0.0, 0.0);
    let mut others = b.iter().peekable();
    for specific in a {
        while others.next_if(|other| other.value < specific.value).is_some() {}
        if let Some(other) = others.peek().filter(|other| other.value == specific.value) {
            all += f64::from(specific.points);
            if f64::from((specific.place - other.place).abs()) <= limits.translation_displaced {
                in_place += f64::from(specific.points);
            }
        }
    }
    (all, in_place)
}

/// Pairs of groups of which each is the other's best in its language by a clear lead. A copy of the best is no rival.
fn mutual_best(
    scored: &[(usize, usize, f64)],
    records: &[Record],
    group_of: &[usize],
    limits: &Limits,
) -> Translations {
    let group = |place: usize| group_of.get(place).copied().unwrap_or(place);
    let language = |place: usize| records.get(place).and_then(|record| record.language.as_ref()).map(Language::primary);
    // Of each group and language: points by candidate group.
    let mut rivals: BTreeMap<(usize, Option<&str>), BTreeMap<usize, f64>> = BTreeMap::new();
    for &(x, y, points) in scored {
        for (own, other) in [(x, y), (y, x)] {
            let best = rivals.entry((group(own), language(other))).or_default().entry(group(other)).or_default();
            *best = best.max(points);
        }
    }
    let leads_by = |own: usize, other: usize, lead: f64| {
        let Some(rivals) = rivals.get(&(group(own), language(other))) else { return false };
        let points = rivals.get(&group(other)).copied().unwrap_or_default();
        rivals.iter().all(|(rival, theirs)| *rival == group(other) || points - theirs >= lead)
    };
    let mut found = Translations::default();
    for &(x, y, _) in scored {
        if leads_by(x, y, limits.translation_lead) && leads_by(y, x, limits.translation_lead) {
            found.alike.push((x, y));
        } else if leads_by(x, y, 0.0) && leads_by(y, x, 0.0) {
            found.possible.push((x, y));
        }
    }
    found
}
