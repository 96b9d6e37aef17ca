//! A small world in which words say where a piece belongs, and rules that are good or bad at it.

use super::super::categorise::{Case, Suggestion};
use super::features::Sample;
use super::predict::predict;
use super::{Dataset, EXAMPLES_MIN, FORM};
use plenary_model::entry::Entry;
use plenary_model::id::SectionSlug;
use plenary_model::learned::{Learned, OpinionReason};
use plenary_model::piece::Facets;

const SECTIONS: [&str; 2] = ["schools", "prisons"];

fn facets() -> Facets {
    Facets::default()
}

fn with_case<T>(text: &str, with: impl FnOnce(&Case<'_>) -> T) -> T {
    let entry = Entry { content: Some(text.to_owned()), ..Entry::default() };
    let dated = chrono::DateTime::UNIX_EPOCH;
    with(&Case {
        entry: &entry,
        carriers: &[],
        dated,
        has_copies: false,
        has_versions: false,
        age: chrono::TimeDelta::zero(),
    })
}

/// A text about the sections whose bits are set in `number`, among words that say nothing.
fn text(number: usize) -> String {
    let noise = ["report", "state", "measures", "adopt", "further", "continue", "national", "plan"];
    let word = |at: usize| noise[(number / 4 * 7 + at * 3) % noise.len()];
    let school = ["teachers", "pupils", "classrooms"][number % 3];
    let prison = ["prisoners", "cells", "wardens"][number % 3];
    let mut words = vec![word(0), word(1), word(2)];
    words.extend((number & 1 == 1).then_some(school));
    words.extend((number & 2 == 2).then_some(prison));
    words.join(" ")
}

fn rule(section: &str) -> Suggestion {
    Suggestion { section: section.into(), primary: true, score: 1.0, why: Vec::new() }
}

/// A dataset in this order. The rule of `schools` is always right; that of `prisons` never finds any.
fn dataset(numbers: impl Iterator<Item = usize>) -> Dataset {
    let mut dataset = Dataset::default();
    for number in numbers {
        let by_rule: Vec<Suggestion> = (number & 1 == 1).then(|| rule("schools")).into_iter().collect();
        let taught = [("schools".into(), number & 1 == 1), ("prisons".into(), number & 2 == 2)].into();
        let text = text(number);
        with_case(&text, |case| dataset.add(&format!("piece {number}"), case, &facets(), &by_rule, taught));
    }
    dataset
}

fn learn(dataset: &Dataset) -> Learned {
    dataset.train(&SECTIONS.map(SectionSlug::from), "1")
}

#[test]
fn the_same_decisions_make_the_same_model_in_any_order() {
    let one = learn(&dataset(0..120));
    let other = learn(&dataset((0..120).rev().chain(0..60)));
    assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&other).unwrap());
    let read: Learned = serde_json::from_str(&serde_json::to_string(&one).unwrap()).unwrap();
    assert_eq!(read, one);
    assert_ne!(learn(&dataset(0..121)), one);
}

#[test]
fn a_model_is_in_use_only_where_it_beats_the_rule() {
    let learned = learn(&dataset(0..120));
    let trial = |section: &str| &learned.sections.iter().find(|m| m.section.as_str() == section).unwrap().trial;
    assert!(!trial("schools").is_on, "{:?}", trial("schools"));
    assert!(trial("schools").why.contains("no better"), "{:?}", trial("schools"));
    assert!((trial("schools").rules_f1 - 1.0).abs() < f64::EPSILON);
    assert!(trial("prisons").is_on, "{:?}", trial("prisons"));
    assert!(trial("prisons").model_f1 > 0.9, "{:?}", trial("prisons"));
    assert!(learned.in_use(&"schools".into()).is_none());
    assert!(learned.in_use(&"prisons".into()).is_some());
    // Few decisions switch nothing on, however clear they are.
    let few = learn(&dataset(0..EXAMPLES_MIN - 2));
    assert!(few.sections.iter().all(|model| !model.trial.is_on && model.weights.is_empty()));
}

#[test]
fn decisions_by_chance_switch_nothing_on() {
    let mut dataset = Dataset::default();
    for number in 0..400_usize {
        // Where a piece belongs has nothing to do with its words.
        let belongs = plenary_model::id::digest([number.to_string().as_str()]).starts_with(['0', '1', '2', '3', '4']);
        let text = text(number * 4);
        let taught = [("prisons".into(), belongs)].into();
        with_case(&text, |case| dataset.add(&format!("piece {number}"), case, &facets(), &[rule("prisons")], taught));
    }
    let learned = learn(&dataset);
    assert!(!learned.speaks(), "{:?}", learned.sections);
}

#[test]
fn reasons_are_words_with_weights() {
    let learned = learn(&dataset(0..120));
    let heard = |text: &str| with_case(text, |case| predict(&learned, &Sample::extract(case, &facets(), &[])));
    let voices = heard("Measures for prisoners");
    assert_eq!(voices.len(), 1, "only models in use speak");
    let voice = &voices[0];
    assert!(voice.belongs);
    assert!(voice.probability > 0.5);
    assert_eq!(voice.section.as_str(), "prisons");
    let OpinionReason::Features { features, belongs: true, .. } = &voice.why else { panic!("{}", voice.why) };
    assert!(features[0].name.starts_with("\"priso"), "{}", voice.why);
    assert!(features[0].log_odds > 0, "{}", voice.why);
    // An inflected form that was never seen is known by its beginning.
    assert!(heard("The prisoner's plan")[0].belongs);
    let other = heard("Report of the state on pupils");
    assert!(!other[0].belongs, "{}", other[0].why);
    assert!(matches!(other[0].why, OpinionReason::Features { belongs: false, .. }), "{}", other[0].why);
    let foreign = Learned { form: FORM + 1, ..learned.clone() };
    assert!(with_case("prisoners", |case| predict(&foreign, &Sample::extract(case, &facets(), &[]))).is_empty());
}

#[test]
fn what_staff_did_not_say_is_not_learned() {
    let mut some = dataset(0..120);
    for number in 200..260 {
        let text = text(number);
        let taught = std::iter::once((SectionSlug::from("schools"), number & 1 == 1)).collect();
        with_case(&text, |case| some.add(&format!("piece {number}"), case, &facets(), &[], taught));
    }
    let learned = learn(&some);
    let decisions: Vec<usize> = learned.sections.iter().map(|model| model.trial.decisions).collect();
    assert_eq!(decisions, [180, 120]);
}
