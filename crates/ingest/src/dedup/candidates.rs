//! Which pairs are compared at all: entries meet under a shared key, never by a scan.

use super::blocking::hash_keys;
use super::record::Record;
use plenary_model::limits::Limits;
use std::collections::HashSet;

/// Keys of an entry, as room is made for them.
const MARKS_USUAL: usize = 32;

/// Bits of a table of marks for each mark in it: one in eight falls on another's.
const BITS_PER_MARK: usize = 8;

/// Pairs among `places` that share a key, the smaller place first, each once.
pub(super) fn candidates(
    records: &[Record],
    places: impl Iterator<Item = usize>,
    limits: &Limits,
) -> Vec<(usize, usize)> {
    let mut meetings: Vec<(u64, usize)> = Vec::with_capacity(places.size_hint().0 * MARKS_USUAL);
    for place in places {
        if let Some(record) = records.get(place) {
            hash_keys(record, |mark| meetings.push((mark, place)));
        }
    }
    keep_shared(&mut meetings);
    let mut pairs = pair_neighbours(meetings, records, limits.neighbours);
    pairs.dedup();
    pairs
}

/// Takes out nearly all marks that stand once, nine of ten, so that sorting the rest takes a fraction of the time. A
/// mark may stay because another falls on its bit; it meets nobody.
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
pub(super) fn fresh_candidates(
    records: &[Record],
    is_fresh: &dyn Fn(usize) -> bool,
    limits: &Limits,
) -> Vec<(usize, usize)> {
    let mut meetings: Vec<(u64, usize)> = Vec::new();
    let mut asked: HashSet<u64> = HashSet::new();
    for (place, record) in records.iter().enumerate().filter(|(place, _)| is_fresh(*place)) {
        hash_keys(record, |mark| {
            asked.insert(mark);
            meetings.push((mark, place));
        });
    }
    for (place, record) in records.iter().enumerate().filter(|(place, _)| !is_fresh(*place)) {
        hash_keys(record, |mark| {
            if asked.contains(&mark) {
                meetings.push((mark, place));
            }
        });
    }
    let mut pairs = pair_neighbours(meetings, records, limits.neighbours);
    pairs.dedup();
    pairs.retain(|(x, y)| is_fresh(*x) || is_fresh(*y));
    pairs
}

/// Pairs of neighbours in time that meet under a mark, sorted, the smaller place first, repeated for each mark.
pub(super) fn pair_neighbours(
    mut meetings: Vec<(u64, usize)>,
    records: &[Record],
    neighbours_max: usize,
) -> Vec<(usize, usize)> {
    meetings.sort_unstable();
    let mut pairs = Vec::new();
    let mut places = Vec::new();
    for meeting in meetings.chunk_by(|x, y| x.0 == y.0).filter(|meeting| meeting.len() > 1) {
        places.clear();
        places.extend(meeting.iter().map(|(_, place)| *place));
        // Copies of a piece are neighbours in time.
        let date = |place: &usize| records.get(*place).and_then(|record| record.date.map(|date| date.from));
        places.sort_by_key(|place| (date(place), *place));
        places.dedup();
        for (at, &x) in places.iter().enumerate() {
            pairs.extend(places.iter().skip(at + 1).take(neighbours_max).map(|&y| (x.min(y), x.max(y))));
        }
    }
    pairs.sort_unstable();
    pairs
}
