//! Writes the index of sameness: under which keys and marks an entry is found.

use super::marks::{UNDATED, day_of, mark_of, numbers, specifics_of, text_of};
use crate::error::Result;
use crate::sqlite::value::Millis;
use plenary_model::change::{Incoming, Key};
use plenary_model::entry::StoredEntry;
use plenary_model::id::EntryKey;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::BTreeSet;

fn claim_day(stored: &StoredEntry) -> Option<i64> {
    stored.entry.published.or(stored.entry.updated).map(day_of)
}

/// Writes under which keys entries are found; of each, whether it is new and has none yet. Marks are written last, in
/// the order in which they are stored: those of one page together.
pub(crate) fn write<'a>(
    write: &Transaction<'_>,
    entries: impl IntoIterator<Item = (&'a Incoming, bool)>,
) -> Result<()> {
    let mut marks: Vec<Mark> = Vec::new();
    for (incoming, is_new) in entries {
        write_keys(write, incoming, is_new)?;
        write_one(write, incoming, is_new, &mut marks)?;
    }
    marks.sort_unstable();
    let mut query = write.prepare_cached("INSERT OR IGNORE INTO mark (value, day, sought) VALUES (?1, ?2, ?3)")?;
    for mark in marks {
        query.execute(mark)?;
    }
    Ok(())
}

/// Value, day and number of the entry of a mark.
type Mark = (i64, i64, i64);

/// Writes the row of an entry; `put_in` gets the marks that are to be written.
fn write_one(write: &Transaction<'_>, incoming: &Incoming, is_new: bool, put_in: &mut Vec<Mark>) -> Result<()> {
    let day = claim_day(&incoming.stored);
    let mut marks: Vec<i64> = incoming.keys.iter().filter_map(mark_of).collect();
    marks.sort_unstable();
    marks.dedup();
    let stored = &incoming.stored;
    let before = if is_new { None } else { find_row(write, &stored.key)? };
    let is_marked = before.as_ref().is_some_and(|(_, was, old)| *was == day && *old == marks);
    if let Some((id, was, old)) = before.as_ref().filter(|_| !is_marked) {
        take_out(write, *id, *was, old)?;
    }
    // The time of first seeing never moves forward.
    let mut query = write.prepare_cached(
        "INSERT INTO sought (entry, source, day, first_seen, marks, sketch) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (entry) DO UPDATE SET source = excluded.source, day = excluded.day,
           first_seen = min(first_seen, excluded.first_seen), marks = excluded.marks, sketch = excluded.sketch",
    )?;
    let (key, first_seen) = (stored.key.as_str(), Millis(stored.first_seen));
    query.execute(params![key, stored.source.as_str(), day, first_seen, bytes_of(&marks), incoming.sketch])?;
    let id = before.map_or_else(|| write.last_insert_rowid(), |(id, ..)| id);
    if !is_marked {
        put_in.extend(marks.into_iter().map(|mark| (mark, day.unwrap_or(UNDATED), id)));
    }
    let host = Key::find_publisher(&incoming.keys);
    if !is_new {
        write.prepare_cached("DELETE FROM published WHERE sought = ?1")?.execute([id])?;
    }
    if let (Some(host), Some(language)) = (host, &stored.entry.language) {
        let day = day.unwrap_or_else(|| day_of(stored.first_seen));
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
    for (kind, text) in incoming.keys.iter().filter_map(text_of) {
        if !stored.remove(&(kind.to_owned(), text.to_owned())) {
            write
                .prepare_cached("INSERT OR IGNORE INTO entry_key (kind, value, entry) VALUES (?1, ?2, ?3)")?
                .execute(params![kind, text, entry.as_str()])?;
        }
    }
    for (kind, value) in stored {
        write
            .prepare_cached("DELETE FROM entry_key WHERE kind = ?1 AND value = ?2 AND entry = ?3")?
            .execute(params![kind, value, entry.as_str()])?;
    }
    Ok(())
}
