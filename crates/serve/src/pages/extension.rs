//! What the elements mean that feeds add to their formats: for programmers, in English on every site.

use super::Visit;
use crate::address::Place;
use crate::failure::Failure;
use crate::view::{Here, Layout, Phrase, Subject};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

const TITLE: &str = "What our feeds add";
/// The page in one sentence.
const DESCRIPTION: &str = "The elements that Plenary adds to Atom, and the object that it adds to JSON Feed.";

#[derive(Template)]
#[template(path = "extension.html")]
struct ExtensionPage {
    layout: Layout,
    title: &'static str,
    description: &'static str,
    with_reasons: bool,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let subject = Subject {
        place: Some(Place::Extension),
        here: Here::Elsewhere,
        title: Some(Phrase { text: TITLE.to_owned(), lang: "en".to_owned(), dir: "ltr" }),
        description: DESCRIPTION.to_owned(),
        feeds: Vec::new(),
        data: None,
    };
    let page = ExtensionPage {
        layout: visit.layout(subject),
        title: TITLE,
        description: DESCRIPTION,
        with_reasons: visit.policy.rules.publish_reasons,
    };
    visit.respond(StatusCode::OK, &page)
}
