//! What is wrong in a policy file, where, and how to mend it.

use serde::Serialize;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    pub message: String,
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        if !self.remedy.is_empty() {
            write!(f, "\n    {}", self.remedy)?;
        }
        Ok(())
    }
}

/// Every problem found in one reading, in the order of the files and lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

/// A text with its name, so that an offset becomes a place.
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    /// Where its lines begin: a file of many problems is not counted through for each.
    line_starts: Vec<usize>,
}

impl<'a> Named<'a> {
    pub(super) fn new(name: &'a str, text: &'a str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { name, text, line_starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    pub(super) fn problem(&self, offset: usize, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        let line = self.find_line(offset);
        let line_start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        let before = self.text.get(line_start..offset).or_else(|| self.text.get(line_start..)).unwrap_or_default();
        Problem {
            file: self.name.to_owned(),
            line,
            column: before.chars().count() + 1,
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    pub(super) fn find_line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The offset of the `character`th character (from 1) inside the string literal at `span`.
    /// Escapes are not counted out: rules and addresses are written without them.
    pub(super) fn inside(&self, span: &std::ops::Range<usize>, character: usize) -> usize {
        let literal = self.text.get(span.clone()).unwrap_or_default();
        let opening = ["\"\"\"\n", "\"\"\"", "'''\n", "'''"].into_iter().find(|o| literal.starts_with(o));
        let inner = opening.map_or(1, str::len);
        let reached = literal.get(inner..).and_then(|rest| rest.char_indices().nth(character.saturating_sub(1)));
        span.start + inner + reached.map_or_else(|| literal.len().saturating_sub(2 * inner), |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let named = Named::new("f", "é = 1\nbé = \"x\"\n");
        let offset = named.text.find('x').unwrap();
        let problem = named.problem(offset, "m", "r");
        assert_eq!((problem.line, problem.column), (2, 7));
    }

    #[test]
    fn a_place_inside_a_string_skips_its_quotes() {
        let text = "w = \"abc\"\nv = \"\"\"\nabc\"\"\"";
        let named = Named::new("f", text);
        assert_eq!(&text[named.inside(&(4..9), 2)..=named.inside(&(4..9), 2)], "b");
        let span = text.rfind("\"\"\"\n").unwrap()..text.len();
        assert_eq!(&text[named.inside(&span, 3)..=named.inside(&span, 3)], "c");
    }
}
