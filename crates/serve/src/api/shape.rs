//! How things look in the interface for programs, without what a publisher does not let us republish.

use crate::view::HealthState;
use chrono::{DateTime, SecondsFormat, Utc};
use plenary_model::event::{Event, EventClaim, EventRevision};
use plenary_model::html::to_line;
use plenary_model::piece::PieceView;
use plenary_model::policy::Policy;
use plenary_model::reason::sentences;
use plenary_model::section::Section;
use plenary_model::source::{EXCERPT_CHARS_MAX, Republish, Source};
use plenary_model::view::{SectionShown, SourceHealth};
use serde_json::{Value, json};

/// A time as RFC 3339, in whole seconds.
fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(super) fn section(policy: &Policy, section: &Section, figures: Option<&SectionShown>) -> Value {
    let stem = format!("{}/sections/{}", policy.network.address, section.id);
    json!({
        "id": section.id,
        "title": section.title,
        "policy": section.policy,
        "rule": section.rule_text,
        "pieces": figures.map_or(0, |one| one.shown),
        "works": figures.map_or(0, |one| one.works),
        "newest": figures.and_then(|one| one.newest).map(time),
        "page": stem,
        "feeds": {"atom": format!("{stem}.atom"), "rss": format!("{stem}.rss"), "json": format!("{stem}.json")},
    })
}

pub(super) fn source(policy: &Policy, source: &Source, health: &SourceHealth) -> Value {
    let page = format!("{}/sources/{}", policy.network.address, source.id);
    json!({
        "id": source.id,
        "name": source.name,
        "site": source.site,
        "feed": source.feeds.first(),
        "standing": source.standing,
        "language": source.language,
        "region": source.region,
        "countries": source.countries,
        "republish": source.republish,
        "health": HealthState::read(source, &health.state).shape(),
        "cause": health.state.last.as_ref().map(|(_, cause)| cause.kind.as_str()),
        "polled": health.state.polled_at.map(time),
        "succeeded": health.state.succeeded_at.map(time),
        "newest": health.newest.map(time),
        "pieces": health.shown,
        "page": page,
        "atom": format!("{page}.atom"),
    })
}

pub(super) fn event(event: &Event) -> Value {
    json!({
        "id": event.id,
        "title": event.title,
        "kind": event.kind,
        "status": event.status,
        "from": event.from,
        "to": event.to,
        "link": event.link,
        "source": event.source,
        "sequence": event.sequence,
        "changed": event.changed.map(time),
        "was": event.was.iter().map(revision).collect::<Vec<Value>>(),
        "others": event.claims.iter().map(claim).collect::<Vec<Value>>(),
    })
}

fn revision(revision: &EventRevision) -> Value {
    json!({
        "number": revision.number,
        "from": revision.from,
        "to": revision.to,
        "status": revision.status,
        "said": revision.said,
        "seen": revision.seen.map(time),
        "note": revision.note,
        "source": revision.source,
    })
}

fn claim(claim: &EventClaim) -> Value {
    json!({
        "origin": claim.origin,
        "name": claim.name,
        "from": claim.from,
        "to": claim.to,
        "status": claim.status,
    })
}

pub(super) fn piece(policy: &Policy, view: &PieceView) -> Value {
    let piece = &view.piece;
    let facets = &piece.facets;
    let entries = std::iter::once(&view.lead).chain(&view.others);
    let publishers = entries.map(|stored| {
        json!({
            "source": stored.source,
            "name": view.sources.get(&stored.source).map(|card| card.name.as_str()),
            "title": stored.entry.title,
            "link": stored.entry.link,
            "published": stored.entry.published.map(time),
            "seen": time(stored.first_seen),
        })
    });
    let versions = view.versions.iter().map(|version| {
        json!({"id": version.piece, "title": version.title, "language": version.language, "link": version.link})
    });
    let placed = piece.placements.iter().filter(|placement| placement.state.is_shown());
    let sections = placed.map(|placement| {
        json!({
            "id": placement.section,
            "main": placement.primary,
            "since": time(placement.entered),
            "why": sentences(&placement.reasons),
            "reasons": placement.reasons,
        })
    });
    json!({
        "id": piece.id,
        "atom_id": piece.atom_id,
        "title": view.lead.entry.title,
        "link": view.lead.entry.link,
        "page": format!("{}/pieces/{}", policy.network.address, piece.id),
        "language": facets.language,
        "published": time(piece.dated),
        "date_uncertain": piece.date_doubtful,
        "updated": time(piece.updated),
        "excerpt": excerpt(view),
        "genre": facets.genre,
        "topics": facets.topics.iter().map(|hit| &hit.topic).collect::<Vec<_>>(),
        "organisations": facets.organisations,
        "countries": facets.countries,
        "issuer": facets.issuer,
        "deadline": facets.deadline.map(time),
        "sections": sections.collect::<Vec<_>>(),
        "publishers": publishers.collect::<Vec<_>>(),
        "versions": versions.collect::<Vec<_>>(),
    })
}

/// The beginning of the text, where the publisher lets us show more than the title.
fn excerpt(view: &PieceView) -> Option<String> {
    let republish = view.lead_source().map_or(Republish::Title, |source| source.republish);
    let text = to_line(view.lead.entry.body());
    let short: String = text.chars().take(EXCERPT_CHARS_MAX).collect();
    (republish != Republish::Title && !short.is_empty()).then_some(short)
}
