//! Sections in figures.

use super::Result;
use super::value::{Count, Millis};
use crate::model::id::SectionSlug;
use crate::model::view::SectionFigures;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// Figures of every section that has pieces shown or waiting, by slug.
pub(in crate::store) fn figures(read: &Connection) -> Result<Vec<SectionFigures>> {
    let mut sections: BTreeMap<SectionSlug, SectionFigures> = BTreeMap::new();
    let mut query =
        read.prepare_cached("SELECT section, count(*), max(entered) FROM placement WHERE shown = 1 GROUP BY section")?;
    let rows = query.query_map([], |row| {
        let newest = row.get::<_, Option<Millis>>(2)?.map(|at| at.0);
        Ok(SectionFigures { section: row.get(0)?, shown: row.get::<_, Count>(1)?.0, pending: 0, newest })
    })?;
    for figures in rows {
        let figures = figures?;
        sections.insert(figures.section.clone(), figures);
    }
    let mut query = read.prepare_cached(
        "SELECT p.section, count(*) FROM placement p JOIN piece ON piece.id = p.piece
         WHERE p.present = 1 AND p.state IN ('pending', 'held') AND piece.withdrawn_at IS NULL GROUP BY p.section",
    )?;
    let rows = query.query_map([], |row| Ok((row.get::<_, SectionSlug>(0)?, row.get::<_, Count>(1)?.0)))?;
    for row in rows {
        let (section, pending) = row?;
        sections
            .entry(section.clone())
            .or_insert(SectionFigures { section, shown: 0, pending: 0, newest: None })
            .pending = pending;
    }
    Ok(sections.into_values().collect())
}

/// The months (UTC, `YYYY-MM`) in which shown pieces entered a section, oldest first, with how many.
pub(in crate::store) fn months(read: &Connection, section: &SectionSlug) -> Result<Vec<(String, usize)>> {
    let mut query = read.prepare_cached(
        "SELECT strftime('%Y-%m', entered / 1000, 'unixepoch') AS month, count(*)
         FROM placement WHERE shown = 1 AND section = ?1 GROUP BY month ORDER BY month",
    )?;
    let rows = query.query_map([section], |row| Ok((row.get(0)?, row.get::<_, Count>(1)?.0)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
