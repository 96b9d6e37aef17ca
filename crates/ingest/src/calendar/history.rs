//! The history of one event: its former states, as seen here and as told by the policy. A revision keeps its number for
//! good, since readers know it by that.

use super::ics::midnight;
use chrono::{DateTime, SubsecRound, Utc};
use plenary_model::event::{Event, EventClaim, EventRevision, EventStatus};

pub(super) struct Because {
    /// Name of the calendar, or [`plenary_model::event::STAFF`]; `None`: the policy.
    pub(super) source: Option<String>,
    pub(super) note: Option<String>,
}

/// The event as it is now with its changes: those remembered, a new one when it differs from `before`, and the
/// policy's. Its number rises with each.
pub(super) fn with_history(mut event: Event, because: Because, before: Option<&Event>, now: DateTime<Utc>) -> Event {
    let now = now.trunc_subsecs(0);
    let told = std::mem::take(&mut event.was);
    event.source.clone_from(&because.source);
    let (mut was, last) = before.map_or_else(|| (Vec::new(), 0), |before| (before.was.clone(), before.sequence));
    was.extend(change(&event, because, before, now));
    event.was = merge(&told, was);
    event.sequence = last;
    for revision in event.was.iter_mut().filter(|revision| revision.number == 0) {
        event.sequence = event.sequence.saturating_add(1);
        revision.number = event.sequence;
    }
    let is_same = before.is_some_and(|before| {
        let plain = |one: &Event| (one.title.clone(), one.kind, one.link.clone(), one.from, one.to, one.status);
        let said = |claim: &EventClaim| (claim.name.clone(), claim.from, claim.to, claim.status);
        let are_same = |a: &[EventClaim], b: &[EventClaim]| a.iter().map(said).eq(b.iter().map(said));
        plain(before) == plain(&event) && before.was == event.was && are_same(&before.claims, &event.claims)
    });
    event.changed = match before {
        Some(before) if is_same => before.changed,
        Some(_) => Some(now),
        // What is new here was said when its last change was.
        None => {
            event.was.iter().filter_map(|revision| revision.seen.or(revision.said.map(midnight))).max().or(Some(now))
        }
    };
    event
}

/// What it was until now, when that is not what it is.
fn change(event: &Event, because: Because, before: Option<&Event>, now: DateTime<Utc>) -> Option<EventRevision> {
    let (from, to, status) = match before {
        Some(before) => (before.from, before.to, before.status),
        // What is called off or put off when it is first heard of did change: it was announced.
        None if is_off(event.status) && event.to >= now.date_naive() => (event.from, event.to, EventStatus::Confirmed),
        None => return None,
    };
    let has_changed = (from, to, status) != (event.from, event.to, event.status);
    has_changed.then(|| EventRevision {
        from,
        to,
        status: Some(status),
        said: Some(now.date_naive()),
        note: because.note,
        source: because.source,
        seen: Some(now),
        number: 0,
    })
}

fn is_off(status: EventStatus) -> bool {
    matches!(status, EventStatus::Cancelled | EventStatus::Postponed)
}

/// Merges the policy's revisions into the remembered ones. For one that both have, the policy says when it became known
/// and why. One that only the policy had and has no longer is forgotten.
fn merge(told: &[EventRevision], mut remembered: Vec<EventRevision>) -> Vec<EventRevision> {
    let is_one = |a: &EventRevision, b: &EventRevision| (a.from, a.to) == (b.from, b.to);
    remembered.retain(|known| known.seen.is_some() || told.iter().any(|told| is_one(told, known)));
    let mut after = 0;
    for told in told {
        let place = remembered.iter().skip(after).position(|known| is_one(known, told)).map(|place| after + place);
        if let Some(known) = place.and_then(|place| remembered.get_mut(place)) {
            known.said = told.said.or(known.said);
            known.note = told.note.clone().or_else(|| known.note.take());
        } else {
            remembered.insert(after, told.clone());
        }
        after = place.unwrap_or(after) + 1;
    }
    remembered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(from: &str, number: u32, seen: Option<&str>) -> EventRevision {
        EventRevision {
            from: from.parse().unwrap(),
            to: from.parse().unwrap(),
            status: None,
            said: None,
            note: None,
            source: None,
            seen: seen.map(|day| format!("{day}T12:00:00Z").parse().unwrap()),
            number,
        }
    }

    fn list_numbers(revisions: &[EventRevision]) -> Vec<(String, u32)> {
        revisions.iter().map(|revision| (revision.from.to_string(), revision.number)).collect()
    }

    #[test]
    fn the_policys_history_is_put_before_between_and_after_what_was_seen() {
        let (a, b, c) = ("2020-01-01", "2020-02-01", "2020-03-01");
        let seen = |day, number| revision(day, number, Some("2020-06-01"));
        let own = |day| revision(day, 0, None);
        let merge = |told_of: &[EventRevision], known: &[EventRevision]| list_numbers(&merge(told_of, known.to_vec()));
        let list = |expected: &[(&str, u32)]| -> Vec<(String, u32)> {
            expected.iter().map(|(day, number)| ((*day).to_owned(), *number)).collect()
        };
        assert_eq!(merge(&[own(a)], &[seen(b, 1)]), list(&[(a, 0), (b, 1)]), "older than what was seen");
        assert_eq!(merge(&[own(a), own(b)], &[seen(a, 1)]), list(&[(a, 1), (b, 0)]), "two changes in one edit");
        assert_eq!(merge(&[own(a), own(c)], &[seen(a, 1), seen(b, 2)]), list(&[(a, 1), (c, 0), (b, 2)]));
        assert_eq!(merge(&[own(b)], &[seen(a, 1), seen(b, 2)]), list(&[(a, 1), (b, 2)]));
        assert_eq!(merge(&[], &[seen(a, 1), seen(b, 2), seen(a, 3)]), list(&[(a, 1), (b, 2), (a, 3)]), "to and fro");
        assert_eq!(merge(&[own(c)], &[revision(a, 1, None), seen(b, 2)]), list(&[(c, 0), (b, 2)]), "a slip corrected");
    }

    #[test]
    fn what_the_policy_says_of_a_change_that_was_seen_is_taken_over() {
        let mut own = revision("2020-01-01", 0, None);
        (own.said, own.note) = (Some("2019-12-01".parse().unwrap()), Some("travel".into()));
        let [one] = merge(&[own], vec![revision("2020-01-01", 7, Some("2020-06-01"))]).try_into().unwrap();
        assert_eq!(
            (one.number, one.note.as_deref(), one.said.unwrap().to_string().as_str()),
            (7, Some("travel"), "2019-12-01")
        );
        assert!(one.seen.is_some());
    }
}
