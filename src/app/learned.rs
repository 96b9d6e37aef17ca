//! What was learned from decisions, for `status` and `explain`.

use super::app::App;
use plenary_ingest::categorise::{Case, Categoriser, Suggestion};
use plenary_ingest::learn::{FORM, Recommender};
use plenary_model::id::SectionSlug;
use plenary_model::learned::{Learned, LearnedFrom, Learning, Opinion, serialize_opinion};
use plenary_model::piece::Facets;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct LearnedState {
    pub policy: Learning,
    /// True when the models were learned under this policy; others are not asked.
    pub current: bool,
    /// Number of the last decision that they know; 0 when nothing was learned.
    pub decision: i64,
    pub lessons: usize,
    /// The models in the order of the policy's sections.
    pub sections: Vec<ModelLine>,
}

/// The model of a section, held against the section's rule on decisions that it had not seen.
#[derive(Clone, Debug, Serialize)]
pub struct ModelLine {
    pub section: SectionSlug,
    pub on: bool,
    pub why: String,
    pub decisions: usize,
    /// Decisions that say that a piece belongs there.
    pub belonging: usize,
    /// F1 of the rule, 0 to 1.
    pub rules_f1: f64,
    /// F1 of the model, 0 to 1.
    pub model_f1: f64,
    /// Asked about a piece, what it says.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "serialize_opinion")]
    pub opinion: Option<Opinion>,
}

pub(super) fn list_models(learned: &Learned) -> Vec<ModelLine> {
    let line = |model: &plenary_model::learned::SectionModel| ModelLine {
        section: model.section.clone(),
        on: model.trial.is_on,
        why: model.trial.why.clone(),
        decisions: model.trial.decisions,
        belonging: model.trial.belonging,
        rules_f1: model.trial.rules_f1,
        model_f1: model.trial.model_f1,
        opinion: None,
    };
    learned.sections.iter().map(line).collect()
}

pub(super) fn ask_models(
    learned: &Learned,
    rules: &Categoriser,
    case: &Case<'_>,
    facets: &Facets,
    by_rule: &[Suggestion],
) -> Vec<ModelLine> {
    let opinions = Recommender::new(rules, learned).advice(case, facets, by_rule, &[]).map(|advice| advice.opinions);
    let mut lines = list_models(learned);
    for line in &mut lines {
        line.opinion = opinions.as_ref().and_then(|opinions| opinions.get(&line.section).cloned());
    }
    lines
}

impl App {
    /// The models that may be asked under the policy in force.
    pub(super) async fn models(&self) -> anyhow::Result<Option<Learned>> {
        let policy = self.policy();
        if policy.rules.learned == Learning::Off {
            return Ok(None);
        }
        let fits = |from: &LearnedFrom| from.form == FORM && from.policy_version == policy.version;
        Ok(self.store.load_learned().await?.filter(|(from, _)| fits(from)).map(|(_, learned)| learned))
    }

    pub(super) async fn read_learned(&self) -> anyhow::Result<LearnedState> {
        let policy = self.policy();
        let (from, learned) = self.store.load_learned().await?.unzip();
        let learned: Learned = learned.unwrap_or_default();
        Ok(LearnedState {
            policy: policy.rules.learned,
            current: from.as_ref().is_some_and(|from| from.form == FORM && from.policy_version == policy.version),
            decision: from.map_or(0, |from| from.decision),
            lessons: learned.lessons,
            sections: list_models(&learned),
        })
    }
}
