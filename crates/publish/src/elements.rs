//! What feeds and their items have in common: links, categories, people, cleaned for any format.

use super::text;
use plenary_model::entry::{Category, Person};
use plenary_model::whitespace::collapse;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ItemLink {
    pub(super) rel: &'static str,
    /// Absolute address.
    pub(super) href: String,
    pub(super) media_type: Option<String>,
    pub(super) hreflang: Option<String>,
    pub(super) title: Option<String>,
    /// Size in bytes.
    pub(super) length: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ItemCategory {
    pub(super) term: String,
    /// The vocabulary, an address.
    pub(super) scheme: Option<String>,
    pub(super) label: Option<String>,
}

/// A media type without parameters when it is one (RFC 6838 4.2): `type/subtype`.
pub(super) fn media_type(announced: Option<&str>) -> Option<String> {
    let media_type = announced?.split(';').next()?.trim().to_ascii_lowercase();
    let (kind, subtype) = media_type.split_once('/')?;
    let name =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    (name(kind) && name(subtype)).then_some(media_type)
}

/// People with a name; what is no address or mail address is left out.
pub(super) fn people_of(people: &[Person]) -> Vec<Person> {
    let person = |person: &Person| {
        Some(Person {
            name: text::some_line(Some(&person.name))?,
            uri: person.uri.as_deref().and_then(text::address),
            email: person.email.as_deref().and_then(text::email),
        })
    };
    people.iter().filter_map(person).collect()
}

/// A publisher's category; a scheme that is no IRI is left out.
pub(super) fn category_of(category: &Category) -> ItemCategory {
    ItemCategory {
        term: collapse(&category.term),
        scheme: category.scheme.as_deref().map(collapse).filter(|scheme| text::is_iri(scheme)),
        label: text::some_line(category.label.as_deref()),
    }
}
