//! What `decide` asks of the categoriser, and what it tells it.

use crate::ingest::categorise::Categoriser;
use crate::model::piece::Facets;

pub use crate::ingest::categorise::{Carrier, Case, Suggestion};

/// The categoriser as `decide` needs it.
pub trait Places {
    /// What is known of a piece beyond its text.
    fn facets(&self, case: &Case<'_>) -> Facets;
    /// The sections that take it, in order of precedence.
    fn sections(&self, case: &Case<'_>, facets: &Facets) -> Vec<Suggestion>;
}

impl Places for Categoriser {
    fn facets(&self, case: &Case<'_>) -> Facets {
        Self::facets(self, case)
    }

    fn sections(&self, case: &Case<'_>, facets: &Facets) -> Vec<Suggestion> {
        Self::sections(self, case, facets)
    }
}
