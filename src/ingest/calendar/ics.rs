//! iCalendar (RFC 5545), read with care: the events of a file with their days. Times of the day are
//! dropped, in the zone in which they are written: a session that begins on 17 May begins on 17 May.

use crate::model::event::EventStatus;
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveDateTime, Utc};

/// Events of one file that are read.
const EVENTS_MAX: usize = 2_000;
/// Longest unfolded line that is kept, in bytes.
const LINE_BYTES_MAX: usize = 64 * 1024;
/// Longest title that is kept, in characters.
const TITLE_CHARS_MAX: usize = 300;

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IcsError {
    /// No `BEGIN:VCALENDAR`.
    #[error("not a calendar: it does not begin with BEGIN:VCALENDAR")]
    NotACalendar,
    /// It ends in the middle.
    #[error("the calendar is cut off: END:VCALENDAR is missing")]
    CutOff,
}

/// One event of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// `UID`.
    pub uid: String,
    /// `SUMMARY`.
    pub title: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
    /// `STATUS`.
    pub status: EventStatus,
    /// `SEQUENCE`.
    pub sequence: u32,
    /// `URL`, when it is one of the web.
    pub link: Option<String>,
    /// True when it recurs (`RRULE`, `RDATE`): only the first time is taken.
    pub recurs: bool,
}

/// Reads a file. An event without `UID`, title or first day is left out; of several with one `UID` the
/// one with the highest `SEQUENCE` counts, and exceptions to a recurring one are left out.
///
/// # Errors
/// When it is no calendar, or only the beginning of one.
pub fn read(bytes: &[u8]) -> Result<Vec<Occurrence>, IcsError> {
    let text = String::from_utf8_lossy(bytes);
    let lines = unfolded(text.trim_start_matches('\u{feff}'));
    let mut lines = lines.iter().map(String::as_str).filter(|line| !line.trim().is_empty());
    if !lines.next().is_some_and(|line| line.trim().eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        return Err(IcsError::NotACalendar);
    }
    let mut found: Vec<Occurrence> = Vec::new();
    let (mut within, mut draft, mut is_whole) = (Vec::new(), Draft::default(), false);
    for line in lines {
        let Some(property) = Property::read(line) else { continue };
        match property.name.as_str() {
            "BEGIN" => {
                within.push(property.value.to_ascii_uppercase());
                if within.len() == 1 {
                    draft = Draft::default();
                }
            }
            "END" if within.is_empty() => is_whole = property.value.eq_ignore_ascii_case("VCALENDAR"),
            "END" => {
                let ended = within.pop().unwrap_or_default();
                if within.is_empty() && ended == "VEVENT" {
                    keep(&mut found, std::mem::take(&mut draft));
                }
            }
            // An alarm inside an event has properties of the same names.
            _ if within.len() == 1 && within.first().is_some_and(|kind| kind == "VEVENT") => draft.take(&property),
            _ => {}
        }
    }
    if is_whole { Ok(found) } else { Err(IcsError::CutOff) }
}

fn keep(found: &mut Vec<Occurrence>, draft: Draft) {
    let Some(new) = draft.finish() else { return };
    let has_room = found.len() < EVENTS_MAX;
    match found.iter_mut().find(|known| known.uid == new.uid) {
        Some(known) if known.sequence < new.sequence => *known = new,
        Some(_) => {}
        None if has_room => found.push(new),
        None => {}
    }
}

/// Joins lines that were folded (RFC 5545 3.1), whatever ends them.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) if last.len() + rest.len() <= LINE_BYTES_MAX => last.push_str(rest),
            (Some(_), Some(_)) => {}
            _ if line.len() <= LINE_BYTES_MAX => lines.push(line.to_owned()),
            _ => {}
        }
    }
    lines
}

/// One property: its name in capitals, its parameters as written, its value.
struct Property {
    name: String,
    parameters: String,
    value: String,
}

impl Property {
    fn read(line: &str) -> Option<Self> {
        let mut is_quoted = false;
        let colon = line.find(|c| {
            is_quoted ^= c == '"';
            c == ':' && !is_quoted
        })?;
        let (head, value) = line.split_at(colon);
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        Some(Self {
            name: name.trim().to_ascii_uppercase(),
            parameters: parameters.to_ascii_uppercase(),
            value: value.trim_start_matches(':').trim().to_owned(),
        })
    }

    /// The value of a text (RFC 5545 3.3.11), in one line.
    fn text(&self) -> String {
        let mut text = String::new();
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => text.push(match chars.next() {
                    Some('n' | 'N') | None => ' ',
                    Some(other) => other,
                }),
                c => text.push(c),
            }
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        text.chars().take(TITLE_CHARS_MAX).collect()
    }

    /// The time of a date or date with time, as written, and whether it is a date alone.
    fn time(&self) -> Option<(NaiveDateTime, bool)> {
        let value = self.value.trim_end_matches(['Z', 'z']);
        if self.parameters.contains("VALUE=DATE") && !self.parameters.contains("VALUE=DATE-TIME") || value.len() == 8 {
            return Some((NaiveDate::parse_from_str(value, "%Y%m%d").ok()?.into(), true));
        }
        NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S").ok().map(|time| (time, false))
    }
}

/// An event while it is read.
#[derive(Default)]
struct Draft {
    uid: String,
    title: String,
    start: Option<(NaiveDateTime, bool)>,
    end: Option<(NaiveDateTime, bool)>,
    duration: Option<Duration>,
    status: EventStatus,
    sequence: u32,
    link: Option<String>,
    recurs: bool,
    is_exception: bool,
}

impl Draft {
    fn take(&mut self, property: &Property) {
        match property.name.as_str() {
            "UID" => self.uid.clone_from(&property.value),
            "SUMMARY" => self.title = property.text(),
            "DTSTART" => self.start = property.time(),
            "DTEND" => self.end = property.time(),
            "DURATION" => self.duration = duration(&property.value),
            "SEQUENCE" => self.sequence = property.value.parse().unwrap_or_default(),
            "STATUS" => {
                self.status = match property.value.to_ascii_uppercase().as_str() {
                    "TENTATIVE" => EventStatus::Tentative,
                    "CANCELLED" => EventStatus::Cancelled,
                    _ => EventStatus::Confirmed,
                };
            }
            "URL" => self.link = Some(property.value.clone()).filter(|link| link.starts_with("http")),
            "RRULE" | "RDATE" => self.recurs = true,
            "RECURRENCE-ID" => self.is_exception = true,
            _ => {}
        }
    }

    fn finish(self) -> Option<Occurrence> {
        let (start, _) = self.start?;
        if self.uid.is_empty() || self.title.is_empty() || self.is_exception {
            return None;
        }
        let from = start.date();
        let to = match (self.end, self.duration) {
            // The end of whole days is the day after the last; that of times, the moment after the last.
            (Some((end, true)), _) => end.date().checked_sub_days(Days::new(1))?,
            (Some((end, false)), _) => end.checked_sub_signed(Duration::seconds(1))?.date(),
            (None, Some(length)) => start.checked_add_signed(length - Duration::seconds(1))?.date(),
            (None, None) => from,
        };
        Some(Occurrence {
            uid: self.uid,
            title: self.title,
            from,
            to: to.max(from),
            status: self.status,
            sequence: self.sequence,
            link: self.link,
            recurs: self.recurs,
        })
    }
}

/// A length such as `P5D`, `P1W` or `PT2H` (RFC 5545 3.3.6).
fn duration(text: &str) -> Option<Duration> {
    let (mut total, mut number) = (Duration::zero(), 0_i64);
    for c in text.trim_start_matches('+').chars() {
        let unit = match c {
            'P' | 'T' => continue,
            '0'..='9' => {
                number = number.checked_mul(10)?.checked_add(i64::from(c.to_digit(10)?))?;
                continue;
            }
            'W' => Duration::try_weeks(number)?,
            'D' => Duration::try_days(number)?,
            'H' => Duration::try_hours(number)?,
            'M' => Duration::try_minutes(number)?,
            'S' => Duration::try_seconds(number)?,
            _ => return None,
        };
        total = total.checked_add(&unit)?;
        number = 0;
    }
    (total > Duration::zero()).then_some(total)
}

/// Midnight of a day, UTC.
pub(super) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(events: &str) -> Vec<u8> {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", events.replace('\n', "\r\n")).into_bytes()
    }

    fn days(from: &str, to: &str) -> (NaiveDate, NaiveDate) {
        (from.parse().unwrap(), to.parse().unwrap())
    }

    #[test]
    fn days_are_read_in_every_spelling() {
        for (lines, expected) in [
            ("DTSTART;VALUE=DATE:20210517\nDTEND;VALUE=DATE:20210605\n", days("2021-05-17", "2021-06-04")),
            ("DTSTART:20210517\n", days("2021-05-17", "2021-05-17")),
            (
                "DTSTART;TZID=Europe/Zurich:20210517T100000\nDTEND;TZID=Europe/Zurich:20210604T180000\n",
                days("2021-05-17", "2021-06-04"),
            ),
            ("DTSTART;TZID=\"X:Y\":20210517T230000\nDTEND:20210518T000000Z\n", days("2021-05-17", "2021-05-17")),
            ("DTSTART;VALUE=DATE:20210517\nDURATION:P5D\n", days("2021-05-17", "2021-05-21")),
            ("DTSTART:20210517T100000Z\nDURATION:PT2H30M\n", days("2021-05-17", "2021-05-17")),
            ("DTSTART;VALUE=DATE:20210517\nDTEND;VALUE=DATE:20210517\n", days("2021-05-17", "2021-05-17")),
        ] {
            let read = read(&calendar(&format!("BEGIN:VEVENT\nUID:1\nSUMMARY:s\n{lines}END:VEVENT\n"))).unwrap();
            assert_eq!((read[0].from, read[0].to), expected, "{lines}");
        }
    }

    #[test]
    fn texts_are_unfolded_and_unescaped_and_alarms_left_alone() {
        let event = "BEGIN:VEVENT\nUID:1\nSUMMARY;LANGUAGE=en:Commit\n tee\\, 87th\\n session\nDTSTART;VALUE=DATE:20210517\n\
                     STATUS:TENTATIVE\nSEQUENCE:3\nRRULE:FREQ=YEARLY\nBEGIN:VALARM\nSUMMARY:wake\nEND:VALARM\nEND:VEVENT\n";
        let found = read(&calendar(event)).unwrap();
        assert_eq!(found[0].title, "Committee, 87th session");
        assert_eq!((found[0].status, found[0].sequence, found[0].recurs), (EventStatus::Tentative, 3, true));
    }

    #[test]
    fn the_highest_sequence_counts_and_the_incomplete_is_left_out() {
        let one = |sequence: u32, day: &str| {
            format!("BEGIN:VEVENT\nUID:1\nSUMMARY:s\nDTSTART:{day}\nSEQUENCE:{sequence}\nEND:VEVENT\n")
        };
        let bad = "BEGIN:VEVENT\nUID:2\nSUMMARY:no day\nEND:VEVENT\nBEGIN:VEVENT\nUID:3\nSUMMARY:x\nDTSTART:soon\nEND:VEVENT\n";
        let found = read(&calendar(&(one(1, "20210101") + &one(2, "20210102") + &one(0, "20210103") + bad))).unwrap();
        assert_eq!((found.len(), found[0].from.to_string().as_str()), (1, "2021-01-02"));
    }

    #[test]
    fn what_is_no_calendar_is_named() {
        assert_eq!(read(b"<html></html>"), Err(IcsError::NotACalendar));
        assert_eq!(read(b""), Err(IcsError::NotACalendar));
        assert_eq!(read(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1"), Err(IcsError::CutOff));
    }
}
