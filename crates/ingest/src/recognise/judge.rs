//! What the models make of a text.

use super::grams::{Block, Gram};
use super::model::FacetModel;
use super::signs::{GENRE_WEIGHTS, Observed, TOPIC_WEIGHTS};
use plenary_model::id::{GenreSlug, TopicSlug};
use plenary_model::learned::WeightedFeature;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};

/// Value of a mark of the text's shape, beside the length 1 of all words together.
pub(super) const SHAPE_VALUE: f32 = 0.3;
/// Features that a reason names.
const NAMED_MAX: usize = 4;
/// Log-odds below which a feature is not worth naming.
const NAMED_MIN: f32 = 0.05;
/// Log-odds of a genre that the models do not know, beside those that they know.
const UNKNOWN_GENRE: f32 = -8.0;

/// The models, read when the first text is judged.
pub struct Recogniser {
    read: Box<dyn Fn() -> io::Result<Vec<u8>> + Send + Sync>,
    model: OnceLock<Option<FacetModel>>,
}

impl fmt::Debug for Recogniser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recogniser {{ is_loaded: {} }}", self.is_loaded())
    }
}

impl Recogniser {
    /// Models that `read` gives; when it fails, or gives no models, rules judge alone.
    pub fn reading(read: impl Fn() -> io::Result<Vec<u8>> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { read: Box::new(read), model: OnceLock::new() })
    }

    pub fn of(model: FacetModel) -> Arc<Self> {
        Arc::new(Self { read: Box::new(|| Err(io::ErrorKind::NotFound.into())), model: OnceLock::from(Some(model)) })
    }

    pub fn is_loaded(&self) -> bool {
        self.model.get().is_some()
    }

    pub(crate) fn model(&self) -> Option<&FacetModel> {
        self.model.get_or_init(|| FacetModel::from_bytes(&(self.read)().ok()?).ok()).as_ref()
    }
}

/// Which output of the models stands for each genre and topic of a policy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outputs {
    /// `None` when the models know none of the genres that the policy has.
    pub(super) genres: Option<Vec<Option<usize>>>,
    pub(super) topics: Vec<Option<usize>>,
}

impl Outputs {
    pub(crate) fn of<'a>(
        model: &FacetModel,
        genres: impl Iterator<Item = &'a GenreSlug>,
        topics: impl Iterator<Item = &'a TopicSlug>,
    ) -> Self {
        let at = |known: &[String], slug: &str| known.iter().position(|one| one == slug);
        let genres: Vec<Option<usize>> = genres.map(|genre| at(&model.header.genres, genre.as_str())).collect();
        // A policy with kinds of its own is judged by its own words.
        let knows_all = !genres.is_empty() && genres.iter().all(Option::is_some);
        let mut topics: Vec<Option<usize>> = topics.map(|topic| at(&model.header.topics, topic.as_str())).collect();
        // A topic of the same name in a policy of another kind may mean something else.
        let is_of_its_kind = (0..model.header.topics.len()).all(|number| topics.contains(&Some(number)));
        if !is_of_its_kind {
            topics.fill(None);
            return Self { genres: None, topics };
        }
        Self { genres: knows_all.then_some(genres), topics }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.genres.is_none() && self.topics.iter().all(Option::is_none)
    }
}

/// Probabilities in the order of the policy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// Of each genre, 1 together; `None` when the models do not know the policy's genres.
    pub genres: Option<Vec<f32>>,
    /// That the text is about each topic; `None` of topics that the models do not know.
    pub topics: Vec<Option<f32>>,
    /// The features of the text that the models know, by number, with their values.
    values: Vec<(usize, f32)>,
}

impl FacetModel {
    pub(crate) fn judge(&self, observed: &Observed<'_>, outputs: &Outputs) -> Judged {
        let values = self.values(observed);
        let odds = self.odds(&values);
        let of = |output: usize| odds.get(output).copied().unwrap_or_default();
        let genres = outputs.genres.as_ref().map(|genres| {
            let by_standing = self.header.by_standing.get(&observed.writer);
            let scores = genres.iter().zip(&observed.genres).map(|(output, signs)| {
                let Some(output) = *output else { return UNKNOWN_GENRE };
                let weight = |weights: &[f32]| weights.get(output).copied().unwrap_or_default();
                sum(&self.header.of_genres, &signs.values(of(output)))
                    + weight(&self.header.bias)
                    + by_standing.map_or(0.0, |bias| weight(bias))
            });
            shares(&scores.collect::<Vec<_>>())
        });
        let first = self.header.genres.len();
        let topics = outputs.topics.iter().zip(&observed.topics).map(|(output, signs)| {
            let weights = self.header.of_topics.get((*output)?)?;
            Some(probability(sum(weights, &signs.values(of(first + (*output)?)))))
        });
        Judged { genres, topics: topics.collect(), values }
    }

    /// What words and n-grams speak most for a genre of the policy, the strongest first.
    pub(crate) fn why_genre(
        &self,
        observed: &Observed<'_>,
        judged: &Judged,
        outputs: &Outputs,
        genre: usize,
    ) -> Vec<WeightedFeature> {
        let output = outputs.genres.as_ref().and_then(|genres| *genres.get(genre)?);
        let factor = self.header.of_genres.get(GENRE_WEIGHTS - 1).copied().unwrap_or_default();
        output.map(|output| self.name(observed, judged, output, factor)).unwrap_or_default()
    }

    /// The same for a topic of the policy.
    pub(crate) fn why_topic(
        &self,
        observed: &Observed<'_>,
        judged: &Judged,
        outputs: &Outputs,
        topic: usize,
    ) -> Vec<WeightedFeature> {
        let Some(output) = outputs.topics.get(topic).copied().flatten() else { return Vec::new() };
        let weights = self.header.of_topics.get(output);
        let factor = weights.and_then(|weights| weights.get(TOPIC_WEIGHTS - 2)).copied().unwrap_or_default();
        self.name(observed, judged, self.header.genres.len() + output, factor)
    }

    /// How probably the section of a text is right when its readings give it this share.
    pub(crate) fn certainty(&self, share: f32) -> f32 {
        let [bias, factor] = self.header.certainty;
        probability(bias + factor * log_odds(share))
    }

    /// The known features of a text with their values: each block of length 1, the shape aside.
    fn values(&self, observed: &Observed<'_>) -> Vec<(usize, f32)> {
        let mut found: Vec<(usize, Block)> = Vec::with_capacity(512);
        observed.words.each_gram(|key, block, _| found.extend(self.find(key).map(|number| (number, block))));
        found.sort_unstable();
        weigh(found.chunk_by(|one, other| one == other).filter_map(|same| {
            let (number, block) = *same.first()?;
            Some((number, block, same.len(), self.rarity(number)))
        }))
    }

    fn odds(&self, values: &[(usize, f32)]) -> Vec<f32> {
        let mut sums = vec![0.0; self.outputs()];
        for (number, value) in values {
            for (sum, weight) in sums.iter_mut().zip(self.weights(*number)) {
                *sum += value * f32::from(*weight);
            }
        }
        let header = &self.header;
        sums.iter().zip(&header.scales).zip(&header.starts).map(|((sum, scale), start)| sum * scale + start).collect()
    }

    fn name(&self, observed: &Observed<'_>, judged: &Judged, output: usize, factor: f32) -> Vec<WeightedFeature> {
        let scale = self.header.scales.get(output).copied().unwrap_or_default() * factor;
        let mut added: Vec<(usize, f32)> = judged
            .values
            .iter()
            .filter_map(|(number, value)| {
                Some((*number, value * scale * f32::from(*self.weights(*number).get(output)?)))
            })
            .filter(|(_, added)| *added >= NAMED_MIN)
            .collect();
        added.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        added.truncate(NAMED_MAX);
        if added.is_empty() {
            return Vec::new();
        }
        let wanted: Vec<(u32, usize)> =
            added.iter().filter_map(|(number, _)| Some((self.key(*number)?, *number))).collect();
        let mut names: BTreeMap<usize, String> = BTreeMap::new();
        observed.words.each_gram(|key, _, gram: Gram<'_>| {
            if let Some((_, number)) = wanted.iter().find(|(one, _)| *one == key) {
                names.entry(*number).or_insert_with(|| gram.name());
            }
        });
        let with_name = |(number, added): (usize, f32)| {
            Some(WeightedFeature { name: names.remove(&number)?, log_odds: hundredths(added) })
        };
        added.into_iter().filter_map(with_name).collect()
    }
}

/// Values of features that occur so often and are so rare, each block of length 1.
#[expect(clippy::cast_precision_loss, reason = "counts of words")]
pub(super) fn weigh<N: Copy>(found: impl Iterator<Item = (N, Block, usize, f32)>) -> Vec<(N, f32)> {
    let mut squares = [0.0_f32; 3];
    let weighed: Vec<(N, Block, f32)> = found
        .map(|(number, block, count, rarity)| {
            let value = if block == Block::Shape { SHAPE_VALUE } else { (1.0 + (count as f32).ln()) * rarity };
            squares[block as usize] += value * value;
            (number, block, value)
        })
        .collect();
    let lengths = squares.map(|square| square.sqrt().max(f32::MIN_POSITIVE));
    let scaled = |(number, block, value): (N, Block, f32)| {
        (number, if block == Block::Shape { value } else { value / lengths[block as usize] })
    };
    weighed.into_iter().map(scaled).collect()
}

pub(super) fn probability(odds: f32) -> f32 {
    1.0 / (1.0 + (-odds).exp())
}

pub(super) fn log_odds(probability: f32) -> f32 {
    let inside = probability.clamp(1e-3, 1.0 - 1e-3);
    (inside / (1.0 - inside)).ln()
}

fn sum(weights: &[f32], values: &[f32]) -> f32 {
    weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
}

/// Probabilities that are 1 together, from log-odds.
fn shares(scores: &[f32]) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f32> = scores.iter().map(|score| (score - most).exp()).collect();
    let all: f32 = raised.iter().sum();
    raised.iter().map(|one| one / all).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "log-odds are small")]
fn hundredths(log_odds: f32) -> i32 {
    (f64::from(log_odds) * 100.0).round_ties_even() as i32
}
