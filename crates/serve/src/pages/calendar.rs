//! The calendar of sessions and deadlines, and the deadlines alone.

use super::Visit;
use crate::address::Place;
use crate::failure::Failure;
use crate::view::{Agenda, FeedLink, Here, Layout, Phrase, Subject, build_agenda, build_deadlines, describe_events};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "calendar.html")]
struct Calendar {
    layout: Layout,
    /// What the page is about: all of the calendar, or its deadlines.
    title: &'static str,
    intro: &'static str,
    agenda: Agenda,
    is_whole: bool,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let words = &visit.locale.words.calendar;
    answer(&visit, Place::Calendar, (words.title, words.intro)).await
}

pub(super) async fn show_deadlines(visit: Visit) -> Result<Response, Failure> {
    let words = &visit.locale.words.calendar;
    answer(&visit, Place::Deadlines, (words.deadlines, words.deadlines_intro)).await
}

async fn answer(
    visit: &Visit,
    place: Place,
    (title, intro): (&'static str, &'static str),
) -> Result<Response, Failure> {
    let words = &visit.locale.words.calendar;
    let is_whole = place == Place::Calendar;
    let calendar = FeedLink {
        href: "/calendar.ics".into(),
        media_type: "text/calendar",
        format: "iCal",
        title: words.ics.to_owned(),
    };
    let events = visit.store().events().await?;
    let deadlines = visit.deadlines(&events).await?;
    let build = if is_whole { build_agenda } else { build_deadlines };
    let agenda = build(&visit.scene(), &events, &deadlines);
    let subject = Subject {
        place: Some(place),
        here: if is_whole { Here::Calendar } else { Here::Deadlines },
        title: Some(Phrase::own(visit.locale, title)),
        description: intro.to_owned(),
        feeds: vec![calendar, FeedLink::atom("/calendar.atom".into(), words.atom)],
        data: describe_events(&visit.scene(), &agenda),
    };
    visit.respond(StatusCode::OK, &Calendar { layout: visit.layout(subject), title, intro, agenda, is_whole })
}
