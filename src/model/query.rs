//! The query language of section rules, search and filters.
//!
//! `topic:covid-19 and issuer:un and genre:(statement or press-release) and not "ball boy"`
//! Words next to each other mean *and*. `not` or a leading `-` excludes. Fields are in [`Field`].

use std::fmt;

/// Longest query, in bytes: a rule of a few lines; anything longer is not typed by hand.
pub const QUERY_BYTES_MAX: usize = 4_096;
/// Deepest nesting of parentheses.
const DEPTH_MAX: usize = 32;

/// What can be asked of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Slug of a topic.
    Topic,
    /// Slug of a genre.
    Genre,
    /// Standing of the organisation whose text it is.
    Issuer,
    /// Standing of a source that carries it.
    Standing,
    /// Slug of a source that carries it.
    Source,
    /// Name of an organisation.
    Organisation,
    /// Country, ISO 3166-1 alpha-2.
    Country,
    /// Language; a primary subtag matches its variants.
    Language,
    /// Slug of a section that shows it.
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
    /// The name as typed.
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }
}

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// All must hold.
    And(Vec<Node>),
    /// One must hold.
    Or(Vec<Node>),
    /// Must not hold.
    Not(Box<Node>),
    /// A field must have a value.
    Field {
        /// The field.
        field: Field,
        /// The value, lower case.
        value: String,
        /// Where it was typed, in characters from 1.
        column: usize,
    },
    /// Words in the text, in sequence when several.
    Text {
        /// The words as typed.
        words: String,
        /// Where, in characters from 1.
        column: usize,
    },
}

/// A parsed query. The empty query matches everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Its root; `None` for the empty query.
    pub root: Option<Node>,
}

/// Why a query does not parse.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong and how to mend it.
    pub message: String,
    /// Where, in characters from 1.
    pub column: usize,
}

/// What a query is asked about.
pub trait Subject {
    /// Whether `field` has `value` (lower case).
    fn has(&self, field: Field, value: &str) -> bool;
    /// Whether the text contains `words` in sequence.
    fn contains(&self, words: &str) -> bool;
}

/// Whether a query holds, and the terms that made it hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds.
    pub holds: bool,
    /// The terms that hold, as `field:value`; for a query that does not hold, those that fail.
    pub because: Vec<String>,
}

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    /// [`QueryError`] with the column of what cannot be read.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.len() > QUERY_BYTES_MAX {
            let message = format!("the query is longer than {QUERY_BYTES_MAX} bytes: shorten it");
            return Err(QueryError { message, column: 1 });
        }
        let mut parser = Parser { tokens: tokens(text)?, at: 0, end: text.chars().count() + 1, depth: 0 };
        if parser.tokens.is_empty() {
            return Ok(Self { root: None });
        }
        let root = parser.or()?;
        match parser.peek() {
            None => Ok(Self { root: Some(root) }),
            Some(token) => Err(QueryError {
                message: format!("unexpected {}: a parenthesis closes that was not opened", token.kind),
                column: token.column,
            }),
        }
    }

    /// Parses a rule: a query without bare words, and not empty.
    ///
    /// # Errors
    /// [`QueryError`] with the column of what cannot be read or of the bare word.
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

    /// All terms in the order in which they were typed.
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

    /// Asks the query about `subject`.
    pub fn ask(&self, subject: &dyn Subject) -> Verdict {
        self.root.as_ref().map_or(Verdict { holds: true, because: Vec::new() }, |root| root.ask(subject))
    }
}

impl Node {
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
                let because = verdict.because.into_iter().map(|term| format!("not {term}")).collect();
                Verdict { holds: !verdict.holds, because }
            }
            Self::Field { field, value, .. } => {
                Verdict { holds: subject.has(*field, value), because: vec![format!("{}:{value}", field.name())] }
            }
            Self::Text { words, .. } => {
                Verdict { holds: subject.contains(words), because: vec![format!("\"{words}\"")] }
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Minus,
    Word(String),
    Phrase(String),
    Field(Field),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("\"(\""),
            Self::Close => f.write_str("\")\""),
            Self::Minus => f.write_str("\"-\""),
            Self::Word(word) | Self::Phrase(word) => write!(f, "\"{word}\""),
            Self::Field(field) => write!(f, "\"{}:\"", field.name()),
        }
    }
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    column: usize,
}

fn tokens(text: &str) -> Result<Vec<Token>, QueryError> {
    let chars: Vec<char> = text.chars().collect();
    let mut found: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let column = at + 1;
        match c {
            _ if c.is_whitespace() => at += 1,
            '(' | ')' => {
                found.push(Token { kind: if c == '(' { Kind::Open } else { Kind::Close }, column });
                at += 1;
            }
            '"' | '“' | '”' => {
                let length = chars.iter().skip(at + 1).position(|c| matches!(c, '"' | '“' | '”'));
                let Some(length) = length else {
                    return Err(QueryError {
                        message: "the quotation mark is not closed: add a second one".into(),
                        column,
                    });
                };
                let phrase: String = chars.iter().skip(at + 1).take(length).collect();
                found.push(Token { kind: Kind::Phrase(phrase), column });
                at += length + 2;
            }
            '-' if chars.get(at + 1).is_some_and(|next| !next.is_whitespace()) => {
                found.push(Token { kind: Kind::Minus, column });
                at += 1;
            }
            _ => {
                let word: String = chars
                    .iter()
                    .skip(at)
                    .take_while(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '"' | '“' | '”' | ':'))
                    .collect();
                let length = word.chars().count();
                if chars.get(at + length) == Some(&':') && !word.is_empty() {
                    found.push(Token { kind: Kind::Field(field(&word, column)?), column });
                    at += length + 1;
                } else {
                    at += length.max(1);
                    if !word.is_empty() {
                        found.push(Token { kind: Kind::Word(word), column });
                    }
                }
            }
        }
    }
    Ok(found)
}

fn field(name: &str, column: usize) -> Result<Field, QueryError> {
    let name = name.to_lowercase();
    FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| *field).ok_or_else(|| {
        let known: Vec<&str> = FIELDS.iter().map(|(known, _)| *known).collect();
        QueryError { message: format!("there is no field \"{name}\": the fields are {}", known.join(", ")), column }
    })
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let here = matches!(self.peek(), Some(Token { kind: Kind::Word(w), .. }) if w.eq_ignore_ascii_case(word));
        if here {
            self.at += 1;
        }
        here
    }

    fn or(&mut self) -> Result<Node, QueryError> {
        let mut parts = vec![self.and()?];
        while self.takes_word("or") {
            parts.push(self.and()?);
        }
        Ok(one_or(parts, Node::Or))
    }

    fn and(&mut self) -> Result<Node, QueryError> {
        let mut parts = vec![self.not()?];
        loop {
            let explicit = self.takes_word("and");
            let more = match self.peek() {
                None | Some(Token { kind: Kind::Close, .. }) => false,
                Some(Token { kind: Kind::Word(word), .. }) => !word.eq_ignore_ascii_case("or"),
                Some(_) => true,
            };
            if !more && !explicit {
                return Ok(one_or(parts, Node::And));
            }
            parts.push(self.not()?);
        }
    }

    fn not(&mut self) -> Result<Node, QueryError> {
        if self.depth >= DEPTH_MAX {
            let column = self.peek().map_or(self.end, |t| t.column);
            return Err(QueryError { message: format!("nested deeper than {DEPTH_MAX} levels: simplify it"), column });
        }
        self.depth += 1;
        let node = self.term();
        self.depth -= 1;
        node
    }

    fn term(&mut self) -> Result<Node, QueryError> {
        if self.takes_word("not") {
            return Ok(Node::Not(Box::new(self.not()?)));
        }
        let end = self.end;
        let Some(token) = self.next() else {
            return Err(QueryError { message: "something is missing at the end".into(), column: end });
        };
        let column = token.column;
        match token.kind {
            Kind::Minus => Ok(Node::Not(Box::new(self.not()?))),
            Kind::Open => {
                let node = self.or()?;
                self.close(column)?;
                Ok(node)
            }
            Kind::Field(field) => self.value(field, column),
            Kind::Word(word) if is_operator(&word) => {
                Err(QueryError { message: format!("\"{word}\" has nothing on its left or right"), column })
            }
            Kind::Word(words) | Kind::Phrase(words) => Ok(Node::Text { words, column }),
            Kind::Close => Err(QueryError { message: "a parenthesis closes that was not opened".into(), column }),
        }
    }

    /// The value of a field, or several in parentheses joined by `or`.
    fn value(&mut self, field: Field, column: usize) -> Result<Node, QueryError> {
        let missing = |column| QueryError { message: format!("{}: has no value", field.name()), column };
        match self.next() {
            Some(Token { kind: Kind::Word(value), column }) if is_operator(&value) => Err(missing(column)),
            Some(Token { kind: Kind::Word(value) | Kind::Phrase(value), column }) => leaf(field, &value, column),
            Some(Token { kind: Kind::Open, column: open }) => {
                let mut parts = Vec::new();
                loop {
                    match self.next() {
                        Some(Token { kind: Kind::Word(value) | Kind::Phrase(value), column }) => {
                            parts.push(leaf(field, &value, column)?);
                        }
                        other => return Err(missing(other.map_or(self.end, |t| t.column))),
                    }
                    if !self.takes_word("or") {
                        break;
                    }
                }
                self.close(open)?;
                Ok(one_or(parts, Node::Or))
            }
            _ => Err(missing(column)),
        }
    }

    fn close(&mut self, open: usize) -> Result<(), QueryError> {
        match self.next() {
            Some(Token { kind: Kind::Close, .. }) => Ok(()),
            Some(token) => {
                Err(QueryError { message: format!("expected \")\" before {}", token.kind), column: token.column })
            }
            None => Err(QueryError { message: "this parenthesis is not closed".into(), column: open }),
        }
    }
}

fn is_operator(word: &str) -> bool {
    ["and", "or", "not"].iter().any(|operator| word.eq_ignore_ascii_case(operator))
}

fn one_or(mut parts: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match parts.len() {
        1 => parts.remove(0),
        _ => many(parts),
    }
}

fn leaf(field: Field, value: &str, column: usize) -> Result<Node, QueryError> {
    let value = value.to_lowercase();
    if matches!(field, Field::Before | Field::After) && day_of(&value).is_none() {
        let message = format!("{}:{value} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD", field.name());
        return Err(QueryError { message, column });
    }
    Ok(Node::Field { field, value, column })
}

/// The first day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub fn day_of(text: &str) -> Option<chrono::NaiveDate> {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    chrono::NaiveDate::parse_from_str(&full, "%Y-%m-%d").ok()
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
