//! Events that sources date differently or list no longer, until staff choose.

use super::app::App;
use chrono::{DateTime, NaiveDate, Utc};
use plenary_ingest::calendar::claim_of_staff;
use plenary_model::event::{Event, EventClaim, EventStatus, POLICY};
use plenary_model::reason::sentences;
use plenary_model::review::{ReviewItem, ReviewKind, ReviewReason};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct EventConflict {
    pub id: String,
    pub title: String,
    /// First and last day that are shown.
    pub shown: (NaiveDate, NaiveDate),
    pub status: EventStatus,
    /// Who says what is shown: id of a calendar, or [`POLICY`].
    pub origin: String,
    pub since: Option<DateTime<Utc>>,
    pub others: Vec<EventClaim>,
}

impl EventConflict {
    /// What is shown and what the others say, with the command that chooses it.
    fn list_dates(&self) -> Vec<ReviewReason> {
        let one = |is_shown, origin: &str, from, to, status| ReviewReason::Dates {
            event: self.id.clone(),
            origin: origin.to_owned(),
            is_shown,
            from,
            to,
            status,
        };
        let shown = one(true, &self.origin, self.shown.0, self.shown.1, Some(self.status));
        let other = |claim: &EventClaim| {
            let from = claim.from?;
            Some(one(false, &claim.origin, from, claim.to.unwrap_or(from), claim.status))
        };
        std::iter::once(shown).chain(self.others.iter().filter_map(other)).collect()
    }

    pub fn list_choices(&self) -> Vec<String> {
        sentences(&self.list_dates())
    }

    pub(super) fn ask_staff(&self) -> ReviewItem {
        ReviewItem {
            kind: ReviewKind::Event,
            id: self.id.clone(),
            title: self.title.clone(),
            sections: Vec::new(),
            reasons: self.list_dates(),
            since: self.since.unwrap_or(DateTime::UNIX_EPOCH),
            score: None,
            pair: None,
        }
    }
}

impl App {
    /// Events to come that sources date differently or list no longer and of which staff have said nothing, soonest first.
    pub(super) async fn find_event_conflicts(&self) -> anyhow::Result<Vec<EventConflict>> {
        let decided = claim_of_staff(&self.store.event_decisions().await?);
        let said = self.store.event_claims().await?;
        let today = self.clock.now().date_naive();
        // What its calendar dropped is asked until staff have said what became of it, whatever they said before.
        let is_open = |event: &Event| {
            let is_disputed = !event.claims.is_empty() && !decided.contains_key(&event.id);
            event.to >= today && (is_disputed || event.status == EventStatus::Unlisted)
        };
        let conflict = |event: Event| {
            let mut claims = said.get(&event.id).into_iter().flatten();
            let by = event.source.as_ref().and_then(|name| claims.find(|claim| claim.name == *name));
            EventConflict {
                title: event.title.get("en").to_owned(),
                shown: (event.from, event.to),
                status: event.status,
                origin: by.map_or(POLICY, |claim| claim.origin.as_str()).to_owned(),
                since: event.changed,
                others: event.claims,
                id: event.id,
            }
        };
        Ok(self.store.events().await?.into_iter().filter(is_open).map(conflict).collect())
    }
}
