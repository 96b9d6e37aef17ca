//! A section: its pieces by month, what belongs in it, how to follow it.

use super::{Pager, Visit, pages_for};
use crate::model::query::{Field, Node, Query};
use crate::model::view::{Order, Search, Selection};
use crate::serve::address::Place;
use crate::serve::failure::Failure;
use crate::serve::locale::fill;
use crate::serve::view::{FeedLink, Frame, Group, Here, Month, Phrase, Subject, When, groups, line, months};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

/// Pieces on a page.
const PIECES_PER_PAGE: usize = 40;

#[derive(Template)]
#[template(path = "section.html")]
struct SectionPage {
    frame: Frame,
    title: Phrase,
    policy: Phrase,
    count: String,
    newest: Option<When>,
    months: Vec<Month>,
    feeds: Vec<FeedLink>,
    groups: Vec<Group>,
    pager: Pager,
}

/// How many pages a section with `shown` pieces has.
pub(in crate::serve) fn pages_of(shown: usize) -> usize {
    pages_for(shown, PIECES_PER_PAGE)
}

/// Shows a section.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let scene = visit.scene();
    let slug = visit.param("slug").unwrap_or_default();
    let section = visit.policy.section(slug).ok_or(Failure::NotFound)?;
    let at = |page| Place::Section(section.id.clone(), page);
    let page = visit.page_number(&at(1))?;
    let selection = Selection {
        section: Some(section.id.clone()),
        offset: (page - 1).saturating_mul(PIECES_PER_PAGE),
        limit: PIECES_PER_PAGE,
        ..Selection::default()
    };
    let found = visit.store().pieces(&selection).await?;
    let pages = pages_of(found.total);
    if page > pages {
        return Err(Failure::NotFound);
    }
    let figures = visit.store().section_figures().await?;
    let newest = figures.iter().find(|one| one.section == section.id).and_then(|one| one.newest);
    let lines = found.pieces.iter().map(|view| line(&scene, view, Some(slug))).collect();
    let title = scene.translated(&section.title);
    let policy = scene.translated(&section.policy);
    let mut feeds = feeds(&visit, slug);
    let subject = Subject {
        place: Some(at(page)),
        here: Here::Elsewhere,
        title: Some(title.clone()),
        description: policy.text.clone(),
        feeds: feeds
            .iter()
            .map(|feed| FeedLink { title: format!("{}: {}", title.text, feed.title), ..feed.clone() })
            .collect(),
    };
    feeds.push(FeedLink::opml(format!("/sections/{slug}.opml"), &visit.locale.words.overview.follow_sources));
    visit.respond(
        StatusCode::OK,
        &SectionPage {
            frame: visit.frame(subject),
            title,
            policy,
            count: scene.locale.count(&scene.locale.words.count.pieces, found.total),
            newest: newest.map(|at| scene.day(at.date_naive())),
            months: months(&scene, lines),
            feeds,
            groups: narrower(&visit, slug, found.total).await?,
            pager: Pager::new(&scene, page, pages, at),
        },
    )
}

/// What its pieces can be narrowed by: searches within the section.
async fn narrower(visit: &Visit, slug: &str, total: usize) -> Result<Vec<Group>, Failure> {
    if !visit.is_live() {
        return Ok(Vec::new());
    }
    let node = Node::Field { field: Field::Section, value: slug.to_owned(), column: 0 };
    let query = Query::default().and(node);
    let asked = Search {
        query: query.clone(),
        announced_only: false,
        order: Order::Date,
        now: visit.now,
        cursor: None,
        offset: 0,
        limit: 0,
    };
    let counts = visit.facets(&asked).await?;
    Ok(groups(&visit.scene(), &query, &counts, total))
}

/// Its feeds: everything in three formats, and each language alone.
fn feeds(visit: &Visit, slug: &str) -> Vec<FeedLink> {
    let words = &visit.locale.words;
    let mut feeds = FeedLink::all_formats(&format!("/sections/{slug}"), &words.section.every_language);
    for tag in &visit.policy.network.languages {
        let name = words.languages.get(tag).map_or(tag.as_str(), String::as_str);
        let title = fill(&words.section.one_language, &[("language", name)]);
        feeds.push(FeedLink::atom(format!("/sections/{slug}/{tag}.atom"), title));
    }
    feeds
}
