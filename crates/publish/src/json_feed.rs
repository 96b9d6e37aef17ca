//! JSON Feed 1.1. What it has no words for is in `_plenary`, as `provenance` documents it; a feed's
//! own `_plenary` names the page that says so and lists the pieces that were taken back.

use super::head::Head;
use super::item::{Body, Item};
use super::origin::Origin;
use super::provenance::{self, Provenance, instant};
use super::text;
use plenary_model::html::to_line;
use plenary_model::view::Tombstone;
use plenary_model::whitespace::collapse;
use serde::Serialize;

pub(super) const MEDIA_TYPE: &str = "application/feed+json; charset=utf-8";
const VERSION: &str = "https://jsonfeed.org/version/1.1";
/// What an attachment of unknown media type is; JSON Feed requires the key.
const UNKNOWN_MEDIA_TYPE: &str = "application/octet-stream";

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    authors: [Author<'a>; 1],
    language: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<HubOut<'a>>,
    #[serde(rename = "_plenary")]
    extension: FeedExtension<'a>,
    items: Vec<ItemOut<'a>>,
}

#[derive(Serialize)]
struct HubOut<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct FeedExtension<'a> {
    /// What it all means, where JSON Feed recommends to say so.
    about: String,
    id: &'a str,
    updated: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    withdrawn: Vec<Withdrawn>,
}

#[derive(Serialize)]
struct Withdrawn {
    id: String,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct ItemOut<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    date_published: String,
    date_modified: String,
    authors: Vec<Author<'a>>,
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment<'a>>,
    #[serde(rename = "_plenary")]
    extension: ItemExtension<'a>,
}

#[derive(Serialize)]
struct Attachment<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

#[derive(Serialize)]
struct ItemExtension<'a> {
    #[serde(flatten)]
    provenance: Option<&'a Provenance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<SourceOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<LinkOut<'a>>,
}

#[derive(Serialize)]
struct SourceOut<'a> {
    id: &'a str,
    title: &'a str,
    feed: &'a str,
    updated: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<&'a str>,
}

#[derive(Serialize)]
struct LinkOut<'a> {
    rel: &'static str,
    href: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hreflang: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
}

pub(super) fn document(head: &Head, items: &[Item], tombstones: &[Tombstone]) -> Vec<u8> {
    let withdrawn = tombstones.iter().map(|tombstone| Withdrawn {
        id: collapse(&tombstone.atom_id),
        at: instant(tombstone.at),
        reason: text::some_line(Some(&tombstone.reason)),
    });
    let feed = Document {
        version: VERSION,
        title: &head.title.text,
        home_page_url: &head.page,
        feed_url: head.href("json"),
        description: head.subtitle.as_ref().map(|subtitle| subtitle.text.as_str()),
        authors: [Author { name: &head.network, url: Some(&head.home) }],
        language: &head.language,
        hubs: head.hubs.iter().map(|url| HubOut { kind: "WebSub", url }).collect(),
        extension: FeedExtension {
            about: provenance::page(&head.home),
            id: &head.id,
            updated: instant(head.updated),
            withdrawn: withdrawn.collect(),
        },
        items: items.iter().map(item).collect(),
    };
    let written = serde_json::to_vec(&feed);
    debug_assert!(written.is_ok(), "every key is a text");
    let mut document = written.unwrap_or_default();
    document.push(b'\n');
    document
}

fn item(item: &Item) -> ItemOut<'_> {
    let (content_html, content_text) = contents(item);
    ItemOut {
        id: &item.id,
        url: item.link(),
        title: &item.title,
        content_html,
        content_text,
        summary: summary(item),
        date_published: instant(item.published),
        date_modified: instant(item.updated),
        authors: item.authors.iter().map(|author| Author { name: &author.name, url: author.uri.as_deref() }).collect(),
        tags: item.categories.iter().map(|label| label.label.as_deref().unwrap_or(&label.term)).collect(),
        language: item.language.as_deref(),
        attachments: item
            .enclosures()
            .map(|link| Attachment {
                url: &link.href,
                mime_type: link.media_type.as_deref().unwrap_or(UNKNOWN_MEDIA_TYPE),
                size_in_bytes: link.length,
            })
            .collect(),
        extension: ItemExtension {
            provenance: item.provenance.as_ref(),
            source: item.source.as_ref().map(source),
            rights: item.rights.as_deref(),
            links: links(item),
        },
    }
}

/// The fuller text goes in one of the two keys of which JSON Feed requires one.
fn contents(item: &Item) -> (Option<String>, Option<String>) {
    match item.content.as_ref().or(item.summary.as_ref()) {
        Some(Body::Html(html)) => (Some(html.clone()), None),
        Some(Body::Text(plain)) => (None, Some(plain.clone())),
        None => (None, Some(String::new())),
    }
}

/// The summary is plain text; it is left out when it is the only text there is.
fn summary(item: &Item) -> Option<String> {
    item.content.as_ref()?;
    let summary = match item.summary.as_ref()? {
        Body::Html(html) => to_line(html),
        Body::Text(plain) => plain.clone(),
    };
    (!summary.is_empty()).then_some(summary)
}

/// Links other than the page of the original and the attachments: translations, other publishers.
fn links(item: &Item) -> Vec<LinkOut<'_>> {
    let others = item.links.iter().skip(1).filter(|link| link.rel != "enclosure");
    let out = others.map(|link| LinkOut {
        rel: link.rel,
        href: &link.href,
        hreflang: link.hreflang.as_deref(),
        title: link.title.as_deref(),
    });
    out.collect()
}

fn source(origin: &Origin) -> SourceOut<'_> {
    SourceOut {
        id: &origin.id,
        title: &origin.title,
        feed: &origin.feed,
        updated: instant(origin.updated),
        rights: origin.rights.as_deref(),
    }
}

#[cfg(test)]
#[path = "json_feed_tests.rs"]
mod tests;
