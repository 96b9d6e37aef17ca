//! From an event as it is written to its occurrences: one, or those of a series, by the clock of the series.

use super::Occurrence;
use super::draft::Draft;
use super::moment::{Clock, Moment};
use super::recur::Budget;
use super::zone::Zones;
use chrono::{Days, Duration, NaiveDate, TimeDelta};
use std::collections::BTreeSet;

/// Events of one series.
const SERIES_MAX: usize = 200;
/// Of them, those that are over.
const SERIES_PAST_MAX: usize = 50;
/// How far back and ahead of today a series is followed, in days. What was once seen stays anyway.
const SERIES_DAYS: u64 = 2 * 366;

/// What is known of the file around an event.
pub(super) struct Setting<'a> {
    pub(super) today: NaiveDate,
    pub(super) zones: &'a Zones,
}

/// Name of one of a series, by the day on which it was due.
pub(super) fn name_due(uid: &str, day: NaiveDate) -> String {
    format!("{uid}#{day}")
}

impl Draft {
    /// Its occurrences around today, and whether it goes on after that. An event that does not recur is taken whenever
    /// it is. `later` are the ones that change all that come after them.
    pub(super) fn occurrences(
        &self,
        setting: &Setting<'_>,
        later: &[&Draft],
        budget: &mut Budget,
    ) -> (Vec<Occurrence>, bool) {
        let (Some(start), Some((from, to))) = (&self.start, self.days(setting.zones)) else {
            return (Vec::new(), false);
        };
        if self.rule.is_none() && self.more.is_empty() {
            return (vec![self.occurrence(self.uid.clone(), from, to - from)], false);
        }
        let zones = setting.zones;
        let local = self.local_start(start, zones);
        let start = local.as_ref().unwrap_or(start);
        // By the clock of the series: an evening in New York is the next day in UTC.
        let day_of = |moment: &Moment| zones.by_clock_of(moment, start).date();
        let around = Days::new(SERIES_DAYS);
        let today = setting.today;
        let first = today.checked_sub_days(around).unwrap_or(today);
        let last = today.checked_add_days(around).unwrap_or(today);
        let (days, mut goes_on) = match &self.rule {
            Some(rule) => {
                let until = rule.until.as_ref().map(|until| rule.ending(last_day(zones, until, start)));
                until.as_ref().unwrap_or(rule).days(start.time.date(), (first, last), budget)
            }
            None => (vec![start.time.date()], false),
        };
        let without: BTreeSet<NaiveDate> = self.without.iter().map(day_of).collect();
        let all: BTreeSet<NaiveDate> = days.into_iter().chain(self.more.iter().map(day_of)).collect();
        let is_listed = |day: &NaiveDate| (first..=last).contains(day) && !without.contains(day);
        let listed: Vec<NaiveDate> = all.into_iter().filter(is_listed).collect();
        let past = listed.iter().filter(|day| **day < today).count();
        let mut listed = listed.into_iter().skip(past.saturating_sub(SERIES_PAST_MAX));
        let mut later: Vec<(NaiveDate, &Draft)> =
            later.iter().filter_map(|draft| Some((day_of(draft.changes.as_ref()?), *draft))).collect();
        later.sort_by_key(|(day, _)| *day);
        let one = |day: NaiveDate| {
            let shown = zones.shown(&Moment { time: day.and_time(start.time.time()), ..start.clone() }).date();
            let changed = later.iter().rev().find(|(from, _)| *from <= day);
            let moved = changed.and_then(|(due, draft)| {
                let (from, to) = draft.days(zones)?;
                let title = Some(&draft.title).filter(|title| !title.is_empty()).unwrap_or(&self.title);
                let due = zones.shown(&Moment { time: due.and_time(start.time.time()), ..start.clone() }).date();
                let shown = shown.checked_add_signed(from - due)?;
                let occurrence = draft.occurrence(name_due(&self.uid, day), shown, to - from);
                Some(Occurrence { title: title.clone(), ..occurrence })
            });
            moved.unwrap_or_else(|| self.occurrence(name_due(&self.uid, day), shown, to - from))
        };
        let found = listed.by_ref().take(SERIES_MAX).map(one).collect();
        goes_on |= listed.next().is_some();
        (found, goes_on)
    }

    /// The occurrence that takes the place of one of `series`, when the file has it.
    pub(super) fn exception(&self, series: Option<&Draft>, zones: &Zones) -> Option<Occurrence> {
        let changes = self.changes.as_ref()?;
        let (from, to) = self.days(zones)?;
        let due = match series.and_then(|series| series.start.as_ref()) {
            Some(start) => zones.by_clock_of(changes, start).date(),
            None => zones.shown(changes).date(),
        };
        let own = Some(&self.title).filter(|title| !title.is_empty());
        let title = own.or(series.map(|series| &series.title))?.clone();
        Some(Occurrence { title, ..self.occurrence(name_due(&self.uid, due), from, to - from) })
    }

    /// The beginning by the clock of the file, when the days that the rule names are those of that clock: programs write
    /// the beginning in UTC and leave the rule as it is.
    fn local_start(&self, start: &Moment, zones: &Zones) -> Option<Moment> {
        let rule = self.rule.as_ref()?;
        let shown = zones.shown(start);
        let is_local = !rule.names(start.time.date()) && rule.names(shown.date());
        is_local.then_some(Moment { time: shown, is_day: false, clock: Clock::Floating })
    }

    fn occurrence(&self, uid: String, from: NaiveDate, length: TimeDelta) -> Occurrence {
        Occurrence {
            uid,
            title: self.title.clone(),
            from,
            to: from.checked_add_signed(length).unwrap_or(from),
            status: self.status,
            kind: self.kind,
            link: self.link.clone(),
        }
    }

    /// First and last day, as shown.
    fn days(&self, zones: &Zones) -> Option<(NaiveDate, NaiveDate)> {
        let start = zones.shown(self.start.as_ref()?);
        let end = self.end.as_ref().map(|end| (zones.shown(end), end.is_day));
        let from = start.date();
        let to = match (end, self.duration) {
            // The end of whole days is the day after the last; that of times, the moment after the last.
            (Some((end, true)), _) => end.date().pred_opt(),
            (Some((end, false)), _) => end.checked_sub_signed(Duration::seconds(1)).map(|end| end.date()),
            (None, Some(length)) => start.checked_add_signed(length - Duration::seconds(1)).map(|end| end.date()),
            (None, None) => Some(from),
        };
        Some((from, to.unwrap_or(from).max(from)))
    }
}

/// The last day on which one of a series may begin: that of `until`, unless they begin later on that day. A midnight by
/// no clock is how many write a day.
fn last_day(zones: &Zones, until: &Moment, start: &Moment) -> NaiveDate {
    let end = zones.by_clock_of(until, start);
    let names_a_day =
        until.is_day || start.is_day || (until.clock == Clock::Floating && end.time() == chrono::NaiveTime::MIN);
    if !names_a_day && end.time() < start.time.time() {
        end.date().pred_opt().unwrap_or(end.date())
    } else {
        end.date()
    }
}
