//! Makes models of labelled texts. Deterministic: the same texts make the same bytes, in any order.
//!
//! The second stage must not believe the first more than it deserves on texts that nobody has seen. So whole publishers
//! are left out: each text has its first stage from models that have not seen its publisher, and on these the second
//! stage is weighed. The same models judge the texts where figures are told.

use super::fit::{GenreRow, PULL_WORDS, Row, fit_certainty, fit_genres, fit_topic, fit_words};
use super::grams::Block;
use super::judge::{log_odds, weigh};
use super::model::{FacetModel, Header, Weighted};
use super::signs::{GenreSigns, Observed, TopicSigns};
use plenary_model::id::digest;
use plenary_model::source::Standing;
use std::collections::{BTreeMap, BTreeSet};

/// Parts into which publishers are divided; each is judged by models that have not seen it.
const PARTS: usize = 8;
/// Publishers whose texts must have a word, and a character n-gram: what one publisher writes says who writes.
const WORD_PUBLISHERS_MIN: usize = 2;
const PART_PUBLISHERS_MIN: usize = 3;
/// Value of a text's language while it is learned. It takes up what is only so because of which texts were collected
/// in which language, and is left out afterwards.
const LANGUAGE_VALUE: f32 = 0.5;
/// Texts of one genre and publisher in a public dataset that weigh as much as those that people read; more weigh no
/// more, so that a dataset does not become a genre.
const PUBLIC_TEXTS_MAX: f64 = 10.0;
/// Weight of what rules say a public text is about.
const PUBLIC_TOPIC_WEIGHT: f64 = 0.1;
/// Points, to the minimum of a topic, from which rules are sure.
const SURE_POINTS: f64 = 1.5;
/// Weight in the second stage of a text from which terms of the policy were made: its rules look better than they are.
const KNOWN_WEIGHT: f64 = 0.3;

/// Who says what a labelled text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// People who read it.
    Read,
    /// The same, and terms of the policy were made with the text at hand.
    Known,
    /// Its publisher said of what kind it is, and rules what it is about: it teaches words, and little.
    Public,
}

/// A text with what people said of it.
#[derive(Clone, Debug)]
pub struct Labelled {
    name: String,
    publisher: String,
    language: String,
    voice: Voice,
    grams: Vec<(u32, Block, usize)>,
    genres: Vec<GenreSigns>,
    topics: Vec<TopicSigns>,
    writer: Standing,
    genre: Option<Vec<f32>>,
    about: Vec<Option<bool>>,
}

impl Labelled {
    /// `genre`: how much each genre of the policy is right, 1 together. `about`: for each topic of the policy, whether
    /// the text is about it. `publisher` names all whose texts are left out together.
    pub fn new(
        name: &str,
        publisher: &str,
        language: &str,
        voice: Voice,
        observed: &Observed<'_>,
        genre: Option<Vec<f32>>,
        mut about: Vec<Option<bool>>,
    ) -> Self {
        if voice == Voice::Public {
            about.iter_mut().zip(&observed.topics).for_each(|(about, signs)| *about = by_rule(signs));
        }
        let mut counts: BTreeMap<(u32, Block), usize> = BTreeMap::new();
        observed.words.each_gram(|key, block, _| *counts.entry((key, block)).or_default() += 1);
        Self {
            name: name.to_owned(),
            publisher: publisher.to_owned(),
            language: language.to_owned(),
            voice,
            grams: counts.into_iter().map(|((key, block), count)| (key, block, count)).collect(),
            genres: observed.genres.clone(),
            topics: observed.topics.clone(),
            writer: observed.writer,
            genre,
            about,
        }
    }

    /// The part of publishers to which it belongs: an order that nobody chooses.
    pub fn part(&self) -> usize {
        let digest = digest([self.publisher.as_str()]);
        let number = digest.get(..8).and_then(|eight| u32::from_str_radix(eight, 16).ok()).unwrap_or_default();
        number as usize % PARTS
    }

    fn main_genre(&self) -> usize {
        self.genre.as_ref().and_then(|shares| shares.iter().position(|share| *share > 0.5)).unwrap_or(usize::MAX)
    }

    fn weight(&self) -> f64 {
        if self.voice == Voice::Known { KNOWN_WEIGHT } else { 1.0 }
    }
}

/// What rules say of a topic where they are sure.
fn by_rule(signs: &TopicSigns) -> Option<bool> {
    if signs.points <= 0.0 {
        return Some(false);
    }
    (signs.points >= SURE_POINTS * signs.minimum).then_some(true)
}

pub struct Trained {
    /// Made of all texts.
    pub model: FacetModel,
    /// For each part of publishers, a model that has seen none of its texts.
    pub without: Vec<FacetModel>,
}

impl Trained {
    /// Sets how probably a section is right, from shares of readings of texts that were left out.
    pub fn calibrate(&mut self, shares: &[(f32, bool)]) {
        let rows: Vec<(f32, bool)> = shares.iter().map(|(share, is_right)| (log_odds(*share), *is_right)).collect();
        let certainty = fit_certainty(&rows);
        self.model.header.certainty = certainty;
        self.without.iter_mut().for_each(|model| model.header.certainty = certainty);
    }
}

/// Trains on `texts`. `genres` are the slugs of the policy's genres, `topics` the slugs and numbers of those of its
/// topics that are to be recognised.
pub fn train(texts: &[Labelled], genres: &[String], topics: &[(String, usize)]) -> Trained {
    let mut texts: Vec<&Labelled> = texts.iter().collect();
    texts.sort_by(|one, other| one.name.cmp(&other.name));
    let first = |kept: &dyn Fn(&Labelled) -> bool| {
        let kept: Vec<&Labelled> = texts.iter().copied().filter(|text| kept(text)).collect();
        FirstStage::fit(&kept, genres.len(), topics)
    };
    let without: Vec<FirstStage> = (0..PARTS).map(|part| first(&|text| text.part() != part)).collect();
    let by_words: Vec<Vec<f32>> =
        texts.iter().map(|text| without.get(text.part()).map(|stage| stage.odds(text)).unwrap_or_default()).collect();
    let finish = |stage: FirstStage, left_out: Option<usize>| {
        let is_read = |text: &Labelled| text.voice != Voice::Public && Some(text.part()) != left_out;
        let seen = texts.iter().zip(&by_words).filter(|(text, _)| is_read(text));
        let seen: Vec<(&Labelled, &Vec<f32>)> = seen.map(|(text, odds)| (*text, odds)).collect();
        FacetModel::new(second(&seen, genres, topics, stage.starts), stage.grams)
    };
    let model = finish(first(&|_| true), None);
    let without = without.into_iter().enumerate().map(|(part, stage)| finish(stage, Some(part))).collect();
    Trained { model, without }
}

struct FirstStage {
    grams: Vec<Weighted>,
    starts: Vec<f32>,
    /// Numbers of grams by key.
    known: BTreeMap<u32, usize>,
}

impl FirstStage {
    fn fit(texts: &[&Labelled], genres: usize, topics: &[(String, usize)]) -> Self {
        let mut grams = select(texts);
        let known: BTreeMap<u32, usize> = grams.iter().enumerate().map(|(number, gram)| (gram.key, number)).collect();
        let languages: BTreeSet<&str> = texts.iter().map(|text| text.language.as_str()).collect();
        let columns = grams.len() + languages.len();
        let rows: Vec<Vec<(usize, f32)>> = texts
            .iter()
            .map(|text| {
                let mut values = values(&text.grams, &known, &grams);
                let language = languages.iter().position(|one| *one == text.language).unwrap_or_default();
                values.push((grams.len() + language, LANGUAGE_VALUE));
                values
            })
            .collect();
        let mut alike: BTreeMap<(&str, usize), f64> = BTreeMap::new();
        for text in texts.iter().filter(|text| text.voice == Voice::Public) {
            *alike.entry((&text.publisher, text.main_genre())).or_default() += 1.0;
        }
        let weight_of = |text: &Labelled| match alike.get(&(text.publisher.as_str(), text.main_genre())) {
            Some(count) if text.voice == Voice::Public => (PUBLIC_TEXTS_MAX / count).min(1.0) / 3.0,
            _ => 1.0,
        };
        let mut starts = Vec::new();
        let mut add = |rows: &[Row<'_>], pull| {
            let (weights, start) = fit_words(rows, columns, pull);
            grams.iter_mut().zip(weights).for_each(|(gram, weight)| gram.weights.push(weight));
            starts.push(start);
        };
        for genre in 0..genres {
            let of_genre = texts.iter().zip(&rows).filter_map(|(text, values)| {
                let share = f64::from(text.genre.as_ref()?.get(genre).copied().unwrap_or_default());
                Some(Row { values, share, weight: weight_of(text) })
            });
            add(&of_genre.collect::<Vec<_>>(), PULL_WORDS);
        }
        for (_, topic) in topics {
            let labelled = texts.iter().zip(&rows).filter_map(|(text, values)| {
                let is_about = text.about.get(*topic).copied().flatten()?;
                let weight = if text.voice == Voice::Public { PUBLIC_TOPIC_WEIGHT } else { 1.0 };
                Some(Row { values, share: if is_about { 1.0 } else { 0.0 }, weight })
            });
            let mut labelled: Vec<Row<'_>> = labelled.collect();
            balance(&mut labelled);
            add(&labelled, PULL_WORDS);
        }
        Self { grams, starts, known }
    }

    fn odds(&self, text: &Labelled) -> Vec<f32> {
        let mut odds = self.starts.clone();
        for (number, value) in values(&text.grams, &self.known, &self.grams) {
            let weights = self.grams.get(number).map(|gram| gram.weights.as_slice()).unwrap_or_default();
            odds.iter_mut().zip(weights).for_each(|(odds, weight)| *odds += value * weight);
        }
        odds
    }
}

/// Texts for and against weigh the same together, whatever was collected.
fn balance(rows: &mut [Row<'_>]) {
    let sum = |rows: &[Row<'_>], is_about: bool| {
        rows.iter().filter(|row| (row.share > 0.5) == is_about).map(|row| row.weight).sum::<f64>()
    };
    let (about, others) = (sum(rows, true), sum(rows, false));
    for row in rows {
        let side = if row.share > 0.5 { about } else { others };
        row.weight *= f64::midpoint(about, others) / side.max(1.0);
    }
}

/// The features that enough publishers use, without weights yet.
#[expect(clippy::cast_precision_loss, reason = "counts of texts")]
fn select(texts: &[&Labelled]) -> Vec<Weighted> {
    let mut users: BTreeMap<(u32, Block), (BTreeSet<&str>, usize)> = BTreeMap::new();
    for text in texts.iter().filter(|text| text.voice != Voice::Public) {
        for (key, block, _) in &text.grams {
            let (publishers, count) = users.entry((*key, *block)).or_default();
            publishers.insert(&text.publisher);
            *count += 1;
        }
    }
    let is_kept = |block: Block, publishers: usize| match block {
        Block::Words | Block::Shape => publishers >= WORD_PUBLISHERS_MIN,
        Block::Characters => publishers >= PART_PUBLISHERS_MIN,
    };
    let kept = users.into_iter().filter(|((_, block), (publishers, _))| is_kept(*block, publishers.len()));
    let mut grams: Vec<Weighted> = kept
        .map(|((key, _), (_, count))| {
            let rarity = ((1 + texts.len()) as f32 / (1 + count) as f32).ln() + 1.0;
            Weighted { key, rarity, weights: Vec::new() }
        })
        .collect();
    grams.dedup_by_key(|gram| gram.key);
    grams
}

fn values(grams: &[(u32, Block, usize)], known: &BTreeMap<u32, usize>, of: &[Weighted]) -> Vec<(usize, f32)> {
    let found = grams.iter().filter_map(|(key, block, count)| {
        let number = *known.get(key)?;
        Some((number, *block, *count, of.get(number)?.rarity))
    });
    weigh(found)
}

/// The second stage, weighed on texts whose first stage has not seen their publishers.
fn second(seen: &[(&Labelled, &Vec<f32>)], genres: &[String], topics: &[(String, usize)], starts: Vec<f32>) -> Header {
    let by_words = |odds: &[f32], output: usize| odds.get(output).copied().unwrap_or_default();
    let rows = seen.iter().filter_map(|(text, odds)| {
        let evidence = text.genres.iter().enumerate().map(|(genre, signs)| signs.values(by_words(odds, genre)));
        Some(GenreRow {
            evidence: evidence.collect(),
            standing: text.writer,
            shares: text.genre.clone()?,
            weight: text.weight(),
        })
    });
    let of_genres = fit_genres(&rows.collect::<Vec<_>>(), genres.len());
    let of_topics = topics.iter().enumerate().map(|(number, (_, topic))| {
        let rows = seen.iter().filter_map(|(text, odds)| {
            let is_about = text.about.get(*topic).copied().flatten()?;
            let values = text.topics.get(*topic)?.values(by_words(odds, genres.len() + number));
            Some((values, is_about, text.weight()))
        });
        fit_topic(&rows.collect::<Vec<_>>())
    });
    Header {
        genres: genres.to_vec(),
        topics: topics.iter().map(|(slug, _)| slug.clone()).collect(),
        of_genres: of_genres.evidence,
        bias: of_genres.bias,
        by_standing: of_genres.by_standing.into_iter().collect(),
        of_topics: of_topics.collect(),
        certainty: [0.0, 1.0],
        grams: 0,
        scales: Vec::new(),
        starts,
    }
}
