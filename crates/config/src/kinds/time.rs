//! Lengths of time, schedules and days.

use crate::kind::{Entry, Kind, Reading, Shown, TextKind};
use crate::schedule;
use crate::value::{self, Wrong, wrong};
use chrono::NaiveDate;
use plenary_model::event::days_of;
use serde_json::{Value as Json, json};
use std::time::Duration;
use toml::de::DeValue;

/// Length of a month in quotes, such as `2021-05`; what is longer is taken for a day in quotes.
const MONTH_CHARS: usize = 7;

pub(crate) struct Length;

impl TextKind for Length {
    type Value = Duration;

    fn parse(text: &str, _: &str) -> Result<Duration, Wrong> {
        value::parse_duration(text)
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[0-9]+ ?(ms|s|m|min|h|d)$" })
    }
}

impl Shown for Length {
    fn show(value: &Duration) -> String {
        match value.as_millis() {
            millis if millis.is_multiple_of(1_000) => format!("\"{}s\"", millis / 1_000),
            millis => format!("\"{millis}ms\""),
        }
    }
}

/// A span of days: a number of days, weeks, months (30 days) or years (365 days).
pub(crate) struct Span;

/// Longest span, in days: a hundred years.
const SPAN_DAYS_MAX: i64 = 36_500;

impl TextKind for Span {
    type Value = i64;

    fn parse(text: &str, what: &str) -> Result<i64, Wrong> {
        let wanted = || "write a number of days, weeks, months or years, such as \"90 days\" or \"2 years\"".to_owned();
        let text = text.trim();
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: Option<i64> = text.strip_suffix(unit).and_then(|number| number.parse().ok());
        let days = match unit.trim_start() {
            "d" | "day" | "days" => 1,
            "week" | "weeks" => 7,
            "month" | "months" => 30,
            "year" | "years" => 365,
            _ => return wrong(format!("\"{what}\" is no span of days"), wanted()),
        };
        match number.and_then(|number| number.checked_mul(days)) {
            Some(span @ 1..=SPAN_DAYS_MAX) => Ok(span),
            Some(_) => {
                wrong(format!("\"{what}\" is out of bounds"), "write a day at least, 100 years at most".to_owned())
            }
            None => wrong(format!("\"{what}\" is no span of days"), wanted()),
        }
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[0-9]+ ?(d|days?|weeks?|months?|years?)$" })
    }
}

/// Cron schedule, read as six fields.
pub(crate) struct Schedule;

impl TextKind for Schedule {
    type Value = String;

    fn parse(text: &str, _: &str) -> Result<String, Wrong> {
        schedule::parse_schedule(text)
            .map_err(|wrong| (wrong, "write a crontab line such as \"*/20 * * * *\" (every 20 minutes, UTC)".into()))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^\\s*\\S+(\\s+\\S+){4,5}\\s*$" })
    }
}

impl Shown for Schedule {
    fn show(value: &String) -> String {
        format!("\"{}\"", value.strip_prefix("0 ").unwrap_or(value))
    }
}
/// The first and the last day of what is known by its day or its month, with its place.
#[derive(Clone, Copy)]
pub(crate) struct Days {
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
    pub(crate) place: usize,
}
pub(crate) struct Day;

impl Kind for Day {
    type Value = NaiveDate;

    const WANTED: &'static str = "a day without quotes, such as 2021-05-17";

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<NaiveDate> {
        let found = match entry.get_ref() {
            DeValue::Datetime(found) => {
                let date = found.date.filter(|_| found.time.is_none());
                let remedy = || "write year, month and day alone: 2021-05-17".to_owned();
                date.and_then(|date| NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()))
                    .ok_or_else(|| (format!("\"{what}\" is no day"), remedy()))
            }
            DeValue::String(_) => {
                wrong(format!("\"{what}\" is a text"), format!("write the day without quotes: {what} = 2021-05-17"))
            }
            _ => return reading.mismatch::<Self>(entry, what),
        };
        reading.take(entry, found)
    }

    // TOML has days; JSON, for which the schema is written, has only their text.
    fn schema() -> Json {
        json!({ "type": "string", "format": "date" })
    }
}
pub(crate) struct DayOrMonth;

impl Kind for DayOrMonth {
    type Value = Days;

    const WANTED: &'static str = Day::WANTED;

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Days> {
        let place = entry.span().start;
        let (first, last) = match entry.get_ref() {
            DeValue::String(month) if month.len() == MONTH_CHARS => {
                let remedy = || "write year and month: \"2021-05\"".to_owned();
                reading.take(entry, days_of(month).ok_or_else(|| (format!("\"{what}\" is no month"), remedy())))?
            }
            _ => Day::read(entry, what, reading).map(|day| (day, day))?,
        };
        Some(Days { first, last, place })
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$" })
    }
}
