//! The calendar: claims, shown events, polls of calendar files.

use super::flags;
use super::value::{Json, list};
use crate::error::Result;
use plenary_model::event::{CalendarPoll, Event, EventClaim};
use rusqlite::{Connection, Transaction, params};
use std::collections::BTreeMap;

pub(crate) fn list_shown(read: &Connection) -> Result<Vec<Event>> {
    let mut query = read.prepare_cached("SELECT shown FROM event")?;
    let rows = query.query_map([], |row| row.get::<_, Json<Event>>(0).map(|Json(event)| event))?;
    let mut events: Vec<Event> = rows.collect::<rusqlite::Result<_>>()?;
    events.sort_by(|a, b| (a.from, a.to, &a.id).cmp(&(b.from, b.to, &b.id)));
    Ok(events)
}

pub(crate) fn put(write: &Transaction<'_>, events: &[Event]) -> Result<()> {
    write
        .prepare_cached("DELETE FROM event WHERE id NOT IN (SELECT value FROM json_each(?1))")?
        .execute([list(events.iter().map(|event| &event.id))])?;
    let mut statement = write.prepare_cached(
        "INSERT INTO event (id, shown) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET shown = excluded.shown",
    )?;
    for event in events {
        statement.execute(params![event.id, Json(event)])?;
    }
    // In the same transaction: a stop before the calendar is rendered leaves the mark.
    flags::note_unpublished(write)
}

pub(crate) fn claims(read: &Connection) -> Result<BTreeMap<String, Vec<EventClaim>>> {
    let mut query = read.prepare_cached("SELECT event, claim FROM event_claim ORDER BY event, origin")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, Json<EventClaim>>(1)?.0)))?;
    let mut claims: BTreeMap<String, Vec<EventClaim>> = BTreeMap::new();
    for row in rows {
        let (event, claim) = row?;
        claims.entry(event).or_default().push(claim);
    }
    Ok(claims)
}

pub(crate) fn put_claims(write: &Transaction<'_>, origin: &str, claims: &[(String, EventClaim)]) -> Result<()> {
    write.prepare_cached("DELETE FROM event_claim WHERE origin = ?1")?.execute([origin])?;
    let mut statement = write.prepare_cached("INSERT INTO event_claim (event, origin, claim) VALUES (?1, ?2, ?3)")?;
    for (event, claim) in claims {
        statement.execute(params![event, origin, Json(claim)])?;
    }
    Ok(())
}

pub(crate) fn polls(read: &Connection) -> Result<BTreeMap<String, CalendarPoll>> {
    let mut query = read.prepare_cached("SELECT calendar, state FROM calendar_poll")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, Json<CalendarPoll>>(1)?.0)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn put_poll(write: &Transaction<'_>, calendar: &str, poll: &CalendarPoll) -> Result<()> {
    write
        .prepare_cached(
            "INSERT INTO calendar_poll (calendar, state) VALUES (?1, ?2)
             ON CONFLICT (calendar) DO UPDATE SET state = excluded.state",
        )?
        .execute(params![calendar, Json(poll)])?;
    Ok(())
}
