//! What a page says to search engines in the vocabulary of schema.org, as JSON-LD.

use super::{Agenda, Occasion, PieceDetail, Scene};
use plenary_model::piece::PieceView;
use serde_json::{Value, json};

const CONTEXT: &str = "https://schema.org";
/// Events that a page describes: those to come, and the latest that are over.
const EVENTS_MAX: usize = 50;

/// A piece as an `Article` of its publisher; without what the publisher does not let us republish.
pub(crate) fn describe_article(scene: &Scene<'_>, view: &PieceView, page: &PieceDetail, address: &str) -> String {
    let publisher = &page.item.organisation.name;
    let mut article = json!({
        "@context": CONTEXT,
        "@type": "Article",
        "headline": page.item.title.text,
        "datePublished": view.piece.dated.to_rfc3339(),
        "dateModified": view.piece.updated.max(view.piece.dated).to_rfc3339(),
        "mainEntityOfPage": address,
        "author": {"@type": "Organization", "name": publisher},
        "publisher": {"@type": "Organization", "name": publisher},
        "isPartOf": {"@type": "WebSite", "name": scene.policy.network.name, "url": scene.policy.network.address},
    });
    let mut put = |name: &str, value: Option<Value>| {
        if let (Some(fields), Some(value)) = (article.as_object_mut(), value) {
            fields.insert(name.to_owned(), value);
        }
    };
    let language = view.lead.entry.language.as_ref();
    put("inLanguage", language.map(|language| json!(language.as_str())));
    put("isBasedOn", page.item.original.as_ref().map(|original| json!(original.href)));
    put("description", page.item.teaser.as_ref().map(|teaser| json!(teaser.text)));
    article.to_string()
}

/// The events of an agenda, each as an `Event`.
pub(crate) fn describe_events(scene: &Scene<'_>, agenda: &Agenda) -> Option<String> {
    let past = agenda.past.iter().flat_map(|year| &year.occasions);
    let events = agenda.now.iter().chain(&agenda.next).chain(past).take(EVENTS_MAX);
    let events: Vec<Value> = events.map(|one| describe_event(scene, one)).collect();
    (!events.is_empty()).then(|| json!({"@context": CONTEXT, "@graph": events}).to_string())
}

fn describe_event(scene: &Scene<'_>, one: &Occasion) -> Value {
    let base = &scene.policy.network.address;
    let page = one
        .piece
        .as_ref()
        .map_or_else(|| format!("{base}/calendar#event-{}", one.id), |piece| format!("{base}{piece}"));
    let status = match one.tone {
        "postponed" => "EventPostponed",
        "cancelled" => "EventCancelled",
        _ if !one.changes.is_empty() => "EventRescheduled",
        _ => "EventScheduled",
    };
    json!({
        "@type": "Event",
        "name": one.title.text,
        "startDate": one.from.iso,
        "endDate": one.to.iso,
        "eventStatus": format!("{CONTEXT}/{status}"),
        "url": one.link.as_ref().unwrap_or(&page),
        "organizer": {"@type": "Organization", "name": if one.publisher.is_empty() { &scene.policy.network.name } else { &one.publisher }},
    })
}
