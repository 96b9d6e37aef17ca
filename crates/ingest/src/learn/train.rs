//! Finds the weights: logistic regression for all sections at once, by a fixed number of passes of gradient descent
//! with a step of its own for each weight (`AdaGrad`) and a pull towards zero.

const PASSES: usize = 15;
/// Length of the first step.
const STEP: f32 = 0.3;
/// Pull of each weight towards zero, as a part of it.
const PULL: f32 = 0.004;
/// What the sums of squares begin with, so that the first step is finite.
const SQUARES_START: f32 = 1e-3;

#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Values by the number of the feature.
    pub(super) values: Vec<(u32, f32)>,
    /// For each section whether the piece belongs there; `None` when staff have not said.
    pub(super) taught: Vec<Option<bool>>,
    pub(super) by_rule: Vec<bool>,
    /// Digest of the source whose text it is; texts of one source are judged together.
    pub(super) publisher: String,
}

/// Log-odds by feature and section.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    sections: usize,
    /// All sections' weights of a feature stand together.
    of_features: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

impl Weights {
    pub(super) fn of_feature(&self, feature: usize) -> &[f32] {
        self.of_features.get(feature * self.sections..(feature + 1) * self.sections).unwrap_or_default()
    }

    pub(super) fn odds(&self, values: &[(u32, f32)]) -> Vec<f32> {
        let mut odds = self.bias.clone();
        for (feature, value) in values {
            for (sum, weight) in odds.iter_mut().zip(self.of_feature(*feature as usize)) {
                *sum += value * weight;
            }
        }
        odds
    }
}

pub(super) fn probability(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}

pub(super) fn train(rows: &[&Row], features: usize, sections: usize) -> Weights {
    let mut weights = Weights { sections, of_features: vec![0.0; features * sections], bias: vec![0.0; sections] };
    let mut squares = vec![SQUARES_START; features * sections];
    let mut bias_squares = vec![SQUARES_START; sections];
    for _ in 0..PASSES {
        for row in rows {
            let odds = weights.odds(&row.values);
            let errors: Vec<f32> = odds.iter().zip(&row.taught).map(|(odds, taught)| error(*odds, *taught)).collect();
            for ((bias, square), error) in weights.bias.iter_mut().zip(&mut bias_squares).zip(&errors) {
                *square += error * error;
                *bias -= STEP * error / square.sqrt();
            }
            for (feature, value) in &row.values {
                let from = *feature as usize * sections;
                let (Some(of_feature), Some(squares)) =
                    (weights.of_features.get_mut(from..from + sections), squares.get_mut(from..from + sections))
                else {
                    continue;
                };
                for ((weight, square), error) in of_feature.iter_mut().zip(squares).zip(&errors) {
                    let slope = error * value + PULL * *weight;
                    *square += slope * slope;
                    *weight -= STEP * slope / square.sqrt();
                }
            }
        }
    }
    weights
}

/// By how much the model is wrong about an example; not at all where staff have not said.
fn error(odds: f32, taught: Option<bool>) -> f32 {
    taught.map_or(0.0, |belongs| probability(odds) - if belongs { 1.0 } else { 0.0 })
}
