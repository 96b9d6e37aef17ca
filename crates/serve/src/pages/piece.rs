//! A piece: everything known of it. An absorbed piece leads to the one that holds it; a withdrawn one is
//! gone, with the reason, and so is one that was kept for its time; any other that readers see nowhere has no page.

use super::Visit;
use crate::address::Place;
use crate::failure::Failure;
use crate::view::{
    FeedLink, Here, Layout, ListItem, Phrase, PieceDetail, Subject, When, build_list_item, describe_article,
    describe_piece,
};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use plenary_model::change::DoubtKind;
use plenary_model::id::PieceId;
use plenary_model::piece::PieceView;
use plenary_model::view::PieceFound;
use plenary_model::withdrawal::Withdrawal;

/// Related pieces that a page lists.
const RELATED_MAX: usize = 6;

#[derive(Template)]
#[template(path = "piece.html")]
struct PiecePage {
    layout: Layout,
    page: PieceDetail,
    related: Vec<ListItem>,
}

#[derive(Template)]
#[template(path = "gone.html")]
struct GonePage {
    layout: Layout,
    title: &'static str,
    text: &'static str,
    /// When it was withdrawn, and why; of one that was kept for its time there is no more to say.
    withdrawn: Option<(When, String)>,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let id = PieceId::from(visit.param("id").unwrap_or_default());
    match visit.store().piece(&id).await? {
        None => Err(Failure::NotFound),
        Some(PieceFound::MovedTo(survivor)) => Err(Failure::Moved(visit.scene().to(&Place::Piece(survivor)))),
        Some(PieceFound::Piece(view)) => match &view.piece.withdrawn {
            Some(withdrawal) => show_gone(&visit, id, Some(withdrawal)),
            None if view.piece.has_expired() => show_gone(&visit, id, None),
            // What waits for staff, or was kept out by them, is not published by its page either.
            None if !view.piece.is_shown() => Err(Failure::NotFound),
            None => show_piece(&visit, &view).await,
        },
    }
}

async fn show_piece(visit: &Visit, view: &PieceView) -> Result<Response, Failure> {
    let scene = visit.scene();
    let revisions = visit.store().revisions(&view.piece.id).await?;
    let page = describe_piece(&scene, view, &revisions);
    let place = Place::Piece(view.piece.id.clone());
    let address = format!("{}{}", visit.policy.network.address, scene.to(&place));
    let data = Some(describe_article(&scene, view, &page, &address));
    let feeds = page.sections.iter().zip(&view.piece.placements);
    let subject = Subject {
        place: Some(place),
        here: Here::Elsewhere,
        title: Some(page.item.title.clone()),
        description: page.item.teaser.as_ref().map_or_else(String::new, |teaser| teaser.text.clone()),
        feeds: feeds
            .map(|(section, placement)| {
                FeedLink::atom(format!("/sections/{}.atom", placement.section), section.title.text.clone())
            })
            .collect(),
        data,
    };
    visit.respond(
        StatusCode::OK,
        &PiecePage { layout: visit.layout(subject), page, related: list_related(visit, &view.piece.id).await? },
    )
}

/// Pieces about the same thing that are another text; those that readers see, the likeliest first.
async fn list_related(visit: &Visit, id: &PieceId) -> Result<Vec<ListItem>, Failure> {
    let doubts = visit.store().doubts(id).await?;
    let others = doubts.into_iter().filter(|doubt| doubt.kind == DoubtKind::Related);
    let others = others.map(|doubt| if doubt.one.piece == *id { doubt.other.piece } else { doubt.one.piece });
    let found = visit.store().pieces_named(others.take(RELATED_MAX * 2).collect()).await?;
    let scene = visit.scene();
    let shown = found.iter().filter(|view| view.piece.is_shown());
    Ok(shown.take(RELATED_MAX).map(|view| build_list_item(&scene, view, None)).collect())
}

fn show_gone(visit: &Visit, id: PieceId, withdrawal: Option<&Withdrawal>) -> Result<Response, Failure> {
    let words = &visit.locale.words.piece;
    let (title, text) = match withdrawal {
        Some(_) => (words.gone, words.gone_text),
        None => (words.expired, words.expired_text),
    };
    let subject = Subject {
        place: Some(Place::Piece(id)),
        here: Here::Elsewhere,
        title: Some(Phrase::own(visit.locale, title)),
        description: String::new(),
        feeds: Vec::new(),
        data: None,
    };
    let withdrawn = withdrawal.map(|withdrawal| (visit.scene().moment(withdrawal.at), withdrawal.reason.clone()));
    visit.respond(StatusCode::GONE, &GonePage { layout: visit.layout(subject), title, text, withdrawn })
}
