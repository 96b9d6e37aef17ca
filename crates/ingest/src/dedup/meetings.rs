//! Entries that meet under one key, paired.

use super::record::Record;

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
