//! What `decide` asks of the categoriser, and what it tells it.

use crate::categorise::Categoriser;
use crate::learn::{Advice, Adviser, Recommender};
use plenary_model::id::SectionSlug;
use plenary_model::learned::Learned;
use plenary_model::piece::Facets;

pub use crate::categorise::{Carrier, Case, Suggestion};

pub trait Classifier {
    fn facets(&self, case: &Case<'_>) -> Facets;
    /// The sections that take it by rule, in order of precedence.
    fn sections(&self, case: &Case<'_>, facets: &Facets) -> Vec<Suggestion>;
    /// What models say of a piece that rules put `by_rule`; `None` when none is in use and none placed it (in `kept`).
    fn advice(
        &self,
        _case: &Case<'_>,
        _facets: &Facets,
        _by_rule: &[Suggestion],
        _kept: &[SectionSlug],
    ) -> Option<Advice> {
        None
    }
}

impl Classifier for Categoriser {
    fn facets(&self, case: &Case<'_>) -> Facets {
        Self::facets(self, case)
    }

    fn sections(&self, case: &Case<'_>, facets: &Facets) -> Vec<Suggestion> {
        Self::sections(self, case, facets)
    }

    fn advice(&self, case: &Case<'_>, facets: &Facets, by_rule: &[Suggestion], kept: &[SectionSlug]) -> Option<Advice> {
        Recommender::new(self, &Learned::default()).advice(case, facets, by_rule, kept)
    }
}

impl Classifier for Adviser {
    fn facets(&self, case: &Case<'_>) -> Facets {
        self.rules().facets(case)
    }

    fn sections(&self, case: &Case<'_>, facets: &Facets) -> Vec<Suggestion> {
        self.rules().sections(case, facets)
    }

    fn advice(&self, case: &Case<'_>, facets: &Facets, by_rule: &[Suggestion], kept: &[SectionSlug]) -> Option<Advice> {
        self.recommender().advice(case, facets, by_rule, kept)
    }
}
