//! Rules and models together: where a piece goes when models may decide, and what they say of it.

use super::super::categorise::{Case, Categoriser, Suggestion};
use super::features::Sample;
use super::predict::{Prediction, predict};
use plenary_model::id::SectionSlug;
use plenary_model::learned::{Learned, Opinion, OpinionReason};
use plenary_model::piece::Facets;
use plenary_model::reason::Reason;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Of how many a probability is told.
const PROBABILITY_OF: f32 = 1_000.0;

#[derive(Clone, Copy, Debug)]
pub struct Recommender<'a> {
    categoriser: &'a Categoriser,
    learned: &'a Learned,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advice {
    /// In order of precedence, when models may decide.
    pub sections: Vec<Suggestion>,
    pub opinions: BTreeMap<SectionSlug, Opinion>,
}

impl<'a> Recommender<'a> {
    /// These rules with these models. Models of another form stay silent.
    pub fn new(categoriser: &'a Categoriser, learned: &'a Learned) -> Self {
        Self { categoriser, learned }
    }

    /// The sections that take a piece, in order of precedence. A model in use replaces its section's rule; its reason
    /// comes first.
    pub fn sections(&self, case: &Case<'_>, facets: &Facets) -> Vec<Suggestion> {
        let by_rule = self.categoriser.sections(case, facets);
        self.advice(case, facets, &by_rule, &[]).map_or(by_rule, |advice| advice.sections)
    }

    /// What models say of a piece that the rules put `by_rule`; `None` when none is in use. `kept` names sections in
    /// which a model has placed it: what readers have seen there, no later model takes away.
    pub fn advice(
        &self,
        case: &Case<'_>,
        facets: &Facets,
        by_rule: &[Suggestion],
        kept: &[SectionSlug],
    ) -> Option<Advice> {
        let predictions = if self.learned.speaks() {
            predict(self.learned, &Sample::extract(case, facets, by_rule))
        } else {
            Vec::new()
        };
        if predictions.is_empty() && kept.is_empty() {
            return None;
        }
        let is_by_rule = |section: &SectionSlug| by_rule.iter().any(|suggestion| suggestion.section == *section);
        let mut opinions: BTreeMap<SectionSlug, Opinion> = predictions
            .into_iter()
            .map(|prediction| (prediction.section.clone(), opinion(&prediction, is_by_rule(&prediction.section))))
            .collect();
        for section in kept {
            let now = opinions.get(section).filter(|opinion| opinion.belongs).cloned();
            let kept = now.unwrap_or_else(|| Opinion {
                belongs: true,
                by_rule: is_by_rule(section),
                probability: opinions.get(section).map_or(0, |opinion| opinion.probability),
                why: OpinionReason::EarlierModel,
            });
            opinions.insert(section.clone(), kept);
        }
        let overrule = |section: &SectionSlug| opinions.get(section).map(|opinion| opinion.belongs);
        let mut sections = self.categoriser.sections_where(case, facets, &overrule);
        for suggestion in &mut sections {
            if let Some(opinion) = opinions.get(&suggestion.section) {
                suggestion.why.insert(0, Reason::Learned { why: opinion.why.clone() });
            }
        }
        Some(Advice { sections, opinions })
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability, from 0 to 1")]
fn opinion(prediction: &Prediction, by_rule: bool) -> Opinion {
    let probability = (prediction.probability * PROBABILITY_OF).round() as u16;
    Opinion { belongs: prediction.belongs, by_rule, probability, why: prediction.why.clone() }
}

/// Rules and models under one policy, to be asked for as long as both are in force.
#[derive(Clone, Debug)]
pub struct Adviser {
    rules: Arc<Categoriser>,
    learned: Arc<Learned>,
}

impl Adviser {
    pub fn new(rules: Arc<Categoriser>, learned: Arc<Learned>) -> Self {
        Self { rules, learned }
    }

    pub fn rules(&self) -> &Arc<Categoriser> {
        &self.rules
    }

    pub fn speaks(&self) -> bool {
        self.learned.speaks()
    }

    pub fn recommender(&self) -> Recommender<'_> {
        Recommender::new(&self.rules, &self.learned)
    }
}
