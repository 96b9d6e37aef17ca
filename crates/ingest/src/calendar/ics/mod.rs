//! iCalendar (RFC 5545): the events of a file with their days. Times of the day are dropped in the zone in which they
//! are written: a session that begins on 17 May in Geneva begins on 17 May, so zones need not be known. A time in UTC
//! counts by its day in UTC, since converting takes a table of zones that this program does not carry. What cannot be
//! read costs its event and is told with its line and a remedy.

mod draft;
mod lines;
mod recur;

use chrono::{DateTime, NaiveDate, Utc};
use draft::Draft;
use lines::{Property, short, unfold};
use plenary_model::event::{EventKind, EventStatus};
use recur::Budget;
use std::collections::HashMap;

/// Events of one file that are read, those of a series one by one.
const EVENTS_MAX: usize = 2_000;
/// Events as they stand in one file that are taken: each may have been changed once.
const DRAFTS_MAX: usize = 2 * EVENTS_MAX;
/// Lines of one file that are read, fifty to an event; a folded line is one.
const LINES_MAX: usize = 50 * DRAFTS_MAX;
const PROBLEMS_MAX: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IcsError {
    #[error(
        "not a calendar: line {line} is \"{found}\" and not BEGIN:VCALENDAR; give the address of the .ics file itself"
    )]
    NotACalendar {
        /// The first line of the file that is not empty.
        line: usize,
        found: String,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// In the order of the file; those of a series one after another.
    pub events: Vec<Occurrence>,
    /// Each with its line and a remedy.
    pub problems: Vec<String>,
    /// True when a series goes on beyond what is read today, so that it must be read again some day.
    pub goes_on: bool,
}

/// One event of a file, or one of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// `UID`, and for one of a series `#` and the day on which it was due.
    pub uid: String,
    pub title: String,
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
    pub status: Option<EventStatus>,
    /// The kind that its `CATEGORIES` name.
    pub kind: Option<EventKind>,
    pub link: Option<String>,
}

/// Reads a file, with today for series that never end. Of several events with one `UID` the highest `SEQUENCE` counts;
/// changed ones of a series replace those they change. Fails when it is no calendar at all.
pub fn read(bytes: &[u8], today: NaiveDate) -> Result<Reading, IcsError> {
    let mut lines = unfold(bytes);
    let (mut last, first) = lines.next().unwrap_or((1, "empty".to_owned()));
    if !first.trim().eq_ignore_ascii_case("BEGIN:VCALENDAR") {
        return Err(IcsError::NotACalendar { line: last, found: short(first.trim()) });
    }
    let mut file = File::default();
    for (passed, (line, text)) in lines.enumerate() {
        if passed >= LINES_MAX || file.drafts.len() >= DRAFTS_MAX {
            file.leave_out(line);
            break;
        }
        file.take(line, &text);
        last = line;
    }
    if !file.is_whole && file.left_out.is_none() {
        file.tell(last, "END:VCALENDAR is missing: the file is cut off here; what is whole was read");
    }
    Ok(file.finish(today))
}

#[derive(Default)]
struct File {
    within: Vec<String>,
    draft: Draft,
    is_whole: bool,
    drafts: Vec<Draft>,
    problems: Vec<String>,
    more_problems: usize,
    /// Line from which on the file is left out, there being too much of it.
    left_out: Option<usize>,
}

impl File {
    fn take(&mut self, line: usize, text: &str) {
        let Some(property) = Property::read(text) else {
            if self.problems.len() >= PROBLEMS_MAX {
                self.more_problems += 1;
                return;
            }
            let found = short(text);
            return self
                .tell(line, &format!("\"{found}\" has no colon: begin it with a space if it goes on from before"));
        };
        match property.name.as_str() {
            // Calendars may stand one after another in one file (RFC 5545 3.4).
            "BEGIN" if self.within.is_empty() && property.value.eq_ignore_ascii_case("VCALENDAR") => {
                self.is_whole = false;
            }
            "BEGIN" => {
                self.within.push(property.value.to_ascii_uppercase());
                if self.within.len() == 1 {
                    self.draft = Draft::at(line);
                }
            }
            "END" => match self.within.pop() {
                None => self.is_whole |= property.value.eq_ignore_ascii_case("VCALENDAR"),
                Some(ended) if self.within.is_empty() && ended == "VEVENT" => {
                    let mut draft = std::mem::take(&mut self.draft);
                    for (line, problem) in draft.take_problems() {
                        self.tell(line, &problem);
                    }
                    self.drafts.extend(draft.is_good().then_some(draft));
                }
                Some(_) => {}
            },
            // An alarm inside an event has properties of the same names.
            _ if self.within.last().is_some_and(|kind| kind == "VEVENT") => self.draft.take(line, &property),
            _ => {}
        }
    }

    fn tell(&mut self, line: usize, problem: &str) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(format!("line {line}: {problem}"));
        } else {
            self.more_problems += 1;
        }
    }

    fn leave_out(&mut self, line: usize) {
        self.left_out = Some(self.left_out.map_or(line, |known| known.min(line)));
    }

    fn finish(mut self, today: NaiveDate) -> Reading {
        let mut reading = Reading::default();
        let mut places: HashMap<String, (usize, u32)> = HashMap::new();
        let (mut budget, mut unfollowed) = (Budget::new(), None);
        // Changed ones of a series last: they take the place of what the rule gave.
        let (changed, plain): (Vec<Draft>, Vec<Draft>) =
            std::mem::take(&mut self.drafts).into_iter().partition(Draft::is_exception);
        let mut newest: HashMap<String, u32> = HashMap::new();
        for draft in &plain {
            let sequence = newest.entry(draft.uid.clone()).or_default();
            *sequence = draft.sequence.max(*sequence);
        }
        let is_newest = |draft: &Draft| draft.is_exception() || newest.get(&draft.uid) == Some(&draft.sequence);
        for draft in plain.into_iter().chain(changed).filter(is_newest) {
            if reading.events.len() >= EVENTS_MAX && !draft.is_exception() {
                self.leave_out(draft.line);
                continue;
            }
            let (occurrences, goes_on) = draft.occurrences(today, &mut budget);
            unfollowed = unfollowed.or_else(|| budget.is_spent().then_some(draft.line));
            reading.goes_on |= goes_on;
            for occurrence in occurrences {
                match places.get_mut(&occurrence.uid) {
                    Some((_, sequence)) if !draft.is_exception() || *sequence > draft.sequence => {}
                    Some((place, sequence)) => {
                        *sequence = draft.sequence;
                        if let Some(known) = reading.events.get_mut(*place) {
                            *known = occurrence;
                        }
                    }
                    None if reading.events.len() >= EVENTS_MAX => self.leave_out(draft.line),
                    None => {
                        places.insert(occurrence.uid.clone(), (reading.events.len(), draft.sequence));
                        reading.events.push(occurrence);
                    }
                }
            }
        }
        // What was left out is told however much else is wrong.
        if let Some(line) = unfollowed {
            let problem = "too many rules: of those from here on the first day is taken; split the file";
            self.problems.push(format!("line {line}: {problem}"));
        }
        if let Some(line) = self.left_out {
            self.problems.push(format!(
                "line {line}: more than {EVENTS_MAX} events or {LINES_MAX} lines: what comes from here on is left out; \
                 split the file"
            ));
        }
        if self.more_problems > 0 {
            self.problems.push(format!("and {} more problems", self.more_problems));
        }
        reading.problems = self.problems;
        reading
    }
}

pub(super) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests;
