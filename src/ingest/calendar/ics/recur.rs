//! Recurrence rules (RFC 5545 3.3.10) by days, within bounds: the day is all that a calendar of sessions
//! shows, so rules that repeat within a day are refused.

use super::lines::short;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Days, weeks, months or years that are gone through for one rule; a century of days.
const PERIODS_MAX: u32 = 36_600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A rule that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    frequency: Frequency,
    interval: u32,
    count: Option<u32>,
    until: Option<NaiveDate>,
    /// Weekdays; with a number other than 0, the n-th of the month or year, from its end when negative.
    weekdays: Vec<(i32, Weekday)>,
    days: Vec<i32>,
    months: Vec<u32>,
    /// Which of a period's days are taken, from the end when negative.
    places: Vec<i32>,
    week_start: Weekday,
}

impl Rule {
    /// Reads a rule; the error says what is not understood.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
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
                "UNTIL" => {
                    let day = value.get(..8).and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok());
                    rule.until = Some(day.ok_or_else(wrong)?);
                }
                "BYDAY" => rule.weekdays = list(&value, nth_weekday).ok_or_else(wrong)?,
                "BYMONTHDAY" => rule.days = list(&value, |n| n.parse().ok()).ok_or_else(wrong)?,
                "BYMONTH" => rule.months = list(&value, |n| n.parse().ok()).ok_or_else(wrong)?,
                "BYSETPOS" => rule.places = list(&value, |n| n.parse().ok()).ok_or_else(wrong)?,
                "WKST" => rule.week_start = weekday(&value).ok_or_else(wrong)?,
                // They say when on a day, and the day is known.
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => {}
                _ => return Err(wrong()),
            }
        }
        rule.frequency = frequency.ok_or_else(|| "the rule has no FREQ".to_owned())?;
        Ok(rule)
    }

    /// The days on which something that begins on `start` begins again, `start` itself first, up to and
    /// with `last`. True when there may be later ones.
    pub(super) fn days(&self, start: NaiveDate, last: NaiveDate) -> (Vec<NaiveDate>, bool) {
        let mut found = vec![start];
        let most = self.count.map_or(usize::MAX, |count| count as usize);
        for period in 0..PERIODS_MAX {
            let Some(begin) = self.period(start, period) else { return (found, false) };
            if begin > last {
                return (found, self.until.is_none_or(|until| until > last));
            }
            for day in self.within(begin, start) {
                if day <= start {
                    continue;
                }
                if found.len() >= most || self.until.is_some_and(|until| day > until) {
                    return (found, false);
                }
                if day > last {
                    return (found, true);
                }
                found.push(day);
            }
            if found.len() >= most {
                return (found, false);
            }
        }
        (found, true)
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

    /// The days of the period that begins on `begin`, in order.
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

    /// The days of a month or year that `BYDAY` names.
    fn by_weekday(&self, days: &[NaiveDate]) -> Vec<NaiveDate> {
        let mut kept: Vec<NaiveDate> = Vec::new();
        for (number, weekday) in &self.weekdays {
            let all: Vec<NaiveDate> = days.iter().copied().filter(|day| day.weekday() == *weekday).collect();
            match number {
                0 => kept.extend(all),
                number => kept.extend(nth(&all, *number)),
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

fn list<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(|one| read(one.trim())).collect()
}

fn nth_weekday(text: &str) -> Option<(i32, Weekday)> {
    let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let number = if number.is_empty() { 0 } else { number.parse().ok()? };
    Some((number, weekday(name)?))
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
mod tests {
    use super::*;

    /// The first days of a rule, and whether there are more up to the end of 2030.
    fn days(rule: &str, start: &str, most: usize) -> (String, bool) {
        let (days, more) = Rule::read(rule).unwrap().days(start.parse().unwrap(), "2030-12-31".parse().unwrap());
        (days.iter().take(most).map(ToString::to_string).collect::<Vec<_>>().join(" "), more)
    }

    #[test]
    fn rules_of_the_standard_give_its_days() {
        for (rule, start, expected) in [
            ("FREQ=DAILY;COUNT=3", "1997-09-02", "1997-09-02 1997-09-03 1997-09-04"),
            ("FREQ=DAILY;INTERVAL=10;COUNT=3", "1997-09-02", "1997-09-02 1997-09-12 1997-09-22"),
            ("FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH", "1997-09-02", "1997-09-02 1997-09-04 1997-09-09 1997-09-11"),
            (
                "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
                "1997-08-05",
                "1997-08-05 1997-08-10 1997-08-19 1997-08-24",
            ),
            (
                "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
                "1997-08-05",
                "1997-08-05 1997-08-17 1997-08-19 1997-08-31",
            ),
            ("FREQ=MONTHLY;COUNT=3;BYDAY=1FR", "1997-09-05", "1997-09-05 1997-10-03 1997-11-07"),
            ("FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22", "1997-09-22 1997-10-20 1997-11-17"),
            ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-3", "1997-09-28", "1997-09-28 1997-10-29 1997-11-28"),
            ("FREQ=MONTHLY;COUNT=3;BYDAY=FR;BYMONTHDAY=13", "1998-02-13", "1998-02-13 1998-03-13 1998-11-13"),
            ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "1997-09-04 1997-10-07 1997-11-06"),
            ("FREQ=MONTHLY;COUNT=3", "2021-01-31", "2021-01-31 2021-03-31 2021-05-31"),
            ("FREQ=YEARLY;COUNT=3;BYMONTH=6,7", "1997-06-10", "1997-06-10 1997-07-10 1998-06-10"),
            ("FREQ=YEARLY;COUNT=3;BYDAY=20MO", "1997-05-19", "1997-05-19 1998-05-18 1999-05-17"),
            ("FREQ=YEARLY;COUNT=3;BYMONTH=3;BYDAY=TH", "1997-03-13", "1997-03-13 1997-03-20 1997-03-27"),
            ("FREQ=YEARLY;COUNT=2", "2020-02-29", "2020-02-29 2024-02-29"),
            (
                "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
                "1996-11-05",
                "1996-11-05 2000-11-07 2004-11-02",
            ),
            ("FREQ=DAILY;UNTIL=19970904T000000Z", "1997-09-02", "1997-09-02 1997-09-03 1997-09-04"),
        ] {
            assert_eq!(days(rule, start, 9), (expected.to_owned(), false), "{rule}");
        }
    }

    #[test]
    fn what_never_ends_is_bounded() {
        let (first, more) = days("FREQ=YEARLY", "2021-11-20", 3);
        assert_eq!((first.as_str(), more), ("2021-11-20 2022-11-20 2023-11-20", true));
        assert!(!days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "2021-02-01", 3).0.contains("2022"));
        assert_eq!(days("FREQ=YEARLY;INTERVAL=4294967295", "2021-02-01", 3).0, "2021-02-01");
        assert_eq!(days("FREQ=DAILY;INTERVAL=4294967295", "2021-02-01", 3).0, "2021-02-01");
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (rule, part) in [
            ("FREQ=HOURLY", "FREQ=HOURLY"),
            ("FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO=20"),
            ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
            ("FREQ=DAILY;BYDAY=XX", "BYDAY=XX"),
            ("FREQ=DAILY;BYDAY=é", "BYDAY=é"),
            ("COUNT=3", "no FREQ"),
            ("nonsense", "nonsense"),
        ] {
            assert!(Rule::read(rule).unwrap_err().contains(part), "{rule}");
        }
    }
}
