//! Calendars: stable, and honest about changed dates.

use super::*;
use crate::sample;

fn render(policy: &Policy) -> (String, String) {
    let [ics, feed] = calendar(policy, &policy.events, &[], sample::at(0)).try_into().unwrap();
    assert_eq!((ics.path.as_str(), feed.path.as_str()), ("/calendar.ics", "/calendar.atom"));
    (String::from_utf8(ics.body).unwrap(), String::from_utf8(feed.body).unwrap())
}

/// The lines of the event with this slug, unfolded.
fn event<'a>(lines: &'a [String], slug: &str) -> Vec<&'a str> {
    let events = lines.split(|line| line == "BEGIN:VEVENT").skip(1);
    let found = events.into_iter().find(|event| event.iter().any(|line| line.starts_with(&format!("UID:{slug}@"))));
    found.unwrap().iter().map(String::as_str).take_while(|line| *line != "END:VEVENT").collect()
}

fn lines(ics: &str) -> Vec<String> {
    ics.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

#[test]
fn sources_that_disagree_stand_in_the_description() {
    let mut policy = sample::policy();
    let own = EventClaim::of_policy(&policy.events[0]);
    let office = EventClaim {
        origin: "office".into(),
        name: "The Office".into(),
        from: Some("2021-05-18".parse().unwrap()),
        to: Some("2021-06-04".parse().unwrap()),
        ..EventClaim::default()
    };
    let event_of = &mut policy.events[0];
    (event_of.was, event_of.claims) = (Vec::new(), vec![office, EventClaim { name: String::new(), ..own }]);
    let id = event_of.id.clone();
    let (ics, _) = render(&policy);
    let lines = lines(&ics);
    let line = format!(
        "DESCRIPTION:Other dates: 18 May to 4 June 2021. Source: The Office\\nConfirmed: 17 May to 4 June 2021. Source: {}",
        policy.network.name
    );
    assert!(event(&lines, &id).contains(&line.as_str()), "{line} is missing from {ics}");
}

#[test]
fn without_events_there_is_a_calendar_all_the_same() {
    let mut policy = sample::policy();
    policy.events.clear();
    let [ics, feed] = calendar(&policy, &policy.events, &[], sample::at(0)).try_into().unwrap();
    assert_eq!((ics.updated, feed.updated), (sample::at(0), sample::at(0)));
    assert!(ics.body.starts_with(b"BEGIN:VCALENDAR\r\n"));
    assert!(ics.body.ends_with(b"END:VCALENDAR\r\n"));
}

#[test]
fn the_calendar_does_not_change_with_time() {
    let policy = sample::policy();
    let render = || calendar(&policy, &policy.events, &[], sample::at(0));
    assert_eq!(render(), render());
}
