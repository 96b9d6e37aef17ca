//! The overview: what the network is for, the sections with their newest pieces, and how things stand.

use super::Visit;
use crate::address::Place;
use crate::failure::Failure;
use crate::locale::fill;
use crate::view::{
    Agenda, FeedLink, Here, Layout, ListItem, Occasion, Phrase, Row, Since, SourceFigures, Subject, When, build_agenda,
    build_list_item, build_roster, list_troubled, offer_spans, say_days_once,
};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use plenary_model::id::SectionSlug;
use plenary_model::query::{Field, Node, Query};
use plenary_model::section::Section;
use plenary_model::view::{Pieces, Totals};
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
    layout: Layout,
    purpose: Phrase,
    updated: Option<When>,
    since: Since,
    news: Option<News>,
    digests: Vec<Digest>,
    index: Vec<Entry>,
    occasions: Vec<Occasion>,
    failing: Vec<Row>,
    failing_more: String,
}

struct News {
    heading: String,
    count: String,
    nothing: String,
}

struct Digest {
    slug: String,
    href: String,
    title: Phrase,
    count: String,
    items: Vec<ListItem>,
    has_more: bool,
}

struct Entry {
    href: String,
    title: Phrase,
    shown: String,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let scene = visit.scene();
    let store = visit.store();
    let shown = store.sections_shown().await?;
    let day = visit.query_param("since").filter(|day| !day.is_empty());
    let day: Option<NaiveDate> = day.map(|day| day.parse().map_err(|_| Failure::Bad)).transpose()?;
    let index = visit.policy.sections.iter().map(|section| {
        let shown = shown.iter().find(|one| one.section == section.id).map_or(0, |one| one.works);
        let href = scene.to(&Place::Section(section.id.clone(), 1));
        Entry { href, title: scene.translate(&section.title), shown: scene.locale.number(shown) }
    });
    let index = index.collect();
    let digests = digests(&visit, day).await?;
    let at = |day: Option<NaiveDate>| day.map_or(Place::Overview, Place::Since);
    let news = match day {
        Some(day) => Some(news(&visit, day).await?),
        None => None,
    };
    let health = store.sources().await?;
    // Not the last poll: one that failed updated nothing.
    let updated = health.iter().filter_map(|one| one.state.succeeded_at).max();
    // Neither figures of the store nor rhythms are shown here.
    let roster =
        build_roster(&scene, SourceFigures { health: &health, totals: &Totals::default(), rhythm: &HashMap::new() });
    let failing: Vec<Row> = list_troubled(&roster).into_iter().cloned().collect();
    let more = failing.len().saturating_sub(FAILING_MAX);
    let events = store.events().await?;
    let Agenda { now, next, .. } = build_agenda(&scene, &events, &visit.deadlines(&events).await?);
    let purpose = scene.translate(&visit.policy.network.purpose);
    let subject = Subject {
        place: Some(at(day)),
        here: Here::Overview,
        title: news.as_ref().map(|news| Phrase::own(visit.locale, &news.heading)),
        description: purpose.text.clone(),
        feeds: feeds(&visit),
        data: None,
    };
    visit.respond(
        StatusCode::OK,
        &Overview {
            layout: visit.layout(subject),
            purpose,
            updated: updated.map(|at| scene.moment(at)),
            since: offer_spans(&scene, day, |day| scene.to(&at(day))),
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

/// The sections with their newest pieces: those of the first page; where a day was chosen, all with something new.
async fn digests(visit: &Visit, day: Option<NaiveDate>) -> Result<Vec<Digest>, Failure> {
    let sections: Vec<&Section> =
        visit.policy.sections.iter().filter(|section| section.front || day.is_some()).collect();
    let slugs: Vec<SectionSlug> = sections.iter().map(|section| section.id.clone()).collect();
    let each = if day.is_some() { NEW_PER_SECTION } else { PIECES_PER_SECTION };
    let found = visit.store().newest(&slugs, day.map(midnight), &visit.per_work(), each).await?;
    let shown = sections.into_iter().zip(found).filter(|(_, found)| day.is_none() || found.total > 0);
    Ok(shown.map(|(section, found)| digest(visit, section, &found, day)).collect())
}

fn digest(visit: &Visit, section: &Section, found: &Pieces, day: Option<NaiveDate>) -> Digest {
    let scene = visit.scene();
    let slug = section.id.as_str();
    let mut items: Vec<ListItem> = found.pieces.iter().map(|view| build_list_item(&scene, view, Some(slug))).collect();
    say_days_once(&mut items);
    let place = match day {
        Some(day) => {
            let of_section = Node::Field { field: Field::Section, value: slug.to_owned(), column: 0 };
            let since = Node::Field { field: Field::After, value: day.to_string(), column: 0 };
            Place::Narrowed(section.id.clone(), Query::default().and(of_section).and(since), 1)
        }
        None => Place::Section(section.id.clone(), 1),
    };
    Digest {
        slug: slug.to_owned(),
        href: scene.to(&place),
        title: scene.translate(&section.title),
        count: scene.locale.count(&scene.locale.words.count.pieces, found.total),
        has_more: found.total > items.len(),
        items,
    }
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// How much is new in all.
async fn news(visit: &Visit, day: NaiveDate) -> Result<News, Failure> {
    let total = visit.store().count_since(midnight(day)).await?;
    let words = &visit.locale.words;
    let written = visit.locale.day(day);
    Ok(News {
        heading: fill(words.since.heading, &[("day", &written)]),
        count: visit.locale.count(&words.count.pieces, total),
        nothing: if total == 0 { fill(words.since.none, &[("day", &written)]) } else { String::new() },
    })
}

fn feeds(visit: &Visit) -> Vec<FeedLink> {
    let words = &visit.locale.words;
    let name = &visit.policy.network.name;
    let tag = visit.locale.tag;
    let mut feeds = vec![FeedLink::atom("/all.atom".into(), visit.locale.label(name, words.section.every_language))];
    if visit.policy.network.languages.iter().any(|language| language == tag) {
        feeds.push(FeedLink::atom(format!("/all/{tag}.atom"), visit.locale.label(name, words.name)));
    }
    feeds
}
