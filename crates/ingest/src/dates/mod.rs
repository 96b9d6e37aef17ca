//! Dates as publishers write them, in the languages they write in.
//!
//! Without a zone a date is in UTC, without a time at midnight. An impossible date (30 February) is none: the caller
//! warns.

mod names;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use names::{ZONES, month_of, month_of_two};
pub(super) use names::{month_in_text, month_of_two_in_text};

/// Longest text that is read as a date, in bytes.
const DATE_BYTES_MAX: usize = 100;

/// Words between a month and its year, and the year's own.
const OF: [&str; 6] = ["de", "del", "of", "г", "года", "e"];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece<'a> {
    Number(&'a str),
    Word(&'a str),
    Mark(char),
}

impl<'a> Piece<'a> {
    fn word(&self) -> Option<&'a str> {
        if let Self::Word(word) = self { Some(word) } else { None }
    }

    fn number(&self) -> Option<&'a str> {
        if let Self::Number(digits) = self { Some(digits) } else { None }
    }
}

pub(crate) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.is_empty() || text.len() > DATE_BYTES_MAX {
        return None;
    }
    if let Ok(date) = DateTime::parse_from_rfc3339(text) {
        return Some(date.to_utc());
    }
    let text = if text.is_ascii() { text.to_ascii_lowercase() } else { western_digits(&text.to_lowercase()) };
    iso(&text).or_else(|| week(&text)).or_else(|| free(&text))
}

/// A day by its week: `2003-W52-3`.
fn week(text: &str) -> Option<DateTime<Utc>> {
    let (year, rest) = text.split_once("-w")?;
    let (week, day) = rest.split_once('-').unwrap_or((rest, "1"));
    let day = Weekday::try_from(day.parse::<u8>().ok()?.checked_sub(1)?).ok()?;
    at(NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, day)?, 0, 0)
}

/// Digits of Arabic and Persian as ASCII.
fn western_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '٠'..='٩' => char::from_u32(u32::from(c) - u32::from('٠') + u32::from('0')).unwrap_or(c),
            '۰'..='۹' => char::from_u32(u32::from(c) - u32::from('۰') + u32::from('0')).unwrap_or(c),
            c => c,
        })
        .collect()
}

fn at(day: NaiveDate, seconds: i64, zone: i32) -> Option<DateTime<Utc>> {
    let local = day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::seconds(seconds))?;
    Some(local.checked_sub_signed(TimeDelta::minutes(i64::from(zone)))?.and_utc())
}

/// ISO 8601 in its many truncated forms: `2003-12-31T10:14:55Z`, `20031231`, `2003-335`, `2003-12`.
fn iso(text: &str) -> Option<DateTime<Utc>> {
    let (date, rest) = match text.find(['t', ' ']) {
        Some(split) if text[..split].bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
            (&text[..split], text[split + 1..].trim())
        }
        _ => (text, ""),
    };
    if !date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return None;
    }
    let day = iso_day(date)?;
    if rest.is_empty() {
        return at(day, 0, 0);
    }
    let pieces = cut(rest);
    let (seconds, used) = clock(&pieces)?;
    let zone = zone(pieces.get(used..)?)?;
    at(day, seconds, zone)
}

fn iso_day(date: &str) -> Option<NaiveDate> {
    let number = |from: usize, to: usize| date.get(from..to)?.parse::<u32>().ok();
    let year = |from: usize, to: usize| date.get(from..to)?.parse::<i32>().ok();
    match (date.len(), date.matches('-').count()) {
        (4, 0) => NaiveDate::from_ymd_opt(year(0, 4)?, 1, 1),
        (5, 0) => NaiveDate::from_yo_opt(2000 + year(0, 2)?, number(2, 5)?),
        (6, 0) => NaiveDate::from_ymd_opt(2000 + year(0, 2)?, number(2, 4)?, number(4, 6)?),
        (7, 0) => NaiveDate::from_yo_opt(year(0, 4)?, number(4, 7)?),
        (8, 0) => NaiveDate::from_ymd_opt(year(0, 4)?, number(4, 6)?, number(6, 8)?),
        (6 | 7, 1) if date.as_bytes().get(4) == Some(&b'-') => {
            NaiveDate::from_ymd_opt(year(0, 4)?, number(5, date.len())?, 1)
        }
        (8, 1) if date.as_bytes().get(4) == Some(&b'-') => NaiveDate::from_yo_opt(year(0, 4)?, number(5, 8)?),
        (5, 1) if date.starts_with('-') => NaiveDate::from_ymd_opt(2000 + year(1, 3)?, number(3, 5)?, 1),
        (6, 2) if date.starts_with('-') => NaiveDate::from_ymd_opt(2000 + year(1, 3)?, number(4, 6)?, 1),
        (8, 2) if !date.starts_with('-') && date.as_bytes().get(2) == Some(&b'-') => {
            NaiveDate::from_ymd_opt(2000 + year(0, 2)?, number(3, 5)?, number(6, 8)?)
        }
        (8..=10, 2) if date.as_bytes().get(4) == Some(&b'-') => {
            let (month, day) = date.get(5..)?.split_once('-')?;
            NaiveDate::from_ymd_opt(year(0, 4)?, month.parse().ok()?, day.parse().ok()?)
        }
        _ => None,
    }
}

fn cut(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let used = if c.is_ascii_digit() {
            let end = length(|c| c.is_ascii_digit());
            pieces.push(Piece::Number(&rest[..end]));
            end
        } else if c.is_alphabetic() {
            let end = length(char::is_alphabetic);
            pieces.push(Piece::Word(&rest[..end]));
            end
        } else {
            pieces.push(Piece::Mark(c));
            c.len_utf8()
        };
        rest = &rest[used..];
    }
    pieces
}

/// A time of day at the start of `pieces`, in seconds, and how many pieces it takes.
fn clock(pieces: &[Piece<'_>]) -> Option<(i64, usize)> {
    let number = |index: usize| pieces.get(index)?.number()?.parse::<i64>().ok();
    let colon = |index: usize| matches!(pieces.get(index), Some(Piece::Mark(':' | '.')));
    let mut hour = number(0)?;
    let mut used = 1;
    let (mut minute, mut second) = (0, 0);
    if colon(1) && number(2).is_some() {
        minute = number(2)?;
        used = 3;
        if matches!(pieces.get(3), Some(Piece::Mark(':'))) && number(4).is_some() {
            second = number(4)?;
            used = 5;
            match pieces.get(5) {
                Some(Piece::Mark('.' | ',')) if number(6).is_some() => used = 7,
                Some(Piece::Mark(':')) => return None,
                _ => {}
            }
        }
    } else {
        // "09:xx"
        if pieces.get(1) == Some(&Piece::Mark(':')) {
            return None;
        }
        match pieces.first()?.number()?.len() {
            4 => (hour, minute) = (hour / 100, hour % 100),
            6 => (hour, minute, second) = (hour / 10_000, hour / 100 % 100, hour % 100),
            2 => {}
            _ => return None,
        }
    }
    let after = pieces[used.min(pieces.len())..].iter().find(|piece| **piece != Piece::Mark(' '));
    if let Some(Piece::Word(word)) = after {
        let afternoon = matches!(*word, "pm" | "p" | "오후" | "م");
        if matches!(*word, "am" | "a" | "pm" | "p" | "م" | "ص") && hour <= 12 {
            used = pieces.iter().position(|piece| *piece == Piece::Word(word))? + 1;
            hour = hour % 12 + if afternoon { 12 } else { 0 };
            // "a.m."
            while matches!(pieces.get(used), Some(Piece::Mark('.') | Piece::Word("m"))) {
                used += 1;
            }
        }
    }
    let sound = (0..=24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    (sound && (hour < 24 || minute == 0)).then(|| (hour * 3_600 + minute * 60 + second, used))
}

/// A zone in `pieces`, in minutes from UTC; 0 when there is none. `None` when it cannot be one.
fn zone(pieces: &[Piece<'_>]) -> Option<i32> {
    let mut named = 0;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Word(word) => {
                if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| name == word) {
                    named = *minutes;
                }
            }
            Piece::Mark(sign @ ('+' | '-' | '−' | '–')) => {
                let Some(Piece::Number(digits)) = pieces.get(index + 1) else {
                    // A dash may be one of the text's own.
                    if *sign == '+' {
                        return None;
                    }
                    continue;
                };
                let (hours, minutes, used) = match (digits.len(), pieces.get(index + 2), pieces.get(index + 3)) {
                    (1 | 2, Some(Piece::Mark(':')), Some(Piece::Number(minutes))) => (*digits, *minutes, 4),
                    (1 | 2, Some(Piece::Mark(':')), _) => return None,
                    (1 | 2, ..) => (*digits, "0", 2),
                    (3, ..) => (&digits[..1], &digits[1..], 2),
                    (4, ..) => (&digits[..2], &digits[2..], 2),
                    _ => continue,
                };
                if matches!(pieces.get(index + used), Some(Piece::Word(_))) {
                    return None;
                }
                let (hours, minutes) = (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?);
                if hours > 24 || minutes > 59 {
                    return None;
                }
                let offset = hours * 60 + minutes;
                FixedOffset::east_opt(offset.min(1_439) * 60)?;
                return Some(if *sign == '+' { offset } else { -offset });
            }
            _ => {}
        }
    }
    Some(named)
}

/// Everything else: RFC 822, asctime, and dates written for people. Numbers are told apart by size and by what stands
/// between.
fn free(text: &str) -> Option<DateTime<Utc>> {
    let pieces = with_colons(cut(text));
    if let [Piece::Number(digits)] = pieces.as_slice() {
        let seconds = match digits.len() {
            10 => digits.parse::<i64>().ok()?,
            13 => digits.parse::<i64>().ok()? / 1_000,
            14 => {
                return DateTime::parse_from_str(&format!("{digits} +0000"), "%Y%m%d%H%M%S %z")
                    .ok()
                    .map(|d| d.to_utc());
            }
            _ => return None,
        };
        return DateTime::from_timestamp(seconds, 0);
    }
    // The time is the first number that a colon follows; the zone comes after it.
    let time = pieces
        .windows(2)
        .position(|pair| matches!(pair, [Piece::Number(digits), Piece::Mark(':')] if digits.len() <= 2));
    let (seconds, after) = match time {
        None => (0, pieces.len()),
        Some(start) => {
            let (mut seconds, used) = clock(&pieces[start..])?;
            let korean_afternoon = pieces[..start].contains(&Piece::Word("오후"));
            if korean_afternoon && seconds < 12 * 3_600 {
                seconds += 12 * 3_600;
            }
            (seconds, start + used)
        }
    };
    let before = &pieces[..time.unwrap_or(pieces.len())];
    let rest = pieces.get(after..).unwrap_or_default();
    let day = day_in(before, rest)?;
    let korean =
        before.contains(&Piece::Word("년")) || before.iter().any(|p| matches!(p, Piece::Word("오전" | "오후")));
    let zone = if korean { 540 } else { zone(rest)? };
    at(day, seconds, zone)
}

/// Times as they are written for people, with a colon: `10h30`, `10 h`, `18.30 Uhr`.
fn with_colons(mut pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let blank = |pieces: &[Piece<'_>], at: Option<usize>| at.and_then(|at| pieces.get(at)) == Some(&Piece::Mark(' '));
    let Some(word) = pieces.iter().position(|piece| matches!(piece, Piece::Word("h" | "uhr"))) else { return pieces };
    let end = if blank(&pieces, word.checked_sub(1)) { word - 1 } else { word };
    if pieces.get(word) == Some(&Piece::Word("uhr")) {
        if let Some([Piece::Number(_), mark @ Piece::Mark('.'), Piece::Number(_)]) =
            end.checked_sub(3).and_then(|start| pieces.get_mut(start..end))
        {
            *mark = Piece::Mark(':');
        }
        return pieces;
    }
    if end.checked_sub(1).and_then(|at| pieces.get(at)?.number()).is_none_or(|hour| hour.len() > 2) {
        return pieces;
    }
    let after = if blank(&pieces, Some(word + 1)) { word + 2 } else { word + 1 };
    let minutes = pieces.get(after).and_then(Piece::number).filter(|minutes| minutes.len() == 2);
    let to = if minutes.is_some() { after + 1 } else { word + 1 };
    pieces.splice(end..to, [Piece::Mark(':'), Piece::Number(minutes.unwrap_or("00"))]);
    pieces
}

/// The day in the pieces before the time; in asctime the year comes after it.
fn day_in(before: &[Piece<'_>], after: &[Piece<'_>]) -> Option<NaiveDate> {
    let mut numbers: Vec<&str> = before.iter().filter_map(Piece::number).collect();
    let month = month_in(before);
    if numbers.len() == 1 {
        // "Sun Jan 4 16:29:06 +0100 2004"
        numbers.extend(after.iter().rev().filter_map(Piece::number).find(|digits| digits.len() == 4));
    }
    let value = |text: &str| text.parse::<i32>().ok();
    if let Some((month, name_at)) = month {
        return match numbers.as_slice() {
            // "May 2020", but not "May x 2020".
            [year] if year.len() == 4 => {
                let mut between = before.get(name_at + 1..)?.iter().filter_map(Piece::word);
                let only_year = between.all(|word| OF.contains(&word));
                NaiveDate::from_ymd_opt(value(year)?, month, 1).filter(|_| only_year)
            }
            [first, second, ..] => {
                let (year, day) =
                    if first.len() == 4 || value(first)? > 31 { (first, second) } else { (second, first) };
                NaiveDate::from_ymd_opt(full_year(value(year)?, year.len()), month, u32::try_from(value(day)?).ok()?)
            }
            _ => None,
        };
    }
    // Numbers alone are a date when no word stands between them: it may be a month that is not known.
    let first = before.iter().position(|piece| piece.number().is_some())?;
    let last = before.iter().rposition(|piece| piece.number().is_some())?;
    let is_unit = |word: &str| matches!(word, "년" | "월" | "일" | "年" | "月" | "日");
    if !before.get(first..last)?.iter().filter_map(Piece::word).all(is_unit) {
        return None;
    }
    match numbers.as_slice() {
        // "05/2020"
        [month, year] if year.len() == 4 => NaiveDate::from_ymd_opt(value(year)?, value(month)?.try_into().ok()?, 1),
        [first, second, third] => {
            let [a, b, c] = [value(first)?, value(second)?, value(third)?];
            let (year, month, day) = if first.len() == 4 {
                (a, b, c)
            } else if b > 12 {
                // The month leads only where the day cannot.
                (full_year(c, third.len()), a, b)
            } else {
                (full_year(c, third.len()), b, a)
            };
            NaiveDate::from_ymd_opt(year, month.try_into().ok()?, day.try_into().ok()?)
        }
        _ => None,
    }
}

fn month_in(pieces: &[Piece<'_>]) -> Option<(u32, usize)> {
    let words: Vec<(usize, &str)> =
        pieces.iter().enumerate().filter_map(|(at, piece)| Some((at, piece.word()?))).collect();
    // Months of the Levant are written in two words.
    let double = words.windows(2).find_map(|two| match two {
        [(_, first), (at, second)] => Some((month_of_two(first, second)?, *at)),
        _ => None,
    });
    // "mar" is Tuesday in Spanish and March in English: a weekday comes first.
    double.or_else(|| words.iter().rev().find_map(|(at, word)| Some((month_of(word)?, *at))))
}

/// Two digits are of this century up to 68, as POSIX has it.
fn full_year(year: i32, digits: usize) -> i32 {
    match digits {
        1 | 2 if year < 69 => 2000 + year,
        1 | 2 => 1900 + year,
        _ => year,
    }
}

#[cfg(test)]
mod tests;
