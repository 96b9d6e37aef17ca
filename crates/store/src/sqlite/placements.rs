//! Placements: which piece stands in which section, in what state, and why.

use super::value::{Json, Millis, ReadId, Word, group_rows, list};
use crate::error::Result;
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::language::Language;
use plenary_model::piece::Piece;
use plenary_model::section::{Placement, PlacementState};
use rusqlite::{Connection, Transaction, params};
use std::collections::HashMap;

/// True when readers see the piece where its placement is in `state`.
pub(super) fn is_shown(piece: &Piece, state: PlacementState) -> bool {
    piece.withdrawn.is_none() && state.is_shown()
}

/// The language under which a piece is selected.
pub(super) fn language(piece: &Piece) -> Option<&str> {
    piece.facets.language.as_ref().map(Language::primary)
}

/// Puts the placements that a piece no longer has out of sight. Their rows stay: a shown piece that leaves
/// a section and returns keeps the time at which it first entered.
pub(super) fn leave(write: &Transaction<'_>, piece: &Piece) -> Result<()> {
    let sections: Vec<&SectionSlug> = piece.placements.iter().map(|placement| &placement.section).collect();
    write
        .prepare_cached(
            "UPDATE placement SET present = 0, shown = 0
             WHERE piece = ?1 AND present = 1 AND section NOT IN (SELECT value FROM json_each(?2))",
        )?
        .execute(params![piece.id.as_str(), Json(sections)])?;
    Ok(())
}

pub(super) fn write(write: &Transaction<'_>, piece: &Piece) -> Result<()> {
    for (placement, position) in piece.placements.iter().zip(0_i64..) {
        write
            .prepare_cached(
                "INSERT INTO placement (piece, section, position, present, state, is_primary, reasons, entered,
                   announced, policy_version, shown, pinned, dated, language, published, learned)
                 VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?10, ?14)
                 ON CONFLICT (piece, section) DO UPDATE SET position = excluded.position, present = 1,
                   state = excluded.state, is_primary = excluded.is_primary, reasons = excluded.reasons,
                   entered = CASE WHEN published = 1 THEN entered ELSE excluded.entered END,
                   announced = excluded.announced, policy_version = excluded.policy_version, shown = excluded.shown,
                   pinned = excluded.pinned, dated = excluded.dated, language = excluded.language,
                   published = max(published, excluded.published), learned = excluded.learned",
            )?
            .execute(params![
                piece.id.as_str(),
                placement.section.as_str(),
                position,
                placement.state.as_str(),
                placement.primary,
                Json(&placement.reasons),
                Millis(placement.entered),
                placement.announced,
                placement.policy_version,
                is_shown(piece, placement.state),
                placement.state == PlacementState::Pinned,
                Millis(piece.dated),
                language(piece),
                placement.learned.as_ref().map(Json)
            ])?;
    }
    Ok(())
}

/// The placements of the pieces named, each piece's in order of precedence.
pub(super) fn of_pieces(read: &Connection, ids: &[PieceId]) -> Result<HashMap<PieceId, Vec<Placement>>> {
    let mut query = read.prepare_cached(
        "SELECT p.piece, p.section, p.state, p.is_primary, p.reasons, p.entered, p.announced, p.policy_version, p.learned
         FROM json_each(?1) a CROSS JOIN placement p ON p.piece = a.value
         WHERE p.present = 1 ORDER BY p.piece, p.position",
    )?;
    let rows = query.query_map([list(ids)], |row| {
        let placement = Placement {
            section: row.id(1)?,
            state: row.get::<_, Word<_>>(2)?.0,
            primary: row.get(3)?,
            reasons: row.get::<_, Json<_>>(4)?.0,
            entered: row.get::<_, Millis>(5)?.0,
            announced: row.get(6)?,
            policy_version: row.get(7)?,
            learned: row.get::<_, Option<Json<_>>>(8)?.map(|learned| learned.0),
        };
        Ok((row.id(0)?, placement))
    })?;
    Ok(group_rows(rows)?)
}
