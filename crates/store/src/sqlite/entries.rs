//! Entries, and the texts they had before.

use super::counters;
use super::value::{Count, Json, Millis, ReadId, list};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::entry::StoredEntry;
use plenary_model::id::{EntryKey, PieceId, SourceId};
use plenary_model::view::RevisionLine;
use plenary_model::withdrawal::Withdrawal;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::{BTreeSet, HashMap};

/// The columns that [`entry_of`] reads, of `entry e`.
pub(super) const ENTRY_COLUMNS: &str = "e.key, e.source, e.hash, e.text_hash, e.first_seen, e.changed, \
     e.withdrawn_at, e.withdrawn_reason, e.bare, e.document";

/// The entry in a row of [`ENTRY_COLUMNS`].
pub(super) fn entry_of(row: &Row<'_>) -> rusqlite::Result<StoredEntry> {
    Ok(StoredEntry {
        key: row.id("key")?,
        source: row.id("source")?,
        entry: row.get::<_, Json<_>>("document")?.0,
        hash: row.get("hash")?,
        text_hash: row.get("text_hash")?,
        first_seen: row.get::<_, Millis>("first_seen")?.0,
        changed: row.get::<_, Millis>("changed")?.0,
        withdrawn: withdrawal_of(row)?,
        is_bare: row.get("bare")?,
    })
}

pub(super) fn withdrawal_of(row: &Row<'_>) -> rusqlite::Result<Option<Withdrawal>> {
    let at = row.get::<_, Option<Millis>>("withdrawn_at")?;
    let reason = row.get::<_, Option<String>>("withdrawn_reason")?.unwrap_or_default();
    Ok(at.map(|at| Withdrawal { at: at.0, reason }))
}

/// What of an entry is known before it is written again.
struct Before {
    hash: String,
    text_hash: String,
    title: String,
    document: String,
    withdrawn: Option<Withdrawal>,
    is_bare: bool,
}

/// Writes an entry. An unchanged entry is left alone; a text that changed is kept as a
/// revision; the time of first seeing never moves forward. True for one that was not stored before.
pub(super) fn write(write: &Transaction<'_>, stored: &StoredEntry, at: DateTime<Utc>) -> Result<bool> {
    let before = write
        .prepare_cached(
            "SELECT hash, text_hash, title, document, withdrawn_at, withdrawn_reason, bare FROM entry WHERE key = ?1",
        )?
        .query_row([stored.key.as_str()], |row| {
            let withdrawn = withdrawal_of(row)?;
            Ok(Before {
                hash: row.get(0)?,
                text_hash: row.get(1)?,
                title: row.get(2)?,
                document: row.get(3)?,
                withdrawn,
                is_bare: row.get("bare")?,
            })
        })
        .optional()?;
    let document = serde_json::to_string(&stored.entry).map_err(crate::StoreError::backend)?;
    let mut replaced = before.as_ref().map_or(0, |before| before.document.len());
    if let Some(before) = &before
        && before.text_hash != stored.text_hash
    {
        replaced = 0;
        write
            .prepare_cached("INSERT INTO revision (entry, at, title, text_hash, document) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![stored.key.as_str(), Millis(at), before.title, before.text_hash, before.document])?;
    }
    let unchanged = before.as_ref().is_some_and(|before| {
        before.hash == stored.hash
            && before.text_hash == stored.text_hash
            && before.document == document
            && before.withdrawn == stored.withdrawn
    });
    if !unchanged {
        write_row(write, stored, &document)?;
        let grown = i64::try_from(document.len()).unwrap_or(i64::MAX) - i64::try_from(replaced).unwrap_or(i64::MAX);
        counters::add_intake(write, &stored.source, grown, at)?;
    }
    if before.as_ref().is_some_and(|before| before.is_bare) && !stored.is_bare {
        // It has a text again, to be dropped in its time.
        write
            .prepare_cached("UPDATE piece SET bare = 0 WHERE id = (SELECT piece FROM member WHERE entry = ?1)")?
            .execute([stored.key.as_str()])?;
    }
    if before.is_none() {
        counters::add_entry(write, &stored.source)?;
    }
    Ok(before.is_none())
}

fn write_row(write: &Transaction<'_>, stored: &StoredEntry, document: &str) -> Result<()> {
    let entry = &stored.entry;
    let dated = entry.published.or(entry.updated).unwrap_or(stored.first_seen);
    write
        .prepare_cached(
            "INSERT INTO entry
               (key, source, hash, text_hash, first_seen, changed, dated, title, link, language, document,
                withdrawn_at, withdrawn_reason, bare)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
             ON CONFLICT (key) DO UPDATE SET source = excluded.source, hash = excluded.hash,
               first_seen = min(first_seen, excluded.first_seen),
               changed = CASE WHEN text_hash = excluded.text_hash THEN changed ELSE excluded.changed END,
               text_hash = excluded.text_hash, dated = excluded.dated, title = excluded.title, link = excluded.link,
               language = excluded.language, document = excluded.document, withdrawn_at = excluded.withdrawn_at,
               withdrawn_reason = excluded.withdrawn_reason, bare = excluded.bare",
        )?
        .execute(params![
            stored.key.as_str(),
            stored.source.as_str(),
            stored.hash,
            stored.text_hash,
            Millis(stored.first_seen),
            Millis(stored.changed),
            Millis(dated),
            entry.title,
            entry.link,
            entry.language.as_ref().map(plenary_model::language::Language::as_str),
            document,
            stored.withdrawn.as_ref().map(|withdrawal| Millis(withdrawal.at)),
            stored.withdrawn.as_ref().map(|withdrawal| &withdrawal.reason),
            stored.is_bare
        ])?;
    Ok(())
}

/// The digest of every entry of a source; none for one that was taken back, so that it counts as new
/// should its publisher show it again.
pub(crate) fn hashes(read: &Connection, source: &SourceId) -> Result<HashMap<EntryKey, String>> {
    let mut query = read.prepare_cached(
        "SELECT key, CASE WHEN withdrawn_at IS NULL THEN hash ELSE '' END FROM entry WHERE source = ?1",
    )?;
    Ok(query.query_map([source.as_str()], |row| Ok((row.id(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn list_since(
    read: &Connection,
    since: DateTime<Utc>,
    after: &EntryKey,
    limit: usize,
) -> Result<Vec<StoredEntry>> {
    let sql = format!(
        "SELECT {ENTRY_COLUMNS} FROM entry e WHERE e.key > ?1 AND e.dated >= ?2 AND e.bare = 0 ORDER BY e.key LIMIT ?3"
    );
    let mut query = read.prepare_cached(&sql)?;
    let rows = query.query_map(params![after.as_str(), Millis(since), Count(limit)], entry_of)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The pieces that hold the entries named, in order of their ids.
pub(super) fn pieces_holding(read: &Connection, entries: &[EntryKey]) -> Result<Vec<PieceId>> {
    let mut query = read.prepare_cached(
        "SELECT DISTINCT m.piece FROM json_each(?1) a CROSS JOIN member m ON m.entry = a.value ORDER BY m.piece",
    )?;
    Ok(query.query_map([list(entries)], |row| row.id(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The digests of the texts that the entries named had before.
pub(super) fn earlier_texts(read: &Connection, entries: &[EntryKey]) -> Result<BTreeSet<(EntryKey, String)>> {
    let mut query = read.prepare_cached(
        "SELECT r.entry, r.text_hash FROM json_each(?1) a CROSS JOIN revision r ON r.entry = a.value",
    )?;
    Ok(query.query_map([list(entries)], |row| Ok((row.id(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn revisions(read: &Connection, piece: &PieceId) -> Result<Vec<RevisionLine>> {
    let mut query = read.prepare_cached(
        "SELECT r.at, e.source, r.title FROM member m
         JOIN revision r ON r.entry = m.entry JOIN entry e ON e.key = m.entry
         WHERE m.piece = ?1 ORDER BY r.at DESC, r.id DESC",
    )?;
    let rows = query.query_map([piece.as_str()], |row| {
        Ok(RevisionLine { at: row.get::<_, Millis>(0)?.0, source: row.id(1)?, title: row.get(2)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The entries of the pieces named, each piece's in the order of its members.
pub(super) fn of_pieces(read: &Connection, pieces: &[PieceId]) -> Result<HashMap<PieceId, Vec<StoredEntry>>> {
    let sql = format!(
        "SELECT m.piece, {ENTRY_COLUMNS} FROM json_each(?1) a
         CROSS JOIN member m ON m.piece = a.value CROSS JOIN entry e ON e.key = m.entry ORDER BY m.piece, m.position"
    );
    let mut query = read.prepare_cached(&sql)?;
    let rows = query.query_map([list(pieces)], |row| Ok((row.id("piece")?, entry_of(row)?)))?;
    Ok(super::value::group_rows(rows)?)
}

/// What a list shows of an entry, read without its text.
pub(super) struct Headline {
    pub(super) source: SourceId,
    /// Digest of the entry as received, and since when it is taken back.
    pub(super) hash: String,
    pub(super) text_hash: String,
    pub(super) key: EntryKey,
    /// Title, address and language.
    pub(super) shown: (String, Option<String>, Option<String>),
}

/// The headlines of the entries of the pieces named, each piece's in the order of its members.
pub(super) fn headlines(read: &Connection, pieces: &[PieceId]) -> Result<HashMap<PieceId, Vec<Headline>>> {
    let mut query = read.prepare_cached(
        "SELECT m.piece, e.source, e.hash || coalesce(' ' || e.withdrawn_at, ''), e.text_hash, e.key, e.title, e.link, e.language FROM json_each(?1) a
         CROSS JOIN member m ON m.piece = a.value CROSS JOIN entry e ON e.key = m.entry ORDER BY m.piece, m.position",
    )?;
    let rows = query.query_map([list(pieces)], |row| {
        let headline = Headline {
            source: row.id(1)?,
            hash: row.get(2)?,
            text_hash: row.get(3)?,
            key: row.id(4)?,
            shown: (row.get(5)?, row.get(6)?, row.get(7)?),
        };
        Ok((row.id(0)?, headline))
    })?;
    Ok(super::value::group_rows(rows)?)
}
