//! Marks and figures as numbers, and days as they stand in the index.

use chrono::{DateTime, Utc};
use plenary_model::change::{Key, KeyKind};

/// The day of entries without a date: before all others.
pub(super) const UNDATED: i64 = i32::MIN as i64;

pub(super) const DAY_MILLIS: i64 = 86_400_000;

pub(super) fn day_of(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis().div_euclid(DAY_MILLIS)
}

/// A phrase, title or text as a number; `None` for other keys.
pub(super) fn mark_of(key: &Key) -> Option<i64> {
    let kind: u64 = match key.kind {
        KeyKind::Text => 1,
        KeyKind::Phrase => 2,
        KeyKind::Title => 3,
        KeyKind::Id | KeyKind::Link | KeyKind::Publisher | KeyKind::Specific => return None,
    };
    Some((number_of(key)? ^ (kind << 61)).cast_signed())
}

/// The number that a key of hexadecimal digits ends in.
fn number_of(key: &Key) -> Option<u64> {
    u64::from_str_radix(key.value.get(key.value.len().saturating_sub(16)..)?, 16).ok()
}

/// The figures and names among keys, sorted.
pub(super) fn specifics_of(keys: &[Key]) -> Vec<i64> {
    let own = keys.iter().filter(|key| key.kind == KeyKind::Specific);
    let mut numbers: Vec<i64> = own.filter_map(number_of).map(u64::cast_signed).collect();
    numbers.sort_unstable();
    numbers
}

pub(super) fn numbers(bytes: &[u8]) -> Vec<i64> {
    bytes.chunks_exact(8).filter_map(|eight| eight.try_into().ok().map(i64::from_le_bytes)).collect()
}
