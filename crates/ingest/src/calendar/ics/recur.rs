//! Recurrence rules (RFC 5545 3.3.10) by days, within bounds. Only days are shown, so rules that repeat within a day
//! are refused.

use super::lines::short;
use super::moment::Moment;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Values of one list; there are no more days in a year.
const LIST_MAX: usize = 366;
/// Days looked at for the rules of one file: five hundred rules followed for four years, about what `EVENTS_MAX`
/// allows.
const DAYS_MAX: u32 = 1_000_000;
/// Values in the lists of a rule that double what a day costs.
const LISTED_PER_DAY: usize = 16;

/// The days that may still be looked at for the rules of a file; a rule costs the same whatever it finds.
pub(super) struct Budget(u32);

impl Budget {
    pub(super) fn new() -> Self {
        Self(DAYS_MAX)
    }

    /// Takes the cost of a period; false when too little is left, and from then on.
    fn spend(&mut self, days: u32) -> bool {
        self.0 = self.0.saturating_sub(days);
        !self.is_spent()
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0 == 0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    frequency: Frequency,
    interval: u32,
    count: Option<u32>,
    /// As written: which day that is depends on the clock of the series.
    pub(super) until: Option<Moment>,
    last: Option<NaiveDate>,
    /// Weekdays; with a number other than 0, the n-th of the month or year, from its end when negative.
    weekdays: Vec<(i32, Weekday)>,
    days: Vec<i32>,
    months: Vec<u32>,
    /// Which of a period's days are taken, from the end when negative.
    places: Vec<i32>,
    week_start: Weekday,
}

impl Rule {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            last: None,
            weekdays: Vec::new(),
            days: Vec::new(),
            months: Vec::new(),
            places: Vec::new(),
            week_start: Weekday::Mon,
        };
        let mut frequency = None;
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            let wrong = || format!("\"{}\" of the rule is not understood", short(part));
            let (key, value) = part.split_once('=').ok_or_else(wrong)?;
            let value = value.trim().to_ascii_uppercase();
            match key.trim().to_ascii_uppercase().as_str() {
                "FREQ" => {
                    frequency = Some(match value.as_str() {
                        "DAILY" => Frequency::Daily,
                        "WEEKLY" => Frequency::Weekly,
                        "MONTHLY" => Frequency::Monthly,
                        "YEARLY" => Frequency::Yearly,
                        _ => return Err(wrong()),
                    });
                }
                "INTERVAL" => rule.interval = value.parse::<u32>().ok().filter(|n| *n > 0).ok_or_else(wrong)?,
                "COUNT" => rule.count = Some(value.parse::<u32>().ok().filter(|n| *n > 0).ok_or_else(wrong)?),
                "UNTIL" => rule.until = Some(Moment::read(&value, None, false).map_err(|_| wrong())?),
                "BYDAY" => rule.weekdays = list(&value, nth_weekday).ok_or_else(wrong)?,
                "BYMONTHDAY" => rule.days = list(&value, |n| number(n, 31)).ok_or_else(wrong)?,
                "BYMONTH" => rule.months = list(&value, month).ok_or_else(wrong)?,
                "BYSETPOS" => rule.places = list(&value, |n| number(n, 366)).ok_or_else(wrong)?,
                "WKST" => rule.week_start = weekday(&value).ok_or_else(wrong)?,
                // They say when on a day, and the day is known.
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => {}
                _ => return Err(wrong()),
            }
        }
        rule.last = rule.until.as_ref().map(|until| until.time.date());
        rule.frequency = frequency.ok_or_else(|| "the rule has no FREQ".to_owned())?;
        Ok(rule)
    }

    /// True when a day is one of the weekdays and days of the month that the rule names, if it names any.
    pub(super) fn names(&self, day: NaiveDate) -> bool {
        self.is_day(day)
    }

    /// The same rule, which ends with a day.
    pub(super) fn ending(&self, last: NaiveDate) -> Self {
        Self { last: Some(last), ..self.clone() }
    }

    /// The days from `first` to `last` on which something that begins on `start` begins, `start` included. True when
    /// there may be later ones.
    pub(super) fn days(
        &self,
        start: NaiveDate,
        (first, last): (NaiveDate, NaiveDate),
        budget: &mut Budget,
    ) -> (Vec<NaiveDate>, bool) {
        let mut found: Vec<NaiveDate> = Some(start).into_iter().filter(|day| (first..=last).contains(day)).collect();
        let (mut passed, most) = (1, self.count.unwrap_or(u32::MAX));
        let mut period = self.periods_before(start, first);
        while passed < most {
            let Some(begin) = self.period(start, period) else { return (found, false) };
            if begin > last {
                return (found, self.last.is_none_or(|end| end > last));
            }
            if !budget.spend(self.cost()) {
                return (found, true);
            }
            for day in self.within(begin, start) {
                if day <= start {
                    continue;
                }
                if passed >= most || self.last.is_some_and(|end| day > end) {
                    return (found, false);
                }
                if day > last {
                    return (found, true);
                }
                passed += 1;
                found.extend((day >= first).then_some(day));
            }
            let Some(next) = period.checked_add(1) else { return (found, false) };
            period = next;
        }
        (found, false)
    }

    /// Periods that are over before `first` and need not be gone through: nothing is counted in them.
    fn periods_before(&self, start: NaiveDate, first: NaiveDate) -> u32 {
        if self.count.is_some() || first <= start {
            return 0;
        }
        let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        let apart = match self.frequency {
            Frequency::Daily => (first - start).num_days(),
            Frequency::Weekly => (first - start).num_days() / 7,
            Frequency::Monthly => months(first) - months(start),
            Frequency::Yearly => i64::from(first.year() - start.year()),
        };
        // The one before, since a week may begin before the day that it is counted from.
        u32::try_from(apart / i64::from(self.interval) - 1).unwrap_or_default()
    }

    /// Days that are looked at in one period, the dearer the more values each is compared with.
    fn cost(&self) -> u32 {
        let days = match self.frequency {
            Frequency::Daily => 1,
            Frequency::Weekly => 7,
            Frequency::Monthly => 31,
            Frequency::Yearly => 366,
        };
        let listed = self.weekdays.len() + self.days.len() + self.months.len() + self.places.len();
        days * u32::try_from(1 + listed / LISTED_PER_DAY).unwrap_or(u32::MAX)
    }

    /// The first day of the n-th period, from 0.
    fn period(&self, start: NaiveDate, number: u32) -> Option<NaiveDate> {
        let step = number.checked_mul(self.interval)?;
        match self.frequency {
            Frequency::Daily => start.checked_add_days(Days::new(step.into())),
            Frequency::Weekly => {
                let begin = start.week(self.week_start).checked_first_day()?;
                begin.checked_add_days(Days::new(u64::from(step) * 7))
            }
            Frequency::Monthly => start.with_day(1)?.checked_add_months(Months::new(step)),
            Frequency::Yearly => NaiveDate::from_ymd_opt(start.year().checked_add(i32::try_from(step).ok()?)?, 1, 1),
        }
    }

    fn within(&self, begin: NaiveDate, start: NaiveDate) -> Vec<NaiveDate> {
        let has_month = |day: &NaiveDate| self.months.is_empty() || self.months.contains(&day.month());
        let mut days: Vec<NaiveDate> = match self.frequency {
            Frequency::Daily => Some(begin).into_iter().filter(|day| self.is_day(*day)).collect(),
            Frequency::Weekly => {
                let plain = [(0, start.weekday())];
                let wanted = if self.weekdays.is_empty() { &plain[..] } else { &self.weekdays[..] };
                let is_wanted = |day: &NaiveDate| wanted.iter().any(|(_, weekday)| *weekday == day.weekday());
                begin.iter_days().take(7).filter(is_wanted).collect()
            }
            Frequency::Monthly => self.of_month(begin, start),
            Frequency::Yearly if self.months.is_empty() && self.days.is_empty() && !self.weekdays.is_empty() => {
                let year: Vec<NaiveDate> = begin.iter_days().take_while(|day| day.year() == begin.year()).collect();
                self.by_weekday(&year)
            }
            Frequency::Yearly => {
                let plain = [start.month()];
                let is_plain = self.months.is_empty() && self.days.is_empty();
                let all: Vec<u32> = (1..=12).collect();
                let months = if is_plain { &plain[..] } else { &all[..] };
                let firsts = months.iter().filter_map(|month| begin.with_month(*month));
                firsts.filter(has_month).flat_map(|first| self.of_month(first, start)).collect()
            }
        };
        days.retain(has_month);
        if self.places.is_empty() {
            return days;
        }
        let mut kept: Vec<NaiveDate> = self.places.iter().filter_map(|place| nth(&days, *place)).collect();
        kept.sort_unstable();
        kept.dedup();
        kept
    }

    fn is_day(&self, day: NaiveDate) -> bool {
        let length = i32::from(day.num_days_in_month());
        let number = i32::try_from(day.day()).unwrap_or_default();
        (self.days.is_empty() || self.days.contains(&number) || self.days.contains(&(number - length - 1)))
            && (self.weekdays.is_empty() || self.weekdays.iter().any(|(_, weekday)| *weekday == day.weekday()))
    }

    fn of_month(&self, first: NaiveDate, start: NaiveDate) -> Vec<NaiveDate> {
        let month: Vec<NaiveDate> = first.iter_days().take_while(|day| day.month() == first.month()).collect();
        if self.days.is_empty() && self.weekdays.is_empty() {
            return month.into_iter().filter(|day| day.day() == start.day()).collect();
        }
        let mut days = if self.weekdays.is_empty() { month } else { self.by_weekday(&month) };
        days.retain(|day| self.is_day(*day));
        days
    }

    fn by_weekday(&self, days: &[NaiveDate]) -> Vec<NaiveDate> {
        let mut all: [Vec<NaiveDate>; 7] = Default::default();
        for day in days {
            if let Some(same) = all.get_mut(day.weekday().num_days_from_monday() as usize) {
                same.push(*day);
            }
        }
        let mut kept: Vec<NaiveDate> = Vec::new();
        for (number, weekday) in &self.weekdays {
            let Some(same) = all.get(weekday.num_days_from_monday() as usize) else { continue };
            match number {
                0 => kept.extend(same),
                number => kept.extend(nth(same, *number)),
            }
        }
        kept.sort_unstable();
        kept.dedup();
        kept
    }
}

/// The n-th of a list, from 1, or from its end when negative.
fn nth(days: &[NaiveDate], number: i32) -> Option<NaiveDate> {
    let index = usize::try_from(number.unsigned_abs()).ok()?.checked_sub(1)?;
    if number < 0 { days.iter().rev().nth(index).copied() } else { days.get(index).copied() }
}

/// The values of a list; `None` when one is not understood, or when they are too many.
fn list<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let values = text.split(',').enumerate().map(|(index, one)| read(one.trim()).filter(|_| index < LIST_MAX));
    values.collect()
}

/// A number from 1 to `most`, or below zero as far.
fn number(text: &str, most: i32) -> Option<i32> {
    text.parse().ok().filter(|number: &i32| *number != 0 && (-most..=most).contains(number))
}

fn month(text: &str) -> Option<u32> {
    text.parse().ok().filter(|month| (1..=12).contains(month))
}

fn nth_weekday(text: &str) -> Option<(i32, Weekday)> {
    let (place, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let place = if place.is_empty() { 0 } else { number(place, 53)? };
    Some((place, weekday(name)?))
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "recur_tests.rs"]
mod tests;
