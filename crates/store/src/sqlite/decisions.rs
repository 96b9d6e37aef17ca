//! Decisions of staff: recorded, undone, and handed to the worker.

use super::value::{Count, Json, Millis, ReadId, group_rows, list};
use crate::StoreError;
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::decision::{Action, Decision};
use plenary_model::id::{EntryKey, PieceId, SourceId};
use plenary_model::source::UnseenLanguage;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::HashMap;

const COLUMNS: &str = "d.id, d.at, d.staff, d.entry, d.action";

fn decision_of(row: &Row<'_>) -> rusqlite::Result<Decision> {
    Ok(Decision {
        id: row.get("id")?,
        at: row.get::<_, Millis>("at")?.0,
        by: row.get("staff")?,
        entry: row.maybe_id("entry")?,
        action: row.get::<_, Json<_>>("action")?.0,
    })
}

/// Records a decision and answers its number. An `undo` takes over the entry of what it undoes, so
/// that whoever acts on it knows which piece to judge again.
pub(crate) fn record(write: &Transaction<'_>, decision: &Decision) -> Result<i64> {
    let mut entry = decision.entry.clone();
    if let Action::Undo { decision: target } = decision.action {
        let undone = undo(write, target)?;
        entry = entry.or(undone.entry);
    }
    write.prepare_cached("INSERT INTO decision (at, staff, entry, action) VALUES (?1, ?2, ?3, ?4)")?.execute(
        params![Millis(decision.at), decision.by, entry.as_ref().map(EntryKey::as_str), Json(&decision.action)],
    )?;
    Ok(write.last_insert_rowid())
}

/// Puts a decision out of force. When it was an `undo` itself, what it undid is in force again, and
/// so on.
fn undo(write: &Transaction<'_>, target: i64) -> Result<Decision> {
    let (decision, undone) = one(write, target)?;
    if undone {
        return Err(StoreError::AlreadyUndone(target));
    }
    let mut mark = true;
    let mut next = decision.clone();
    loop {
        write.prepare_cached("UPDATE decision SET undone = ?2 WHERE id = ?1")?.execute(params![next.id, mark])?;
        let Action::Undo { decision: earlier } = next.action else { break };
        next = one(write, earlier)?.0;
        mark = !mark;
    }
    Ok(decision)
}

fn one(read: &Connection, id: i64) -> Result<(Decision, bool)> {
    let sql = format!("SELECT {COLUMNS}, d.undone FROM decision d WHERE d.id = ?1");
    let found =
        read.prepare_cached(&sql)?.query_row([id], |row| Ok((decision_of(row)?, row.get("undone")?))).optional()?;
    found.ok_or(StoreError::NoDecision(id))
}

pub(crate) fn origin(read: &Connection, target: i64) -> Result<(Decision, bool)> {
    let (mut decision, mut undone) = one(read, target)?;
    while let Action::Undo { decision: earlier } = decision.action {
        (decision, undone) = one(read, earlier)?;
    }
    Ok((decision, !undone))
}

pub(crate) fn of_events(read: &Connection) -> Result<Vec<Decision>> {
    let mut query = read.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM decision d WHERE NOT d.undone AND json_extract(d.action, '$.action') = 'event' ORDER BY d.id"
    ))?;
    Ok(query.query_map([], decision_of)?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn about(read: &Connection, entry: &EntryKey) -> Result<Vec<Decision>> {
    let mut query =
        read.prepare_cached(&format!("SELECT {COLUMNS} FROM decision d WHERE d.entry = ?1 ORDER BY d.id"))?;
    Ok(query.query_map([entry.as_str()], decision_of)?.collect::<rusqlite::Result<_>>()?)
}

/// The decisions in force about the entries of each of the pieces named, or about the language of its lead in that
/// source, oldest first.
pub(super) fn in_force(read: &Connection, pieces: &[PieceId]) -> Result<HashMap<PieceId, Vec<Decision>>> {
    let sql = format!(
        "SELECT m.piece, {COLUMNS} FROM json_each(?1) a
         CROSS JOIN member m ON m.piece = a.value CROSS JOIN decision d ON d.entry = m.entry
         WHERE d.undone = 0
         UNION ALL
         SELECT p.id, {COLUMNS} FROM json_each(?1) a
         CROSS JOIN piece p ON p.id = a.value CROSS JOIN entry e ON e.key = p.lead CROSS JOIN decision d
           ON d.action ->> '$.action' = 'language' AND d.action ->> '$.source' = e.source
         WHERE d.undone = 0 AND d.action ->> '$.language' = p.language AND e.first_seen <= d.at
         ORDER BY 2"
    );
    let mut query = read.prepare_cached(&sql)?;
    let rows = query.query_map([list(pieces)], |row| Ok((row.id(0)?, decision_of(row)?)))?;
    let mut decisions = group_rows(rows)?;
    for list in decisions.values_mut() {
        list.retain(|decision| !matches!(decision.action, Action::Undo { .. }));
    }
    Ok(decisions)
}

/// Texts that readers see nowhere and of which staff said nothing, by source and language: the most first.
pub(crate) fn list_unseen_languages(read: &Connection) -> Result<Vec<UnseenLanguage>> {
    let mut query = read.prepare_cached(
        "SELECT e.source, o.name, p.language, count(*), min(e.first_seen)
         FROM piece p CROSS JOIN entry e ON e.key = p.lead CROSS JOIN source o ON o.id = e.source
         WHERE p.withdrawn_at IS NULL AND p.shown = 0 AND p.language IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM placement s
             WHERE s.piece = p.id AND s.present = 1 AND s.state IN ('pending', 'held'))
           AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.entry = p.lead AND d.undone = 0
             AND d.action ->> '$.action' IN ('approve', 'reject', 'move', 'add'))
           AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.action ->> '$.action' = 'language'
             AND d.action ->> '$.source' = e.source AND d.undone = 0
             AND d.action ->> '$.language' = p.language AND d.at >= e.first_seen)
         GROUP BY e.source, p.language ORDER BY count(*) DESC, e.source, p.language",
    )?;
    let rows = query.query_map([], |row| {
        Ok(UnseenLanguage {
            source: row.id(0)?,
            name: row.get(1)?,
            language: row.get(2)?,
            texts: row.get::<_, Count>(3)?.0,
            since: row.get::<_, Millis>(4)?.0,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The leads of a source's pieces in a language (primary subtag) that were there at a time.
pub(crate) fn list_in_language(
    read: &Connection,
    source: &SourceId,
    language: &str,
    at: DateTime<Utc>,
) -> Result<Vec<EntryKey>> {
    let mut query = read.prepare_cached(
        "SELECT p.lead FROM entry e CROSS JOIN piece p ON p.lead = e.key
         WHERE e.source = ?1 AND p.language = ?2 AND e.first_seen <= ?3 AND p.withdrawn_at IS NULL ORDER BY p.lead",
    )?;
    let rows = query.query_map(params![source.as_str(), language, Millis(at)], |row| row.id(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn last(read: &Connection) -> Result<i64> {
    let mut query = read.prepare_cached("SELECT coalesce(max(id), 0) FROM decision")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

pub(crate) fn list_unsettled(read: &Connection) -> Result<Vec<Decision>> {
    let mut query =
        read.prepare_cached(&format!("SELECT {COLUMNS} FROM decision d WHERE d.settled = 0 ORDER BY d.id"))?;
    Ok(query.query_map([], decision_of)?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn settle(write: &Transaction<'_>, upto: i64) -> Result<()> {
    write.prepare_cached("UPDATE decision SET settled = 1 WHERE settled = 0 AND id <= ?1")?.execute([upto])?;
    Ok(())
}
