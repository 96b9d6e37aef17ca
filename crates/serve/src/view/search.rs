//! What a search found, with the words it was found by marked; and the values by which it can be narrowed.

use super::excerpt::begin;
use super::{ListItem, Phrase, Scene};
use crate::locale::fill;
use crate::world;
use chrono::NaiveDate;
use plenary_model::fold;
use plenary_model::html::to_line;
use plenary_model::piece::PieceView;
use plenary_model::query::{Field, Node, Query};
use plenary_model::source::{Republish, Standing};
use plenary_model::view::{Facet, FacetCount};

/// Longest stretch of text around the words that were found, in characters.
const SNIPPET_CHARS: usize = 230;
/// Words shown before the first one that was found.
const WORDS_BEFORE: usize = 8;
/// Values of one facet that are offered; rarer ones can be typed.
const VALUES_MAX: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) text: String,
    /// True when it was asked for.
    pub(crate) marked: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) item: ListItem,
    pub(crate) title: Vec<Stretch>,
    /// What stands around the words found; empty where the publisher lets us show the title only.
    pub(crate) teaser: Vec<Stretch>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FacetGroup {
    /// Name of the facet.
    pub(crate) heading: String,
    pub(crate) values: Vec<Choice>,
}

/// A value that can be added, taken away or looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The value in words.
    pub(crate) title: Phrase,
    pub(crate) href: String,
    /// Pieces; empty where they are not counted.
    pub(crate) count: String,
    /// What following it does, where the title alone does not say so.
    pub(crate) label: String,
}

/// A piece that was found by `query`.
pub(crate) fn build_hit(view: &PieceView, item: ListItem, query: &Query) -> Hit {
    let asked = SearchTerms::read(query);
    let title = mark_terms(&item.title.text, &asked);
    let may_show = view.lead_source().is_some_and(|source| source.republish != Republish::Title);
    let teaser = if may_show { cut_snippet(&to_line(view.lead.entry.body()), &asked) } else { Vec::new() };
    Hit { item, title, teaser }
}

/// The words that were asked for, folded: whole ones, and beginnings.
struct SearchTerms {
    words: Vec<String>,
    beginnings: Vec<String>,
}

impl SearchTerms {
    fn read(query: &Query) -> Self {
        let mut asked = Self { words: Vec::new(), beginnings: Vec::new() };
        for phrase in query.words() {
            let mut words: Vec<String> = fold::words(phrase).into_iter().map(|(_, word)| word).collect();
            if phrase.trim_end().ends_with('*') {
                asked.beginnings.extend(words.pop());
            }
            asked.words.extend(words);
        }
        asked
    }

    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|one| one == word) || self.beginnings.iter().any(|one| word.starts_with(one.as_str()))
    }
}

fn mark_terms(text: &str, asked: &SearchTerms) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut done = 0;
    let stretch = |from: usize, to: usize, marked: bool| {
        let text = text.get(from..to).unwrap_or_default().to_owned();
        (!text.is_empty()).then_some(Stretch { text, marked })
    };
    for (at, _) in fold::words(text).into_iter().filter(|(_, word)| asked.has(word)) {
        stretches.extend(stretch(done, at.start, false));
        stretches.extend(stretch(at.start, at.end, true));
        done = at.end;
    }
    stretches.extend(stretch(done, text.len(), false));
    stretches
}

/// The text around the first word that was found; its beginning where none was.
fn cut_snippet(text: &str, asked: &SearchTerms) -> Vec<Stretch> {
    let words = fold::words(text);
    let first = words.iter().position(|(_, word)| asked.has(word)).unwrap_or_default();
    let from = words.get(first.saturating_sub(WORDS_BEFORE)).map_or(0, |(at, _)| at.start);
    let rest = text.get(from..).unwrap_or_default().to_owned();
    let (shown, _) = begin(&[rest], SNIPPET_CHARS);
    let shown = shown.into_iter().next().unwrap_or_default();
    let mut stretches = mark_terms(&shown, asked);
    if from > 0
        && let Some(first) = stretches.first_mut()
    {
        first.text.insert_str(0, if first.marked { "" } else { "… " });
    }
    stretches
}

/// The address of a view that shows what a query finds.
pub(crate) type AddressOf<'a> = &'a dyn Fn(Query) -> String;

/// The conditions of a query, each with the address of the view without it; the section of a section's
/// own view is none.
pub(crate) fn list_conditions(
    scene: &Scene<'_>,
    query: &Query,
    within: Option<&str>,
    to: AddressOf<'_>,
) -> Vec<Choice> {
    let words = &scene.locale.words.search;
    let parts = query.parts();
    let conditions = parts.iter().enumerate().filter_map(|(index, part)| match part {
        Node::Field { field: Field::Section, value, .. } if within == Some(value.as_str()) => None,
        Node::Field { field, value, .. } => {
            let title = name_condition(scene, *field, value);
            let label = fill(words.remove, &[("what", &title.text)]);
            let href = to(query.without(index));
            Some(Choice { title, href, count: String::new(), label })
        }
        _ => None,
    });
    conditions.collect()
}

pub(super) fn name_condition(scene: &Scene<'_>, field: Field, value: &str) -> Phrase {
    match field {
        Field::After => name_day(scene, scene.locale.words.since.after, value),
        Field::Before => name_day(scene, scene.locale.words.since.before, value),
        Field::Has => {
            let why = &scene.locale.words.why;
            let name = match value {
                "deadline" => why.has_deadline,
                "translation" => why.has_translation,
                _ => why.has_copy,
            };
            Phrase::own(scene.locale, name)
        }
        field => name_value(scene, Facet::Field(field), value),
    }
}

/// `since 3 June 2021`; what was typed where it is no whole day.
fn name_day(scene: &Scene<'_>, pattern: &str, value: &str) -> Phrase {
    let day = value.parse::<NaiveDate>().map_or_else(|_| value.to_owned(), |day| scene.locale.day(day));
    Phrase::own(scene.locale, fill(pattern, &[("day", &day)]))
}

/// The values by which what a query finds can be narrowed, most frequent first, those left out that all
/// of it has. The section of a section's own view is left out as well.
pub(crate) fn group_facets(
    scene: &Scene<'_>,
    query: &Query,
    counts: &[FacetCount],
    total: usize,
    within: Option<&str>,
    to: AddressOf<'_>,
) -> Vec<FacetGroup> {
    let words = &scene.locale.words.facet;
    let facets = [
        (Facet::Field(Field::Section), words.section),
        (Facet::Field(Field::Topic), words.topic),
        (Facet::Field(Field::Genre), words.genre),
        (Facet::Field(Field::Language), words.language),
        (Facet::Field(Field::Standing), words.standing),
        (Facet::Field(Field::Organisation), words.organisation),
        (Facet::Field(Field::Source), words.source),
        (Facet::Field(Field::Country), words.country),
        (Facet::Year, words.year),
    ];
    let of_facet = |(facet, heading): (Facet, &str)| {
        let is_asked = within.is_none() || facet != Facet::Field(Field::Section);
        let values = counts.iter().filter(|count| is_asked && count.facet == facet && count.pieces < total);
        // A tag of a region narrows a language that is offered already.
        let values = values.filter(|count| facet != Facet::Field(Field::Language) || !count.value.contains('-'));
        let values: Vec<Choice> = values
            .take(VALUES_MAX)
            .map(|count| Choice {
                title: name_value(scene, facet, &count.value),
                href: to(narrow(query, facet, &count.value)),
                count: scene.locale.number(count.pieces),
                label: String::new(),
            })
            .collect();
        FacetGroup { heading: heading.to_owned(), values }
    };
    facets.into_iter().map(of_facet).filter(|group| !group.values.is_empty()).collect()
}

/// A query with one value more.
pub(crate) fn narrow(query: &Query, facet: Facet, value: &str) -> Query {
    let node = |field, value: String| Node::Field { field, value: value.to_lowercase(), column: 0 };
    match facet {
        Facet::Field(field) => query.and(node(field, value.to_owned())),
        Facet::Year => {
            let next = value.parse::<i32>().map_or_else(|_| value.to_owned(), |year| (year + 1).to_string());
            query.and(node(Field::After, value.to_owned())).and(node(Field::Before, next))
        }
    }
}

pub(crate) fn name_value(scene: &Scene<'_>, facet: Facet, value: &str) -> Phrase {
    let policy = scene.policy;
    let plain = |text: &str| Phrase::new(text, None);
    let Facet::Field(field) = facet else { return plain(value) };
    let known = match field {
        Field::Section => policy.section(value).map(|section| scene.translate(&section.title)),
        Field::Topic => {
            policy.topics.iter().find(|topic| topic.id.as_str() == value).map(|topic| scene.translate(&topic.title))
        }
        Field::Genre => {
            policy.genres.iter().find(|genre| genre.id.as_str() == value).map(|genre| scene.translate(&genre.title))
        }
        Field::Standing | Field::Issuer => Standing::parse(value)
            .map(|standing| Phrase::own(scene.locale, scene.locale.words.standing.get(standing).many)),
        Field::Language => scene.locale.words.languages.get(value).map(|name| Phrase::own(scene.locale, *name)),
        Field::Source => policy.source(&value.into()).map(|source| plain(&source.name)),
        Field::Country => {
            let code = value.to_uppercase();
            let name = world::country(&code, scene.locale.tag);
            Some(name.map_or_else(|| plain(&code), |name| Phrase::own(scene.locale, name)))
        }
        Field::Organisation => {
            let asked = fold::line(value);
            let names = policy.sources.iter().map(|source| source.name.as_str());
            names.into_iter().find(|name| fold::line(name) == asked).map(plain)
        }
        Field::Before | Field::After | Field::Has => None,
    };
    known.unwrap_or_else(|| plain(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{build_list_item, samples};

    fn bracket_marked(stretches: &[Stretch]) -> String {
        stretches.iter().map(|s| if s.marked { format!("[{}]", s.text) } else { s.text.clone() }).collect()
    }

    #[test]
    fn what_was_asked_for_is_marked_in_any_spelling() {
        let asked = SearchTerms::read(&Query::parse("eleves \"enfants ont\" rentr* -classe").unwrap());
        let text = "Les Élèves rentrent en classe, les enfants ont droit.";
        let marked = bracket_marked(&mark_terms(text, &asked));
        assert_eq!(marked, "Les [Élèves] [rentrent] en classe, les [enfants] [ont] droit.");
        let asked = SearchTerms::read(&Query::parse("أطفال").unwrap());
        assert_eq!(bracket_marked(&mark_terms("حقوق الأطفال", &asked)), "حقوق [الأطفال]");
    }

    #[test]
    fn a_snippet_begins_shortly_before_what_was_found() {
        let text = format!("{}the needle is here.", "hay and straw ".repeat(60));
        let cut = bracket_marked(&cut_snippet(&text, &SearchTerms::read(&Query::parse("needle").unwrap())));
        assert!(cut.starts_with("… "), "{cut}");
        assert!(cut.ends_with("the [needle] is here."), "{cut}");
        let none = bracket_marked(&cut_snippet("Only this.", &SearchTerms::read(&Query::parse("").unwrap())));
        assert_eq!(none, "Only this.");
    }

    #[test]
    fn what_may_not_be_shown_is_not_shown_by_search() {
        let policy = samples::policy();
        let mut view = samples::piece("x", "2021-06-01");
        let query = Query::parse("children").unwrap();
        let of =
            |view: &PieceView| build_hit(view, build_list_item(&samples::scene(&policy, "en"), view, None), &query);
        assert_eq!(bracket_marked(&of(&view).teaser), "[Children] have rights. All of them.");
        view.sources.values_mut().for_each(|source| source.republish = Republish::Title);
        assert!(of(&view).teaser.is_empty());
    }

    #[test]
    fn a_year_is_a_span_of_dates() {
        let query = narrow(&Query::parse("a").unwrap(), Facet::Year, "2021");
        assert_eq!(query.to_string(), "a after:2021 before:2022");
    }
}
