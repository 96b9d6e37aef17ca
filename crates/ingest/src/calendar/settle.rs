//! Settles what the sources say of an event: staff first, then the policy, then calendars in their order. What others
//! say beside stands in the event, for pages to show side by side.

use super::history::{Because, with_history};
use chrono::{DateTime, Utc};
use plenary_model::event::{Event, EventClaim, EventStatus, STAFF};
use std::collections::{BTreeMap, BTreeSet};

/// The events to show. `calendars` and `staff` say what they claim by event; `order` is the policy's order of
/// calendars; `shown` was shown before. A past event that nobody names any more stays: people look it up.
pub fn settle(
    policy: &[Event],
    calendars: &BTreeMap<String, Vec<EventClaim>>,
    staff: &BTreeMap<String, EventClaim>,
    order: &[&str],
    shown: &[Event],
    now: DateTime<Utc>,
) -> Vec<Event> {
    let own: BTreeMap<&str, &Event> = policy.iter().map(|event| (event.id.as_str(), event)).collect();
    let before: BTreeMap<&str, &Event> = shown.iter().map(|event| (event.id.as_str(), event)).collect();
    let ids: BTreeSet<&str> = own.keys().copied().chain(calendars.keys().map(String::as_str)).collect();
    let mut settled: Vec<Event> = Vec::new();
    for id in &ids {
        let mut claims: Vec<&EventClaim> = calendars.get(*id).into_iter().flatten().collect();
        claims.retain(|claim| order.contains(&claim.origin.as_str()));
        // One that lists the event outranks those that do not any more.
        let is_dropped = |claim: &EventClaim| claim.status == Some(EventStatus::Unlisted);
        claims.sort_by_key(|claim| (is_dropped(claim), order.iter().position(|calendar| *calendar == claim.origin)));
        if let Some((event, because)) = one(id, own.get(id).copied(), &claims, staff.get(*id)) {
            settled.push(with_history(event, because, before.get(id).copied(), now));
        }
    }
    let kept: BTreeSet<String> = settled.iter().map(|event| event.id.clone()).collect();
    let today = now.date_naive();
    settled.extend(shown.iter().filter(|event| !kept.contains(&event.id) && event.to < today).cloned());
    settled.sort_by(|a, b| (a.from, a.to, &a.id).cmp(&(b.from, b.to, &b.id)));
    settled
}

/// The event by who outranks, with what the others say when it differs; and who said it so.
fn one(
    id: &str,
    own: Option<&Event>,
    calendars: &[&EventClaim],
    staff: Option<&EventClaim>,
) -> Option<(Event, Because)> {
    let mut event = own.cloned().or_else(|| calendars.first().map(|claim| event_of(claim, id)))?;
    let source = if own.is_some() { None } else { calendars.first().map(|claim| claim.name.clone()) };
    let mut because = Because { source, note: None };
    let chosen = staff.and_then(|staff| staff.chosen.as_deref());
    if let Some(picked) = calendars.iter().find(|claim| Some(claim.origin.as_str()) == chosen) {
        take(&mut event, picked);
        because.source = Some(picked.name.clone());
    }
    if let Some(staff) = staff {
        if staff.from.is_some() || staff.status.is_some() {
            take(&mut event, staff);
            because.source = Some(STAFF.to_owned());
        }
        because.note.clone_from(&staff.note);
    }
    let differs = |claim: &EventClaim| {
        claim.from.is_some_and(|from| from != event.from)
            || claim.to.is_some_and(|to| to != event.to)
            || claim.status.is_some_and(|status| status != event.status)
    };
    // Staff chose other dates than the policy's: those are shown beside, too.
    let of_policy = own.map(EventClaim::of_policy).filter(differs);
    let others = calendars.iter().copied().filter(|claim| differs(claim)).cloned();
    event.claims = of_policy.into_iter().chain(others).collect();
    Some((event, because))
}

fn take(event: &mut Event, claim: &EventClaim) {
    if let Some(from) = claim.from {
        (event.from, event.to) = (from, claim.to.unwrap_or(from).max(from));
    }
    event.status = claim.status.unwrap_or(event.status);
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
        source: None,
        claims: Vec::new(),
    }
}

#[cfg(test)]
#[path = "settle_tests.rs"]
mod tests;
