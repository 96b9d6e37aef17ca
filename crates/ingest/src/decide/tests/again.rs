//! One source that brings the same item again, and others that only look like it.

use super::shelf::{Shelf, at, build_incoming, incoming, title_says};
use chrono::Duration;
use plenary_model::change::Incoming;
use plenary_model::decision::Action;
use plenary_model::entry::Entry;
use plenary_model::reason::Reason;
use plenary_model::section::PlacementState;

/// An item without an id of its own, published on day 0 and first seen in the poll of `day`.
fn item(title: &str, link: &str, text: &str, day: i64) -> Incoming {
    let entry = Entry {
        id: link.into(),
        title: title.into(),
        link: Some(link.into()),
        summary: Some(text.into()).filter(|text: &String| !text.is_empty()),
        published: Some(at(0)),
        ..Entry::default()
    };
    build_incoming("one", entry, at(day) + Duration::hours(1))
}

fn detail(token: &str) -> String {
    format!("https://journal.example.org/detail?v={token}&platform=N")
}

const TOKENS: [&str; 3] =
    ["fb96549631c835eb239cd614cc6b5cb7", "ddfe163345d338193ac2bdc183f8e9dc", "b1d5781111d84f7b3fe45a0852e59758"];

#[test]
fn an_address_made_for_each_request_makes_no_new_piece() {
    for text in ["", "On the north pumps."] {
        let mut shelf = Shelf::new();
        for (day, token) in TOKENS.iter().enumerate() {
            let day = i64::try_from(day).unwrap();
            shelf.poll(
                day,
                vec![
                    item("South ledger published", &detail(token), text, day),
                    item("West bolts arrive", &detail(&token.replace('d', "7")), text, day),
                ],
            );
        }
        assert_eq!(shelf.dossiers.len(), 2, "with the text {text:?}");
        assert!(shelf.dossiers.values().all(|dossier| dossier.piece.members.len() == 3));
    }
}

#[test]
fn what_only_looks_like_a_new_address_is_another_item() {
    let count = |first: Vec<Incoming>, second: Vec<Incoming>| {
        let mut shelf = Shelf::new();
        shelf.poll(1, first);
        shelf.poll(2, second);
        shelf.dossiers.len()
    };
    let one = |title: &str, link: &str, text: &str, day| vec![item(title, link, text, day)];
    let token = |n: usize| detail(TOKENS[n]);
    // The parameter is the item's number.
    assert_eq!(
        count(
            one("Minutes of the meeting", "https://e.org/?p=12", "", 1),
            one("Minutes of the meeting", "https://e.org/?p=13", "", 2)
        ),
        2
    );
    assert_eq!(
        count(
            one("Minutes of the meeting", "https://e.org/show?id=12", "", 1),
            one("Minutes of the meeting", "https://e.org/show?id=13", "", 2)
        ),
        2
    );
    // Two releases of one day under a title that says nothing.
    assert_eq!(count(one("Press release", &token(0), "", 1), one("Press release", &token(1), "", 2)), 2);
    // Another text.
    assert_eq!(
        count(
            one("South ledger published", &token(0), "Of bolts.", 1),
            one("South ledger published", &token(1), "Of valves.", 2)
        ),
        2
    );
    // Two that stand in one document.
    let both = vec![item("South ledger published", &token(0), "", 1), item("South ledger published", &token(1), "", 1)];
    assert_eq!(count(both, Vec::new()), 2);
    let next = vec![item("South ledger published", &token(1), "", 2), item("South ledger published", &token(2), "", 2)];
    assert_eq!(
        count(one("South ledger published", &token(0), "", 1), next),
        2,
        "it is one of the two, and they stay two"
    );
}

#[test]
fn a_poll_that_looks_announced_again_waits_for_staff() {
    let mut shelf = Shelf::new();
    let titled = |n: usize, poll: usize, day: i64| {
        let id = format!("e{}", n + poll * 100);
        incoming("one", &id, &format!("Report number {n} of the harbour"), n + poll * 100, day)
    };
    shelf.poll(1, (0..8).map(|n| titled(n, 0, 0)).collect());
    let again: Vec<Incoming> = (0..8).map(|n| titled(n, 1, 5)).collect();
    shelf.poll(6, again.clone());
    let held = Reason::AnnouncedAgain { source: "Organisation one".into() };
    for one in &again {
        let placement = shelf.piece(one).placement("news").unwrap();
        assert_eq!(
            (placement.state, &placement.reasons),
            (PlacementState::Held, &vec![held.clone(), title_says("news")])
        );
    }
    shelf.settle(7);
    shelf.release(8);
    assert_eq!(shelf.state(&again[0], "news"), Some(PlacementState::Held), "nothing but staff lets it in");
    shelf.decide(9, &again[0], Action::Approve { section: Some("news".into()) });
    assert!(shelf.state(&again[0], "news").unwrap().is_shown());
    // Five under old headlines are news.
    let few: Vec<Incoming> = (0..5).map(|n| titled(n, 2, 9)).collect();
    shelf.poll(10, few.clone());
    assert_eq!(shelf.state(&few[0], "news"), Some(PlacementState::Auto));
}

#[test]
fn a_headline_that_comes_again_with_nothing_under_it_is_one_piece() {
    let title = "North pumps to be mended - The Quay Post";
    let at_hour = |id: &str, text: &str, hours: i64| {
        let link = format!("https://news.example.com/rss/articles/{id}");
        let published = Some(at(0) + Duration::hours(hours));
        let entry = Entry {
            id: link.clone(),
            title: title.into(),
            link: Some(link),
            summary: Some(text.into()),
            published,
            ..Entry::default()
        };
        build_incoming("one", entry, at(0) + Duration::hours(hours + 1))
    };
    let alone = "<a href='https://news.example.com'>North pumps to be mended</a>&nbsp; The Quay Post";
    let mut shelf = Shelf::new();
    for (id, hours) in [("CBMiAAA1", 0), ("CBMiBBB2", 4), ("CBMiCCC3", 23)] {
        shelf.poll(2, vec![at_hour(id, alone, hours)]);
    }
    assert_eq!(shelf.dossiers.len(), 1);
    shelf.poll(9, vec![at_hour("CBMiDDD4", alone, 150)]);
    assert_eq!(shelf.dossiers.len(), 2, "a week later it is another event");
    shelf.poll(9, vec![at_hour("CBMiEEE5", "The crew begins on Monday.", 150)]);
    assert_eq!(shelf.dossiers.len(), 3, "a text of its own is another piece");
}

#[test]
fn a_page_that_says_something_else_each_day_makes_several_pieces() {
    let on = |id: &str, day: i64, text: &str| {
        let link = "https://status.example.org/incidents";
        let entry = Entry {
            id: format!("{link}#{id}"),
            title: "Service disrupted".into(),
            link: Some(link.into()),
            summary: Some(text.into()),
            published: Some(at(day)),
            ..Entry::default()
        };
        build_incoming("one", entry, at(day) + Duration::hours(1))
    };
    let mut shelf = Shelf::new();
    shelf.poll(
        1,
        vec![on("a", 0, "The mail relay is slow in region one."), on("b", 1, "Object storage is down in region two.")],
    );
    shelf.poll(3, vec![on("c", 2, "The name server answers late in region three.")]);
    assert_eq!(shelf.dossiers.len(), 3);
    // The same text at the same page is one piece, however often it is dated anew.
    shelf.poll(4, vec![on("d", 3, "The name server answers late in region three.")]);
    assert_eq!(shelf.dossiers.len(), 3);
}

#[test]
fn the_number_that_a_feed_calls_an_entry_by_is_no_id_between_feeds() {
    let about = |source: &str, country: &str, title: &str| {
        let text = format!(
            "The committee concluded its review of {country} today. It welcomed the steps taken since the last report and \
             asked the State party to do more for children in rural areas. The full text of the concluding observations \
             on {country} is on the page of the session."
        );
        let entry = Entry {
            id: "tag:harbour.example.org,2005:1".into(),
            title: title.into(),
            content: Some(text),
            published: Some(at(0)),
            ..Entry::default()
        };
        build_incoming(source, entry, at(1))
    };
    let mut shelf = Shelf::new();
    shelf.poll(1, vec![about("one", "Andoria", "Review of Andoria ends")]);
    shelf.poll(1, vec![about("two", "Dorvania", "Committee ends its review of Dorvania")]);
    assert_eq!(shelf.dossiers.len(), 2);
    let ids: std::collections::BTreeSet<&str> =
        shelf.dossiers.values().map(|dossier| dossier.piece.atom_id.as_str()).collect();
    assert_eq!(ids.len(), 2);
}
