//! What has been learned from staff's decisions: one small linear model a section, and the figures by
//! which it is in use or not. Data alone; `ingest/learn` makes it and asks it.

use super::id::SectionSlug;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// Steps in which a weight is kept, to one: a thousandth tells no two texts apart.
pub const WEIGHT_STEPS: f32 = 1_000.0;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Learning {
    Off,
    /// Models rank what waits and make suggestions to staff; rules alone place.
    #[default]
    Suggest,
    /// A model in use also places what comes in, in place of its section's rule.
    Publish,
}

/// What models were learned from. Others are owed as soon as any of it differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedFrom {
    pub policy_version: String,
    pub decision: i64,
    pub form: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    pub belongs: bool,
    pub by_rule: bool,
    /// How probably the piece belongs, of 1,000.
    pub probability: u16,
    pub why: OpinionReason,
}

/// As JSON: `why`, the English sentence, and `reasons`, the same as a code with its data.
pub fn serialize_opinion<S: Serializer>(opinion: &Option<Opinion>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(opinion) = opinion else { return serializer.serialize_none() };
    let mut fields = serializer.serialize_struct("Opinion", 5)?;
    fields.serialize_field("belongs", &opinion.belongs)?;
    fields.serialize_field("by_rule", &opinion.by_rule)?;
    fields.serialize_field("probability", &opinion.probability)?;
    fields.serialize_field("why", &opinion.why.to_string())?;
    fields.serialize_field("reasons", &[&opinion.why])?;
    fields.end()
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum OpinionReason {
    Features {
        belongs: bool,
        /// In percent, as is `threshold`, from which it belongs.
        probability: u8,
        threshold: u8,
        /// What speaks for the answer most, the strongest first.
        features: Vec<WeightedFeature>,
    },
    /// An earlier model placed it, and what readers have seen no later one takes away.
    EarlierModel,
    /// What an earlier version wrote down.
    Note { text: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightedFeature {
    pub name: String,
    /// In hundredths.
    pub log_odds: i32,
}

/// `0.87 because "labour" +0.81, topic:health +0.40 (from 0.42 on it belongs here)`.
impl fmt::Display for OpinionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |percent: u8| f64::from(percent) / 100.0;
        match self {
            Self::Features { belongs, probability, threshold, features } => {
                let named: Vec<String> = features.iter().map(ToString::to_string).collect();
                let because = match (named.is_empty(), belongs) {
                    (false, _) => named.join(", "),
                    (true, true) => "of the pieces that belong here in general".to_owned(),
                    (true, false) => "nothing speaks for it".to_owned(),
                };
                let (probability, threshold) = (part(*probability), part(*threshold));
                write!(f, "{probability:.2} because {because} (from {threshold:.2} on it belongs here)")
            }
            Self::EarlierModel => f.write_str("an earlier model placed it here"),
            Self::Note { text } => f.write_str(text),
        }
    }
}

impl fmt::Display for WeightedFeature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:+.2}", self.name, f64::from(self.log_odds) / 100.0)
    }
}

impl Opinion {
    /// True when the model alone puts the piece here.
    pub fn is_for_it_alone(&self) -> bool {
        self.belongs && !self.by_rule
    }

    /// True when the rule puts the piece here and the model would not.
    pub fn is_against(&self) -> bool {
        self.by_rule && !self.belongs
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    /// Number of the form of features: a model of another form is not asked.
    pub form: u32,
    pub policy_version: String,
    pub lessons: usize,
    pub features: Vec<Feature>,
    pub sections: Vec<SectionModel>,
}

impl Learned {
    pub fn in_use(&self, section: &SectionSlug) -> Option<&SectionModel> {
        self.sections.iter().find(|model| model.trial.is_on && model.section == *section)
    }

    pub fn speaks(&self) -> bool {
        self.sections.iter().any(|model| model.trial.is_on)
    }
}

/// Something a text can have: a word, the beginning of a word, a rule hit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    pub bucket: u32,
    pub name: String,
    /// How much rarer words count for more (inverse document frequency); 1 for rule hits.
    pub rarity: f32,
}

/// The model of one section: a logistic regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionModel {
    pub section: SectionSlug,
    pub trial: Trial,
    pub threshold: f32,
    /// Log-odds of a piece that has none of the features.
    pub bias: f32,
    /// Log-odds that each of [`Learned::features`] adds, in `1 / WEIGHT_STEPS`; empty while not in use.
    pub weights: Vec<i32>,
}

/// Rules and model on the same decisions, each judged by a model that had not seen it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    pub decisions: usize,
    pub belonging: usize,
    /// F1 of the rule, 0 to 1.
    pub rules_f1: f64,
    pub model_f1: f64,
    /// Standard error of their difference, by leaving out one part of the decisions at a time.
    pub error: f64,
    #[serde(rename = "on")]
    pub is_on: bool,
    pub why: String,
}
