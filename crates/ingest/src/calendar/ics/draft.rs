//! An event while its lines are read.

use super::moment::{Clock, Moment};
use super::property::{Property, duration};
use super::recur::Rule;
use chrono::Duration;
use plenary_model::event::{EventKind, EventStatus};
use plenary_model::id::digest;

/// Moments of one series that are added to its rule; more are not believed.
const MORE_MAX: usize = 200;
/// Exceptions of one series that are kept; more are not believed.
const EXCEPTIONS_MAX: usize = 2_000;

#[derive(Default)]
pub(super) struct Draft {
    pub(super) line: usize,
    pub(super) uid: String,
    pub(super) sequence: u32,
    pub(super) title: String,
    pub(super) start: Option<Moment>,
    pub(super) end: Option<Moment>,
    pub(super) duration: Option<Duration>,
    pub(super) status: Option<EventStatus>,
    pub(super) kind: Option<EventKind>,
    pub(super) link: Option<String>,
    pub(super) rule: Option<Rule>,
    pub(super) more: Vec<Moment>,
    pub(super) without: Vec<Moment>,
    /// When the one of a series was due that this one takes the place of.
    pub(super) changes: Option<Moment>,
    /// True when it changes those that come after, too (`RANGE=THISANDFUTURE`, RFC 5545 3.2.13).
    pub(super) and_later: bool,
    /// True when something of it could not be read.
    pub(super) is_damaged: bool,
    problems: Vec<(usize, String)>,
}

impl Draft {
    pub(super) fn at(line: usize) -> Self {
        Self { line, ..Self::default() }
    }

    /// Takes a property; what of it cannot be read is told and left out.
    pub(super) fn take(&mut self, line: usize, property: &Property) {
        let result = self.set(line, property);
        if let Err(problem) = result {
            self.tell(line, property, &problem);
        }
    }

    fn tell(&mut self, line: usize, property: &Property, problem: &str) {
        self.is_damaged = true;
        self.problems.push((line, format!("{} {problem}", property.name)));
    }

    fn set(&mut self, line: usize, property: &Property) -> Result<(), String> {
        match property.name.as_str() {
            "UID" => self.uid.clone_from(&property.value),
            "SUMMARY" => self.title = property.text(),
            "DTSTART" => self.start = Some(property.moment()?),
            "DTEND" => self.end = Some(property.moment()?),
            "DURATION" => self.duration = Some(duration(&property.value)?),
            "SEQUENCE" => self.sequence = property.value.parse().unwrap_or_default(),
            "STATUS" => {
                self.status = match property.value.to_ascii_uppercase().as_str() {
                    "TENTATIVE" => Some(EventStatus::Tentative),
                    "CANCELLED" | "CANCELED" => Some(EventStatus::Cancelled),
                    "CONFIRMED" => Some(EventStatus::Confirmed),
                    _ => None,
                };
            }
            "CATEGORIES" => self.kind = self.kind.or_else(|| property.value.split(',').find_map(kind)),
            "URL" => self.link = Some(property.value.clone()).filter(|link| link.starts_with("http")),
            "RRULE" => {
                let rule = Rule::read(&property.value);
                self.rule = Some(rule.map_err(|problem| format!("{problem}: only its first day is taken"))?);
            }
            "RDATE" | "EXDATE" => {
                let is_more = property.name == "RDATE";
                let (list, most) =
                    if is_more { (&mut self.more, MORE_MAX) } else { (&mut self.without, EXCEPTIONS_MAX) };
                let (found, wrong) = property.moments(most.saturating_sub(list.len()));
                list.extend(found);
                for problem in wrong {
                    self.tell(line, property, &problem);
                }
            }
            "RECURRENCE-ID" => {
                self.changes = Some(property.moment()?);
                self.and_later =
                    property.parameter("RANGE").is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"));
            }
            _ => {}
        }
        Ok(())
    }

    /// What was wrong with it, each with its line; called when the event has ended. An event that is called off need
    /// not be told again (RFC 5546 3.2.5), nor what stays the same of one of a series.
    pub(super) fn take_problems(&mut self) -> Vec<(usize, String)> {
        let named = if self.title.is_empty() { String::new() } else { format!(" \"{}\"", self.title) };
        let is_told_elsewhere =
            !self.uid.is_empty() && (self.is_exception() || self.status == Some(EventStatus::Cancelled));
        if is_told_elsewhere && (self.start.is_none() || self.title.is_empty()) {
            self.start = self.start.take().or_else(|| self.changes.clone());
        } else if self.start.is_none() {
            let problem =
                format!("the event{named} has no first day that can be read, and is left out: give it DTSTART");
            self.problems.push((self.line, problem));
        } else if self.title.is_empty() {
            let problem = "the event has no title, and is left out: give it SUMMARY".to_owned();
            self.problems.push((self.line, problem));
        } else if self.uid.is_empty() {
            // The day is part of it: a title may stand for many, this year's meeting and the next.
            let day = self.start.as_ref().map(|start| start.time.date().to_string()).unwrap_or_default();
            self.uid = digest([self.title.as_str(), &day]);
            let problem = format!("the event{named} has no UID, so its title and day stand for one: give it UID");
            self.problems.push((self.line, problem));
        }
        if let (Some(start), Some(end)) = (&self.start, &self.end)
            && end.time.date() < start.time.date()
            && !is_elsewhere(start, end)
        {
            self.end = None;
            let problem = format!("the event{named} ends before it begins: its first day alone counts; correct DTEND");
            self.problems.push((self.line, problem));
        }
        std::mem::take(&mut self.problems)
    }

    /// True when it can be shown by itself.
    pub(super) fn is_good(&self) -> bool {
        self.start.is_some() && !self.title.is_empty() && !self.uid.is_empty()
    }

    /// True for word that an event is off, without the event.
    pub(super) fn is_notice_of_cancellation(&self) -> bool {
        !self.is_good() && !self.uid.is_empty() && self.status == Some(EventStatus::Cancelled)
    }

    pub(super) fn is_exception(&self) -> bool {
        self.changes.is_some()
    }
}

/// True when two moments are by clocks that may be a day apart.
fn is_elsewhere(one: &Moment, other: &Moment) -> bool {
    one.clock != other.clock && one.clock != Clock::Floating && other.clock != Clock::Floating
}

fn kind(category: &str) -> Option<EventKind> {
    match category.trim().to_lowercase().as_str() {
        "session" | "sessions" => Some(EventKind::Session),
        "pre-session" | "pre-sessions" => Some(EventKind::PreSession),
        "deadline" | "deadlines" => Some(EventKind::Deadline),
        _ => None,
    }
}
