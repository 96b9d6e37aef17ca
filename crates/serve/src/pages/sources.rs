//! The directory: all sources with their standing, where they work, what they publish and how they are doing.

use super::Visit;
use crate::address::Place;
use crate::failure::Failure;
use crate::view::{Atlas, Frame, Hall, Here, Known, Phrase, Roster, Subject, atlas, hall, roster};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "sources.html")]
struct Sources {
    frame: Frame,
    roster: Roster,
    hall: Hall,
    atlas: Atlas,
}

/// Shows the roster.
pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let scene = visit.scene();
    let store = visit.store();
    let (health, totals) = (store.sources().await?, store.totals().await?);
    let rhythm = store.rhythm(visit.now, None).await?;
    let roster = roster(&scene, Known { health: &health, totals: &totals, rhythm: &rhythm });
    let words = &visit.locale.words.sources;
    let subject = Subject {
        place: Some(Place::Sources),
        here: Here::Sources,
        title: Some(Phrase::own(visit.locale, &words.title)),
        description: words.intro.clone(),
        feeds: Vec::new(),
    };
    let hall = hall(&scene, &roster.seated());
    visit.respond(StatusCode::OK, &Sources { frame: visit.frame(subject), roster, hall, atlas: atlas(&scene) })
}
