//! What the models in use predict for a piece, with the words on which the prediction rests.

use super::FORM;
use super::features::Sample;
use super::train::probability;
use plenary_model::id::SectionSlug;
use plenary_model::learned::{Learned, OpinionReason, SectionModel, WEIGHT_STEPS, WeightedFeature};

/// Words that a reason names.
const NAMED_MAX: usize = 4;
/// Log-odds below which a word is not worth naming.
const NAMED_MIN: f32 = 0.05;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Prediction {
    pub(super) section: SectionSlug,
    pub(super) probability: f32,
    pub(super) belongs: bool,
    pub(super) why: OpinionReason,
}

/// What each model in use predicts, in the order of the policy's sections.
pub(super) fn predict(learned: &Learned, sample: &Sample) -> Vec<Prediction> {
    if learned.form != FORM || !learned.speaks() {
        return Vec::new();
    }
    let values = sample.list_known_values(learned);
    learned.sections.iter().filter(|model| model.trial.is_on).map(|model| apply(learned, model, &values)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "weights are small integers")]
fn apply(learned: &Learned, model: &SectionModel, values: &[(u32, f32)]) -> Prediction {
    let added: Vec<(u32, f32)> = values
        .iter()
        .filter_map(|(at, value)| {
            let steps = model.weights.get(*at as usize)?;
            Some((*at, value * *steps as f32 / WEIGHT_STEPS))
        })
        .collect();
    let odds = model.bias + added.iter().map(|(_, added)| added).sum::<f32>();
    let probability = probability(odds);
    let belongs = probability >= model.threshold;
    let why = why(learned, model, probability, belongs, added);
    Prediction { section: model.section.clone(), probability, belongs, why }
}

/// What speaks for the answer with its log-odds, the strongest first.
fn why(
    learned: &Learned,
    model: &SectionModel,
    probability: f32,
    belongs: bool,
    mut added: Vec<(u32, f32)>,
) -> OpinionReason {
    let speaks_for_it = |added: f32| if belongs { added >= NAMED_MIN } else { added <= -NAMED_MIN };
    added.retain(|(_, added)| speaks_for_it(*added));
    added.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()).then(one.0.cmp(&other.0)));
    let name = |at: u32| learned.features.get(at as usize).map_or("", |feature| feature.name.as_str());
    let features = added.iter().take(NAMED_MAX);
    let features =
        features.map(|(at, added)| WeightedFeature { name: name(*at).to_owned(), log_odds: hundredths(*added) });
    OpinionReason::Features {
        belongs,
        probability: percent(probability),
        threshold: percent(model.threshold),
        features: features.collect(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "log-odds are small")]
fn hundredths(log_odds: f32) -> i32 {
    (f64::from(log_odds) * 100.0).round_ties_even() as i32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability, from 0 to 1")]
fn percent(probability: f32) -> u8 {
    (f64::from(probability) * 100.0).round_ties_even() as u8
}
