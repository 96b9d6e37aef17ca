//! Pieces with what staff said of them, as training examples, and the model that is learned from them.

use super::super::categorise::{Case, Suggestion};
use super::FORM;
use super::evaluate;
use super::features::Sample;
use super::train::{Row, Weights};
use plenary_model::id::{SectionSlug, digest};
use plenary_model::learned::{Feature, Learned, SectionModel, WEIGHT_STEPS};
use plenary_model::piece::Facets;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Fewest examples from which anything is learned.
pub const EXAMPLES_MIN: usize = 50;
/// Examples in which a feature must occur: what was seen once says nothing of the next piece.
const FEATURE_EXAMPLES_MIN: usize = 2;
/// A feature is left out of a model when no section gives it this much weight, in steps.
const WEIGHT_MIN: i32 = 5;

#[derive(Clone, Debug)]
struct Example {
    sample: Sample,
    by_rule: BTreeSet<SectionSlug>,
    taught: BTreeMap<SectionSlug, bool>,
    /// Whose text it is: the source that carries it, else the piece itself.
    publisher: String,
}

#[derive(Clone, Debug, Default)]
pub struct Dataset {
    /// By digest of the piece's name: an order that nobody chooses, in which neighbours have nothing in common.
    by_digest: BTreeMap<String, Example>,
    /// What stands in each bucket. Of two that collide, the first by name.
    names: HashMap<u32, String>,
}

impl Dataset {
    /// Adds a piece called `name`, which the rules under `facets` put where `by_rule` says; `taught` says of each
    /// section that staff spoke of whether it belongs there. Taught again, the last time counts.
    pub fn add(
        &mut self,
        name: &str,
        case: &Case<'_>,
        facets: &Facets,
        by_rule: &[Suggestion],
        taught: BTreeMap<SectionSlug, bool>,
    ) {
        let names = &mut self.names;
        let sample = Sample::extract_noting(case, facets, by_rule, &mut |bucket, name| {
            let name = name.to_string();
            let kept = names.entry(bucket).or_insert_with(|| name.clone());
            if name < *kept {
                *kept = name;
            }
        });
        let by_rule = by_rule.iter().map(|suggestion| suggestion.section.clone()).collect();
        let carrier = case.carriers.first().map(|carrier| match carrier.source.as_str() {
            "" => carrier.name.as_str(),
            source => source,
        });
        let publisher = carrier.filter(|carrier| !carrier.is_empty()).unwrap_or(name);
        let publisher = digest([publisher]);
        self.by_digest.insert(digest([name]), Example { sample, by_rule, taught, publisher });
    }

    pub fn len(&self) -> usize {
        self.by_digest.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_digest.is_empty()
    }

    /// The models of `sections`, which are the policy's of this version, in its order.
    pub fn train(&self, sections: &[SectionSlug], policy_version: &str) -> Learned {
        let features = self.features();
        let column: HashMap<u32, (u32, f32)> =
            features.iter().zip(0_u32..).map(|(feature, at)| (feature.bucket, (at, feature.rarity))).collect();
        let rows: Vec<Row> = self
            .by_digest
            .values()
            .map(|example| Row {
                values: example.sample.values(&|bucket| column.get(&bucket).copied()),
                taught: sections.iter().map(|section| example.taught.get(section).copied()).collect(),
                by_rule: sections.iter().map(|section| example.by_rule.contains(section)).collect(),
                publisher: example.publisher.clone(),
            })
            .collect();
        let (weights, trials) = evaluate::cross_validate(&rows, features.len(), sections.len());
        let mut models: Vec<SectionModel> = sections
            .iter()
            .zip(trials)
            .zip(&weights.bias)
            .map(|((section, (trial, threshold)), bias)| SectionModel {
                section: section.clone(),
                trial,
                threshold,
                bias: *bias,
                weights: Vec::new(),
            })
            .collect();
        let features = keep(&mut models, features, &weights);
        Learned {
            form: FORM,
            policy_version: policy_version.to_owned(),
            lessons: self.len(),
            features,
            sections: models,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of examples")]
    fn features(&self) -> Vec<Feature> {
        let mut holders: BTreeMap<u32, (usize, bool)> = BTreeMap::new();
        for item in self.by_digest.values().flat_map(|example| &example.sample.items) {
            let (count, is_word) = holders.entry(item.bucket).or_default();
            *count += 1;
            *is_word = item.is_word;
        }
        let often = holders.into_iter().filter(|(_, (count, _))| *count >= FEATURE_EXAMPLES_MIN);
        often
            .map(|(bucket, (count, is_word))| {
                let rarity = ((1 + self.len()) as f32 / (1 + count) as f32).ln() + 1.0;
                let name = self.names.get(&bucket).cloned().unwrap_or_default();
                Feature { bucket, name, rarity: if is_word { rarity } else { 1.0 } }
            })
            .collect()
    }
}

/// Gives the models in use their weights; returns the features that still matter.
fn keep(models: &mut [SectionModel], features: Vec<Feature>, weights: &Weights) -> Vec<Feature> {
    #[expect(clippy::cast_possible_truncation, reason = "weights are small, and a cast saturates")]
    let steps = |weight: f32| (weight * WEIGHT_STEPS).round() as i32;
    let mut kept = Vec::new();
    for (at, feature) in features.into_iter().enumerate() {
        let of_feature: Vec<i32> = weights.of_feature(at).iter().map(|weight| steps(*weight)).collect();
        let matters = models.iter().zip(&of_feature).any(|(m, weight)| m.trial.is_on && weight.abs() >= WEIGHT_MIN);
        if !matters {
            continue;
        }
        kept.push(feature);
        for (model, weight) in models.iter_mut().zip(of_feature).filter(|(model, _)| model.trial.is_on) {
            model.weights.push(weight);
        }
    }
    kept
}
