//! What may have been meant by a word that no piece has: the nearest word of titles and names.

use super::ask::text;
use crate::error::Result;
use crate::sqlite::value::Count;
use plenary_model::fold;
use plenary_model::query::{Node, Query};
use rusqlite::Connection;

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
                found.push((column + before, typed.to_owned(), meant));
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
