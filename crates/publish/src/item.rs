//! What may be republished of a piece, in no format yet: cleaned, cut to what its source allows, and
//! with everything filled in that formats require. Each format writes the same items in its words.

use super::elements::{ItemCategory, ItemLink, category_of, media_type, people_of};
use super::head::choose_text;
use super::origin::{self, Origin};
use super::provenance::{self, Provenance};
use super::text;
use chrono::{DateTime, Utc};
use plenary_model::entry::{Entry, Person, StoredEntry};
use plenary_model::html::to_line;
use plenary_model::id::PieceId;
use plenary_model::piece::PieceView;
use plenary_model::policy::Policy;
use plenary_model::source::{EXCERPT_CHARS_MAX, Republish};
use plenary_model::whitespace::collapse;

/// Longest title that is made of a text because the publisher gave none, in characters.
const MADE_TITLE_CHARS_MAX: usize = 80;
/// The tag for a language that is not known (ISO 639-2): an entry must not be taken to be in the
/// language of the feed that carries it.
const UNKNOWN_LANGUAGE: &str = "und";
/// Relations of the publisher's own links that are passed on as they are.
const KEPT_RELATIONS: [&str; 3] = ["license", "related", "via"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    Text(String),
    /// A sanitised fragment.
    Html(String),
}

impl Body {
    pub(super) fn to_html(&self) -> String {
        match self {
            Self::Text(plain) => text::to_html(plain),
            Self::Html(html) => html.clone(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// The kept id.
    pub(super) id: String,
    /// Title as plain text; never empty.
    pub(super) title: String,
    /// Language of title and text; `None` when it is that of the feed.
    pub(super) language: Option<String>,
    pub(super) updated: DateTime<Utc>,
    pub(super) published: DateTime<Utc>,
    /// Links; the first is the page of the original (`alternate`).
    pub(super) links: Vec<ItemLink>,
    /// Authors; never empty (RFC 4287 4.1.2).
    pub(super) authors: Vec<Person>,
    /// Sections, topics, genre, organisations, countries, then the publisher's own.
    pub(super) categories: Vec<ItemCategory>,
    pub(super) rights: Option<String>,
    pub(super) source: Option<Origin>,
    pub(super) summary: Option<Body>,
    pub(super) content: Option<Body>,
    pub(super) provenance: Option<Provenance>,
}

impl Item {
    pub(super) fn link(&self) -> &str {
        self.links.first().map_or("", |link| link.href.as_str())
    }

    pub(super) fn author_names(&self) -> impl Iterator<Item = &str> {
        self.authors.iter().map(|author| author.name.as_str())
    }

    pub(super) fn publisher(&self) -> Option<&str> {
        self.provenance.as_ref()?.copies.first().map(|copy| copy.name.as_str())
    }

    pub(super) fn enclosures(&self) -> impl Iterator<Item = &ItemLink> {
        self.links.iter().filter(|link| link.rel == "enclosure")
    }
}

/// What may be republished of a piece, in a feed whose own texts are in `feed_language`.
pub(super) fn compose(policy: &Policy, feed_language: &str, view: &PieceView) -> Item {
    let entry = &view.lead.entry;
    let card = view.lead_source();
    // A source that we no longer know cannot tell what it allows.
    let republish = card.map_or(Republish::Title, |card| card.republish);
    let (summary, content) = bodies(entry, republish);
    let provenance = provenance::trace(policy, view);
    let language = entry.language.as_ref().or(view.piece.facets.language.as_ref());
    let language = language.map_or(UNKNOWN_LANGUAGE, |language| language.as_str());
    Item {
        id: id_in_feeds(policy, &view.piece.id, &view.piece.atom_id),
        title: title(entry),
        language: Some(language.to_owned()),
        updated: view.piece.updated,
        published: view.piece.dated,
        links: links(view, republish, language, &provenance.href),
        authors: authors(policy, view),
        categories: categories(policy, feed_language, view),
        rights: text::some_line(entry.rights.as_deref())
            .or_else(|| text::some_line(card.and_then(|card| card.meta.rights.as_deref()))),
        source: card.map(|card| origin::describe(card, &view.lead)),
        summary,
        content,
        provenance: Some(provenance),
    }
}

/// The id under which the piece was published. One that no Atom reader would accept, which could only
/// come from a database of another make, is replaced by a tag of the piece.
pub(super) fn id_in_feeds(policy: &Policy, piece: &PieceId, id: &str) -> String {
    if text::is_iri(id) { id.to_owned() } else { super::head::tag(policy, &format!("/pieces/{piece}")) }
}

/// The title, else the beginning of the text, else the address: a reader lists entries by title.
fn title(entry: &Entry) -> String {
    let title = collapse(&entry.title);
    if !title.is_empty() {
        return title;
    }
    let text = text::excerpt(&to_line(entry.body()), MADE_TITLE_CHARS_MAX);
    if text.is_empty() { collapse(entry.link.as_deref().unwrap_or(&entry.id)) } else { text }
}

/// Summary and content as far as the source allows.
fn bodies(entry: &Entry, republish: Republish) -> (Option<Body>, Option<Body>) {
    let html = |fragment: &Option<String>| {
        let fragment = text::clean(fragment.as_deref()?).trim().to_owned();
        (!fragment.is_empty()).then_some(Body::Html(fragment))
    };
    match republish {
        Republish::Full => {
            // A summary is for lists, and for whoever opens the feed in a browser, which shows the tags of escaped
            // HTML: its words are enough. A publisher's only text stands whole in the content.
            let (summary, content) = (html(&entry.summary), html(&entry.content));
            let words = summary.as_ref().map(|summary| to_line(&summary.to_html())).filter(|words| !words.is_empty());
            (words.map(Body::Text), content.or(summary))
        }
        Republish::Excerpt => {
            let from = entry.summary.as_deref().map(to_line).filter(|summary| !summary.is_empty());
            let from = from.unwrap_or_else(|| to_line(entry.content.as_deref().unwrap_or_default()));
            let excerpt = text::excerpt(&from, EXCERPT_CHARS_MAX);
            ((!excerpt.is_empty()).then_some(Body::Text(excerpt)), None)
        }
        Republish::Title => (None, None),
    }
}

/// The page of the original, its translations, who else published it, the publisher's other links,
/// attached media. Without a page of the publisher, our own stands in: RFC 4287 4.1.2 wants an
/// alternate for an entry without content, and a reader something to open.
fn links(view: &PieceView, republish: Republish, language: &str, page: &str) -> Vec<ItemLink> {
    let entry = &view.lead.entry;
    let mut links = Links::default();
    let original = entry.link.as_deref().and_then(text::address);
    let announced = entry.links.iter().find(|link| link.rel == "alternate" && Some(&link.href) == entry.link.as_ref());
    links.add(ItemLink {
        rel: "alternate",
        href: original.unwrap_or_else(|| page.to_owned()),
        media_type: Some(
            announced.and_then(|link| media_type(link.media_type.as_deref())).unwrap_or("text/html".into()),
        ),
        hreflang: read_language(language),
        ..ItemLink::default()
    });
    for version in &view.versions {
        let Some(href) = version.link.as_deref().and_then(text::address) else { continue };
        links.add(ItemLink {
            rel: "alternate",
            href,
            media_type: Some("text/html".into()),
            hreflang: version.language.as_ref().and_then(|language| read_language(language.as_str())),
            title: text::some_line(Some(&version.title)),
            length: None,
        });
    }
    for copy in &view.others {
        links.add_related(view, copy);
    }
    if let Some(link) = entry.source.as_ref().and_then(|source| source.link.as_deref()).and_then(text::address) {
        let title = entry.source.as_ref().and_then(|source| text::some_line(source.title.as_deref()));
        links.add(ItemLink { rel: "via", href: link, title, ..ItemLink::default() });
    }
    for link in &entry.links {
        let Some(rel) = KEPT_RELATIONS.into_iter().find(|rel| *rel == link.rel) else { continue };
        let Some(href) = text::address(&link.href) else { continue };
        links.add(ItemLink {
            rel,
            href,
            media_type: media_type(link.media_type.as_deref()),
            hreflang: link.hreflang.as_deref().and_then(read_language),
            title: text::some_line(link.title.as_deref()),
            length: None,
        });
    }
    // Media is content: it goes with the full text only.
    let enclosures = if republish == Republish::Full { entry.enclosures.as_slice() } else { &[] };
    for enclosure in enclosures {
        let Some(href) = text::address(&enclosure.href) else { continue };
        let media_type = media_type(enclosure.media_type.as_deref());
        links.add(ItemLink { rel: "enclosure", href, media_type, length: enclosure.length, ..ItemLink::default() });
    }
    links.0
}

/// Collects links so that no two say the same.
#[derive(Default)]
struct Links(Vec<ItemLink>);

impl Links {
    /// Adds a link unless it is there already. Two alternates must differ in media type or language
    /// (RFC 4287 4.1.2): a further one is passed on as `related`.
    fn add(&mut self, mut link: ItemLink) {
        let same_kind = |other: &ItemLink| {
            other.rel == "alternate" && other.media_type == link.media_type && other.hreflang == link.hreflang
        };
        if link.rel == "alternate" && self.0.iter().any(same_kind) {
            link.rel = "related";
        }
        if !self.0.iter().any(|other| other.href == link.href && other.hreflang == link.hreflang) {
            self.0.push(link);
        }
    }

    fn add_related(&mut self, view: &PieceView, copy: &StoredEntry) {
        let Some(href) = copy.entry.link.as_deref().and_then(text::address) else { return };
        let name = view.sources.get(&copy.source).map_or(copy.source.as_str(), |card| card.name.as_str());
        self.add(ItemLink {
            rel: "related",
            href,
            media_type: Some("text/html".into()),
            hreflang: copy.entry.language.as_ref().and_then(|language| read_language(language.as_str())),
            title: text::some_line(Some(name)),
            length: None,
        });
    }
}

fn read_language(language: &str) -> Option<String> {
    let tag = plenary_model::language::Language::parse(language)?;
    (tag.as_str() != UNKNOWN_LANGUAGE).then(|| tag.as_str().to_owned())
}

/// The authors that the entry names, else those of its feed, else the organisation.
fn authors(policy: &Policy, view: &PieceView) -> Vec<Person> {
    let entry = &view.lead.entry;
    let card = view.lead_source();
    let named = |people: &[Person], line: Option<&str>| {
        let people = people_of(people);
        if !people.is_empty() {
            return people;
        }
        text::some_line(line).map(|name| vec![Person { name, ..Person::default() }]).unwrap_or_default()
    };
    let own = named(&entry.authors, entry.author.as_deref());
    if !own.is_empty() {
        return own;
    }
    let of_feed = card.map(|card| named(&card.meta.authors, card.meta.author.as_deref())).unwrap_or_default();
    if !of_feed.is_empty() {
        return of_feed;
    }
    let name = card.map_or(policy.network.name.as_str(), |card| card.name.as_str());
    let uri = card.and_then(|card| card.site.as_deref()).and_then(text::address);
    vec![Person { name: collapse(name), uri, email: None }]
}

/// What is known of the piece as categories, then the publisher's own. The scheme of ours is the
/// address on the site where the terms are explained; the terms are slugs, names and country codes.
fn categories(policy: &Policy, language: &str, view: &PieceView) -> Vec<ItemCategory> {
    let piece = &view.piece;
    let scheme = |name: &str| Some(format!("{}/{name}", policy.network.address));
    let titled =
        |term: &str, scheme: Option<String>, title: Option<&plenary_model::language::Translated>| ItemCategory {
            term: collapse(term),
            scheme,
            label: title.and_then(|title| choose_text(title, language)).map(|title| title.text),
        };
    let sections = piece.placements.iter().filter(|placement| placement.state.is_shown()).map(|placement| {
        let slug = placement.section.as_str();
        titled(slug, scheme("sections"), policy.section(slug).map(|section| &section.title))
    });
    let topics = piece.facets.topics.iter().map(|hit| {
        let title = policy.topics.iter().find(|topic| topic.id == hit.topic).map(|topic| &topic.title);
        titled(hit.topic.as_str(), scheme("topics"), title)
    });
    let genre = piece.facets.genre.iter().map(|slug| {
        let title = policy.genres.iter().find(|genre| genre.id == *slug).map(|genre| &genre.title);
        titled(slug.as_str(), scheme("genres"), title)
    });
    let organisations = piece.facets.organisations.iter().map(|name| titled(name, scheme("organisations"), None));
    let countries = piece.facets.countries.iter().map(|code| titled(code, scheme("countries"), None));
    let own = view.lead.entry.categories.iter().map(category_of);
    let mut labels: Vec<ItemCategory> = Vec::new();
    for label in sections.chain(topics).chain(genre).chain(organisations).chain(countries).chain(own) {
        let known = labels.iter().any(|other| other.term == label.term && other.scheme == label.scheme);
        if !label.term.is_empty() && !known {
            labels.push(label);
        }
    }
    labels
}

#[cfg(test)]
#[path = "item_tests.rs"]
mod tests;
