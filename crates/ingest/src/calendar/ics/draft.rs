//! An event while its lines are read, and what becomes of it: one occurrence, or those of a series.

use super::Occurrence;
use super::lines::{Moment, Property, duration};
use super::recur::{Budget, Rule};
use chrono::{Days, Duration, NaiveDate};
use plenary_model::event::{EventKind, EventStatus};
use plenary_model::id::digest;
use std::collections::BTreeSet;

/// Events of one series.
const SERIES_MAX: usize = 200;
/// Of them, those that are over.
const SERIES_PAST_MAX: usize = 50;
/// How far back and ahead of today a series is followed, in days. What was once seen stays anyway.
const SERIES_DAYS: u64 = 2 * 366;
/// Exceptions of one series that are kept; more are not believed.
const EXCEPTIONS_MAX: usize = 2_000;

#[derive(Default)]
pub(super) struct Draft {
    pub(super) line: usize,
    pub(super) uid: String,
    pub(super) sequence: u32,
    title: String,
    start: Option<Moment>,
    end: Option<Moment>,
    duration: Option<Duration>,
    status: Option<EventStatus>,
    kind: Option<EventKind>,
    link: Option<String>,
    rule: Option<Rule>,
    more: Vec<Moment>,
    without: BTreeSet<NaiveDate>,
    /// The day that this one of a series takes the place of.
    changes: Option<NaiveDate>,
    problems: Vec<(usize, String)>,
}

impl Draft {
    pub(super) fn at(line: usize) -> Self {
        Self { line, ..Self::default() }
    }

    /// Takes a property; one that cannot be read is told and left out.
    pub(super) fn take(&mut self, line: usize, property: &Property) {
        let result = self.set(property);
        if let Err(problem) = result {
            self.problems.push((line, format!("{} {problem}", property.name)));
        }
    }

    fn set(&mut self, property: &Property) -> Result<(), String> {
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
                    "CANCELLED" => Some(EventStatus::Cancelled),
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
            "RDATE" => self.more.extend(property.moments(SERIES_MAX.saturating_sub(self.more.len()))?),
            "EXDATE" => {
                let days = property.moments(EXCEPTIONS_MAX.saturating_sub(self.without.len()))?;
                self.without.extend(days.into_iter().map(|(time, _)| time.date()));
            }
            "RECURRENCE-ID" => self.changes = Some(property.moment()?.0.date()),
            _ => {}
        }
        Ok(())
    }

    /// What was wrong with it, each with its line; called when the event has ended.
    pub(super) fn take_problems(&mut self) -> Vec<(usize, String)> {
        let named = if self.title.is_empty() { String::new() } else { format!(" \"{}\"", self.title) };
        if self.start.is_none() {
            let problem =
                format!("the event{named} has no first day that can be read, and is left out: give it DTSTART");
            self.problems.push((self.line, problem));
        } else if self.title.is_empty() {
            let problem = "the event has no title, and is left out: give it SUMMARY".to_owned();
            self.problems.push((self.line, problem));
        } else if self.uid.is_empty() {
            // The day is part of it: a title may stand for many, this year's meeting and the next.
            let day = self.start.map(|(start, _)| start.date().to_string()).unwrap_or_default();
            self.uid = digest([self.title.as_str(), &day]);
            let problem = format!("the event{named} has no UID, so its title and day stand for one: give it UID");
            self.problems.push((self.line, problem));
        }
        if let (Some((start, _)), Some((end, _))) = (self.start, self.end)
            && end.date() < start.date()
        {
            self.end = None;
            let problem = format!("the event{named} ends before it begins: its first day alone counts; correct DTEND");
            self.problems.push((self.line, problem));
        }
        std::mem::take(&mut self.problems)
    }

    pub(super) fn is_good(&self) -> bool {
        self.start.is_some() && !self.title.is_empty() && !self.uid.is_empty()
    }

    pub(super) fn is_exception(&self) -> bool {
        self.changes.is_some()
    }

    /// Its occurrences around `today`, and whether it goes on after that. An event that does not recur is taken
    /// whenever it is.
    pub(super) fn occurrences(&self, today: NaiveDate, budget: &mut Budget) -> (Vec<Occurrence>, bool) {
        let Some((from, to)) = self.days() else { return (Vec::new(), false) };
        let length = to - from;
        let one = |day: NaiveDate, uid: String| Occurrence {
            uid,
            title: self.title.clone(),
            from: day,
            to: day.checked_add_signed(length).unwrap_or(day),
            status: self.status,
            kind: self.kind,
            link: self.link.clone(),
        };
        let due = |day: NaiveDate| format!("{}#{day}", self.uid);
        if let Some(changed) = self.changes {
            return (vec![one(from, due(changed))], false);
        }
        if self.rule.is_none() && self.more.is_empty() {
            return (vec![one(from, self.uid.clone())], false);
        }
        let around = Days::new(SERIES_DAYS);
        let first = today.checked_sub_days(around).unwrap_or(today);
        let last = today.checked_add_days(around).unwrap_or(today);
        let (days, mut goes_on) = match &self.rule {
            Some(rule) => rule.days(from, (first, last), budget),
            None => (vec![from], false),
        };
        let more = self.more.iter().map(|(time, _)| time.date());
        let all: BTreeSet<NaiveDate> = days.into_iter().chain(more).collect();
        let is_shown = |day: &NaiveDate| (first..=last).contains(day) && !self.without.contains(day);
        let shown: Vec<NaiveDate> = all.into_iter().filter(is_shown).collect();
        let past = shown.iter().filter(|day| **day < today).count();
        let mut shown = shown.into_iter().skip(past.saturating_sub(SERIES_PAST_MAX));
        let found = shown.by_ref().take(SERIES_MAX).map(|day| one(day, due(day))).collect();
        goes_on |= shown.next().is_some();
        (found, goes_on)
    }

    fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        let (start, _) = self.start?;
        let from = start.date();
        let to = match (self.end, self.duration) {
            // The end of whole days is the day after the last; that of times, the moment after the last.
            (Some((end, true)), _) => end.date().pred_opt(),
            (Some((end, false)), _) => end.checked_sub_signed(Duration::seconds(1)).map(|end| end.date()),
            (None, Some(length)) => start.checked_add_signed(length - Duration::seconds(1)).map(|end| end.date()),
            (None, None) => Some(from),
        };
        Some((from, to.unwrap_or(from).max(from)))
    }
}

fn kind(category: &str) -> Option<EventKind> {
    match category.trim().to_lowercase().as_str() {
        "session" | "sessions" => Some(EventKind::Session),
        "pre-session" | "pre-sessions" => Some(EventKind::PreSession),
        "deadline" | "deadlines" => Some(EventKind::Deadline),
        _ => None,
    }
}
