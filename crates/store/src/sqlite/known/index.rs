//! Writes the index of sameness, and fills that of a store which kept its keys otherwise.

use super::super::Result;
use super::super::entries::{ENTRY_COLUMNS, entry_of};
use super::super::value::Count;
use super::{UNDATED, day_of, mark_of, numbers, specifics_of};
use plenary_model::change::{Incoming, Key, KeyKind};
use plenary_model::entry::StoredEntry;
use plenary_model::id::EntryKey;
use plenary_model::link::CanonicalLink;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::BTreeSet;

/// Entries that are indexed at once when a store is filled.
const BATCH: usize = 500;

fn claimed(stored: &StoredEntry) -> Option<i64> {
    stored.entry.published.or(stored.entry.updated).map(day_of)
}

/// Writes under which keys an entry is found. `is_new`: it has none yet.
pub(in crate::sqlite) fn write(write: &Transaction<'_>, incoming: &Incoming, is_new: bool) -> Result<()> {
    write_keys(write, incoming, is_new)?;
    let day = claimed(&incoming.stored);
    let mut marks: Vec<i64> = incoming.keys.iter().filter_map(mark_of).collect();
    marks.sort_unstable();
    marks.dedup();
    let entry = &incoming.stored.key;
    let id = match if is_new { None } else { stored(write, entry)? } {
        Some((id, was, old)) if was == day && old == marks => id,
        Some((id, was, old)) => {
            take_out(write, id, was, &old)?;
            let mut query = write.prepare_cached("UPDATE sought SET day = ?2, marks = ?3 WHERE id = ?1")?;
            query.execute(params![id, day, bytes(&marks)])?;
            put_in(write, id, day, &marks)?;
            id
        }
        None => {
            let mut query = write.prepare_cached("INSERT INTO sought (entry, day, marks) VALUES (?1, ?2, ?3)")?;
            query.execute(params![entry.as_str(), day, bytes(&marks)])?;
            let id = write.last_insert_rowid();
            put_in(write, id, day, &marks)?;
            id
        }
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
            .execute(params![host, day, language.primary(), id, bytes(&specifics_of(&incoming.keys))])?;
    }
    Ok(())
}

/// Number, day and marks of an entry.
type Sought = (i64, Option<i64>, Vec<i64>);

/// The row of an entry.
fn stored(read: &Connection, entry: &EntryKey) -> Result<Option<Sought>> {
    let mut query = read.prepare_cached("SELECT id, day, marks FROM sought WHERE entry = ?1")?;
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, numbers(row.get_ref(2)?.as_blob()?)));
    Ok(query.query_row([entry.as_str()], row).optional()?)
}

fn bytes(marks: &[i64]) -> Vec<u8> {
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

/// Indexes a store whose keys all stood in `entry_key` as text, in one transaction.
pub(in crate::sqlite) fn fill(connection: &mut Connection) -> Result<()> {
    if !has_old(connection)? {
        return Ok(());
    }
    let filling = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have filled it while this one waited: without its old keys, an entry would lose
    // its marks.
    if !has_old(&filling)? {
        return Ok(());
    }
    let mut after = EntryKey::default();
    loop {
        let entries: Vec<StoredEntry> = filling
            .prepare_cached(&format!("SELECT {ENTRY_COLUMNS} FROM entry e WHERE e.key > ?1 ORDER BY e.key LIMIT ?2"))?
            .query_map(params![after.as_str(), Count(BATCH)], entry_of)?
            .collect::<rusqlite::Result<_>>()?;
        let Some(last) = entries.last() else { break };
        after = last.key.clone();
        for stored in entries {
            let keys = old_keys(&filling, &stored)?;
            write(&filling, &Incoming { stored, keys }, false)?;
        }
    }
    filling
        .execute("DELETE FROM entry_key WHERE kind NOT IN (?1, ?2)", [KeyKind::Id.as_str(), KeyKind::Link.as_str()])?;
    filling.commit()?;
    Ok(())
}

/// True while keys of entries stand as text that stand as numbers since.
fn has_old(read: &Connection) -> Result<bool> {
    let mut query = read.prepare_cached("SELECT EXISTS (SELECT 1 FROM entry_key WHERE kind = ?1)")?;
    for kind in [KeyKind::Text, KeyKind::Phrase, KeyKind::Title] {
        if query.query_row([kind.as_str()], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn old_keys(read: &Connection, stored: &StoredEntry) -> Result<Vec<Key>> {
    let kinds = [KeyKind::Id, KeyKind::Link, KeyKind::Text, KeyKind::Phrase, KeyKind::Title];
    let mut query = read.prepare_cached("SELECT kind, value FROM entry_key WHERE entry = ?1")?;
    let rows = query.query_map([stored.key.as_str()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let mut keys = Vec::new();
    for row in rows {
        let (word, value) = row?;
        keys.extend(kinds.into_iter().find(|kind| kind.as_str() == word).map(|kind| Key { kind, value }));
    }
    let page = stored.entry.link.as_deref().and_then(CanonicalLink::of);
    keys.extend(page.map(|page| Key { kind: KeyKind::Publisher, value: page.host().to_owned() }));
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::super::super::schema;
    use super::*;
    use plenary_model::entry::Entry;

    #[test]
    fn a_store_with_its_keys_as_text_is_indexed_anew() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        let entry = Entry {
            link: Some("https://a.example/x".into()),
            published: "2021-05-01T00:00:00Z".parse().ok(),
            language: plenary_model::language::Language::parse("en"),
            ..Entry::default()
        };
        let source = "INSERT INTO source (id, name, listed, enabled, policy) VALUES ('s', 'S', 1, 1, '{}')";
        connection.execute(source, []).unwrap();
        let row = "INSERT INTO entry (key, source, hash, text_hash, first_seen, changed, dated, title, document)
                   VALUES ('e', 's', '', '', 0, 0, 0, 'T', ?1)";
        connection.execute(row, [serde_json::to_string(&entry).unwrap()]).unwrap();
        let keys = "INSERT INTO entry_key VALUES ('id', '1', 'e'), ('phrase', '00000000000000ff', 'e')";
        connection.execute(keys, []).unwrap();
        fill(&mut connection).unwrap();
        // As another program does that opened it at the same time.
        fill(&mut connection).unwrap();
        let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
        assert_eq!(one("SELECT group_concat(kind) FROM entry_key"), "id");
        assert_eq!(one("SELECT hex(marks) || ' ' || day FROM sought"), "FF00000000000040 18748");
        assert_eq!(one("SELECT host || ' ' || day || ' ' || language FROM published"), "a.example 18748 en");
        assert_eq!(one("SELECT count(*) || '' FROM mark"), "1");
    }
}
