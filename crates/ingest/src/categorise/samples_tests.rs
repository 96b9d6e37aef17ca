//! The shipped policy on samples made up for it: titles of every section, in ten languages, and texts
//! that only sound like children or a virus. They guard against regressions. Their author knew the
//! policy and mended it where they first failed, so they say little of how it fares on unseen texts.

use super::shipped::{policy, repository};
use super::*;
use plenary_model::id::GenreSlug;
use plenary_model::line::EntryLine;
use serde::Deserialize;

const SAMPLES: &str = "tests/data/sections/samples.jsonl";
const TRAPS: &str = "tests/data/sections/traps.jsonl";
/// Of a hundred samples, how many must lie where a reader put them.
const RIGHT_PERCENT_MIN: usize = 95;

/// What a reader says of a sample.
#[derive(Debug, Deserialize)]
struct Expected {
    section: Option<String>,
    genre: Option<String>,
}

fn judge_samples(path: &str) -> Vec<(String, Expected, Facets, Vec<Suggestion>)> {
    let categoriser = Categoriser::new(policy(|_| {}));
    let text = std::fs::read_to_string(repository().join(path)).unwrap();
    text.lines()
        .map(|text| {
            let line = EntryLine::parse(text).unwrap();
            let carriers = [Carrier {
                source: SourceId::from("sample"),
                name: line.organisation.clone().unwrap(),
                standing: line.standing.unwrap(),
                countries: Vec::new(),
            }];
            let dated = line.date.unwrap().from;
            let case = Case {
                entry: &line.entry,
                carriers: &carriers,
                dated,
                has_copies: false,
                has_versions: false,
                age: chrono::TimeDelta::zero(),
            };
            let facets = categoriser.facets(&case);
            let sections = categoriser.sections(&case, &facets);
            (line.entry.title.clone(), serde_json::from_str(text).unwrap(), facets, sections)
        })
        .collect()
}

fn percent(right: usize, all: usize) -> usize {
    right * 100 / all.max(1)
}

#[test]
fn samples_go_where_a_reader_puts_them() {
    let judged = judge_samples(SAMPLES);
    let wrong: Vec<String> = judged
        .iter()
        .filter_map(|(title, expected, _, sections)| {
            let found = sections.first().map_or("none", |suggestion| suggestion.section.as_str());
            (Some(found) != expected.section.as_deref()).then(|| format!("{title}: {found}"))
        })
        .collect();
    let right = judged.len() - wrong.len();
    assert!(percent(right, judged.len()) >= RIGHT_PERCENT_MIN, "{right} of {}: {wrong:#?}", judged.len());
}

#[test]
fn samples_have_the_genre_a_reader_gives_them() {
    let judged = judge_samples(SAMPLES);
    let named: Vec<_> = judged.iter().filter(|(_, expected, ..)| expected.genre.is_some()).collect();
    let wrong: Vec<_> = named
        .iter()
        .filter(|(_, expected, facets, _)| expected.genre.as_deref() != facets.genre.as_ref().map(GenreSlug::as_str))
        .map(|(title, _, facets, _)| (title, &facets.genre, &facets.genre_why))
        .collect();
    let right = named.len() - wrong.len();
    assert!(percent(right, named.len()) >= RIGHT_PERCENT_MIN, "{right} of {}: {wrong:#?}", named.len());
}

#[test]
fn nothing_that_only_sounds_like_children_is_about_them() {
    for (title, _, facets, _) in judge_samples(TRAPS) {
        let has = |slug: &str| facets.topics.iter().any(|hit| hit.topic.as_str() == slug);
        assert!(!(has("covid-19") && has("child-rights")), "{title}: {:?}", facets.topics);
    }
}
