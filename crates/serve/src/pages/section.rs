//! A section: its pieces by month, what belongs in it, how to follow it. With conditions in its address it shows those
//! that meet them, which have a feed of their own.

use super::{Pager, Visit, narrow, pages_for};
use crate::address::{Place, conditions, encode_query_part};
use crate::failure::Failure;
use crate::locale::fill;
use crate::view::{
    Choice, FacetGroup, FeedLink, Here, Layout, Month, Phrase, Since, Subject, When, build_list_item, group_by_month,
    group_facets, list_conditions, offer_spans,
};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use plenary_model::piece::PieceView;
use plenary_model::query::Query;
use plenary_model::section::Section;
use plenary_model::view::Selection;
use std::sync::Arc;

const PIECES_PER_PAGE: usize = 40;
/// Pages of one narrowed view: who has not found it by then narrows it further.
const PAGES_NARROWED_MAX: usize = 50;

#[derive(Template)]
#[template(path = "section.html")]
struct SectionPage {
    layout: Layout,
    title: Phrase,
    policy: Phrase,
    invite: Phrase,
    count: String,
    /// How many pieces there are with the translations, where that is more.
    translations: String,
    newest: Option<When>,
    since: Since,
    chosen: Vec<Choice>,
    whole: Option<String>,
    months: Vec<Month>,
    groups: Vec<FacetGroup>,
    pager: Pager,
}

pub(crate) fn pages_of(shown: usize) -> usize {
    pages_for(shown, PIECES_PER_PAGE)
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let slug = visit.param("slug").unwrap_or_default();
    let section = visit.policy.section(slug).ok_or(Failure::NotFound)?;
    let query = narrow::query(&visit, slug)?;
    let is_whole = conditions(&query).is_empty();
    let at = |page| {
        if is_whole {
            Place::Section(section.id.clone(), page)
        } else {
            Place::Narrowed(section.id.clone(), query.clone(), page)
        }
    };
    let page = if is_whole { visit.page_number(&at(1))? } else { visit.page_asked(PAGES_NARROWED_MAX)? };
    let offset = (page - 1).saturating_mul(PIECES_PER_PAGE);
    let (pieces, total) = if is_whole {
        let (section, per_work) = (Some(section.id.clone()), Some(visit.per_work()));
        let selection = Selection { section, per_work, offset, limit: PIECES_PER_PAGE, ..Selection::default() };
        let found = visit.store().pieces(&selection).await?;
        (found.pieces, found.total)
    } else {
        let found = visit.store().search(&narrow::newest(&visit, query.clone(), offset, PIECES_PER_PAGE)).await?;
        (found.pieces, found.total)
    };
    let last = if is_whole { pages_of(total) } else { pages_of(total).min(PAGES_NARROWED_MAX) };
    if page > last {
        return Err(Failure::NotFound);
    }
    let pager = Pager::new(&visit.scene(), page, last, at);
    render(&visit, section, &query, Listed { pieces, total, place: at(page), pager }).await
}

struct Listed {
    pieces: Vec<PieceView>,
    total: usize,
    place: Place,
    pager: Pager,
}

async fn render(visit: &Visit, section: &Section, query: &Query, listed: Listed) -> Result<Response, Failure> {
    let scene = visit.scene();
    let slug = section.id.as_str();
    let is_whole = conditions(query).is_empty();
    let to = |query: Query| scene.to(&Place::Narrowed(section.id.clone(), query, 1));
    let figures = visit.store().sections_shown().await?;
    let own = figures.iter().find(|one| one.section == section.id);
    let newest = own.and_then(|one| one.newest);
    let with_translations = own.map(|one| one.shown).filter(|shown| is_whole && *shown > listed.total);
    // Of one piece, or of none, there is nothing to narrow down.
    let counts = if visit.is_live() && listed.total > 1 {
        visit.facets(&narrow::newest(visit, query.clone(), 0, 0)).await?
    } else {
        Arc::default()
    };
    let items = listed.pieces.iter().map(|view| build_list_item(&scene, view, Some(slug))).collect();
    let title = scene.translate(&section.title);
    let policy = scene.translate(&section.policy);
    let words = &visit.locale.words;
    let mut feeds = if is_whole {
        Vec::new()
    } else {
        FeedLink::of_search(&encode_query_part(&query.to_string()), words.search.follow)
    };
    feeds.extend(of_section(visit, slug));
    feeds.push(FeedLink::opml(format!("/sections/{slug}.opml"), words.updates.sources));
    let named = |feed: &FeedLink| FeedLink { title: visit.locale.label(&title.text, &feed.title), ..feed.clone() };
    let subject = Subject {
        place: Some(listed.place),
        here: Here::Elsewhere,
        title: Some(title.clone()),
        description: policy.text.clone(),
        feeds: feeds.iter().map(named).collect(),
        data: None,
    };
    let counted = scene.locale.count(&words.count.pieces, listed.total);
    let shown = SectionPage {
        layout: visit.layout(subject),
        policy,
        invite: scene.translate(&section.invite),
        count: counted,
        translations: with_translations
            .map_or_else(String::new, |shown| fill(words.section.translations, &[("n", &scene.locale.number(shown))])),
        newest: newest.filter(|_| is_whole).map(|at| scene.day(at.date_naive())),
        since: offer_spans(&scene, narrow::since(query), |day| to(narrow::with_since(query, day))),
        chosen: list_conditions(&scene, query, Some(slug), &to),
        whole: (!is_whole).then(|| scene.to(&Place::Section(section.id.clone(), 1))),
        months: group_by_month(&scene, items),
        groups: group_facets(&scene, query, &counts, listed.total, Some(slug), &to),
        pager: listed.pager,
        title,
    };
    visit.respond(StatusCode::OK, &shown)
}

/// The feed of a narrowed view is that of the search for the same pieces.
pub(super) fn filter_section(visit: &Visit, extension: &'static str) -> Result<Response, Failure> {
    let slug = visit.param("slug").unwrap_or_default();
    visit.policy.section(slug).ok_or(Failure::NotFound)?;
    let query = narrow::query(visit, slug)?;
    Err(Failure::Moved(format!("/search.{extension}?q={}", encode_query_part(&query.to_string()))))
}

/// Its feeds: everything in three formats, and each language alone.
fn of_section(visit: &Visit, slug: &str) -> Vec<FeedLink> {
    let words = &visit.locale.words;
    let mut feeds = FeedLink::all_formats(&format!("/sections/{slug}"), words.section.every_language);
    for tag in &visit.policy.network.languages {
        let name = words.languages.get(tag).copied().unwrap_or(tag.as_str());
        let title = fill(words.section.one_language, &[("language", name)]);
        feeds.push(FeedLink::atom(format!("/sections/{slug}/{tag}.atom"), title));
    }
    feeds
}
