//! The models learned from decisions: one row, and which pieces they are learned from and asked about.

use super::value::{Count, Json, ReadId};
use crate::error::Result;
use plenary_model::id::PieceId;
use plenary_model::learned::{Learned, LearnedFrom};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::BTreeSet;

fn from_of(row: &Row<'_>) -> rusqlite::Result<LearnedFrom> {
    Ok(LearnedFrom {
        policy_version: row.get("policy_version")?,
        decision: row.get("decision")?,
        form: row.get("form")?,
    })
}

pub(crate) fn from(read: &Connection) -> Result<Option<LearnedFrom>> {
    let mut query = read.prepare_cached("SELECT policy_version, decision, form FROM learned")?;
    Ok(query.query_row([], from_of).optional()?)
}

pub(crate) fn get(read: &Connection) -> Result<Option<(LearnedFrom, Learned)>> {
    let mut query = read.prepare_cached("SELECT * FROM learned")?;
    let row = query.query_row([], |row| Ok((from_of(row)?, row.get::<_, Json<_>>("models")?.0)));
    Ok(row.optional()?)
}

pub(crate) fn put(write: &Transaction<'_>, from: &LearnedFrom, learned: &Learned) -> Result<()> {
    write
        .prepare_cached(
            "INSERT INTO learned (id, policy_version, decision, form, models) VALUES (1, ?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET policy_version = excluded.policy_version, decision = excluded.decision,
               form = excluded.form, models = excluded.models",
        )?
        .execute(params![from.policy_version, from.decision, from.form, Json(learned)])?;
    Ok(())
}

pub(crate) fn list_decided(read: &Connection, limit: usize) -> Result<Vec<PieceId>> {
    let mut query = read.prepare_cached(
        "SELECT m.piece FROM decision d CROSS JOIN member m ON m.entry = d.entry
         WHERE d.undone = 0 AND d.action ->> 'action' IN ('approve', 'reject', 'move', 'pin', 'add')
         GROUP BY m.piece ORDER BY max(d.id) DESC, m.piece LIMIT ?1",
    )?;
    Ok(query.query_map([Count(limit)], |row| row.id(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Which pieces models are asked about, each question bound to its limit: those that wait, the last first;
/// those that a model spoke of; the newest undecided ones.
const ASKED_ABOUT: [&str; 3] = [
    "SELECT piece FROM placement WHERE present = 1 AND state IN ('pending', 'held')
     GROUP BY piece ORDER BY max(entered) DESC, piece LIMIT ?1",
    "SELECT DISTINCT piece FROM placement WHERE learned IS NOT NULL AND present = 1 ORDER BY piece LIMIT ?1",
    "SELECT id FROM piece p WHERE withdrawn_at IS NULL AND NOT EXISTS (
       SELECT 1 FROM member m CROSS JOIN decision d ON d.entry = m.entry WHERE m.piece = p.id AND d.undone = 0)
     ORDER BY dated DESC, id LIMIT ?1",
];

pub(crate) fn list_asked(read: &Connection, limit: usize) -> Result<BTreeSet<PieceId>> {
    let mut pieces = BTreeSet::new();
    for sql in ASKED_ABOUT {
        let mut query = read.prepare_cached(sql)?;
        for piece in query.query_map([Count(limit)], |row| row.id(0))? {
            pieces.insert(piece?);
        }
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema;

    fn connection() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection
    }

    #[test]
    fn no_question_reads_or_sorts_all_pieces() {
        let connection = connection();
        for sql in ASKED_ABOUT {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = plan.query_map([1], |row| row.get("detail")).unwrap();
            let steps: Vec<String> = steps.collect::<rusqlite::Result<_>>().unwrap();
            assert!(steps[0].contains("INDEX"), "{steps:#?}");
            let is_of_pieces = steps[0].contains(" p ");
            assert!(!is_of_pieces || !steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
        }
    }

    #[test]
    fn of_too_many_that_wait_the_last_are_asked_about() {
        let connection = connection();
        // Neither in the order of their ids nor in that of the sections and states.
        for (piece, state, section, entered) in
            [("a", "held", "news", 1), ("c", "pending", "news", 3), ("d", "held", "media", 3), ("b", "held", "acts", 2)]
        {
            connection
                .execute(
                    "INSERT INTO placement (piece, section, position, present, state, is_primary, reasons, entered,
                       announced, policy_version, shown, pinned, dated)
                     VALUES (?1, ?3, 0, 1, ?2, 1, '[]', ?4, 0, '1', 0, 0, 0)",
                    params![piece, state, section, entered],
                )
                .unwrap();
        }
        let asked = |limit| -> Vec<String> {
            list_asked(&connection, limit).unwrap().into_iter().map(|piece| piece.0).collect()
        };
        assert_eq!([asked(1), asked(2)], [vec!["c"], vec!["c", "d"]]);
    }
}
