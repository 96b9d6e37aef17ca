//! What the sources say of an event, settled: staff first, then the policy, then calendars in their
//! order. Each change of the dates that are shown becomes a revision with its source.

use super::ics::{Occurrence, midnight};
use super::numbering::{Numbered, renumbered};
use crate::model::event::{Event, EventClaim, EventKind, EventRevision, STAFF};
use crate::model::id::digest;
use crate::model::language::Translated;
use chrono::{DateTime, SubsecRound, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Hex digits of a `UID`'s digest in the id of an event that only a calendar has.
const UID_HEX_DIGITS: usize = 12;

/// What a calendar says, by the id of the event it is said of: one of `known` that is the same session
/// or has the same title, else one of its own. The title of a session that is new takes the words of
/// its predecessors in every language.
pub fn claims_of(calendar: &str, name: &str, read: &[Occurrence], known: &[Event]) -> Vec<(String, EventClaim)> {
    let mut claims: BTreeMap<String, EventClaim> = BTreeMap::new();
    for occurrence in read {
        let numbered = Numbered::of(&occurrence.title);
        let id = known.iter().find(|event| is_same(event, occurrence, numbered.as_ref())).map_or_else(
            || {
                let mut uid = digest([occurrence.uid.as_str()]);
                uid.truncate(UID_HEX_DIGITS);
                format!("{calendar}-{uid}")
            },
            |event| event.id.clone(),
        );
        let claim = EventClaim {
            origin: calendar.to_owned(),
            name: name.to_owned(),
            title: title_of(occurrence, numbered.as_ref(), known),
            from: Some(occurrence.from),
            to: Some(occurrence.to),
            status: Some(occurrence.status),
            kind: numbered.map_or(EventKind::Session, |numbered| numbered.kind),
            link: occurrence.link.clone(),
            chosen: None,
            note: None,
        };
        claims.entry(id).or_insert(claim);
    }
    claims.into_iter().collect()
}

fn is_same(event: &Event, occurrence: &Occurrence, numbered: Option<&Numbered>) -> bool {
    event.title.0.values().any(|title| {
        title.eq_ignore_ascii_case(&occurrence.title)
            || numbered.zip(Numbered::of(title).as_ref()).is_some_and(|(one, other)| one.is_same(other))
    })
}

fn title_of(occurrence: &Occurrence, numbered: Option<&Numbered>, known: &[Event]) -> Translated {
    let plain = Translated([("en".to_owned(), occurrence.title.clone())].into());
    let Some(numbered) = numbered else { return plain };
    let sibling = known.iter().find_map(|event| {
        let other = event.title.0.values().find_map(|title| Numbered::of(title))?;
        let named = event.title.0.values().filter_map(|title| Numbered::of(title));
        let is_kin = event.kind == numbered.kind && named.into_iter().any(|n| n.is_of_the_same_body(numbered));
        is_kin.then_some((event, other.number))
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

/// The events to show. `order` names the calendars in the order of the policy; `shown` is what was
/// shown before. An event that nobody names any more stays when it is over: people look it up.
pub fn settle(
    policy: &[Event],
    claims: &BTreeMap<String, Vec<EventClaim>>,
    order: &[&str],
    shown: &[Event],
    now: DateTime<Utc>,
) -> Vec<Event> {
    let none = Vec::new();
    let named: Vec<&str> = policy.iter().map(|event| event.id.as_str()).collect();
    let only_claimed = claims.keys().map(String::as_str).filter(|id| !named.contains(id));
    let ids: Vec<&str> = named.iter().copied().chain(only_claimed).collect();
    let mut settled: Vec<Event> = Vec::new();
    for id in &ids {
        let before = shown.iter().find(|event| event.id == *id);
        let own = policy.iter().find(|event| event.id == *id);
        let mut claims: Vec<&EventClaim> = claims.get(*id).unwrap_or(&none).iter().collect();
        claims.retain(|claim| claim.origin == STAFF || order.contains(&claim.origin.as_str()));
        claims.sort_by_key(|claim| order.iter().position(|calendar| *calendar == claim.origin));
        if let Some((event, origin)) = one(own, &claims, id) {
            settled.push(with_history(event, &origin, before, now));
        }
    }
    let kept: BTreeSet<String> = settled.iter().map(|event| event.id.clone()).collect();
    let today = now.date_naive();
    settled.extend(shown.iter().filter(|event| !kept.contains(&event.id) && event.to < today).cloned());
    settled
}

/// The event by who outranks, with what the others say when it differs; and who said its dates.
fn one(own: Option<&Event>, claims: &[&EventClaim], id: &str) -> Option<(Event, String)> {
    let (staff, calendars): (Vec<&EventClaim>, Vec<&EventClaim>) =
        claims.iter().partition(|claim| claim.origin == STAFF);
    let staff = staff.first().copied();
    let chosen = staff.and_then(|staff| staff.chosen.as_deref());
    let picked = calendars.iter().find(|claim| Some(claim.origin.as_str()) == chosen).copied();
    let base = own.cloned().or_else(|| calendars.first().map(|claim| event_of(claim, id)))?;
    let mut origin = own.map_or_else(|| calendars.first().map_or("", |claim| claim.name.as_str()), |_| "").to_owned();
    let mut event = base.clone();
    for claim in picked.into_iter().chain(staff) {
        if claim.from.is_some() || claim.status.is_some() {
            event.from = claim.from.unwrap_or(event.from);
            event.to = claim.to.or(claim.from).unwrap_or(event.to).max(event.from);
            event.status = claim.status.unwrap_or(event.status);
            origin.clone_from(&claim.name);
        }
    }
    let differs = |claim: &&EventClaim| {
        claim.from.is_some_and(|from| from != event.from)
            || claim.to.is_some_and(|to| to != event.to)
            || claim.status.is_some_and(|status| status != event.status)
    };
    event.claims = calendars.into_iter().filter(differs).cloned().collect();
    // Staff chose another date than the policy's: that one is shown beside it, too.
    if own.is_some() && (base.from, base.to, base.status) != (event.from, event.to, event.status) {
        event.claims.insert(0, EventClaim::of_policy(&base));
    }
    Some((event, origin))
}

fn event_of(claim: &EventClaim, id: &str) -> Event {
    let from = claim.from.unwrap_or_default();
    Event {
        id: id.to_owned(),
        title: claim.title.clone(),
        from,
        to: claim.to.unwrap_or(from),
        kind: claim.kind,
        status: claim.status.unwrap_or_default(),
        link: claim.link.clone(),
        was: Vec::new(),
        sequence: 0,
        changed: None,
        claims: Vec::new(),
    }
}

/// Adds what the event was before: the policy's own list first, then every change that was seen.
fn with_history(mut event: Event, origin: &str, before: Option<&Event>, now: DateTime<Utc>) -> Event {
    let Some(before) = before else {
        event.sequence = u32::try_from(event.was.len()).unwrap_or(u32::MAX);
        return event;
    };
    let seen: Vec<EventRevision> = before
        .was
        .iter()
        .filter(|old| !event.was.iter().any(|own| (own.from, own.to) == (old.from, old.to)))
        .cloned()
        .collect();
    event.was.extend(seen);
    let has_moved = (before.from, before.to) != (event.from, event.to);
    let is_told = event.was.iter().any(|own| (own.from, own.to) == (before.from, before.to));
    let source = Some(origin.to_owned()).filter(|origin| !origin.is_empty());
    if has_moved && !is_told {
        event.was.push(EventRevision {
            from: before.from,
            to: before.to,
            said: Some(now.date_naive()),
            note: None,
            source,
        });
    }
    event.was.sort_by_key(|revision| revision.said.map(midnight));
    let is_changed = has_moved || before.status != event.status;
    event.sequence = if is_changed { before.sequence.saturating_add(1) } else { before.sequence };
    event.sequence = event.sequence.max(u32::try_from(event.was.len()).unwrap_or(u32::MAX));
    event.changed = if is_changed { Some(now.trunc_subsecs(0)) } else { before.changed };
    event
}

#[cfg(test)]
#[path = "settle_tests.rs"]
mod tests;
