//! The network over which search, pages, feeds and rendering are measured: sections whose pieces are as
//! long as real ones and differ from each other.
#![allow(dead_code, reason = "each bench measures with a part of it")]

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use plenary_fixtures::{self as fixtures, WORDS, by_rule, placement, stored_entry, topic_hit, translations};
use plenary_model::entry::{Category, Entry, StoredEntry};
use plenary_model::piece::{Facets, Piece};
use plenary_model::policy::Policy;
use plenary_model::query::Field;
use plenary_model::section::{Placement, Section};

/// Sentences in a piece: about 1.2 KB of HTML, so that 50 pieces make a feed of 60 KB and more.
const SENTENCES: usize = 12;
/// Words of which texts are made: those that nearly every statement has.
const WORDS_USED: usize = 24;
/// An hour of the sample's time.
pub(crate) fn at(hours: usize) -> DateTime<Utc> {
    let start = Utc.with_ymd_and_hms(2015, 1, 1, 0, 0, 0).single().unwrap_or_default();
    start + TimeDelta::hours(i64::try_from(hours).unwrap_or_default())
}

/// The slug of a section.
pub(crate) fn slug(section: usize) -> String {
    format!("section-{section}")
}

/// A network without sources.
pub(crate) fn policy(sections: usize, recent: usize) -> Policy {
    let section = |number| Section {
        title: translations(&[("en", &format!("Section {number}"))]),
        policy: translations(&[("en", "What belongs here, in plain words.")]),
        recent,
        ..fixtures::section(&slug(number))
    };
    Policy { sections: (0..sections).map(section).collect(), ..fixtures::policy("1") }
}

/// Words in an order that differs from piece to piece.
fn words(seed: usize, count: usize) -> String {
    let word = |index: usize| WORDS[(seed * 31 + index * index * 7 + index * 3) % WORDS_USED];
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

/// An entry; its title has a word that one in 5,000 shares.
pub(crate) fn entry(seed: usize, source: &str) -> StoredEntry {
    let paragraphs =
        (0..SENTENCES).map(|sentence| format!("<p>{} &amp; {}.</p>", words(seed + sentence, 6), words(seed, 6)));
    let entry = Entry {
        title: format!("{} rare{}", words(seed, 8), seed % 5_000),
        summary: Some(format!("<p>{}</p>", words(seed, 20))),
        content: Some(paragraphs.collect()),
        published: Some(at(seed)),
        updated: Some(at(seed)),
        author: Some("A. Writer".to_owned()),
        categories: vec![Category { term: "news".to_owned(), scheme: None, label: None }],
        ..fixtures::entry(source, &seed.to_string())
    };
    stored_entry(source, entry, at(seed))
}

/// The piece that an entry founds, shown in a section; in none of them when there is none.
pub(crate) fn piece(lead: &StoredEntry, section: Option<usize>) -> Piece {
    let facets = Facets {
        topics: vec![topic_hit("education")],
        genre: Some("statement".into()),
        organisations: vec![format!("Organisation {}", lead.source)],
        countries: vec!["CH".to_owned()],
        ..fixtures::facets(lead)
    };
    let placement = |section| Placement {
        reasons: vec![by_rule(Field::Topic, "education"), by_rule(Field::Issuer, "member")],
        ..placement(&slug(section), lead.first_seen)
    };
    Piece { facets, placements: section.map(placement).into_iter().collect(), ..fixtures::piece(lead) }
}
