//! Models of a small made-up world: what kind a text is shows in its words, and each publisher has words of its own.

use super::judge::Outputs;
use super::train::{Labelled, Trained, Voice, train};
use super::*;
use plenary_model::id::{GenreSlug, TopicSlug};
use plenary_model::source::Standing;

const GENRES: [&str; 2] = ["letter", "story"];

/// A text of a publisher: letters say "dear" and "sign", stories "yesterday" and "reporter"; texts about boats name
/// one. `None` of terms: the rules found nothing.
fn observed(number: usize) -> (Observed<'static>, usize, bool) {
    let (genre, about) = (number % 2, (number / 2).is_multiple_of(2));
    let noise = ["the", "and", "council", "of", "river", "people", "wrote", "about"];
    let mut text: Vec<&'static str> = (0..6).map(|at| noise[(number * 5 + at * 3) % noise.len()]).collect();
    text.extend([[["dear", "sign"], ["yesterday", "reporter"]][genre][(number / 4) % 2]]);
    if about {
        text.push(["boats", "boating"][(number / 8) % 2]);
    }
    let words = Words { title: vec!["untitled"], text, shape: Vec::new() };
    let signs = TopicSigns { minimum: 3.0, ..TopicSigns::default() };
    let genres = vec![GenreSigns::default(); 2];
    (Observed { words, genres, topics: vec![signs], writer: Standing::Media }, genre, about)
}

fn labelled(numbers: impl Iterator<Item = usize>) -> Vec<Labelled> {
    let one = |number: usize| {
        let (observed, genre, about) = observed(number);
        let mut shares = vec![0.0; 2];
        shares[genre] = 1.0;
        let publisher = format!("publisher {}", number % 17);
        let name = format!("text {number}");
        Labelled::new(&name, &publisher, "en", Voice::Read, &observed, Some(shares), vec![Some(about)])
    };
    numbers.map(one).collect()
}

fn trained(numbers: impl Iterator<Item = usize>) -> Trained {
    train(&labelled(numbers), &GENRES.map(str::to_owned), &[("boats".to_owned(), 0)])
}

fn outputs(model: &FacetModel) -> Outputs {
    let genres: Vec<GenreSlug> = GENRES.map(GenreSlug::from).into();
    Outputs::of(model, genres.iter(), [TopicSlug::from("boats")].iter())
}

#[test]
fn the_same_texts_make_the_same_bytes_in_any_order() {
    let one = trained(0..80).model.to_bytes().unwrap();
    assert_eq!(one, trained((0..80).rev()).model.to_bytes().unwrap());
    assert_ne!(one, trained(0..81).model.to_bytes().unwrap());
    assert_eq!(FacetModel::from_bytes(&one).unwrap().to_bytes().unwrap(), one);
}

#[test]
fn texts_of_publishers_that_were_left_out_are_recognised() {
    let trained = trained(0..120);
    let (mut right, mut all) = (0, 0);
    for (number, label) in labelled(0..120).iter().enumerate() {
        let model = &trained.without[label.part()];
        let (observed, genre, about) = observed(number);
        let judged = model.judge(&observed, &outputs(model));
        let genres = judged.genres.unwrap();
        assert!((genres.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        right += usize::from(genres[genre] > 0.5) + usize::from((judged.topics[0].unwrap() > 0.5) == about);
        all += 2;
    }
    assert!(right * 10 >= all * 9, "{right} of {all}");
}

#[test]
fn reasons_are_words_of_the_text_with_weights() {
    let model = trained(0..120).model;
    let (observed, genre, _) = observed(4);
    let judged = model.judge(&observed, &outputs(&model));
    let why = model.why_genre(&observed, &judged, &outputs(&model), genre);
    assert!(why[0].name.contains("sign"), "{why:?}");
    assert!(why.iter().all(|feature| feature.log_odds > 0), "{why:?}");
    let why = model.why_topic(&observed, &judged, &outputs(&model), 0);
    assert!(why.iter().any(|feature| feature.name.contains("boat")), "{why:?}");
}

#[test]
fn a_damaged_file_is_refused_and_a_policy_of_other_kinds_is_not_judged() {
    let bytes = trained(0..40).model.to_bytes().unwrap();
    assert!(matches!(FacetModel::from_bytes(&bytes[..bytes.len() - 1]), Err(ModelError::Damaged)));
    assert!(matches!(FacetModel::from_bytes(b"something else"), Err(ModelError::Form)));
    let model = FacetModel::from_bytes(&bytes).unwrap();
    let own = [GenreSlug::from("letter"), GenreSlug::from("poem")];
    assert!(Outputs::of(&model, own.iter(), [TopicSlug::from("cars")].iter()).is_empty());
}

#[test]
fn models_are_read_when_the_first_text_is_judged() {
    let bytes = trained(0..40).model.to_bytes().unwrap();
    let recogniser = Recogniser::reading(move || Ok(bytes.clone()));
    assert!(!recogniser.is_loaded());
    assert!(recogniser.model().is_some());
    assert!(recogniser.is_loaded());
    assert!(Recogniser::reading(|| Ok(Vec::new())).model().is_none());
}
