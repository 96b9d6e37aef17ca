//! The network over which search, pages, feeds and rendering are measured: sections whose pieces are as
//! long as real ones and differ from each other.
#![allow(dead_code, reason = "each bench measures with a part of it")]

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use plenary_model::entry::{Category, Entry, StoredEntry};
use plenary_model::id::{EntryKey, PieceId};
use plenary_model::language::{Language, Translated};
use plenary_model::piece::{Facets, Membership, Piece, TopicHit};
use plenary_model::policy::{Network, Policy};
use plenary_model::query::Query;
use plenary_model::section::{Limits, Placement, PlacementState, Section};
use plenary_model::source::Standing;
use plenary_model::theme::Theme;

/// Sentences in a piece: about 1.2 KB of HTML, so that 50 pieces make a feed of 60 KB and more.
const SENTENCES: usize = 12;
const WORDS: [&str; 24] = [
    "children",
    "rights",
    "school",
    "committee",
    "statement",
    "access",
    "health",
    "justice",
    "violence",
    "community",
    "education",
    "family",
    "support",
    "session",
    "report",
    "protection",
    "pandemic",
    "measures",
    "states",
    "services",
    "young",
    "people",
    "digital",
    "care",
];

/// An hour of the sample's time.
pub(crate) fn at(hours: usize) -> DateTime<Utc> {
    let start = Utc.with_ymd_and_hms(2015, 1, 1, 0, 0, 0).single().unwrap_or_default();
    start + TimeDelta::hours(i64::try_from(hours).unwrap_or_default())
}

/// The slug of a section.
pub(crate) fn slug(section: usize) -> String {
    format!("section-{section}")
}

fn english(text: &str) -> Translated {
    Translated([("en".to_owned(), text.to_owned())].into())
}

/// A network without sources.
pub(crate) fn policy(sections: usize, recent: usize) -> Policy {
    let network = Network {
        name: "Example Network".to_owned(),
        address: "https://feeds.example.org".to_owned(),
        contact: "webmaster@example.org".to_owned(),
        languages: vec!["en".to_owned()],
        purpose: Translated::default(),
        theme: Theme::default(),
    };
    let section = |number| Section {
        id: slug(number).into(),
        title: english(&format!("Section {number}")),
        policy: english("What belongs here, in plain words."),
        rule: Query { root: None },
        rule_text: String::new(),
        alongside: false,
        front: true,
        invite: Translated::default(),
        recent,
        limits: Limits::default(),
    };
    Policy { sections: (0..sections).map(section).collect(), ..Policy::bare("1", network) }
}

/// Words in an order that differs from piece to piece.
fn words(seed: usize, count: usize) -> String {
    let word = |index: usize| WORDS[(seed * 31 + index * index * 7 + index * 3) % WORDS.len()];
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

/// An entry; its title has a word that one in 5,000 shares.
pub(crate) fn entry(seed: usize, source: &str) -> StoredEntry {
    let paragraphs =
        (0..SENTENCES).map(|sentence| format!("<p>{} &amp; {}.</p>", words(seed + sentence, 6), words(seed, 6)));
    let entry = Entry {
        id: format!("tag:{source}.example.org,2021:{seed}"),
        title: format!("{} rare{}", words(seed, 8), seed % 5_000),
        link: Some(format!("https://{source}.example.org/{seed}")),
        summary: Some(format!("<p>{}</p>", words(seed, 20))),
        content: Some(paragraphs.collect()),
        published: Some(at(seed)),
        updated: Some(at(seed)),
        author: Some("A. Writer".to_owned()),
        categories: vec![Category { term: "news".to_owned(), scheme: None, label: None }],
        language: Language::parse("en"),
        ..Entry::default()
    };
    StoredEntry {
        key: EntryKey::of(&source.into(), &entry.id),
        source: source.into(),
        entry,
        hash: String::new(),
        text_hash: String::new(),
        first_seen: at(seed),
        changed: at(seed),
        withdrawn: None,
    }
}

/// The piece that an entry founds, shown in a section; in none of them when there is none.
pub(crate) fn piece(lead: &StoredEntry, section: Option<usize>) -> Piece {
    let id = PieceId::founded_by(&lead.key);
    let facets = Facets {
        topics: vec![TopicHit { topic: "education".into(), score: 3.0, why: Vec::new() }],
        genre: "statement".into(),
        issuer: Standing::Member,
        standings: vec![Standing::Member],
        sources: vec![lead.source.clone()],
        organisations: vec![format!("Organisation {}", lead.source)],
        countries: vec!["CH".to_owned()],
        language: Language::parse("en"),
        ..Facets::default()
    };
    let placement = |section| Placement {
        section: slug(section).into(),
        state: PlacementState::Auto,
        primary: true,
        reasons: vec!["topic:education".to_owned(), "issuer:member".to_owned()],
        entered: lead.first_seen,
        announced: true,
        policy_version: "1".to_owned(),
        learned: None,
    };
    Piece {
        work: id.clone(),
        atom_id: lead.entry.id.clone(),
        lead: lead.key.clone(),
        lead_reason: String::new(),
        members: vec![Membership { entry: lead.key.clone(), rung: "founder".to_owned(), evidence: String::new() }],
        dated: lead.first_seen,
        date_doubtful: false,
        updated: lead.first_seen,
        held_update: None,
        first_seen: lead.first_seen,
        withdrawn: None,
        facets,
        placements: section.map(placement).into_iter().collect(),
        id,
    }
}
