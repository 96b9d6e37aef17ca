//! The file of the models: a line that names its form, a header in JSON that people can read (what is recognised, and
//! all weights of the second stage), then the first stage: features by number, how rare each is, and a byte of weight
//! for each output.

use super::signs::{GENRE_WEIGHTS, TOPIC_WEIGHTS};
use plenary_model::id::digest;
use plenary_model::source::Standing;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// First line of the file. The number is raised when the same text would give other features.
const FORM: &str = "plenary facets 1\n";
/// Steps of a rarity to one: rarities are between 1 and 12.
const RARITY_STEPS: f32 = 20.0;
/// Largest weight, in steps of its output's scale.
const WEIGHT_MAX: f32 = 127.0;
/// Bits of the sieve: ten for each feature of a model of 26,000.
const SIEVE_BITS: usize = 1 << 18;
/// Fewer slots than twice the features make searches long.
const SLOTS_PER_GRAM: usize = 2;

#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("the models of facets cannot be read: they do not begin with \"{}\"; make them anew with `plenary train`", FORM.trim_end())]
    Form,
    #[error("the models of facets are cut off or damaged: make them anew with `plenary train`")]
    Damaged,
    #[error("the header of the models of facets cannot be read: {0}")]
    Header(#[from] serde_json::Error),
}

/// What people can read of a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Header {
    /// Slugs of genres, then of topics: the outputs of the first stage, in this order.
    pub(super) genres: Vec<String>,
    pub(super) topics: Vec<String>,
    /// Weights of the second stage, by kind of evidence; see `signs`.
    pub(super) of_genres: [f32; GENRE_WEIGHTS],
    /// What each genre has before anything is known of a text.
    pub(super) bias: Vec<f32>,
    /// What it has more in texts of a standing.
    pub(super) by_standing: BTreeMap<Standing, Vec<f32>>,
    pub(super) of_topics: Vec<[f32; TOPIC_WEIGHTS]>,
    /// How probably a section is right, of which the readings give a log-odds: its bias and its factor.
    pub(super) certainty: [f32; 2],
    pub(super) grams: usize,
    /// Step of the weights of each output, and what it has without any feature.
    pub(super) scales: Vec<f32>,
    pub(super) starts: Vec<f32>,
}

/// A feature of the first stage with its weights for all outputs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weighted {
    pub(super) key: u32,
    pub(super) rarity: f32,
    pub(super) weights: Vec<f32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FacetModel {
    pub(super) header: Header,
    keys: Vec<u32>,
    rarities: Vec<u8>,
    /// All outputs of a feature stand together.
    weights: Vec<i8>,
    /// Numbers of features by their key, plus one; 0 is empty.
    slots: Vec<u32>,
    /// A bit for the lower bits of each key: nine of ten foreign features are told by it, in memory that stays near.
    sieve: Vec<u64>,
}

impl FacetModel {
    /// Rounds weights to bytes. Features without a weight that counts are left out.
    pub(super) fn new(mut header: Header, mut grams: Vec<Weighted>) -> Self {
        let outputs = header.genres.len() + header.topics.len();
        header.scales = (0..outputs)
            .map(|output| {
                let largest = grams
                    .iter()
                    .filter_map(|gram| gram.weights.get(output))
                    .fold(0.0, |most: f32, w| most.max(w.abs()));
                largest.max(f32::MIN_POSITIVE) / WEIGHT_MAX
            })
            .collect();
        grams.sort_by_key(|gram| gram.key);
        let mut model = Self {
            header,
            keys: Vec::new(),
            rarities: Vec::new(),
            weights: Vec::new(),
            slots: Vec::new(),
            sieve: Vec::new(),
        };
        for gram in &grams {
            let steps: Vec<i8> =
                gram.weights.iter().zip(&model.header.scales).map(|(weight, scale)| steps(weight / scale)).collect();
            if steps.iter().any(|one| *one != 0) {
                model.keys.push(gram.key);
                model.rarities.push(byte(gram.rarity * RARITY_STEPS));
                model.weights.extend(steps);
            }
        }
        model.header.grams = model.keys.len();
        model.fill_slots();
        model
    }

    /// The file; the same models give the same bytes. Fails never in practice: the header is plain data.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let header = serde_json::to_string(&self.header)?;
        let mut bytes = FORM.as_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.push(b'\n');
        bytes.extend(self.keys.iter().flat_map(|key| key.to_le_bytes()));
        bytes.extend(&self.rarities);
        bytes.extend(self.weights.iter().map(|weight| weight.to_le_bytes()[0]));
        Ok(bytes)
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let rest = bytes.strip_prefix(FORM.as_bytes()).ok_or(ModelError::Form)?;
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or(ModelError::Damaged)?;
        let (header, rest) = rest.split_at(end);
        let header: Header = serde_json::from_slice(header)?;
        let outputs = header.genres.len() + header.topics.len();
        let rest = rest.get(1..).unwrap_or_default();
        let is_whole = rest.len() == header.grams.saturating_mul(5 + outputs)
            && [&header.scales, &header.starts].iter().all(|of_outputs| of_outputs.len() == outputs)
            && header.of_topics.len() == header.topics.len()
            && header.bias.len() == header.genres.len()
            && header.by_standing.values().all(|bias| bias.len() == header.genres.len());
        if !is_whole {
            return Err(ModelError::Damaged);
        }
        let (keys, rest) = rest.split_at(header.grams * 4);
        let (rarities, weights) = rest.split_at(header.grams);
        let keys = keys.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect();
        let weights = weights.iter().map(|byte| i8::from_le_bytes([*byte])).collect();
        let mut model =
            Self { header, keys, rarities: rarities.to_vec(), weights, slots: Vec::new(), sieve: Vec::new() };
        model.fill_slots();
        Ok(model)
    }

    /// Tells one file from another.
    pub fn digest(bytes: &[u8]) -> String {
        digest([bytes.iter().map(|byte| char::from(*byte)).collect::<String>().as_str()])
    }

    /// The key of a feature.
    pub(super) fn key(&self, number: usize) -> Option<u32> {
        self.keys.get(number).copied()
    }

    pub(super) fn outputs(&self) -> usize {
        self.header.genres.len() + self.header.topics.len()
    }

    /// The number of a feature; `None` when it is unknown.
    pub(super) fn find(&self, key: u32) -> Option<usize> {
        let (word, bit) = sieve_place(key);
        if self.sieve.get(word)? & bit == 0 {
            return None;
        }
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = key as usize & mask;
        loop {
            let number = (*self.slots.get(slot)? as usize).checked_sub(1)?;
            if self.keys.get(number) == Some(&key) {
                return Some(number);
            }
            slot = (slot + 1) & mask;
        }
    }

    pub(super) fn rarity(&self, number: usize) -> f32 {
        self.rarities.get(number).map_or(0.0, |steps| f32::from(*steps) / RARITY_STEPS)
    }

    /// Weights of a feature in steps, by output.
    pub(super) fn weights(&self, number: usize) -> &[i8] {
        self.weights.get(number * self.outputs()..(number + 1) * self.outputs()).unwrap_or_default()
    }

    fn fill_slots(&mut self) {
        self.sieve = vec![0; SIEVE_BITS / 64];
        for key in &self.keys {
            let (word, bit) = sieve_place(*key);
            if let Some(bits) = self.sieve.get_mut(word) {
                *bits |= bit;
            }
        }
        let size = (self.keys.len() * SLOTS_PER_GRAM).next_power_of_two().max(2);
        self.slots = vec![0; size];
        for (number, key) in (1_u32..).zip(&self.keys) {
            let mut slot = *key as usize & (size - 1);
            while self.slots.get(slot).is_some_and(|taken| *taken != 0) {
                slot = (slot + 1) & (size - 1);
            }
            if let Some(free) = self.slots.get_mut(slot) {
                *free = number;
            }
        }
    }
}

fn sieve_place(key: u32) -> (usize, u64) {
    let place = key as usize % SIEVE_BITS;
    (place / 64, 1 << (place % 64))
}

#[expect(clippy::cast_possible_truncation, reason = "between -127 and 127")]
fn steps(weight: f32) -> i8 {
    weight.round().clamp(-WEIGHT_MAX, WEIGHT_MAX) as i8
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
