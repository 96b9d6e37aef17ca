//! The query language of section rules, search and filters.
//!
//! `topic:covid-19 and issuer:un and genre:(statement or press-release) and not "ball boy"`
//! Words next to each other mean *and*. `not` or a leading `-` excludes. Fields are in [`Field`].

mod condition;
mod parse;
mod print;
mod seen;

pub use condition::Condition;
pub use seen::Seen;

use serde::{Deserialize, Serialize};

/// Longest query, in bytes: a rule of a few lines; anything longer is not typed by hand.
pub const QUERY_BYTES_MAX: usize = 4_096;
/// Words and conditions that a visitor may ask for at once: nobody types or clicks so many, and each costs a
/// look into the index. Rules of sections may have more.
pub const ASKED_MAX: usize = 24;
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    Topic,
    Genre,
    /// Standing of the organisation whose text it is.
    Issuer,
    Standing,
    Source,
    Organisation,
    /// Country, ISO 3166-1 alpha-2.
    Country,
    /// Language; a primary subtag matches its variants.
    Language,
    Section,
    /// Dated before a day, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    Before,
    /// Dated on or after a day.
    After,
    /// `deadline`, `translation`, `copy`.
    Has,
}

/// Field names as typed, with `lang` as a short form.
const FIELDS: [(&str, Field); 13] = [
    ("topic", Field::Topic),
    ("genre", Field::Genre),
    ("issuer", Field::Issuer),
    ("standing", Field::Standing),
    ("source", Field::Source),
    ("organisation", Field::Organisation),
    ("country", Field::Country),
    ("language", Field::Language),
    ("lang", Field::Language),
    ("section", Field::Section),
    ("before", Field::Before),
    ("after", Field::After),
    ("has", Field::Has),
];

impl Field {
    pub fn from_name(name: &str) -> Option<Self> {
        FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    }

    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Field {
        field: Field,
        /// The value, lower case.
        value: String,
        /// Where it was typed, in characters from 1.
        column: usize,
    },
    Text {
        words: String,
        column: usize,
    },
}

/// A parsed query. The empty query matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    pub root: Option<Node>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    pub message: String,
    pub column: usize,
}

pub trait Subject {
    /// Whether `field` has `value` (lower case).
    fn has(&self, field: Field, value: &str) -> bool;
    fn contains(&self, words: &str) -> bool;
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub holds: bool,
    /// The conditions that hold; for a query that does not hold, those that fail.
    pub because: Vec<Condition>,
}

impl Query {
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.len() > QUERY_BYTES_MAX {
            let message = format!("the query is longer than {QUERY_BYTES_MAX} bytes: shorten it");
            return Err(QueryError { message, column: 1 });
        }
        parse::query(text)
    }

    /// Parses what a visitor asks: a query of at most [`ASKED_MAX`] terms.
    pub fn parse_search(text: &str) -> Result<Self, QueryError> {
        let query = Self::parse(text)?;
        match query.leaves().get(ASKED_MAX) {
            Some(Node::Field { column, .. } | Node::Text { column, .. }) => Err(QueryError {
                message: format!("a search has at most {ASKED_MAX} words and conditions: take some away"),
                column: *column,
            }),
            _ => Ok(query),
        }
    }

    /// Parses a rule: a query without bare words, and not empty.
    pub fn parse_rule(text: &str) -> Result<Self, QueryError> {
        let query = Self::parse(text)?;
        match query.leaves().iter().find(|leaf| matches!(leaf, Node::Text { .. })) {
            Some(Node::Text { words, column }) => Err(QueryError {
                message: format!(
                    "the bare word \"{words}\" is not allowed in a rule: write field:value, such as topic:{words}"
                ),
                column: *column,
            }),
            _ if query.root.is_none() => {
                Err(QueryError { message: "the rule is empty: write at least one field:value".into(), column: 1 })
            }
            _ => Ok(query),
        }
    }

    pub fn leaves(&self) -> Vec<&Node> {
        let mut found = Vec::new();
        let mut open: Vec<&Node> = self.root.iter().collect();
        while let Some(node) = open.pop() {
            match node {
                Node::And(parts) | Node::Or(parts) => open.extend(parts.iter().rev()),
                Node::Not(inner) => open.push(inner),
                leaf => found.push(leaf),
            }
        }
        found
    }

    /// The words that what is found must have, one text a phrase, without those that it must not have.
    pub fn words(&self) -> Vec<&str> {
        let mut found = Vec::new();
        let mut open: Vec<&Node> = self.root.iter().collect();
        while let Some(node) = open.pop() {
            match node {
                Node::And(parts) | Node::Or(parts) => open.extend(parts.iter().rev()),
                Node::Text { words, .. } => found.push(words.as_str()),
                Node::Not(_) | Node::Field { .. } => {}
            }
        }
        found
    }

    #[must_use]
    pub fn and(&self, node: Node) -> Self {
        let mut parts = self.parts();
        if !parts.iter().any(|part| print::text(part) == print::text(&node)) {
            parts.push(node);
        }
        Self::from_parts(parts)
    }

    /// The query without the condition at `index` of its [`parts`](Self::parts).
    #[must_use]
    pub fn without(&self, index: usize) -> Self {
        let mut parts = self.parts();
        if index < parts.len() {
            parts.remove(index);
        }
        Self::from_parts(parts)
    }

    pub fn parts(&self) -> Vec<Node> {
        match &self.root {
            None => Vec::new(),
            Some(Node::And(parts)) => parts.clone(),
            Some(other) => vec![other.clone()],
        }
    }

    fn from_parts(mut parts: Vec<Node>) -> Self {
        let root = if parts.len() > 1 { Some(Node::And(parts)) } else { parts.pop() };
        Self { root }
    }

    /// Whether it holds, without the conditions: for who asks many times.
    pub fn holds(&self, subject: &dyn Subject) -> bool {
        self.root.as_ref().is_none_or(|root| root.holds(subject))
    }

    pub fn ask(&self, subject: &dyn Subject) -> Verdict {
        self.root.as_ref().map_or(Verdict { holds: true, because: Vec::new() }, |root| root.ask(subject))
    }
}

impl Node {
    fn holds(&self, subject: &dyn Subject) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(subject)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(subject)),
            Self::Not(inner) => !inner.holds(subject),
            Self::Field { field, value, .. } => subject.has(*field, value),
            Self::Text { words, .. } => subject.contains(words),
        }
    }

    fn ask(&self, subject: &dyn Subject) -> Verdict {
        match self {
            Self::And(parts) => {
                let mut because = Vec::new();
                for part in parts {
                    let verdict = part.ask(subject);
                    if !verdict.holds {
                        return verdict;
                    }
                    because.extend(verdict.because);
                }
                Verdict { holds: true, because }
            }
            Self::Or(parts) => {
                let mut failing = Vec::new();
                for part in parts {
                    let verdict = part.ask(subject);
                    if verdict.holds {
                        return verdict;
                    }
                    failing.extend(verdict.because);
                }
                Verdict { holds: false, because: failing }
            }
            Self::Not(inner) => {
                let verdict = inner.ask(subject);
                let because = verdict.because.into_iter().map(Condition::negate).collect();
                Verdict { holds: !verdict.holds, because }
            }
            Self::Field { field, value, .. } => {
                Verdict { holds: subject.has(*field, value), because: vec![Condition::new(*field, value)] }
            }
            Self::Text { words, .. } => Verdict {
                holds: subject.contains(words),
                because: vec![Condition { field: None, value: words.clone(), negated: false }],
            },
        }
    }
}

pub fn day_of(text: &str) -> Option<chrono::NaiveDate> {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    chrono::NaiveDate::parse_from_str(&full, "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests;
