//! Rules and models together: where a piece goes when models may decide.

use super::super::categorise::{Case, Categoriser, Suggestion};
use super::features::Sample;
use super::voice::{Voice, hear};
use crate::model::id::SectionSlug;
use crate::model::learned::Learned;
use crate::model::piece::Facets;

/// The categoriser with the models that were learned beside it.
#[derive(Clone, Copy, Debug)]
pub struct Counsel<'a> {
    categoriser: &'a Categoriser,
    learned: &'a Learned,
}

impl<'a> Counsel<'a> {
    /// These rules with these models. Models of another form stay silent.
    pub fn new(categoriser: &'a Categoriser, learned: &'a Learned) -> Self {
        Self { categoriser, learned }
    }

    /// The sections that take a piece, in order of precedence. A model in use decides in place of its
    /// section's rule; the first reason is then its own.
    pub fn sections(&self, case: &Case<'_>, facets: &Facets) -> Vec<Suggestion> {
        let by_rule = self.categoriser.sections(case, facets);
        if !self.learned.speaks() {
            return by_rule;
        }
        let voices: Vec<Voice> = hear(self.learned, &Sample::of(case, facets, &by_rule));
        let heard = |section: &SectionSlug| voices.iter().find(|voice| voice.section == *section);
        let mut sections =
            self.categoriser.sections_where(case, facets, &|section| heard(section).map(|voice| voice.belongs));
        for suggestion in &mut sections {
            if let Some(voice) = heard(&suggestion.section) {
                suggestion.why.insert(0, format!("learned: {}", voice.why));
            }
        }
        sections
    }
}
