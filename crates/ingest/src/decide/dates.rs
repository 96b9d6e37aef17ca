//! Dates: which claim of a publisher is believed, and what orders a piece.

use chrono::{DateTime, Duration, TimeZone, Utc};
use plenary_model::decision::{Action, Decision};
use plenary_model::entry::StoredEntry;

/// A claimed date before this year is a counter that was never set, not a publication.
const YEAR_MIN: i32 = 1990;

/// How far a publisher's clock may be ahead of ours, in minutes.
const CLOCK_AHEAD_MINUTES: i64 = 10;

/// The date that orders a piece, and whether it is ours because the publisher's cannot be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dated {
    pub(super) at: DateTime<Utc>,
    pub(super) is_doubtful: bool,
}

/// True when an entry first seen at `first_seen` can have been published at `claim`. Judged by first sight and not by
/// now, so that a date in the future does not become believable by waiting.
pub(super) fn is_plausible(claim: DateTime<Utc>, first_seen: DateTime<Utc>) -> bool {
    let earliest = Utc.with_ymd_and_hms(YEAR_MIN, 1, 1, 0, 0, 0).single();
    claim <= first_seen + Duration::minutes(CLOCK_AHEAD_MINUTES) && earliest.is_none_or(|earliest| claim >= earliest)
}

/// When an entry was published, as far as its claim can be believed; never after we saw it.
pub(super) fn find_claimed_date(entry: &StoredEntry) -> Option<DateTime<Utc>> {
    let claim = entry.entry.published.or(entry.entry.updated)?;
    is_plausible(claim, entry.first_seen).then(|| claim.min(entry.first_seen))
}

/// When an entry was published: the claim, else first sight.
pub(super) fn out_by(entry: &StoredEntry) -> DateTime<Utc> {
    find_claimed_date(entry).unwrap_or(entry.first_seen)
}

/// The date of a piece: staff's, else the earliest believable claim of its entries, else first sight.
pub(super) fn date_piece(entries: &[&StoredEntry], decisions: &[&Decision]) -> Dated {
    let by_staff =
        decisions.iter().rev().find_map(|d| if let Action::Date { at } = d.action { Some(at) } else { None });
    if let Some(at) = by_staff.or_else(|| entries.iter().filter_map(|entry| find_claimed_date(entry)).min()) {
        return Dated { at, is_doubtful: false };
    }
    let at = entries.iter().map(|entry| entry.first_seen).min().unwrap_or_default();
    Dated { at, is_doubtful: true }
}

/// `atom:updated` of a new piece: the lead's own claim of a change since publication when believable, else its date.
pub(super) fn first_updated(lead: &StoredEntry, dated: DateTime<Utc>) -> DateTime<Utc> {
    let claim = lead.entry.updated.filter(|claim| is_plausible(*claim, lead.first_seen));
    claim.map_or(dated, |claim| claim.min(lead.first_seen).max(dated))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(&format!("{text}T12:00:00Z")).unwrap().to_utc()
    }

    #[test]
    fn a_claim_is_believed_when_it_can_be_true() {
        let seen = day("2021-05-10");
        assert!(is_plausible(day("2021-05-09"), seen));
        assert!(is_plausible(seen + Duration::minutes(5), seen));
        assert!(!is_plausible(day("2021-05-11"), seen));
        assert!(!is_plausible(day("1970-01-01"), seen));
    }
}
