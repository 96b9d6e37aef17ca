//! Addresses of pages, printed: one place knows how they are spelt. The router reads them.

use super::locale::Locale;
use chrono::NaiveDate;
use plenary_model::id::{PieceId, SectionSlug, SourceId};
use plenary_model::policy::Policy;
use plenary_model::query::{Field, Node, Query};

/// The feed of everything, which is there once the worker has published for the first time.
pub(crate) const EVERYTHING: &str = "/all.atom";
/// The page that browsers keep for when there is no network, after the prefix.
pub(crate) const OFFLINE: &str = "/offline";

/// A page, whatever the interface language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Overview,
    /// A section, page by page from 1.
    Section(SectionSlug, usize),
    /// A section narrowed by a query, of which the section is a part, page by page from 1.
    Narrowed(SectionSlug, Query, usize),
    /// What is new since a day.
    Since(NaiveDate),
    Sources,
    /// A source with its pieces, page by page from 1.
    Source(SourceId, usize),
    Piece(PieceId),
    Calendar,
    /// What ends on which day.
    Deadlines,
    How,
    /// What the elements mean that feeds add to their formats.
    Extension,
    /// What a search found, page by page from 1.
    Search(String, usize),
    Values(Field),
    /// The pieces with a value of a facet, page by page from 1.
    Value(Field, String, usize),
}

/// The facets whose values have pages, with the names that their addresses begin with. Categories of
/// feeds name them as schemes.
pub(crate) const FACETS: [(Field, &str); 5] = [
    (Field::Section, "sections"),
    (Field::Topic, "topics"),
    (Field::Genre, "genres"),
    (Field::Organisation, "organisations"),
    (Field::Country, "countries"),
];

/// What a section can be narrowed by, as the query string of its address spells it, in that order.
pub(crate) const CONDITIONS: [(&str, Field); 10] = [
    ("topic", Field::Topic),
    ("genre", Field::Genre),
    ("language", Field::Language),
    ("issuer", Field::Issuer),
    ("standing", Field::Standing),
    ("organisation", Field::Organisation),
    ("source", Field::Source),
    ("country", Field::Country),
    ("since", Field::After),
    ("before", Field::Before),
];

impl Place {
    /// The place that stands for this one in search engines.
    pub(crate) fn canonical(&self) -> Self {
        match self {
            Self::Narrowed(slug, ..) => Self::Section(slug.clone(), 1),
            Self::Since(_) => Self::Overview,
            place => place.clone(),
        }
    }

    /// False for what is made on request out of what has pages of its own.
    pub(crate) fn is_indexed(&self) -> bool {
        match self {
            Self::Narrowed(_, query, _) => conditions(query).is_empty(),
            Self::Since(_) | Self::Search(..) => false,
            _ => true,
        }
    }

    /// The root-relative address under `prefix`: empty for the first language, `/fr` for French.
    pub(crate) fn path(&self, prefix: &str) -> String {
        match self {
            Self::Overview => format!("{prefix}/"),
            Self::Section(slug, 0 | 1) => format!("{prefix}/sections/{slug}"),
            Self::Section(slug, page) => format!("{prefix}/sections/{slug}/page/{page}"),
            Self::Narrowed(slug, query, page) => {
                let conditions = conditions(query);
                if conditions.is_empty() {
                    return Self::Section(slug.clone(), *page).path(prefix);
                }
                let page = if *page > 1 { format!("&page={page}") } else { String::new() };
                format!("{prefix}/sections/{slug}?{conditions}{page}")
            }
            Self::Since(day) => format!("{prefix}/?since={day}"),
            Self::Sources => format!("{prefix}/sources"),
            Self::Source(id, 0 | 1) => format!("{prefix}/sources/{id}"),
            Self::Source(id, page) => format!("{prefix}/sources/{id}/page/{page}"),
            Self::Piece(id) => format!("{prefix}/pieces/{id}"),
            Self::Calendar => format!("{prefix}/calendar"),
            Self::Deadlines => format!("{prefix}/deadlines"),
            Self::How => format!("{prefix}/how"),
            Self::Extension => format!("{prefix}/ns"),
            Self::Search(asked, page) => {
                let page = if *page > 1 { format!("&page={page}") } else { String::new() };
                format!("{prefix}/search?q={}{page}", encode_query_part(asked))
            }
            Self::Values(field) => format!("{prefix}/{}", facet_name(*field)),
            Self::Value(field, value, page) => {
                let page = if *page > 1 { format!("/page/{page}") } else { String::new() };
                // A name is one address however it is written.
                format!("{prefix}/{}/{}{page}", facet_name(*field), segment(&value.to_lowercase()))
            }
        }
    }
}

/// The address of the picture that other sites show with a link to a page. That of a piece is in the language of the
/// piece.
pub(crate) fn social_image_path(place: Option<&Place>, prefix: &str) -> String {
    match place {
        Some(Place::Section(slug, _) | Place::Narrowed(slug, ..)) => format!("{prefix}/cards/sections/{slug}.png"),
        Some(Place::Piece(id)) => format!("/cards/pieces/{id}.png"),
        _ => format!("{prefix}/cards/site.png"),
    }
}

fn facet_name(field: Field) -> &'static str {
    FACETS.iter().find(|(one, _)| *one == field).map_or("search", |(_, name)| name)
}

/// The conditions of a query as a query string; always in the same order, so that a view has one address.
pub(crate) fn conditions(query: &Query) -> String {
    let parts = query.parts();
    let of_field = |(name, asked): (&'static str, Field)| {
        let values = parts.iter().filter_map(move |part| match part {
            Node::Field { field, value, .. } if *field == asked => Some(value.as_str()),
            _ => None,
        });
        values.map(move |value| format!("{name}={}", encode_query_part(value))).collect::<Vec<_>>()
    };
    CONDITIONS.into_iter().flat_map(of_field).collect::<Vec<_>>().join("&")
}

/// A text as a part of a query string.
pub(crate) fn encode_query_part(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A text as one segment of a path: as in a query, but a blank is not a plus.
fn segment(text: &str) -> String {
    encode_query_part(text).replace('+', "%20")
}

/// The prefix of pages in `locale`: none for the first of the policy's languages.
pub(crate) fn prefix_of(policy: &Policy, locale: &Locale) -> String {
    match Locale::find_all(policy).first() {
        Some(first) if first.tag == locale.tag => String::new(),
        _ => format!("/{}", locale.tag),
    }
}

/// The locale that a path asks for by its first segment, else the first one.
pub(crate) fn locale_of(policy: &Policy, path: &str) -> Option<&'static Locale> {
    let spoken = Locale::find_all(policy);
    let segment = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let named = spoken.iter().skip(1).find(|locale| locale.tag == segment);
    named.or(spoken.first()).copied()
}

/// An address on another site, when it is one that a reader can safely follow.
pub(crate) fn outward(href: &str) -> Option<String> {
    let url = url::Url::parse(href).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| href.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_page_of_many_is_the_page_itself() {
        let place = |page| Place::Section("news".into(), page).path("/fr");
        assert_eq!(place(1), "/fr/sections/news");
        assert_eq!(place(3), "/fr/sections/news/page/3");
        assert_eq!(Place::Overview.path(""), "/");
        assert_eq!(Place::Overview.path("/ar"), "/ar/");
    }

    #[test]
    fn a_narrowed_section_has_one_address() {
        let at = |typed: &str, page| Place::Narrowed("news".into(), Query::parse(typed).unwrap(), page).path("/ar");
        assert_eq!(at("section:news", 1), "/ar/sections/news");
        let address = "/ar/sections/news?topic=education&language=fr&since=2021-06-01";
        assert_eq!(at("section:news after:2021-06-01 lang:fr topic:education", 1), address);
        assert_eq!(at("topic:education section:news lang:fr after:2021-06-01", 2), format!("{address}&page=2"));
        let day = NaiveDate::from_ymd_opt(2021, 6, 3).unwrap();
        assert_eq!(Place::Since(day).path("/fr"), "/fr/?since=2021-06-03");
    }

    #[test]
    fn only_web_addresses_lead_outward() {
        assert!(outward("https://example.org/a").is_some());
        for bad in ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " data:text/html,x", "/relative", ""] {
            assert_eq!(outward(bad), None, "{bad}");
        }
    }
}
