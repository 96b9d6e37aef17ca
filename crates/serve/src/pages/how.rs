//! How the site works, from the policy in force: what is read and how often, how pieces are chosen, how to object.

use super::Visit;
use crate::address::Place;
use crate::failure::Failure;
use crate::locale::fill;
use crate::view::{Here, Layout, Phrase, Subject, tell_rule};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "how.html")]
struct HowPage {
    layout: Layout,
    polled: String,
    rules: Vec<Rule>,
    /// What sections ask readers to send in.
    invites: Vec<Phrase>,
}

/// A section with what belongs in it, in words and as a rule.
struct Rule {
    href: String,
    title: Phrase,
    policy: Phrase,
    /// What the rule asks for, one condition each, in words.
    told: Vec<Phrase>,
    written: String,
}

pub(super) async fn show(visit: Visit) -> Result<Response, Failure> {
    let scene = visit.scene();
    let words = &visit.locale.words.how;
    let enabled = visit.policy.sources.iter().filter(|source| source.enabled).count();
    let sources = scene.locale.count(&visit.locale.words.count.sources, enabled);
    let rules = visit.policy.sections.iter().map(|section| Rule {
        href: scene.to(&Place::Section(section.id.clone(), 1)),
        title: scene.translate(&section.title),
        policy: scene.translate(&section.policy),
        told: tell_rule(&scene, &section.rule),
        written: section.rule_text.trim().to_owned(),
    });
    let invites = visit.policy.sections.iter().filter(|section| !section.invite.is_empty());
    let subject = Subject {
        place: Some(Place::How),
        here: Here::How,
        title: Some(Phrase::own(visit.locale, words.title)),
        description: words.intro.to_owned(),
        feeds: Vec::new(),
        data: None,
    };
    let page = HowPage {
        layout: visit.layout(subject),
        polled: fill(words.polled_text, &[("sources", &sources), ("schedule", &often(&visit))]),
        rules: rules.collect(),
        invites: invites.map(|section| scene.translate(&section.invite)).collect(),
    };
    visit.respond(StatusCode::OK, &page)
}

/// How often sources are read: in words where the schedule is every so many minutes or seconds, else as written.
fn often(visit: &Visit) -> String {
    let words = &visit.locale.words;
    let schedule = visit.policy.polling.schedule.as_str();
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    let step = |field: &str| field.strip_prefix("*/").and_then(|step| step.parse::<usize>().ok());
    match fields.as_slice() {
        ["0", minutes, "*", "*", "*", "*"] if step(minutes).is_some() => {
            visit.locale.count(&words.count.every_minutes, step(minutes).unwrap_or(1))
        }
        [seconds, "*", "*", "*", "*", "*"] if step(seconds).is_some() => {
            visit.locale.count(&words.count.every_seconds, step(seconds).unwrap_or(1))
        }
        _ => fill(words.how.by_schedule, &[("schedule", schedule)]),
    }
}
