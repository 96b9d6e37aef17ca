//! The weights of both stages: logistic regressions with a pull towards zero, each the lowest point of its loss.

use super::minimise::minimise;
use super::signs::{GENRE_WEIGHTS, TOPIC_WEIGHTS};
use plenary_model::source::Standing;

/// How strongly each weight of the first stage is pulled towards zero: of 0.1, 0.33 and 1 the best on publishers left
/// out, where the values of a text have the length 1.
pub(super) const PULL_WORDS: f64 = 0.33;
/// The same for the second stage: of evidence, of genres, of genres by standing (the fewest texts show these), and of
/// topics.
const PULL_EVIDENCE: f64 = 0.5;
const PULL_BIAS: f64 = 1.0;
const PULL_STANDING: f64 = 2.0;
const PULL_OF_TOPICS: f64 = 2.0;
/// Steps downhill: the loss has settled to three digits long before.
const STEPS_MAX: usize = 100;

pub(super) const STANDINGS: [Standing; 5] =
    [Standing::Own, Standing::Member, Standing::Partner, Standing::Un, Standing::Media];

/// A text with what is to be said of it.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// Values by column.
    pub(super) values: &'a [(usize, f32)],
    /// How much of it belongs, 0 to 1.
    pub(super) share: f64,
    pub(super) weight: f64,
}

/// Weights of `columns`, and what a row without any has.
pub(super) fn fit_words(rows: &[Row<'_>], columns: usize, pull: f64) -> (Vec<f32>, f32) {
    let found = minimise(vec![0.0; columns + 1], STEPS_MAX, |at, slope| {
        let (weights, bias) = at.split_at(columns);
        let bias = bias.first().copied().unwrap_or_default();
        slope.iter_mut().zip(weights).for_each(|(slope, weight)| *slope = pull * weight);
        let mut loss = 0.5 * pull * weights.iter().map(|weight| weight * weight).sum::<f64>();
        let mut bias_slope = 0.0;
        for row in rows {
            let odds = bias
                + row.values.iter().map(|(column, value)| at_column(weights, *column) * f64::from(*value)).sum::<f64>();
            let probability = 1.0 / (1.0 + (-odds).exp());
            loss += row.weight * (log_of_one_and_exp(odds) - row.share * odds);
            let error = row.weight * (probability - row.share);
            bias_slope += error;
            for (column, value) in row.values {
                if let Some(slope) = slope.get_mut(*column) {
                    *slope += error * f64::from(*value);
                }
            }
        }
        if let Some(last) = slope.get_mut(columns) {
            *last = bias_slope;
        }
        loss
    });
    let bias = found.last().copied().unwrap_or_default();
    (found.iter().take(columns).map(|weight| single(*weight)).collect(), single(bias))
}

/// A text whose genre is known, with the evidence for each genre.
#[derive(Clone, Debug)]
pub(super) struct GenreRow {
    pub(super) evidence: Vec<[f32; GENRE_WEIGHTS]>,
    pub(super) standing: Standing,
    /// How much each genre is right, 1 together.
    pub(super) shares: Vec<f32>,
    pub(super) weight: f64,
}

pub(super) struct GenreWeights {
    pub(super) evidence: [f32; GENRE_WEIGHTS],
    pub(super) bias: Vec<f32>,
    pub(super) by_standing: Vec<(Standing, Vec<f32>)>,
}

/// One weight for each kind of evidence, whatever the genre, one for each genre, and one for each genre and standing.
pub(super) fn fit_genres(rows: &[GenreRow], genres: usize) -> GenreWeights {
    let bias_at = |genre: usize| GENRE_WEIGHTS + genre;
    let standing_at = |standing: Standing, genre: usize| {
        let number = STANDINGS.iter().position(|one| *one == standing).unwrap_or_default();
        GENRE_WEIGHTS + genres * (1 + number) + genre
    };
    let size = GENRE_WEIGHTS + genres * (1 + STANDINGS.len());
    let pull = |at: usize| match at {
        _ if at < GENRE_WEIGHTS => PULL_EVIDENCE,
        _ if at < GENRE_WEIGHTS + genres => PULL_BIAS,
        _ => PULL_STANDING,
    };
    let found = minimise(vec![0.0; size], STEPS_MAX, |at, slope| {
        let mut loss = 0.0;
        for (number, (slope, weight)) in slope.iter_mut().zip(at).enumerate() {
            *slope = pull(number) * weight;
            loss += 0.5 * pull(number) * weight * weight;
        }
        for row in rows {
            let scores: Vec<f64> = (0..genres)
                .map(|genre| {
                    let evidence = row.evidence.get(genre).map_or(0.0, |evidence| dot(at, evidence));
                    evidence + at_column(at, bias_at(genre)) + at_column(at, standing_at(row.standing, genre))
                })
                .collect();
            let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let all = scores.iter().map(|score| (score - most).exp()).sum::<f64>();
            for (genre, score) in scores.iter().enumerate() {
                let share = row.shares.get(genre).copied().map_or(0.0, f64::from);
                loss += row.weight * share * (most + all.ln() - score);
                let error = row.weight * ((score - most).exp() / all - share);
                let evidence = row.evidence.get(genre).into_iter().flatten();
                slope.iter_mut().zip(evidence).for_each(|(slope, value)| *slope += error * f64::from(*value));
                for place in [bias_at(genre), standing_at(row.standing, genre)] {
                    if let Some(slope) = slope.get_mut(place) {
                        *slope += error;
                    }
                }
            }
        }
        loss
    });
    let weight = |place: usize| single(at_column(&found, place));
    let mut evidence = [0.0; GENRE_WEIGHTS];
    evidence.iter_mut().enumerate().for_each(|(place, to)| *to = weight(place));
    let bias = (0..genres).map(|genre| weight(bias_at(genre))).collect();
    let of_standing = |standing| (0..genres).map(|genre| weight(standing_at(standing, genre))).collect();
    GenreWeights { evidence, bias, by_standing: STANDINGS.map(|standing| (standing, of_standing(standing))).into() }
}

/// One weight for each kind of evidence for a topic; the last value is 1 and its weight the bias.
pub(super) fn fit_topic(rows: &[([f32; TOPIC_WEIGHTS], bool, f64)]) -> [f32; TOPIC_WEIGHTS] {
    let found = minimise(vec![0.0; TOPIC_WEIGHTS], STEPS_MAX, |at, slope| {
        let mut loss = 0.0;
        for (number, (slope, weight)) in slope.iter_mut().zip(at).enumerate() {
            let pull = if number + 1 == TOPIC_WEIGHTS { 0.0 } else { PULL_OF_TOPICS };
            *slope = pull * weight;
            loss += 0.5 * pull * weight * weight;
        }
        for (values, is_about, weight) in rows {
            let odds = dot(at, values);
            let share = if *is_about { 1.0 } else { 0.0 };
            loss += weight * (log_of_one_and_exp(odds) - share * odds);
            let error = weight * (1.0 / (1.0 + (-odds).exp()) - share);
            slope.iter_mut().zip(values).for_each(|(slope, value)| *slope += error * f64::from(*value));
        }
        loss
    });
    let mut weights = [0.0; TOPIC_WEIGHTS];
    weights.iter_mut().zip(&found).for_each(|(to, from)| *to = single(*from));
    weights
}

/// Bias and factor that turn a log-odds into how often it was right (Platt, Probabilistic outputs for support vector
/// machines, 1999).
pub(super) fn fit_certainty(rows: &[(f32, bool)]) -> [f32; 2] {
    let found = minimise(vec![0.0, 1.0], STEPS_MAX, |at, slope| {
        slope.fill(0.0);
        let mut loss = 0.0;
        for (odds, is_right) in rows {
            let odds = f64::from(*odds);
            let (bias, factor) = (at_column(at, 0), at_column(at, 1));
            let shown = bias + factor * odds;
            let share = if *is_right { 1.0 } else { 0.0 };
            loss += log_of_one_and_exp(shown) - share * shown;
            let error = 1.0 / (1.0 + (-shown).exp()) - share;
            slope.iter_mut().zip([1.0, odds]).for_each(|(slope, value)| *slope += error * value);
        }
        loss
    });
    [single(at_column(&found, 0)), single(at_column(&found, 1))]
}

fn dot(weights: &[f64], values: &[f32]) -> f64 {
    weights.iter().zip(values).map(|(weight, value)| weight * f64::from(*value)).sum()
}

fn at_column(weights: &[f64], column: usize) -> f64 {
    weights.get(column).copied().unwrap_or_default()
}

fn log_of_one_and_exp(odds: f64) -> f64 {
    odds.max(0.0) + (-odds.abs()).exp().ln_1p()
}

#[expect(clippy::cast_possible_truncation, reason = "weights are small, and their digits beyond seven mean nothing")]
fn single(weight: f64) -> f32 {
    weight as f32
}
