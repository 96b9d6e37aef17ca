//! Zones of a calendar file: by their names in the tz database, by an offset in the name, by the names that Windows
//! gives, and as the file itself describes them (`VTIMEZONE`, RFC 5545 3.6.5).

use super::moment::{Clock, Moment, offset};
use super::recur::{Budget, Rule};
use chrono::{Duration, NaiveDate, NaiveDateTime, Offset as _, TimeZone as _};
use chrono_tz::Tz;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// Zones that one file may describe; there are about as many in the world at a time.
const ZONES_MAX: usize = 50;
/// Changes of the clock that one description may make: two a year for more than two hundred years.
const ONSETS_MAX: usize = 500;
/// How far after today changes of the clock are followed, in days.
const AHEAD_DAYS: i64 = 4 * 366;

/// What Windows calls the zones of the world, with a name of the tz database (CLDR `windowsZones`, territory 001).
const WINDOWS: [(&str, &str); 52] = [
    ("utc", "Etc/UTC"),
    ("gmt standard time", "Europe/London"),
    ("greenwich standard time", "Atlantic/Reykjavik"),
    ("w. europe standard time", "Europe/Berlin"),
    ("central europe standard time", "Europe/Budapest"),
    ("romance standard time", "Europe/Paris"),
    ("central european standard time", "Europe/Warsaw"),
    ("w. central africa standard time", "Africa/Lagos"),
    ("gtb standard time", "Europe/Bucharest"),
    ("e. europe standard time", "Europe/Chisinau"),
    ("fle standard time", "Europe/Kiev"),
    ("middle east standard time", "Asia/Beirut"),
    ("egypt standard time", "Africa/Cairo"),
    ("south africa standard time", "Africa/Johannesburg"),
    ("israel standard time", "Asia/Jerusalem"),
    ("jordan standard time", "Asia/Amman"),
    ("syria standard time", "Asia/Damascus"),
    ("turkey standard time", "Europe/Istanbul"),
    ("arab standard time", "Asia/Riyadh"),
    ("arabic standard time", "Asia/Baghdad"),
    ("russian standard time", "Europe/Moscow"),
    ("e. africa standard time", "Africa/Nairobi"),
    ("iran standard time", "Asia/Tehran"),
    ("arabian standard time", "Asia/Dubai"),
    ("afghanistan standard time", "Asia/Kabul"),
    ("pakistan standard time", "Asia/Karachi"),
    ("west asia standard time", "Asia/Tashkent"),
    ("india standard time", "Asia/Kolkata"),
    ("sri lanka standard time", "Asia/Colombo"),
    ("nepal standard time", "Asia/Kathmandu"),
    ("bangladesh standard time", "Asia/Dhaka"),
    ("myanmar standard time", "Asia/Yangon"),
    ("se asia standard time", "Asia/Bangkok"),
    ("china standard time", "Asia/Shanghai"),
    ("singapore standard time", "Asia/Singapore"),
    ("taipei standard time", "Asia/Taipei"),
    ("tokyo standard time", "Asia/Tokyo"),
    ("korea standard time", "Asia/Seoul"),
    ("aus eastern standard time", "Australia/Sydney"),
    ("new zealand standard time", "Pacific/Auckland"),
    ("fiji standard time", "Pacific/Fiji"),
    ("azores standard time", "Atlantic/Azores"),
    ("e. south america standard time", "America/Sao_Paulo"),
    ("argentina standard time", "America/Argentina/Buenos_Aires"),
    ("atlantic standard time", "America/Halifax"),
    ("sa pacific standard time", "America/Bogota"),
    ("eastern standard time", "America/New_York"),
    ("central standard time", "America/Chicago"),
    ("central america standard time", "America/Guatemala"),
    ("mountain standard time", "America/Denver"),
    ("pacific standard time", "America/Los_Angeles"),
    ("hawaiian standard time", "Pacific/Honolulu"),
];

#[derive(Clone, Debug)]
pub(super) enum Zone {
    /// Seconds east of UTC.
    Fixed(i32),
    Named(Tz),
    /// When its clock changed, in order and by that clock, and to which offset.
    Described(Arc<Vec<(NaiveDateTime, i32)>>),
}

impl Zone {
    fn to_utc(&self, local: NaiveDateTime) -> NaiveDateTime {
        let seconds = match self {
            Self::Fixed(seconds) => *seconds,
            Self::Named(zone) => {
                // In the hour that comes twice the first; in the hour that is left out, as the clock stood before.
                let found = zone.offset_from_local_datetime(&local);
                let before = || zone.offset_from_local_datetime(&(local - Duration::hours(3)));
                let found = found.earliest().or_else(|| before().earliest());
                found.map_or(0, |offset| offset.fix().local_minus_utc())
            }
            Self::Described(onsets) => offset_at(onsets, local),
        };
        shift(local, -seconds)
    }

    fn to_local(&self, utc: NaiveDateTime) -> NaiveDateTime {
        let seconds = match self {
            Self::Fixed(seconds) => *seconds,
            Self::Named(zone) => zone.offset_from_utc_datetime(&utc).fix().local_minus_utc(),
            Self::Described(onsets) => offset_at(onsets, shift(utc, offset_at(onsets, utc))),
        };
        shift(utc, seconds)
    }
}

fn shift(time: NaiveDateTime, seconds: i32) -> NaiveDateTime {
    time.checked_add_signed(Duration::seconds(seconds.into())).unwrap_or(time)
}

fn offset_at(onsets: &[(NaiveDateTime, i32)], local: NaiveDateTime) -> i32 {
    let passed = onsets.partition_point(|(onset, _)| *onset <= local);
    onsets.get(passed.saturating_sub(1)).map_or(0, |(_, seconds)| *seconds)
}

/// One `STANDARD` or `DAYLIGHT` of a description.
#[derive(Clone, Debug, Default)]
pub(super) struct Observance {
    pub(super) start: Option<NaiveDateTime>,
    pub(super) to: Option<i32>,
    pub(super) rule: Option<Rule>,
    pub(super) more: Vec<NaiveDateTime>,
}

#[derive(Debug, Default)]
pub(super) struct Zones {
    described: HashMap<String, Zone>,
    /// What was looked up: a file names few zones, and each many times.
    found: RefCell<HashMap<String, Option<Zone>>>,
    /// The zone in which the whole file is meant: times in UTC are shown by its clock.
    pub(super) of_file: Option<Zone>,
}

impl Zones {
    /// Takes a description up. `today` bounds how far it is followed.
    pub(super) fn describe(&mut self, name: &str, observances: &[Observance], today: NaiveDate, budget: &mut Budget) {
        if self.described.len() >= ZONES_MAX || name.is_empty() {
            return;
        }
        let last = today.checked_add_signed(Duration::days(AHEAD_DAYS)).unwrap_or(today);
        let mut onsets: Vec<(NaiveDateTime, i32)> = Vec::new();
        for observance in observances {
            let (Some(start), Some(to)) = (observance.start, observance.to) else { continue };
            let days = match &observance.rule {
                Some(rule) => rule.days(start.date(), (start.date(), last), budget).0,
                None => vec![start.date()],
            };
            let days = days.into_iter().map(|day| day.and_time(start.time())).chain(observance.more.iter().copied());
            onsets.extend(days.map(|onset| (onset, to)).take(ONSETS_MAX));
        }
        onsets.sort_unstable();
        onsets.truncate(2 * ONSETS_MAX);
        if !onsets.is_empty() {
            self.described.insert(name.to_owned(), Zone::Described(Arc::new(onsets)));
        }
    }

    /// The zone of this name; a name of the tz database counts before the file's own description, which is often wrong.
    pub(super) fn find(&self, name: &str) -> Option<Zone> {
        if let Some(found) = self.found.borrow().get(name) {
            return found.clone();
        }
        let found = self.look_up(name.trim());
        self.found.borrow_mut().insert(name.to_owned(), found.clone());
        found
    }

    fn look_up(&self, name: &str) -> Option<Zone> {
        let in_database = || {
            // Programs put their own path before: /example.org/20210517_1/Europe/Berlin.
            let parts: Vec<&str> = name.trim_matches('/').split('/').collect();
            let mut from = (0..parts.len()).map(|first| parts.get(first..).unwrap_or_default().join("/"));
            from.find_map(|name| find_named(&name.replace(' ', "_"))).map(Zone::Named)
        };
        let of_windows = || {
            let lower = name.to_ascii_lowercase();
            let (_, name) = WINDOWS.iter().find(|(windows, _)| *windows == lower)?;
            name.parse().ok().map(Zone::Named)
        };
        in_database()
            .or_else(|| self.described.get(name).cloned())
            .or_else(of_windows)
            .or_else(|| named_offset(name).map(Zone::Fixed))
    }

    /// The only zone that the file describes.
    pub(super) fn only_described(&self) -> Option<Zone> {
        let name = self.described.keys().next().filter(|_| self.described.len() == 1)?;
        self.find(name)
    }

    fn of_clock(&self, clock: &Clock) -> Option<Zone> {
        match clock {
            Clock::Floating => self.of_file.clone(),
            Clock::Utc => Some(Zone::Fixed(0)),
            Clock::Offset(seconds) => Some(Zone::Fixed(*seconds)),
            Clock::Zone(name) => self.find(name),
        }
    }

    /// The time at which `moment` is by the clock of `other`; as written when there is no knowing.
    pub(super) fn by_clock_of(&self, moment: &Moment, other: &Moment) -> NaiveDateTime {
        if moment.is_day || moment.clock == Clock::Floating || moment.clock == other.clock {
            return moment.time;
        }
        match (self.of_clock(&moment.clock), self.of_clock(&other.clock)) {
            (Some(from), Some(to)) => to.to_local(from.to_utc(moment.time)),
            _ => moment.time,
        }
    }

    /// The time that is shown: as written, but for one in UTC, which is by the clock of the file.
    pub(super) fn shown(&self, moment: &Moment) -> NaiveDateTime {
        let is_utc = match &moment.clock {
            Clock::Utc => true,
            Clock::Zone(name) => matches!(name.to_ascii_uppercase().as_str(), "UTC" | "GMT" | "ETC/UTC" | "Z"),
            _ => false,
        };
        match &self.of_file {
            Some(zone) if is_utc && !moment.is_day => zone.to_local(moment.time),
            _ => moment.time,
        }
    }
}

fn find_named(name: &str) -> Option<Tz> {
    let whatever_case = || chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name)).copied();
    name.parse().ok().or_else(whatever_case)
}

/// The offset in a name such as `GMT+05:30` or `(UTC+01:00) Berlin`.
fn named_offset(name: &str) -> Option<i32> {
    let upper = name.to_ascii_uppercase();
    let after = ["UTC", "GMT"].into_iter().find_map(|mark| upper.split_once(mark).map(|(_, after)| after));
    let text = after.unwrap_or(&upper).trim_start();
    let end = text.find(|c: char| !matches!(c, '+' | '-' | ':' | '0'..='9' | '\u{2212}')).unwrap_or(text.len());
    offset(text.get(..end)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_every_name() {
        let zones = Zones::default();
        let moment = |zone: &str| Moment {
            time: "2027-01-05T20:00:00".parse().unwrap(),
            is_day: false,
            clock: Clock::Zone(zone.to_owned()),
        };
        let utc = Moment { clock: Clock::Utc, ..moment("") };
        for (name, found) in [
            ("America/New_York", "2027-01-06 01:00:00"),
            ("/example.org/20210517_1/America/New_York", "2027-01-06 01:00:00"),
            ("Eastern Standard Time", "2027-01-06 01:00:00"),
            ("asia/bangkok", "2027-01-05 13:00:00"),
            ("GMT+05:30", "2027-01-05 14:30:00"),
            ("(UTC-05:00) Eastern Time (US & Canada)", "2027-01-06 01:00:00"),
            ("UTC+1", "2027-01-05 19:00:00"),
            ("Nowhere", "2027-01-05 20:00:00"),
        ] {
            assert_eq!(zones.by_clock_of(&moment(name), &utc).to_string(), found, "{name}");
        }
    }
}
