//! Asks the index of sameness which stored pieces may be what came in.

use super::marks::{DAY_MILLIS, UNDATED, day_of, mark_of, numbers, text_of};
use super::translations;
use crate::error::Result;
use crate::sqlite::entries::{earlier_texts, pieces_holding};
use crate::sqlite::flags;
use crate::sqlite::pieces::{self, Extent};
use crate::sqlite::value::{Count, Json, ReadId};
use plenary_model::change::{Asked, CandidateSet, DoubtKind, Key, Screen, Sought};
use plenary_model::fold;
use plenary_model::id::{EntryKey, PieceId};
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
    let keys = asked.keys.iter().chain(asked.sought.iter().flat_map(|one| &one.keys)).filter_map(text_of);
    let keys: BTreeSet<(&str, &str)> = keys.collect();
    for (kind, text) in keys {
        let mut query = read.prepare_cached(
            "SELECT m.piece FROM (SELECT entry FROM entry_key WHERE kind = ?1 AND value = ?2 LIMIT ?3) k
             CROSS JOIN member m ON m.entry = k.entry",
        )?;
        let rows = query.query_map(params![kind, text, Count(asked.limits.candidates)], |row| row.id(0))?;
        for piece in rows {
            found.insert(piece?);
        }
    }
    let mut brought: BTreeSet<i64> = BTreeSet::new();
    let meetings = Meetings::find(read, asked)?;
    for sought in &asked.sought {
        let by_marks = find_by_marks(read, sought, asked, &meetings)?;
        let mut admits = screen.map(|screen| screen.open(&sought.sketch));
        let mut admits = |sketch: &[u8]| admits.as_mut().is_none_or(|admits| admits(sketch));
        add_candidates(read, sought, by_marks, asked, &mut admits, &mut found)?;
        translations::find_around(read, sought, &asked.limits, &mut brought)?;
    }
    for id in brought {
        found.extend(find_piece(read, id)?);
    }
    Ok(found.into_iter().collect())
}

/// Who holds the marks of what came in.
struct Meetings(HashMap<i64, Vec<(i64, i64)>>);

impl Meetings {
    /// Asks each mark once, in the order in which they are stored: what lies on one page is read from it together. Of
    /// many holders not all are listed, and nobody's is left out.
    fn find(read: &Connection, asked: &Asked) -> Result<Self> {
        let mut marks: Vec<i64> =
            asked.sought.iter().flat_map(|sought| sought.keys.iter().filter_map(mark_of)).collect();
        marks.sort_unstable();
        marks.dedup();
        let mut met = HashMap::new();
        for mark in marks {
            let holders = list_holders(read, mark, &asked.limits)?;
            if !holders.is_empty() {
                met.insert(mark, holders);
            }
        }
        Ok(Self(met))
    }
}

#[derive(Default)]
struct Candidate {
    weight: f64,
    has_title: bool,
}

/// What shares a mark, with how much that weighs, heaviest first.
fn find_by_marks(
    read: &Connection,
    sought: &Sought,
    asked: &Asked,
    meetings: &Meetings,
) -> Result<Vec<(i64, Candidate)>> {
    let day = sought.dated.map(day_of);
    let mut found: HashMap<i64, Candidate> = HashMap::new();
    for key in &sought.keys {
        let Some(mark) = mark_of(key) else { continue };
        let Some(met) = meetings.0.get(&mark) else { continue };
        let holders = keep_near(read, mark, met, days_around(day, asked.window_days), day, &asked.limits)?;
        #[expect(clippy::cast_precision_loss, reason = "few")]
        let weight = 1.0 / holders.len() as f64;
        for holder in holders {
            let candidate = found.entry(holder).or_default();
            candidate.weight += weight;
            candidate.has_title |= matches!(key, Key::Title(_));
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
    keep_near(read, mark, &list_holders(read, mark, limits)?, (from, to), day, limits)
}

/// The holders of a mark with their days: all, or one more than are looked at.
fn list_holders(read: &Connection, mark: i64, limits: &Limits) -> Result<Vec<(i64, i64)>> {
    let mut all = read.prepare_cached("SELECT day, sought FROM mark WHERE value = ?1 LIMIT ?2")?;
    let rows = all.query_map(params![mark, Count(limits.neighbours * 2 + 1)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Of the `listed` holders of a mark those on some days or without a date; of many, those nearest to `day`.
fn keep_near(
    read: &Connection,
    mark: i64,
    listed: &[(i64, i64)],
    (from, to): (i64, i64),
    day: Option<i64>,
    limits: &Limits,
) -> Result<Vec<i64>> {
    let nearest;
    let mut holders = listed;
    if listed.len() > limits.neighbours * 2 {
        nearest = find_nearest(read, mark, (from, to), day, limits.neighbours)?;
        holders = &nearest;
    }
    let is_near = |day: i64| day == UNDATED || (from..=to).contains(&day);
    Ok(holders.iter().filter(|(day, _)| is_near(*day)).map(|(_, holder)| *holder).collect())
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

/// When an entry was published, as a day, and first seen, in milliseconds.
type Time = (Option<i64>, i64);

/// The source and time of an entry, and whether `admits` lets its sketch through; one without a sketch is not ruled out.
/// `None` for an entry that is not there.
fn find_candidate(
    read: &Connection,
    id: i64,
    admits: impl FnOnce(&[u8]) -> bool,
    is_counted: impl FnOnce(&str, Time) -> bool,
) -> Result<Option<(Time, bool)>> {
    let mut query = read.prepare_cached("SELECT source, day, first_seen, sketch FROM sought WHERE id = ?1")?;
    let mut rows = query.query([id])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let time = (row.get(1)?, row.get(2)?);
    let source = row.get_ref(0)?.as_str().map_err(crate::StoreError::backend)?;
    if !is_counted(source, time) {
        return Ok(None);
    }
    let sketch = row.get_ref(3)?.as_blob().map_err(crate::StoreError::backend)?;
    Ok(Some((time, sketch.is_empty() || admits(sketch))))
}

fn find_time(read: &Connection, id: i64) -> Result<Option<Time>> {
    let mut query = read.prepare_cached("SELECT day, first_seen FROM sought WHERE id = ?1")?;
    Ok(query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

fn find_piece(read: &Connection, id: i64) -> Result<Option<PieceId>> {
    let mut query =
        read.prepare_cached("SELECT m.piece FROM sought s CROSS JOIN member m ON m.entry = s.entry WHERE s.id = ?1")?;
    Ok(query.query_row([id], |row| row.id(0)).optional()?)
}

/// How many days lie between two entries: between their dates, or, where one has none, between the
/// times at which they were first seen, in milliseconds.
fn days_apart((day, first_seen): Time, (other_day, other_seen): Time) -> i64 {
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
    let mut titled: Vec<Time> = Vec::new();
    for (id, candidate) in by_marks.into_iter().take(limits.candidates) {
        if candidate.weight < limits.key_weight && kept >= limits.best_candidates {
            break;
        }
        let is_counted = |source: &str, time: Time| {
            let apart = days_apart(own, time);
            // Within one source only a headline over two pieces says something, and that is of rubrics.
            let is_series = source == sought.source.as_str() && apart > limits.source_days + 1 && !candidate.has_title;
            apart <= window_days + 1 && !is_series
        };
        // One that is under the headline may make it a rubric, whatever its text.
        let admits = |sketch: &[u8]| candidate.has_title || admits(sketch);
        let Some((time, is_admitted)) = find_candidate(read, id, admits, is_counted)? else { continue };
        if is_admitted {
            found.extend(find_piece(read, id)?);
        }
        kept += 1;
        if candidate.has_title {
            titled.push(time);
        }
    }
    add_under_title(read, sought, &titled, asked, found)
}

/// The pieces under the headline of what came in that are near to those of its candidates in time, though
/// not to itself: a headline that stands over two of them is a rubric, and joins neither to a third.
fn add_under_title(
    read: &Connection,
    sought: &Sought,
    titled: &[Time],
    asked: &Asked,
    found: &mut BTreeSet<PieceId>,
) -> Result<()> {
    let window_days = asked.window_days;
    let around = titled.iter().map(|(day, _)| days_around(*day, window_days));
    let Some(days) = around.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1))) else { return Ok(()) };
    for mark in sought.keys.iter().filter(|key| matches!(key, Key::Title(_))).filter_map(mark_of) {
        for id in find_holders(read, mark, days, sought.dated.map(day_of), &asked.limits)? {
            let Some(other) = find_time(read, id)? else { continue };
            if titled.iter().any(|one| days_apart(*one, other) <= window_days + 1) {
                found.extend(find_piece(read, id)?);
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
        "SELECT s.day, s.first_seen, e.title, s.marks FROM sought s CROSS JOIN entry e ON e.key = s.entry
         WHERE s.entry = ?1",
    )?;
    let row = |row: &rusqlite::Row<'_>| {
        let headline = fold::line(row.get_ref(2)?.as_str()?);
        Ok(((row.get(0)?, row.get(1)?), headline, numbers(row.get_ref(3)?.as_blob()?)))
    };
    let Some((own, headline, marks)) = query.query_row([entry.as_str()], row).optional()? else { return Ok(()) };
    let (day, _): Time = own;
    let mut met: BTreeSet<i64> = BTreeSet::new();
    for mark in marks {
        met.extend(find_holders(read, mark, days_around(day, window_days), day, &asked.limits)?);
    }
    for id in met {
        let is_near = find_time(read, id)?.is_some_and(|time| days_apart(own, time) <= window_days + 1);
        if is_near && find_headline(read, id)?.is_some_and(|other| other == headline) {
            found.extend(find_piece(read, id)?);
        }
    }
    Ok(())
}

/// The title of an entry, folded.
fn find_headline(read: &Connection, id: i64) -> Result<Option<String>> {
    let mut query =
        read.prepare_cached("SELECT e.title FROM sought s CROSS JOIN entry e ON e.key = s.entry WHERE s.id = ?1")?;
    Ok(query.query_row([id], |row| Ok(fold::line(row.get_ref(0)?.as_str()?))).optional()?)
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
