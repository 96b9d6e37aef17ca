//! An entry as one line of JSON: what `plenary dedup` and `plenary categorise` read on stdin.

use super::entry::{Category, Enclosure, Entry, Person};
use super::language::Language;
use super::link::Link;
use super::source::Standing;
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Deserializer};

/// A span of time that a date names: an instant, a day, a month or a year. Half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateSpan {
    pub from: DateTime<Utc>,
    /// First instant after it; equals `from` for an instant.
    pub until: DateTime<Utc>,
}

impl DateSpan {
    /// Reads an RFC 3339 time, `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            let instant = instant.to_utc();
            return Some(Self { from: instant, until: instant });
        }
        let first = super::query::day_of(text)?;
        let last = match text.len() {
            4 => first.checked_add_months(Months::new(12))?,
            7 => first.checked_add_months(Months::new(1))?,
            _ => first.checked_add_days(Days::new(1))?,
        };
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        Some(Self { from: midnight(first), until: midnight(last) })
    }

    pub fn is_within(&self, other: &Self, days: i64) -> bool {
        let gap = if self.from > other.until { self.from - other.until } else { other.from - self.until };
        gap <= chrono::Duration::days(days)
    }
}

/// The line as written. Every key but `id` may be missing; unknown keys are ignored.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Written {
    id: Option<String>,
    title: Option<String>,
    link: Option<String>,
    #[serde(deserialize_with = "null_is_none")]
    links: Vec<Link>,
    summary: Option<String>,
    #[serde(alias = "text")]
    content: Option<String>,
    #[serde(alias = "date")]
    published: Option<String>,
    updated: Option<String>,
    author: Option<String>,
    #[serde(deserialize_with = "null_is_none")]
    authors: Vec<Person>,
    #[serde(deserialize_with = "null_is_none")]
    categories: Vec<Category>,
    language: Option<String>,
    rights: Option<String>,
    #[serde(deserialize_with = "null_is_none")]
    enclosures: Vec<Enclosure>,
    source: Option<String>,
    organisation: Option<String>,
    standing: Option<String>,
}

/// Many writers print `null` for an empty list.
fn null_is_none<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

#[derive(Clone, Debug, PartialEq)]
pub struct EntryLine {
    /// The entry. `published` is the first instant of the date given.
    pub entry: Entry,
    /// The date as given, with its precision; `published`, else `updated`.
    pub date: Option<DateSpan>,
    pub source: Option<String>,
    pub organisation: Option<String>,
    pub standing: Option<Standing>,
}

#[derive(Debug, thiserror::Error)]
pub enum LineError {
    #[error("not an entry: {0}")]
    Json(#[from] serde_json::Error),
    #[error("the key \"id\" is missing: every line needs one")]
    NoId,
    #[error("\"{0}\" is no standing: write own, member, partner, un or media")]
    Standing(String),
}

impl EntryLine {
    /// Reads one line. A date that cannot be read counts as missing.
    pub fn parse(line: &str) -> Result<Self, LineError> {
        let written: Written = serde_json::from_str(line)?;
        let id = written.id.filter(|id| !id.is_empty()).ok_or(LineError::NoId)?;
        let standing = match written.standing.filter(|word| !word.is_empty()) {
            None => None,
            Some(word) => Some(Standing::parse(&word).ok_or(LineError::Standing(word))?),
        };
        let published = written.published.as_deref().and_then(DateSpan::parse);
        let updated = written.updated.as_deref().and_then(DateSpan::parse);
        let entry = Entry {
            id,
            title: written.title.unwrap_or_default(),
            link: written.link,
            links: written.links,
            summary: written.summary,
            content: written.content,
            published: published.map(|span| span.from),
            updated: updated.map(|span| span.from),
            author: written.author,
            authors: written.authors,
            categories: written.categories,
            language: written.language.as_deref().and_then(Language::parse),
            language_ground: None,
            rights: written.rights,
            enclosures: written.enclosures,
            source: None,
        };
        Ok(Self {
            entry,
            date: published.or(updated),
            source: written.source,
            organisation: written.organisation,
            standing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_contract_allows() {
        let line =
            EntryLine::parse(r#"{"id":"1","text":"<p>Hi</p>","date":"2021-06","standing":"un","x":1,"authors":null}"#)
                .unwrap();
        assert_eq!(line.entry.content.as_deref(), Some("<p>Hi</p>"));
        assert_eq!(line.standing, Some(Standing::Un));
        let june = line.date.unwrap();
        assert_eq!((june.until - june.from).num_days(), 30);
        assert!(EntryLine::parse(r#"{"title":"no id"}"#).is_err());
        assert!(EntryLine::parse(r#"{"id":"1","standing":"friend"}"#).is_err());
    }

    #[test]
    fn a_partial_date_stands_for_its_whole_period() {
        let span = |text| DateSpan::parse(text).unwrap();
        assert!(span("2021").is_within(&span("2021-11-30"), 0));
        assert!(span("2021-06").is_within(&span("2021-07-20"), 30));
        assert!(!span("2021-06").is_within(&span("2021-08-20"), 30));
        assert!(span("2021-06-01T10:00:00Z").is_within(&span("2021-06-01"), 0));
    }
}
