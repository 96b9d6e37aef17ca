//! Asks the index of sameness which stored pieces may be what came in.

use super::marks::{DAY_MILLIS, UNDATED, day_of, mark_of, numbers};
use super::translations;
use crate::error::Result;
use crate::sqlite::entries::{earlier_texts, pieces_holding};
use crate::sqlite::flags;
use crate::sqlite::pieces::{self, Extent};
use crate::sqlite::value::{Count, Json, ReadId};
use plenary_model::change::{Asked, CandidateSet, DoubtKind, Key, KeyKind, Screen, Sought};
use plenary_model::fold;
use plenary_model::id::{EntryKey, PieceId, SourceId};
use plenary_model::limits::Limits;
use plenary_model::sameness::Rung;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};

/// The pieces that hold what is asked for or may belong to what came in, in order of their ids.
pub(in crate::sqlite) fn find_pieces(
    read: &Connection,
    asked: &Asked,
    screen: Option<&dyn Screen>,
) -> Result<Vec<PieceId>> {
    let mut found: BTreeSet<PieceId> = pieces_holding(read, &asked.entries)?.into_iter().collect();
    let keys: BTreeSet<&Key> = asked.keys.iter().chain(asked.sought.iter().flat_map(|one| &one.keys)).collect();
    for key in keys.into_iter().filter(|key| matches!(key.kind, KeyKind::Id | KeyKind::Link)) {
        let mut query = read.prepare_cached(
            "SELECT m.piece FROM (SELECT entry FROM entry_key WHERE kind = ?1 AND value = ?2 LIMIT ?3) k
             CROSS JOIN member m ON m.entry = k.entry",
        )?;
        let rows =
            query.query_map(params![key.kind.as_str(), key.value, Count(asked.limits.candidates)], |row| row.id(0))?;
        for piece in rows {
            found.insert(piece?);
        }
    }
    let mut brought: BTreeSet<i64> = BTreeSet::new();
    for sought in &asked.sought {
        let by_marks = find_by_marks(read, sought, asked)?;
        let mut admits = screen.map(|screen| screen.open(&sought.sketch));
        let mut admits = |sketch: &[u8]| admits.as_mut().is_none_or(|admits| admits(sketch));
        add_candidates(read, sought, by_marks, asked, &mut admits, &mut found)?;
        translations::find_around(read, sought, &asked.limits, &mut brought)?;
    }
    for id in brought {
        found.extend(find_holder(read, id)?.map(|holder| holder.piece));
    }
    Ok(found.into_iter().collect())
}

#[derive(Default)]
struct Candidate {
    weight: f64,
    has_title: bool,
}

/// What shares a mark, with how much that weighs, heaviest first.
fn find_by_marks(read: &Connection, sought: &Sought, asked: &Asked) -> Result<Vec<(i64, Candidate)>> {
    let day = sought.dated.map(day_of);
    let mut found: HashMap<i64, Candidate> = HashMap::new();
    for key in &sought.keys {
        let Some(mark) = mark_of(key) else { continue };
        let holders = find_holders(read, mark, days_around(day, asked.window_days), day, &asked.limits)?;
        #[expect(clippy::cast_precision_loss, reason = "few")]
        let weight = 1.0 / holders.len() as f64;
        for holder in holders {
            let candidate = found.entry(holder).or_default();
            candidate.weight += weight;
            candidate.has_title |= key.kind == KeyKind::Title;
        }
    }
    let mut found: Vec<(i64, Candidate)> = found.into_iter().collect();
    found.sort_by(|x, y| y.1.weight.total_cmp(&x.1.weight).then(x.0.cmp(&y.0)));
    Ok(found)
}

/// The days that are within the window of one, or all when there is none.
fn days_around(day: Option<i64>, window_days: i64) -> (i64, i64) {
    let around = |day: i64| (day.saturating_sub(window_days + 1), day.saturating_add(window_days + 1));
    day.map_or((UNDATED, i64::MAX), around)
}

/// The holders of a mark on some days or without a date; of many, those nearest to `day`.
fn find_holders(
    read: &Connection,
    mark: i64,
    (from, to): (i64, i64),
    day: Option<i64>,
    limits: &Limits,
) -> Result<Vec<i64>> {
    let holders = limits.neighbours * 2;
    let mut all = read.prepare_cached("SELECT day, sought FROM mark WHERE value = ?1 LIMIT ?2")?;
    let rows = all.query_map(params![mark, Count(holders + 1)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut found: Vec<(i64, i64)> = rows.collect::<rusqlite::Result<_>>()?;
    if found.len() > holders {
        found = find_nearest(read, mark, (from, to), day, limits.neighbours)?;
    }
    found.retain(|(day, _)| *day == UNDATED || (from..=to).contains(day));
    Ok(found.into_iter().map(|(_, holder)| holder).collect())
}

/// The holders of a mark that many hold: those without a date, and those nearest in time.
fn find_nearest(
    read: &Connection,
    mark: i64,
    (from, to): (i64, i64),
    day: Option<i64>,
    half: usize,
) -> Result<Vec<(i64, i64)>> {
    let day = day.unwrap_or(to);
    let mut found = Vec::with_capacity(3 * half);
    for (first, last, order) in
        [(UNDATED, UNDATED, "ASC"), (from.max(UNDATED + 1), day, "DESC"), (day.saturating_add(1), to, "ASC")]
    {
        let sql = format!(
            "SELECT day, sought FROM mark WHERE value = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day {order}, sought LIMIT ?4"
        );
        let mut query = read.prepare_cached(&sql)?;
        let rows = query.query_map(params![mark, first, last, Count(half)], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(found)
}

struct Holder {
    source: SourceId,
    day: Option<i64>,
    first_seen: i64,
    title: String,
    piece: PieceId,
}

fn find_holder(read: &Connection, id: i64) -> Result<Option<Holder>> {
    let mut query = read.prepare_cached(
        "SELECT e.source, s.day, e.first_seen, e.title, m.piece FROM sought s
         CROSS JOIN entry e ON e.key = s.entry CROSS JOIN member m ON m.entry = s.entry WHERE s.id = ?1",
    )?;
    let row = |row: &rusqlite::Row<'_>| {
        let (source, day, first_seen) = (row.id(0)?, row.get(1)?, row.get(2)?);
        Ok(Holder { source, day, first_seen, title: row.get(3)?, piece: row.id(4)? })
    };
    Ok(query.query_row([id], row).optional()?)
}

/// What the screen says of an entry; one without a sketch is not ruled out.
fn may_bear(read: &Connection, id: i64, admits: &mut dyn FnMut(&[u8]) -> bool) -> Result<bool> {
    let mut query = read.prepare_cached("SELECT sketch FROM sought WHERE id = ?1")?;
    let mut rows = query.query([id])?;
    let Some(row) = rows.next()? else { return Ok(false) };
    let sketch = row.get_ref(0)?.as_blob().map_err(crate::StoreError::backend)?;
    Ok(sketch.is_empty() || admits(sketch))
}

/// How many days lie between two entries: between their dates, or, where one has none, between the
/// times at which they were first seen, in milliseconds.
fn days_apart((day, first_seen): (Option<i64>, i64), (other_day, other_seen): (Option<i64>, i64)) -> i64 {
    match (day, other_day) {
        (Some(day), Some(other)) => (day - other).abs(),
        _ => (first_seen - other_seen).abs() / DAY_MILLIS,
    }
}

/// The pieces of the candidates that can be the same piece as what came in.
fn add_candidates(
    read: &Connection,
    sought: &Sought,
    by_marks: Vec<(i64, Candidate)>,
    asked: &Asked,
    admits: &mut dyn FnMut(&[u8]) -> bool,
    found: &mut BTreeSet<PieceId>,
) -> Result<()> {
    let (window_days, limits) = (asked.window_days, &asked.limits);
    let own = (sought.dated.map(day_of), sought.first_seen.timestamp_millis());
    let mut kept = 0;
    let mut titled: Vec<(Option<i64>, i64)> = Vec::new();
    for (id, candidate) in by_marks.into_iter().take(limits.candidates) {
        if candidate.weight < limits.key_weight && kept >= limits.best_candidates {
            break;
        }
        let Some(holder) = find_holder(read, id)? else { continue };
        let apart = days_apart(own, (holder.day, holder.first_seen));
        // Within one source only a headline over two pieces says something, and that is of rubrics.
        let is_series = holder.source == sought.source && apart > limits.source_days + 1 && !candidate.has_title;
        if apart <= window_days + 1 && !is_series {
            // One that is under the headline may make it a rubric, whatever its text.
            if candidate.has_title || may_bear(read, id, admits)? {
                found.insert(holder.piece);
            }
            kept += 1;
            if candidate.has_title {
                titled.push((holder.day, holder.first_seen));
            }
        }
    }
    add_under_title(read, sought, &titled, asked, found)
}

/// The pieces under the headline of what came in that are near to those of its candidates in time, though
/// not to itself: a headline that stands over two of them is a rubric, and joins neither to a third.
fn add_under_title(
    read: &Connection,
    sought: &Sought,
    titled: &[(Option<i64>, i64)],
    asked: &Asked,
    found: &mut BTreeSet<PieceId>,
) -> Result<()> {
    let window_days = asked.window_days;
    let around = titled.iter().map(|(day, _)| days_around(*day, window_days));
    let Some(days) = around.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1))) else { return Ok(()) };
    for mark in sought.keys.iter().filter(|key| key.kind == KeyKind::Title).filter_map(mark_of) {
        for id in find_holders(read, mark, days, sought.dated.map(day_of), &asked.limits)? {
            let Some(holder) = find_holder(read, id)? else { continue };
            let other = (holder.day, holder.first_seen);
            if titled.iter().any(|one| days_apart(*one, other) <= window_days + 1) {
                found.insert(holder.piece);
            }
        }
    }
    Ok(())
}

/// The pieces under the headline of an entry that is in doubt for it, near to it in time: a third piece there
/// may be what makes the headline a rubric, and the doubt one that stays.
fn add_under_headline(read: &Connection, entry: &EntryKey, asked: &Asked, found: &mut BTreeSet<PieceId>) -> Result<()> {
    let window_days = asked.window_days;
    let mut query = read.prepare_cached(
        "SELECT s.day, e.first_seen, e.title, s.marks FROM sought s CROSS JOIN entry e ON e.key = s.entry
         WHERE s.entry = ?1",
    )?;
    let row = |row: &rusqlite::Row<'_>| {
        let headline = fold::line(row.get_ref(2)?.as_str()?);
        Ok(((row.get(0)?, row.get(1)?), headline, numbers(row.get_ref(3)?.as_blob()?)))
    };
    let Some((own, headline, marks)) = query.query_row([entry.as_str()], row).optional()? else { return Ok(()) };
    let (day, _): (Option<i64>, i64) = own;
    let mut met: BTreeSet<i64> = BTreeSet::new();
    for mark in marks {
        met.extend(find_holders(read, mark, days_around(day, window_days), day, &asked.limits)?);
    }
    for id in met {
        let Some(holder) = find_holder(read, id)? else { continue };
        let is_near = days_apart(own, (holder.day, holder.first_seen)) <= window_days + 1;
        if is_near && fold::line(&holder.title) == headline {
            found.insert(holder.piece);
        }
    }
    Ok(())
}

/// What is known about what came in: the pieces asked for and those in doubt with them, since what comes
/// in can settle a doubt.
pub(crate) fn load_candidates(read: &Connection, asked: &Asked, screen: Option<&dyn Screen>) -> Result<CandidateSet> {
    let mut found: BTreeSet<PieceId> = find_pieces(read, asked, screen)?.into_iter().collect();
    let mut doubts: BTreeSet<(EntryKey, EntryKey)> = BTreeSet::new();
    let mut last: Vec<PieceId> = found.iter().cloned().collect();
    let mut headed: BTreeSet<EntryKey> = BTreeSet::new();
    let mut query = read.prepare_cached(
        "SELECT d.entry, d.other, n.piece, d.rung FROM json_each(?1) a CROSS JOIN member m ON m.piece = a.value
         CROSS JOIN doubt d ON d.entry = m.entry AND d.kind = ?2 CROSS JOIN member n ON n.entry = d.other
         UNION ALL SELECT d.entry, d.other, n.piece, d.rung FROM json_each(?1) a CROSS JOIN member m ON m.piece = a.value
         CROSS JOIN doubt d ON d.other = m.entry AND d.kind = ?2 CROSS JOIN member n ON n.entry = d.entry",
    )?;
    for _ in 0..asked.limits.doubt_rounds {
        if last.is_empty() {
            break;
        }
        let given = params![Json(&last), DoubtKind::PossibleDuplicate.as_str()];
        let rows = query
            .query_map(given, |row| Ok(((row.id(0)?, row.id(1)?), row.id::<PieceId>(2)?, row.get::<_, String>(3)?)))?;
        last.clear();
        for row in rows {
            let (pair, partner, rung): ((EntryKey, EntryKey), _, _) = row?;
            if rung == Rung::SameTitle.as_str() {
                headed.extend([pair.0.clone(), pair.1.clone()]);
            }
            doubts.insert(pair);
            if found.insert(partner.clone()) {
                last.push(partner);
            }
        }
    }
    for entry in headed {
        add_under_headline(read, &entry, asked, &mut found)?;
    }
    let ids: Vec<PieceId> = found.into_iter().collect();
    let dossiers = if ids.is_empty() { Vec::new() } else { pieces::dossiers(read, &ids, Extent::Whole)? };
    let first_pass_done = flags::is_first_pass_done(read)?;
    let earlier = earlier_texts(read, &asked.entries)?;
    let doubts = doubts.into_iter().collect();
    Ok(CandidateSet { dossiers, doubts, earlier, first_pass_done, ..CandidateSet::default() })
}
