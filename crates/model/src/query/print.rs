//! A query as text: the shortest form that reads back as the same query. Addresses and ids are made
//! of it, so that two ways of typing one search lead to one place.

use super::{Node, Query};
use std::fmt;

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            None => Ok(()),
            Some(Node::And(parts)) => f.write_str(&join_nodes(parts, " ")),
            Some(node) => f.write_str(&text(node)),
        }
    }
}

fn join_nodes(parts: &[Node], between: &str) -> String {
    parts.iter().map(text).collect::<Vec<_>>().join(between)
}

pub(super) fn text(node: &Node) -> String {
    match node {
        Node::And(parts) => format!("({})", join_nodes(parts, " ")),
        Node::Or(parts) => format!("({})", join_nodes(parts, " or ")),
        Node::Not(inner) => format!("-{}", text(inner)),
        Node::Field { field, value, .. } => format!("{}:{}", field.name(), quote(value)),
        Node::Text { words, .. } => quote(words),
    }
}

/// A value or words, in quotation marks where they would read as something else.
fn quote(words: &str) -> String {
    let is_operator = ["and", "or", "not"].iter().any(|word| words.eq_ignore_ascii_case(word));
    let is_special = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"' | '“' | '”' | ':');
    if words.is_empty() || is_operator || words.starts_with('-') || words.contains(is_special) {
        format!("\"{}\"", words.replace(['"', '“', '”'], " "))
    } else {
        words.to_owned()
    }
}
