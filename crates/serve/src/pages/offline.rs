//! The page that a browser keeps for when there is no network.

use super::Visit;
use crate::failure::Failure;
use crate::view::{Here, Layout, Phrase, Subject};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "offline.html")]
struct OfflinePage {
    layout: Layout,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let subject = Subject {
        place: None,
        here: Here::Elsewhere,
        title: Some(Phrase::own(visit.locale, visit.locale.words.failure.offline.title)),
        description: String::new(),
        feeds: Vec::new(),
        data: None,
    };
    visit.respond(StatusCode::OK, &OfflinePage { layout: visit.layout(subject) })
}
