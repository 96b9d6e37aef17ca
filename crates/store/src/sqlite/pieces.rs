//! Pieces and what they are made of: written by `apply`, loaded whole for `ingest` and for pages.

use super::archives;
use super::decisions;
use super::entries;
use super::placements;
use super::value::{Json, Millis, ReadId, Word, group_rows, list};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::entry::StoredEntry;
use plenary_model::id::{EntryKey, PieceId, SourceId};
use plenary_model::piece::{Dossier, Facets, Membership, Piece};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Writes the row of a piece. Members, carriers and placements are written apart.
fn write_row(write: &Transaction<'_>, piece: &Piece) -> Result<()> {
    let shown = || piece.placements.iter().filter(|placement| placements::is_shown(piece, placement.state));
    let withdrawn = piece.withdrawn.as_ref();
    write
        .prepare_cached(
            "INSERT INTO piece (id, work, atom_id, lead, lead_reason, dated, date_doubtful, updated, held_update,
               first_seen, withdrawn_at, withdrawn_reason, language, shown, announced, entered, facets, expired)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
             ON CONFLICT (id) DO UPDATE SET work = excluded.work, atom_id = excluded.atom_id, lead = excluded.lead,
               lead_reason = excluded.lead_reason, dated = excluded.dated, date_doubtful = excluded.date_doubtful,
               updated = excluded.updated, held_update = excluded.held_update, first_seen = excluded.first_seen,
               withdrawn_at = excluded.withdrawn_at, withdrawn_reason = excluded.withdrawn_reason,
               language = excluded.language, shown = excluded.shown, announced = excluded.announced,
               entered = excluded.entered, facets = excluded.facets, expired = excluded.expired, bare = 0",
        )?
        .execute(params![
            piece.id.as_str(),
            piece.work.as_str(),
            piece.atom_id,
            piece.lead.as_str(),
            Json(&piece.lead_reason),
            Millis(piece.dated),
            piece.date_doubtful,
            Millis(piece.updated),
            Millis::some(piece.held_update),
            Millis(piece.first_seen),
            withdrawn.map(|withdrawal| Millis(withdrawal.at)),
            withdrawn.map(|withdrawal| &withdrawal.reason),
            placements::language(piece),
            shown().next().is_some(),
            shown().any(|placement| placement.announced),
            shown().map(|placement| Millis(placement.entered)).min(),
            Json(&piece.facets),
            piece.has_expired()
        ])?;
    Ok(())
}

/// Writes pieces with their members and placements. Members move here from wherever they were. `is_new`
/// tells the pieces that have none yet.
pub(super) fn write(write: &Transaction<'_>, pieces: &[Piece], is_new: &dyn Fn(&PieceId) -> bool) -> Result<()> {
    for piece in pieces {
        write_row(write, piece)?;
        if !is_new(&piece.id) {
            let kept: Vec<&EntryKey> = piece.members.iter().map(|member| &member.entry).collect();
            write
                .prepare_cached(
                    "DELETE FROM member WHERE piece = ?1 AND entry NOT IN (SELECT value FROM json_each(?2))",
                )?
                .execute(params![piece.id.as_str(), Json(kept)])?;
            placements::leave(write, piece)?;
        }
        for (member, position) in piece.members.iter().zip(0_i64..) {
            write
                .prepare_cached(
                    "INSERT INTO member (entry, piece, position, rung, evidence) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (entry) DO UPDATE SET piece = excluded.piece, position = excluded.position,
                       rung = excluded.rung, evidence = excluded.evidence",
                )?
                .execute(params![
                    member.entry.as_str(),
                    piece.id.as_str(),
                    position,
                    member.rung.as_str(),
                    Json(&member.join)
                ])?;
        }
        placements::write(write, piece)?;
        // A piece that stands again, after a split, is no longer found elsewhere.
        write.prepare_cached("DELETE FROM redirect WHERE piece = ?1")?.execute([piece.id.as_str()])?;
        archives::reinstate(write, &piece.atom_id)?;
    }
    Ok(())
}

/// Removes those of the pieces named that have no entries left.
pub(super) fn drop_empty(write: &Transaction<'_>, ids: &BTreeSet<PieceId>, at: DateTime<Utc>) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    archives::retire_empty(write, ids, at)?;
    write
        .prepare_cached(
            "DELETE FROM piece WHERE id IN (SELECT value FROM json_each(?1))
               AND NOT EXISTS (SELECT 1 FROM member WHERE member.piece = piece.id)",
        )?
        .execute([list(ids)])?;
    Ok(())
}

/// Writes again which sources carry the pieces named: those that took their entry back do not, unless
/// the piece is withdrawn, which their feeds then say. `is_new` tells the pieces that none carries yet.
pub(super) fn carry(write: &Transaction<'_>, ids: &BTreeSet<PieceId>, is_new: &dyn Fn(&PieceId) -> bool) -> Result<()> {
    let mut gone = write.prepare_cached("DELETE FROM carrier WHERE piece = ?1")?;
    for id in ids.iter().filter(|id| !is_new(id)) {
        gone.execute([id.as_str()])?;
    }
    write
        .prepare_cached(
            "INSERT INTO carrier (source, piece, shown, dated)
             SELECT DISTINCT e.source, p.id, p.shown, p.dated FROM json_each(?1) a
             CROSS JOIN piece p ON p.id = a.value CROSS JOIN member m ON m.piece = p.id
             CROSS JOIN entry e ON e.key = m.entry
             WHERE e.withdrawn_at IS NULL OR p.withdrawn_at IS NOT NULL",
        )?
        .execute([list(ids)])?;
    Ok(())
}

/// How much of pieces is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    /// Without facets, the largest part.
    WithoutFacets,
}

fn piece_of(row: &Row<'_>, extent: Extent) -> rusqlite::Result<Piece> {
    let at = |column: &str| row.get::<_, Millis>(column).map(|at| at.0);
    let maybe = |column: &str| row.get::<_, Option<Millis>>(column).map(|at| at.map(|at| at.0));
    Ok(Piece {
        id: row.id("id")?,
        work: row.id("work")?,
        atom_id: row.get("atom_id")?,
        lead: row.id("lead")?,
        lead_reason: row.get::<_, Json<_>>("lead_reason")?.0,
        members: Vec::new(),
        dated: at("dated")?,
        date_doubtful: row.get("date_doubtful")?,
        updated: at("updated")?,
        held_update: maybe("held_update")?,
        first_seen: at("first_seen")?,
        withdrawn: entries::withdrawal_of(row)?,
        facets: match extent {
            Extent::Whole => row.get::<_, Json<_>>("facets")?.0,
            Extent::WithoutFacets => Facets::default(),
        },
        placements: Vec::new(),
    })
}

/// Loads pieces with members and placements, in the order of `ids`; unknown ones are left out.
pub(super) fn load(read: &Connection, ids: &[PieceId]) -> Result<Vec<Piece>> {
    load_to(read, ids, Extent::Whole)
}

fn load_to(read: &Connection, ids: &[PieceId], extent: Extent) -> Result<Vec<Piece>> {
    let mut query =
        read.prepare_cached("SELECT p.* FROM json_each(?1) a CROSS JOIN piece p ON p.id = a.value ORDER BY a.key")?;
    let rows = query.query_map([list(ids)], |row| piece_of(row, extent))?;
    let mut pieces: Vec<Piece> = rows.collect::<rusqlite::Result<_>>()?;
    if pieces.is_empty() {
        return Ok(pieces);
    }
    let mut query = read.prepare_cached(
        "SELECT m.piece, m.entry, m.rung, m.evidence FROM json_each(?1) a
         CROSS JOIN member m ON m.piece = a.value ORDER BY m.piece, m.position",
    )?;
    let rows = query.query_map([list(ids)], |row| {
        let (Word(rung), Json(join)) = (row.get(2)?, row.get(3)?);
        Ok((row.id(0)?, Membership { entry: row.id(1)?, rung, join }))
    })?;
    let mut members: HashMap<PieceId, Vec<Membership>> = group_rows(rows)?;
    let mut placed = placements::of_pieces(read, ids)?;
    for piece in &mut pieces {
        piece.members = members.remove(&piece.id).unwrap_or_default();
        piece.placements = placed.remove(&piece.id).unwrap_or_default();
    }
    Ok(pieces)
}

pub(super) fn load_with_entries(read: &Connection, ids: &[PieceId]) -> Result<Vec<(Piece, Vec<StoredEntry>)>> {
    load_with_entries_to(read, ids, Extent::Whole)
}

fn load_with_entries_to(read: &Connection, ids: &[PieceId], extent: Extent) -> Result<Vec<(Piece, Vec<StoredEntry>)>> {
    let mut entries = entries::of_pieces(read, ids)?;
    let with = |piece: Piece| {
        let own = entries.remove(&piece.id).unwrap_or_default();
        (piece, own)
    };
    Ok(load_to(read, ids, extent)?.into_iter().map(with).collect())
}

pub(crate) fn dossiers(read: &Connection, ids: &[PieceId], extent: Extent) -> Result<Vec<Dossier>> {
    let mut decided = decisions::in_force(read, ids)?;
    let whole = |(piece, entries): (Piece, Vec<StoredEntry>)| {
        let decisions = decided.remove(&piece.id).unwrap_or_default();
        Dossier { piece, entries, decisions }
    };
    Ok(load_with_entries_to(read, ids, extent)?.into_iter().map(whole).collect())
}

pub(crate) fn dossiers_of(read: &Connection, keys: &[EntryKey]) -> Result<Vec<Dossier>> {
    dossiers(read, &entries::pieces_holding(read, keys)?, Extent::Whole)
}

pub(crate) fn dossiers_after(read: &Connection, after: Option<&PieceId>, limit: usize) -> Result<Vec<Dossier>> {
    dossiers(read, &ids_after(read, after, limit)?, Extent::Whole)
}

pub(crate) fn ids_after(read: &Connection, after: Option<&PieceId>, limit: usize) -> Result<Vec<PieceId>> {
    let mut query = read.prepare_cached("SELECT id FROM piece WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let after = params![after.map_or("", PieceId::as_str), super::value::Count(limit)];
    Ok(query.query_map(after, |row| row.id(0))?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn works_in_versions(read: &Connection) -> Result<HashSet<PieceId>> {
    let mut query = read.prepare_cached("SELECT work FROM piece GROUP BY work HAVING count(*) > 1")?;
    Ok(query.query_map([], |row| row.id(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Where an absorbed piece is found now.
pub(super) fn redirect(read: &Connection, id: &PieceId) -> Result<Option<PieceId>> {
    let mut query = read.prepare_cached("SELECT now FROM redirect WHERE piece = ?1")?;
    Ok(query.query_row([id.as_str()], |row| row.id(0)).optional()?)
}

/// Makes `absorbed` lead to `by`, and what led to `absorbed` with it. Entries left there move along.
pub(super) fn absorb(write: &Transaction<'_>, absorbed: &PieceId, by: &PieceId, at: DateTime<Utc>) -> Result<()> {
    // One that was absorbed itself in the same change leads on.
    let by = &redirect(write, by)?.unwrap_or_else(|| by.clone());
    if absorbed == by {
        return Ok(());
    }
    write.prepare_cached("UPDATE member SET piece = ?2 WHERE piece = ?1")?.execute([absorbed.as_str(), by.as_str()])?;
    write.prepare_cached("UPDATE redirect SET now = ?2 WHERE now = ?1")?.execute([absorbed.as_str(), by.as_str()])?;
    write
        .prepare_cached(
            "INSERT INTO redirect (piece, now) VALUES (?1, ?2) ON CONFLICT (piece) DO UPDATE SET now = excluded.now",
        )?
        .execute([absorbed.as_str(), by.as_str()])?;
    archives::retire(write, absorbed, at)?;
    write.prepare_cached("DELETE FROM piece WHERE id = ?1")?.execute([absorbed.as_str()])?;
    Ok(())
}

/// The sections and sources that show pieces of `source`.
pub(super) fn list_shown_with(read: &Connection, source: &SourceId) -> Result<Vec<(String, String)>> {
    let mut query = read.prepare_cached(
        "SELECT DISTINCT p.section, o.source FROM carrier c
         CROSS JOIN placement p ON p.piece = c.piece AND p.shown = 1 CROSS JOIN carrier o ON o.piece = c.piece
         WHERE c.source = ?1 AND c.shown = 1",
    )?;
    Ok(query.query_map([source.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
}
