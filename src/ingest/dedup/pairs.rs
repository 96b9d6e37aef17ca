//! Which pairs are judged at all: entries meet under a shared key, never by a scan.

use super::card::Card;
use super::group::Edge;
use super::keys::keys_of_card;
use super::ladder::judge;
use crate::model::change::{Key, KeyKind};
use std::collections::{BTreeMap, HashSet};

/// How many neighbours under one key an entry is compared with. Copies of one piece are few; a key
/// shared by more entries than this is a recycled address or a set phrase.
const NEIGHBOURS_MAX: usize = 64;

/// Every pair found to be the same piece. Cards must be in the order of their keys.
pub(crate) fn edges(cards: &[Card], window_days: i64) -> Vec<Edge> {
    let mut meetings: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (place, card) in cards.iter().enumerate() {
        for key in keys_of_card(card) {
            meetings.entry(key).or_default().push(place);
        }
    }
    let mut judged = HashSet::new();
    let mut edges = Vec::new();
    for (key, mut places) in meetings {
        if key.kind == KeyKind::Text {
            // Equal texts within a window are neighbours in time.
            places.sort_by_key(|&place| (cards.get(place).and_then(|card| card.date.map(|date| date.from)), place));
        }
        for (at, &x) in places.iter().enumerate() {
            for &y in places.iter().skip(at + 1).take(NEIGHBOURS_MAX) {
                let (Some(a), Some(b)) = (cards.get(x.min(y)), cards.get(x.max(y))) else { continue };
                if judged.insert((x.min(y), x.max(y)))
                    && let Some(found) = judge(a, b, window_days)
                {
                    edges.push(Edge::new(x, y, false, found));
                }
            }
        }
    }
    edges
}

/// Pairs of which one declares the other as its translation: both say so, or both are of one source.
pub(crate) fn translations(cards: &[Card]) -> Vec<(usize, usize)> {
    let mut at: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, card) in cards.iter().enumerate() {
        for link in &card.links {
            at.entry(link.as_str()).or_default().push(place);
        }
    }
    let declares = |a: &Card, b: &Card| a.alternates.iter().any(|link| b.links.contains(link));
    let mut found = Vec::new();
    for (x, card) in cards.iter().enumerate() {
        let targets = card.alternates.iter().filter_map(|link| at.get(link.as_str())).flatten();
        for &y in targets.take(NEIGHBOURS_MAX) {
            let Some(other) = cards.get(y) else { continue };
            let is_believed = card.shares_source(other) || declares(other, card);
            let is_same_language =
                matches!((&card.language, &other.language), (Some(a), Some(b)) if a.primary() == b.primary());
            if x != y && is_believed && !is_same_language {
                found.push((x.min(y), x.max(y)));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
