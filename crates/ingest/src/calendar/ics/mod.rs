//! iCalendar (RFC 5545): the events of a file with their days. Times of the day are dropped in the zone in which they
//! are written: a session that begins on 17 May in Geneva begins on 17 May. A time in UTC counts by its day in the zone
//! that the file names for itself, else in UTC. What a series leaves out, moves and ends with is compared by the clock
//! of the series. What cannot be read costs its event and is told with its line and a remedy.

mod draft;
mod file;
mod lines;
mod moment;
mod property;
mod recur;
mod series;
mod versions;
mod zone;

use chrono::{DateTime, NaiveDate, Utc};
use file::File;
use lines::{Lines, short};
use plenary_model::event::{EventKind, EventStatus};
use std::collections::{BTreeMap, BTreeSet};

/// Events of one file that are read, those of a series one by one.
const EVENTS_MAX: usize = 2_000;
/// Events as they stand in one file that are taken: each may have been changed once.
const DRAFTS_MAX: usize = 2 * EVENTS_MAX;
/// Lines of one file that are read, fifty to an event; a folded line is one.
const LINES_MAX: usize = 50 * DRAFTS_MAX;
const PROBLEMS_MAX: usize = 20;
/// Lines in which the calendar must begin: servers write notices before it.
const NOTICE_LINES_MAX: usize = 200;
const BEGIN: &str = "BEGIN:VCALENDAR";

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
    /// True when the file came to its end and says something: only then does it say what is no longer in it.
    pub is_whole: bool,
    /// `UID`s of which the file says that they are off, without the events.
    pub cancelled: BTreeSet<String>,
    /// `UID`s of which not everything could be read.
    pub(super) damaged: BTreeSet<String>,
    /// `UID`s of series that go on, with the last day that was read.
    pub(super) going_on: BTreeMap<String, NaiveDate>,
}

impl Reading {
    /// True when the file no longer lists the event of this `UID` (one of a series has its day with it), and could be
    /// read so far that this is known.
    pub fn has_dropped(&self, uid: &str) -> bool {
        let (series, day) = match uid.rsplit_once('#') {
            Some((series, day)) => (series, day.parse::<NaiveDate>().ok()),
            None => (uid, None),
        };
        let is_beyond = || self.going_on.get(series).is_some_and(|last| day.is_none_or(|day| day > *last));
        let is_damaged = self.damaged.contains(uid) || self.damaged.contains(series);
        self.is_whole && !is_damaged && !is_beyond() && !self.events.iter().any(|event| event.uid == uid)
    }
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

/// Reads a file, with what HTTP says of it and today for series that never end. Of several versions of an event the
/// highest `SEQUENCE` counts; different events under one `UID` are kept apart; changed ones of a series replace those
/// they change. Fails when it is no calendar at all.
pub fn read(bytes: &[u8], content_type: Option<&str>, today: NaiveDate) -> Result<Reading, IcsError> {
    let Lines { lines, remark } = lines::read(bytes, content_type, LINES_MAX);
    let begins = |(_, text): &(usize, String)| ends_with_begin(text);
    let Some(begin) = lines.iter().take(NOTICE_LINES_MAX).position(begins) else {
        let (line, first) = lines.into_iter().next().unwrap_or((1, "empty".to_owned()));
        return Err(IcsError::NotACalendar { line, found: short(first.trim()) });
    };
    let mut file = File::new(today);
    if let Some(remark) = remark {
        file.tell(1, &format!("{remark}; write it in UTF-8"));
    }
    if let Some((line, text)) = lines.first().filter(|(_, text)| begin > 0 || !is_begin(text)) {
        let found = short(text.trim());
        file.tell(*line, &format!("what stands before BEGIN:VCALENDAR was passed over: \"{found}\""));
    }
    let mut last = 1;
    for (passed, (line, text)) in lines.iter().enumerate().skip(begin + 1) {
        if passed >= LINES_MAX || file.drafts.len() >= DRAFTS_MAX {
            file.leave_out(*line);
            break;
        }
        file.take(*line, text);
        last = *line;
    }
    if !file.is_whole && file.left_out.is_none() {
        file.tell(last, "END:VCALENDAR is missing: the file is cut off here; what is whole was read");
    }
    Ok(file.finish())
}

fn is_begin(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case(BEGIN)
}

/// True for the line that begins a calendar, a notice of the server's before it or not.
fn ends_with_begin(text: &str) -> bool {
    let text = text.trim();
    let tail = text.len().checked_sub(BEGIN.len()).and_then(|at| text.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(BEGIN))
}

pub(super) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests;
