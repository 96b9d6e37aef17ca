//! The interface languages: words, plural forms, dates and numbers.

#[macro_use]
mod words;
mod reading;

use reading::FromToml as _;
pub(crate) use words::{FailureWords, Health, Plural, Words};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use plenary_model::event::is_month;
use plenary_model::language::Language;
use plenary_model::policy::Policy;
use std::sync::LazyLock;

/// The languages that the interface speaks, the one that stands in for others first.
const TEXTS: [(&str, &str); 4] = [
    ("en", include_str!("locale/en.toml")),
    ("fr", include_str!("locale/fr.toml")),
    ("es", include_str!("locale/es.toml")),
    ("ar", include_str!("locale/ar.toml")),
];

/// Read once; they are part of the program.
static LOCALES: LazyLock<Vec<Locale>> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the files are built in, and a test reads each of them")]
    TEXTS.iter().map(|(tag, text)| Locale::read(tag, text).expect("a built-in locale is well-formed")).collect()
});

#[derive(Debug)]
pub(crate) struct Locale {
    /// Primary subtag.
    pub(crate) tag: &'static str,
    /// `rtl` or `ltr`.
    pub(crate) direction: &'static str,
    pub(crate) words: Words,
}

impl Locale {
    fn read(tag: &'static str, text: &str) -> Result<Self, String> {
        let direction = Language::parse(tag).map_or("ltr", |language| language.direction());
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        Ok(Self { tag, direction, words: Words::from_toml(table.into())? })
    }

    /// The locale of `tag`, when the interface speaks it.
    pub(crate) fn find(tag: &str) -> Option<&'static Self> {
        LOCALES.iter().find(|locale| locale.tag == tag)
    }

    /// The locales of the policy's languages, in its order; the first has no prefix. English stands in when the
    /// interface speaks none of them, or not the first.
    pub(crate) fn find_all(policy: &Policy) -> Vec<&'static Self> {
        let mut spoken: Vec<&'static Self> =
            policy.network.languages.iter().filter_map(|tag| Self::find(tag)).collect();
        let first_is_spoken = policy.network.languages.first().is_some_and(|tag| Self::find(tag).is_some());
        if !first_is_spoken && let Some(english) = LOCALES.first() {
            spoken.retain(|locale| locale.tag != english.tag);
            spoken.insert(0, english);
        }
        spoken
    }

    /// `21 May 2021`, for days of the publishers' and of the calendar.
    pub(crate) fn day(&self, day: NaiveDate) -> String {
        let time = &self.words.time;
        fill(time.day, &[("day", &self.day_number(day)), ("month", self.month_name(day)), ("year", &year(day))])
    }

    /// A day with the time of day in UTC.
    pub(crate) fn moment(&self, at: DateTime<Utc>) -> String {
        let clock = at.format("%H:%M").to_string();
        fill(self.words.time.moment, &[("day", &self.day(at.date_naive())), ("time", &clock)])
    }

    /// `May 2021`.
    pub(crate) fn month(&self, day: NaiveDate) -> String {
        fill(self.words.time.month, &[("month", self.month_name(day)), ("year", &year(day))])
    }

    /// A month where there is little room.
    pub(crate) fn month_short(&self, day: NaiveDate) -> &str {
        self.words.time.months_short.get(day.month0() as usize).copied().unwrap_or_default()
    }

    /// From one day to another, as short as it can be said.
    pub(crate) fn span(&self, from: NaiveDate, to: NaiveDate) -> String {
        let time = &self.words.time;
        if from == to {
            return self.day(from);
        }
        if is_month(from, to) {
            return self.month(from);
        }
        let pattern = match (from.year() == to.year(), from.month() == to.month()) {
            (true, true) => &time.same_month,
            (true, false) => &time.same_year,
            (false, _) => &time.apart,
        };
        fill(
            pattern,
            &[
                ("first", &self.day_number(from)),
                ("last", &self.day_number(to)),
                ("first_month", self.month_name(from)),
                ("last_month", self.month_name(to)),
                ("month", self.month_name(to)),
                ("year", &year(to)),
                ("from", &self.day(from)),
                ("to", &self.day(to)),
            ],
        )
    }

    fn day_number(&self, day: NaiveDate) -> String {
        if day.day() == 1 { self.words.time.first.to_owned() } else { day.day().to_string() }
    }

    fn month_name(&self, day: NaiveDate) -> &str {
        self.words.time.months.get(day.month0() as usize).copied().unwrap_or_default()
    }

    /// A whole number with its groups of three digits.
    pub(crate) fn number(&self, number: impl TryInto<u64>) -> String {
        let number = number.try_into().unwrap_or(u64::MAX);
        let digits = number.to_string();
        if number < self.words.number.grouping_from {
            return digits;
        }
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push_str(self.words.number.thousands);
            }
            text.push(digit);
        }
        text
    }

    /// `n` things, in the right plural form.
    pub(crate) fn count(&self, plural: &Plural, n: usize) -> String {
        let form = match (self.tag, n) {
            ("ar", 0) => plural.zero.as_ref(),
            ("ar", 2) => plural.two.as_ref(),
            ("ar", _) if (3..=10).contains(&(n % 100)) => plural.few.as_ref(),
            ("ar", _) if n % 100 >= 11 => plural.many.as_ref(),
            (_, 1) | ("fr", 0) => plural.one.as_ref(),
            _ => None,
        };
        fill(form.unwrap_or(&plural.other), &[("n", &self.number(n))])
    }

    /// The name of a language; its tag where there is none.
    pub(crate) fn language<'a>(&'a self, language: &'a Language) -> &'a str {
        self.words.languages.get(language.primary()).copied().unwrap_or(language.as_str())
    }

    pub(crate) fn list<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> String {
        names.into_iter().collect::<Vec<_>>().join(self.words.number.list)
    }

    /// `name: value`, with the blank before the colon that French asks for.
    pub(crate) fn label(&self, name: &str, value: &str) -> String {
        format!("{name}{} {value}", self.words.site.colon)
    }
}

/// Puts values in the places of `{name}`. What is put in is not looked at again.
pub(crate) fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        text.push_str(values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value));
        rest = behind;
    }
    text.push_str(rest);
    text
}

fn year(day: NaiveDate) -> String {
    day.year().to_string()
}

#[cfg(test)]
#[path = "locale_tests.rs"]
mod tests;
