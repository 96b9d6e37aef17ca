//! Marks and figures as numbers, and days as they stand in the index.

use chrono::{DateTime, Utc};
use plenary_model::change::Key;

/// The day of entries without a date: before all others.
pub(super) const UNDATED: i64 = i32::MIN as i64;

pub(super) const DAY_MILLIS: i64 = 86_400_000;

pub(super) fn day_of(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis().div_euclid(DAY_MILLIS)
}

/// A phrase, title or text as a number; `None` for other keys.
pub(super) fn mark_of(key: &Key) -> Option<i64> {
    let (kind, number): (u64, u64) = match key {
        Key::Text(number) => (1, *number),
        Key::Phrase(number) => (2, *number),
        Key::Title(number) => (3, *number),
        Key::Id(_) | Key::Link(_) | Key::Publisher(_) | Key::Specific(_) => return None,
    };
    Some((number ^ (kind << 61)).cast_signed())
}

/// The figures and names among keys, sorted.
pub(super) fn specifics_of(keys: &[Key]) -> Vec<i64> {
    let own =
        keys.iter().filter_map(|key| if let Key::Specific(number) = key { Some(number.cast_signed()) } else { None });
    let mut numbers: Vec<i64> = own.collect();
    numbers.sort_unstable();
    numbers
}

/// The kind and text of a key that is kept as text; `None` for other keys.
pub(super) fn text_of(key: &Key) -> Option<(&'static str, &str)> {
    match key {
        Key::Id(id) => Some((ID, id)),
        Key::Link(link) => Some((LINK, link)),
        Key::Text(_) | Key::Phrase(_) | Key::Title(_) | Key::Publisher(_) | Key::Specific(_) => None,
    }
}

/// Kinds of keys that are kept as text.
pub(super) const ID: &str = "id";
pub(super) const LINK: &str = "link";

pub(super) fn numbers(bytes: &[u8]) -> Vec<i64> {
    bytes.chunks_exact(8).filter_map(|eight| eight.try_into().ok().map(i64::from_le_bytes)).collect()
}
