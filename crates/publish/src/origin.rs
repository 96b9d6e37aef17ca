//! The feed that a piece comes from, as `atom:source` (RFC 4287 4.2.11) and its kin tell it.

use super::elements::{ItemCategory, ItemLink, category_of, media_type, people_of};
use super::text;
use chrono::{DateTime, Utc};
use plenary_model::entry::{Person, StoredEntry};
use plenary_model::piece::SourceCard;
use plenary_model::whitespace::collapse;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// Its id; its address when it has none.
    pub(super) id: String,
    /// Its title; the organisation's name when it has none.
    pub(super) title: String,
    pub(super) language: Option<String>,
    /// When it had last changed when the piece was taken from it.
    pub(super) updated: DateTime<Utc>,
    /// Its links: itself (`self`), the site it belongs to (`alternate`), its hub.
    pub(super) links: Vec<ItemLink>,
    pub(super) rights: Option<String>,
    pub(super) subtitle: Option<String>,
    pub(super) authors: Vec<Person>,
    pub(super) categories: Vec<ItemCategory>,
    /// The address that we poll.
    pub(super) feed: String,
}

pub(super) fn describe(card: &SourceCard, lead: &StoredEntry) -> Origin {
    let meta = &card.meta;
    let feed = text::address(&card.feed).unwrap_or_else(|| collapse(&card.feed));
    let id = meta.id.as_deref().map(collapse).filter(|id| text::is_iri(id));
    let mut authors = people_of(&meta.authors);
    if let (true, Some(name)) = (authors.is_empty(), text::some_line(meta.author.as_deref())) {
        authors.push(Person { name, ..Person::default() });
    }
    Origin {
        id: id.unwrap_or_else(|| feed.clone()),
        title: text::some_line(meta.title.as_deref()).unwrap_or_else(|| collapse(&card.name)),
        language: meta.language.as_ref().map(|language| language.as_str().to_owned()),
        updated: find_updated(card, lead),
        links: links(card, &feed),
        rights: text::some_line(meta.rights.as_deref()),
        subtitle: text::some_line(meta.subtitle.as_deref()),
        authors,
        categories: meta.categories.iter().map(category_of).filter(|label| !label.term.is_empty()).collect(),
        feed,
    }
}

/// When the feed had last changed when this entry was taken from it: what the feed claimed, but not
/// later than that moment. Many feeds claim the time of every request; without the bound, the same
/// entry would be written differently after each poll. A feed that claims nothing had changed when it
/// brought the entry.
fn find_updated(card: &SourceCard, lead: &StoredEntry) -> DateTime<Utc> {
    let claimed = card.meta.updated.or(card.meta.published);
    claimed.map_or(lead.changed, |claimed| claimed.min(lead.changed))
}

/// `self` is the address that answers; the site is `alternate`. A feed's own links of those kinds
/// would often repeat or contradict them.
fn links(card: &SourceCard, feed: &str) -> Vec<ItemLink> {
    let announced = |rel: &str| card.meta.links.iter().find(|link| link.rel == rel);
    let own = announced("self");
    let mut links = vec![ItemLink {
        rel: "self",
        href: feed.to_owned(),
        media_type: own.and_then(|link| media_type(link.media_type.as_deref())),
        ..ItemLink::default()
    }];
    let site = announced("alternate").map(|link| link.href.as_str()).or(card.site.as_deref()).and_then(text::address);
    if let Some(href) = site {
        links.push(ItemLink { rel: "alternate", href, media_type: Some("text/html".into()), ..ItemLink::default() });
    }
    if let Some(href) = announced("license").and_then(|link| text::address(&link.href)) {
        links.push(ItemLink { rel: "license", href, ..ItemLink::default() });
    }
    if let Some(href) = card.meta.hub.as_deref().and_then(text::address) {
        links.push(ItemLink { rel: "hub", href, ..ItemLink::default() });
    }
    links
}
