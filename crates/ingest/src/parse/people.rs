//! People as feeds write them: Atom's elements, or a line of text.

use crate::repair::{Element, html_references, trimmed};
use plenary_model::entry::Person;
use plenary_model::whitespace::collapse;
use std::sync::Arc;
use url::Url;

/// A person: Atom's elements, or RSS's `mail@example.org (Name)`, `Name <mail@example.org>`, `Name`.
pub(super) fn person(element: Element<'_, '_>, base: Option<&Arc<Url>>) -> Person {
    let child = |names: &[&str]| {
        let found = element.elements().find(|inside| names.contains(&&*inside.local()))?;
        Some(trimmed(found.text()).into_owned()).filter(|text| !text.is_empty())
    };
    if element.elements().next().is_none() {
        return person_in(&element.text());
    }
    let uri = child(&["uri", "url", "homepage", "href"]);
    let uri = uri.map(|uri| base.and_then(|base| base.join(&uri).ok()).map_or(uri, Into::into));
    let name = child(&["name"]).unwrap_or_default();
    let email = child(&["email"]).map(|email| email.trim_start_matches("mailto:").to_owned());
    if name.is_empty() && email.is_none() && uri.is_none() {
        return person_in(&element.text());
    }
    Person { name, uri, email }
}

fn person_in(text: &str) -> Person {
    let text = collapse(&html_references(text));
    let is_mail = |word: &&str| {
        let word = word.trim_matches(|c: char| matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | ',' | ';' | '"'));
        word.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && host.contains('.') && word.is_ascii() && !host.contains('@') && !local.contains('/')
        })
    };
    let Some(found) = text.split(' ').find(is_mail) else {
        return Person { name: text, uri: None, email: None };
    };
    let trim = |c: char| matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | ',' | ';' | '"' | ' ');
    let mail = found.trim_matches(trim).trim_start_matches("mailto:");
    let email = mail.split('?').next().unwrap_or(mail).to_owned();
    let name = text.replacen(found, "", 1);
    Person { name: name.trim_matches(trim).to_owned(), uri: None, email: Some(email) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_as_they_are_written() {
        for (text, name, email) in [
            ("mail@example.org (Ana Díaz)", "Ana Díaz", Some("mail@example.org")),
            ("Ana Díaz <mail@example.org>", "Ana Díaz", Some("mail@example.org")),
            ("Ana D&iacute;az &lt;mail@example.org&gt;", "Ana Díaz", Some("mail@example.org")),
            ("mail@example.org", "", Some("mail@example.org")),
            ("Ana  Díaz", "Ana Díaz", None),
            ("foo@example.com（山田）", "foo@example.com（山田）", None),
            ("「foo@example.com", "「foo@example.com", None),
        ] {
            let person = person_in(text);
            assert_eq!((person.name.as_str(), person.email.as_deref()), (name, email), "{text}");
        }
    }
}
