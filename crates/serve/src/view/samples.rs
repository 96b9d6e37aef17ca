//! A small policy and pieces for the tests of this room.

use super::Scene;
use crate::locale::Locale;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use plenary_model::entry::{Entry, FeedMeta, StoredEntry};
use plenary_model::id::EntryKey;
use plenary_model::language::{Language, Translated};
use plenary_model::piece::{Facets, Membership, Piece, PieceView, SourceCard};
use plenary_model::policy::{Network, Policy};
use plenary_model::query::Query;
use plenary_model::section::{Limits, Placement, PlacementState, Section};
use plenary_model::source::{Republish, Source, Standing, Trust};
use plenary_model::topic::Genre;
use std::collections::BTreeMap;

/// Noon of 10 June 2021.
pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2021, 6, 10, 12, 0, 0).unwrap()
}

pub(crate) fn text(pairs: &[(&str, &str)]) -> Translated {
    Translated(pairs.iter().map(|(tag, text)| ((*tag).to_owned(), (*text).to_owned())).collect())
}

pub(crate) fn source(id: &str) -> Source {
    Source {
        id: id.into(),
        name: format!("Source {id}"),
        site: Some(format!("https://{id}.example/")),
        feeds: vec![format!("https://{id}.example/feed")],
        standing: Standing::Member,
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

pub(crate) fn section(id: &str) -> Section {
    Section {
        id: id.into(),
        title: text(&[("en", "News"), ("ar", "أخبار")]),
        policy: text(&[("en", "The network's own posts.")]),
        rule: Query { root: None },
        rule_text: String::new(),
        alongside: false,
        front: true,
        invite: plenary_model::language::Translated::default(),
        recent: 50,
        limits: Limits::default(),
    }
}

/// A network of two sources and one section, in English, French and Arabic.
pub(crate) fn policy() -> Policy {
    let network = Network {
        name: "Example Network".into(),
        address: "https://feeds.example.org".into(),
        contact: "desk@example.org".into(),
        languages: ["en", "fr", "ar"].map(str::to_owned).to_vec(),
        purpose: text(&[("en", "For the rights of children.")]),
        theme: plenary_model::theme::Theme::default(),
    };
    Policy {
        sources: vec![source("a"), source("b")],
        sections: vec![section("news")],
        genres: vec![Genre {
            id: "statement".into(),
            title: text(&[("en", "Statement"), ("fr", "Déclaration")]),
            favoured: None,
            terms: BTreeMap::new(),
        }],
        ..Policy::bare("v1", network)
    }
}

pub(crate) fn scene<'a>(policy: &'a Policy, tag: &str) -> Scene<'a> {
    Scene { policy, locale: Locale::find(tag).unwrap(), now: now() }
}

pub(crate) fn entry(source: &str, id: &str) -> StoredEntry {
    let entry = Entry {
        id: format!("tag:{source}.example,2021:{id}"),
        title: format!("Title of {id}"),
        link: Some(format!("https://{source}.example/{id}")),
        content: Some("<p>Children <b>have</b> rights.</p><p>All of them.</p>".into()),
        published: Some(now()),
        language: Language::parse("en"),
        ..Entry::default()
    };
    StoredEntry {
        key: EntryKey::of(&source.into(), &entry.id),
        source: source.into(),
        entry,
        hash: String::new(),
        text_hash: String::new(),
        first_seen: now(),
        changed: now(),
        withdrawn: None,
    }
}

fn card(source: &Source) -> SourceCard {
    SourceCard {
        id: source.id.clone(),
        name: source.name.clone(),
        site: source.site.clone(),
        standing: source.standing,
        republish: source.republish,
        feed: source.feeds[0].clone(),
        meta: FeedMeta::default(),
    }
}

/// A statement of source `a` in `news`, published by `b` too.
pub(crate) fn piece(id: &str, day: &str) -> PieceView {
    let dated = day.parse::<NaiveDate>().unwrap().and_hms_opt(8, 0, 0).unwrap().and_utc();
    let (lead, copy) = (entry("a", id), entry("b", id));
    let member = |entry: &StoredEntry, rung: &str| Membership {
        entry: entry.key.clone(),
        rung: rung.into(),
        evidence: format!("{rung} of {}", entry.source),
    };
    let piece = Piece {
        id: id.into(),
        work: id.into(),
        atom_id: lead.entry.id.clone(),
        lead: lead.key.clone(),
        lead_reason: "published first".into(),
        members: vec![member(&lead, "founder"), member(&copy, "same-text")],
        dated,
        date_doubtful: false,
        updated: dated,
        held_update: None,
        first_seen: now(),
        withdrawn: None,
        facets: Facets {
            genre: "statement".into(),
            issuer: Standing::Member,
            issuer_why: "the source's standing".into(),
            standings: vec![Standing::Member],
            sources: vec!["a".into(), "b".into()],
            organisations: vec!["Source a".into()],
            language: Language::parse("en"),
            ..Facets::default()
        },
        placements: vec![Placement {
            section: "news".into(),
            state: PlacementState::Auto,
            primary: true,
            reasons: vec!["standing:own".into()],
            entered: now(),
            announced: true,
            policy_version: "v1".into(),
            learned: None,
        }],
    };
    let sources = [source("a"), source("b")].iter().map(|source| (source.id.clone(), card(source))).collect();
    PieceView { piece, lead, others: vec![copy], versions: Vec::new(), sources }
}
