//! Pieces that readers see and of which it is not sure where they belong, most instructive first: what is least sure,
//! and doubtful for a reason that others share, since one decision then speaks for them all.

use super::value::{Count, Json, Millis};
use crate::error::Result;
use plenary_model::doubt::FacetDoubt;
use plenary_model::id::SectionSlug;
use plenary_model::reason::Reason;
use plenary_model::review::{ReviewItem, ReviewKind, ReviewReason};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// The newest pieces in doubt among which the most instructive are sought.
const NEWEST: usize = 1_000;
/// Uncertainty of a doubt that names no certainty, of 100: nothing is known of the text.
const UNKNOWN: u16 = 60;
/// Part of the score, of 1,000, that what is least sure has alone; the rest comes with those that share its reason.
const ALONE_SCORE: u16 = 500;

pub(super) fn list(read: &Connection, limit: usize) -> Result<Vec<ReviewItem>> {
    let mut query = read.prepare_cached(
        "SELECT p.id, e.title, p.facets -> '$.doubts',
           (SELECT json_group_array(section) FROM placement s WHERE s.piece = p.id AND s.shown = 1) AS sections,
           (SELECT min(entered) FROM placement s WHERE s.piece = p.id AND s.shown = 1) AS since, e.source
         FROM piece p CROSS JOIN entry e ON e.key = p.lead
         WHERE p.withdrawn_at IS NULL AND p.facets ->> '$.doubts' IS NOT NULL AND since IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM member m CROSS JOIN decision d ON d.entry = m.entry
                           WHERE m.piece = p.id AND d.undone = 0)
         ORDER BY p.dated DESC, p.id LIMIT ?1",
    )?;
    let rows = query.query_map([Count(NEWEST)], |row| {
        let Json(doubts) = row.get::<_, Json<Vec<FacetDoubt>>>(2)?;
        let Json(sections) = row.get::<_, Json<Vec<SectionSlug>>>(3)?;
        let source: String = row.get(5)?;
        let item = ReviewItem {
            kind: ReviewKind::Doubted,
            id: row.get(0)?,
            title: row.get(1)?,
            sections,
            reasons: Vec::new(),
            since: row.get::<_, Millis>(4)?.0,
            score: None,
            pair: None,
        };
        Ok((item, doubts, source))
    })?;
    let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut alike: BTreeMap<(String, String), u16> = BTreeMap::new();
    for (_, doubts, source) in &rows {
        let count = alike.entry((source.clone(), codes(doubts))).or_default();
        *count = count.saturating_add(1);
    }
    let mut items: Vec<ReviewItem> = rows
        .into_iter()
        .map(|(mut item, doubts, source)| {
            let count = alike.get(&(source, codes(&doubts))).copied().unwrap_or(1);
            item.score = Some(score(&doubts, count));
            let reason = |doubt| ReviewReason::Placement { reason: Reason::Doubted { doubt } };
            item.reasons = doubts.into_iter().map(reason).collect();
            item
        })
        .collect();
    items.sort_by(|one, other| (other.score, other.since).cmp(&(one.score, one.since)).then(one.id.cmp(&other.id)));
    items.truncate(limit);
    Ok(items)
}

/// What pieces that are in doubt for the same reason have in common.
fn codes(doubts: &[FacetDoubt]) -> String {
    doubts.iter().map(FacetDoubt::code).collect::<Vec<_>>().join(" ")
}

/// Uncertainty times how often the same occurs, of 1,000; ten alike count in full.
fn score(doubts: &[FacetDoubt], alike: u16) -> u16 {
    let unsure = doubts.iter().map(|doubt| match doubt {
        FacetDoubt::NearThreshold { certainty, .. } => 100_u16.saturating_sub(u16::from(*certainty)),
        _ => 0,
    });
    let unsure = match unsure.max().unwrap_or_default() {
        0 => UNKNOWN,
        some => some,
    };
    let weight = u32::from(ALONE_SCORE) * (10 + u32::from(alike.min(10))) / 10;
    u16::try_from(u32::from(unsure) * weight / 100).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_least_sure_and_shared_by_most_comes_first() {
        let near = |certainty| [FacetDoubt::NearThreshold { certainty, section: None, other: None }];
        assert!(score(&near(30), 1) > score(&near(60), 1));
        assert!(score(&near(40), 10) > score(&near(40), 1));
        assert!(score(&near(1), u16::MAX) <= 1_000);
        assert_eq!(codes(&near(1)), "near-threshold");
    }
}
