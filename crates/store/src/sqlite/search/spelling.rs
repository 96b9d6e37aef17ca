//! What may have been meant by a word that no piece has: the nearest word of titles and names.

use super::ask::text;
use crate::error::Result;
use crate::sqlite::value::Count;
use plenary_model::fold;
use plenary_model::query::{Node, Query};
use rusqlite::{Connection, params};

/// Shortest word that is kept and mended, in letters: shorter ones are near to everything.
pub(super) const LETTERS_MIN: usize = 4;
/// Longest word in which one letter may be wrong; in longer ones two.
const ONE_WRONG_MAX: usize = 6;
/// Words of the same distance that are tried, to choose the most frequent.
const TRIED_MAX: usize = 12;

/// Unknown words of a query for which others are looked for: each looks at all words that are kept.
const MENDED_MAX: usize = 4;

pub(crate) fn spelling(read: &Connection, query: &Query) -> Result<Vec<(usize, String, String)>> {
    let mut found = Vec::new();
    let mut unknown = 0;
    for leaf in query.leaves() {
        let Node::Text { words, column } = leaf else { continue };
        for (at, word) in fold::words(words) {
            let typed = words.get(at.clone()).unwrap_or_default();
            let before = words.get(..at.start).unwrap_or_default().chars().count();
            // A phrase begins after its quotation mark; where that stood is found by the caller.
            if word.chars().count() < LETTERS_MIN || pieces_with(read, &word)? > 0 {
                continue;
            }
            unknown += 1;
            if unknown > MENDED_MAX {
                return Ok(found);
            }
            if let Some(meant) = nearest(read, &word)? {
                let written = read_as_written(read, &meant)?;
                found.push((column + before, typed.to_owned(), written.unwrap_or(meant)));
            }
        }
    }
    Ok(found)
}

fn pieces_with(read: &Connection, word: &str) -> Result<usize> {
    let Some(phrase) = text(word) else { return Ok(0) };
    let mut query = read.prepare_cached("SELECT count(*) FROM search WHERE search MATCH ?1")?;
    let count: Count = query.query_row([format!("{{title body names}} : {phrase}")], |row| row.get(0))?;
    Ok(count.0)
}

/// The word of the fewest wrong letters, the most frequent of equals; `None` when none is near.
fn nearest(read: &Connection, word: &str) -> Result<Option<String>> {
    let letters = word.chars().count();
    let most = if letters <= ONE_WRONG_MAX { 1 } else { 2 };
    let mut query = read.prepare_cached("SELECT word FROM search_word WHERE length(word) BETWEEN ?1 AND ?2")?;
    let mut near: Vec<(usize, String)> = Vec::new();
    let mut rows = query.query([Count(letters - most), Count(letters + most)])?;
    while let Some(row) = rows.next()? {
        let known = row.get_ref(0)?.as_str().unwrap_or_default();
        let distance = strsim::osa_distance(word, known);
        if distance <= most {
            near.push((distance, known.to_owned()));
        }
    }
    near.sort();
    let mut best: Option<(usize, usize, String)> = None;
    for (distance, known) in near.into_iter().take(TRIED_MAX) {
        let pieces = pieces_with(read, &known)?;
        let is_better = best.as_ref().is_none_or(|(other, most, _)| distance == *other && pieces > *most);
        if pieces > 0 && is_better {
            best = Some((distance, pieces, known));
        }
    }
    Ok(best.map(|(_, _, word)| word))
}

/// A folded word as a publisher writes it, with its accents and article, but in small letters: from the title of a piece
/// that has it there, else from a publisher's name. `None` where it stands in neither.
fn read_as_written(read: &Connection, word: &str) -> Result<Option<String>> {
    let Some(phrase) = text(word) else { return Ok(None) };
    let mut query = read.prepare_cached(
        "SELECT e.title, s.name FROM (SELECT rowid AS id FROM search WHERE search MATCH ?1 LIMIT ?2) f
         CROSS JOIN search_piece p ON p.id = f.id CROSS JOIN piece i ON i.id = p.piece
         CROSS JOIN entry e ON e.key = i.lead LEFT JOIN source s ON s.id = e.source",
    )?;
    let mut rows = query.query(params![format!("{{title names}} : {phrase}"), Count(TRIED_MAX)])?;
    while let Some(row) = rows.next()? {
        for text in [row.get::<_, Option<String>>(0)?, row.get(1)?].into_iter().flatten() {
            let found = fold::words(&text).into_iter().find(|(_, folded)| folded == word);
            if let Some(written) = found.and_then(|(at, _)| text.get(at)) {
                return Ok(Some(written.to_lowercase()));
            }
        }
    }
    Ok(None)
}
