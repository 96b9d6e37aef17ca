//! Rules in the query language.

use super::text::Text;
use crate::kind::{Entry, Kind, Reading};
use plenary_model::query::Query;
use serde_json::Value as Json;
use std::ops::Range;
use toml::de::DeValue;

/// How a rule is written, for those who wrote one that cannot be read.
pub(crate) const RULE_REMEDY: &str =
    "a rule is field:value with and, or, not and parentheses, such as standing:own and not has:copy";

pub(crate) struct WrittenRule {
    pub(crate) text: String,
    /// Empty when it could not be read.
    pub(crate) query: Query,
    pub(crate) span: Range<usize>,
}
pub(crate) struct Rule;

impl Kind for Rule {
    type Value = WrittenRule;

    const WANTED: &'static str = <Text as Kind>::WANTED;

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<WrittenRule> {
        let DeValue::String(text) = entry.get_ref() else { return reading.mismatch::<Self>(entry, what) };
        let query = Query::parse_rule(text).unwrap_or_else(|error| {
            let place = reading.file.inside(&entry.span(), error.column);
            reading.report(place, format!("the rule cannot be read: {}", error.message), RULE_REMEDY);
            Query { root: None }
        });
        Some(WrittenRule { text: text.trim().to_owned(), query, span: entry.span() })
    }

    fn schema() -> Json {
        <Text as Kind>::schema()
    }
}
