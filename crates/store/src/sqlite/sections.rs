//! Sections in figures.

use super::counters;
use super::value::{Count, Millis, ReadId, list};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::change::Entered;
use plenary_model::id::{PieceId, SectionSlug};
use plenary_model::view::{SectionFigures, SectionShown};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

pub(crate) fn list_shown(read: &Connection) -> Result<Vec<SectionShown>> {
    let mut query = read.prepare_cached(
        "SELECT t.name, t.number, (SELECT max(s.entered) FROM placement s WHERE s.section = t.name AND s.shown = 1),
           coalesce((SELECT w.number FROM tally w WHERE w.kind = ?2 AND w.name = t.name), 0)
         FROM tally t WHERE t.kind = ?1 AND t.number > 0 ORDER BY t.name",
    )?;
    let rows = query.query_map([counters::SECTION, counters::WORK], |row| {
        let newest = row.get::<_, Option<Millis>>(2)?.map(|at| at.0);
        let (shown, works) = (row.get::<_, Count>(1)?.0, row.get::<_, Count>(3)?.0);
        Ok(SectionShown { section: row.id(0)?, shown, works, newest })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn figures(read: &Connection) -> Result<Vec<SectionFigures>> {
    let with = |one: SectionShown| {
        let SectionShown { section, shown, newest, .. } = one;
        (section.clone(), SectionFigures { section, shown, pending: 0, newest })
    };
    let mut sections: BTreeMap<SectionSlug, SectionFigures> = list_shown(read)?.into_iter().map(with).collect();
    let mut query = read.prepare_cached(
        "SELECT p.section, count(*) FROM placement p JOIN piece ON piece.id = p.piece
         WHERE p.present = 1 AND p.state IN ('pending', 'held') AND piece.withdrawn_at IS NULL GROUP BY p.section",
    )?;
    let rows = query.query_map([], |row| Ok((row.id::<SectionSlug>(0)?, row.get::<_, Count>(1)?.0)))?;
    for row in rows {
        let (section, pending) = row?;
        sections
            .entry(section.clone())
            .or_insert(SectionFigures { section, shown: 0, pending: 0, newest: None })
            .pending = pending;
    }
    Ok(sections.into_values().collect())
}

pub(crate) fn count_entered(read: &Connection, sections: &[SectionSlug], since: DateTime<Utc>) -> Result<Entered> {
    let mut query = read.prepare_cached(
        "SELECT s.section, e.source, count(*) FROM json_each(?1) a
         CROSS JOIN placement s ON s.section = a.value AND s.shown = 1 AND s.entered >= ?2 AND s.announced = 1
         CROSS JOIN piece p ON p.id = s.piece CROSS JOIN entry e ON e.key = p.lead GROUP BY s.section, e.source",
    )?;
    let rows = query.query_map(params![list(sections), Millis(since)], |row| {
        Ok(((row.id(0)?, row.id(1)?), row.get::<_, Count>(2)?.0))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn list_held_back(read: &Connection, limit: usize) -> Result<Vec<PieceId>> {
    let mut query = read.prepare_cached(
        "SELECT id FROM (
           SELECT p.id, p.dated, p.lead,
             row_number() OVER (PARTITION BY s.section, e.source ORDER BY p.dated, p.lead) AS place
           FROM placement s CROSS JOIN piece p ON p.id = s.piece CROSS JOIN entry e ON e.key = p.lead
           WHERE s.present = 1 AND s.state IN ('pending', 'held') AND s.state = 'held' AND p.withdrawn_at IS NULL)
         WHERE place <= ?1 GROUP BY id ORDER BY dated, lead",
    )?;
    Ok(query.query_map([Count(limit)], |row| row.id(0))?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn months(read: &Connection, section: &SectionSlug) -> Result<Vec<(String, usize)>> {
    let mut query = read.prepare_cached(
        "SELECT strftime('%Y-%m', entered / 1000, 'unixepoch') AS month, count(*)
         FROM placement WHERE shown = 1 AND section = ?1 GROUP BY month ORDER BY month",
    )?;
    let rows = query.query_map([section.as_str()], |row| Ok((row.get(0)?, row.get::<_, Count>(1)?.0)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
