//! What pages say in numbers: how many pieces and works each section shows, how many pieces each source, how many
//! entries a source has. `apply` keeps them, by what the pieces that it alters counted for before and count for afterwards.

use super::value::{Count, list};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::change::Intake;
use plenary_model::id::{PieceId, SourceId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Kind of the pieces that a section shows.
pub(super) const SECTION: &str = "section";
/// Kind of the works that a section shows: pieces and their translations, counted once.
pub(super) const WORK: &str = "work";
/// Kind of the shown versions of a work in a section, the work after its name.
const VERSION: &str = "version";
/// Kind of the shown pieces that a source carries.
pub(super) const SOURCE: &str = "source";
pub(super) const ENTRY: &str = "entry";
/// Kind of the bytes that are kept of a source.
const BYTES: &str = "bytes";
/// Kind of the entries that a source brought on a day, the day before its name.
const OF_DAY: &str = "day";

/// Numbers by kind and name.
pub(super) type Counters = BTreeMap<(String, String), i64>;

pub(super) fn count(read: &Connection, ids: &BTreeSet<PieceId>) -> Result<Counters> {
    let mut query = read.prepare_cached(
        "SELECT ?2, s.section, count(*) FROM json_each(?1) a
         CROSS JOIN placement s ON s.piece = a.value AND s.shown = 1 GROUP BY s.section
         UNION ALL SELECT ?4, s.section || ' ' || p.work, count(*) FROM json_each(?1) a
         CROSS JOIN placement s ON s.piece = a.value AND s.shown = 1 CROSS JOIN piece p ON p.id = s.piece
         GROUP BY s.section, p.work
         UNION ALL SELECT ?3, c.source, count(*) FROM json_each(?1) a
         CROSS JOIN carrier c ON c.piece = a.value AND c.shown = 1 GROUP BY c.source",
    )?;
    let rows = query.query_map(params![list(ids), SECTION, SOURCE, VERSION], |row| {
        Ok(((row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Takes over what changed for pieces that counted for `before` and now count for `after`.
pub(super) fn update(write: &Transaction<'_>, mut before: Counters, after: Counters) -> Result<()> {
    for ((kind, name), number) in after {
        let before = before.remove(&(kind.clone(), name.clone())).unwrap_or_default();
        alter(write, &kind, &name, number - before)?;
    }
    for ((kind, name), number) in before {
        alter(write, &kind, &name, -number)?;
    }
    Ok(())
}

/// Adds to a number. A section shows a work as long as it shows one version of it.
fn alter(write: &Transaction<'_>, kind: &str, name: &str, number: i64) -> Result<()> {
    let Some((section, _)) = name.split_once(' ').filter(|_| kind == VERSION) else {
        return add(write, kind, name, number);
    };
    let before = read_number(write, kind, name)? > 0;
    add(write, kind, name, number)?;
    let after = read_number(write, kind, name)? > 0;
    if !after {
        write.prepare_cached("DELETE FROM tally WHERE kind = ?1 AND name = ?2")?.execute([kind, name])?;
    }
    add(write, WORK, section, i64::from(after) - i64::from(before))
}

pub(super) fn add_entry(write: &Transaction<'_>, source: &SourceId) -> Result<()> {
    add(write, ENTRY, source.as_str(), 1)
}

/// Counts an entry of a source that was written, and by how many bytes it made the store grow.
pub(super) fn add_intake(write: &Transaction<'_>, source: &SourceId, bytes: i64, at: DateTime<Utc>) -> Result<()> {
    add(write, BYTES, source.as_str(), bytes)?;
    add(write, OF_DAY, &name_of_day(source, at), 1)
}

/// Counts bytes of a source that are not kept any more.
pub(super) fn free_bytes(write: &Transaction<'_>, source: &SourceId, bytes: i64) -> Result<()> {
    add(write, BYTES, source.as_str(), -bytes)
}

/// Forgets the days before that of `at`.
pub(super) fn forget_days(write: &Transaction<'_>, at: DateTime<Utc>) -> Result<()> {
    write
        .prepare_cached("DELETE FROM tally WHERE kind = ?1 AND name < ?2")?
        .execute(params![OF_DAY, at.date_naive().to_string()])?;
    Ok(())
}

pub(crate) fn intakes(
    read: &Connection,
    sources: &[SourceId],
    now: DateTime<Utc>,
) -> Result<HashMap<SourceId, Intake>> {
    let intake = |source: &SourceId| {
        let bytes = read_number(read, BYTES, source.as_str())?;
        let intake = Intake {
            entries_today: read_number(read, OF_DAY, &name_of_day(source, now))?,
            bytes_kept: u64::try_from(bytes).unwrap_or(u64::MAX),
        };
        Ok((source.clone(), intake))
    };
    sources.iter().map(intake).collect()
}

fn name_of_day(source: &SourceId, at: DateTime<Utc>) -> String {
    format!("{} {source}", at.date_naive())
}

fn add(write: &Transaction<'_>, kind: &str, name: &str, number: i64) -> Result<()> {
    if number != 0 {
        write
            .prepare_cached(
                "INSERT INTO tally (kind, name, number) VALUES (?1, ?2, ?3)
                 ON CONFLICT (kind, name) DO UPDATE SET number = number + excluded.number",
            )?
            .execute(params![kind, name, number])?;
    }
    Ok(())
}

/// The number of one name; nothing was counted where there is none.
pub(super) fn read_number(read: &Connection, kind: &str, name: &str) -> Result<usize> {
    let mut query = read.prepare_cached("SELECT number FROM tally WHERE kind = ?1 AND name = ?2")?;
    let found: Option<Count> = query.query_row([kind, name], |row| row.get(0)).optional()?;
    Ok(found.map_or(0, |count| count.0))
}

/// The numbers counted anew, without those that are nought, and the ones kept.
#[cfg(test)]
pub(super) fn recount(read: &Connection) -> (Counters, Counters) {
    let rows = |sql: &str| -> Counters {
        let mut query = read.prepare(sql).unwrap();
        let rows = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?))).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    };
    let counted = rows(
        "SELECT 'section', section, count(*) FROM placement WHERE shown = 1 GROUP BY section
         UNION ALL SELECT 'work', s.section, count(DISTINCT p.work)
           FROM placement s JOIN piece p ON p.id = s.piece WHERE s.shown = 1 GROUP BY s.section
         UNION ALL SELECT 'version', s.section || ' ' || p.work, count(*)
           FROM placement s JOIN piece p ON p.id = s.piece WHERE s.shown = 1 GROUP BY s.section, p.work
         UNION ALL SELECT 'source', source, count(*) FROM carrier WHERE shown = 1 GROUP BY source
         UNION ALL SELECT 'entry', source, count(*) FROM entry GROUP BY source",
    );
    let kinds = "'section', 'work', 'version', 'source', 'entry'";
    (counted, rows(&format!("SELECT kind, name, number FROM tally WHERE number <> 0 AND kind IN ({kinds})")))
}
