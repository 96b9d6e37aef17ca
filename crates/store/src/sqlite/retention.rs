//! Drops what has had its time, and gives room back.

use super::value::{Count, Millis, ReadId, list};
use super::{copy, counters, editions, flags};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::id::{EntryKey, PieceId, SectionSlug, SourceId};
use plenary_model::view::{Pruned, Room};
use rusqlite::{Connection, Transaction, params};
use std::path::Path;

/// How SQLite calls a database that gives pages back when it is asked to.
const INCREMENTAL: i64 = 2;

pub(crate) fn list_past(
    read: &Connection,
    section: &SectionSlug,
    before: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<PieceId>> {
    let mut query = read.prepare_cached(
        "SELECT piece FROM placement WHERE section = ?1 AND shown = 1 AND entered < ?2 AND state = 'auto'
         ORDER BY entered LIMIT ?3",
    )?;
    let rows = query.query_map(params![section.as_str(), Millis(before), Count(limit)], |row| row.id(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn drop_texts(write: &Transaction<'_>, unseen_before: DateTime<Utc>, limit: usize) -> Result<Pruned> {
    let mut pieces: Vec<PieceId> = write
        .prepare_cached("SELECT id FROM piece WHERE expired = 1 AND bare = 0 LIMIT ?1")?
        .query_map([Count(limit)], |row| row.id(0))?
        .collect::<rusqlite::Result<_>>()?;
    if pieces.is_empty() {
        pieces = list_unseen(write, unseen_before, limit)?;
    }
    if pieces.is_empty() {
        return Ok(Pruned::default());
    }
    let mut query = write.prepare_cached(
        "SELECT e.key, e.source,
           octet_length(e.document) + (SELECT coalesce(sum(octet_length(r.document)), 0) FROM revision r WHERE r.entry = e.key)
         FROM json_each(?1) a CROSS JOIN member m ON m.piece = a.value CROSS JOIN entry e ON e.key = m.entry
         WHERE e.bare = 0",
    )?;
    let entries: Vec<(EntryKey, SourceId, i64)> = query
        .query_map([list(&pieces)], |row| Ok((row.id(0)?, row.id(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut bytes = 0;
    for (entry, source, before) in &entries {
        let freed = before - strip(write, entry)?;
        counters::free_bytes(write, source, freed)?;
        bytes += u64::try_from(freed).unwrap_or_default();
    }
    write
        .prepare_cached("UPDATE piece SET bare = 1 WHERE id IN (SELECT value FROM json_each(?1))")?
        .execute([list(&pieces)])?;
    Ok(Pruned { dropped: pieces.len(), bytes, ..Pruned::default() })
}

/// Pieces that no reader sees and nobody decided about, of which nothing came in since a time.
fn list_unseen(read: &Connection, before: DateTime<Utc>, limit: usize) -> Result<Vec<PieceId>> {
    let mut query = read.prepare_cached(
        "SELECT p.id FROM piece p WHERE p.shown = 0 AND p.bare = 0 AND p.first_seen < ?1
           AND NOT EXISTS (SELECT 1 FROM member m CROSS JOIN entry e ON e.key = m.entry
             WHERE m.piece = p.id AND e.changed >= ?1)
           AND (p.withdrawn_at < ?1 OR p.withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM member m
             CROSS JOIN decision d ON d.entry = m.entry WHERE m.piece = p.id AND d.undone = 0))
         ORDER BY p.first_seen LIMIT ?2",
    )?;
    let rows = query.query_map(params![Millis(before), Count(limit)], |row| row.id(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Drops the texts of an entry, with the questions that they raised, and answers how many bytes are left of it.
fn strip(write: &Transaction<'_>, entry: &EntryKey) -> Result<i64> {
    let key = [entry.as_str()];
    write
        .prepare_cached(
            "UPDATE entry SET bare = 1, document = json_set(document, '$.summary', NULL, '$.content', NULL)
             WHERE key = ?1",
        )?
        .execute(key)?;
    write
        .prepare_cached(
            "UPDATE revision SET document = json_set(document, '$.summary', NULL, '$.content', NULL) WHERE entry = ?1",
        )?
        .execute(key)?;
    write.prepare_cached("DELETE FROM doubt WHERE entry = ?1 OR other = ?1")?.execute(key)?;
    let mut query = write.prepare_cached(
        "SELECT octet_length(document) +
           (SELECT coalesce(sum(octet_length(document)), 0) FROM revision WHERE entry = ?1) FROM entry WHERE key = ?1",
    )?;
    Ok(query.query_row(key, |row| row.get(0))?)
}

pub(crate) fn drop_archives(
    write: &Transaction<'_>,
    section: &SectionSlug,
    month: &str,
    paths: &[String],
) -> Result<()> {
    flags::raise_archive_floor(write, section, month)?;
    if paths.is_empty() {
        return Ok(());
    }
    editions::drop(write, paths)?;
    flags::note_unpublished(write)
}

pub(crate) fn measure(read: &Connection, path: &Path) -> Result<Room> {
    let ask = |name: &str| read.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let bytes = |pages: i64, size: i64| u64::try_from(pages.saturating_mul(size)).unwrap_or_default();
    let page = ask("page_size")?;
    Ok(Room {
        file: bytes(ask("page_count")?, page),
        log: std::fs::metadata(copy::with_suffix(path, "-wal")).map_or(0, |found| found.len()),
        free: bytes(ask("freelist_count")?, page),
        is_given_back: ask("auto_vacuum")? == INCREMENTAL,
    })
}

pub(crate) fn give_back(write: &Transaction<'_>, pages: u32) -> Result<u32> {
    let count = || write.pragma_query_value(None, "page_count", |row| row.get::<_, u32>(0));
    let before = count()?;
    // Each step frees one page.
    let mut giving = write.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
    let mut freed = giving.query([])?;
    while freed.next()?.is_some() {}
    Ok(before.saturating_sub(count()?))
}

/// Has a new database, which nothing is in yet, give pages back when it is asked to.
pub(super) fn prepare_new(connection: &Connection) -> Result<()> {
    Ok(connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?)
}

/// The same for one that was made before this was so: all of it is written anew, which takes as much room again as it
/// has. Where there is not, it stays as it was: what is free in it is used again, and not given back.
pub(super) fn rebuild_old(connection: &Connection) -> Result<()> {
    let mode: i64 = connection.pragma_query_value(None, "auto_vacuum", |row| row.get(0))?;
    if mode == INCREMENTAL {
        return Ok(());
    }
    prepare_new(connection)?;
    match connection.execute_batch("VACUUM") {
        Err(rusqlite::Error::SqliteFailure(failure, _)) if failure.code == rusqlite::ErrorCode::DiskFull => {}
        done => done?,
    }
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}
