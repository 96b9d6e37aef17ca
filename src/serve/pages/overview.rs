//! The overview: what the network is for, the sections with their newest pieces, and how things stand.

use super::Visit;
use crate::model::section::Section;
use crate::model::view::Selection;
use crate::serve::address::Place;
use crate::serve::failure::Failure;
use crate::serve::view::{
    Agenda, FeedLink, Frame, Hall, Here, Line, Occasion, Phrase, Row, Subject, When, agenda, hall, line, roster,
    say_days_once, troubled,
};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

/// Newest pieces of a section.
const PIECES_PER_SECTION: usize = 3;
/// Events that come next.
const EVENTS_MAX: usize = 4;
/// Sources that do not answer; more are counted.
const FAILING_MAX: usize = 6;

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    purpose: Phrase,
    updated: Option<When>,
    hall: Hall,
    digests: Vec<Digest>,
    index: Vec<Entry>,
    occasions: Vec<Occasion>,
    failing: Vec<Row>,
    failing_more: String,
}

/// A section with its newest pieces.
struct Digest {
    slug: String,
    href: String,
    title: Phrase,
    count: String,
    lines: Vec<Line>,
    has_more: bool,
}

/// A section in the list of all of them.
struct Entry {
    href: String,
    title: Phrase,
    shown: String,
}

/// Shows the overview.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let scene = visit.scene();
    let store = visit.store();
    let figures = store.section_figures().await?;
    let mut digests = Vec::new();
    let mut index = Vec::new();
    for section in &visit.policy.sections {
        let shown = figures.iter().find(|one| one.section == section.id).map_or(0, |one| one.shown);
        let href = scene.to(&Place::Section(section.id.clone(), 1));
        let title = scene.translated(&section.title);
        index.push(Entry { href, title, shown: scene.locale.number(shown) });
        if section.front {
            digests.push(digest(&visit, section).await?);
        }
    }
    let health = store.sources().await?;
    // Not the last poll: one that failed updated nothing.
    let updated = health.iter().filter_map(|one| one.state.succeeded_at).max();
    let roster = roster(&scene, &health, &store.totals().await?);
    let failing: Vec<Row> = troubled(&roster).into_iter().cloned().collect();
    let more = failing.len().saturating_sub(FAILING_MAX);
    let Agenda { now, next, .. } = agenda(&scene);
    let purpose = scene.translated(&visit.policy.network.purpose);
    let subject = Subject {
        place: Some(Place::Overview),
        here: Here::Overview,
        title: None,
        description: purpose.text.clone(),
        feeds: feeds(&visit),
    };
    visit.respond(
        StatusCode::OK,
        &Overview {
            frame: visit.frame(subject),
            purpose,
            updated: updated.map(|at| scene.moment(at)),
            hall: hall(&scene, &roster.seated()),
            digests,
            index,
            occasions: now.into_iter().chain(next).take(EVENTS_MAX).collect(),
            failing: failing.into_iter().take(FAILING_MAX).collect(),
            failing_more: if more > 0 {
                scene.locale.count(&scene.locale.words.count.more_sources, more)
            } else {
                String::new()
            },
        },
    )
}

async fn digest(visit: &Visit, section: &Section) -> Result<Digest, Failure> {
    let scene = visit.scene();
    let slug = section.id.as_str();
    let selection = Selection { section: Some(section.id.clone()), limit: PIECES_PER_SECTION, ..Selection::default() };
    let found = visit.store().pieces(&selection).await?;
    let mut lines: Vec<Line> = found.pieces.iter().map(|view| line(&scene, view, Some(slug))).collect();
    say_days_once(&mut lines);
    Ok(Digest {
        slug: slug.to_owned(),
        href: scene.to(&Place::Section(section.id.clone(), 1)),
        title: scene.translated(&section.title),
        count: scene.locale.count(&scene.locale.words.count.pieces, found.total),
        has_more: found.total > lines.len(),
        lines,
    })
}

fn feeds(visit: &Visit) -> Vec<FeedLink> {
    let words = &visit.locale.words;
    let name = &visit.policy.network.name;
    let tag = visit.locale.tag;
    let mut feeds = vec![FeedLink::atom("/all.atom".into(), format!("{name}: {}", words.section.every_language))];
    if visit.policy.network.languages.iter().any(|language| language == tag) {
        feeds.push(FeedLink::atom(format!("/all/{tag}.atom"), format!("{name}: {}", words.name)));
    }
    feeds
}
