//! Occurrences of a file find their events, and keep them.

use super::*;
use chrono::NaiveDate;
use plenary_fixtures::{self as fixtures, translations};
use plenary_model::event::EventStatus;

fn occurrence(uid: &str, title: &str, from: &str) -> Occurrence {
    let from: NaiveDate = from.parse().unwrap();
    Occurrence { uid: uid.into(), title: title.into(), from, to: from, status: None, kind: None, link: None }
}

fn event(id: &str, titles: &[(&str, &str)], from: &str) -> Event {
    Event { title: translations(titles), ..fixtures::event(id, from, from) }
}

/// A file that has these and breaks off after them.
fn listing(events: &[Occurrence]) -> Reading {
    Reading { events: events.to_vec(), ..Reading::default() }
}

/// A file that has these and comes to its end.
fn whole(events: &[Occurrence]) -> Reading {
    Reading { is_whole: true, ..listing(events) }
}

/// The day on which files are read here, before all that is in them.
fn today() -> NaiveDate {
    "2021-01-01".parse().unwrap()
}

fn crc_87() -> Event {
    let titles = [("en", "Committee on the Rights of the Child, 87th session"), ("fr", "Comité, 87e session")];
    event("crc-87", &titles, "2021-05-17")
}

/// Ids of the events that the calendar `un` speaks of, by `UID`.
fn ids(claims: &[(String, EventClaim)]) -> BTreeMap<String, String> {
    claims.iter().map(|(event, claim)| (claim.uid.clone(), event.clone())).collect()
}

#[test]
fn sessions_are_known_by_number_and_new_ones_named_in_every_language() {
    let policy = [crc_87()];
    let read = [
        occurrence("a", "CRC 87th Session", "2021-05-18"),
        occurrence("b", "CRC - 91st session", "2022-09-05"),
        occurrence("c", "Day of the Child", "2021-11-20"),
        occurrence("d", "Call for inputs: deadline", "2021-07-15"),
    ];
    let claims = claims_of(
        "un",
        "UN",
        &listing(&read),
        KnownEvents { policy: &policy, shown: &[], before: &[], today: today() },
    );
    let by_uid = |uid: &str| claims.iter().find(|(_, claim)| claim.uid == uid).unwrap();
    assert_eq!((claims.len(), by_uid("a").0.as_str()), (4, "crc-87"));
    assert_eq!(by_uid("b").1.title.0.get("fr").unwrap(), "Comité, 91e session");
    let kinds = ["a", "c", "d"].map(|uid| by_uid(uid).1.kind);
    assert_eq!(kinds, [EventKind::Session, EventKind::Other, EventKind::Deadline]);
}

#[test]
fn an_event_keeps_its_uid_whatever_becomes_of_its_title() {
    let policy = [crc_87()];
    let known = KnownEvents { policy: &policy, shown: &[], before: &[], today: today() };
    let before = claims_of("un", "UN", &listing(&[occurrence("a", "CRC 87th session", "2021-05-18")]), known);
    let known = KnownEvents { before: &before, ..known };
    let renamed = claims_of("un", "UN", &listing(&[occurrence("a", "Postponed!", "2021-09-01")]), known);
    assert_eq!(ids(&renamed), [("a".to_owned(), "crc-87".to_owned())].into());
    assert_eq!(renamed[0].1.from.unwrap().to_string(), "2021-09-01");
    assert_eq!(claims_of("un", "UN", &listing(&[]), known), before, "a file that drops it takes nothing back");
}

#[test]
fn two_of_one_title_are_two_and_neither_is_lost() {
    let policy = [event("day", &[("en", "Day of discussion")], "2021-09-16")];
    let read = [
        occurrence("a", "Day of discussion", "2021-09-17"),
        occurrence("b", "Day of discussion", "2021-10-02"),
        occurrence("c", "Day of discussion", "2023-09-17"),
    ];
    let claims = claims_of(
        "un",
        "UN",
        &listing(&read),
        KnownEvents { policy: &policy, shown: &[], before: &[], today: today() },
    );
    let ids = ids(&claims);
    assert_eq!((ids.len(), ids["a"].as_str()), (3, "day"));
    assert!(ids["b"].starts_with("un-"));
    assert!(ids["c"].starts_with("un-"));
}

/// What is known without a policy on a day.
fn build_known<'a>(shown: &'a [Event], before: &'a [(String, EventClaim)], today: &str) -> KnownEvents<'a> {
    KnownEvents { policy: &[], shown, before, today: today.parse().unwrap() }
}

#[test]
fn what_is_over_is_not_taken_for_another_of_its_title() {
    let title = "Annual meeting";
    let first =
        claims_of("un", "UN", &listing(&[occurrence("a", title, "2024-06-10")]), build_known(&[], &[], "2024-01-01"));
    let id = first[0].0.clone();
    let shown = [event(&id, &[("en", title)], "2024-06-10")];
    for (uid, day, today, is_same) in [
        // A year, a month or a week later it is another one, whatever became of the first in the file.
        ("b", "2025-06-09", "2025-01-01", false),
        ("b", "2024-07-10", "2024-06-20", false),
        ("b", "2024-06-17", "2024-06-11", false),
        // The file names the same meeting anew, before it is over and after.
        ("b", "2024-06-10", "2025-01-01", true),
        ("b", "2024-09-10", "2024-05-01", true),
        ("a", "2025-06-09", "2025-01-01", true),
    ] {
        let claims =
            claims_of("un", "UN", &listing(&[occurrence(uid, title, day)]), build_known(&shown, &first, today));
        let by_uid = ids(&claims);
        assert_eq!(by_uid[uid] == id, is_same, "{uid} {day} read on {today}");
        assert_eq!(claims.len(), if is_same { 1 } else { 2 }, "the first is still said");
    }
    let off = [Event { status: EventStatus::Postponed, ..shown[0].clone() }];
    let known = build_known(&off, &first, "2024-07-01");
    let again = claims_of("un", "UN", &listing(&[occurrence("b", title, "2024-09-10")]), known);
    assert_eq!(ids(&again)["b"], id, "what was put off is dated anew");
}

#[test]
fn a_session_that_is_over_is_not_taken_for_one_of_its_number_long_after() {
    let shown = [event("board-2", &[("en", "Board, 2nd session")], "2024-09-10")];
    let read = |day: &str, today: &str| {
        let read = [occurrence("x", "2nd session of the Board", day)];
        claims_of("un", "UN", &listing(&read), build_known(&shown, &[], today))[0].0.clone()
    };
    assert_eq!(read("2025-09-09", "2025-01-01").split('-').next(), Some("un"));
    assert_eq!(read("2025-09-09", "2024-01-01"), "board-2", "it is still to come, and a year off");
    assert_eq!(read("2024-09-17", "2025-01-01"), "board-2");
}

#[test]
fn of_several_with_one_title_the_nearest_is_meant() {
    let title = [("en", "Board meeting")];
    let shown = [event("feb", &title, "2021-02-10"), event("mar", &title, "2021-03-10")];
    let read = [("x", "2021-03-11"), ("y", "2021-02-10"), ("z", "2021-04-10")];
    let read = read.map(|(uid, day)| occurrence(uid, "Board meeting", day));
    let ids = ids(&claims_of("office", "Office", &listing(&read), build_known(&shown, &[], "2021-01-01")));
    assert_eq!((ids["x"].as_str(), ids["y"].as_str()), ("mar", "feb"));
    assert!(ids["z"].starts_with("office-"));
}

#[test]
fn two_calendars_speak_of_one_event_and_the_policy_takes_over_when_it_knows_it() {
    let first = claims_of(
        "un",
        "UN",
        &listing(&[occurrence("a", "CEDAW 80th session", "2021-10-18")]),
        KnownEvents { policy: &[], shown: &[], before: &[], today: today() },
    );
    let id = first[0].0.clone();
    let shown = [event(&id, &[("en", "CEDAW 80th session")], "2021-10-18")];
    let known = KnownEvents { policy: &[], shown: &shown, before: &[], today: today() };
    let other =
        claims_of("office", "Office", &listing(&[occurrence("x", "80th session of CEDAW", "2021-10-19")]), known);
    assert_eq!(other[0].0, id);
    let policy = [event("cedaw-80", &[("en", "CEDAW, 80th session")], "2021-10-18")];
    let known = KnownEvents { policy: &policy, shown: &shown, before: &first, today: today() };
    let again = claims_of("un", "UN", &listing(&[occurrence("a", "CEDAW 80th session", "2021-10-18")]), known);
    assert_eq!((again.len(), again[0].0.as_str()), (1, "cedaw-80"));
}

#[test]
fn what_staff_said_last_counts() {
    let decision = |id: i64, action: Action| Decision {
        id,
        at: "2021-06-01T12:00:00Z".parse().unwrap(),
        by: "staff".into(),
        entry: None,
        action,
    };
    let say = |from: Option<&str>, status: Option<EventStatus>, choose: Option<&str>| Action::Event {
        event: "crc-87".into(),
        from: from.map(|day| day.parse().unwrap()),
        to: None,
        status,
        choose: choose.map(str::to_owned),
        note: None,
    };
    let said = |actions: Vec<Action>| {
        let decisions: Vec<Decision> = (1..).zip(actions).map(|(id, action)| decision(id, action)).collect();
        claim_of_staff(&decisions)["crc-87"].clone()
    };
    let both = said(vec![say(None, None, Some("office")), say(None, Some(EventStatus::Cancelled), None)]);
    assert_eq!((both.chosen.as_deref(), both.status), (Some("office"), Some(EventStatus::Cancelled)));
    let dates = said(vec![say(None, None, Some("office")), say(Some("2021-06-01"), None, None)]);
    assert_eq!((dates.chosen, dates.from), (None, Some("2021-06-01".parse().unwrap())));
    let chosen = said(vec![say(Some("2021-06-01"), Some(EventStatus::Tentative), None), say(None, None, Some("un"))]);
    assert_eq!((chosen.from, chosen.status, chosen.chosen.as_deref()), (None, None, Some("un")));
}

#[test]
fn a_file_that_was_read_whole_takes_back_what_is_to_come() {
    let read = [
        occurrence("a", "Crew meets", "2021-03-01"),
        occurrence("b", "Nets are mended", "2021-04-01"),
        occurrence("old", "Boats are painted", "2020-12-01"),
        occurrence("s#2021-05-01", "Tea", "2021-05-01"),
        occurrence("s#2021-05-08", "Tea", "2021-05-08"),
    ];
    let known = KnownEvents { policy: &[], shown: &[], before: &[], today: today() };
    let first = claims_of("un", "UN", &whole(&read), known);
    let known = KnownEvents { before: &first, ..known };
    let left = [read[0].clone(), read[3].clone()];
    let status = |reading: &Reading, uid: &str| {
        let claims = claims_of("un", "UN", reading, known);
        claims.into_iter().find(|(_, claim)| claim.uid == uid).unwrap().1.status
    };
    let dropped = whole(&left);
    for (uid, expected) in [
        ("a", None),
        ("b", Some(EventStatus::Unlisted)),
        ("old", None),
        ("s#2021-05-01", None),
        ("s#2021-05-08", Some(EventStatus::Unlisted)),
    ] {
        assert_eq!(status(&dropped, uid), expected, "{uid}");
    }
    assert_eq!(status(&listing(&left), "b"), None, "a file that breaks off takes nothing back");
    let damaged = Reading { damaged: ["b".to_owned()].into(), ..whole(&left) };
    assert_eq!(status(&damaged, "b"), None, "it is there, and cannot be read");
    let long = Reading { going_on: [("s".to_owned(), "2021-05-01".parse().unwrap())].into(), ..whole(&left) };
    assert_eq!(status(&long, "s#2021-05-08"), None, "it may come after what is read of the series");
    let cancelled = Reading { cancelled: ["b".to_owned(), "s".to_owned()].into(), ..listing(&left) };
    assert_eq!(status(&cancelled, "b"), Some(EventStatus::Cancelled));
    assert_eq!(status(&cancelled, "s#2021-05-08"), Some(EventStatus::Cancelled));

    let gone = claims_of("un", "UN", &dropped, known);
    let known = KnownEvents { before: &gone, ..known };
    let back = claims_of("un", "UN", &whole(&read), known);
    assert!(back.iter().all(|(_, claim)| claim.status.is_none()), "it is listed again: {back:?}");
    assert_eq!(back.len(), first.len(), "under the ids it had");
}
