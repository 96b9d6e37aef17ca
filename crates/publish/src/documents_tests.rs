//! Whole documents, as readers get them, against snapshots that were read before they were accepted.

use crate::{Target, calendar, documents, opml, sample};
use plenary_fixtures::member;
use plenary_model::edition::Rendered;
use plenary_model::sameness::{Rung, Sameness};
use plenary_model::view::Tombstone;

/// A document of section `news`, with a piece that two sources carry and one that was taken back.
fn news(path: &str) -> Rendered {
    let mut view = sample::view("a");
    let copy = sample::copy("b", sample::at(1));
    let found = Sameness::Text { words: 300, within_a_day: true };
    view.piece.members.push(member(&copy, Rung::SameText, &view.lead, found));
    view.others = vec![copy];
    let mut contents = sample::contents(vec![view]);
    contents.tombstones = vec![Tombstone {
        atom_id: "tag:member.example.org,2021:gone".into(),
        at: sample::at(2),
        reason: "Published by mistake.".into(),
    }];
    let target = Target::Section { section: "news".into(), language: None };
    let rendered = documents(&sample::policy(), &target, &contents);
    rendered.into_iter().find(|document| document.path == path).unwrap()
}

/// The calendar's documents: the file, and the feed of its changes.
fn events() -> [Rendered; 2] {
    let policy = sample::policy();
    calendar(&policy, &policy.events, &[], sample::at(0)).try_into().unwrap()
}

/// The document with each element on a line of its own, for whoever reads the snapshot.
fn xml(document: Rendered) -> String {
    String::from_utf8(document.body).unwrap().replace("><", ">\n<")
}

#[test]
fn an_atom_document_is_whole() {
    insta::assert_snapshot!(xml(news("/sections/news.atom")));
}

#[test]
fn an_rss_document_is_whole() {
    insta::assert_snapshot!(xml(news("/sections/news.rss")));
}

#[test]
fn a_json_feed_is_whole() {
    let feed: serde_json::Value = serde_json::from_slice(&news("/sections/news.json").body).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&feed).unwrap());
}

#[test]
fn a_list_of_sources_is_whole() {
    insta::assert_snapshot!(xml(opml(&sample::policy(), sample::at(0))));
}

#[test]
fn a_calendar_file_is_whole() {
    let [file, _] = events();
    let ics = String::from_utf8(file.body).unwrap();
    assert!(ics.lines().all(|line| line.len() <= 75), "RFC 5545 folds lines at 75 octets: {ics}");
    assert_eq!(ics.matches('\n').count(), ics.matches("\r\n").count(), "and ends each with CRLF");
    insta::assert_snapshot!(ics.replace("\r\n", "\n"));
}

#[test]
fn a_feed_of_changed_dates_is_whole() {
    let [_, feed] = events();
    insta::assert_snapshot!(xml(feed));
}
