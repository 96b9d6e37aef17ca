//! What is known of a piece beyond its text, value by value, each with what it rests on.

use super::list_item::genre_title;
use super::reasons;
use super::{Phrase, Scene};
use crate::world;
use plenary_model::evidence::{Evidence, Place, Sign};
use plenary_model::piece::{Facets, GroundOf, TopicHit};

/// Topics that are shown with their words.
const TOPICS_MAX: usize = 8;
/// Words shown of one value: the strongest.
const WORDS_MAX: usize = 8;

/// What something rests on: a word and where it stands, or a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clue {
    /// The word that was found; empty where a sentence says it all.
    pub(crate) term: String,
    /// Where it stands, or the sentence.
    pub(crate) said: Phrase,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TopicDetail {
    pub(crate) title: Phrase,
    pub(crate) clues: Vec<Clue>,
}

/// One of several values, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ground {
    /// The value; `None` where there is only one.
    pub(crate) name: Option<Phrase>,
    pub(crate) clues: Vec<Clue>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FacetDetail {
    /// What it is.
    pub(crate) label: String,
    /// The value, or all of them in one line.
    pub(crate) value: Phrase,
    /// What it rests on; empty where an earlier version judged and kept nothing.
    pub(crate) grounds: Vec<Ground>,
}

/// The topics, strongest first.
pub(super) fn describe_topics(scene: &Scene<'_>, facets: &Facets) -> Vec<TopicDetail> {
    let topic = |hit: &TopicHit| {
        let topic = scene.policy.topics.iter().find(|topic| topic.id == hit.topic)?;
        Some(TopicDetail { title: scene.translate(&topic.title), clues: list_clues(scene, &hit.why) })
    };
    facets.topics.iter().take(TOPICS_MAX).filter_map(topic).collect()
}

pub(super) fn describe_facets(scene: &Scene<'_>, facets: &Facets) -> Vec<FacetDetail> {
    let labels = &scene.locale.words.piece;
    let here = |text: &str| Phrase::own(scene.locale, text);
    let only = |clues: Vec<Clue>| if clues.is_empty() { Vec::new() } else { vec![Ground { name: None, clues }] };
    let mut found = Vec::new();
    if let Some(value) = genre_title(scene, facets.genre.as_ref()) {
        found.push(FacetDetail {
            label: labels.genre.to_owned(),
            value,
            grounds: only(list_clues(scene, &facets.genre_why)),
        });
    }
    found.push(FacetDetail {
        label: labels.issuer.to_owned(),
        value: here(scene.locale.words.standing.get(facets.issuer).one),
        grounds: only(explain_issuer(scene, facets)),
    });
    if !facets.organisations.is_empty() {
        let value = Phrase::new(scene.locale.list(facets.organisations.iter().map(String::as_str)), None);
        let name = |value: &String| Phrase::new(value.clone(), None);
        let grounds = list_grounds(scene, facets, GroundOf::Organisation, &facets.organisations, &name);
        found.push(FacetDetail { label: labels.organisations.to_owned(), value, grounds });
    }
    let language = facets.language.as_ref().map(|language| scene.locale.language(language));
    found.push(FacetDetail {
        label: labels.language.to_owned(),
        value: here(language.unwrap_or(labels.unknown_language)),
        grounds: only(list_facet_clues(scene, facets, GroundOf::Language, None)),
    });
    if let Some(deadline) = facets.deadline {
        let value = here(&scene.locale.day(deadline.date_naive()));
        found.push(FacetDetail {
            label: labels.deadline.to_owned(),
            value,
            grounds: only(list_facet_clues(scene, facets, GroundOf::Deadline, None)),
        });
    }
    if !facets.countries.is_empty() {
        let name = |code: &String| world::country(code, scene.locale.tag).unwrap_or(code).to_owned();
        let names: Vec<String> = facets.countries.iter().map(name).collect();
        let value = here(&scene.locale.list(names.iter().map(String::as_str)));
        let grounds = list_grounds(scene, facets, GroundOf::Country, &facets.countries, &|code| here(&name(code)));
        found.push(FacetDetail { label: labels.countries.to_owned(), value, grounds });
    }
    found
}

/// The sentence that says whose text it is, and the words that name the author.
fn explain_issuer(scene: &Scene<'_>, facets: &Facets) -> Vec<Clue> {
    let sentence = facets.issuer_why.as_ref().map(|reason| sentence(reasons::tell_issuer(scene, reason)));
    let found =
        list_facet_clues(scene, facets, GroundOf::Issuer, None).into_iter().filter(|word| !word.term.is_empty());
    sentence.into_iter().chain(found).collect()
}

/// The values of a facet that has several, each with its grounds.
fn list_grounds(
    scene: &Scene<'_>,
    facets: &Facets,
    facet: GroundOf,
    values: &[String],
    name: &dyn Fn(&String) -> Phrase,
) -> Vec<Ground> {
    let ground = |value: &String| {
        let clues = list_facet_clues(scene, facets, facet, Some(value));
        (!clues.is_empty()).then(|| Ground { name: Some(name(value)), clues })
    };
    values.iter().filter_map(ground).collect()
}

/// What the values of a facet rest on, or one of them.
fn list_facet_clues(scene: &Scene<'_>, facets: &Facets, facet: GroundOf, value: Option<&String>) -> Vec<Clue> {
    let grounds = facets.grounds.iter().filter(|ground| ground.facet == facet);
    let grounds = grounds.filter(|ground| value.is_none_or(|value| ground.value == *value));
    grounds.flat_map(|ground| list_clues(scene, &ground.why)).take(WORDS_MAX).collect()
}

fn list_clues(scene: &Scene<'_>, why: &[Evidence]) -> Vec<Clue> {
    why.iter().take(WORDS_MAX).map(|evidence| word_clue(scene, evidence)).collect()
}

fn word_clue(scene: &Scene<'_>, evidence: &Evidence) -> Clue {
    if let Some(said) = reasons::tell_sign(scene, &evidence.sign) {
        return sentence(said);
    }
    let places = &scene.locale.words.piece;
    let place = match evidence.sign.place() {
        Place::Title => &places.in_title,
        Place::Category => &places.in_category,
        Place::Source => &places.in_source,
        Place::Text | Place::Rule | Place::Entry | Place::Feed => &places.in_text,
    };
    // A term of words that stand near each other is written with a tilde in policies.
    let term = if let Sign::Words { term, .. } = &evidence.sign { term.replace(" ~ ", " … ") } else { String::new() };
    Clue { term, said: Phrase::own(scene.locale, *place) }
}

fn sentence(said: Phrase) -> Clue {
    Clue { term: String::new(), said }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;
    use plenary_model::evidence::IssuerReason;
    use plenary_model::language::{Heard, LanguageGround};
    use plenary_model::piece::Ground as Kept;

    fn words(place: Place, term: &str) -> Evidence {
        Evidence { sign: Sign::Words { term: term.into(), place, offset: 2 }, points: 1.0 }
    }

    #[test]
    fn every_value_has_its_grounds() {
        let policy = samples::policy();
        let ground = |facet, value: &str, why| Kept { facet, value: value.into(), why: vec![why] };
        let mut facets = samples::piece("p", "2021-06-01").piece.facets;
        facets.genre_why = vec![words(Place::Title, "statement by")];
        facets.issuer_why = Some(IssuerReason::Carrier { name: "Source a".into() });
        facets.organisations = vec!["Source a".into(), "UNICEF".into()];
        facets.countries = vec!["CH".into()];
        facets.deadline = Some(samples::now());
        let heard = Heard { heard: 3, readings: 4 };
        facets.grounds = vec![
            ground(
                GroundOf::Language,
                "en",
                Evidence::from_sign(Sign::Language { ground: Some(LanguageGround::Detected(heard)) }),
            ),
            ground(GroundOf::Organisation, "Source a", Evidence::from_sign(Sign::Carrier)),
            ground(GroundOf::Organisation, "UNICEF", words(Place::Text, "unicef")),
            ground(GroundOf::Country, "CH", words(Place::Title, "geneva")),
            ground(GroundOf::Deadline, "2021-06-10", words(Place::Text, "by 10 June 2021")),
        ];
        let said = |tag: &str| {
            let known = describe_facets(&samples::scene(&policy, tag), &facets);
            let one = |ground: &Ground| {
                let clues =
                    ground.clues.iter().map(|word| format!("{} {}", word.term, word.said.text).trim().to_owned());
                let name = ground.name.iter().map(|name| name.text.clone());
                name.chain(clues).collect::<Vec<_>>().join(": ")
            };
            let line = |known: &FacetDetail| {
                let grounds = known.grounds.iter().map(one).collect::<Vec<_>>().join("; ");
                format!("{} = {} <- {grounds}", known.label, known.value.text)
            };
            known.iter().map(line).collect::<Vec<_>>()
        };
        assert_eq!(
            said("en"),
            [
                "Kind of document = Statement <- statement by in the title",
                "Whose text it is = Member <- Source a carries it, and nothing names another author.",
                "Organisations = Source a, UNICEF <- Source a: a source that carries it; UNICEF: unicef in the text",
                "Language = English <- recognised by its words",
                "Deadline = 10 June 2021 <- by 10 June 2021 in the text",
                "Countries = Switzerland <- Switzerland: geneva in the title",
            ]
        );
        assert!(said("fr")[1].contains("Source a la publie, et rien ne nomme un autre auteur."), "{:?}", said("fr"));
    }
}
