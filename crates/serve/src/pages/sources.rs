//! The directory: all sources with their standing, where they work, what they publish and how they are doing.

use super::Visit;
use crate::address::{EVERYTHING, Place};
use crate::failure::Failure;
use crate::locale::fill;
use crate::view::{
    Atlas, FeedLink, HealthChart, Here, Layout, Phrase, Roster, SourceFigures, Subject, build_roster, draw_atlas,
    draw_health_chart,
};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};

#[derive(Template)]
#[template(path = "sources.html")]
struct Sources {
    layout: Layout,
    roster: Roster,
    health_chart: HealthChart,
    atlas: Atlas,
    /// How many works can be read here, and why the others cannot; empty where all can.
    reachable: String,
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
        feeds: vec![
            FeedLink::atom(EVERYTHING.to_owned(), visit.locale.words.overview.follow_all),
            FeedLink::opml("/feeds.opml".to_owned(), words.opml),
        ],
        data: None,
    };
    let shown = store.count_since(DateTime::<Utc>::MIN_UTC).await?;
    let hidden = totals.works.saturating_sub(shown);
    let numbers = (visit.locale.number(shown), visit.locale.number(hidden));
    let reachable = fill(words.reachable, &[("shown", &numbers.0), ("hidden", &numbers.1)]);
    let reachable = if hidden > 0 { reachable } else { String::new() };
    let health_chart = draw_health_chart(&scene, &roster.list_states());
    visit.respond(
        StatusCode::OK,
        &Sources { layout: visit.layout(subject), roster, health_chart, atlas: draw_atlas(&scene), reachable },
    )
}
