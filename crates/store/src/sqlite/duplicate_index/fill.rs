//! Fills the index of a store that kept its keys otherwise.

use super::marks::{ID, LINK};
use super::write;
use crate::error::Result;
use crate::sqlite::entries::{ENTRY_COLUMNS, entry_of};
use crate::sqlite::value::Count;
use plenary_model::change::{Incoming, Key};
use plenary_model::entry::StoredEntry;
use plenary_model::id::EntryKey;
use plenary_model::link::CanonicalLink;
use rusqlite::{Connection, TransactionBehavior, params};

/// Entries that are indexed at once when a store is filled.
const BATCH: usize = 500;

/// Kinds of keys that stood as text once: hexadecimal digits, of which the last sixteen count.
const TEXT: &str = "text";
const PHRASE: &str = "phrase";
const TITLE: &str = "title";

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
        let mut keyed = Vec::with_capacity(entries.len());
        for stored in entries {
            let keys = old_keys(&filling, &stored)?;
            keyed.push(Incoming { stored, keys, sketch: Vec::new() });
        }
        write::write(&filling, keyed.iter().map(|one| (one, false)))?;
    }
    filling.execute("DELETE FROM entry_key WHERE kind NOT IN (?1, ?2)", [ID, LINK])?;
    filling.commit()?;
    Ok(())
}

/// True while keys of entries stand as text that stand as numbers since.
fn has_old(read: &Connection) -> Result<bool> {
    let mut query = read.prepare_cached("SELECT EXISTS (SELECT 1 FROM entry_key WHERE kind = ?1)")?;
    for kind in [TEXT, PHRASE, TITLE] {
        if query.query_row([kind], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn old_keys(read: &Connection, stored: &StoredEntry) -> Result<Vec<Key>> {
    let mut query = read.prepare_cached("SELECT kind, value FROM entry_key WHERE entry = ?1")?;
    let rows = query.query_map([stored.key.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut keys = Vec::new();
    for row in rows {
        let (kind, value): (String, String) = row?;
        let number = || value.get(value.len().saturating_sub(16)..).and_then(|end| u64::from_str_radix(end, 16).ok());
        keys.extend(match kind.as_str() {
            ID => Some(Key::Id(value)),
            LINK => Some(Key::Link(value)),
            TEXT => number().map(Key::Text),
            PHRASE => number().map(Key::Phrase),
            TITLE => number().map(Key::Title),
            _ => None,
        });
    }
    let page = stored.entry.link.as_deref().and_then(CanonicalLink::from_address);
    keys.extend(page.map(|page| Key::Publisher(page.host().to_owned())));
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema;
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
