//! What needs a human, most useful first: a question about the policy, sources that are lost, what
//! is held back, what may be one piece twice, what waits for a first look.

use super::Result;
use super::doubts;
use super::polls::states;
use super::sources::names;
use super::value::{Count, Json, Millis, Word};
use crate::model::change::DoubtKind;
use crate::model::id::{SectionSlug, SourceId};
use crate::model::poll::PollState;
use crate::model::section::PlacementState;
use crate::model::view::{DoubtLine, ReviewItem};
use crate::store::{POLICY_QUESTION, PROPOSAL_WARNING};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

/// Failures in a row from which a source needs a human: with the back-off, more than a day.
const FAILURES_NOTED: u32 = 5;

/// What needs a human.
pub(in crate::store) fn items(read: &Connection, limit: usize) -> Result<Vec<ReviewItem>> {
    let mut items: Vec<ReviewItem> = Vec::new();
    if let Some(question) = super::editions::flag(read, POLICY_QUESTION)? {
        items.extend(serde_json::from_str::<ReviewItem>(&question).ok());
    }
    items.extend(lost_sources(read)?);
    items.extend(held_updates(read, limit)?);
    items.extend(waiting(read, PlacementState::Held, limit)?);
    for kind in [DoubtKind::PossibleDuplicate, DoubtKind::PossibleTranslation] {
        items.extend(doubts::of_kind(read, kind, limit)?.into_iter().map(in_doubt));
    }
    items.extend(waiting(read, PlacementState::Pending, limit)?);
    items.truncate(limit);
    Ok(items)
}

/// A pair in doubt as a question: readers see one text twice until it is answered.
fn in_doubt(line: DoubtLine) -> ReviewItem {
    ReviewItem {
        kind: line.kind.as_str().to_owned(),
        id: line.one.piece.0.clone(),
        title: line.one.title.clone(),
        sections: Vec::new(),
        reasons: vec![format!("{}: {}", line.rung, line.evidence)],
        since: line.since,
        pair: Some(line),
    }
}

/// Sources that are gone, that have failed for long, or for which a repair is proposed.
fn lost_sources(read: &Connection) -> Result<Vec<ReviewItem>> {
    let mut query = read.prepare_cached("SELECT id FROM source WHERE enabled = 1")?;
    let enabled: Vec<SourceId> = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let names = names(read, &enabled)?;
    let mut lost: Vec<(bool, ReviewItem)> = Vec::new();
    for state in states(read)? {
        let Some(name) = names.get(&state.source) else { continue };
        let reasons = why_lost(&state);
        if !reasons.is_empty() {
            let since = state.succeeded_at.or(state.polled_at).unwrap_or(DateTime::<Utc>::UNIX_EPOCH);
            let item = ReviewItem {
                kind: "source".to_owned(),
                id: state.source.0.clone(),
                title: name.clone(),
                sections: Vec::new(),
                reasons,
                since,
                pair: None,
            };
            let proposed = state.warnings.iter().any(|warning| warning.code == PROPOSAL_WARNING);
            lost.push((proposed, item));
        }
    }
    // A proposal needs one word of staff, so it comes first; then what has been lost longest.
    lost.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.since.cmp(&other.since)));
    Ok(lost.into_iter().map(|(_, item)| item).collect())
}

fn why_lost(state: &PollState) -> Vec<String> {
    let mut reasons: Vec<String> = state
        .warnings
        .iter()
        .filter(|warning| warning.code == PROPOSAL_WARNING)
        .map(|warning| warning.message.clone())
        .collect();
    let cause = state.last.as_ref().map(|(_, cause)| cause.to_string()).unwrap_or_default();
    if state.gone {
        reasons.push(format!("not polled any more: {cause}"));
    } else if state.failures >= FAILURES_NOTED {
        reasons.push(format!("failed {} times in a row: {cause}", state.failures));
    }
    reasons
}

/// Pieces whose change waits, longest first.
fn held_updates(read: &Connection, limit: usize) -> Result<Vec<ReviewItem>> {
    let mut query = read.prepare_cached(
        "SELECT p.id, e.title, p.held_update,
           (SELECT json_group_array(section) FROM placement s WHERE s.piece = p.id AND s.shown = 1)
         FROM piece p JOIN entry e ON e.key = p.lead
         WHERE p.held_update IS NOT NULL AND p.withdrawn_at IS NULL ORDER BY p.held_update, p.id LIMIT ?1",
    )?;
    let rows = query.query_map([Count(limit)], |row| {
        Ok(ReviewItem {
            kind: "held".to_owned(),
            id: row.get(0)?,
            title: row.get(1)?,
            sections: row.get::<_, Json<_>>(3)?.0,
            reasons: vec!["its text changed together with many others: release it to announce the change".to_owned()],
            since: row.get::<_, Millis>(2)?.0,
            pair: None,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Pieces that wait for staff in one or several sections: held ones longest first, pending ones
/// newest first, since news is worth most while it is new.
fn waiting(read: &Connection, state: PlacementState, limit: usize) -> Result<Vec<ReviewItem>> {
    let order = if state == PlacementState::Held { "since, s.piece" } else { "since DESC, s.piece" };
    let sql = format!(
        "SELECT s.piece, e.title, min(s.entered) AS since, json_group_array(s.section),
           json_group_array(json(s.reasons)), s.state
         FROM placement s JOIN piece p ON p.id = s.piece JOIN entry e ON e.key = p.lead
         WHERE s.present = 1 AND s.state IN ('pending', 'held') AND s.state = ?1 AND p.withdrawn_at IS NULL
         GROUP BY s.piece ORDER BY {order} LIMIT ?2"
    );
    let mut query = read.prepare_cached(&sql)?;
    let rows = query.query_map(params![state.as_str(), Count(limit)], |row| {
        let Json(sections) = row.get::<_, Json<Vec<SectionSlug>>>(3)?;
        let Json(reasons) = row.get::<_, Json<Vec<Vec<String>>>>(4)?;
        let mut said: Vec<String> = Vec::new();
        for reason in reasons.into_iter().flatten() {
            if !said.contains(&reason) {
                said.push(reason);
            }
        }
        let kind = row.get::<_, Word<PlacementState>>(5)?.0.as_str().to_owned();
        let since = row.get::<_, Millis>(2)?.0;
        Ok(ReviewItem { kind, id: row.get(0)?, title: row.get(1)?, sections, reasons: said, since, pair: None })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
