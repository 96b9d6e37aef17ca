//! The overview: what the network is for, the sections with their newest pieces, and how things stand.

use super::{Visit, narrow};
use crate::model::query::{Field, Node, Query};
use crate::model::section::Section;
use crate::model::view::Selection;
use crate::serve::address::Place;
use crate::serve::failure::Failure;
use crate::serve::locale::fill;
use crate::serve::view::{
    Agenda, FeedLink, Frame, Hall, Here, Known, Line, Occasion, Phrase, Row, Since, Subject, When, agenda, hall, line,
    roster, say_days_once, since, troubled,
};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Newest pieces of a section.
const PIECES_PER_SECTION: usize = 3;
/// New pieces of a section, where a day was chosen.
const NEW_PER_SECTION: usize = 8;
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
    since: Since,
    news: Option<News>,
    digests: Vec<Digest>,
    index: Vec<Entry>,
    occasions: Vec<Occasion>,
    failing: Vec<Row>,
    failing_more: String,
}

/// What is new since the day that was chosen.
struct News {
    heading: String,
    count: String,
    nothing: String,
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
    let day = visit.asked("since").filter(|day| !day.is_empty());
    let day: Option<NaiveDate> = day.map(|day| day.parse().map_err(|_| Failure::Bad)).transpose()?;
    for section in &visit.policy.sections {
        let shown = figures.iter().find(|one| one.section == section.id).map_or(0, |one| one.shown);
        let href = scene.to(&Place::Section(section.id.clone(), 1));
        let title = scene.translated(&section.title);
        index.push(Entry { href, title, shown: scene.locale.number(shown) });
        match day {
            Some(day) => digests.extend(fresh(&visit, section, day).await?),
            None if section.front => digests.push(digest(&visit, section).await?),
            None => {}
        }
    }
    let at = |day: Option<NaiveDate>| day.map_or(Place::Overview, Place::Since);
    let news = match day {
        Some(day) => Some(news(&visit, day).await?),
        None => None,
    };
    let health = store.sources().await?;
    // Not the last poll: one that failed updated nothing.
    let updated = health.iter().filter_map(|one| one.state.succeeded_at).max();
    let totals = store.totals().await?;
    let roster = roster(&scene, Known { health: &health, totals: &totals, rhythm: &HashMap::new() });
    let failing: Vec<Row> = troubled(&roster).into_iter().cloned().collect();
    let more = failing.len().saturating_sub(FAILING_MAX);
    let Agenda { now, next, .. } = agenda(&scene, &store.events().await?);
    let purpose = scene.translated(&visit.policy.network.purpose);
    let subject = Subject {
        place: Some(at(day)),
        here: Here::Overview,
        title: news.as_ref().map(|news| Phrase::own(visit.locale, &news.heading)),
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
            since: since(&scene, day, |day| scene.to(&at(day))),
            news,
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

fn since_day(day: NaiveDate) -> Node {
    Node::Field { field: Field::After, value: day.to_string(), column: 0 }
}

/// A section with what is new in it since a day; `None` where nothing is.
async fn fresh(visit: &Visit, section: &Section, day: NaiveDate) -> Result<Option<Digest>, Failure> {
    let scene = visit.scene();
    let slug = section.id.as_str();
    let of_section = Node::Field { field: Field::Section, value: slug.to_owned(), column: 0 };
    let query = Query::default().and(of_section).and(since_day(day));
    let found = visit.store().search(&narrow::newest(visit, query.clone(), 0, NEW_PER_SECTION)).await?;
    if found.total == 0 {
        return Ok(None);
    }
    let mut lines: Vec<Line> = found.pieces.iter().map(|view| line(&scene, view, Some(slug))).collect();
    say_days_once(&mut lines);
    Ok(Some(Digest {
        slug: slug.to_owned(),
        href: scene.to(&Place::Narrowed(section.id.clone(), query, 1)),
        title: scene.translated(&section.title),
        count: scene.locale.count(&scene.locale.words.count.pieces, found.total),
        has_more: found.total > lines.len(),
        lines,
    }))
}

/// How much is new in all.
async fn news(visit: &Visit, day: NaiveDate) -> Result<News, Failure> {
    let query = Query::default().and(since_day(day));
    let found = visit.store().search(&narrow::newest(visit, query, 0, 0)).await?;
    let words = &visit.locale.words;
    let written = visit.locale.day(day);
    Ok(News {
        heading: fill(&words.since.heading, &[("day", &written)]),
        count: visit.locale.count(&words.count.pieces, found.total),
        nothing: if found.total == 0 { fill(&words.since.none, &[("day", &written)]) } else { String::new() },
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
