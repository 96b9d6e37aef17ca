//! Several sources, one event: who wins, what is remembered, what is shown beside.

use super::*;
use plenary_fixtures::{self as fixtures, translations};
use plenary_model::event::EventStatus;

fn now(day: &str) -> DateTime<Utc> {
    format!("{day}T12:00:00Z").parse().unwrap()
}

fn event(from: &str, to: &str) -> Event {
    let title = translations(&[("en", "Committee on the Rights of the Child, 87th session")]);
    Event { title, ..fixtures::event("crc-87", from, to) }
}

fn claim(origin: &str, from: &str, to: &str) -> EventClaim {
    EventClaim {
        origin: origin.into(),
        name: origin.to_uppercase(),
        from: Some(from.parse().unwrap()),
        to: Some(to.parse().unwrap()),
        status: Some(EventStatus::Confirmed),
        ..EventClaim::default()
    }
}

fn map_claims(claims: &[EventClaim]) -> BTreeMap<String, Vec<EventClaim>> {
    [("crc-87".to_owned(), claims.to_vec())].into()
}

/// The one event of a policy, settled with no other source.
fn alone(own: Event, before: Option<&Event>, day: &str) -> Event {
    let shown: Vec<Event> = before.into_iter().cloned().collect();
    let settled = settle(&[own], &BTreeMap::new(), &BTreeMap::new(), &[], &shown, now(day));
    settled.into_iter().next().unwrap()
}

#[test]
fn every_change_of_dates_and_status_is_a_revision_with_a_number_of_its_own() {
    let (june, september) = (event("2020-06-01", "2020-06-05"), event("2020-09-28", "2020-10-02"));
    let first = alone(june.clone(), None, "2020-01-01");
    assert_eq!((first.was.len(), first.sequence, first.changed), (0, 0, Some(now("2020-01-01"))));
    assert_eq!(alone(june.clone(), Some(&first), "2020-02-01"), first, "nothing changed, nothing is written");

    let moved = alone(september.clone(), Some(&first), "2020-04-09");
    assert_eq!((moved.was[0].from.to_string().as_str(), moved.sequence), ("2020-06-01", 1));
    assert_eq!(moved.was[0].said, Some("2020-04-09".parse().unwrap()));
    assert_eq!(moved.changed, Some(now("2020-04-09")));
    let cancelled = alone(Event { status: EventStatus::Cancelled, ..september.clone() }, Some(&moved), "2020-05-01");
    assert_eq!((cancelled.was.len(), cancelled.sequence), (2, 2));
    assert_eq!(cancelled.was[1].status, Some(EventStatus::Confirmed));
    let again = alone(september.clone(), Some(&cancelled), "2020-05-02");
    let back = alone(june, Some(&again), "2020-05-03");
    let forth = alone(september, Some(&back), "2020-05-04");
    let numbers: Vec<u32> = forth.was.iter().map(|revision| revision.number).collect();
    assert_eq!((numbers, forth.sequence), (vec![1, 2, 3, 4, 5], 5), "to and fro is told each time");
}

#[test]
fn another_title_is_a_change_but_no_revision() {
    let first = alone(event("2020-06-01", "2020-06-05"), None, "2020-01-01");
    let renamed = Event { link: Some("https://a.example/".into()), ..event("2020-06-01", "2020-06-05") };
    let renamed = alone(renamed, Some(&first), "2020-02-01");
    assert_eq!((renamed.sequence, renamed.changed), (0, Some(now("2020-02-01"))));
}

#[test]
fn what_is_called_off_when_first_heard_of_was_called_off_before() {
    let off = Event { status: EventStatus::Cancelled, ..event("2020-06-01", "2020-06-05") };
    assert_eq!(alone(off.clone(), None, "2020-01-01").sequence, 1);
    assert_eq!(alone(off, None, "2021-01-01").sequence, 0, "that it is over matters more");
}

#[test]
fn sources_that_disagree_stand_side_by_side_and_staff_choose() {
    let (own, office) = (event("2021-05-17", "2021-06-04"), claim("office", "2021-05-18", "2021-06-04"));
    let settled = |calendars: &[EventClaim], staff: Option<EventClaim>, before: Option<&Event>, day: &str| {
        let staff = staff.map(|claim| ("crc-87".to_owned(), claim)).into_iter().collect();
        let shown: Vec<Event> = before.into_iter().cloned().collect();
        let own = std::slice::from_ref(&own);
        settle(own, &map_claims(calendars), &staff, &["office", "other"], &shown, now(day)).into_iter().next().unwrap()
    };
    let files = [claim("other", "2021-05-19", "2021-06-04"), office];
    let shown = settled(&files, None, None, "2021-01-01");
    let names: Vec<&str> = shown.claims.iter().map(|claim| claim.name.as_str()).collect();
    assert_eq!((shown.from.to_string().as_str(), names), ("2021-05-17", vec!["OFFICE", "OTHER"]));

    assert_eq!(settled(&files, None, Some(&shown), "2021-01-02"), shown, "nobody says anything new");
    let other = settled(&[claim("other", "2021-05-12", "2021-06-04")], None, Some(&shown), "2021-01-02");
    assert_eq!((other.changed, other.sequence), (Some(now("2021-01-02")), 0), "what is said beside is told, too");

    let chosen = EventClaim { origin: STAFF.into(), chosen: Some("office".into()), ..EventClaim::default() };
    let picked = settled(&files, Some(chosen), Some(&shown), "2021-02-01");
    assert_eq!(picked.from.to_string(), "2021-05-18");
    assert_eq!((picked.was.len(), picked.was[0].source.as_deref()), (1, Some("OFFICE")));
    let origins: Vec<&str> = picked.claims.iter().map(|claim| claim.origin.as_str()).collect();
    assert_eq!(origins, ["policy", "other"], "the policy's dates are among the others now");

    let own_dates = EventClaim { note: Some("told by phone".into()), ..claim(STAFF, "2021-05-20", "2021-06-04") };
    let decided = settled(&files, Some(own_dates), Some(&picked), "2021-03-01");
    assert_eq!((decided.from.to_string().as_str(), decided.claims.len()), ("2021-05-20", 3));
    assert_eq!(
        (decided.was[1].source.as_deref(), decided.was[1].note.as_deref()),
        (Some(STAFF), Some("told by phone"))
    );
    let undone = settled(&files, None, Some(&decided), "2021-03-02");
    assert_eq!((undone.from.to_string().as_str(), undone.sequence), ("2021-05-17", 3));
}

#[test]
fn what_is_over_stays() {
    let shown = [alone(event("2020-06-01", "2020-06-05"), None, "2020-01-01")];
    let left = |day: &str| settle(&[], &BTreeMap::new(), &BTreeMap::new(), &[], &shown, now(day)).len();
    assert_eq!(left("2020-02-01"), 0, "taken back before it was");
    assert_eq!(left("2021-02-01"), 1);
}
