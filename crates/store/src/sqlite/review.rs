//! What needs a human, most useful first: a question about the policy, sources that are lost, what
//! is held back, what may be one piece twice, what waits for a first look or is suggested by a model.

use super::doubts;
use super::flags;
use super::in_doubt;
use super::polls::states;
use super::sources::{self, names};
use super::value::{Count, Json, Millis, ReadId};
use crate::error::Result;
use chrono::{DateTime, Utc};
use plenary_model::change::DoubtKind;
use plenary_model::id::{SectionSlug, SourceId};
use plenary_model::learned::Opinion;
use plenary_model::poll::PollState;
use plenary_model::reason::Reason;
use plenary_model::review::{ReviewItem, ReviewKind, ReviewReason};
use plenary_model::source::RemovedSource;
use plenary_model::view::DoubtLine;
use plenary_model::warning::WarningCode;
use rusqlite::{Connection, Row};

/// Failures in a row from which a source needs a human: with the back-off, more than a day.
const FAILURES_NOTED: u32 = 5;
/// Score of what rules suggest and no model has heard of: staff approve most of it.
const UNHEARD_SCORE: u16 = 700;
/// Score of what is certain.
const CERTAIN_SCORE: u16 = 1_000;

pub(crate) fn items(read: &Connection, limit: usize) -> Result<Vec<ReviewItem>> {
    let mut items: Vec<ReviewItem> = Vec::new();
    items.extend(flags::policy_question(read)?);
    items.extend(list_removed_sources(read)?);
    items.extend(list_lost_sources(read)?);
    items.extend(list_held_updates(read, limit)?);
    items.extend(list_held(read, limit)?);
    let mut pairs = Vec::new();
    for kind in [DoubtKind::PossibleDuplicate, DoubtKind::PossibleTranslation] {
        pairs.extend(doubts::of_kind(read, kind, limit)?.into_iter().map(in_doubt));
    }
    items.extend(in_turn(pairs, waiting(read, limit)?));
    items.truncate(limit);
    Ok(items)
}

/// One of each in turn, so that many of the one do not hide the other.
fn in_turn(some: Vec<ReviewItem>, others: Vec<ReviewItem>) -> Vec<ReviewItem> {
    let (mut some, mut others) = (some.into_iter(), others.into_iter());
    let mut items = Vec::with_capacity(some.len() + others.len());
    while some.len() + others.len() > 0 {
        items.extend(some.next());
        items.extend(others.next());
    }
    items
}

/// A pair in doubt as a question: readers see one text twice until it is answered.
fn in_doubt(line: DoubtLine) -> ReviewItem {
    ReviewItem {
        kind: kind_of(line.kind),
        id: line.one.piece.0.clone(),
        title: line.one.title.clone(),
        sections: Vec::new(),
        reasons: vec![ReviewReason::Pair { rung: line.rung, found: line.found.clone() }],
        since: line.since,
        score: None,
        pair: Some(line),
    }
}

fn kind_of(doubt: DoubtKind) -> ReviewKind {
    match doubt {
        DoubtKind::PossibleDuplicate => ReviewKind::PossibleDuplicate,
        DoubtKind::PossibleTranslation => ReviewKind::PossibleTranslation,
        DoubtKind::Related => ReviewKind::Related,
    }
}

/// Sources that left the policy while readers see pieces of theirs, until staff say what becomes of these.
fn list_removed_sources(read: &Connection) -> Result<Vec<ReviewItem>> {
    let asked = sources::removed(read, None)?.into_iter().filter(|one| one.shown > 0 && one.decided.is_none());
    let item = |one: RemovedSource| ReviewItem {
        kind: ReviewKind::Source,
        id: one.source.id.0.clone(),
        title: one.source.name,
        sections: Vec::new(),
        reasons: vec![ReviewReason::Removed { source: one.source.id.0, shown: one.shown }],
        since: one.at,
        score: None,
        pair: None,
    };
    Ok(asked.map(item).collect())
}

/// Sources that are gone, that have failed for long, or for which a repair is proposed.
fn list_lost_sources(read: &Connection) -> Result<Vec<ReviewItem>> {
    let mut query = read.prepare_cached("SELECT id FROM source WHERE enabled = 1")?;
    let enabled: Vec<SourceId> = query.query_map([], |row| row.id(0))?.collect::<rusqlite::Result<_>>()?;
    let names = names(read, &enabled)?;
    let mut lost: Vec<(bool, ReviewItem)> = Vec::new();
    for state in states(read)? {
        let Some(name) = names.get(&state.source) else { continue };
        let reasons = why_lost(&state);
        if !reasons.is_empty() {
            let since = state.succeeded_at.or(state.polled_at).unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
            let item = ReviewItem {
                kind: ReviewKind::Source,
                id: state.source.0.clone(),
                title: name.clone(),
                sections: Vec::new(),
                reasons,
                since,
                score: None,
                pair: None,
            };
            let proposed = state.warnings.iter().any(|warning| warning.code == WarningCode::Proposal);
            lost.push((proposed, item));
        }
    }
    // A proposal needs one word of staff, so it comes first; then what has been lost longest.
    lost.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.since.cmp(&other.since)));
    Ok(lost.into_iter().map(|(_, item)| item).collect())
}

fn why_lost(state: &PollState) -> Vec<ReviewReason> {
    let mut reasons: Vec<ReviewReason> = state
        .warnings
        .iter()
        .filter(|warning| warning.code == WarningCode::Proposal)
        .map(|warning| ReviewReason::Proposal { message: warning.message.clone() })
        .collect();
    if let Some((_, cause)) = &state.last {
        let cause = cause.clone();
        if state.gone {
            reasons.push(ReviewReason::Gone { cause });
        } else if state.failures >= FAILURES_NOTED {
            reasons.push(ReviewReason::Failing { failures: state.failures, cause });
        }
    }
    reasons
}

/// Pieces whose change waits, longest first.
fn list_held_updates(read: &Connection, limit: usize) -> Result<Vec<ReviewItem>> {
    let mut query = read.prepare_cached(
        "SELECT p.id, e.title, p.held_update,
           (SELECT json_group_array(section) FROM placement s WHERE s.piece = p.id AND s.shown = 1)
         FROM piece p JOIN entry e ON e.key = p.lead
         WHERE p.held_update IS NOT NULL AND p.withdrawn_at IS NULL ORDER BY p.held_update, p.id LIMIT ?1",
    )?;
    let rows = query.query_map([Count(limit)], |row| {
        Ok(ReviewItem {
            kind: ReviewKind::Held,
            id: row.get(0)?,
            title: row.get(1)?,
            sections: row.get::<_, Json<_>>(3)?.0,
            reasons: vec![ReviewReason::HeldUpdate],
            since: row.get::<_, Millis>(2)?.0,
            score: None,
            pair: None,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Pieces held back in one or several sections, longest first.
fn list_held(read: &Connection, limit: usize) -> Result<Vec<ReviewItem>> {
    let rows = list_placed(
        read,
        "s.present = 1 AND s.state IN ('pending', 'held') AND s.state = 'held' AND p.withdrawn_at IS NULL",
        "since, s.piece",
        limit,
    )?;
    Ok(rows.into_iter().map(|row| row.item(ReviewKind::Held, None)).collect())
}

/// What waits for a first look, what models suggest and what they doubt, most useful first: by how
/// surely a decision changes what readers see, the newest of equals.
fn waiting(read: &Connection, limit: usize) -> Result<Vec<ReviewItem>> {
    let pending = list_placed(
        read,
        "s.present = 1 AND s.state IN ('pending', 'held') AND s.state = 'pending' AND p.withdrawn_at IS NULL",
        "ifnull(max(s.learned ->> 'probability'), ?2) DESC, since DESC, s.piece",
        limit,
    )?;
    let doubted = list_placed(
        read,
        "s.learned IS NOT NULL AND s.present = 1 AND s.shown = 1 AND s.learned ->> 'belongs' = 0 AND ?2 > 0",
        "min(s.learned ->> 'probability'), since DESC, s.piece",
        limit,
    )?;
    let mut items: Vec<ReviewItem> = in_doubt::list(read, limit)?;
    let is_new = |known: &[ReviewItem], one: &ReviewItem| !known.iter().any(|item| item.id == one.id);
    items.extend(pending.into_iter().map(Waiting::pending));
    let by_models: Vec<ReviewItem> = doubted.into_iter().map(Waiting::list_doubted).collect();
    items.retain(|item| is_new(&by_models, item) || item.kind != ReviewKind::Doubted);
    items.extend(by_models);
    items.sort_by(|one, other| {
        (other.score, other.since).cmp(&(one.score, one.since)).then_with(|| one.id.cmp(&other.id))
    });
    Ok(items)
}

/// A piece that needs a human in some of its sections.
struct Waiting {
    id: String,
    title: String,
    since: DateTime<Utc>,
    sections: Vec<SectionSlug>,
    reasons: Vec<ReviewReason>,
    /// What models say, of those sections that have one.
    learned: Vec<Opinion>,
}

impl Waiting {
    fn item(self, kind: ReviewKind, score: Option<u16>) -> ReviewItem {
        let Self { id, title, since, sections, reasons, .. } = self;
        ReviewItem { kind, id, title, sections, reasons, since, score, pair: None }
    }

    /// Waits because of its source, or because a model alone suggests it.
    fn pending(self) -> ReviewItem {
        let is_by_rule = self.learned.len() < self.sections.len() || self.learned.iter().any(|opinion| opinion.by_rule);
        let score = self.learned.iter().map(|opinion| opinion.probability).max().unwrap_or(UNHEARD_SCORE);
        self.item(if is_by_rule { ReviewKind::Pending } else { ReviewKind::Suggested }, Some(score))
    }

    /// Readers see it and a model would not place it.
    fn list_doubted(mut self) -> ReviewItem {
        let least = self.learned.iter().map(|opinion| opinion.probability).min().unwrap_or_default();
        let spoken = self.learned.iter().map(|opinion| Reason::Learned { why: opinion.why.clone() });
        self.reasons = spoken.map(|reason| ReviewReason::Placement { reason }).collect();
        self.item(ReviewKind::Doubted, Some(CERTAIN_SCORE.saturating_sub(least)))
    }
}

/// The pieces with placements that meet a condition, each once.
fn list_placed(read: &Connection, condition: &str, order: &str, limit: usize) -> Result<Vec<Waiting>> {
    let sql = format!(
        "SELECT s.piece, e.title, min(s.entered) AS since, json_group_array(s.section),
           json_group_array(json(s.reasons)), json_group_array(json(s.learned)) FILTER (WHERE s.learned IS NOT NULL)
         FROM placement s CROSS JOIN piece p ON p.id = s.piece CROSS JOIN entry e ON e.key = p.lead
         WHERE {condition} GROUP BY s.piece ORDER BY {order} LIMIT ?1"
    );
    let mut query = read.prepare_cached(&sql)?;
    let of = |row: &Row<'_>| {
        let Json(reasons) = row.get::<_, Json<Vec<Vec<Reason>>>>(4)?;
        let mut said: Vec<ReviewReason> = Vec::new();
        for reason in reasons.into_iter().flatten().map(|reason| ReviewReason::Placement { reason }) {
            if !said.contains(&reason) {
                said.push(reason);
            }
        }
        Ok(Waiting {
            id: row.get(0)?,
            title: row.get(1)?,
            since: row.get::<_, Millis>(2)?.0,
            sections: row.get::<_, Json<_>>(3)?.0,
            reasons: said,
            learned: row.get::<_, Option<Json<_>>>(5)?.map(|opinions| opinions.0).unwrap_or_default(),
        })
    };
    let count = query.parameter_count();
    let bound = [i64::try_from(limit).unwrap_or(i64::MAX), i64::from(UNHEARD_SCORE)];
    let rows = query.query_map(rusqlite::params_from_iter(bound.iter().take(count)), of)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
