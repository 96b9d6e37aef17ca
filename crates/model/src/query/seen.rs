//! What a query finds out about a piece from its facets, without its text.

use super::{Field, day_of};
use crate::language::Language;
use crate::piece::Facets;
use chrono::{DateTime, Utc};

/// A piece as far as its facets tell.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub facets: &'a Facets,
    pub dated: DateTime<Utc>,
    pub has_versions: bool,
    pub has_copies: bool,
}

impl Seen<'_> {
    /// Whether `field` has `value` (lower case). Never for an organisation or a section: by what names the one
    /// is known, and which of the others show the piece, is for who asks.
    pub fn has(&self, field: Field, value: &str) -> bool {
        let facets = self.facets;
        match field {
            Field::Topic => facets.topics.iter().any(|hit| hit.topic.as_str() == value),
            Field::Genre => facets.genre.as_ref().is_some_and(|genre| genre.as_str() == value),
            Field::Issuer => facets.issuer.as_str() == value,
            Field::Standing => facets.standings.iter().any(|standing| standing.as_str() == value),
            Field::Source => facets.sources.iter().any(|source| source.as_str() == value),
            Field::Country => facets.countries.iter().any(|country| country.eq_ignore_ascii_case(value)),
            Field::Language => facets.language.as_ref().is_some_and(|language| is_language(language, value)),
            Field::Before => day_of(value).is_some_and(|day| self.dated.date_naive() < day),
            Field::After => day_of(value).is_some_and(|day| self.dated.date_naive() >= day),
            Field::Has => match value {
                "deadline" => facets.deadline.is_some(),
                "translation" => self.has_versions,
                "copy" => self.has_copies,
                _ => false,
            },
            Field::Organisation | Field::Section => false,
        }
    }
}

/// `pt` matches `pt-br`; `pt-br` matches only itself and what is below it.
fn is_language(language: &Language, value: &str) -> bool {
    let rest = language.as_str().strip_prefix(value);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
