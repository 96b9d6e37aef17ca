//! Dates and times of iCalendar (RFC 5545 3.3.4, 3.3.5), and as people write them instead: with hyphens, without
//! seconds, with an offset from UTC.

use super::lines::short;
use chrono::{Days, NaiveDate, NaiveDateTime};

/// By which clock a time is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Clock {
    /// By the clock of wherever one is.
    #[default]
    Floating,
    Utc,
    /// Seconds east of UTC.
    Offset(i32),
    /// `TZID`.
    Zone(String),
}

/// A day, or a time of a day as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) time: NaiveDateTime,
    /// True for a whole day.
    pub(super) is_day: bool,
    pub(super) clock: Clock,
}

impl Moment {
    /// Reads a value. `zone` is its `TZID`, which counts before a `Z`, and `is_day` whether it is declared as a date.
    pub(super) fn read(value: &str, zone: Option<&str>, is_day: bool) -> Result<Self, String> {
        let read = || {
            let text = value.trim().trim_matches('"').trim();
            let (day, rest) = date(text)?;
            if rest.is_empty() || rest.starts_with('/') {
                return Some(Self { time: day.into(), is_day: true, clock: Clock::Floating });
            }
            let rest = rest.strip_prefix(['T', 't', ' ', '_'])?.trim_start();
            // Of a period the beginning counts.
            let (time, clock) = time(rest.split('/').next()?.trim())?;
            if is_day {
                return Some(Self { time: day.into(), is_day: true, clock: Clock::Floating });
            }
            let day = if time.0 == 24 { day.checked_add_days(Days::new(1))? } else { day };
            let time = day.and_hms_opt(time.0 % 24, time.1, time.2)?;
            let clock = match zone {
                Some(zone) if !matches!(clock, Clock::Offset(_)) => Clock::Zone(zone.to_owned()),
                _ => clock,
            };
            Some(Self { time, is_day: false, clock })
        };
        read().ok_or_else(|| format!("\"{}\" is no date: write 20210517 or 20210517T090000Z", short(value)))
    }
}

/// `20210517`, or with hyphens, slashes or full stops; and the rest of the text.
fn date(text: &str) -> Option<(NaiveDate, &str)> {
    let (year, rest) = digits(text, 4)?;
    let mark = rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.'));
    let after = |text| mark.map_or(Some(text), |mark| str::strip_prefix(text, mark));
    let (month, rest) = digits(after(rest)?, 2)?;
    let (day, rest) = digits(after(rest)?, 2)?;
    Some((NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?, rest))
}

type Time = (u32, u32, u32);

/// `090000Z`, `09:00`, `090000.000+0200`.
fn time(text: &str) -> Option<(Time, Clock)> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    let (second, rest) = match digits(rest.strip_prefix(':').unwrap_or(rest), 2) {
        Some((second, rest)) => (second, rest),
        None => (0, rest),
    };
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    // A leap second ends the minute that it is in.
    let second = second.min(59);
    let is_sound = (hour < 24 || (hour, minute, second) == (24, 0, 0)) && minute < 60;
    is_sound.then_some(((hour, minute, second), clock(rest.trim())?))
}

fn clock(text: &str) -> Option<Clock> {
    match text.to_ascii_uppercase().as_str() {
        "" => Some(Clock::Floating),
        "Z" | "UTC" | "GMT" | "ZZ" => Some(Clock::Utc),
        _ => offset(text).map(|seconds| if seconds == 0 { Clock::Utc } else { Clock::Offset(seconds) }),
    }
}

/// Seconds of an offset such as `+0200`, `-05:30`, `+1`; nothing may stand after it.
pub(super) fn offset(text: &str) -> Option<i32> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let parts = text.trim_start_matches(['+', '-', '\u{2212}']);
    let (hours, minutes) = match parts.split_once(':') {
        Some((hours, minutes)) => (hours, minutes.get(..2).filter(|_| minutes.len() == 2 || minutes.len() == 5)?),
        None if parts.len() > 2 => parts.split_at_checked(parts.len().min(4) - 2)?,
        None => (parts, "0"),
    };
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<i32>().ok()).flatten();
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    head.bytes().all(|byte| byte.is_ascii_digit()).then(|| head.parse().ok())?.map(|number| (number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Moment::read(text, None, false).map_or_else(
            |error| error,
            |moment| format!("{} {:?}{}", moment.time, moment.clock, if moment.is_day { " day" } else { "" }),
        )
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, found) in [
            ("20270826T153000", "2027-08-26 15:30:00 Floating"),
            ("2027-08-26T15:30:00", "2027-08-26 15:30:00 Floating"),
            ("2027-08-26 15:30", "2027-08-26 15:30:00 Floating"),
            ("20270826T1530Z", "2027-08-26 15:30:00 Utc"),
            ("20270826t153000z", "2027-08-26 15:30:00 Utc"),
            ("20270826T153000.123Z", "2027-08-26 15:30:00 Utc"),
            ("20270826T153000+0530", "2027-08-26 15:30:00 Offset(19800)"),
            ("2027-08-26T15:30:00-04:00", "2027-08-26 15:30:00 Offset(-14400)"),
            ("20270826T240000", "2027-08-27 00:00:00 Floating"),
            ("20270826T153000/PT1H", "2027-08-26 15:30:00 Floating"),
            ("2027/08/26", "2027-08-26 00:00:00 Floating day"),
            ("20270826", "2027-08-26 00:00:00 Floating day"),
        ] {
            assert_eq!(read(text), found, "{text}");
        }
        for wrong in ["2027-08-2", "20270826T15", "20270826X", "20270826T153000+ab", "20270826T153000Zulu", "2027-0826"]
        {
            assert!(read(wrong).contains("is no date"), "{wrong}: {}", read(wrong));
        }
    }
}
