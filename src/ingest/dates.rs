//! Dates as publishers write them, in the languages they write in.
//!
//! A date that names no zone is taken for UTC; one that names no time is taken for midnight. What
//! cannot be (30 February) is no date: the caller warns and keeps the entry.
//!
//! One file because the forms of dates share one small tokeniser.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

/// Longest text that is read as a date, in bytes.
const DATE_BYTES_MAX: usize = 100;

/// Names of months by their number, in lower case: full names and usual short forms. A name that
/// begins with one of those of three letters counts too (`sept`, `novem`).
const MONTHS: [(&str, u32); 12] = [
    (
        "january jan janvier janv enero ene janeiro januar jänner gennaio gen января январь янв يناير جانفي ιαν január",
        1,
    ),
    (
        "february feb février fevrier févr fevr febrero fevereiro fev februar febbraio февраля февраль фев فبراير شباط فيفري φεβ február februári",
        2,
    ),
    ("march mar mars marzo março marco märz maerz mrz марта март мар مارس آذار μάώ μαώ március", 3),
    ("april apr avril avr abril abr aprile апреля апрель апр أبريل ابريل نيسان أفريل απρ április", 4),
    ("may mai mayo maio maggio mag мая май مايو أيار ماي μάι μαϊ μαι május", 5),
    ("june jun juin junio junho juni giugno giu июня июнь июн يونيو حزيران جوان ιούν ιον június", 6),
    ("july jul juillet juil julio julho juli luglio lug июля июль июл يوليو تموز جويلية ιούλ ιολ július", 7),
    ("august aug août aout agosto ago августа август авг أغسطس اغسطس آب أوت αύγ αυγ augusztus", 8),
    (
        "september sep sept septembre septiembre setiembre setembro set settembre сентября сентябрь сен سبتمبر أيلول σεπ szeptember",
        9,
    ),
    (
        "october oct octobre octubre outubro out oktober okt ottobre ott октября октябрь окт أكتوبر اكتوبر οκτ október",
        10,
    ),
    ("november nov novembre noviembre novembro ноября ноябрь ноя نوفمبر νοέ νοε", 11),
    (
        "december dec décembre decembre déc diciembre dic dezembro dez dezember dicembre декабря декабрь дек ديسمبر δεκ",
        12,
    ),
];

/// Zones by name, in minutes from UTC. Abbreviations that several zones share are read as RFC 822
/// and common use in feeds have them.
const ZONES: [(&str, i32); 36] = [
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("bst", 60),
    ("ist", 330),
    ("west", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("sast", 120),
    ("eest", 180),
    ("msk", 180),
    ("eat", 180),
    ("jst", 540),
    ("kst", 540),
    ("adt", -180),
    ("ast", -240),
    ("edt", -240),
    ("est", -300),
    ("et", -300),
    ("cdt", -300),
    ("cst", -360),
    ("mdt", -360),
    ("mst", -420),
    ("pdt", -420),
    ("pst", -480),
    ("at", -240),
    ("ct", -360),
    ("mt", -420),
    ("pt", -480),
];

/// A piece of a written date.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece<'a> {
    Number(&'a str),
    Word(&'a str),
    Mark(char),
}

/// Reads a date.
pub(super) fn parse(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.is_empty() || text.len() > DATE_BYTES_MAX {
        return None;
    }
    if let Ok(date) = DateTime::parse_from_rfc3339(text) {
        return Some(date.to_utc());
    }
    let text = if text.is_ascii() { text.to_ascii_lowercase() } else { western_digits(&text.to_lowercase()) };
    iso(&text).or_else(|| free(&text))
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
    let number = |index: usize| match pieces.get(index) {
        Some(Piece::Number(digits)) => digits.parse::<i64>().ok(),
        _ => None,
    };
    let colon = |index: usize| matches!(pieces.get(index), Some(Piece::Mark(':' | '.') | Piece::Word("h")));
    let mut hour = number(0)?;
    let mut used = 1;
    let (mut minute, mut second) = (0, 0);
    if colon(1) && number(2).is_some() {
        minute = number(2)?;
        used = 3;
        if matches!(pieces.get(3), Some(Piece::Mark(':'))) && number(4).is_some() {
            second = number(4)?;
            used = 5;
            if matches!(pieces.get(5), Some(Piece::Mark('.' | ','))) && number(6).is_some() {
                used = 7;
            }
        }
    } else {
        let Some(Piece::Number(digits)) = pieces.first() else { return None };
        match digits.len() {
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
    (sound && (hour < 24 || minute == 0)).then_some((hour * 3_600 + minute * 60 + second, used))
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
                let Some(Piece::Number(digits)) = pieces.get(index + 1) else { continue };
                let (hours, minutes) = match (digits.len(), pieces.get(index + 2), pieces.get(index + 3)) {
                    (1 | 2, Some(Piece::Mark(':')), Some(Piece::Number(minutes))) => (*digits, *minutes),
                    (1 | 2, ..) => (*digits, "0"),
                    (3, ..) => digits.split_at(1),
                    (4, ..) => digits.split_at(2),
                    _ => continue,
                };
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

fn month_of(word: &str) -> Option<u32> {
    let english = |short: &str| {
        let named = MONTHS.iter().find(|(names, _)| names.split(' ').nth(1) == Some(short));
        named.map(|(_, month)| *month)
    };
    // What nearly all feeds have.
    if let Some(month) = english(word) {
        return Some(month);
    }
    let bare = |name: &&str| *name == word;
    let named = MONTHS.iter().find(|(names, _)| names.split(' ').any(|name| bare(&name)));
    if let Some((_, month)) = named {
        return Some(*month);
    }
    if word.len() > 3 && word.is_char_boundary(3) {
        return english(&word[..3]).filter(|_| word.is_ascii() && word.len() <= 10);
    }
    None
}

/// Everything else: RFC 822, asctime, and dates written for people. The numbers are told apart by
/// their size and by what stands between them.
fn free(text: &str) -> Option<DateTime<Utc>> {
    let pieces = cut(text);
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

/// The day in the pieces before the time; in asctime the year comes after it.
fn day_in(before: &[Piece<'_>], after: &[Piece<'_>]) -> Option<NaiveDate> {
    let digits = |pieces: &[Piece<'_>]| -> Vec<String> {
        let numbers = pieces.iter().filter_map(|piece| match piece {
            Piece::Number(digits) => Some((*digits).to_owned()),
            _ => None,
        });
        numbers.collect()
    };
    let mut numbers = digits(before);
    if numbers.len() == 1 || (numbers.len() < 3 && month_in(before).is_none()) {
        // "Sun Jan 4 16:29:06 +0100 2004"
        let year = after.iter().rev().find_map(|piece| match piece {
            Piece::Number(digits) if digits.len() == 4 => Some((*digits).to_owned()),
            _ => None,
        });
        numbers.extend(year.filter(|_| numbers.len() == 1));
    }
    let value = |text: &String| text.parse::<i32>().ok();
    if let Some(month) = month_in(before) {
        return match numbers.as_slice() {
            [year] if year.len() == 4 => NaiveDate::from_ymd_opt(value(year)?, month, 1),
            [first, second, ..] => {
                let (year, day) =
                    if first.len() == 4 || value(first)? > 31 { (first, second) } else { (second, first) };
                NaiveDate::from_ymd_opt(full_year(value(year)?, year.len()), month, u32::try_from(value(day)?).ok()?)
            }
            _ => None,
        };
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

fn month_in(pieces: &[Piece<'_>]) -> Option<u32> {
    let words: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Word(word) => Some(*word),
            _ => None,
        })
        .collect();
    // Months of the Levant are written in two words.
    for (pair, month) in [("كانون الثاني", 1), ("تشرين الأول", 10), ("تشرين الثاني", 11), ("كانون الأول", 12)]
    {
        if words.windows(2).any(|two| two.join(" ") == pair) {
            return Some(month);
        }
    }
    // "mar" is Tuesday in Spanish and March in English: a weekday comes first.
    words.iter().rev().find_map(|word| month_of(word))
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
#[path = "dates_tests.rs"]
mod tests;
