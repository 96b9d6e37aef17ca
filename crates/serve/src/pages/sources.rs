//! The directory: all sources with their standing, where they work, what they publish and how they are doing.

use super::Visit;
use crate::address::Place;
use crate::failure::Failure;
use crate::view::{
    Atlas, HealthChart, Here, Layout, Phrase, Roster, SourceFigures, Subject, build_roster, draw_atlas,
    draw_health_chart,
};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "sources.html")]
struct Sources {
    layout: Layout,
    roster: Roster,
    health_chart: HealthChart,
    atlas: Atlas,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let scene = visit.scene();
    let store = visit.store();
    let (health, totals) = (store.sources().await?, store.totals().await?);
    let rhythm = store.rhythm(visit.now, None).await?;
    let roster = build_roster(&scene, SourceFigures { health: &health, totals: &totals, rhythm: &rhythm });
    let words = &visit.locale.words.sources;
    let subject = Subject {
        place: Some(Place::Sources),
        here: Here::Sources,
        title: Some(Phrase::own(visit.locale, words.title)),
        description: words.intro.to_owned(),
        feeds: Vec::new(),
    };
    let health_chart = draw_health_chart(&scene, &roster.list_states());
    visit.respond(
        StatusCode::OK,
        &Sources { layout: visit.layout(subject), roster, health_chart, atlas: draw_atlas(&scene) },
    )
}
