//! Selections: which shown pieces a page or document asks for, and the withdrawn ones beside them.
//!
//! Each kind of selection reads one partial index (`placement_shown`, `carrier_shown`,
//! `piece_shown`); the conditions are put together from fixed text, the values are parameters.

use super::value::{Count, Millis, ReadId};
use super::{counters, month, views};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::id::{PieceId, SectionSlug, SourceId};
use plenary_model::piece::PieceView;
use plenary_model::view::{PerWork, Pieces, Selection, Tombstone};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use std::collections::{BTreeSet, HashMap};

pub(crate) fn list_rejected(
    read: &Connection,
    after: Option<&(DateTime<Utc>, PieceId)>,
    limit: usize,
) -> Result<Vec<PieceId>> {
    let mut query = read.prepare_cached(
        "SELECT p.id FROM piece p WHERE p.withdrawn_at IS NULL AND p.shown = 0
           AND (?1 IS NULL OR p.dated < ?1 OR (p.dated = ?1 AND p.id > ?2))
           AND NOT EXISTS (SELECT 1 FROM placement s
             WHERE s.piece = p.id AND s.present = 1 AND s.state IN ('pending', 'held'))
         ORDER BY p.dated DESC, p.id LIMIT ?3",
    )?;
    let (dated, id) = after.map(|(dated, id)| (Millis(*dated), id)).unzip();
    Ok(query
        .query_map(params![dated, id.map(PieceId::as_str), Count(limit)], |row| row.id(0))?
        .collect::<rusqlite::Result<_>>()?)
}

/// A question being put together: conditions that refer to values by number.
#[derive(Default)]
struct Question {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Question {
    /// Adds a value and answers how a condition refers to it.
    fn value(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }

    fn text(&mut self, text: &str) -> String {
        self.value(Value::Text(text.to_owned()))
    }

    fn number(&mut self, number: usize) -> String {
        self.value(Value::Integer(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    fn add(&mut self, condition: String) {
        self.conditions.push(condition);
    }

    fn all(&self) -> String {
        self.conditions.join(" AND ")
    }

    /// What a row of `alias` (a table with `language`, `announced`, `entered`) must meet. A month
    /// that is none selects nothing.
    fn narrow(&mut self, selection: &Selection, alias: &str) {
        if let Some(language) = &selection.language {
            let language = self.text(language);
            self.add(format!("{alias}.language = {language}"));
        }
        if selection.announced_only {
            self.add(format!("{alias}.announced = 1"));
        }
        if let Some(month) = &selection.month {
            let (first, next) = month::span_of(month).unwrap_or((0, 0));
            let (first, next) = (self.value(Value::Integer(first)), self.value(Value::Integer(next)));
            self.add(format!("{alias}.entered >= {first} AND {alias}.entered < {next}"));
        }
    }

    /// How the languages that a reader prefers order the rows of `{alias}`: 0 is the best.
    fn rank(&mut self, per_work: &PerWork) -> String {
        if per_work.languages.is_empty() {
            return "0".to_owned();
        }
        let mut place = |(place, language): (usize, &String)| format!("WHEN {} THEN {place}", self.text(language));
        let places: Vec<String> = per_work.languages.iter().enumerate().map(&mut place).collect();
        format!("CASE {{alias}}.language {} ELSE {} END", places.join(" "), places.len())
    }

    /// Of the placements `s` in a section only those that stand for their work: no other that meets `others`, a
    /// condition on `t`, comes before it. Each row asks the index of works, so a page costs what it shows.
    fn one_per_work(&mut self, per_work: &PerWork, section: &str, others: &str) {
        let rank = self.rank(per_work);
        let key =
            |alias: &str| format!("-{alias}.pinned, {}, -{alias}.dated, {alias}.piece", rank.replace("{alias}", alias));
        self.add(format!(
            "NOT EXISTS (SELECT 1 FROM piece p CROSS JOIN piece q ON q.work = p.work AND q.id <> p.id
               CROSS JOIN placement t ON t.piece = q.id AND t.section = {section} AND t.shown = 1{others}
               WHERE p.id = s.piece AND ({}) < ({}))",
            key("t"),
            key("s")
        ));
    }

    /// A source must carry the piece in `column`.
    fn select_carried(&mut self, source: &SourceId, column: &str) {
        let source = self.text(source.as_str());
        self.add(format!("EXISTS (SELECT 1 FROM carrier c WHERE c.source = {source} AND c.piece = {column})"));
    }
}

/// The tables, column of ids, order and conditions of a selection.
fn question(selection: &Selection) -> (&'static str, &'static str, &'static str, Question) {
    let mut question = Question::default();
    let (tables, id, order, alias) = match (&selection.section, &selection.source) {
        (Some(section), source) => {
            let section = question.text(section.as_str());
            question.add(format!("s.shown = 1 AND s.section = {section}"));
            if let Some(source) = source {
                question.select_carried(source, "s.piece");
            }
            if let Some(per_work) = &selection.per_work {
                question.one_per_work(per_work, &section, "");
            }
            ("placement s", "s.piece", "s.pinned DESC, s.dated DESC, s.piece", "s")
        }
        (None, Some(source)) => {
            let source = question.text(source.as_str());
            question.add(format!("c.shown = 1 AND c.source = {source}"));
            ("carrier c CROSS JOIN piece p ON p.id = c.piece", "c.piece", "c.dated DESC, c.piece", "p")
        }
        (None, None) => {
            question.add("p.shown = 1".to_owned());
            ("piece p", "p.id", "p.dated DESC, p.id", "p")
        }
    };
    question.narrow(selection, alias);
    (tables, id, order, question)
}

/// The ids that a selection names, in its order, and how many it holds in all.
fn ids(read: &Connection, selection: &Selection) -> Result<(Vec<PieceId>, usize)> {
    let (tables, id, order, mut question) = question(selection);
    let conditions = question.all();
    let total = match count_selected(selection) {
        Some((kind, name)) => counters::read_number(read, kind, name)?,
        None => {
            read.prepare_cached(&format!("SELECT count(*) FROM {tables} WHERE {conditions}"))?
                .query_row(params_from_iter(&question.values), |row| row.get::<_, Count>(0))?
                .0
        }
    };
    let (limit, offset) = (question.number(selection.limit), question.number(selection.offset));
    let sql = format!("SELECT {id} FROM {tables} WHERE {conditions} ORDER BY {order} LIMIT {limit} OFFSET {offset}");
    let mut query = read.prepare_cached(&sql)?;
    let ids = query.query_map(params_from_iter(&question.values), |row| row.id(0))?;
    Ok((ids.collect::<rusqlite::Result<_>>()?, total))
}

/// Where it is kept how many pieces a selection holds, when it is.
fn count_selected(selection: &Selection) -> Option<(&'static str, &str)> {
    let Selection { section, source, language, announced_only, month, per_work, .. } = selection;
    match (section, source) {
        _ if language.is_some() || *announced_only || month.is_some() => None,
        (Some(section), None) if per_work.is_some() => Some((counters::WORK, section.as_str())),
        (Some(section), None) => Some((counters::SECTION, section.as_str())),
        (None, Some(source)) => Some((counters::SOURCE, source.as_str())),
        _ => None,
    }
}

pub(crate) fn pieces(read: &Connection, selection: &Selection) -> Result<Pieces> {
    let (ids, total) = ids(read, selection)?;
    Ok(Pieces { pieces: views::load_views(read, &ids)?, total })
}

pub(crate) fn newest(
    read: &Connection,
    sections: &[SectionSlug],
    since: Option<DateTime<Utc>>,
    per_work: &PerWork,
    each: usize,
) -> Result<Vec<Pieces>> {
    let mut found: Vec<(Vec<PieceId>, usize)> = Vec::with_capacity(sections.len());
    for section in sections {
        found.push(match since {
            None => {
                let section = Some(section.clone());
                let per_work = Some(per_work.clone());
                ids(read, &Selection { section, per_work, limit: each, ..Selection::default() })?
            }
            Some(since) => ids_since(read, section, since, per_work, each)?,
        });
    }
    // All at once: of ten sections this asks a tenth as often as one by one.
    let all: BTreeSet<&PieceId> = found.iter().flat_map(|(ids, _)| ids).collect();
    let all: Vec<PieceId> = all.into_iter().cloned().collect();
    let views: HashMap<PieceId, PieceView> =
        views::load_views(read, &all)?.into_iter().map(|view| (view.piece.id.clone(), view)).collect();
    let of_section = |(ids, total): (Vec<PieceId>, usize)| {
        let pieces = ids.iter().filter_map(|id| views.get(id).cloned()).collect();
        Pieces { pieces, total }
    };
    Ok(found.into_iter().map(of_section).collect())
}

/// What a section shows of what is dated since a time: within each of the two kinds of places, those of pinned
/// pieces and all others, the index is in order of date.
fn ids_since(
    read: &Connection,
    section: &SectionSlug,
    since: DateTime<Utc>,
    per_work: &PerWork,
    limit: usize,
) -> Result<(Vec<PieceId>, usize)> {
    let mut question = Question::default();
    let section = question.text(section.as_str());
    let since = question.value(Value::Integer(since.timestamp_millis()));
    question.add(format!("s.shown = 1 AND s.section = {section} AND s.pinned IN (0, 1) AND s.dated >= {since}"));
    question.one_per_work(per_work, &section, &format!(" AND t.dated >= {since}"));
    let conditions = question.all();
    let total: Count = read
        .prepare_cached(&format!("SELECT count(*) FROM placement s WHERE {conditions}"))?
        .query_row(params_from_iter(&question.values), |row| row.get(0))?;
    if total.0 == 0 {
        return Ok((Vec::new(), 0));
    }
    let limit = question.number(limit);
    let sql =
        format!("SELECT s.piece FROM placement s WHERE {conditions} ORDER BY s.dated DESC, s.piece LIMIT {limit}");
    let mut query = read.prepare_cached(&sql)?;
    let ids = query.query_map(params_from_iter(&question.values), |row| row.id(0))?;
    Ok((ids.collect::<rusqlite::Result<_>>()?, total.0))
}

/// Pieces with their last change, and how many there are.
type ShownPieces = (Vec<(PieceId, DateTime<Utc>)>, usize);

pub(crate) fn list_shown(read: &Connection, offset: usize, limit: usize) -> Result<ShownPieces> {
    let total: Count =
        read.prepare_cached("SELECT count(*) FROM piece p WHERE p.shown = 1")?.query_row([], |row| row.get(0))?;
    let mut query = read.prepare_cached(
        "SELECT p.id, p.updated FROM piece p WHERE p.shown = 1 ORDER BY p.dated DESC, p.id LIMIT ?1 OFFSET ?2",
    )?;
    let rows = query.query_map([Count(limit), Count(offset)], |row| Ok((row.id(0)?, row.get::<_, Millis>(1)?.0)))?;
    Ok((rows.collect::<rusqlite::Result<_>>()?, total.0))
}

/// How many works have a shown piece that is dated since a time.
pub(crate) fn count_since(read: &Connection, since: DateTime<Utc>) -> Result<usize> {
    let mut query =
        read.prepare_cached("SELECT count(DISTINCT p.work) FROM piece p WHERE p.shown = 1 AND p.dated >= ?1")?;
    Ok(query.query_row([Millis(since)], |row| row.get::<_, Count>(0))?.0)
}

/// Latest first; those that were joined with others are among them.
pub(crate) fn tombstones(read: &Connection, selection: &Selection) -> Result<Vec<Tombstone>> {
    let mut question = Question::default();
    question.add("s.piece = p.id AND s.published = 1".to_owned());
    question.narrow(selection, "s");
    if let Some(section) = &selection.section {
        let section = question.text(section.as_str());
        question.add(format!("s.section = {section}"));
    }
    let placed = format!("EXISTS (SELECT 1 FROM placement s WHERE {})", question.all());
    question.conditions = vec!["p.withdrawn_at IS NOT NULL".to_owned(), placed];
    if let Some(source) = &selection.source {
        question.select_carried(source, "p.id");
    }
    let withdrawn = question.all();
    question.conditions.clear();
    question.narrow(selection, "r");
    match (&selection.section, &selection.source) {
        // Which sources carried a piece is not kept when it is joined with another.
        (_, Some(_)) => question.add("false".to_owned()),
        (Some(section), None) => {
            let section = question.text(section.as_str());
            question.add(format!("r.section = {section}"));
        }
        (None, None) => question.add("true".to_owned()),
    }
    let retired = question.all();
    let (limit, offset) = (question.number(selection.limit), question.number(selection.offset));
    let sql = format!(
        "SELECT p.atom_id AS atom_id, p.withdrawn_at AS at, p.withdrawn_reason AS reason FROM piece p WHERE {withdrawn}
         UNION SELECT r.atom_id, min(r.at), r.reason FROM retired r WHERE {retired} GROUP BY r.atom_id, r.reason
         ORDER BY at DESC, atom_id LIMIT {limit} OFFSET {offset}"
    );
    let mut query = read.prepare_cached(&sql)?;
    let rows = query.query_map(params_from_iter(&question.values), |row| {
        let reason = row.get::<_, Option<String>>(2)?.unwrap_or_default();
        Ok(Tombstone { atom_id: row.get(0)?, at: row.get::<_, Millis>(1)?.0, reason })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
