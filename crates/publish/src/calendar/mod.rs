//! The calendar: sessions and deadlines as iCalendar (RFC 5545), and a feed with one entry for each
//! change of their dates or status. Nothing here asks what day it is, so both change only when an event does.

mod words;

use super::elements::ItemLink;
use super::head::{Head, Worded, choose_text, tag};
use super::item::{Body, Item};
use super::{atom, text};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, SubsecRound, Utc};
use icalendar::{Component, EventLike, Property};
use plenary_model::deadline::Deadline;
use plenary_model::edition::Rendered;
use plenary_model::entry::Person;
use plenary_model::event::{Event, EventClaim, EventKind, EventRevision, EventStatus, POLICY};
use plenary_model::policy::Policy;
use plenary_model::whitespace::collapse;
use std::cmp::Reverse;
use url::Url;
use words::CalendarWords;

const ICS_PATH: &str = "/calendar.ics";
const ICS_MEDIA_TYPE: &str = "text/calendar; charset=utf-8";
/// Address of the page and, with an extension, of the feed of changes.
const PAGE_PATH: &str = "/calendar";
/// How often a subscribed calendar should be asked for again (RFC 7986 5.7).
const REFRESH: &str = "PT12H";

/// Renders the calendar, with the deadlines that pieces name, and the feed of its changes. `since` dates what carries no date of its own:
/// when the calendar was first published.
pub fn calendar(policy: &Policy, events: &[Event], deadlines: &[Deadline], since: DateTime<Utc>) -> Vec<Rendered> {
    let since = since.trunc_subsecs(0);
    let linked = |deadline: &Deadline| {
        let link = Some(format!("{}/pieces/{}", policy.network.address, deadline.piece));
        Event { link, ..deadline.event.clone() }
    };
    let events: Vec<Event> = events.iter().cloned().chain(deadlines.iter().map(linked)).collect();
    let events = events.as_slice();
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

fn stamp(event: &Event, since: DateTime<Utc>) -> DateTime<Utc> {
    let revised = || event.was.iter().map(|revision| date_revision(revision, since)).max();
    event.changed.or_else(revised).unwrap_or(since)
}

/// When a change became known: the moment it was seen here, else the day that the policy names.
fn date_revision(revision: &EventRevision, since: DateTime<Utc>) -> DateTime<Utc> {
    revision.seen.or(revision.said.map(midnight)).unwrap_or(since)
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn language(policy: &Policy) -> &str {
    policy.network.languages.first().map_or("en", String::as_str)
}

fn icalendar_of(policy: &Policy, events: &[Event], since: DateTime<Utc>) -> Vec<u8> {
    let language = language(policy);
    let name = collapse(&policy.network.name);
    // No METHOD: with one, each event would have to name an organiser (RFC 5546 3.2.1), and DTSTAMP would
    // be when the file was made instead of when the event was last revised (RFC 5545 3.8.7.2).
    let mut calendar = icalendar::Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Plenary//Calendar//EN"),
        ("CALSCALE", "GREGORIAN"),
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
    let words = CalendarWords::choose(language);
    let stamp = stamp(event, since);
    let mut component = icalendar::Event::new();
    component
        .uid(&uid(policy, event))
        .timestamp(stamp)
        .last_modified(stamp)
        .sequence(event.sequence)
        .summary(&collapse(event.title.get(language)))
        .status(status(event.status))
        .starts(event.from)
        // The end of a whole-day event is the day after its last (RFC 5545 3.6.1).
        .ends(event.to.max(event.from).checked_add_days(Days::new(1)).unwrap_or(event.to))
        .categories([kind(event.kind)])
        .add_property("TRANSP", "TRANSPARENT");
    let told: Vec<String> = history(event, &words).into_iter().chain(elsewhere(policy, event, &words)).collect();
    if !told.is_empty() {
        component.description(&told.join("\n"));
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

/// An event that was put off, or that its calendar dropped, has the dates last announced, which do not hold: tentative.
fn status(status: EventStatus) -> icalendar::EventStatus {
    match status {
        EventStatus::Confirmed => icalendar::EventStatus::Confirmed,
        EventStatus::Tentative | EventStatus::Postponed | EventStatus::Unlisted => icalendar::EventStatus::Tentative,
        EventStatus::Cancelled => icalendar::EventStatus::Cancelled,
    }
}

fn kind(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Session => "session",
        EventKind::PreSession => "pre-session",
        EventKind::Deadline => "deadline",
        EventKind::Other => "other",
    }
}

/// Every change in one line each, oldest first; then the state, when no change tells it.
fn history(event: &Event, words: &CalendarWords) -> Vec<String> {
    let told = |(revision, change): (&EventRevision, String)| match remark(revision, words) {
        Some(remark) => format!("{}. {remark}", capital(&change)),
        None => capital(&change),
    };
    let mut lines: Vec<String> = changes_of(event, words).map(told).collect();
    if let Some(state) = words.state(event.status).map(capital)
        && lines.last().is_none_or(|last| !last.starts_with(&state))
    {
        lines.push(state);
    }
    lines
}

/// What other sources say that differs, in one line each.
fn elsewhere(policy: &Policy, event: &Event, words: &CalendarWords) -> Vec<String> {
    let told = |claim: &EventClaim| {
        let from = claim.from?;
        let said = words.elsewhere((event.from, event.to), ((from, claim.to.unwrap_or(from)), claim.status));
        // The policy speaks for the network.
        let name = if claim.origin == POLICY { &policy.network.name } else { &claim.name };
        Some(format!("{}. {}", capital(&said), words.name_source(&collapse(name))))
    };
    event.claims.iter().filter_map(told).collect()
}

fn remark(revision: &EventRevision, words: &CalendarWords) -> Option<String> {
    let note = text::some_line(revision.note.as_deref());
    let source = text::some_line(revision.source.as_deref()).map(|source| words.name_source(&source));
    match (note, source) {
        (Some(note), Some(source)) => Some(format!("{}. {source}", note.trim_end_matches('.'))),
        (note, source) => note.or(source),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn changes_of<'a>(event: &'a Event, words: &'a CalendarWords) -> impl Iterator<Item = (&'a EventRevision, String)> {
    let state = |revision: &EventRevision| ((revision.from, revision.to), revision.status);
    let now = ((event.from, event.to), Some(event.status));
    let later = event.was.iter().skip(1).map(state).chain([now]);
    event.was.iter().zip(later).map(move |(revision, next)| (revision, words.change(state(revision), next)))
}

fn head(policy: &Policy, updated: DateTime<Utc>) -> Head {
    let language = language(policy);
    let words = CalendarWords::choose(language);
    let network = collapse(&policy.network.name);
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
        chain: super::chain::Chain::default(),
    }
}

/// One item for each revision, the newest first.
fn changes(policy: &Policy, events: &[Event], since: DateTime<Utc>) -> Vec<Item> {
    let words = CalendarWords::choose(language(policy));
    let of_event = |event: &Event| {
        let item = |(revision, what): (&EventRevision, String)| {
            change(policy, event, revision.number, &what, remark(revision, &words), date_revision(revision, since))
        };
        changes_of(event, &words).map(item).collect::<Vec<Item>>()
    };
    let mut items: Vec<Item> = events.iter().flat_map(of_event).collect();
    items.sort_by_key(|item| Reverse(item.updated));
    items
}

fn change(policy: &Policy, event: &Event, number: u32, what: &str, note: Option<String>, at: DateTime<Utc>) -> Item {
    let language = language(policy);
    let title = choose_text(&event.title, language).map_or_else(|| event.id.clone(), |title| title.text);
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
        id: tag(policy, &format!("{PAGE_PATH}/{}/{number}", event.id)),
        title: format!("{title}: {what}"),
        language: None,
        updated: at,
        published: at,
        links: vec![link],
        authors: vec![Person { name: collapse(&policy.network.name), ..Person::default() }],
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
