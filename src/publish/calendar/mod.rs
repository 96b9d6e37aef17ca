//! The calendar: sessions and deadlines as iCalendar (RFC 5545), and a feed with one entry for each
//! change of their dates. Nothing here asks what day it is, so both change only when an event does.

mod words;

use super::head::{Head, Worded, tag, worded};
use super::item::{Body, Item, ItemLink};
use super::{atom, text};
use crate::model::edition::Rendered;
use crate::model::entry::Person;
use crate::model::event::{Event, EventKind, EventRevision, EventStatus};
use crate::model::policy::Policy;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, SubsecRound, Utc};
use icalendar::{Component, EventLike, Property};
use std::cmp::Reverse;
use url::Url;
use words::Words;

/// Address of the calendar.
const ICS_PATH: &str = "/calendar.ics";
/// `Content-Type` of the calendar.
const ICS_MEDIA_TYPE: &str = "text/calendar; charset=utf-8";
/// Address of the page and, with an extension, of the feed of changes.
const PAGE_PATH: &str = "/calendar";
/// How often a subscribed calendar should be asked for again (RFC 7986 5.7).
const REFRESH: &str = "PT12H";

/// Renders the calendar and the feed of its changes. `since` dates what carries no date of its own:
/// when the calendar was first published.
pub fn calendar(policy: &Policy, events: &[Event], since: DateTime<Utc>) -> Vec<Rendered> {
    let since = since.trunc_subsecs(0);
    let updated = events.iter().map(|event| stamp(event, since)).max().unwrap_or(since);
    let ics = Rendered {
        path: ICS_PATH.to_owned(),
        media_type: ICS_MEDIA_TYPE,
        body: icalendar_of(policy, events, since),
        updated,
    };
    let changes = changes(policy, events, since);
    let head = head(policy, changes.iter().map(|item| item.updated).max().unwrap_or(since));
    let feed = Rendered {
        path: format!("{PAGE_PATH}.atom"),
        media_type: atom::MEDIA_TYPE,
        body: atom::document(&head, &changes, &[]),
        updated: head.updated,
    };
    vec![ics, feed]
}

/// When what is known of the event was last said.
fn stamp(event: &Event, since: DateTime<Utc>) -> DateTime<Utc> {
    let said = event.was.iter().filter_map(|revision| revision.said).map(midnight);
    said.chain(event.changed).max().unwrap_or(since)
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn language(policy: &Policy) -> &str {
    policy.network.languages.first().map_or("en", String::as_str)
}

fn icalendar_of(policy: &Policy, events: &[Event], since: DateTime<Utc>) -> Vec<u8> {
    let language = language(policy);
    let name = text::line(&policy.network.name);
    let mut calendar = icalendar::Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Plenary//Calendar//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("NAME", name.as_str()),
        ("X-WR-CALNAME", name.as_str()),
    ] {
        calendar.append_property(Property::new(key, value));
    }
    let refresh = Property::new("REFRESH-INTERVAL", REFRESH).add_parameter("VALUE", "DURATION").done();
    calendar.append_property(refresh);
    for event in events {
        calendar.push(component(policy, event, language, since));
    }
    calendar.to_string().into_bytes()
}

fn component(policy: &Policy, event: &Event, language: &str, since: DateTime<Utc>) -> icalendar::Event {
    let words = Words::of(language);
    let stamp = stamp(event, since);
    let mut component = icalendar::Event::new();
    component
        .uid(&uid(policy, event))
        .timestamp(stamp)
        .last_modified(stamp)
        .sequence(sequence(event))
        .summary(&text::line(event.title.get(language)))
        .status(status(event.status))
        .starts(event.from)
        // The end of a whole-day event is the day after its last (RFC 5545 3.6.1).
        .ends(event.to.max(event.from).checked_add_days(Days::new(1)).unwrap_or(event.to))
        .categories([kind(event.kind)])
        .add_property("TRANSP", "TRANSPARENT");
    let history = history(event, &words);
    if !history.is_empty() {
        component.description(&history);
    }
    if let Some(link) = event.link.as_deref().and_then(text::address) {
        component.url(&link);
    }
    component.done()
}

/// Globally unique and never reused: the event's slug under the site's name.
fn uid(policy: &Policy, event: &Event) -> String {
    let host = Url::parse(&policy.network.address).ok().and_then(|url| url.host_str().map(str::to_owned));
    format!("{}@{}", event.id, host.unwrap_or_else(|| "localhost".to_owned()))
}

/// As many as changes were seen, at least one for each change of dates (RFC 5545 3.8.7.4), and one more
/// when it was called off or put off.
fn sequence(event: &Event) -> u32 {
    let changed = usize::from(matches!(event.status, EventStatus::Cancelled | EventStatus::Postponed));
    u32::try_from(event.was.len() + changed).unwrap_or(u32::MAX).max(event.sequence)
}

/// An event that was put off has the dates last announced, which do not hold: tentative.
fn status(status: EventStatus) -> icalendar::EventStatus {
    match status {
        EventStatus::Confirmed => icalendar::EventStatus::Confirmed,
        EventStatus::Tentative | EventStatus::Postponed => icalendar::EventStatus::Tentative,
        EventStatus::Cancelled => icalendar::EventStatus::Cancelled,
    }
}

fn kind(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Session => "session",
        EventKind::PreSession => "pre-session",
        EventKind::Deadline => "deadline",
    }
}

/// Every change of dates in one line each, oldest first, then the state.
fn history(event: &Event, words: &Words) -> String {
    let mut lines: Vec<String> = moves(event).map(|(revision, next)| told(revision, next, words)).collect();
    if let Some(state) = words.state(event.status) {
        lines.push(capital(state));
    }
    lines.join("\n")
}

/// What happened, with what was said about it.
fn told(revision: &EventRevision, next: (NaiveDate, NaiveDate), words: &Words) -> String {
    let moved = capital(&words.moved((revision.from, revision.to), next));
    match text::some_line(revision.note.as_deref()) {
        Some(note) => format!("{moved}. {note}"),
        None => moved,
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Each revision with the dates that replaced its own.
fn moves(event: &Event) -> impl Iterator<Item = (&EventRevision, (NaiveDate, NaiveDate))> {
    let later = event.was.iter().skip(1).map(|revision| (revision.from, revision.to));
    event.was.iter().zip(later.chain([(event.from, event.to)]))
}

fn head(policy: &Policy, updated: DateTime<Utc>) -> Head {
    let language = language(policy);
    let words = Words::of(language);
    let network = text::line(&policy.network.name);
    Head {
        id: tag(policy, PAGE_PATH),
        title: Worded { text: format!("{} · {network}", words.calendar), language: words.language.to_owned() },
        subtitle: Some(Worded { text: words.about.to_owned(), language: words.language.to_owned() }),
        language: language.to_owned(),
        stem: format!("{}{PAGE_PATH}", policy.network.address),
        suffix: String::new(),
        page: format!("{}{PAGE_PATH}", policy.network.address),
        home: format!("{}/", policy.network.address),
        network,
        hubs: policy.push.hubs(&policy.network.address),
        updated,
        chain: super::archive::Chain::default(),
    }
}

/// One item for each change of dates, and one for each event that is called off or put off; the
/// newest first.
fn changes(policy: &Policy, events: &[Event], since: DateTime<Utc>) -> Vec<Item> {
    let words = Words::of(language(policy));
    let mut items: Vec<Item> = Vec::new();
    for event in events {
        for (number, (revision, next)) in moves(event).enumerate() {
            let at = revision.said.map_or(since, midnight);
            let what = words.moved((revision.from, revision.to), next);
            let source = revision.source.as_deref().map(|source| format!("{}: {source}", words.source));
            let note = text::some_line(revision.note.as_deref().or(source.as_deref()));
            items.push(change(policy, event, &(number + 1).to_string(), &what, note, at));
        }
        if let Some(state) = words.state(event.status) {
            let name = match event.status {
                EventStatus::Cancelled => "cancelled",
                _ => "postponed",
            };
            items.push(change(policy, event, name, state, None, stamp(event, since)));
        }
    }
    items.sort_by_key(|item| Reverse(item.updated));
    items
}

fn change(policy: &Policy, event: &Event, name: &str, what: &str, note: Option<String>, at: DateTime<Utc>) -> Item {
    let language = language(policy);
    let title = worded(&event.title, language).map_or_else(|| event.id.clone(), |title| title.text);
    let page = format!("{}{PAGE_PATH}", policy.network.address);
    let href = event.link.as_deref().and_then(text::address);
    // The address of the event is shared by its changes; readers tell entries apart by their ids.
    let link = ItemLink {
        rel: "alternate",
        href: href.unwrap_or(page),
        media_type: Some("text/html".to_owned()),
        ..ItemLink::default()
    };
    let text = note.unwrap_or_else(|| capital(what));
    Item {
        id: tag(policy, &format!("{PAGE_PATH}/{}/{name}", event.id)),
        title: format!("{title}: {what}"),
        language: None,
        updated: at,
        published: at,
        links: vec![link],
        authors: vec![Person { name: text::line(&policy.network.name), ..Person::default() }],
        categories: Vec::new(),
        rights: None,
        source: None,
        summary: None,
        content: Some(Body::Text(text)),
        provenance: None,
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
