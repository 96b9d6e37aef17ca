//! A small policy and pieces for the tests of this room.

use super::Scene;
use crate::locale::Locale;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use plenary_fixtures::{self as fixtures, by_rule, founder, member, piece_view, placement, source_card, stored_entry};
use plenary_model::entry::{Entry, StoredEntry};
use plenary_model::evidence::IssuerReason;
use plenary_model::language::Language;
use plenary_model::piece::{Facets, Piece, PieceView};
use plenary_model::policy::{Network, Policy};
use plenary_model::query::Field;
use plenary_model::reason::LeadReason;
use plenary_model::sameness::{Rung, Sameness};
use plenary_model::section::{Placement, Section};
use plenary_model::source::Source;
use plenary_model::topic::Genre;

pub(crate) use plenary_fixtures::translations as text;

/// Noon of 10 June 2021.
pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2021, 6, 10, 12, 0, 0).unwrap()
}

pub(crate) fn source(id: &str) -> Source {
    Source { name: format!("Source {id}"), language: Language::parse("en"), ..fixtures::source(id) }
}

pub(crate) fn section(id: &str) -> Section {
    Section {
        title: text(&[("en", "News"), ("ar", "أخبار")]),
        policy: text(&[("en", "The network's own posts.")]),
        ..fixtures::section(id)
    }
}

/// A network of two sources and one section, in English, French and Arabic.
pub(crate) fn policy() -> Policy {
    let network = Network {
        contact: "desk@example.org".into(),
        languages: ["en", "fr", "ar"].map(str::to_owned).to_vec(),
        purpose: text(&[("en", "For the rights of children.")]),
        ..fixtures::network()
    };
    Policy {
        sources: vec![source("a"), source("b")],
        sections: vec![section("news")],
        genres: vec![Genre {
            title: text(&[("en", "Statement"), ("fr", "Déclaration")]),
            ..fixtures::genre("statement")
        }],
        network,
        ..plenary_fixtures::policy("v1")
    }
}

pub(crate) fn scene<'a>(policy: &'a Policy, tag: &str) -> Scene<'a> {
    Scene { policy, locale: Locale::find(tag).unwrap(), now: now() }
}

pub(crate) fn entry(source: &str, id: &str) -> StoredEntry {
    let entry = Entry {
        content: Some("<p>Children <b>have</b> rights.</p><p>All of them.</p>".into()),
        published: Some(now()),
        ..fixtures::entry(source, id)
    };
    stored_entry(source, entry, now())
}

/// A statement of source `a` in `news`, published by `b` too.
pub(crate) fn piece(id: &str, day: &str) -> PieceView {
    let dated = day.parse::<NaiveDate>().unwrap().and_hms_opt(8, 0, 0).unwrap().and_utc();
    let (lead, copy) = (entry("a", id), entry("b", id));
    let same_text = Sameness::Text { words: 120, within_a_day: false };
    let piece = Piece {
        id: id.into(),
        work: id.into(),
        lead_reason: LeadReason::First,
        members: vec![founder(&lead), member(&copy, Rung::SameText, &lead, same_text)],
        dated,
        updated: dated,
        facets: Facets {
            genre: Some("statement".into()),
            issuer_why: Some(IssuerReason::Carrier { name: "Source a".into() }),
            sources: vec!["a".into(), "b".into()],
            organisations: vec!["Source a".into()],
            ..fixtures::facets(&lead)
        },
        placements: vec![Placement {
            reasons: vec![by_rule(Field::Standing, "own")],
            policy_version: "v1".into(),
            ..placement("news", now())
        }],
        ..fixtures::piece(&lead)
    };
    let sources = ["a", "b"].map(|id| source_card(&source(id)));
    PieceView { others: vec![copy], ..piece_view(piece, lead, sources) }
}
