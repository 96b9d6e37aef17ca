//! The addresses of all pages.

use super::{
    Visit, calendar, extension, how, offline, overview, piece, search, section, sitemap, social_image, source, sources,
};
use crate::address::{FACETS, Place};
use crate::failure::Failure;
use crate::state::Shared;
use axum::Router;
use axum::routing::get;
use plenary_model::query::Field;
use std::sync::Arc;

/// Routes of all pages, in the first language and under a prefix.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    let mut router = Router::new().route("/{lang}", get(prefix_alone));
    router = router.route("/cards/pieces/{name}", get(social_image::piece));
    router = router
        .route("/robots.txt", get(sitemap::robots))
        .route("/sitemap.xml", get(sitemap::index))
        .route("/sitemaps/{name}", get(sitemap::file));
    for prefix in ["", "/{lang}"] {
        let at = |path: &str| format!("{prefix}{path}");
        router = router
            .route(&at("/"), get(overview::show))
            .route(&at("/sections/{slug}"), get(section::show))
            .route(&at("/sections/{slug}/page/{page}"), get(section::show))
            .route(
                &at("/sections/{slug}/filtered.atom"),
                get(async |visit: Visit| section::filter_section(&visit, "atom")),
            )
            .route(
                &at("/sections/{slug}/filtered.rss"),
                get(async |visit: Visit| section::filter_section(&visit, "rss")),
            )
            .route(
                &at("/sections/{slug}/filtered.json"),
                get(async |visit: Visit| section::filter_section(&visit, "json")),
            )
            .route(&at("/cards/site.png"), get(social_image::site))
            .route(&at("/cards/sections/{name}"), get(social_image::section))
            .route(&at("/sources"), get(sources::show))
            .route(&at("/sources/{id}"), get(source::show))
            .route(&at("/sources/{id}/page/{page}"), get(source::show))
            .route(&at("/pieces/{id}"), get(piece::show))
            .route(&at("/calendar"), get(calendar::show))
            .route(&at("/deadlines"), get(calendar::show_deadlines))
            .route(&at("/offline"), get(offline::show))
            .route(&at("/how"), get(how::show))
            .route(&at("/ns"), get(extension::show))
            .route(&at("/search"), get(search::show));
        for (field, name) in FACETS {
            router = router.route(&at(&format!("/{name}")), get(move |visit| search::browse(visit, field)));
            if field != Field::Section {
                let values = at(&format!("/{name}/{{value}}"));
                router = router
                    .route(&values, get(move |visit| search::of_value(visit, field)))
                    .route(&format!("{values}/page/{{page}}"), get(move |visit| search::of_value(visit, field)));
            }
        }
    }
    router
}

/// `/fr` is `/fr/`, so that its relative place is that of `/`.
async fn prefix_alone(visit: Visit) -> Failure {
    Failure::Moved(visit.scene().to(&Place::Overview))
}
