//! What the archives hold: every piece that readers saw in a section, by the month in which it
//! entered, and the ids that went out of use since.

use super::entries::withdrawal_of;
use super::value::{Millis, ReadId, group_rows, list};
use super::{flags, month};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::view::{Archived, ArchivedPiece, Tombstone};
use rusqlite::{Connection, Transaction, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Conditions on a row of `alias`, which has `section`, `entered` and `language`.
const IN_MONTH: &str = "section = ?1 AND entered >= ?2 AND entered < ?3 AND (?4 IS NULL OR language = ?4)";

/// A month that is none, or has had its time, holds nothing.
pub(crate) fn month(read: &Connection, section: &SectionSlug, language: Option<&str>, month: &str) -> Result<Archived> {
    if flags::archive_floor(read, section)?.is_some_and(|floor| month < floor.as_str()) {
        return Ok(Archived::default());
    }
    let (first, next) = month::span_of(month).unwrap_or((0, 0));
    let asked = params![section.as_str(), first, next, language];
    let mut archived = Archived::default();
    let mut query = read.prepare_cached(&format!(
        "SELECT p.id, p.atom_id, p.updated, s.shown, p.withdrawn_at, p.withdrawn_reason
         FROM (SELECT piece, entered, shown FROM placement WHERE published = 1 AND {IN_MONTH}) s
         CROSS JOIN piece p ON p.id = s.piece ORDER BY s.entered DESC, p.dated DESC, p.id"
    ))?;
    let mut rows = query.query(asked)?;
    while let Some(row) = rows.next()? {
        let atom_id: String = row.get(1)?;
        match withdrawal_of(row)? {
            None => archived.pieces.push(ArchivedPiece {
                id: row.id(0)?,
                atom_id,
                updated: row.get::<_, Millis>(2)?.0,
                is_shown: row.get(3)?,
            }),
            Some(gone) => archived.tombstones.push(Tombstone { atom_id, at: gone.at, reason: gone.reason }),
        }
    }
    let mut query = read.prepare_cached(&format!("SELECT atom_id, at, reason FROM retired WHERE {IN_MONTH}"))?;
    let retired = query.query_map(asked, |row| {
        Ok(Tombstone { atom_id: row.get(0)?, at: row.get::<_, Millis>(1)?.0, reason: row.get(2)? })
    })?;
    for tombstone in retired {
        archived.tombstones.push(tombstone?);
    }
    archived.tombstones.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.atom_id.cmp(&b.atom_id)));
    Ok(archived)
}

pub(crate) fn months(read: &Connection, section: &SectionSlug, language: Option<&str>) -> Result<BTreeSet<String>> {
    let mut query = read.prepare_cached(
        "SELECT DISTINCT strftime('%Y-%m', entered / 1000, 'unixepoch') FROM placement
         WHERE published = 1 AND section = ?1 AND (?2 IS NULL OR language = ?2)
         UNION SELECT strftime('%Y-%m', entered / 1000, 'unixepoch') FROM retired
         WHERE section = ?1 AND (?2 IS NULL OR language = ?2)",
    )?;
    let rows = query.query_map(params![section.as_str(), language], |row| row.get(0))?;
    let months: BTreeSet<String> = rows.collect::<rusqlite::Result<_>>()?;
    let floor = flags::archive_floor(read, section)?.unwrap_or_default();
    Ok(months.into_iter().filter(|month| *month >= floor).collect())
}

/// In which sections readers saw each of the pieces named, and the month in which it entered.
pub(super) fn load_seen(read: &Connection, ids: &[PieceId]) -> Result<HashMap<PieceId, BTreeMap<SectionSlug, String>>> {
    let mut query = read.prepare_cached(
        "SELECT p.piece, p.section, p.entered FROM json_each(?1) a
         CROSS JOIN placement p ON p.piece = a.value AND p.published = 1 ORDER BY p.piece",
    )?;
    let rows = query.query_map([list(ids)], |row| {
        let month = month::name_of(row.get::<_, Millis>(2)?.0);
        Ok((row.id::<PieceId>(0)?, (row.id(1)?, month)))
    })?;
    let seen: HashMap<PieceId, Vec<(SectionSlug, String)>> = group_rows(rows)?;
    Ok(seen.into_iter().map(|(piece, months)| (piece, months.into_iter().collect())).collect())
}

/// What is noted of the pieces that are about to go: `?1` is a JSON list of their ids.
const RETIRE: &str = "INSERT INTO retired (section, atom_id, language, entered, announced, at, reason)
     SELECT s.section, p.atom_id, s.language, s.entered, s.announced, coalesce(p.withdrawn_at, ?2),
       coalesce(p.withdrawn_reason, 'It was found to be the same as another piece and joined with it.')
     FROM json_each(?1) a CROSS JOIN piece p ON p.id = a.value
     CROSS JOIN placement s ON s.piece = p.id AND s.published = 1";
/// Of an id that was retired before, the first time counts.
const ONCE: &str = "ON CONFLICT (section, atom_id) DO NOTHING";

/// Notes the id of a piece that another one absorbs, wherever readers saw it.
pub(super) fn retire(write: &Transaction<'_>, piece: &PieceId, at: DateTime<Utc>) -> Result<()> {
    let sql = format!("{RETIRE} WHERE true {ONCE}");
    write.prepare_cached(&sql)?.execute(params![list([piece]), Millis(at)])?;
    Ok(())
}

/// Notes the ids of those of the pieces named that have no entries left.
pub(super) fn retire_empty(write: &Transaction<'_>, ids: &BTreeSet<PieceId>, at: DateTime<Utc>) -> Result<()> {
    let sql = format!("{RETIRE} WHERE NOT EXISTS (SELECT 1 FROM member m WHERE m.piece = p.id) {ONCE}");
    write.prepare_cached(&sql)?.execute(params![list(ids), Millis(at)])?;
    Ok(())
}

/// An id that a piece has again, after a split, is not retired.
pub(super) fn reinstate(write: &Transaction<'_>, atom_id: &str) -> Result<()> {
    write.prepare_cached("DELETE FROM retired WHERE atom_id = ?1")?.execute([atom_id])?;
    Ok(())
}
