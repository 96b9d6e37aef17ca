//! The documents of one feed: the current one, and before it the archives of its months, each in one or more parts
//! (RFC 5005 4).

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Bound::{Excluded, Unbounded};

const FOLDER: &str = "/archive/";
const ENDING: &str = ".atom";

/// One document of a month's archive. The first is at the month's own address, those after it add their number:
/// `2021-06`, `2021-06-002`. They are in the order in which their entries came.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part {
    /// UTC, `YYYY-MM`.
    pub month: String,
    /// From 1.
    number: u32,
}

impl Part {
    pub fn first(month: &str) -> Self {
        Self { month: month.to_owned(), number: 1 }
    }

    /// The part of the same month that follows it.
    #[must_use]
    pub fn after(&self) -> Self {
        Self { month: self.month.clone(), number: self.number + 1 }
    }

    /// The part of this name; `None` for any other text.
    fn parse(name: &str) -> Option<Self> {
        let (month, rest) = name.split_at_checked("YYYY-MM".len())?;
        let number = if rest.is_empty() { 1 } else { rest.strip_prefix('-')?.parse().ok()? };
        let part = Self { month: month.to_owned(), number };
        (number > 0 && part.to_string() == name).then_some(part)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            1 => out.write_str(&self.month),
            number => write!(out, "{}-{number:03}", self.month),
        }
    }
}

/// Where the document of a part is, after the stem of its feed.
pub fn archive_path(part: &Part) -> String {
    format!("{FOLDER}{part}{ENDING}")
}

/// What the addresses of all archives of a feed begin with.
pub fn archive_folder(stem: &str) -> String {
    format!("{stem}{FOLDER}")
}

/// True for the address of an archive.
pub fn is_archive(path: &str) -> bool {
    path.rsplit_once(FOLDER).is_some_and(|(_, name)| name.ends_with(ENDING))
}

/// Of stored addresses the archives of the feed with this stem.
pub fn parts_of(stem: &str, paths: &[String]) -> BTreeSet<Part> {
    let name = |path: &'_ String| Part::parse(path.strip_prefix(stem)?.strip_prefix(FOLDER)?.strip_suffix(ENDING)?);
    paths.iter().filter_map(name).collect()
}

/// Where a document stands among those of its feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// What it archives; `None` for the current document.
    pub part: Option<Part>,
    pub previous: Option<Part>,
    pub next: Option<Part>,
}

impl Chain {
    /// The place of a part among all parts of its feed.
    pub fn of(part: Part, all: &BTreeSet<Part>) -> Self {
        let previous = all.range((Unbounded, Excluded(&part))).next_back().cloned();
        let next = all.range((Excluded(&part), Unbounded)).next().cloned();
        Self { part: Some(part), previous, next }
    }

    /// True for an archive document that says so of itself (`fh:archive`). The first of a feed does once
    /// there is another: alone it is the month that runs, and a mark without a neighbour to go on to
    /// is held to be a mistake by the validator of the W3C.
    pub(super) fn is_marked(&self) -> bool {
        self.part.is_some() && (self.previous.is_some() || self.next.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(names: &[&str]) -> BTreeSet<Part> {
        names.iter().map(|name| Part::parse(name).unwrap()).collect()
    }

    #[test]
    fn parts_are_named_in_their_order() {
        let first = Part::first("2021-06");
        let names = [first.clone(), first.after(), first.after().after()].map(|part| part.to_string());
        assert_eq!(names, ["2021-06", "2021-06-002", "2021-06-003"]);
        for name in names {
            assert_eq!(Part::parse(&name).map(|part| part.to_string()), Some(name));
        }
        for other in ["", "2021", "2021-06-", "2021-06-1", "2021-06-001", "2021-06-000", "2021-06002", "2021-0é"] {
            assert_eq!(Part::parse(other), None, "{other}");
        }
        let thousandth = Part { month: "2021-06".into(), number: 1_000 };
        assert!(Part::parse("2021-06-999") < Part::parse(&thousandth.to_string()));
    }

    #[test]
    fn a_part_knows_its_neighbours_over_gaps() {
        let all = chain(&["2021-01", "2021-05", "2021-05-002", "2022-01"]);
        let of = |name: &str| {
            let Chain { previous, next, .. } = Chain::of(Part::parse(name).unwrap(), &all);
            [previous, next].map(|beside| beside.map_or(String::new(), |part| part.to_string()))
        };
        assert_eq!(of("2021-05"), ["2021-01", "2021-05-002"]);
        assert_eq!(of("2021-05-002"), ["2021-05", "2022-01"]);
        assert_eq!(of("2021-01"), ["", "2021-05"]);
        assert_eq!(of("2022-02"), ["2022-01", ""]);
    }

    #[test]
    fn parts_are_told_by_their_addresses() {
        let stored = [
            "/sections/news.atom",
            "/sections/news/archive/2021-05-002.atom",
            "/sections/news/archive/2021-05.atom",
            "/sections/news/fr/archive/2021-06.atom",
        ]
        .map(str::to_owned);
        assert_eq!(parts_of("/sections/news", &stored), chain(&["2021-05", "2021-05-002"]));
        assert_eq!(parts_of("/sections/news/fr", &stored), chain(&["2021-06"]));
        assert!(is_archive(&stored[1]));
        assert!(!is_archive(&stored[0]));
    }
}
