//! The models learned from decisions: one row, and which pieces they are learned from and asked about.

use super::Result;
use super::value::{Count, Json};
use crate::model::id::PieceId;
use crate::model::learned::{Learned, LearnedFrom};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::BTreeSet;

fn from_of(row: &Row<'_>) -> rusqlite::Result<LearnedFrom> {
    Ok(LearnedFrom {
        policy_version: row.get("policy_version")?,
        decision: row.get("decision")?,
        form: row.get("form")?,
    })
}

/// What the stored models were learned from.
pub(in crate::store) fn from(read: &Connection) -> Result<Option<LearnedFrom>> {
    let mut query = read.prepare_cached("SELECT policy_version, decision, form FROM learned")?;
    Ok(query.query_row([], from_of).optional()?)
}

/// The stored models, and what they were learned from.
pub(in crate::store) fn get(read: &Connection) -> Result<Option<(LearnedFrom, Learned)>> {
    let mut query = read.prepare_cached("SELECT * FROM learned")?;
    let row = query.query_row([], |row| Ok((from_of(row)?, row.get::<_, Json<_>>("models")?.0)));
    Ok(row.optional()?)
}

/// Stores models in the place of earlier ones.
pub(in crate::store) fn put(write: &Transaction<'_>, from: &LearnedFrom, learned: &Learned) -> Result<()> {
    write
        .prepare_cached(
            "INSERT INTO learned (id, policy_version, decision, form, models) VALUES (1, ?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET policy_version = excluded.policy_version, decision = excluded.decision,
               form = excluded.form, models = excluded.models",
        )?
        .execute(params![from.policy_version, from.decision, from.form, Json(learned)])?;
    Ok(())
}

/// The pieces about whose sections staff decided, at most `limit`, those decided last.
pub(in crate::store) fn decided(read: &Connection, limit: usize) -> Result<Vec<PieceId>> {
    let mut query = read.prepare_cached(
        "SELECT m.piece FROM decision d CROSS JOIN member m ON m.entry = d.entry
         WHERE d.undone = 0 AND d.action ->> 'action' IN ('approve', 'reject', 'move', 'pin', 'add')
         GROUP BY m.piece ORDER BY max(d.id) DESC, m.piece LIMIT ?1",
    )?;
    Ok(query.query_map([Count(limit)], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The pieces that models are asked about when they are learned anew, in order of their ids: those that
/// wait, those that a model spoke of, and the newest undecided ones, at most `limit` of each.
pub(in crate::store) fn asked_about(read: &Connection, limit: usize) -> Result<BTreeSet<PieceId>> {
    let mut pieces = BTreeSet::new();
    for sql in [
        "SELECT DISTINCT piece FROM placement WHERE present = 1 AND state IN ('pending', 'held') LIMIT ?1",
        "SELECT DISTINCT piece FROM placement WHERE learned IS NOT NULL AND present = 1 ORDER BY piece LIMIT ?1",
        "SELECT id FROM piece p WHERE withdrawn_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM member m CROSS JOIN decision d ON d.entry = m.entry WHERE m.piece = p.id AND d.undone = 0)
         ORDER BY dated DESC, id LIMIT ?1",
    ] {
        let mut query = read.prepare_cached(sql)?;
        for piece in query.query_map([Count(limit)], |row| row.get(0))? {
            pieces.insert(piece?);
        }
    }
    Ok(pieces)
}
