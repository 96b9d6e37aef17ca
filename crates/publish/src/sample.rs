//! What the tests of this room publish: a small policy and pieces with every field filled in.

use super::contents::Contents;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use plenary_fixtures::{
    self as fixtures, by_rule, date, event, piece_view, placement, revision, stored_entry, topic_hit, translations,
};
use plenary_model::entry::{Category, Enclosure, Entry, FeedMeta, Person, StoredEntry};
use plenary_model::event::{Event, EventKind, EventRevision, EventStatus, STAFF};
use plenary_model::language::Language;
use plenary_model::link::Link;
use plenary_model::piece::{Facets, Piece, PieceView, SourceCard, Version};
use plenary_model::policy::{Network, Policy};
use plenary_model::query::Field;
use plenary_model::reason::LeadReason;
use plenary_model::section::{Placement, Section};
use plenary_model::source::{Source, Standing};
use plenary_model::topic::{Genre, Topic};

/// A day in 2021, counted from the first of June.
pub(super) fn at(days: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2021, 6, 1, 12, 0, 0).unwrap() + TimeDelta::days(days)
}

fn source(id: &str, name: &str, standing: Standing) -> Source {
    Source { name: name.to_owned(), standing, ..fixtures::source(id) }
}

fn section(id: &str, title: &[(&str, &str)]) -> Section {
    Section {
        title: translations(title),
        policy: translations(&[("en", "What belongs here.")]),
        recent: 7,
        ..fixtures::section(id)
    }
}

/// A network in two languages with two sections, two sources and two events.
pub(super) fn policy() -> Policy {
    let network = Network {
        languages: vec!["en".to_owned(), "fr".to_owned()],
        purpose: translations(&[("en", "To show how it works.")]),
        ..fixtures::network()
    };
    Policy {
        sources: vec![
            source("member", "Example Member", Standing::Member),
            source("office", "Example Office", Standing::Un),
        ],
        sections: vec![
            section("news", &[("en", "News"), ("fr", "Actualités")]),
            section("resources", &[("en", "Resources")]),
        ],
        topics: vec![Topic {
            title: translations(&[("en", "Education"), ("fr", "Éducation")]),
            ..fixtures::topic("education")
        }],
        genres: vec![Genre { title: translations(&[("en", "Statement")]), ..fixtures::genre("statement") }],
        events: events(),
        network,
        ..fixtures::policy("1")
    }
}

fn events() -> Vec<Event> {
    vec![
        Event {
            title: translations(&[("en", "87th session")]),
            link: Some("https://office.example.org/87".to_owned()),
            was: vec![
                EventRevision {
                    said: Some(date("2020-04-09")),
                    source: Some("The Office".to_owned()),
                    ..revision("2020-06-01", "2020-06-05", 1)
                },
                EventRevision {
                    said: Some(date("2020-08-20")),
                    note: Some("Held online.".to_owned()),
                    source: Some(STAFF.to_owned()),
                    ..revision("2020-09-28", "2020-10-02", 2)
                },
            ],
            sequence: 2,
            ..event("session-87", "2021-05-17", "2021-06-04")
        },
        Event {
            title: translations(&[("en", "Call for input; all, welcome")]),
            kind: EventKind::Deadline,
            status: EventStatus::Cancelled,
            was: vec![EventRevision {
                status: Some(EventStatus::Confirmed),
                ..revision("2021-07-01", "2021-07-01", 1)
            }],
            sequence: 1,
            ..event("call", "2021-07-01", "2021-07-01")
        },
    ]
}

pub(super) fn card(id: &str, name: &str) -> SourceCard {
    SourceCard {
        meta: FeedMeta {
            title: Some(format!("{name}: all news")),
            id: Some(format!("tag:{id}.example.org,2020:feed")),
            links: vec![Link {
                href: format!("https://{id}.example.org/news"),
                rel: "alternate".to_owned(),
                media_type: Some("text/html".to_owned()),
                hreflang: None,
                title: None,
            }],
            updated: Some(at(-1)),
            rights: Some("© Example".to_owned()),
            subtitle: Some("Everything we write".to_owned()),
            ..FeedMeta::default()
        },
        ..fixtures::source_card(&source(id, name, Standing::Member))
    }
}

/// An entry of the office that repeats a piece.
pub(super) fn copy(name: &str, seen: DateTime<Utc>) -> StoredEntry {
    let entry = Entry { title: format!("Copy of {name}"), ..fixtures::entry("office", name) };
    stored_entry("office", entry, seen)
}

fn lead(name: &str) -> StoredEntry {
    let entry = Entry {
        title: "Schools & <children>".to_owned(),
        summary: Some("<p>Short &amp; sweet.</p>".to_owned()),
        content: Some("<p>The <b>full</b> text &lt;here&gt;.</p>".to_owned()),
        published: Some(at(0)),
        updated: Some(at(0)),
        author: Some("A. Writer".to_owned()),
        authors: vec![Person { name: "A. Writer".to_owned(), uri: None, email: None }],
        categories: vec![Category { term: "Schools".to_owned(), scheme: None, label: Some("Schools".to_owned()) }],
        language: Language::parse("fr"),
        enclosures: vec![Enclosure {
            href: "https://member.example.org/a.mp3".to_owned(),
            media_type: Some("audio/mpeg".to_owned()),
            length: Some(42),
        }],
        ..fixtures::entry("member", name)
    };
    stored_entry("member", entry, at(0))
}

/// A piece of the member in `news`, with a translation and no copies.
pub(super) fn view(name: &str) -> PieceView {
    let lead = lead(name);
    let piece = Piece {
        lead_reason: LeadReason::Only,
        facets: Facets {
            topics: vec![topic_hit("education")],
            genre: Some("statement".into()),
            organisations: vec!["Example Member".to_owned()],
            countries: vec!["CH".to_owned()],
            ..fixtures::facets(&lead)
        },
        placements: vec![Placement { reasons: vec![by_rule(Field::Topic, "education")], ..placement("news", at(0)) }],
        ..fixtures::piece(&lead)
    };
    let version = Version {
        piece: "v".into(),
        title: "Escuelas".to_owned(),
        link: Some("https://member.example.org/es".to_owned()),
        language: Language::parse("es"),
    };
    let sources = [card("member", "Example Member"), card("office", "Example Office")];
    PieceView { versions: vec![version], ..piece_view(piece, lead, sources) }
}

pub(super) fn contents(pieces: Vec<PieceView>) -> Contents {
    Contents {
        id: "tag:feeds.example.org,2026:sections/news".to_owned(),
        since: at(-100),
        pieces,
        tombstones: Vec::new(),
        last_archive: None,
    }
}
