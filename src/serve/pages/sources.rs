//! All sources with their health.

use super::Visit;
use crate::serve::address::Place;
use crate::serve::failure::Failure;
use crate::serve::view::{Frame, Hall, Here, Phrase, Roster, Subject, hall, roster};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "sources.html")]
struct Sources {
    frame: Frame,
    roster: Roster,
    hall: Hall,
}

/// Shows the roster.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let scene = visit.scene();
    let roster = roster(&scene, &visit.store().sources().await?, &visit.store().totals().await?);
    let words = &visit.locale.words.sources;
    let subject = Subject {
        place: Some(Place::Sources),
        here: Here::Sources,
        title: Some(Phrase::own(visit.locale, &words.title)),
        description: words.intro.clone(),
        feeds: Vec::new(),
    };
    let hall = hall(&scene, &roster.seated());
    visit.respond(StatusCode::OK, &Sources { frame: visit.frame(subject), roster, hall })
}
