//! Matches the occurrences of a calendar file with known events, and combines the decisions of staff.

use super::ics::{Occurrence, Reading};
use super::numbering::Numbered;
use super::titles::{Candidate, RepeatedTitles, Titles};
use chrono::NaiveDate;
use plenary_model::decision::{Action, Decision};
use plenary_model::event::{Event, EventClaim, EventKind, EventStatus, STAFF};
use plenary_model::id::digest;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Hex digits of a `UID`'s digest in the id of an event that only a calendar has.
const UID_HEX_DIGITS: usize = 12;
/// Words in titles that make a deadline, in lower case.
const DEADLINE: [&str; 9] =
    ["deadline", "due date", "date limite", "délai", "échéance", "plazo", "fecha límite", "آخر موعد", "الموعد النهائي"];

#[derive(Clone, Copy)]
pub struct KnownEvents<'a> {
    pub policy: &'a [Event],
    pub shown: &'a [Event],
    /// What this calendar said before, each with the event's id.
    pub before: &'a [(String, EventClaim)],
    /// Today: what is over is not taken for what is to come.
    pub today: NaiveDate,
}

/// All that a calendar says, each with the id of its event: matched by `UID` before, the same session or title, else a
/// new one. The policy's events come first. A new session takes the title of its predecessors in every language. What
/// the file no longer has is still said: files drop what is over, and much else. What is to come and left a file that
/// was read whole is said to be no longer listed.
pub fn claims_of(calendar: &str, name: &str, reading: &Reading, known: KnownEvents<'_>) -> Vec<(String, EventClaim)> {
    let read = reading.events.as_slice();
    let uids: HashSet<&str> = read.iter().map(|occurrence| occurrence.uid.as_str()).collect();
    let by_uid: HashMap<&str, &str> =
        known.before.iter().map(|(event, claim)| (claim.uid.as_str(), event.as_str())).collect();
    let of_policy: HashSet<&str> = known.policy.iter().map(|event| event.id.as_str()).collect();
    // An event that another of the file's UIDs is matched with is not free, be the titles the same.
    let holder: HashMap<&str, &str> = known
        .before
        .iter()
        .filter(|(_, claim)| uids.contains(claim.uid.as_str()))
        .map(|(event, claim)| (event.as_str(), claim.uid.as_str()))
        .collect();
    let (policy, shown) = (Titles::index(known.policy), Titles::index(known.shown));
    let many = RepeatedTitles::collect(read);
    let mut claims: BTreeMap<String, EventClaim> = BTreeMap::new();
    for occurrence in read {
        let candidate = Candidate::prepare(occurrence, &many, known.today);
        let matched = by_uid.get(occurrence.uid.as_str()).copied();
        let is_free = |event: &Event| {
            !claims.contains_key(&event.id) && holder.get(event.id.as_str()).is_none_or(|uid| *uid == occurrence.uid)
        };
        let id = matched
            .filter(|id| of_policy.contains(id))
            .or_else(|| policy.same(&candidate, is_free))
            .or(matched)
            .or_else(|| shown.same(&candidate, is_free))
            .map_or_else(|| own_id(calendar, &occurrence.uid), str::to_owned);
        let (numbered, title) = (candidate.numbered.as_ref(), policy.title_of(&candidate));
        claims.entry(id).or_insert_with(|| EventClaim {
            origin: calendar.to_owned(),
            name: name.to_owned(),
            uid: occurrence.uid.clone(),
            title,
            from: Some(occurrence.from),
            to: Some(occurrence.to),
            status: occurrence.status,
            kind: kind_of(occurrence, numbered),
            link: occurrence.link.clone(),
            chosen: None,
            note: None,
        });
    }
    let gone = known.before.iter().filter(|(_, claim)| !uids.contains(claim.uid.as_str()));
    for (event, claim) in gone {
        claims.entry(event.clone()).or_insert_with(|| {
            let status = status_of_gone(claim, reading, known.today).or(claim.status);
            EventClaim { status, ..claim.clone() }
        });
    }
    claims.into_iter().collect()
}

/// What staff said of each event by their decisions in force, oldest first: a later one counts where it speaks.
pub fn claim_of_staff(decisions: &[Decision]) -> BTreeMap<String, EventClaim> {
    let mut claims: BTreeMap<String, EventClaim> = BTreeMap::new();
    for decision in decisions {
        let Action::Event { event, from, to, status, choose, note } = &decision.action else { continue };
        let claim = claims
            .entry(event.clone())
            .or_insert_with(|| EventClaim { origin: STAFF.to_owned(), ..EventClaim::default() });
        if from.is_some() {
            (claim.from, claim.to, claim.chosen) = (*from, to.or(*from), None);
        }
        if choose.is_some() {
            (claim.from, claim.to, claim.status) = (None, None, None);
            claim.chosen.clone_from(choose);
        }
        claim.status = status.or(claim.status);
        claim.note.clone_from(note);
    }
    claims
}

/// What a file that does not have an event says of it by that; `None`: nothing.
fn status_of_gone(claim: &EventClaim, reading: &Reading, today: NaiveDate) -> Option<EventStatus> {
    let series = claim.uid.rsplit_once('#').map_or(claim.uid.as_str(), |(series, _)| series);
    let is_called_off = reading.cancelled.contains(&claim.uid) || reading.cancelled.contains(series);
    let is_over = claim.to.or(claim.from).is_some_and(|last| last < today);
    let was_off = claim.status == Some(EventStatus::Cancelled);
    match () {
        () if is_called_off => Some(EventStatus::Cancelled),
        () if is_over || was_off || !reading.has_dropped(&claim.uid) => None,
        () => Some(EventStatus::Unlisted),
    }
}

fn own_id(calendar: &str, uid: &str) -> String {
    let mut uid = digest([uid]);
    uid.truncate(UID_HEX_DIGITS);
    format!("{calendar}-{uid}")
}

fn kind_of(occurrence: &Occurrence, numbered: Option<&Numbered>) -> EventKind {
    let lower = occurrence.title.to_lowercase();
    match (numbered, occurrence.kind) {
        (Some(numbered), _) => numbered.kind,
        (None, Some(kind)) => kind,
        (None, None) if DEADLINE.iter().any(|word| lower.contains(word)) => EventKind::Deadline,
        (None, None) => EventKind::Other,
    }
}

#[cfg(test)]
#[path = "claim_tests.rs"]
mod tests;
