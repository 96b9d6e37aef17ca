//! Who says what of which event: the occurrences of a file matched with events that are known, and the
//! decisions of staff taken together.

use super::ics::Occurrence;
use super::numbering::{Numbered, renumbered};
use crate::model::decision::{Action, Decision};
use crate::model::event::{Event, EventClaim, EventKind, STAFF};
use crate::model::id::digest;
use crate::model::language::Translated;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Hex digits of a `UID`'s digest in the id of an event that only a calendar has.
const UID_HEX_DIGITS: usize = 12;
/// Two events of one title without a number are one when they begin this near, in days: days of
/// discussion and the like come every year under the same title.
const SAME_TITLE_DAYS: i64 = 183;
/// Words in titles that make a deadline, in lower case.
const DEADLINE: [&str; 9] =
    ["deadline", "due date", "date limite", "délai", "échéance", "plazo", "fecha límite", "آخر موعد", "الموعد النهائي"];

/// What is known when a file is read.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The policy's events.
    pub policy: &'a [Event],
    /// The events that are shown.
    pub shown: &'a [Event],
    /// What this calendar said before, each with the event's id.
    pub before: &'a [(String, EventClaim)],
}

/// All that a calendar says, each with the id of the event it is said of: one that its `UID` was matched
/// with before, one that is the same session or has the same title, else one of its own. The policy's
/// events come first. The title of a session that is new takes the words of its predecessors in every
/// language. What the file no longer has is still said: files drop what is over, and much else.
pub fn claims_of(calendar: &str, name: &str, read: &[Occurrence], known: Known<'_>) -> Vec<(String, EventClaim)> {
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
    let mut claims: BTreeMap<String, EventClaim> = BTreeMap::new();
    for occurrence in read {
        let numbered = Numbered::of(&occurrence.title);
        let matched = by_uid.get(occurrence.uid.as_str()).copied();
        let is_free = |event: &&Event| {
            !claims.contains_key(&event.id) && holder.get(event.id.as_str()).is_none_or(|uid| *uid == occurrence.uid)
        };
        let same = |events: &'_ [Event]| {
            let found = events.iter().filter(is_free).find(|event| is_same(event, occurrence, numbered.as_ref()));
            found.map(|event| event.id.clone())
        };
        let id = matched
            .filter(|id| of_policy.contains(id))
            .map(str::to_owned)
            .or_else(|| same(known.policy))
            .or_else(|| matched.map(str::to_owned))
            .or_else(|| same(known.shown))
            .unwrap_or_else(|| own_id(calendar, &occurrence.uid));
        let title = title_of(occurrence, numbered.as_ref(), known.policy);
        claims.entry(id).or_insert_with(|| EventClaim {
            origin: calendar.to_owned(),
            name: name.to_owned(),
            uid: occurrence.uid.clone(),
            title,
            from: Some(occurrence.from),
            to: Some(occurrence.to),
            status: occurrence.status,
            kind: kind_of(occurrence, numbered.as_ref()),
            link: occurrence.link.clone(),
            chosen: None,
            note: None,
        });
    }
    let gone = known.before.iter().filter(|(_, claim)| !uids.contains(claim.uid.as_str()));
    for (event, claim) in gone {
        claims.entry(event.clone()).or_insert_with(|| claim.clone());
    }
    claims.into_iter().collect()
}

/// What staff said of each event, by all their decisions in force, oldest first: a later one counts
/// where it says something.
pub fn said_by_staff(decisions: &[Decision]) -> BTreeMap<String, EventClaim> {
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

fn own_id(calendar: &str, uid: &str) -> String {
    let mut uid = digest([uid]);
    uid.truncate(UID_HEX_DIGITS);
    format!("{calendar}-{uid}")
}

fn is_same(event: &Event, occurrence: &Occurrence, numbered: Option<&Numbered>) -> bool {
    let is_near = (event.from - occurrence.from).num_days().abs() <= SAME_TITLE_DAYS;
    event.title.0.values().any(|title| match (numbered, Numbered::of(title)) {
        (Some(one), Some(other)) => one.is_same(&other),
        _ => is_near && title.to_lowercase() == occurrence.title.to_lowercase(),
    })
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

fn title_of(occurrence: &Occurrence, numbered: Option<&Numbered>, known: &[Event]) -> Translated {
    let plain = Translated([("en".to_owned(), occurrence.title.clone())].into());
    let Some(numbered) = numbered else { return plain };
    let sibling = known.iter().find_map(|event| {
        let mut named = event.title.0.values().filter_map(|title| Numbered::of(title));
        let kin = named.find(|other| other.kind == numbered.kind && other.is_of_the_same_body(numbered))?;
        Some((event, kin.number))
    });
    let Some((event, number)) = sibling else { return plain };
    let titles = event
        .title
        .0
        .iter()
        .filter_map(|(language, title)| Some((language.clone(), renumbered(title, number, numbered.number)?)));
    let titles: BTreeMap<String, String> = titles.collect();
    if titles.is_empty() { plain } else { Translated(titles.into_iter().collect()) }
}

#[cfg(test)]
#[path = "claim_tests.rs"]
mod tests;
