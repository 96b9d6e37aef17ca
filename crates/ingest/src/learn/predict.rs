//! What the models in use predict for a piece, with the words on which the prediction rests.

use super::FORM;
use super::features::Sample;
use super::train::probability;
use plenary_model::id::SectionSlug;
use plenary_model::learned::{Learned, SectionModel, WEIGHT_STEPS};

/// Words that a reason names.
const NAMED_MAX: usize = 4;
/// Log-odds below which a word is not worth naming.
const NAMED_MIN: f32 = 0.05;

/// What a section's model predicts for a piece.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Prediction {
    /// The section.
    pub(super) section: SectionSlug,
    /// Probability that the piece belongs there.
    pub(super) probability: f32,
    /// True when that is enough.
    pub(super) belongs: bool,
    /// In words, with weights.
    pub(super) why: String,
}

/// What each model in use predicts, in the order of the policy's sections.
pub(super) fn predict(learned: &Learned, sample: &Sample) -> Vec<Prediction> {
    if learned.form != FORM || !learned.speaks() {
        return Vec::new();
    }
    let values = sample.known_to(learned);
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

/// `0.87 because "labour" +0.81, topic:health +0.40 (from 0.42 on it belongs here)`: the probability,
/// what speaks for the answer with its log-odds, the strongest first, and the threshold.
fn why(learned: &Learned, model: &SectionModel, probability: f32, belongs: bool, mut added: Vec<(u32, f32)>) -> String {
    let speaks_for_it = |added: f32| if belongs { added >= NAMED_MIN } else { added <= -NAMED_MIN };
    added.retain(|(_, added)| speaks_for_it(*added));
    added.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()).then(one.0.cmp(&other.0)));
    let name = |at: u32| learned.features.get(at as usize).map_or("", |feature| feature.name.as_str());
    let named: Vec<String> =
        added.iter().take(NAMED_MAX).map(|(at, added)| format!("{} {added:+.2}", name(*at))).collect();
    let because = match (named.is_empty(), belongs) {
        (false, _) => named.join(", "),
        (true, true) => "of the pieces that belong here in general".to_owned(),
        (true, false) => "nothing speaks for it".to_owned(),
    };
    format!("{probability:.2} because {because} (from {:.2} on it belongs here)", model.threshold)
}
