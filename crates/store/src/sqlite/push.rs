//! `WebSub`: requests, subscribers, pings, subscriptions, arrivals.

use super::value::{Count, Millis, ReadId, Word};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::id::SourceId;
use plenary_model::push::{Arrival, Delivery, HubFigures, HubMode, HubRequest, PendingRequest, Ping, Subscription};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::HashSet;
use std::time::Duration;

/// Requests that wait to be verified, of one callback host and of all: a stranger may send any number.
const PENDING_PER_HOST_MAX: usize = 50;
const PENDING_MAX: usize = 1_000;
/// Subscriptions of one callback host, and of all.
const SUBSCRIBERS_PER_HOST_MAX: usize = 200;
const SUBSCRIBERS_MAX: usize = 5_000;
/// Messages to one host that are taken up at once: more than the crew sends it side by side, and few enough that the
/// callbacks of a silent host never fill a batch.
const TURNS_PER_HOST: usize = 8;
/// Documents of one subscription that wait to be read.
const ARRIVALS_MAX: usize = 4;

fn count(read: &Connection, sql: &str, bound: impl rusqlite::Params) -> Result<usize> {
    Ok(read.prepare_cached(sql)?.query_row(bound, |row| row.get::<_, Count>(0))?.0)
}

pub(crate) fn ask(write: &Transaction<'_>, request: &HubRequest, now: DateTime<Utc>) -> Result<bool> {
    let host = request.host();
    let of_host = count(write, "SELECT count(*) FROM hub_request WHERE host = ?1", [&host])?;
    let of_all = count(write, "SELECT count(*) FROM hub_request", [])?;
    if of_host >= PENDING_PER_HOST_MAX || of_all >= PENDING_MAX {
        return Ok(false);
    }
    write
        .prepare_cached(
            "INSERT INTO hub_request (topic, callback, host, mode, lease, secret, next_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (topic, callback) DO UPDATE SET mode = excluded.mode, lease = excluded.lease,
               secret = excluded.secret, attempts = 0, next_at = excluded.next_at",
        )?
        .execute(params![
            request.topic,
            request.callback,
            host,
            request.mode.as_str(),
            i64::try_from(request.lease.as_secs()).unwrap_or(i64::MAX),
            request.secret,
            Millis(now)
        ])?;
    Ok(true)
}

pub(crate) fn requests(read: &Connection, now: DateTime<Utc>, limit: usize) -> Result<Vec<PendingRequest>> {
    let mut query = read.prepare_cached(
        "SELECT topic, callback, mode, lease, secret, attempts FROM
           (SELECT *, row_number() OVER (PARTITION BY host ORDER BY next_at) AS turn
            FROM hub_request WHERE next_at <= ?1)
         WHERE turn <= ?3 ORDER BY next_at LIMIT ?2",
    )?;
    let rows = query.query_map(params![Millis(now), Count(limit), Count(TURNS_PER_HOST)], |row| {
        let request = HubRequest {
            topic: row.get(0)?,
            callback: row.get(1)?,
            mode: HubMode::parse(&row.get::<_, String>(2)?).unwrap_or(HubMode::Unsubscribe),
            lease: Duration::from_secs(u64::try_from(row.get::<_, i64>(3)?).unwrap_or_default()),
            secret: row.get(4)?,
        };
        Ok(PendingRequest { request, attempts: row.get(5)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn delay_request(write: &Transaction<'_>, request: &HubRequest, next: DateTime<Utc>) -> Result<()> {
    write
        .prepare_cached(
            "UPDATE hub_request SET attempts = attempts + 1, next_at = ?3
             WHERE topic = ?1 AND callback = ?2 AND mode = ?4",
        )?
        .execute(params![request.topic, request.callback, Millis(next), request.mode.as_str()])?;
    Ok(())
}

pub(crate) fn close_request(
    write: &Transaction<'_>,
    request: &HubRequest,
    verified: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    // A request that came meanwhile, for the opposite, stays.
    write
        .prepare_cached("DELETE FROM hub_request WHERE topic = ?1 AND callback = ?2 AND mode = ?3")?
        .execute(params![request.topic, request.callback, request.mode.as_str()])?;
    match (verified, request.mode) {
        (false, _) => Ok(()),
        (true, HubMode::Unsubscribe) => end(write, &request.topic, &request.callback),
        (true, HubMode::Subscribe) => {
            let lease = chrono::Duration::from_std(request.lease).unwrap_or(chrono::Duration::MAX);
            // A renewal keeps what was sent, so that nothing is lost between the two leases.
            write
                .prepare_cached(
                    "INSERT INTO subscriber (topic, callback, host, secret, lease_until, sent)
                     SELECT path, ?2, ?3, ?4, ?5, digest FROM edition WHERE path = ?1
                     ON CONFLICT (topic, callback) DO UPDATE SET secret = excluded.secret,
                       lease_until = excluded.lease_until, attempts = 0, next_at = 0",
                )?
                .execute(params![
                    request.topic,
                    request.callback,
                    request.host(),
                    request.secret,
                    Millis(now.checked_add_signed(lease).unwrap_or(now))
                ])?;
            Ok(())
        }
    }
}

pub(crate) fn refusal(read: &Connection, request: &HubRequest) -> Result<Option<&'static str>> {
    let stands = count(read, "SELECT count(*) FROM edition WHERE path = ?1", [&request.topic])?;
    if stands == 0 {
        return Ok(Some("there is no such document"));
    }
    let others = "SELECT count(*) FROM subscriber WHERE NOT (topic = ?1 AND callback = ?2)";
    let pair = [&request.topic, &request.callback];
    if count(read, others, pair)? >= SUBSCRIBERS_MAX {
        return Ok(Some("this hub has as many subscriptions as it can keep"));
    }
    let of_host =
        count(read, &format!("{others} AND host = ?3"), params![request.topic, request.callback, request.host()])?;
    Ok((of_host >= SUBSCRIBERS_PER_HOST_MAX).then_some("the host of the callback has too many subscriptions"))
}

pub(crate) fn deliveries(read: &Connection, now: DateTime<Utc>, limit: usize) -> Result<Vec<Delivery>> {
    let mut query = read.prepare_cached(
        "SELECT topic, callback, secret, digest, attempts FROM
           (SELECT s.*, e.digest, row_number() OVER (PARTITION BY s.host ORDER BY s.next_at) AS turn
            FROM subscriber s JOIN edition e ON e.path = s.topic AND e.digest <> s.sent
            WHERE s.next_at <= ?1 AND s.lease_until > ?1)
         WHERE turn <= ?3 ORDER BY next_at LIMIT ?2",
    )?;
    let rows = query.query_map(params![Millis(now), Count(limit), Count(TURNS_PER_HOST)], |row| {
        Ok(Delivery {
            topic: row.get(0)?,
            callback: row.get(1)?,
            secret: row.get(2)?,
            digest: row.get(3)?,
            attempts: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn note_delivered(write: &Transaction<'_>, delivery: &Delivery) -> Result<()> {
    write
        .prepare_cached(
            "UPDATE subscriber SET sent = ?3, attempts = 0, next_at = 0 WHERE topic = ?1 AND callback = ?2",
        )?
        .execute(params![delivery.topic, delivery.callback, delivery.digest])?;
    Ok(())
}

pub(crate) fn delay_delivery(write: &Transaction<'_>, delivery: &Delivery, next: DateTime<Utc>) -> Result<()> {
    write
        .prepare_cached(
            "UPDATE subscriber SET attempts = attempts + 1, next_at = ?3 WHERE topic = ?1 AND callback = ?2",
        )?
        .execute(params![delivery.topic, delivery.callback, Millis(next)])?;
    Ok(())
}

pub(crate) fn end(write: &Transaction<'_>, topic: &str, callback: &str) -> Result<()> {
    write.prepare_cached("DELETE FROM subscriber WHERE topic = ?1 AND callback = ?2")?.execute([topic, callback])?;
    Ok(())
}

pub(crate) fn has_expired(read: &Connection, now: DateTime<Utc>) -> Result<bool> {
    Ok(count(read, "SELECT EXISTS (SELECT 1 FROM subscriber WHERE lease_until <= ?1)", [Millis(now)])? > 0)
}

pub(crate) fn expire(write: &Transaction<'_>, now: DateTime<Utc>) -> Result<usize> {
    Ok(write.prepare_cached("DELETE FROM subscriber WHERE lease_until <= ?1")?.execute([Millis(now)])?)
}

pub(crate) fn list_lost_subscribers(read: &Connection) -> Result<Vec<(String, String)>> {
    let mut query =
        read.prepare_cached("SELECT topic, callback FROM subscriber WHERE topic NOT IN (SELECT path FROM edition)")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn figures(read: &Connection) -> Result<HubFigures> {
    Ok(HubFigures {
        subscribers: count(read, "SELECT count(*) FROM subscriber", [])?,
        pending: count(read, "SELECT count(*) FROM hub_request", [])?,
        failing: count(read, "SELECT count(*) FROM subscriber WHERE attempts > 0", [])?,
    })
}

pub(crate) fn has_pings(read: &Connection, now: DateTime<Utc>) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM edition e LEFT JOIN ping p ON p.topic = e.path
               WHERE p.topic IS NULL OR (p.told <> e.digest AND p.next_at <= ?1))";
    Ok(count(read, sql, [Millis(now)])? > 0)
}

pub(crate) fn pings(write: &Transaction<'_>, now: DateTime<Utc>, limit: usize) -> Result<Vec<Ping>> {
    write
        .prepare_cached(
            "INSERT INTO ping (topic, told) SELECT path, digest FROM edition WHERE true ON CONFLICT (topic) DO NOTHING",
        )?
        .execute([])?;
    let mut query = write.prepare_cached(
        "SELECT p.topic, e.digest, p.attempts FROM ping p JOIN edition e ON e.path = p.topic AND e.digest <> p.told
         WHERE p.next_at <= ?1 ORDER BY p.next_at, p.topic LIMIT ?2",
    )?;
    let rows = query.query_map(params![Millis(now), Count(limit)], |row| {
        Ok(Ping { topic: row.get(0)?, digest: row.get(1)?, attempts: row.get(2)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn note_ping(write: &Transaction<'_>, ping: &Ping, next: Option<DateTime<Utc>>) -> Result<()> {
    match next {
        None => write
            .prepare_cached("UPDATE ping SET told = ?2, attempts = 0, next_at = 0 WHERE topic = ?1")?
            .execute([&ping.topic, &ping.digest])?,
        Some(next) => write
            .prepare_cached("UPDATE ping SET attempts = attempts + 1, next_at = ?2 WHERE topic = ?1")?
            .execute(params![ping.topic, Millis(next)])?,
    };
    Ok(())
}

fn subscription_of(row: &Row<'_>) -> rusqlite::Result<Subscription> {
    let at = |column: &str| row.get::<_, Option<Millis>>(column).map(|at| at.map(|at| at.0));
    Ok(Subscription {
        source: row.id("source")?,
        hub: row.get("hub")?,
        topic: row.get("topic")?,
        token: row.get("token")?,
        secret: row.get("secret")?,
        state: row.get::<_, Word<_>>("state")?.0,
        lease_until: at("lease_until")?,
        next_at: row.get::<_, Millis>("next_at")?.0,
        attempts: row.get("attempts")?,
        pushed_at: at("pushed_at")?,
        bad_signatures: row.get("bad_signatures")?,
        note: row.get("note")?,
    })
}

pub(crate) fn subscriptions(read: &Connection) -> Result<Vec<Subscription>> {
    let mut query = read.prepare_cached("SELECT * FROM subscription ORDER BY source")?;
    Ok(query.query_map([], subscription_of)?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn subscription(read: &Connection, token: &str) -> Result<Option<Subscription>> {
    let mut query = read.prepare_cached("SELECT * FROM subscription WHERE token = ?1")?;
    Ok(query.query_row([token], subscription_of).optional()?)
}

pub(crate) fn put(write: &Transaction<'_>, s: &Subscription) -> Result<()> {
    write
        .prepare_cached("DELETE FROM subscription WHERE source = ?1 AND token <> ?2")?
        .execute(params![s.source.as_str(), s.token])?;
    write
        .prepare_cached(
            "INSERT INTO subscription (token, source, hub, topic, secret, state, lease_until, next_at, attempts,
               pushed_at, bad_signatures, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (token) DO UPDATE SET state = excluded.state, lease_until = excluded.lease_until,
               next_at = excluded.next_at, attempts = excluded.attempts, pushed_at = excluded.pushed_at,
               bad_signatures = excluded.bad_signatures, note = excluded.note",
        )?
        .execute(params![
            s.token,
            s.source.as_str(),
            s.hub,
            s.topic,
            s.secret,
            s.state.as_str(),
            Millis::some(s.lease_until),
            Millis(s.next_at),
            s.attempts,
            Millis::some(s.pushed_at),
            s.bad_signatures,
            s.note
        ])?;
    Ok(())
}

pub(crate) fn drop(write: &Transaction<'_>, token: &str) -> Result<()> {
    write.prepare_cached("DELETE FROM subscription WHERE token = ?1")?.execute([token])?;
    Ok(())
}

pub(crate) fn list_pushed(read: &Connection, now: DateTime<Utc>) -> Result<HashSet<SourceId>> {
    let mut query = read.prepare_cached(
        "SELECT source FROM subscription WHERE state = 'active' AND lease_until > ?1 AND pushed_at IS NOT NULL",
    )?;
    Ok(query.query_map([Millis(now)], |row| row.id(0))?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn put_arrival(write: &Transaction<'_>, arrival: &Arrival) -> Result<bool> {
    if count(write, "SELECT count(*) FROM arrival WHERE token = ?1", [&arrival.token])? >= ARRIVALS_MAX {
        return Ok(false);
    }
    write
        .prepare_cached("INSERT INTO arrival (token, signature, content_type, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![arrival.token, arrival.signature, arrival.content_type, arrival.body])?;
    Ok(true)
}

pub(crate) fn has_arrival(read: &Connection) -> Result<bool> {
    Ok(count(read, "SELECT count(*) FROM (SELECT 1 FROM arrival LIMIT 1)", [])? > 0)
}

pub(crate) fn take_arrival(write: &Transaction<'_>) -> Result<Option<Arrival>> {
    let mut query = write.prepare_cached(
        "DELETE FROM arrival WHERE id = (SELECT min(id) FROM arrival)
         RETURNING token, signature, content_type, body",
    )?;
    let taken = query.query_row([], |row| {
        Ok(Arrival { token: row.get(0)?, signature: row.get(1)?, content_type: row.get(2)?, body: row.get(3)? })
    });
    Ok(taken.optional()?)
}
