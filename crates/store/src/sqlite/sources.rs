//! Sources as the policy last had them, with their health and figures.

use super::counters;
use super::polls::{STATE_COLUMNS, state_of};
use super::value::{Count, Json, Millis, ReadId, list};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::decision::AfterRemoval;
use plenary_model::id::{EntryKey, SourceId};
use plenary_model::piece::SourceCard;
use plenary_model::poll::PollState;
use plenary_model::source::{RemovedSource, Source};
use plenary_model::view::{RHYTHM_SPAN_DAYS, RHYTHM_SPANS, SourceHealth, Totals};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// The cards of the sources named, those that left the policy among them.
pub(super) fn cards(read: &Connection, ids: &[&SourceId]) -> Result<HashMap<SourceId, SourceCard>> {
    let mut query = read.prepare_cached(
        "SELECT s.policy, p.address, p.meta FROM json_each(?1) a CROSS JOIN source s ON s.id = a.value
         LEFT JOIN poll_state p ON p.source = s.id",
    )?;
    let rows = query.query_map([Json(ids)], |row| {
        let Json(source) = row.get::<_, Json<Source>>(0)?;
        let feed = row.get::<_, Option<String>>(1)?.or_else(|| source.feeds.first().cloned()).unwrap_or_default();
        let meta = row.get::<_, Option<Json<_>>>(2)?.map(|Json(meta)| meta).unwrap_or_default();
        let card = SourceCard {
            id: source.id.clone(),
            name: source.name,
            site: source.site,
            standing: source.standing,
            republish: source.republish,
            feed,
            meta,
        };
        Ok((source.id, card))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The sources that left the policy, or the one of them that is named.
pub(crate) fn removed(read: &Connection, id: Option<&SourceId>) -> Result<Vec<RemovedSource>> {
    let mut query = read.prepare_cached(
        "SELECT s.policy, s.removed_at, coalesce((SELECT number FROM tally WHERE kind = ?2 AND name = s.id), 0),
           (SELECT d.action ->> '$.pieces' FROM decision d WHERE d.action ->> '$.action' = 'source'
              AND d.action ->> '$.source' = s.id AND d.undone = 0 AND d.at >= s.removed_at ORDER BY d.id DESC LIMIT 1)
         FROM source s WHERE s.removed_at IS NOT NULL AND (?1 IS NULL OR s.id = ?1) ORDER BY s.id",
    )?;
    let rows = query.query_map(params![id.map(SourceId::as_str), counters::SOURCE], |row| {
        let Json(source) = row.get::<_, Json<Source>>(0)?;
        let decided = row.get::<_, Option<String>>(3)?.map(|word| match word.as_str() {
            "withdraw" => AfterRemoval::Withdraw,
            _ => AfterRemoval::Keep,
        });
        Ok(RemovedSource {
            source: Source { enabled: false, reason: None, ..source },
            at: row.get::<_, Millis>(1)?.0,
            shown: row.get::<_, Count>(2)?.0,
            decided,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The entries of a source that were taken back for this reason.
pub(crate) fn list_taken_back(read: &Connection, id: &SourceId, reason: &str) -> Result<Vec<EntryKey>> {
    let mut query = read.prepare_cached(
        "SELECT key FROM entry WHERE source = ?1 AND withdrawn_at IS NOT NULL AND withdrawn_reason = ?2 ORDER BY key",
    )?;
    Ok(query.query_map([id.as_str(), reason], |row| row.id(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The entries of a source that nobody took back.
pub(crate) fn list_standing(read: &Connection, id: &SourceId) -> Result<Vec<EntryKey>> {
    let mut query =
        read.prepare_cached("SELECT key FROM entry WHERE source = ?1 AND withdrawn_at IS NULL ORDER BY key")?;
    Ok(query.query_map([id.as_str()], |row| row.id(0))?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn health(read: &Connection) -> Result<Vec<SourceHealth>> {
    let mut query = read.prepare_cached(
        "SELECT t.name, t.number, (SELECT max(e.dated) FROM entry e WHERE e.source = t.name)
         FROM tally t WHERE t.kind = ?1",
    )?;
    let rows = query.query_map([counters::ENTRY], |row| {
        Ok((row.id(0)?, (row.get::<_, Count>(1)?.0, row.get::<_, Option<Millis>>(2)?.map(|at| at.0))))
    })?;
    let entries: BTreeMap<SourceId, (usize, Option<DateTime<Utc>>)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut query = read.prepare_cached("SELECT name, number FROM tally WHERE kind = ?1")?;
    let rows = query.query_map([counters::SOURCE], |row| Ok((row.id(0)?, row.get::<_, Count>(1)?.0)))?;
    let shown: HashMap<SourceId, usize> = rows.collect::<rusqlite::Result<_>>()?;
    let states = super::polls::states(read)?;
    Ok(states.into_iter().map(|state| with_figures(state, &entries, &shown)).collect())
}

fn with_figures(
    state: PollState,
    entries: &BTreeMap<SourceId, (usize, Option<DateTime<Utc>>)>,
    shown: &HashMap<SourceId, usize>,
) -> SourceHealth {
    let (count, newest) = entries.get(&state.source).copied().unwrap_or_default();
    let shown = shown.get(&state.source).copied().unwrap_or_default();
    SourceHealth { state, entries: count, shown, newest }
}

pub(crate) fn rhythm(
    read: &Connection,
    now: DateTime<Utc>,
    of: Option<&SourceId>,
) -> Result<HashMap<SourceId, Vec<usize>>> {
    let span = i64::try_from(RHYTHM_SPAN_DAYS).unwrap_or(i64::MAX).saturating_mul(DAY_MS);
    let now = now.timestamp_millis();
    let oldest = now.saturating_sub(span.saturating_mul(i64::try_from(RHYTHM_SPANS).unwrap_or(i64::MAX)));
    let one = if of.is_some() { "source = ?4 AND" } else { "?4 IS NULL AND" };
    let mut query = read.prepare_cached(&format!(
        "SELECT source, (?1 - dated) / ?2, count(*) FROM entry WHERE {one} dated > ?3 AND dated <= ?1 GROUP BY 1, 2"
    ))?;
    let rows = query.query_map(params![now, span, oldest, of.map(SourceId::as_str)], |row| {
        Ok((row.id::<SourceId>(0)?, row.get::<_, Count>(1)?.0, row.get::<_, Count>(2)?.0))
    })?;
    let mut found: HashMap<SourceId, Vec<usize>> = HashMap::new();
    for row in rows {
        let (source, back, count) = row?;
        if let Some(place) = found.entry(source).or_insert_with(|| vec![0; RHYTHM_SPANS]).get_mut(back) {
            *place = count;
        }
    }
    Ok(found)
}

pub(crate) fn health_of(read: &Connection, id: &SourceId) -> Result<Option<SourceHealth>> {
    let sql = format!("SELECT {STATE_COLUMNS} FROM poll_state WHERE source = ?1");
    let state = read.prepare_cached(&sql)?.query_row([id.as_str()], state_of).optional()?;
    let Some(state) = state else { return Ok(None) };
    let newest = read
        .prepare_cached("SELECT max(dated) FROM entry WHERE source = ?1")?
        .query_row([id.as_str()], |row| row.get::<_, Option<Millis>>(0))?;
    let of = |kind| counters::read_number(read, kind, id.as_str());
    let (entries, shown) = (of(counters::ENTRY)?, of(counters::SOURCE)?);
    Ok(Some(SourceHealth { state, entries, shown, newest: newest.map(|at| at.0) }))
}

pub(crate) fn totals(read: &Connection) -> Result<Totals> {
    let count = |sql: &str| read.prepare_cached(sql)?.query_row([], |row| row.get::<_, Count>(0)).map(|count| count.0);
    Ok(Totals {
        sources: count("SELECT count(*) FROM source")?,
        entries: count("SELECT coalesce(sum(number), 0) FROM tally WHERE kind = 'entry'")?,
        pieces: count("SELECT count(*) FROM piece")?,
        works: count("SELECT count(DISTINCT work) FROM piece")?,
    })
}

/// Names of the sources, for those who list them.
pub(super) fn names(read: &Connection, ids: &[SourceId]) -> Result<HashMap<SourceId, String>> {
    let mut query =
        read.prepare_cached("SELECT s.id, s.name FROM json_each(?1) a CROSS JOIN source s ON s.id = a.value")?;
    let rows = query.query_map([list(ids)], |row| Ok((row.id(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
