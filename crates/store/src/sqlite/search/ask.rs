//! From a query to a question to the index.
//!
//! Everything but dates becomes one expression of FTS5; dates are spans of row numbers. Where dates
//! stand inside `or` or `not`, the parts are joined by SQL, and what is found is in order of date.

use super::document::{ANNOUNCED, ANY, token};
use super::rows::row_of;
use crate::error::Result;
use crate::sqlite::value::{Count, ReadId};
use crate::sqlite::views;
use chrono::NaiveTime;
use plenary_model::fold;
use plenary_model::id::PieceId;
use plenary_model::query::{Field, Node, day_of};
use plenary_model::view::{Found, Order, Search};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeSet;

/// How much a word in the title, the text and the names counts.
const WEIGHTS: &str = "10.0, 1.0, 3.0, 0.0";
/// Matches that are ranked: the newest. A query that finds more is one common word, and to weigh a
/// hundred thousand pieces that all have it would take long and tell little.
const RANKED_MAX: usize = 2_000;
/// How much newness adds at most to the score of a piece, as a part of it: half as much as it does
/// today after `RECENCY_DAYS`.
const RECENCY_PART: f64 = 0.5;
const RECENCY_DAYS: f64 = 365.0;
/// Shortest word to which an s is added in a genitive, in bytes: of shorter ones most are words that end in s.
const GENITIVE_BYTES_MIN: usize = 4;
/// Rows of the index in a day.
const ROWS_PER_DAY: f64 = 1_440.0 * 65_536.0;

/// What a query asks of the index.
pub(super) enum Question {
    /// One expression of FTS5, and the first and last row that count.
    Match { expression: String, from: i64, until: i64 },
    /// A condition in SQL on `r.id`, with its values.
    Condition { sql: String, values: Vec<Value> },
}

pub(super) fn question(search: &Search) -> Question {
    let announced = search.announced_only.then(|| format!("\"{ANNOUNCED}\""));
    let mut parts: Vec<&Node> = match &search.query.root {
        None => Vec::new(),
        Some(Node::And(parts)) => parts.iter().collect(),
        Some(other) => vec![other],
    };
    let (mut from, mut until) = (i64::MIN, search.cursor.unwrap_or(i64::MAX));
    parts.retain(|part| match part {
        Node::Field { field: Field::After, value, .. } => {
            from = from.max(day_row(value));
            false
        }
        Node::Field { field: Field::Before, value, .. } => {
            until = until.min(day_row(value));
            false
        }
        _ => true,
    });
    if parts.iter().any(|part| has_dates(part)) {
        let mut values = vec![Value::Integer(from), Value::Integer(until)];
        let mut conditions = vec!["r.id >= ?1 AND r.id < ?2".to_owned()];
        conditions.extend(announced.map(|expression| matches(&mut values, expression)));
        conditions.extend(parts.iter().map(|part| condition(&mut values, part)));
        return Question::Condition { sql: conditions.join(" AND "), values };
    }
    let mut expressions: Vec<String> = announced.into_iter().collect();
    expressions.extend(parts.into_iter().map(expression));
    let expression = if expressions.is_empty() { format!("\"{ANY}\"") } else { expressions.join(" AND ") };
    Question::Match { expression, from, until }
}

fn has_dates(node: &Node) -> bool {
    match node {
        Node::And(parts) | Node::Or(parts) => parts.iter().any(has_dates),
        Node::Not(inner) => has_dates(inner),
        Node::Field { field, .. } => matches!(field, Field::Before | Field::After),
        Node::Text { .. } => false,
    }
}

/// The first row of a day; the grammar lets only days through.
fn day_row(value: &str) -> i64 {
    day_of(value).map_or(i64::MAX, |day| row_of(day.and_time(NaiveTime::MIN).and_utc()))
}

/// A part of a query as an expression of FTS5. Every word is quoted: nothing typed is an operator.
fn expression(node: &Node) -> String {
    match node {
        Node::And(parts) => format!("({})", parts.iter().map(expression).collect::<Vec<_>>().join(" AND ")),
        Node::Or(parts) => format!("({})", parts.iter().map(expression).collect::<Vec<_>>().join(" OR ")),
        Node::Not(inner) => format!("(\"{ANY}\" NOT {})", expression(inner)),
        Node::Field { field, value, .. } => format!("facets : \"{}\"", token(*field, value)),
        Node::Text { words, .. } => match text(words) {
            Some(words) => format!("{{title body names}} : {words}"),
            None => format!("\"{ANY}\""),
        },
    }
}

/// Words as a phrase of FTS5, a star at the end kept as "begins with"; `None` where there is no word.
pub(super) fn text(words: &str) -> Option<String> {
    let phrase = fold::line(words);
    if phrase.is_empty() {
        return None;
    }
    let star = if words.trim_end().ends_with('*') { " *" } else { "" };
    let spellings: Vec<String> = spellings(&phrase).into_iter().map(|one| format!("\"{one}\"{star}")).collect();
    let one = spellings.join(" OR ");
    Some(if spellings.len() > 1 { format!("({one})") } else { one })
}

/// A phrase, and how else its words are written: `covid19` for COVID-19, `childrens` for children's, and the other way
/// round.
fn spellings(phrase: &str) -> Vec<String> {
    let words: Vec<&str> = phrase.split(' ').collect();
    let parted: Vec<String> = words.iter().map(|word| part_word(word)).collect();
    let mut joined = String::with_capacity(phrase.len());
    let mut before = "";
    for word in &words {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let is_joined = before.len() > 1
            && before.bytes().all(|byte| byte.is_ascii_alphabetic())
            && (is_number || (*word == "s" && !before.ends_with('s')));
        if !is_joined && !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
        before = word;
    }
    let mut spellings = vec![phrase.to_owned(), parted.join(" "), joined];
    let mut seen = BTreeSet::new();
    spellings.retain(|one| seen.insert(one.clone()));
    spellings
}

/// A word with a blank between its letters and the number at its end, or before the s of a genitive.
fn part_word(word: &str) -> String {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let (stem, end) = match word.strip_suffix('s') {
        Some(stem) if stem.len() >= GENITIVE_BYTES_MIN && !stem.ends_with('s') && stem.is_ascii() => (stem, "s"),
        _ => (letters, word.get(letters.len()..).unwrap_or_default()),
    };
    let is_whole = stem.len() < 2 || end.is_empty() || !stem.ends_with(char::is_alphabetic);
    if is_whole { word.to_owned() } else { format!("{stem} {end}") }
}

/// A part of a query as a condition in SQL on `r.id`.
fn condition(values: &mut Vec<Value>, node: &Node) -> String {
    let mut all = |parts: &[Node], word: &str| {
        format!("({})", parts.iter().map(|part| condition(values, part)).collect::<Vec<_>>().join(word))
    };
    match node {
        Node::And(parts) => all(parts, " AND "),
        Node::Or(parts) => all(parts, " OR "),
        Node::Not(inner) => format!("NOT {}", condition(values, inner)),
        Node::Field { field: field @ (Field::Before | Field::After), value, .. } => {
            values.push(Value::Integer(day_row(value)));
            format!("r.id {} ?{}", if *field == Field::Before { "<" } else { ">=" }, values.len())
        }
        leaf => {
            let expression = expression(leaf);
            matches(values, expression)
        }
    }
}

fn matches(values: &mut Vec<Value>, expression: String) -> String {
    values.push(Value::Text(expression));
    format!("r.id IN (SELECT rowid FROM search WHERE search MATCH ?{})", values.len())
}

/// The tables and the condition that a question is about, with its values.
pub(super) fn source(question: &Question) -> (String, Vec<Value>) {
    match question {
        Question::Match { expression, from, until } => {
            let values = vec![Value::Integer(*from), Value::Integer(*until), Value::Text(expression.clone())];
            let sql = "search r WHERE r.rowid >= ?1 AND r.rowid < ?2 AND r.search MATCH ?3";
            (sql.to_owned(), values)
        }
        Question::Condition { sql, values } => (format!("search_piece r WHERE {sql}"), values.clone()),
    }
}

pub(crate) fn find(read: &Connection, search: &Search) -> Result<Found> {
    let question = question(search);
    let (from, mut values) = source(&question);
    let total = count(read, search)?;
    let is_match = matches!(question, Question::Match { .. });
    let is_ranked = is_match && search.order == Order::Relevance && !search.query.words().is_empty();
    let mut number = |value: Value| {
        values.push(value);
        format!("?{}", values.len())
    };
    let integer = |n: usize| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
    let limit = number(integer(search.limit));
    let offset = number(integer(search.offset));
    let id = if is_match { "r.rowid" } else { "r.id" };
    let (matched, key) = if is_ranked {
        let now = number(Value::Integer(row_of(search.now)));
        let most = number(integer(RANKED_MAX));
        let matched = format!(
            "SELECT {id} AS id, bm25(r.search, {WEIGHTS}) AS score FROM {from} ORDER BY r.rowid DESC LIMIT {most}"
        );
        let per = ROWS_PER_DAY * RECENCY_DAYS;
        (matched, format!("m.score * (1.0 + {RECENCY_PART} / (1.0 + max(0, {now} - m.id) / {per}))"))
    } else if search.per_work.is_some() {
        (format!("SELECT {id} AS id FROM {from}"), "-m.id".to_owned())
    } else {
        (format!("SELECT {id} AS id FROM {from} ORDER BY {id} DESC LIMIT {limit} OFFSET {offset}"), "-m.id".to_owned())
    };
    let rows = "m CROSS JOIN search_piece p ON p.id = m.id";
    let sql = match &search.per_work {
        Some(per_work) => {
            let places: Vec<String> =
                per_work.languages.iter().map(|language| number(Value::Text(language.clone()))).collect();
            let places: Vec<String> =
                places.iter().enumerate().map(|(place, language)| format!("WHEN {language} THEN {place}")).collect();
            let rank = match places.as_slice() {
                [] => "0".to_owned(),
                places => format!("CASE w.language {} ELSE {} END", places.join(" "), places.len()),
            };
            format!(
                "SELECT piece, id FROM (
                   SELECT p.piece AS piece, m.id AS id, {key} AS place,
                     row_number() OVER (PARTITION BY w.work ORDER BY {rank}, {key}) AS version
                   FROM ({matched}) {rows} CROSS JOIN piece w ON w.id = p.piece)
                 WHERE version = 1 ORDER BY place, id DESC LIMIT {limit} OFFSET {offset}"
            )
        }
        None if is_ranked => format!(
            "SELECT p.piece, m.id FROM ({matched}) {rows} ORDER BY {key}, m.id DESC LIMIT {limit} OFFSET {offset}"
        ),
        None => format!("SELECT p.piece, m.id FROM ({matched}) {rows} ORDER BY {key}"),
    };
    let mut query = read.prepare_cached(&sql)?;
    let rows: Vec<(PieceId, i64)> = query
        .query_map(params_from_iter(&values), |row| Ok((row.id(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let next = rows.last().map(|(_, row)| *row).filter(|_| rows.len() == search.limit);
    let ids: Vec<PieceId> = rows.into_iter().map(|(id, _)| id).collect();
    Ok(Found { pieces: views::load_views(read, &ids)?, total, next })
}

/// How many pieces, or works, a search finds in all.
fn count(read: &Connection, search: &Search) -> Result<usize> {
    let question = question(&Search { cursor: None, ..search.clone() });
    let (from, values) = source(&question);
    let sql = match (&search.per_work, question) {
        (None, _) => format!("SELECT count(*) FROM {from}"),
        (Some(_), question) => {
            let from = with_piece(&question, &from);
            format!(
                "SELECT count(DISTINCT (SELECT w.work FROM piece w WHERE w.id = {})) FROM {from}",
                piece_of(&question)
            )
        }
    };
    let total: Count = read.prepare_cached(&sql)?.query_row(params_from_iter(&values), |row| row.get(0))?;
    Ok(total.0)
}

/// The tables of a question, with those rows that name its pieces.
pub(super) fn with_piece(question: &Question, from: &str) -> String {
    match question {
        Question::Match { .. } => from.replacen("search r", "search r CROSS JOIN search_piece p ON p.id = r.rowid", 1),
        Question::Condition { .. } => from.to_owned(),
    }
}

/// The column of [`with_piece`] that names a piece.
pub(super) fn piece_of(question: &Question) -> &'static str {
    match question {
        Question::Match { .. } => "p.piece",
        Question::Condition { .. } => "r.piece",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_asked_as_they_may_be_written() {
        for (words, asked) in [
            ("covid19", "(\"covid19\" OR \"covid 19\")"),
            ("COVID-19", "(\"covid 19\" OR \"covid19\")"),
            ("childrens", "(\"childrens\" OR \"children s\")"),
            ("children’s rights", "(\"children s rights\" OR \"children s right s\" OR \"childrens rights\")"),
            ("covid19*", "(\"covid19\" * OR \"covid 19\" *)"),
            ("class", "\"class\""),
            ("2021", "\"2021\""),
            ("a 5", "\"a 5\""),
        ] {
            assert_eq!(text(words).as_deref(), Some(asked), "{words}");
        }
        assert_eq!(text("--"), None);
    }
}
