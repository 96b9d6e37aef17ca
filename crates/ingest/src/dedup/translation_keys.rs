//! Figures and names under which an entry is found by its translations.

use super::super::similarity::{Specifics, mix};
use super::record::Record;
use crate::sanitise::strip_markup;
use chrono::Datelike;
use plenary_model::entry::Entry;

/// Specifics of a kind under which an entry is found by its translations.
const KEPT_MAX: usize = 16;

/// Points of figures and names in common from which two texts are translations of each other.
pub(super) const POINTS_MIN: f32 = 2.5;

/// The specifics of an entry's text, without the day and year of its own date, which are in every dateline.
pub(super) fn specifics(entry: &Entry, record: &Record) -> Specifics {
    let mut found = Specifics::collect(&strip_markup(entry.body()));
    if let Some(date) = record.date {
        let own = [date.from.day(), date.from.year().unsigned_abs()];
        found.figures.retain(|figure| !own.contains(&figure.value));
    }
    found
}

/// The figures and names under which an entry's translations are found: of each kind the smallest, so that a
/// translation keeps the same ones. A telling figure counts for two.
pub(super) fn translation_keys(entry: &Entry, record: &Record) -> Vec<u64> {
    let own = specifics(entry, record);
    let mut kept = Vec::new();
    for (kind, list) in [&own.figures, &own.names, &own.sounds].into_iter().enumerate() {
        for specific in list.iter().take(KEPT_MAX) {
            let number = mix(u64::from(specific.value) << 3 | kind as u64);
            kept.push(number);
            if specific.points >= POINTS_MIN {
                kept.push(mix(number));
            }
        }
    }
    kept
}
