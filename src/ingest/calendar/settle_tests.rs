//! Several sources, one event: who wins, what is remembered, what is shown beside.

use super::*;
use crate::model::event::EventStatus;

fn now(day: &str) -> DateTime<Utc> {
    format!("{day}T12:00:00Z").parse().unwrap()
}

fn event(from: &str, to: &str) -> Event {
    let title = [("en", "Committee on the Rights of the Child, 87th session"), ("fr", "Comité, 87e session")];
    Event {
        title: Translated(title.map(|(l, t)| (l.to_owned(), t.to_owned())).into()),
        ..event_of(&claim("x", from, to), "crc-87")
    }
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

fn claims(list: &[EventClaim]) -> BTreeMap<String, Vec<EventClaim>> {
    [("crc-87".to_owned(), list.to_vec())].into()
}

#[test]
fn every_change_of_dates_is_a_revision_with_its_source() {
    let first = settle(&[event("2020-06-01", "2020-06-05")], &BTreeMap::new(), &[], &[], now("2020-01-01"));
    assert_eq!((first[0].was.len(), first[0].sequence), (0, 0));
    let same = settle(&[event("2020-06-01", "2020-06-05")], &BTreeMap::new(), &[], &first, now("2020-02-01"));
    assert_eq!(same, first, "nothing changed, nothing is written");
    let moved = settle(&[event("2020-09-28", "2020-10-02")], &BTreeMap::new(), &[], &first, now("2020-04-09"));
    assert_eq!((moved[0].was[0].from.to_string().as_str(), moved[0].sequence), ("2020-06-01", 1));
    assert_eq!(moved[0].was[0].said, Some("2020-04-09".parse().unwrap()));
    assert_eq!(moved[0].changed, Some(now("2020-04-09")));
    let mut cancelled = event("2020-09-28", "2020-10-02");
    cancelled.status = EventStatus::Cancelled;
    let cancelled = settle(&[cancelled], &BTreeMap::new(), &[], &moved, now("2020-05-01"));
    assert_eq!((cancelled[0].was.len(), cancelled[0].sequence), (1, 2), "a status is no date, but a change");
    let again = settle(&[event("2020-09-28", "2020-10-02")], &BTreeMap::new(), &[], &cancelled, now("2020-05-02"));
    assert_eq!(again[0].sequence, 3, "it never falls");
}

#[test]
fn sources_that_disagree_stand_side_by_side_and_staff_choose() {
    let (own, office) = (event("2021-05-17", "2021-06-04"), claim("office", "2021-05-18", "2021-06-04"));
    let shown = settle(&[own.clone()], &claims(&[office.clone()]), &["office"], &[], now("2021-01-01"));
    assert_eq!((shown[0].from.to_string().as_str(), shown[0].claims.len()), ("2021-05-17", 1));
    assert_eq!(shown[0].claims[0].name, "OFFICE");
    let staff = EventClaim {
        origin: STAFF.into(),
        name: "staff".into(),
        chosen: Some("office".into()),
        ..EventClaim::default()
    };
    let chosen = settle(&[own.clone()], &claims(&[office.clone(), staff]), &["office"], &shown, now("2021-02-01"));
    assert_eq!(chosen[0].from.to_string(), "2021-05-18");
    assert_eq!((chosen[0].was.len(), chosen[0].was[0].source.as_deref()), (1, Some("OFFICE")));
    assert_eq!(chosen[0].claims.len(), 1, "the policy's dates are the others now");
    let staff = EventClaim { name: "staff".into(), ..claim(STAFF, "2021-05-20", "2021-06-04") };
    let decided = settle(&[own.clone()], &claims(&[office, staff]), &["office"], &chosen, now("2021-03-01"));
    assert_eq!((decided[0].from.to_string().as_str(), decided[0].claims.len()), ("2021-05-20", 2));
    let undone = settle(&[own], &BTreeMap::new(), &["office"], &decided, now("2021-03-02"));
    assert_eq!((undone[0].from.to_string().as_str(), undone[0].sequence), ("2021-05-17", 3));
}

#[test]
fn a_calendar_is_matched_by_number_and_names_new_sessions_in_every_language() {
    let occurrence = |title: &str| Occurrence {
        uid: title.to_owned(),
        title: title.to_owned(),
        from: "2022-09-05".parse().unwrap(),
        to: "2022-09-23".parse().unwrap(),
        status: EventStatus::Tentative,
        sequence: 0,
        link: None,
        recurs: false,
    };
    let known = [event("2021-05-17", "2021-06-04")];
    let read = [occurrence("CRC 87th Session"), occurrence("CRC - 91st session"), occurrence("Day of the Child")];
    let claims = claims_of("un", "UN", &read, &known);
    let by = |id: &str| claims.iter().find(|(known, _)| known == id).map(|(_, claim)| claim);
    assert!(by("crc-87").is_some());
    let titles: Vec<&str> =
        claims.iter().filter_map(|(_, claim)| claim.title.0.get("fr").map(String::as_str)).collect();
    assert!(titles.contains(&"Comité, 91e session"), "{titles:?}");
    assert_eq!(claims.len(), 3);
}

#[test]
fn what_is_over_stays() {
    let shown = settle(&[event("2020-06-01", "2020-06-05")], &BTreeMap::new(), &[], &[], now("2020-01-01"));
    assert_eq!(settle(&[], &BTreeMap::new(), &[], &shown, now("2020-02-01")).len(), 0, "taken back before it was");
    assert_eq!(settle(&[], &BTreeMap::new(), &[], &shown, now("2021-02-01")).len(), 1);
}
