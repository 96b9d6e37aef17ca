//! Rules and models together. A text can be read in several ways: as this or that kind of document, about a topic or
//! not, each with a probability. The section in which most of the probability comes together takes the piece, and its
//! facets are those of the likeliest reading that leads there, so that section and reasons never contradict each other.

use super::rules::{self, Place};
use super::topics::Weighed;
use super::{Case, Categoriser, Shown, genre, topics};
use crate::recognise::{FacetModel, GenreSigns, Judged, Observed, Outputs};
use plenary_model::doubt::FacetDoubt;
use plenary_model::evidence::{Evidence, Sign};
use plenary_model::language::Language;
use plenary_model::piece::{Facets, TopicHit};
use plenary_model::policy::Policy;
use plenary_model::topic::STRONG_POINTS;

/// Readings of a genre or topic below this probability are left out: all together they decide nothing.
const PROBABILITY_MIN: f32 = 0.03;
/// Certainty from which a place is not in doubt: of the texts of publishers left out, about seven of ten reach it.
const SURE: f32 = 0.70;

/// A text as it was read by rules, and what models need of it.
pub(super) struct Read<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) weighed: &'a [Weighed],
    pub(super) shown: &'a Shown<'a>,
    pub(super) observed: Observed<'a>,
}

/// One way to read a text: the number of its genre, if models judge it, and for each topic whether it is about it, where
/// models judge it.
#[derive(Clone, Debug)]
struct Reading {
    probability: f32,
    genre: Option<usize>,
    about: Vec<Option<bool>>,
}

impl Categoriser {
    /// What the entry shows, by rules and, where there are models, by both.
    pub fn facets(&self, case: &Case<'_>) -> Facets {
        self.facets_with_certainty(case).0
    }

    /// The same with how probably the section is right in which they put it; `None` without models.
    pub fn facets_with_certainty(&self, case: &Case<'_>) -> (Facets, Option<f32>) {
        let mut certainty = None;
        let facets = self.read(case, |read, facets| {
            if let Some((model, outputs)) = self.models() {
                certainty = self.settle(model, outputs, read, facets);
            }
            add_language(&self.policy, facets);
        });
        (facets, certainty)
    }

    /// Hands on what models see of an entry, to train them.
    pub fn observe<T>(&self, case: &Case<'_>, with: impl FnOnce(&Observed<'_>) -> T) -> Option<T> {
        let mut found = None;
        let mut with = Some(with);
        self.read(case, |read, _| found = with.take().map(|with| with(&read.observed)));
        found
    }

    /// The models that know anything of this policy, with their outputs for it.
    fn models(&self) -> Option<(&FacetModel, &Outputs)> {
        let model = self.recogniser.as_ref()?.model()?;
        let of_policy = || {
            let genres = self.policy.genres.iter().map(|genre| &genre.id);
            Outputs::of(model, genres, self.policy.topics.iter().map(|topic| &topic.id))
        };
        Some((model, self.outputs.get_or_init(of_policy))).filter(|(_, outputs)| !outputs.is_empty())
    }

    /// Settles what `facets`, as rules found them, say of genre and topics, and what is in doubt; returns how probably
    /// the section is right.
    pub(super) fn settle(
        &self,
        model: &FacetModel,
        outputs: &Outputs,
        read: &Read<'_>,
        facets: &mut Facets,
    ) -> Option<f32> {
        let judged = model.judge(&read.observed, outputs);
        let mut scratch = Facets { grounds: Vec::new(), ..facets.clone() };
        let by_rule = facets.clone();
        let mut shares: Vec<(Place, f32, Reading)> = Vec::new();
        let has_terms = facets.language.as_ref().is_some_and(|language| !self.policy.lacks_terms(language.primary()));
        for reading in readings(&judged, &read.observed, has_terms) {
            self.apply(&reading, &by_rule, &mut scratch);
            let place = rules::place(&self.policy, &self.directory, read.case, &scratch);
            match shares.iter_mut().find(|(known, ..)| *known == place) {
                Some((_, share, best)) => {
                    *share += reading.probability;
                    if reading.probability > best.probability {
                        *best = reading;
                    }
                }
                None => shares.push((place, reading.probability, reading)),
            }
        }
        // The earlier reading at a tie: they stand in the order of probability.
        shares.sort_by(|one, other| other.1.total_cmp(&one.1));
        let all: f32 = shares.iter().map(|(_, share, _)| share).sum();
        let (place, share, reading) = shares.first()?;
        self.apply(reading, &by_rule, facets);
        self.explain(model, outputs, &judged, reading, read, &by_rule, facets);
        let certainty = model.certainty(share / all);
        let slug = |place: &Place| place.slug(&self.policy, read.case);
        let other = shares.get(1).map(|(place, ..)| slug(place));
        if certainty < SURE {
            let (section, other) = (slug(place), other.flatten());
            facets.doubts.push(FacetDoubt::NearThreshold { certainty: percent(certainty), section, other });
            self.add_grounds(read, &by_rule, facets);
        }
        Some(certainty)
    }

    /// Gives `facets` genre and topics of a reading, the evidence of topics aside.
    fn apply(&self, reading: &Reading, by_rule: &Facets, facets: &mut Facets) {
        if let Some(genre) = reading.genre.and_then(|number| self.policy.genres.get(number)) {
            facets.genre = Some(genre.id.clone());
        }
        facets.topics.clone_from(&by_rule.topics);
        for (topic, about) in self.policy.topics.iter().zip(&reading.about) {
            let is_there = facets.topics.iter().any(|hit| hit.topic == topic.id);
            match about {
                Some(true) if !is_there => {
                    facets.topics.push(TopicHit { topic: topic.id.clone(), score: topic.minimum, why: Vec::new() });
                }
                Some(false) if is_there => facets.topics.retain(|hit| hit.topic != topic.id),
                _ => {}
            }
        }
    }

    /// Adds what the models' answers rest on to what rules found.
    #[expect(clippy::too_many_arguments, reason = "what an answer rests on, each from another step")]
    fn explain(
        &self,
        model: &FacetModel,
        outputs: &Outputs,
        judged: &Judged,
        reading: &Reading,
        read: &Read<'_>,
        by_rule: &Facets,
        facets: &mut Facets,
    ) {
        if let Some(number) = reading.genre {
            if facets.genre != by_rule.genre {
                facets.genre_why = genre::why(number, read.shown.occurrences, read.shown.words);
            }
            let probability = judged.genres.as_ref().and_then(|all| all.get(number)).copied().unwrap_or_default();
            let features = model.why_genre(&read.observed, judged, outputs, number);
            facets.genre_why.push(Evidence::from_sign(Sign::Model { probability: percent(probability), features }));
        }
        for (number, topic) in self.policy.topics.iter().enumerate() {
            let Some(probability) = judged.topics.get(number).copied().flatten() else { continue };
            let Some(hit) = facets.topics.iter_mut().find(|hit| hit.topic == topic.id) else { continue };
            let features = model.why_topic(&read.observed, judged, outputs, number);
            let sign = Evidence::from_sign(Sign::Model { probability: percent(probability), features });
            if hit.why.is_empty() {
                let words = read.weighed.get(number).map(|weighed| weighed.why.clone()).unwrap_or_default();
                hit.why = std::iter::once(sign).chain(words).collect();
            } else {
                hit.why.push(sign);
            }
        }
        topics::sort(&mut facets.topics);
    }

    /// What makes a doubtful text doubtful.
    fn add_grounds(&self, read: &Read<'_>, by_rule: &Facets, facets: &mut Facets) {
        let number = |genre: &plenary_model::id::GenreSlug| self.policy.genres.iter().position(|one| one.id == *genre);
        if let Some(genre) = facets.genre.clone() {
            let is_shown =
                number(&genre).and_then(|number| read.observed.genres.get(number)).is_some_and(GenreSigns::is_shown);
            let by_words = by_rule.genre.clone().filter(|words| {
                *words != genre
                    && number(words).and_then(|n| read.observed.genres.get(n)).is_some_and(GenreSigns::is_shown)
            });
            match by_words {
                Some(by_rule) => facets.doubts.push(FacetDoubt::GenreApart { by_rule, by_model: genre }),
                None if !is_shown => {
                    let standing = read.observed.writer;
                    facets.doubts.push(FacetDoubt::UsualGenre { genre, standing });
                }
                None => {}
            }
        }
        for ((topic, signs), weighed) in self.policy.topics.iter().zip(&read.observed.topics).zip(read.weighed) {
            let is_in = |facets: &Facets| facets.topics.iter().any(|hit| hit.topic == topic.id);
            let topic = topic.id.clone();
            if is_in(by_rule) != is_in(facets) {
                facets.doubts.push(FacetDoubt::TopicApart { topic, by_rule: is_in(by_rule) });
            } else if is_in(facets) && !signs.is_given {
                // The strongest term stands first; the title may double it.
                let [only] = weighed.why.as_slice() else { continue };
                if let Sign::Words { term, .. } = &only.sign
                    && only.points < STRONG_POINTS
                {
                    facets.doubts.push(FacetDoubt::OneWeakHit { topic, term: term.clone() });
                }
            }
        }
    }
}

/// A language of which the policy has no words is never judged silently.
pub(super) fn add_language(policy: &Policy, facets: &mut Facets) {
    let lacks = |language: &Language| policy.lacks_terms(language.primary());
    if let Some(language) = facets.language.clone().filter(lacks) {
        facets.doubts.insert(0, FacetDoubt::LanguageWithoutTerms { language });
    }
}

/// The ways to read a text, the likeliest first. What the policy says of a source is not weighed, nor what its terms say
/// plainly; where it has terms of the language (`has_terms`), one of them must speak for a topic.
fn readings(judged: &Judged, observed: &Observed<'_>, has_terms: bool) -> Vec<Reading> {
    let mut found: Vec<Reading> = match &judged.genres {
        None => vec![Reading { probability: 1.0, genre: None, about: Vec::new() }],
        Some(genres) => {
            let likely = genres.iter().enumerate().filter(|(_, probability)| **probability >= PROBABILITY_MIN);
            likely.map(|(number, p)| Reading { probability: *p, genre: Some(number), about: Vec::new() }).collect()
        }
    };
    for (judged, signs) in judged.topics.iter().zip(&observed.topics) {
        let answers: &[(Option<bool>, f32)] = &match judged {
            None => [(None, 1.0), (None, 0.0)],
            Some(_) if signs.is_given || signs.is_plain() => [(Some(true), 1.0), (None, 0.0)],
            // Words that merely look like those of the topic do not make a text about it.
            Some(_) if has_terms && !signs.is_shown() => [(Some(false), 1.0), (None, 0.0)],
            Some(probability) => [(Some(true), *probability), (Some(false), 1.0 - probability)],
        };
        let likely = answers.iter().filter(|(_, probability)| *probability >= PROBABILITY_MIN);
        found = likely
            .flat_map(|(about, probability)| {
                found.iter().map(move |reading| {
                    let mut more = reading.clone();
                    more.probability *= probability;
                    more.about.push(*about);
                    more
                })
            })
            .collect();
    }
    found.sort_by(|one, other| other.probability.total_cmp(&one.probability));
    found
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a probability, from 0 to 1")]
fn percent(probability: f32) -> u8 {
    (probability * 100.0).round() as u8
}
