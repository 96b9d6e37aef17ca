//! Writes the index of sameness: under which keys and marks an entry is found.

use super::marks::{UNDATED, day_of, mark_of, numbers, specifics_of};
use crate::error::Result;
use plenary_model::change::{Incoming, KeyKind};
use plenary_model::entry::StoredEntry;
use plenary_model::id::EntryKey;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeSet;

fn claim_day(stored: &StoredEntry) -> Option<i64> {
    stored.entry.published.or(stored.entry.updated).map(day_of)
}

/// Writes under which keys an entry is found. `is_new`: it has none yet.
pub(crate) fn write(write: &Transaction<'_>, incoming: &Incoming, is_new: bool) -> Result<()> {
    write_keys(write, incoming, is_new)?;
    let day = claim_day(&incoming.stored);
    let mut marks: Vec<i64> = incoming.keys.iter().filter_map(mark_of).collect();
    marks.sort_unstable();
    marks.dedup();
    let entry = &incoming.stored.key;
    let before = if is_new { None } else { find_row(write, entry)? };
    let id = if let Some((id, was, old)) = before {
        let is_moved = was != day || old != marks;
        if is_moved {
            take_out(write, id, was, &old)?;
        }
        let mut query = write.prepare_cached("UPDATE sought SET day = ?2, marks = ?3, sketch = ?4 WHERE id = ?1")?;
        query.execute(params![id, day, bytes_of(&marks), incoming.sketch])?;
        if is_moved {
            put_in(write, id, day, &marks)?;
        }
        id
    } else {
        let mut query =
            write.prepare_cached("INSERT INTO sought (entry, day, marks, sketch) VALUES (?1, ?2, ?3, ?4)")?;
        query.execute(params![entry.as_str(), day, bytes_of(&marks), incoming.sketch])?;
        let id = write.last_insert_rowid();
        put_in(write, id, day, &marks)?;
        id
    };
    let host = incoming.keys.iter().find(|key| key.kind == KeyKind::Publisher).map(|key| key.value.as_str());
    if !is_new {
        write.prepare_cached("DELETE FROM published WHERE sought = ?1")?.execute([id])?;
    }
    if let (Some(host), Some(language)) = (host, &incoming.stored.entry.language) {
        let day = day.unwrap_or_else(|| day_of(incoming.stored.first_seen));
        write
            .prepare_cached(
                "INSERT INTO published (host, day, language, sought, specifics) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![host, day, language.primary(), id, bytes_of(&specifics_of(&incoming.keys))])?;
    }
    Ok(())
}

/// Number, day and marks of an entry.
type Sought = (i64, Option<i64>, Vec<i64>);

fn find_row(read: &Connection, entry: &EntryKey) -> Result<Option<Sought>> {
    let mut query = read.prepare_cached("SELECT id, day, marks FROM sought WHERE entry = ?1")?;
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, numbers(row.get_ref(2)?.as_blob()?)));
    Ok(query.query_row([entry.as_str()], row).optional()?)
}

fn bytes_of(marks: &[i64]) -> Vec<u8> {
    marks.iter().flat_map(|mark| mark.to_le_bytes()).collect()
}

fn put_in(write: &Transaction<'_>, id: i64, day: Option<i64>, marks: &[i64]) -> Result<()> {
    let mut query = write.prepare_cached("INSERT OR IGNORE INTO mark (value, day, sought) VALUES (?1, ?2, ?3)")?;
    for mark in marks {
        query.execute(params![mark, day.unwrap_or(UNDATED), id])?;
    }
    Ok(())
}

fn take_out(write: &Transaction<'_>, id: i64, day: Option<i64>, marks: &[i64]) -> Result<()> {
    let mut query = write.prepare_cached("DELETE FROM mark WHERE value = ?1 AND day = ?2 AND sought = ?3")?;
    for mark in marks {
        query.execute(params![mark, day.unwrap_or(UNDATED), id])?;
    }
    Ok(())
}

fn write_keys(write: &Transaction<'_>, incoming: &Incoming, is_new: bool) -> Result<()> {
    let entry = &incoming.stored.key;
    let mut stored: BTreeSet<(String, String)> = BTreeSet::new();
    if !is_new {
        let mut query = write.prepare_cached("SELECT kind, value FROM entry_key WHERE entry = ?1")?;
        let rows = query.query_map([entry.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        stored = rows.collect::<rusqlite::Result<_>>()?;
    }
    for key in incoming.keys.iter().filter(|key| matches!(key.kind, KeyKind::Id | KeyKind::Link)) {
        if !stored.remove(&(key.kind.as_str().to_owned(), key.value.clone())) {
            write
                .prepare_cached("INSERT OR IGNORE INTO entry_key (kind, value, entry) VALUES (?1, ?2, ?3)")?
                .execute(params![key.kind.as_str(), key.value, entry.as_str()])?;
        }
    }
    for (kind, value) in stored {
        write
            .prepare_cached("DELETE FROM entry_key WHERE kind = ?1 AND value = ?2 AND entry = ?3")?
            .execute(params![kind, value, entry.as_str()])?;
    }
    Ok(())
}
