//! How many of the pieces that a search finds have each value of each facet.

use super::ask::{Question, piece_of, question, source, with_piece};
use crate::error::Result;
use crate::sqlite::flags;
use plenary_model::query::Field;
use plenary_model::view::{Facet, FacetCount, Search};
use rusqlite::{Connection, params_from_iter};

/// The facets that are counted, by the word before the colon.
fn facet_of(name: &str) -> Option<Facet> {
    if name == "year" {
        return Some(Facet::Year);
    }
    let fields = [
        Field::Section,
        Field::Topic,
        Field::Genre,
        Field::Standing,
        Field::Language,
        Field::Country,
        Field::Organisation,
        Field::Source,
    ];
    fields.into_iter().find(|field| field.name() == name).map(Facet::Field)
}

pub(crate) fn facets(read: &Connection, search: &Search) -> Result<(Vec<FacetCount>, u64)> {
    let question = question(search);
    let (from, values) = source(&question);
    let (from, piece) = (with_piece(&question, &from), piece_of(&question));
    let facets = if matches!(question, Question::Match { .. }) { "p.facets" } else { "r.facets" };
    let sql = match search.per_work {
        // Versions of a work that follow each other are counted once.
        Some(_) => {
            let work = format!("(SELECT w.work FROM piece w WHERE w.id = {piece})");
            format!("SELECT {facets}, {work} AS work FROM {from} ORDER BY work")
        }
        None => format!("SELECT {facets}, NULL FROM {from}"),
    };
    let mut counts: Vec<usize> = Vec::new();
    // By facet, the number of the work that was counted last.
    let mut counted: Vec<usize> = Vec::new();
    let (mut work, mut last): (usize, Option<String>) = (0, None);
    let mut query = read.prepare_cached(&sql)?;
    let mut rows = query.query(params_from_iter(&values))?;
    while let Some(row) = rows.next()? {
        let of: Option<String> = row.get(1)?;
        if of.is_none() || of != last {
            work += 1;
            last = of;
        }
        let numbers = row.get_ref(0)?.as_blob().unwrap_or_default();
        let (numbers, _) = numbers.as_chunks::<4>();
        for number in numbers {
            let at = u32::from_le_bytes(*number) as usize;
            if at >= counts.len() {
                counts.resize(at + 1, 0);
                counted.resize(at + 1, 0);
            }
            if let (Some(count), Some(counted)) = (counts.get_mut(at), counted.get_mut(at))
                && *counted != work
            {
                *counted = work;
                *count += 1;
            }
        }
    }
    let mut query = read.prepare_cached("SELECT id, token, value FROM search_facet")?;
    let named = query.query_map([], |row| Ok((row.get::<_, u32>(0)? as usize, row.get(1)?, row.get(2)?)))?;
    let named: Vec<(usize, String, String)> = named.collect::<rusqlite::Result<_>>()?;
    let mut found: Vec<FacetCount> = named
        .into_iter()
        .filter_map(|(id, token, value)| {
            let pieces = counts.get(id).copied().filter(|pieces| *pieces > 0)?;
            let facet = facet_of(token.split(':').next().unwrap_or_default())?;
            Some(FacetCount { facet, value, pieces })
        })
        .collect();
    found.sort_by(|a, b| b.pieces.cmp(&a.pieces).then_with(|| a.value.cmp(&b.value)));
    Ok((found, flags::search_revision(read)?))
}
