//! The rule of a section in plain words: what it asks for, as readers call it.

use super::reasons::label_of;
use super::search::name_condition;
use super::{Phrase, Scene};
use crate::locale::fill;
use plenary_model::query::{Field, Node, Query};

/// A rule as a list of what must hold, in the language of the page.
pub(crate) fn tell_rule(scene: &Scene<'_>, rule: &Query) -> Vec<Phrase> {
    let parts = rule.parts();
    parts.iter().map(|part| Phrase::own(scene.locale, tell(scene, part))).collect()
}

fn tell(scene: &Scene<'_>, node: &Node) -> String {
    let words = &scene.locale.words;
    match node {
        Node::Field { field, value, .. } => {
            let value = name_condition(scene, *field, value).text;
            match label_of(scene, *field) {
                Some(name) => scene.locale.label(name, &value),
                None => value,
            }
        }
        Node::Text { words, .. } => words.clone(),
        Node::Not(inner) => fill(words.why.not, &[("what", &tell(scene, inner))]),
        Node::And(parts) => {
            scene.locale.list(parts.iter().map(|part| tell(scene, part)).collect::<Vec<_>>().iter().map(String::as_str))
        }
        Node::Or(parts) => match of_one_field(parts) {
            // The field is said once: `Kind of document: Statement or Press release`.
            Some(field) if label_of(scene, field).is_some() => {
                let values: Vec<String> = parts.iter().filter_map(|part| value_of(scene, part)).collect();
                scene.locale.label(label_of(scene, field).unwrap_or_default(), &values.join(words.number.or))
            }
            _ => parts.iter().map(|part| tell(scene, part)).collect::<Vec<_>>().join(words.number.or),
        },
    }
}

fn of_one_field(parts: &[Node]) -> Option<Field> {
    let field_of = |node: &Node| if let Node::Field { field, .. } = node { Some(*field) } else { None };
    let first = parts.first().and_then(field_of)?;
    parts.iter().all(|part| field_of(part) == Some(first)).then_some(first)
}

fn value_of(scene: &Scene<'_>, node: &Node) -> Option<String> {
    let Node::Field { field, value, .. } = node else { return None };
    Some(name_condition(scene, *field, value).text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    #[test]
    fn a_rule_is_told_in_the_words_of_the_page() {
        let policy = samples::policy();
        let rule =
            Query::parse_rule("genre:(statement or letter) and not standing:media and issuer:un and has:deadline");
        let rule = rule.unwrap();
        let told = |tag: &str| {
            let scene = samples::scene(&policy, tag);
            tell_rule(&scene, &rule).into_iter().map(|phrase| phrase.text).collect::<Vec<_>>()
        };
        assert_eq!(
            told("en"),
            [
                "Kind of document: Statement or letter",
                "without “Kind of organisation: Media”",
                "Whose text it is: United Nations and international organisations",
                "a deadline",
            ]
        );
        assert_eq!(told("fr")[0], "Type de document\u{a0}: Déclaration ou letter");
    }
}
