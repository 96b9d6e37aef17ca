//! Pairs in doubt: written with the change that found them, read as questions to staff.

use super::value::{Count, Json, Millis, ReadId, Word};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::change::{Changeset, Doubt, DoubtKind};
use plenary_model::id::{EntryKey, PieceId};
use plenary_model::view::{DoubtLine, Side};
use rusqlite::{Connection, Row, Transaction, params};
use std::collections::{HashMap, HashSet};

/// What is read of a doubt, its two entries and their pieces: a doubt stands while the two are in
/// different pieces of different works, neither withdrawn, and no decision in force keeps any entry of
/// the one apart from any of the other, which holds for copies that came later too.
const STANDING: &str = "
    SELECT d.kind AS kind, d.rung AS rung, d.score AS score, d.evidence AS evidence, d.since AS since,
      p.id AS piece_a, a.key AS key_a, a.source AS source_a, a.title AS title_a, a.link AS link_a,
      a.language AS language_a, a.dated AS dated_a, (SELECT name FROM source WHERE id = a.source) AS name_a,
      q.id AS piece_b, b.key AS key_b, b.source AS source_b, b.title AS title_b, b.link AS link_b,
      b.language AS language_b, b.dated AS dated_b, (SELECT name FROM source WHERE id = b.source) AS name_b
    FROM pair d
    CROSS JOIN member m ON m.entry = d.entry CROSS JOIN member n ON n.entry = d.other AND n.piece <> m.piece
    CROSS JOIN piece p ON p.id = m.piece AND p.withdrawn_at IS NULL
    CROSS JOIN piece q ON q.id = n.piece AND q.withdrawn_at IS NULL AND q.work <> p.work
    CROSS JOIN entry a ON a.key = d.entry CROSS JOIN entry b ON b.key = d.other
    WHERE NOT EXISTS (
      SELECT 1 FROM member x
      CROSS JOIN decision s ON s.entry = x.entry AND s.undone = 0 AND s.action ->> 'action' = 'split'
      CROSS JOIN json_each(s.action, '$.from') f CROSS JOIN member y ON y.entry = f.value
      WHERE x.piece IN (p.id, q.id) AND y.piece IN (p.id, q.id) AND y.piece <> x.piece)
    ORDER BY p.shown + q.shown DESC, d.score DESC, d.since DESC, d.entry, d.other";

/// Questions of one kind. Walks the index by score, so the limit bounds what is read.
fn of_kind_sql() -> String {
    format!(
        "WITH pair AS MATERIALIZED (SELECT * FROM doubt WHERE kind = ?1 ORDER BY score DESC, since DESC LIMIT ?2) {STANDING}"
    )
}

fn of_piece_sql() -> String {
    format!(
        "WITH pair AS MATERIALIZED (
           SELECT d.* FROM member m CROSS JOIN doubt d ON d.entry = m.entry WHERE m.piece = ?1
           UNION SELECT d.* FROM member m CROSS JOIN doubt d ON d.other = m.entry WHERE m.piece = ?1) {STANDING}"
    )
}

/// Doubts looked at for one list: many times what staff are shown, since some are settled already.
const LOOKED_AT_MAX: usize = 5_000;

/// Writes what a change leaves in doubt. What was in doubt about an entry that came in is judged anew.
pub(super) fn write(write: &Transaction<'_>, change: &Changeset, at: DateTime<Utc>) -> Result<()> {
    let mut since: HashMap<(EntryKey, EntryKey), Millis> = HashMap::new();
    let new: HashSet<&EntryKey> = change.new.iter().collect();
    for incoming in change.entries.iter().filter(|incoming| !new.contains(&incoming.stored.key)) {
        let mut gone =
            write.prepare_cached("DELETE FROM doubt WHERE entry = ?1 OR other = ?1 RETURNING entry, other, since")?;
        let rows = gone.query_map([incoming.stored.key.as_str()], |row| Ok(((row.id(0)?, row.id(1)?), row.get(2)?)))?;
        for row in rows {
            let (pair, when) = row?;
            since.insert(pair, when);
        }
    }
    for doubt in &change.doubts {
        let Doubt { entry, other, kind, rung, score, found } = doubt;
        if entry == other {
            continue;
        }
        let pair = if entry < other { (entry.clone(), other.clone()) } else { (other.clone(), entry.clone()) };
        let first = since.get(&pair).map_or(at, |when| when.0);
        write
            .prepare_cached(
                "INSERT INTO doubt (entry, other, kind, rung, score, evidence, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (entry, other) DO UPDATE SET kind = excluded.kind, rung = excluded.rung,
                   score = excluded.score, evidence = excluded.evidence",
            )?
            .execute(params![pair.0.as_str(), pair.1.as_str(), kind.as_str(), rung.as_str(), score, Json(found), Millis(first)])?;
    }
    Ok(())
}

pub(crate) fn of_piece(read: &Connection, piece: &PieceId) -> Result<Vec<DoubtLine>> {
    let mut query = read.prepare_cached(&of_piece_sql())?;
    let lines = query.query_map([piece.as_str()], line_of)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(one_a_pair(lines, usize::MAX))
}

/// The questions of one kind to staff, at most `limit`: pieces that readers see first, then by likeness.
pub(super) fn of_kind(read: &Connection, kind: DoubtKind, limit: usize) -> Result<Vec<DoubtLine>> {
    let mut query = read.prepare_cached(&of_kind_sql())?;
    let rows = query.query_map(params![kind.as_str(), Count(LOOKED_AT_MAX)], line_of)?;
    Ok(one_a_pair(rows.collect::<rusqlite::Result<Vec<_>>>()?, limit))
}

/// The likeliest doubt of each pair of pieces: copies of the two are one question.
fn one_a_pair(lines: Vec<DoubtLine>, limit: usize) -> Vec<DoubtLine> {
    let mut asked = HashSet::new();
    let pair = |line: &DoubtLine| {
        let (one, other) = (&line.one.piece, &line.other.piece);
        (line.kind, one.min(other).clone(), one.max(other).clone())
    };
    lines.into_iter().filter(|line| asked.insert(pair(line))).take(limit).collect()
}

fn line_of(row: &Row<'_>) -> rusqlite::Result<DoubtLine> {
    Ok(DoubtLine {
        kind: row.get::<_, Word<_>>("kind")?.0,
        rung: row.get::<_, Word<_>>("rung")?.0,
        score: row.get("score")?,
        found: row.get::<_, Json<_>>("evidence")?.0,
        since: row.get::<_, Millis>("since")?.0,
        one: side_of(row, "a")?,
        other: side_of(row, "b")?,
        matched: Vec::new(),
    })
}

fn side_of(row: &Row<'_>, which: &str) -> rusqlite::Result<Side> {
    let name = |column: &str| format!("{column}_{which}");
    let source: plenary_model::id::SourceId = row.id(name("source").as_str())?;
    Ok(Side {
        piece: row.id(name("piece").as_str())?,
        entry: row.id(name("key").as_str())?,
        publisher: row.get::<_, Option<String>>(name("name").as_str())?.unwrap_or_else(|| source.0.clone()),
        source,
        title: row.get(name("title").as_str())?,
        link: row.get(name("link").as_str())?,
        language: row.get(name("language").as_str())?,
        dated: row.get::<_, Millis>(name("dated").as_str())?.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema;

    #[test]
    fn no_question_scans_a_table() {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        for sql in [of_kind_sql(), of_piece_sql()] {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let count = plan.parameter_count();
            let steps: Vec<String> = plan
                .query_map(rusqlite::params_from_iter(vec!["x"; count]), |row| row.get("detail"))
                .unwrap()
                .collect::<rusqlite::Result<_>>()
                .unwrap();
            let allowed = |step: &str| step.contains("VIRTUAL TABLE") || step == "SCAN d";
            let scans: Vec<&String> = steps.iter().filter(|s| s.starts_with("SCAN") && !allowed(s)).collect();
            assert!(scans.is_empty(), "{steps:#?}");
            assert!(!steps.iter().any(|step| step == "SCAN doubt"), "{steps:#?}");
        }
    }
}
