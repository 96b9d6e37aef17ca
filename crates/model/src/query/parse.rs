//! From the text of a query to its tree: tokens, then recursive descent with a bounded depth.

use super::{FIELDS, Field, Node, Query, QueryError, day_of};
use std::fmt;

/// Deepest nesting of parentheses.
const DEPTH_MAX: usize = 32;

pub(super) fn query(text: &str) -> Result<Query, QueryError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, end: text.chars().count() + 1, depth: 0 };
    if parser.tokens.is_empty() {
        return Ok(Query { root: None });
    }
    let root = parser.or()?;
    match parser.peek() {
        None => Ok(Query { root: Some(root) }),
        Some(token) => Err(QueryError {
            message: format!("unexpected {}: a parenthesis closes that was not opened", token.kind),
            column: token.column,
        }),
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
    Field::from_name(&name).ok_or_else(|| {
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
