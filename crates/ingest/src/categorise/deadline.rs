//! The last day for something that a text asks for: a date after "deadline" or "no later than", or beside words of
//! sending and signing after "by", "before" and "until".

use super::lexicon::{Builder, Occurrence, Role};
use super::words::FoldedText;
use crate::dates::{month_in_text, month_of_two_in_text};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use plenary_model::evidence::{Evidence, Place, Sign};

/// Words after the leading ones within which the date must begin.
const REACH_CERTAIN: usize = 10;
/// The same after words that mean a deadline only beside others.
const REACH_DOUBTFUL: usize = 3;
/// Words on both sides of a doubtful lead within which sending or signing must be named.
const ASKED_WORDS: usize = 15;
const DATE_WORDS: usize = 3;
/// Points of a lead that can mean nothing else, and of one that the words around it make a deadline.
const CERTAIN_POINTS: f64 = 2.0;
const DOUBTFUL_POINTS: f64 = 1.0;
/// Beginnings of words for a deadline that was put off, normalised.
const MOVED: [&str; 6] = ["extend", "prolong", "repouss", "prorrog", "ampli", "تمديد"];
/// Words for the beginning of the time for sending, normalised: the date after one is not the last day.
const OPENS: [&str; 12] =
    ["opens", "begins", "starts", "abre", "inicia", "ouvre", "ouvrira", "debute", "beginnt", "apre", "يفتح", "يبدا"];
/// A deadline further ahead than this is a misreading, in months.
const AHEAD_MONTHS_MAX: u32 = 36;

const CERTAIN_LEADS: [(&str, &[&str]); 4] = [
    (
        "en",
        &[
            "deadline*",
            "closing date",
            "(no | not) later than",
            "(submit | due) by",
            "due date",
            "closes on",
            "(applications | submissions) close",
        ],
    ),
    ("fr", &["date limite", "au plus tard le", "date butoir", "date de clôture", "délai de soumission"]),
    ("es", &["fecha (límite | tope)", "a más tardar el", "plazo", "cierre de la convocatoria"]),
    ("ar", &["الموعد النهائي", "اخر موعد", "اخر اجل", "في موعد اقصاه"]),
];

/// Leads that mean a deadline only beside a word of [`ASKED`], by language.
const DOUBTFUL_LEADS: [(&str, &[&str]); 4] = [
    ("en", &["by", "before", "until"]),
    ("fr", &["avant le", "jusqu'au", "d'ici (le | au)"]),
    ("es", &["antes del", "hasta el"]),
    ("ar", &["قبل", "حتى", "بحلول"]),
];

/// Beginnings of words of sending and signing, normalised.
const ASKED: [&str; 35] = [
    "submi",
    "send",
    "apply",
    "applic",
    "regist",
    "sign",
    "contribut",
    "input",
    "respon",
    "comment",
    "nominat",
    "propos",
    "particip",
    "envoy",
    "soumett",
    "soumission",
    "candidat",
    "inscri",
    "repond",
    "reponse",
    "envi",
    "presentar",
    "presentacion",
    "firm",
    "mandar",
    "remit",
    "aporte",
    "postul",
    "تقديم",
    "ارسال",
    "تسجيل",
    "مساهم",
    "توقيع",
    "ترشيح",
    "طلبات",
];

pub(super) fn add_leads(lexicon: &mut Builder) {
    for (leads, certain) in [(CERTAIN_LEADS, true), (DOUBTFUL_LEADS, false)] {
        for (language, terms) in leads {
            for term in terms {
                lexicon.add(Role::Deadline { certain }, Some(language), term);
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Deadline {
    /// The last second of its day.
    pub(super) at: DateTime<Utc>,
    pub(super) why: Evidence,
}

/// The first deadline that `occurrences` lead to. A date without a year is the next such day from `dated` on; one
/// before `dated` is no deadline.
pub(super) fn find_deadline(occurrences: &[Occurrence], words: &FoldedText, dated: DateTime<Utc>) -> Option<Deadline> {
    let mut leads: Vec<(&Occurrence, bool)> = occurrences
        .iter()
        .filter_map(|one| match one.role {
            Role::Deadline { certain } => Some((one, certain)),
            _ => None,
        })
        .collect();
    leads.sort_by_key(|(one, certain)| (!certain, one.at));
    leads.iter().find_map(|(lead, certain)| {
        let place = words.place(lead.at);
        if !matches!(place, Place::Title | Place::Text) {
            return None;
        }
        let end = words.range(place).end;
        let (at, day) = last_day(lead, *certain, words, dated.date_naive())?;
        (*certain || is_asked(lead.at, words)).then(|| {
            let term = words.stretch(lead.at, at + DATE_WORDS.min(end - at) - lead.at);
            let points = if *certain { CERTAIN_POINTS } else { DOUBTFUL_POINTS };
            let why = Evidence { sign: Sign::Words { term, place, offset: words.offset(lead.at) }, points };
            Deadline { at: end_of_day(day), why }
        })
    })
}

/// The last day that a lead leads to, and where its date begins. `today` is the day of the text.
fn last_day(lead: &Occurrence, certain: bool, words: &FoldedText, today: NaiveDate) -> Option<(usize, NaiveDate)> {
    let from = lead.at + lead.words;
    let reach = if certain { REACH_CERTAIN } else { REACH_DOUBTFUL };
    let end = words.range(words.place(lead.at)).end;
    let dates =
        |from: usize| (from..end.min(from + reach)).filter_map(move |at| Some((at, date(words, at, end, today)?)));
    let first = dates(from).next()?;
    if (from..first.0).any(|at| OPENS.contains(&words.word(at))) {
        // "opens on 1 March and ends on 15 March": the one after; without it, none is known.
        return dates(first.0 + 1).find(|(_, day)| *day > first.1);
    }
    // "extended from 1 March to 15 March": the last of them.
    let is_moved =
        || (from..end.min(from + reach)).any(|at| MOVED.iter().any(|start| words.word(at).starts_with(start)));
    if certain && is_moved() { dates(from).max_by_key(|(_, day)| *day) } else { Some(first) }
}

fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    let last = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN);
    day.and_time(last).and_utc()
}

fn is_asked(at: usize, words: &FoldedText) -> bool {
    let range = words.range(words.place(at));
    (at.saturating_sub(ASKED_WORDS).max(range.start)..(at + ASKED_WORDS).min(range.end))
        .any(|number| ASKED.iter().any(|beginning| words.word(number).starts_with(beginning)))
}

/// A date that starts at word `at`: `1 november 2020`, `november 1st 2020`, `2020 11 01`, `01 11 2020` (day first), the
/// year optional after a month's name.
fn date(words: &FoldedText, at: usize, end: usize, today: NaiveDate) -> Option<NaiveDate> {
    let word = |offset: usize| if at + offset < end { words.word(at + offset) } else { "" };
    let (day, month, year) = if let Some(month) = month_in_text(word(0)) {
        (day(word(1))?, month, year(word(2)))
    } else if let Some(year) = year(word(0)) {
        (day(word(2))?, number(word(1))?, Some(year))
    } else {
        let first = day(word(0))?;
        // "1 de noviembre de 2020", "1st of November 2020".
        let skip = usize::from(matches!(word(1), "de" | "of" | "del"));
        if let Some(month) = month_of_two_in_text(word(1), word(2)) {
            (first, month, year(word(3)))
        } else if let Some(month) = month_in_text(word(1 + skip)) {
            let skip_year = usize::from(matches!(word(2 + skip), "de" | "del"));
            (first, month, year(word(2 + skip + skip_year)))
        } else {
            (first, number(word(1))?, Some(year(word(2))?))
        }
    };
    let latest = today.checked_add_months(Months::new(AHEAD_MONTHS_MAX))?;
    let found = match year {
        Some(year) => NaiveDate::from_ymd_opt(year, month, day)?,
        None => [today.year(), today.year() + 1]
            .into_iter()
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .find(|found| *found >= today - TimeDelta::days(1))?,
    };
    (found >= today && found <= latest).then_some(found)
}

fn number(word: &str) -> Option<u32> {
    word.parse().ok()
}

/// The day of a month: `1`, `1st`, `1er`.
pub(super) fn day(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = word.get(digits.len()..)?;
    let day = number(digits).filter(|day| (1..=31).contains(day))?;
    matches!(ending, "" | "st" | "nd" | "rd" | "th" | "er" | "o").then_some(day)
}

pub(super) fn year(word: &str) -> Option<i32> {
    word.parse().ok().filter(|year| word.len() == 4 && (1990..=2200).contains(year))
}

#[cfg(test)]
#[path = "deadline_tests.rs"]
mod tests;
