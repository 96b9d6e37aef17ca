//! What `decide` asks of the categoriser, and what it tells it.

use crate::model::entry::Entry;
use crate::model::id::{SectionSlug, SourceId};
use crate::model::piece::Facets;
use crate::model::source::Standing;
use chrono::{DateTime, Utc};

/// A source that carries a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carrier {
    /// The source.
    pub source: SourceId,
    /// Name of the organisation.
    pub name: String,
    /// Its standing.
    pub standing: Standing,
    /// Its countries, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
}

/// A piece as the categoriser sees it.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The lead.
    pub entry: &'a Entry,
    /// Who carries it, the lead's source first.
    pub carriers: &'a [Carrier],
    /// Date that orders it.
    pub dated: DateTime<Utc>,
    /// True when several entries are this piece.
    pub has_copies: bool,
    /// True when it has versions in other languages.
    pub has_versions: bool,
}

/// A section that takes a piece by rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The section.
    pub section: SectionSlug,
    /// True for the piece's first section by precedence.
    pub primary: bool,
    /// How well it fits.
    pub score: f64,
    /// Why, one sentence each.
    pub why: Vec<String>,
}

/// The categoriser as `decide` needs it.
pub trait Places {
    /// What is known of a piece beyond its text.
    fn facets(&self, case: &Case<'_>) -> Facets;
    /// The sections that take it, in order of precedence.
    fn sections(&self, case: &Case<'_>, facets: &Facets) -> Vec<Suggestion>;
}
