//! A source: its health for everyone to see, and its pieces. One that left the policy keeps its page, which says so.

use super::{Pager, Visit, pages_for};
use crate::address::Place;
use crate::failure::Failure;
use crate::view::{
    FeedLink, Here, Layout, ListItem, Phrase, Profile, Subject, build_list_item, build_profile, say_days_once,
    say_removed,
};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use plenary_model::id::SourceId;
use plenary_model::view::Selection;

const PIECES_PER_PAGE: usize = 20;
/// Polls in the history.
const POLLS_MAX: usize = 30;

#[derive(Template)]
#[template(path = "source.html")]
struct SourcePage {
    layout: Layout,
    page: Profile,
    /// That it left the policy, and what became of its pieces.
    removed: Option<String>,
    items: Vec<ListItem>,
    pager: Pager,
}

pub(crate) fn pages_of(shown: usize) -> usize {
    pages_for(shown, PIECES_PER_PAGE)
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let scene = visit.scene();
    let id = SourceId::from(visit.param("id").unwrap_or_default());
    let removed = match visit.policy.source(&id) {
        Some(_) => None,
        None => Some(visit.store().removed_source(&id).await?.ok_or(Failure::NotFound)?),
    };
    let listed = || visit.policy.source(&id);
    let source = removed.as_ref().map(|removed| &removed.source).or_else(listed).ok_or(Failure::NotFound)?;
    let at = |page| Place::Source(id.clone(), page);
    let page = visit.page_number(&at(1))?;
    let selection = Selection {
        source: Some(id.clone()),
        offset: (page - 1).saturating_mul(PIECES_PER_PAGE),
        limit: PIECES_PER_PAGE,
        ..Selection::default()
    };
    let found = visit.store().pieces(&selection).await?;
    let pages = pages_of(found.total);
    if page > pages {
        return Err(Failure::NotFound);
    }
    let mut items: Vec<ListItem> = found.pieces.iter().map(|view| build_list_item(&scene, view, None)).collect();
    say_days_once(&mut items);
    let health = visit.store().source(&id).await?;
    let rhythm = visit.store().rhythm(visit.now, Some(&id)).await?;
    let spans = rhythm.get(&id).map_or(&[][..], Vec::as_slice);
    let polls = visit.store().polls(&id, POLLS_MAX).await?;
    let subject = Subject {
        place: Some(at(page)),
        here: Here::Sources,
        title: Some(Phrase::new(source.name.clone(), None)),
        description: String::new(),
        feeds: vec![FeedLink::atom(format!("/sources/{id}.atom"), source.name.clone())],
        data: None,
    };
    visit.respond(
        StatusCode::OK,
        &SourcePage {
            layout: visit.layout(subject),
            removed: removed.as_ref().map(|removed| say_removed(&scene, removed)),
            page: build_profile(&scene, source, health.as_ref(), &polls, spans),
            items,
            pager: Pager::new(&scene, page, pages, at),
        },
    )
}
