//! Calendars: stable, and honest about changed dates.

use super::*;
use crate::sample;

fn render(policy: &Policy) -> (String, String) {
    let [ics, feed] = calendar(policy, &policy.events, sample::at(0)).try_into().unwrap();
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
fn events_are_dated_by_their_revisions() {
    let (ics, _) = render(&sample::policy());
    let lines = lines(&ics);
    let session = event(&lines, "session-87");
    for line in [
        "UID:session-87@feeds.example.org",
        "DTSTAMP:20200820T000000Z",
        "SEQUENCE:2",
        "STATUS:CONFIRMED",
        "DTSTART;VALUE=DATE:20210517",
        "DTEND;VALUE=DATE:20210605",
        "SUMMARY:87th session",
        "URL:https://office.example.org/87",
        "DESCRIPTION:Moved from 1 to 5 June 2020 to 28 September to 2 October 2020. Source: The Office\\nMoved from 28 September to 2 October 2020 to 17 May to 4 June 2021. Held online. Source: the editors",
        "CATEGORIES:session",
    ] {
        assert!(session.contains(&line), "{line} is missing from {session:#?}");
    }
    let call = event(&lines, "call");
    for line in
        ["DTSTAMP:20210601T120000Z", "SEQUENCE:1", "STATUS:CANCELLED", "SUMMARY:Call for input\\; all\\, welcome"]
    {
        assert!(call.contains(&line), "{line} is missing from {call:#?}");
    }
    assert!(ics.lines().all(|line| line.len() <= 76), "lines are folded at 75 octets");
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
fn every_change_of_dates_is_an_entry() {
    let (_, feed) = render(&sample::policy());
    assert!(feed.contains("87th session: moved from 1 to 5 June 2020 to 28 September to 2 October 2020"), "{feed}");
    assert!(feed.contains("87th session: moved from 28 September to 2 October 2020 to 17 May to 4 June 2021"));
    assert!(
        feed.contains("<id>tag:feeds.example.org,2026:calendar/session-87/2</id><updated>2020-08-20T00:00:00+00:00")
    );
    assert!(feed.contains("<content type=\"text\">Held online. Source: the editors</content>"));
    assert!(feed.contains("<content type=\"text\">Source: The Office</content>"));
    assert!(feed.contains("<id>tag:feeds.example.org,2026:calendar/call/1</id>"));
    assert_eq!(feed.matches("<entry").count(), 3);
}

#[test]
fn without_events_there_is_a_calendar_all_the_same() {
    let mut policy = sample::policy();
    policy.events.clear();
    let [ics, feed] = calendar(&policy, &policy.events, sample::at(0)).try_into().unwrap();
    assert_eq!((ics.updated, feed.updated), (sample::at(0), sample::at(0)));
    assert!(ics.body.starts_with(b"BEGIN:VCALENDAR\r\n"));
    assert!(ics.body.ends_with(b"END:VCALENDAR\r\n"));
}

#[test]
fn the_calendar_does_not_change_with_time() {
    let policy = sample::policy();
    let render = || calendar(&policy, &policy.events, sample::at(0));
    assert_eq!(render(), render());
}
