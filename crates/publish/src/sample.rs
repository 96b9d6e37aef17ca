//! What the tests of this room publish: a small policy and pieces with every field filled in.

use super::Contents;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use plenary_model::entry::{Category, Enclosure, Entry, FeedMeta, Person, StoredEntry};
use plenary_model::event::{Event, EventKind, EventRevision, EventStatus, STAFF};
use plenary_model::id::{EntryKey, PieceId};
use plenary_model::language::{Language, Translated};
use plenary_model::link::Link;
use plenary_model::piece::{Facets, Membership, Piece, PieceView, SourceCard, TopicHit, Version};
use plenary_model::policy::{Network, Policy};
use plenary_model::query::Query;
use plenary_model::section::{Limits, Placement, PlacementState, Section};
use plenary_model::source::{Republish, Source, Standing, Trust};
use plenary_model::topic::{Genre, Topic};
use std::collections::BTreeMap;

/// A day in 2021, counted from the first of June.
pub(super) fn at(days: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2021, 6, 1, 12, 0, 0).unwrap() + TimeDelta::days(days)
}

fn translated(texts: &[(&str, &str)]) -> Translated {
    Translated(texts.iter().map(|(language, text)| ((*language).to_owned(), (*text).to_owned())).collect())
}

fn source(id: &str, name: &str, standing: Standing) -> Source {
    Source {
        id: id.into(),
        name: name.to_owned(),
        site: Some(format!("https://{id}.example.org/")),
        feeds: vec![format!("https://{id}.example.org/feed")],
        standing,
        language: Language::parse("en"),
        trust: Trust::Trusted,
        republish: Republish::Full,
        enabled: true,
        reason: None,
        schedule: None,
        topics: Vec::new(),
        section: None,
        region: None,
        countries: Vec::new(),
    }
}

fn section(id: &str, title: &[(&str, &str)]) -> Section {
    Section {
        id: id.into(),
        title: translated(title),
        policy: translated(&[("en", "What belongs here.")]),
        rule: Query { root: None },
        rule_text: String::new(),
        alongside: false,
        front: true,
        invite: plenary_model::language::Translated::default(),
        recent: 7,
        limits: Limits::default(),
    }
}

/// A network in two languages with two sections, two sources and two events.
pub(super) fn policy() -> Policy {
    let network = Network {
        name: "Example Network".to_owned(),
        address: "https://feeds.example.org".to_owned(),
        contact: "webmaster@example.org".to_owned(),
        languages: vec!["en".to_owned(), "fr".to_owned()],
        purpose: translated(&[("en", "To show how it works.")]),
        look: plenary_model::look::Look::default(),
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
            id: "education".into(),
            title: translated(&[("en", "Education"), ("fr", "Éducation")]),
            minimum: 3.0,
            title_weight: 2.0,
            also: None,
            terms: BTreeMap::new(),
        }],
        genres: vec![Genre {
            id: "statement".into(),
            title: translated(&[("en", "Statement")]),
            favoured: None,
            terms: BTreeMap::new(),
        }],
        events: events(),
        ..Policy::bare("1", network)
    }
}

fn events() -> Vec<Event> {
    let day = |text: &str| text.parse().unwrap();
    vec![
        Event {
            id: "session-87".to_owned(),
            title: translated(&[("en", "87th session")]),
            from: day("2021-05-17"),
            to: day("2021-06-04"),
            kind: EventKind::Session,
            status: EventStatus::Confirmed,
            link: Some("https://office.example.org/87".to_owned()),
            was: vec![
                EventRevision {
                    from: day("2020-06-01"),
                    to: day("2020-06-05"),
                    status: None,
                    said: Some(day("2020-04-09")),
                    note: None,
                    source: Some("The Office".to_owned()),
                    seen: None,
                    number: 1,
                },
                EventRevision {
                    from: day("2020-09-28"),
                    to: day("2020-10-02"),
                    status: None,
                    said: Some(day("2020-08-20")),
                    note: Some("Held online.".to_owned()),
                    source: Some(STAFF.to_owned()),
                    seen: None,
                    number: 2,
                },
            ],
            sequence: 2,
            changed: None,
            source: None,
            claims: Vec::new(),
        },
        Event {
            id: "call".to_owned(),
            title: translated(&[("en", "Call for input; all, welcome")]),
            from: day("2021-07-01"),
            to: day("2021-07-01"),
            kind: EventKind::Deadline,
            status: EventStatus::Cancelled,
            link: None,
            was: vec![EventRevision {
                from: day("2021-07-01"),
                to: day("2021-07-01"),
                status: Some(EventStatus::Confirmed),
                said: None,
                note: None,
                source: None,
                seen: None,
                number: 1,
            }],
            sequence: 1,
            changed: None,
            source: None,
            claims: Vec::new(),
        },
    ]
}

/// A source as a piece knows it.
pub(super) fn card(id: &str, name: &str) -> SourceCard {
    SourceCard {
        id: id.into(),
        name: name.to_owned(),
        site: Some(format!("https://{id}.example.org/")),
        standing: Standing::Member,
        republish: Republish::Full,
        feed: format!("https://{id}.example.org/feed"),
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
    }
}

/// An entry of the office that repeats a piece.
pub(super) fn copy(name: &str, seen: DateTime<Utc>) -> StoredEntry {
    StoredEntry {
        key: EntryKey::of(&"office".into(), name),
        source: "office".into(),
        entry: Entry {
            id: format!("tag:office.example.org,2021:{name}"),
            title: format!("Copy of {name}"),
            link: Some(format!("https://office.example.org/{name}")),
            language: Language::parse("en"),
            ..Entry::default()
        },
        hash: String::new(),
        text_hash: String::new(),
        first_seen: seen,
        changed: seen,
        withdrawn: None,
    }
}

fn lead(name: &str) -> StoredEntry {
    let entry = Entry {
        id: format!("tag:member.example.org,2021:{name}"),
        title: "Schools & <children>".to_owned(),
        link: Some(format!("https://member.example.org/{name}")),
        links: Vec::new(),
        summary: Some("<p>Short &amp; sweet.</p>".to_owned()),
        content: Some("<p>The <b>full</b> text &lt;here&gt;.</p>".to_owned()),
        published: Some(at(0)),
        updated: Some(at(0)),
        author: Some("A. Writer".to_owned()),
        authors: vec![Person { name: "A. Writer".to_owned(), uri: None, email: None }],
        categories: vec![Category { term: "Schools".to_owned(), scheme: None, label: Some("Schools".to_owned()) }],
        language: Language::parse("fr"),
        language_ground: None,
        rights: None,
        enclosures: vec![Enclosure {
            href: "https://member.example.org/a.mp3".to_owned(),
            media_type: Some("audio/mpeg".to_owned()),
            length: Some(42),
        }],
        source: None,
    };
    StoredEntry {
        key: EntryKey::of(&"member".into(), name),
        source: "member".into(),
        entry,
        hash: String::new(),
        text_hash: String::new(),
        first_seen: at(0),
        changed: at(0),
        withdrawn: None,
    }
}

/// A piece of the member in `news`, with a translation and no copies.
pub(super) fn view(name: &str) -> PieceView {
    let lead = lead(name);
    let id = PieceId::founded_by(&lead.key);
    let placement = Placement {
        section: "news".into(),
        state: PlacementState::Auto,
        primary: true,
        reasons: vec!["topic:education".to_owned()],
        entered: at(0),
        announced: true,
        policy_version: "1".to_owned(),
        learned: None,
    };
    let piece = Piece {
        work: id.clone(),
        atom_id: lead.entry.id.clone(),
        lead: lead.key.clone(),
        lead_reason: "the only one".to_owned(),
        members: vec![Membership { entry: lead.key.clone(), rung: "founder".to_owned(), evidence: String::new() }],
        dated: at(0),
        date_doubtful: false,
        updated: at(0),
        held_update: None,
        first_seen: at(0),
        withdrawn: None,
        facets: Facets {
            topics: vec![TopicHit { topic: "education".into(), score: 3.0, why: Vec::new() }],
            genre: "statement".into(),
            issuer: Standing::Member,
            standings: vec![Standing::Member],
            sources: vec!["member".into()],
            organisations: vec!["Example Member".to_owned()],
            countries: vec!["CH".to_owned()],
            language: Language::parse("fr"),
            ..Facets::default()
        },
        placements: vec![placement],
        id,
    };
    let version = Version {
        piece: "v".into(),
        title: "Escuelas".to_owned(),
        link: Some("https://member.example.org/es".to_owned()),
        language: Language::parse("es"),
    };
    let sources = [card("member", "Example Member"), card("office", "Example Office")];
    PieceView {
        piece,
        lead,
        others: Vec::new(),
        versions: vec![version],
        sources: sources.into_iter().map(|card| (card.id.clone(), card)).collect(),
    }
}

/// A document's contents.
pub(super) fn contents(pieces: Vec<PieceView>) -> Contents {
    Contents {
        id: "tag:feeds.example.org,2026:sections/news".to_owned(),
        since: at(-100),
        pieces,
        tombstones: Vec::new(),
        last_archive: None,
    }
}
