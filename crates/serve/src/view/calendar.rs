//! Sessions, pre-sessions and deadlines: now, next and past.

use super::{Phrase, Scene, When};
use crate::address::{Place, outward};
use crate::locale::fill;
use chrono::{Datelike, NaiveDate};
use plenary_model::deadline::Deadline;
use plenary_model::event::{Event, EventClaim, EventKind, EventRevision, EventStatus, POLICY, STAFF, is_month};

/// Dates that an event had before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Before {
    pub(crate) dates: String,
    /// When the change became known.
    pub(crate) said: String,
    /// What was said about it.
    pub(crate) note: String,
}

/// What one of several sources says of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    pub(crate) name: String,
    pub(crate) dates: String,
}

/// An event as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Occasion {
    /// Part of its anchor on the calendar page.
    pub(crate) id: String,
    pub(crate) title: Phrase,
    pub(crate) from: When,
    pub(crate) to: When,
    pub(crate) dates: String,
    /// Day of the month on which it begins.
    pub(crate) day: String,
    /// Short month, with the year when it is not the current one.
    pub(crate) month: String,
    pub(crate) kind: String,
    /// How certain, in words; empty when it is confirmed.
    pub(crate) status: String,
    /// Name of the status in the style sheet.
    pub(crate) tone: &'static str,
    pub(crate) link: Option<String>,
    /// Of a deadline that a piece names: the page of the piece, and whose text it is.
    pub(crate) piece: Option<String>,
    pub(crate) publisher: String,
    /// Dates it had before, latest first.
    pub(crate) before: Vec<Before>,
    /// What each source says when they disagree, the one that counts here first.
    pub(crate) elsewhere: Vec<Elsewhere>,
    /// How often its date changed, in words; empty when never.
    pub(crate) changes: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Year {
    pub(crate) heading: String,
    pub(crate) occasions: Vec<Occasion>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Agenda {
    pub(crate) now: Vec<Occasion>,
    /// What comes, soonest first.
    pub(crate) next: Vec<Occasion>,
    /// What is over, latest first.
    pub(crate) past: Vec<Year>,
}

impl Agenda {
    pub(crate) fn is_empty(&self) -> bool {
        self.now.is_empty() && self.next.is_empty() && self.past.is_empty()
    }
}

pub(crate) fn build_agenda(scene: &Scene<'_>, events: &[Event], deadlines: &[Deadline]) -> Agenda {
    let today = scene.now.date_naive();
    let named = deadlines.iter().map(|deadline| (&deadline.event, Some(deadline)));
    let mut events: Vec<(&Event, Option<&Deadline>)> = events.iter().map(|event| (event, None)).chain(named).collect();
    events.sort_by(|(a, _), (b, _)| (a.from, a.to, &a.id).cmp(&(b.from, b.to, &b.id)));
    let show = |(event, deadline): &(&Event, Option<&Deadline>)| Occasion {
        piece: deadline.map(|deadline| scene.to(&Place::Piece(deadline.piece.clone()))),
        publisher: deadline.map_or_else(String::new, |deadline| deadline.publisher.clone()),
        ..occasion(scene, event)
    };
    let mut agenda = Agenda::default();
    for one in &events {
        let event = one.0;
        let takes_place = !matches!(event.status, EventStatus::Cancelled | EventStatus::Postponed);
        if event.from > today {
            agenda.next.push(show(one));
        } else if event.to >= today && takes_place {
            agenda.now.push(show(one));
        }
    }
    let is_over = |(event, _): &&(&Event, Option<&Deadline>)| {
        let called_off = matches!(event.status, EventStatus::Cancelled | EventStatus::Postponed);
        event.to < today || (event.from <= today && called_off)
    };
    for one in events.iter().rev().filter(is_over) {
        let heading = one.0.from.year().to_string();
        match agenda.past.last_mut() {
            Some(year) if year.heading == heading => year.occasions.push(show(one)),
            _ => agenda.past.push(Year { heading, occasions: vec![show(one)] }),
        }
    }
    agenda
}

/// What has a last day, of the calendar and of pieces.
pub(crate) fn build_deadlines(scene: &Scene<'_>, events: &[Event], deadlines: &[Deadline]) -> Agenda {
    let of_calendar = events.iter().filter(|event| event.kind == EventKind::Deadline).cloned();
    build_agenda(scene, &of_calendar.collect::<Vec<Event>>(), deadlines)
}

fn elsewhere(scene: &Scene<'_>, event: &Event) -> Vec<Elsewhere> {
    if event.claims.is_empty() {
        return Vec::new();
    }
    let shown = Elsewhere {
        name: name(scene, event.source.as_deref()),
        dates: dates(scene, event.kind, (event.from, event.to), Some(event.status)),
    };
    let other = |claim: &EventClaim| {
        let from = claim.from?;
        let source = Some(claim.name.as_str()).filter(|_| claim.origin != POLICY);
        let dates = dates(scene, event.kind, (from, claim.to.unwrap_or(from)), claim.status);
        Some(Elsewhere { name: name(scene, source), dates })
    };
    std::iter::once(shown).chain(event.claims.iter().filter_map(other)).collect()
}

/// Who says it, as readers know them: the policy speaks for the network.
fn name(scene: &Scene<'_>, source: Option<&str>) -> String {
    match source {
        None => scene.policy.network.name.clone(),
        Some(STAFF) => scene.locale.words.calendar.staff.to_owned(),
        Some(calendar) => calendar.to_owned(),
    }
}

/// Days in words, with the status unless it is plain.
fn dates(
    scene: &Scene<'_>,
    kind: EventKind,
    (from, to): (NaiveDate, NaiveDate),
    status: Option<EventStatus>,
) -> String {
    let days = scene.locale.span(from, to);
    match status {
        None | Some(EventStatus::Confirmed) => days,
        Some(status) => format!("{days} ({})", scene.locale.words.calendar.status.get(kind, status)),
    }
}

/// How often the dates of an event changed.
fn moves(event: &Event) -> usize {
    let days = event.was.iter().map(|was| (was.from, was.to));
    days.clone().zip(days.skip(1).chain([(event.from, event.to)])).filter(|(was, next)| was != next).count()
}

/// The changes of an event, latest first: each with the dates, or the status when that alone changed.
fn before(scene: &Scene<'_>, event: &Event) -> Vec<Before> {
    let words = &scene.locale.words.calendar;
    let next = event.was.iter().skip(1).map(|next| (next.from, next.to)).chain([(event.from, event.to)]);
    let told = |(was, next): (&EventRevision, (NaiveDate, NaiveDate))| Before {
        dates: match was.status {
            Some(status) if (was.from, was.to) == next => words.status.get(event.kind, status).to_owned(),
            status => dates(scene, event.kind, (was.from, was.to), status),
        },
        said: was.said.map_or_else(String::new, |day| fill(words.said, &[("day", &scene.locale.day(day))])),
        note: match (&was.note, &was.source) {
            (Some(note), Some(source)) => format!("{note} ({})", name(scene, Some(source))),
            (Some(note), None) => note.clone(),
            (None, Some(source)) => name(scene, Some(source)),
            (None, None) => String::new(),
        },
    };
    let mut before: Vec<Before> = event.was.iter().zip(next).map(told).collect();
    before.reverse();
    before
}

fn occasion(scene: &Scene<'_>, event: &Event) -> Occasion {
    let words = &scene.locale.words;
    let month = scene.locale.month_short(event.from);
    let is_this_year = event.from.year() == scene.now.year();
    let (day, month) = match (is_month(event.from, event.to), is_this_year) {
        (true, _) => (month.to_owned(), event.from.year().to_string()),
        (false, true) => (event.from.day().to_string(), month.to_owned()),
        (false, false) => (event.from.day().to_string(), format!("{month} {}", event.from.year())),
    };
    Occasion {
        id: event.id.clone(),
        title: scene.translate(&event.title),
        from: scene.day(event.from),
        to: scene.day(event.to.max(event.from)),
        dates: scene.locale.span(event.from, event.to),
        day,
        month,
        kind: words.calendar.kind.get(event.kind).to_owned(),
        status: match event.status {
            EventStatus::Confirmed => String::new(),
            status => words.calendar.status.get(event.kind, status).to_owned(),
        },
        tone: match event.status {
            EventStatus::Confirmed => "confirmed",
            EventStatus::Tentative | EventStatus::Unlisted => "tentative",
            EventStatus::Postponed => "postponed",
            EventStatus::Cancelled => "cancelled",
        },
        link: event.link.as_deref().and_then(outward),
        piece: None,
        publisher: String::new(),
        before: before(scene, event),
        elsewhere: elsewhere(scene, event),
        changes: match moves(event) {
            0 => String::new(),
            times => scene.locale.count(&words.count.times, times),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;
    use plenary_fixtures::{self as fixtures, date, revision};

    fn event(id: &str, from: &str, to: &str, status: EventStatus) -> Event {
        Event { status, ..fixtures::event(id, from, to) }
    }

    fn ids(occasions: &[Occasion]) -> Vec<&str> {
        occasions.iter().map(|occasion| occasion.id.as_str()).collect()
    }

    #[test]
    fn today_decides_what_is_now_next_and_past() {
        let mut policy = samples::policy();
        policy.events = vec![
            event("later", "2021-09-06", "2021-09-24", EventStatus::Confirmed),
            event("soon", "2021-06-11", "2021-06-11", EventStatus::Tentative),
            event("today", "2021-06-07", "2021-06-10", EventStatus::Confirmed),
            event("put-off", "2021-06-07", "2021-06-11", EventStatus::Postponed),
            event("over", "2021-05-17", "2021-06-04", EventStatus::Confirmed),
            event("old", "2020-05-17", "2020-06-04", EventStatus::Confirmed),
        ];
        let agenda = build_agenda(&samples::scene(&policy, "en"), &policy.events, &[]);
        assert_eq!(ids(&agenda.now), ["today"]);
        assert_eq!(ids(&agenda.next), ["soon", "later"]);
        let years: Vec<_> = agenda.past.iter().map(|y| (y.heading.as_str(), ids(&y.occasions))).collect();
        assert_eq!(years, [("2021", vec!["put-off", "over"]), ("2020", vec!["old"])]);
        assert_eq!(agenda.next[0].status, "dates may change");
    }

    #[test]
    fn what_pieces_name_stands_among_the_events_once() {
        let mut policy = samples::policy();
        let named = |id: &str, day: &str| {
            let mut view = samples::piece(id, "2021-05-21");
            view.piece.facets.deadline = Some(fixtures::midnight(day));
            view.lead.entry.link = Some(format!("https://a.example.org/{id}"));
            view
        };
        let call =
            Event { kind: EventKind::Deadline, ..event("call", "2021-07-01", "2021-07-01", EventStatus::Confirmed) };
        let call = Event { link: Some("https://a.example.org/p1".into()), ..call };
        policy.events = vec![event("session", "2021-06-20", "2021-06-24", EventStatus::Confirmed), call];
        let views = [named("p1", "2021-07-01"), named("p2", "2021-06-22"), named("p3", "2021-06-01")];
        let deadlines = plenary_model::deadline::list_deadlines(&views, &policy.events);
        let scene = samples::scene(&policy, "fr");
        let agenda = build_agenda(&scene, &policy.events, &deadlines);
        assert_eq!(ids(&agenda.next), ["session", "deadline-p2", "call"], "p1 is the call");
        assert_eq!(ids(&agenda.past[0].occasions), ["deadline-p3"]);
        let one = &agenda.next[1];
        assert_eq!((one.piece.as_deref(), one.publisher.as_str()), (Some("/fr/pieces/p2"), "Source a"));
        assert_eq!((one.title.text.as_str(), one.dates.as_str()), ("Title of p2", "22 juin 2021"));
        assert_eq!(ids(&build_deadlines(&scene, &policy.events, &deadlines).next), ["deadline-p2", "call"]);
    }

    #[test]
    fn earlier_dates_are_told_latest_first() {
        let mut policy = samples::policy();
        let mut moved = event("crc-87", "2021-09-06", "2021-09-24", EventStatus::Confirmed);
        let was = |from: &str, said: Option<&str>| EventRevision {
            said: said.map(date),
            note: Some("travel".into()),
            ..revision(from, "2021-06-30", 0)
        };
        moved.was = vec![was("2021-06-01", None), was("2021-06-20", Some("2021-05-01"))];
        policy.events = vec![moved];
        let agenda = build_agenda(&samples::scene(&policy, "en"), &policy.events, &[]);
        let occasion = &agenda.next[0];
        assert_eq!(occasion.before[0].dates, "20 to 30 June 2021");
        assert_eq!(occasion.before[0].said, "change announced on 1 May 2021");
        assert_eq!(occasion.changes, "2 changes of date");
    }

    #[test]
    fn a_status_that_changed_alone_is_told_as_such() {
        let policy = samples::policy();
        let mut off = event("crc-87", "2021-09-06", "2021-09-24", EventStatus::Cancelled);
        off.was = vec![EventRevision {
            status: Some(EventStatus::Confirmed),
            note: Some("A strike.".into()),
            source: Some(STAFF.into()),
            ..revision("2021-09-06", "2021-09-24", 1)
        }];
        let agenda = build_agenda(&samples::scene(&policy, "en"), &[off], &[]);
        let occasion = &agenda.next[0];
        assert_eq!((occasion.before[0].dates.as_str(), occasion.changes.as_str()), ("confirmed", ""));
        assert_eq!(occasion.before[0].note, "A strike. (the editors)");
    }

    #[test]
    fn sources_that_disagree_stand_side_by_side() {
        let policy = samples::policy();
        let mut disputed = event("crc-87", "2021-09-01", "2021-09-30", EventStatus::Tentative);
        disputed.source = Some("The Office".into());
        let network = EventClaim::of_policy(&event("crc-87", "2021-09-06", "2021-09-24", EventStatus::Confirmed));
        disputed.claims = vec![network];
        let agenda = build_agenda(&samples::scene(&policy, "en"), &[disputed], &[]);
        let occasion = &agenda.next[0];
        let said: Vec<(&str, &str)> =
            occasion.elsewhere.iter().map(|said| (said.name.as_str(), said.dates.as_str())).collect();
        let network = policy.network.name.as_str();
        assert_eq!(said, [("The Office", "September 2021 (dates may change)"), (network, "6 to 24 September 2021")]);
        assert_eq!((occasion.day.as_str(), occasion.month.as_str()), ("Sep", "2021"), "no day is made up");
    }
}
