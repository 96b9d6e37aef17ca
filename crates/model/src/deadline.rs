//! Deadlines that pieces name, as events of the calendar.

use super::event::{Event, EventKind, EventStatus};
use super::fold;
use super::id::PieceId;
use super::language::Translated;
use super::piece::PieceView;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Deadlines that a calendar has room for: those of the newest pieces.
pub const DEADLINES_MAX: usize = 500;

/// What ends on a day, with the piece that says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    pub piece: PieceId,
    /// Whose text it is, as readers know them.
    pub publisher: String,
    /// One day, of the kind [`EventKind::Deadline`], titled as the piece in each of its languages; without a link.
    pub event: Event,
}

/// The deadlines of pieces, soonest first. One that the calendar has as an event is left out (known by its page or its
/// title), and so is one that several pieces under the same title name.
pub fn list_deadlines(views: &[PieceView], events: &[Event]) -> Vec<Deadline> {
    let is_deadline = |event: &&Event| event.kind == EventKind::Deadline;
    let mut told: BTreeSet<_> =
        events.iter().filter(is_deadline).flat_map(|event| name(event, event.link.iter())).collect();
    let mut found: Vec<(Deadline, Vec<_>)> = Vec::new();
    for view in views {
        let Some(deadline) = read_deadline(view) else { continue };
        let entries = std::iter::once(&view.lead).chain(&view.others).filter_map(|stored| stored.entry.link.as_ref());
        let links = entries.chain(view.versions.iter().filter_map(|version| version.link.as_ref()));
        let names = name(&deadline.event, links);
        found.push((deadline, names));
    }
    found.sort_by(|(a, _), (b, _)| (a.event.from, &a.event.id).cmp(&(b.event.from, &b.event.id)));
    found.retain(|(_, names)| {
        let is_new = !names.iter().any(|name| told.contains(name));
        told.extend(names.iter().cloned());
        is_new
    });
    found.into_iter().map(|(deadline, _)| deadline).collect()
}

/// What a deadline is known by: its day with each of its titles, and with each of its pages.
fn name<'a>(event: &Event, links: impl Iterator<Item = &'a String>) -> Vec<(NaiveDate, String)> {
    let titles = event.title.0.values().map(|title| fold::line(title));
    titles.chain(links.cloned()).map(|name| (event.from, name)).collect()
}

fn read_deadline(view: &PieceView) -> Option<Deadline> {
    let piece = &view.piece;
    let day = piece.facets.deadline?.date_naive();
    let own = view.lead.entry.language.as_ref().map_or("", |language| language.primary()).to_owned();
    let versions = view.versions.iter().filter_map(|version| {
        let language = version.language.as_ref()?.primary().to_owned();
        Some((language, version.title.clone()))
    });
    let mut titles: BTreeMap<String, String> = versions.filter(|(_, title)| !title.trim().is_empty()).collect();
    let title = view.lead.entry.title.trim();
    if !title.is_empty() {
        titles.insert(own, title.to_owned());
    }
    let publisher = view.lead_source().map_or_else(|| view.lead.source.to_string(), |source| source.name.clone());
    let event = Event {
        id: format!("deadline-{}", piece.work),
        title: Translated(titles),
        from: day,
        to: day,
        kind: EventKind::Deadline,
        status: EventStatus::Confirmed,
        link: None,
        was: Vec::new(),
        sequence: 0,
        changed: Some(piece.updated),
        source: None,
        claims: Vec::new(),
    };
    (!event.title.is_empty()).then(|| Deadline { piece: piece.id.clone(), publisher, event })
}
