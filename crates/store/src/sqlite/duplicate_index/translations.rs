//! What a publisher published around an entry that may be its translation.

use super::marks::{day_of, numbers, specifics_of};
use crate::error::Result;
use crate::sqlite::value::Count;
use plenary_model::change::{Key, Sought};
use plenary_model::language::Language;
use plenary_model::limits::Limits;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// From what came in to its translations, to their rivals, to the translations of those.
const TRANSLATION_STEPS: i64 = 3;

/// What a publisher published, as far as translations are sought.
struct Published {
    id: i64,
    day: i64,
    language: String,
    specifics: Vec<i64>,
}

impl Published {
    /// True when one may be the translation of the other: in another language, within days, with figures or
    /// names in common.
    fn may_translate(&self, other: &Self, limits: &Limits) -> bool {
        self.language != other.language
            && (self.day - other.day).abs() <= limits.translation_days + 1
            && self.specifics.iter().filter(|one| other.specifics.binary_search(one).is_ok()).count()
                >= limits.translation_specifics
    }
}

/// What the publisher of an entry published around it that may be its translation, the rivals of those,
/// and what the rivals in turn may be translations of.
pub(super) fn find_around(
    read: &Connection,
    sought: &Sought,
    limits: &Limits,
    found: &mut BTreeSet<i64>,
) -> Result<()> {
    let host = Key::find_publisher(&sought.keys);
    let (Some(host), Some(language)) = (host, sought.language.as_ref().map(Language::primary)) else { return Ok(()) };
    let day = day_of(sought.dated.unwrap_or(sought.first_seen));
    let own = Published { id: 0, day, language: language.to_owned(), specifics: specifics_of(&sought.keys) };
    let days = limits.translation_days * TRANSLATION_STEPS;
    let (from, to) = (day - days, day + days);
    let mut query = read.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM published WHERE host = ?1 AND day BETWEEN ?2 AND ?3 AND language <> ?4)",
    )?;
    if own.specifics.is_empty() || !query.query_row(params![host, from, to, language], |row| row.get::<_, bool>(0))? {
        return Ok(());
    }
    let mut query = read.prepare_cached(
        "SELECT sought, day, language, specifics FROM published WHERE host = ?1 AND day BETWEEN ?2 AND ?3
         ORDER BY abs(day - ?5), day, sought LIMIT ?4",
    )?;
    let row = |row: &rusqlite::Row<'_>| {
        let specifics = numbers(row.get_ref(3)?.as_blob()?);
        Ok(Published { id: row.get(0)?, day: row.get(1)?, language: row.get(2)?, specifics })
    };
    let mut around: Vec<Published> = query
        .query_map(params![host, from, to, Count(limits.publisher_entries), day], row)?
        .collect::<rusqlite::Result<_>>()?;
    let mut last = vec![own];
    for _ in 0..TRANSLATION_STEPS {
        let (near, rest) =
            around.into_iter().partition(|one| last.iter().any(|other| one.may_translate(other, limits)));
        (last, around) = (near, rest);
        found.extend(last.iter().map(|one| one.id));
    }
    Ok(())
}
