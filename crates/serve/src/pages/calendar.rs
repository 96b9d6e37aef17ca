//! The calendar of sessions and deadlines.

use super::Visit;
use crate::address::Place;
use crate::failure::Failure;
use crate::view::{Agenda, FeedLink, Here, Layout, Phrase, Subject, build_agenda};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "calendar.html")]
struct Calendar {
    layout: Layout,
    agenda: Agenda,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let words = &visit.locale.words.calendar;
    let calendar = FeedLink {
        href: "/calendar.ics".into(),
        media_type: "text/calendar",
        format: "iCal",
        title: words.ics.to_owned(),
    };
    let subject = Subject {
        place: Some(Place::Calendar),
        here: Here::Calendar,
        title: Some(Phrase::own(visit.locale, words.title)),
        description: words.intro.to_owned(),
        feeds: vec![calendar, FeedLink::atom("/calendar.atom".into(), words.atom)],
    };
    let events = visit.store().events().await?;
    visit.respond(
        StatusCode::OK,
        &Calendar { layout: visit.layout(subject), agenda: build_agenda(&visit.scene(), &events) },
    )
}
