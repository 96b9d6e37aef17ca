//! Polls: what is remembered of each source and address, and the history.

use super::value::{Count, Json, Millis, ReadId, Word};
use crate::error::Result;
use chrono::{DateTime, Duration, Utc};
use plenary_model::id::SourceId;
use plenary_model::poll::{AddressState, Cause, PollRecord, PollState, Remembered, Replay};
use plenary_model::validators::Validators;
use plenary_model::view::PollLine;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Polls kept of each source.
const POLLS_KEPT: i64 = 2_000;
/// Of these, polls that brought nothing: a day at one poll in twenty minutes. A month of them would be 240 MB of a
/// network of 1,000 sources.
const IDLE_POLLS_KEPT: i64 = 72;

/// The columns that [`state_of`] reads.
pub(super) const STATE_COLUMNS: &str = "source, next_at, failures, address, moving, gone, freshness, polled_at, \
    succeeded_at, outcome, cause, detail, status, warnings, meta";

/// The state in a row of [`STATE_COLUMNS`].
pub(super) fn state_of(row: &Row<'_>) -> rusqlite::Result<PollState> {
    let at = |column: &str| row.get::<_, Option<Millis>>(column).map(|at| at.map(|at| at.0));
    let last = match (row.get::<_, Option<Word<_>>>("outcome")?, row.get::<_, Option<Word<_>>>("cause")?) {
        (Some(Word(outcome)), Some(Word(kind))) => Some((outcome, Cause { kind, detail: row.get("detail")? })),
        _ => None,
    };
    Ok(PollState {
        source: row.id("source")?,
        next_at: at("next_at")?,
        failures: row.get("failures")?,
        address: row.get("address")?,
        moving: row.get::<_, Option<Json<_>>>("moving")?.map(|Json(moving)| moving),
        gone: row.get("gone")?,
        freshness: row.get::<_, Json<_>>("freshness")?.0,
        polled_at: at("polled_at")?,
        succeeded_at: at("succeeded_at")?,
        last,
        status: row.get("status")?,
        warnings: row.get::<_, Json<_>>("warnings")?.0,
        meta: row.get::<_, Option<Json<_>>>("meta")?.map(|Json(meta)| meta),
    })
}

pub(crate) fn states(read: &Connection) -> Result<Vec<PollState>> {
    let mut query = read.prepare_cached(&format!("SELECT {STATE_COLUMNS} FROM poll_state ORDER BY source"))?;
    Ok(query.query_map([], state_of)?.collect::<rusqlite::Result<_>>()?)
}

/// How far ahead of ours the clock of the last poll may have been; beyond it what that poll planned is not believed.
const CLOCK_SKEW_MAX: Duration = Duration::hours(1);

pub(crate) fn due(read: &Connection, now: DateTime<Utc>) -> Result<Vec<SourceId>> {
    let mut query = read.prepare_cached(
        "SELECT source FROM poll_state
         WHERE gone = 0 AND (next_at IS NULL OR next_at <= ?1 OR polled_at > ?2)
           AND source IN (SELECT id FROM source WHERE enabled = 1)
         ORDER BY next_at, source",
    )?;
    let asked = [Millis(now), Millis(now + CLOCK_SKEW_MAX)];
    Ok(query.query_map(asked, |row| row.id(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The sources that are gone for good, as their host said.
pub(crate) fn list_gone(read: &Connection) -> Result<HashSet<SourceId>> {
    let mut query = read.prepare_cached("SELECT source FROM poll_state WHERE gone = 1")?;
    Ok(query.query_map([], |row| row.id(0))?.collect::<rusqlite::Result<_>>()?)
}

/// What is remembered of the sources named, for their next polls; of one that was never listed, nothing.
pub(crate) fn remembered(
    read: &Connection,
    sources: &[SourceId],
    news_max: usize,
) -> Result<HashMap<SourceId, Remembered>> {
    let sql = format!("SELECT {STATE_COLUMNS} FROM poll_state WHERE source = ?1");
    let mut query = read.prepare_cached(&sql)?;
    let mut found = HashMap::with_capacity(sources.len());
    for source in sources {
        let state = query.query_row([source.as_str()], state_of).optional()?;
        let state = state.unwrap_or_else(|| PollState::new(source.clone()));
        let (addresses, news) = (addresses(read, source)?, news(read, source, news_max)?);
        found.insert(source.clone(), Remembered { state, addresses, news });
    }
    Ok(found)
}

pub(crate) fn addresses(read: &Connection, source: &SourceId) -> Result<BTreeMap<String, AddressState>> {
    let mut query =
        read.prepare_cached("SELECT url, etag, last_modified, body_hash, retry_at FROM address WHERE source = ?1")?;
    let rows = query.query_map([source.as_str()], |row| {
        let validators = Validators { etag: row.get(1)?, last_modified: row.get(2)? };
        let retry_at = row.get::<_, Option<Millis>>(4)?.map(|at| at.0);
        Ok((row.get(0)?, AddressState { validators, body_hash: row.get(3)?, retry_at }))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn waiting(
    read: &Connection,
    now: DateTime<Utc>,
    longest: Duration,
) -> Result<Vec<(String, DateTime<Utc>)>> {
    let mut query = read
        .prepare_cached("SELECT url, max(retry_at) FROM address WHERE retry_at > ?1 AND retry_at <= ?2 GROUP BY url")?;
    let rows =
        query.query_map([Millis(now), Millis(now + longest)], |row| Ok((row.get(0)?, row.get::<_, Millis>(1)?.0)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Writes a poll: the new state, the addresses, a line of history, a document for replay.
///
/// Answers whether readers see another source from now on: its feed says something else of itself,
/// or comes from another address. Many feeds stamp themselves at every request; with
/// `entries_came` false, a new `updated` alone is not taken over, or every poll would render every
/// document anew.
pub(super) fn record(write: &Transaction<'_>, poll: &PollRecord, entries_came: bool) -> Result<bool> {
    let source = &poll.state.source;
    let before: Option<PollState> = write
        .prepare_cached(&format!("SELECT {STATE_COLUMNS} FROM poll_state WHERE source = ?1"))?
        .query_row([source.as_str()], state_of)
        .optional()?;
    let mut state = poll.state.clone();
    let mut differs = true;
    if let Some(before) = before {
        if let (Some(new), Some(old)) = (&mut state.meta, &before.meta)
            && !entries_came
        {
            let stamp = std::mem::replace(&mut new.updated, old.updated);
            if new != old {
                new.updated = stamp;
            }
        }
        differs = state.meta != before.meta || state.address != before.address;
    }
    write_state(write, &state)?;
    for (url, address) in &poll.addresses {
        write
            .prepare_cached(
                "INSERT INTO address (source, url, etag, last_modified, body_hash, retry_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (source, url) DO UPDATE SET etag = excluded.etag,
                   last_modified = excluded.last_modified, body_hash = excluded.body_hash, retry_at = excluded.retry_at",
            )?
            .execute(params![
                source.as_str(),
                url,
                address.validators.etag,
                address.validators.last_modified,
                address.body_hash,
                Millis::some(address.retry_at)
            ])?;
    }
    write_line(write, poll)?;
    if let Some(body) = &poll.replay {
        write
            .prepare_cached(
                "INSERT INTO replay (source, at, cause, body) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (source) DO UPDATE SET at = excluded.at, cause = excluded.cause, body = excluded.body",
            )?
            .execute(params![source.as_str(), Millis(poll.at), poll.cause.to_string(), body])?;
    }
    Ok(differs)
}

fn write_state(write: &Transaction<'_>, state: &PollState) -> Result<()> {
    let (outcome, cause) = state.last.clone().unzip();
    write
        .prepare_cached(
            "INSERT INTO poll_state (source, next_at, failures, address, moving, gone, freshness, polled_at,
               succeeded_at, outcome, cause, detail, status, warnings, meta)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             ON CONFLICT (source) DO UPDATE SET next_at = excluded.next_at, failures = excluded.failures,
               address = excluded.address, moving = excluded.moving, gone = excluded.gone,
               freshness = excluded.freshness, polled_at = excluded.polled_at, succeeded_at = excluded.succeeded_at,
               outcome = excluded.outcome, cause = excluded.cause, detail = excluded.detail,
               status = excluded.status, warnings = excluded.warnings, meta = excluded.meta",
        )?
        .execute(params![
            state.source.as_str(),
            Millis::some(state.next_at),
            state.failures,
            state.address,
            state.moving.as_ref().map(Json),
            state.gone,
            Json(&state.freshness),
            Millis::some(state.polled_at),
            Millis::some(state.succeeded_at),
            outcome.map(plenary_model::poll::Outcome::as_str),
            cause.as_ref().map(|cause| cause.kind.as_str()),
            cause.as_ref().map_or("", |cause| cause.detail.as_str()),
            state.status,
            Json(&state.warnings),
            state.meta.as_ref().map(Json)
        ])?;
    Ok(())
}

fn write_line(write: &Transaction<'_>, poll: &PollRecord) -> Result<()> {
    let source = &poll.state.source;
    write
        .prepare_cached(
            "INSERT INTO poll (source, at, outcome, cause, detail, status, seen, new_entries, changed_entries,
               body_bytes, duration_ms, conditional) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            source.as_str(),
            Millis(poll.at),
            poll.outcome.as_str(),
            poll.cause.kind.as_str(),
            poll.cause.detail,
            poll.state.status,
            Count(poll.seen),
            Count(poll.new),
            Count(poll.changed),
            Count(poll.body_bytes),
            i64::try_from(poll.duration_ms).unwrap_or(i64::MAX),
            poll.conditional
        ])?;
    write
        .prepare_cached(
            "DELETE FROM poll WHERE source = ?1
               AND id <= (SELECT id FROM poll WHERE source = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![source.as_str(), POLLS_KEPT])?;
    write
        .prepare_cached(
            "DELETE FROM poll WHERE source = ?1 AND new_entries = 0 AND changed_entries = 0
               AND outcome IN ('unchanged', 'updated')
               AND id <= (SELECT id FROM poll WHERE source = ?1 AND new_entries = 0 AND changed_entries = 0
                            AND outcome IN ('unchanged', 'updated') ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![source.as_str(), IDLE_POLLS_KEPT])?;
    Ok(())
}

fn news(read: &Connection, source: &SourceId, limit: usize) -> Result<Vec<DateTime<Utc>>> {
    let mut query =
        read.prepare_cached("SELECT at FROM poll WHERE source = ?1 AND new_entries > 0 ORDER BY id DESC LIMIT ?2")?;
    let rows = query.query_map(params![source.as_str(), Count(limit)], |row| Ok(row.get::<_, Millis>(0)?.0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn lines(read: &Connection, source: &SourceId, limit: usize) -> Result<Vec<PollLine>> {
    let mut query = read.prepare_cached("SELECT * FROM poll WHERE source = ?1 ORDER BY id DESC LIMIT ?2")?;
    let rows = query.query_map(params![source.as_str(), Count(limit)], |row| {
        let count = |column: &str| row.get::<_, Count>(column).map(|count| count.0);
        Ok(PollLine {
            at: row.get::<_, Millis>("at")?.0,
            outcome: row.get::<_, Word<_>>("outcome")?.0,
            cause: Cause { kind: row.get::<_, Word<_>>("cause")?.0, detail: row.get("detail")? },
            status: row.get("status")?,
            seen: count("seen")?,
            new: count("new_entries")?,
            changed: count("changed_entries")?,
            body_bytes: count("body_bytes")?,
            duration_ms: u64::try_from(row.get::<_, i64>("duration_ms")?).unwrap_or_default(),
            conditional: row.get("conditional")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn replay(read: &Connection, source: &SourceId) -> Result<Option<Replay>> {
    let mut query = read.prepare_cached("SELECT at, cause, body FROM replay WHERE source = ?1")?;
    let row = |row: &Row<'_>| Ok(Replay { at: row.get::<_, Millis>(0)?.0, cause: row.get(1)?, body: row.get(2)? });
    Ok(query.query_row([source.as_str()], row).optional()?)
}

pub(crate) fn last(read: &Connection) -> Result<Option<DateTime<Utc>>> {
    let at: Option<Millis> = read.query_row("SELECT max(polled_at) FROM poll_state", [], |row| row.get(0))?;
    Ok(at.map(|at| at.0))
}
