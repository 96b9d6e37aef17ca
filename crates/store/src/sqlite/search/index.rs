//! Writes the index of search: one row a shown piece, in the transaction that changes it.

use super::document::Document;
use super::rows::find_free_row;
use super::spelling::LETTERS_MIN;
use crate::error::Result;
use crate::sqlite::value::{Count, ReadId, list};
use crate::sqlite::{flags, views};
use plenary_model::id::PieceId;
use plenary_model::piece::PieceView;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::BTreeSet;

/// Version of what is indexed and how words are folded; a store of another version is indexed again
/// when it is opened.
const VERSION: &str = "2";
/// Pieces that are indexed at once when a store is filled.
const BATCH: usize = 500;
/// Indexes the pieces named, the other versions of their works, and the pieces of `works`, again. Pieces
/// that are not shown, or no longer exist, leave the index.
pub(in crate::sqlite) fn index(
    write: &Transaction<'_>,
    ids: &BTreeSet<PieceId>,
    works: &BTreeSet<PieceId>,
) -> Result<()> {
    if ids.is_empty() && works.is_empty() {
        return Ok(());
    }
    let mut query = write.prepare_cached(
        "SELECT DISTINCT w.id FROM json_each(?1) a CROSS JOIN piece p ON p.id = a.value
         CROSS JOIN piece w ON w.work = p.work
         UNION SELECT w.id FROM json_each(?2) a CROSS JOIN piece w ON w.work = a.value",
    )?;
    let mut all = ids.clone();
    let siblings = query.query_map([list(ids), list(works)], |row| row.id(0))?;
    all.extend(siblings.collect::<rusqlite::Result<Vec<PieceId>>>()?);
    if write_pieces(write, &all)? {
        flags::count_change_of_search(write)?;
    }
    Ok(())
}

/// Indexes a whole store whose index is of another version, in one transaction.
pub(in crate::sqlite) fn fill(connection: &mut Connection) -> Result<()> {
    if is_current(connection)? {
        return Ok(());
    }
    let write = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have filled it while this one waited.
    if is_current(&write)? {
        return Ok(());
    }
    write.execute_batch(
        "INSERT INTO search (search) VALUES ('delete-all');
         DELETE FROM search_piece; DELETE FROM search_facet; DELETE FROM search_word;",
    )?;
    let mut after = PieceId::default();
    loop {
        let ids: BTreeSet<PieceId> = write
            .prepare_cached("SELECT id FROM piece WHERE id > ?1 AND shown = 1 ORDER BY id LIMIT ?2")?
            .query_map(params![after.as_str(), Count(BATCH)], |row| row.id(0))?
            .collect::<rusqlite::Result<_>>()?;
        let Some(last) = ids.last() else { break };
        after = last.clone();
        write_pieces(&write, &ids)?;
    }
    flags::set_search_version(&write, VERSION)?;
    write.commit()?;
    Ok(())
}

fn is_current(read: &Connection) -> Result<bool> {
    Ok(flags::search_version(read)?.as_deref() == Some(VERSION))
}

/// Writes the rows of the pieces named; true when a row changed.
fn write_pieces(write: &Transaction<'_>, ids: &BTreeSet<PieceId>) -> Result<bool> {
    let shown: Vec<PieceId> = write
        .prepare_cached("SELECT p.id FROM json_each(?1) a CROSS JOIN piece p ON p.id = a.value AND p.shown = 1")?
        .query_map([list(ids)], |row| row.id(0))?
        .collect::<rusqlite::Result<_>>()?;
    let shown = if shown.is_empty() { Vec::new() } else { views::load_views(write, &shown)? };
    let mut changed = false;
    for id in ids {
        let view = shown.iter().find(|view| view.piece.id == *id);
        changed |= write_piece(write, id, view)?;
    }
    Ok(changed)
}

fn write_piece(write: &Transaction<'_>, id: &PieceId, view: Option<&PieceView>) -> Result<bool> {
    let row: Option<(i64, String)> = write
        .prepare_cached("SELECT id, digest FROM search_piece WHERE piece = ?1")?
        .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let document = view.map(Document::from_view);
    let digest = document.as_ref().map(Document::digest);
    if row.as_ref().map(|(_, digest)| digest) == digest.as_ref() {
        return Ok(false);
    }
    if let Some((row, _)) = row {
        write.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([row])?;
        write.prepare_cached("DELETE FROM search_piece WHERE id = ?1")?.execute([row])?;
    }
    let (Some(document), Some(digest)) = (document, digest) else { return Ok(true) };
    let row = find_free_row(write, document.dated)?;
    let mut numbers = Vec::with_capacity(document.facets.len() * size_of::<u32>());
    for (token, value) in &document.facets {
        numbers.extend(number_of(write, token, value)?.to_le_bytes());
    }
    write
        .prepare_cached("INSERT INTO search_piece (id, piece, digest, facets) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![row, id.as_str(), digest, numbers])?;
    write
        .prepare_cached("INSERT INTO search (rowid, title, body, names, facets) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![row, document.title, document.body, document.names, document.tokens()])?;
    let mut keep = write.prepare_cached("INSERT OR IGNORE INTO search_word (word) VALUES (?1)")?;
    for word in document.title.split(' ').chain(document.names.split(' ')) {
        if word.chars().count() >= LETTERS_MIN {
            keep.execute([word])?;
        }
    }
    Ok(true)
}

/// The number of a facet, given at its first use.
fn number_of(write: &Transaction<'_>, token: &str, value: &str) -> Result<u32> {
    let mut query = write.prepare_cached("SELECT id FROM search_facet WHERE token = ?1")?;
    if let Some(number) = query.query_row([token], |row| row.get(0)).optional()? {
        return Ok(number);
    }
    write.prepare_cached("INSERT INTO search_facet (token, value) VALUES (?1, ?2)")?.execute([token, value])?;
    Ok(query.query_row([token], |row| row.get(0))?)
}
