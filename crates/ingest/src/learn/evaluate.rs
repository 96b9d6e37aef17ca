//! Rule against model, on decisions that the model has not seen: which is better, by how much, and how sure that is. A
//! model is in use only where it wins.

use super::train::{Row, Weights, probability, train};
use plenary_model::learned::Trial;
use std::collections::BTreeMap;

/// Parts into which the sources are divided; each is judged by a model learned from the others. A model that has seen
/// other texts of a source knows who writes: on sources that nobody had seen such a model lowered F1 from 0.760 to 0.733.
const PARTS: usize = 5;
/// Fewest decisions about a section before its model may be in use.
const DECISIONS_MIN: usize = 50;
/// Fewest of them that say that a piece belongs there, and fewest that say that it does not.
const EACH_WAY_MIN: usize = 15;
/// By how much the model's F1 must be above the rule's.
const MARGIN_F1: f64 = 0.01;
/// How many standard errors the difference must be above zero: one chance in forty to be mistaken.
const ERRORS_MIN: f64 = 2.0;
/// Bounds of the threshold: outside them a model is not sure of anything, whatever a few examples say.
const THRESHOLD_BOUNDS: (f32, f32) = (0.2, 0.8);

#[derive(Clone, Copy, Debug)]
struct Held {
    part: usize,
    belongs: bool,
    by_rule: bool,
    /// Probability by a model that has not seen it.
    by_model: f32,
}

/// Weights learned from all examples, and the trial and threshold of each section.
pub(super) fn cross_validate(rows: &[Row], features: usize, sections: usize) -> (Weights, Vec<(Trial, f32)>) {
    let mut held: Vec<Vec<Held>> = vec![Vec::new(); sections];
    let parts = divide(rows);
    for part in 0..PARTS {
        let of_part = |at: usize| parts.get(at) == Some(&part);
        let seen: Vec<&Row> = rows.iter().enumerate().filter(|(at, _)| !of_part(*at)).map(|(_, row)| row).collect();
        let weights = train(&seen, features, sections);
        for (_, row) in rows.iter().enumerate().filter(|(at, _)| of_part(*at)) {
            let odds = weights.odds(&row.values);
            let said = row.taught.iter().zip(&row.by_rule).zip(odds).zip(&mut held);
            for (((taught, by_rule), odds), held) in said {
                let one = |belongs| Held { part, belongs, by_rule: *by_rule, by_model: probability(odds) };
                held.extend(taught.map(one));
            }
        }
    }
    let all: Vec<&Row> = rows.iter().collect();
    (train(&all, features, sections), held.iter().map(|held| evaluate(held)).collect())
}

/// The part of each row. Sources with most rows come first, each into the part with the fewest rows.
fn divide(rows: &[Row]) -> Vec<usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *counts.entry(&row.publisher).or_default() += 1;
    }
    let mut publishers: Vec<(&str, usize)> = counts.into_iter().collect();
    publishers.sort_by_key(|(name, count)| (usize::MAX - count, *name));
    let mut sizes = [0_usize; PARTS];
    let mut of_publisher: BTreeMap<&str, usize> = BTreeMap::new();
    for (publisher, count) in publishers {
        let Some((part, size)) = sizes.iter_mut().enumerate().min_by_key(|(_, size)| **size) else { continue };
        *size += count;
        of_publisher.insert(publisher, part);
    }
    rows.iter().map(|row| of_publisher.get(row.publisher.as_str()).copied().unwrap_or_default()).collect()
}

fn evaluate(held: &[Held]) -> (Trial, f32) {
    // A part's threshold comes from the others, too: nothing that is judged has been seen.
    let thresholds: Vec<f32> = (0..PARTS).map(|part| threshold(held.iter().filter(|one| one.part != part))).collect();
    let by_model = |one: &Held| thresholds.get(one.part).is_some_and(|threshold| one.by_model >= *threshold);
    let both = |without: Option<usize>| {
        let kept = || held.iter().filter(move |one| Some(one.part) != without);
        (f1(kept().map(|one| (one.belongs, one.by_rule))), f1(kept().map(|one| (one.belongs, by_model(one)))))
    };
    let (rules_f1, model_f1) = both(None);
    let without: Vec<f64> = (0..PARTS).map(|part| both(Some(part))).map(|(rules, model)| model - rules).collect();
    let belonging = held.iter().filter(|one| one.belongs).count();
    let mut trial =
        Trial { decisions: held.len(), belonging, rules_f1, model_f1, error: error(&without), ..Trial::default() };
    (trial.is_on, trial.why) = verdict(&trial);
    (trial, threshold(held.iter()))
}

fn verdict(trial: &Trial) -> (bool, String) {
    let gain = trial.model_f1 - trial.rules_f1;
    let against = trial.decisions - trial.belonging;
    if trial.decisions < DECISIONS_MIN {
        return (false, format!("{} decisions about it; {DECISIONS_MIN} are needed", trial.decisions));
    }
    if trial.belonging < EACH_WAY_MIN || against < EACH_WAY_MIN {
        let why = format!("{} pieces for and {against} against; {EACH_WAY_MIN} of each are needed", trial.belonging);
        return (false, why);
    }
    if gain < MARGIN_F1 {
        return (false, format!("no better than the rule: F1 {gain:+.3}, {MARGIN_F1} is needed"));
    }
    let needed = ERRORS_MIN * trial.error;
    if gain < needed {
        return (
            false,
            format!("better than the rule by F1 {gain:+.3}, which may be chance: {needed:.3} would not be"),
        );
    }
    (true, format!("better than the rule by F1 {gain:+.3} on decisions it had not seen"))
}

/// Standard error by the jackknife: from the differences with one part left out at a time.
#[expect(clippy::cast_precision_loss, reason = "a handful of parts")]
fn error(without: &[f64]) -> f64 {
    let parts = without.len() as f64;
    let mean = without.iter().sum::<f64>() / parts;
    let squares: f64 = without.iter().map(|one| (one - mean).powi(2)).sum();
    ((parts - 1.0) / parts * squares).sqrt()
}

/// Harmonic mean of precision and recall over pairs of truth and claim; 0 when nothing is right.
#[expect(clippy::cast_precision_loss, reason = "counts of decisions")]
fn f1(pairs: impl Iterator<Item = (bool, bool)>) -> f64 {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    for (truth, claim) in pairs {
        right += usize::from(truth && claim);
        wrong += usize::from(truth != claim);
    }
    if right == 0 { 0.0 } else { 2.0 * right as f64 / (2 * right + wrong) as f64 }
}

/// The threshold with the best F1, half-way between the two probabilities that it separates.
#[expect(clippy::cast_precision_loss, reason = "counts of decisions")]
fn threshold<'a>(held: impl Iterator<Item = &'a Held>) -> f32 {
    let mut ranked: Vec<(f32, bool)> = held.map(|one| (one.by_model, one.belongs)).collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(other.1.cmp(&one.1)));
    let belonging = ranked.iter().filter(|(_, belongs)| *belongs).count();
    let (mut best, mut at) = (0.0, 0.5);
    let mut right = 0_usize;
    for (taken, (probability, belongs)) in (1_usize..).zip(&ranked) {
        right += usize::from(*belongs);
        let next = ranked.get(taken).map_or(*probability, |(next, _)| *next);
        let f1 = 2.0 * right as f64 / (taken + belonging) as f64;
        if f1 > best {
            best = f1;
            at = f32::midpoint(*probability, next);
        }
    }
    at.clamp(THRESHOLD_BOUNDS.0, THRESHOLD_BOUNDS.1)
}
