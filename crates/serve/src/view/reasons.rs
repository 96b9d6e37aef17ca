//! What judging wrote down in English, told in the visitor's language.
//!
//! Reasons are stored as sentences (`plenary explain` prints them as they are). Each form that they have stands
//! here with the text of the interface that says the same; what is in none of them is shown as it stands, marked
//! as English.

use super::search::{name_condition, name_value};
use super::{Phrase, Scene};
use crate::locale::{WhyWords, fill};
use plenary_model::query::Field;
use plenary_model::source::Standing;
use plenary_model::view::Facet;

/// Gives the text of the interface for a form.
type Text = fn(&WhyWords) -> &String;

/// The forms of sentences, with names for what stands in them. The first that fits is meant.
const FORMS: [(&str, Text); 43] = [
    // Placements.
    ("no rule holds, and pieces of {name} go here", |w| &w.by_default),
    ("approved by {by}", |w| &w.approved),
    ("rejected by {by}", |w| &w.rejected),
    ("moved here by {by}", |w| &w.moved_here),
    ("moved to {section} by {by}", |w| &w.moved_away),
    ("added by {by}", |w| &w.added),
    ("pinned by {by}", |w| &w.pinned),
    ("held back: this section takes {most} new pieces of one source a day, and {name} has more", |w| &w.held),
    ("learned: {why}", |w| &w.learned),
    ("was shown here before", |w| &w.shown_before),
    ("no rule places it here any more", |w| &w.no_more),
    // Whose text it is.
    ("{name} carries it and nothing names another author", |w| &w.issuer_carrier),
    ("{name}: the entry names its feed as the source", |w| &w.issuer_feed),
    ("{name}: its page is on {what}", |w| &w.issuer_host),
    ("{name}: \"{what}\" names it first", |w| &w.issuer_first),
    ("{name}: the byline is \"{what}\"", |w| &w.issuer_byline),
    ("{name}: the title begins with its words", |w| &w.issuer_title),
    ("{name}: the text begins with its words", |w| &w.issuer_text),
    ("{name}: the title says \"{what}\"", |w| &w.issuer_title_says),
    ("{name}: the text says \"{what}\"", |w| &w.issuer_text_says),
    // Facets that a source gives.
    ("declared, and the text does not say otherwise", |w| &w.declared),
    ("its words", |w| &w.by_words),
    ("a source that carries it", |w| &w.carries),
    ("the country of {name}", |w| &w.country_of),
    ("usual for {standing}", |w| &w.usual),
    ("everything from {name} is about it", |w| &w.all_of_source),
    ("every source with the standing {standing} is about it", |w| &w.all_of_standing),
    // Which entry is shown.
    ("chosen by {by}", |w| &w.lead_staff),
    ("published first under this entry, and kept", |w| &w.lead_kept),
    ("the only entry", |w| &w.lead_only),
    ("the others are from blocked sources", |w| &w.lead_blocked),
    ("the original: on its organisation's own domain, naming no other origin", |w| &w.lead_original),
    ("the others say that they took it over", |w| &w.lead_taken_over),
    ("published first", |w| &w.lead_first),
    ("the fullest text", |w| &w.lead_fullest),
    ("first by key, all else being equal", |w| &w.lead_key),
    // Why an entry is the same piece: by its rung alone, what was found is for `explain`.
    ("staff {name}", |w| &w.same_staff),
    ("same-id {name}", |w| &w.same_id),
    ("same-link {name}", |w| &w.same_link),
    ("same-text {name}", |w| &w.same_text),
    ("near-text {name}", |w| &w.near_text),
    ("part-of {name}", |w| &w.part_of),
    ("same-title {name}", |w| &w.same_title),
];

/// A sentence in the visitor's language.
pub(super) fn told(scene: &Scene<'_>, sentence: &str) -> Phrase {
    match term(scene, sentence).or_else(|| said(scene, sentence)) {
        Some(text) => Phrase::own(scene.locale, text),
        None => Phrase { text: sentence.to_owned(), lang: "en".to_owned(), dir: "ltr" },
    }
}

/// True when it is known how to tell a sentence.
pub(super) fn is_told(sentence: &str) -> bool {
    FORMS.iter().any(|(form, _)| values(form, sentence).is_some())
}

fn said(scene: &Scene<'_>, sentence: &str) -> Option<String> {
    FORMS.iter().find_map(|(form, text)| {
        let values = values(form, sentence)?;
        let values: Vec<(&str, String)> =
            values.into_iter().map(|(name, value)| (name, value_in_words(scene, name, value))).collect();
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Some(fill(text(&scene.locale.words.why), &values))
    })
}

/// What stands in a sentence for each name of a form; `None` when it is not of this form.
fn values<'a>(form: &'a str, sentence: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (start, mut form) = form.split_once('{').map_or((form, None), |(start, rest)| (start, Some(rest)));
    let mut sentence = sentence.strip_prefix(start)?;
    let mut found = Vec::new();
    while let Some(rest) = form {
        let (name, after) = rest.split_once('}')?;
        let (between, next) = after.split_once('{').map_or((after, None), |(between, rest)| (between, Some(rest)));
        let end = if next.is_none() && sentence.ends_with(between) {
            sentence.len() - between.len()
        } else {
            sentence.find(between)?
        };
        found.push((name, sentence.get(..end)?));
        sentence = sentence.get(end + between.len()..)?;
        form = next;
    }
    sentence.is_empty().then_some(found)
}

fn value_in_words(scene: &Scene<'_>, name: &str, value: &str) -> String {
    match name {
        "section" => isolated(scene, &name_value(scene, Facet::Field(Field::Section), value).text),
        "standing" => Standing::parse(value)
            .map_or_else(|| value.to_owned(), |standing| scene.locale.words.standing.get(standing).one.clone()),
        _ => isolated(scene, value),
    }
}

/// A name inside a sentence; one that runs the other way is kept from taking the sentence's full stop along.
fn isolated(scene: &Scene<'_>, text: &str) -> String {
    let is_arabic = text.chars().any(|c| ('\u{590}'..='\u{8ff}').contains(&c));
    if is_arabic == (scene.locale.direction == "rtl") { text.to_owned() } else { format!("\u{2068}{text}\u{2069}") }
}

/// A term of a rule, such as `topic:education, 7 points, …`: the facet and the value. What it rests on stands
/// beside the facet itself.
fn term(scene: &Scene<'_>, sentence: &str) -> Option<String> {
    let (sentence, is_not) = sentence.strip_prefix("not ").map_or((sentence, false), |term| (term, true));
    let (name, rest) = sentence.split_once(':')?;
    let field = Field::named(name)?;
    // A value of the field `organisation` may have a comma of its own, and nothing is added to it.
    let is_explained = matches!(field, Field::Topic | Field::Genre | Field::Issuer);
    let value = if is_explained { rest.split_once(',').map_or(rest, |(value, _)| value) } else { rest };
    let text = in_words(scene, field, value);
    Some(if is_not { fill(&scene.locale.words.why.not, &[("what", &text)]) } else { text })
}

/// A field with a value: `Topic: Education`.
pub(super) fn in_words(scene: &Scene<'_>, field: Field, value: &str) -> String {
    several(scene, &[(field, value)])
}

/// Fields with values, those of one field in a row under one label: `Topic: Education, Health`.
pub(super) fn several(scene: &Scene<'_>, terms: &[(Field, &str)]) -> String {
    let groups = terms.chunk_by(|(one, _), (other, _)| one == other).filter_map(|group| {
        let (field, _) = group.first()?;
        let values: Vec<String> = group.iter().map(|(field, value)| value_of(scene, *field, value)).collect();
        let values = scene.locale.list(values.iter().map(String::as_str));
        Some(
            label_of(scene, *field)
                .map_or(values.clone(), |label| format!("{label}{} {values}", scene.locale.words.site.colon)),
        )
    });
    groups.collect::<Vec<_>>().join(" · ")
}

/// The label of a field; `None` where the value says it all.
fn label_of<'a>(scene: &Scene<'a>, field: Field) -> Option<&'a String> {
    let words = &scene.locale.words;
    match field {
        Field::Section => Some(&words.facet.section),
        Field::Topic => Some(&words.facet.topic),
        Field::Genre => Some(&words.facet.genre),
        Field::Issuer => Some(&words.piece.issuer),
        Field::Standing => Some(&words.facet.standing),
        Field::Language => Some(&words.facet.language),
        Field::Country => Some(&words.facet.country),
        Field::Organisation => Some(&words.facet.organisation),
        Field::Source => Some(&words.facet.source),
        Field::Before | Field::After | Field::Has => None,
    }
}

fn value_of(scene: &Scene<'_>, field: Field, value: &str) -> String {
    let words = &scene.locale.words.why;
    match (field, value) {
        (Field::Has, "deadline") => words.has_deadline.clone(),
        (Field::Has, "translation") => words.has_translation.clone(),
        (Field::Has, _) => words.has_copy.clone(),
        (Field::Issuer | Field::Standing, _) => value_in_words(scene, "standing", value),
        _ => name_condition(scene, field, value).text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    #[test]
    fn what_was_judged_is_told_in_the_visitors_language() {
        let policy = samples::policy();
        let french = samples::scene(&policy, "fr");
        for (sentence, said) in [
            ("genre:statement, by \"calls on\" in title", "Type de document\u{a0}: Déclaration"),
            ("not standing:media", "sans «\u{a0}Statut\u{a0}: Média\u{a0}»"),
            ("moved to news by A. Editor", "Déplacée par la rédaction vers «\u{a0}News\u{a0}»."),
            ("UNICEF: the byline is \"UNICEF Europe\"", "UNICEF\u{a0}: la signature est «\u{a0}UNICEF Europe\u{a0}»."),
            ("usual for un", "habituel pour ce statut\u{a0}: Organisation internationale"),
            ("same-text Source a", "Le même texte que chez Source a."),
            ("same-text المكتب", "Le même texte que chez \u{2068}المكتب\u{2069}."),
        ] {
            let told = told(&french, sentence);
            assert_eq!((told.text.as_str(), told.lang.as_str()), (said, "fr"), "{sentence}");
        }
        let unknown = told(&french, "a reason of tomorrow");
        assert_eq!((unknown.text.as_str(), unknown.lang.as_str()), ("a reason of tomorrow", "en"));
    }

    #[test]
    fn a_form_fits_whole_sentences_only() {
        assert_eq!(values("published first", "published first under this entry, and kept"), None);
        assert_eq!(values("moved to {section} by {by}", "moved to a by b"), Some(vec![("section", "a"), ("by", "b")]));
        assert_eq!(values("the country of {name}", "the country"), None);
        let named = values("{name}: its page is on {what}", "A: B: its page is on c.org");
        assert_eq!(named, Some(vec![("name", "A: B"), ("what", "c.org")]), "a name may have a colon");
    }
}
