//! RSS 2.0 for readers that want it: the same items in its words, with `content:encoded`,
//! `dc:creator`, `dc:language`, `dc:rights` and `atom:link rel="self"` where RSS has none.

use super::head::Head;
use super::item::{Body, Item};
use super::prologue::{GENERATOR, prologue};
use super::text;
use chrono::{DateTime, Utc};
use plenary_model::html::to_line;
use plenary_model::source::EXCERPT_CHARS_MAX;
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use std::collections::BTreeMap;

pub(super) const MEDIA_TYPE: &str = "application/rss+xml; charset=utf-8";
/// The media type without parameters, as links name it.
const LINKED_TYPE: &str = "application/rss+xml";
const ATOM: &str = "http://www.w3.org/2005/Atom";
const SPECIFICATION: &str = "https://www.rssboard.org/rss-specification";
/// How the root and each item begin, as the crate writes them.
const ROOT_START: &str = "<rss";
const ITEM_START: &str = "<item>";
const CDATA_START: &str = "<![CDATA[";
const CDATA_END: &str = "]]>";
/// What an enclosure of unknown media type is; RSS requires the attribute.
const UNKNOWN_MEDIA_TYPE: &str = "application/octet-stream";

pub(super) fn document(head: &Head, items: &[Item]) -> Vec<u8> {
    let description = head.subtitle.as_ref().map_or(&head.title, |subtitle| subtitle);
    let channel = rss::Channel {
        title: head.title.text.clone(),
        link: head.page.clone(),
        description: description.text.clone(),
        language: Some(head.language.clone()),
        last_build_date: Some(date(head.updated)),
        generator: Some(GENERATOR.to_owned()),
        docs: Some(SPECIFICATION.to_owned()),
        items: items.iter().map(item).collect(),
        extensions: self_link(head),
        namespaces: BTreeMap::from([("atom".to_owned(), ATOM.to_owned())]),
        ..rss::Channel::default()
    };
    let written = channel.to_string();
    // The crate declares the document itself; the style sheet must follow the declaration.
    let root = written.split_once("?>").map_or(written.as_str(), |(_, root)| root);
    let root = root.replacen(ROOT_START, &format!("{ROOT_START} xml:lang=\"{}\"", head.language), 1);
    let mut document = prologue();
    let of_item = |item: &Item| item.language.clone().filter(|language| *language != head.language);
    push_repaired(&mut document, &root, items.iter().map(of_item));
    document.push('\n');
    document.into_bytes()
}

/// Writes `xml` with `&amp;` and `&lt;` as numeric references outside of CDATA. RSS does not say
/// whether a title is text or HTML; readers that guess show numeric references right in both cases,
/// as the RSS Advisory Board's profile recommends. An item in another language than the feed's says so where
/// browsers read it: the crate knows no attributes of items.
fn push_repaired(document: &mut String, xml: &str, mut languages: impl Iterator<Item = Option<String>>) {
    let mut rest = xml;
    while let Some((before, after)) = rest.split_once(CDATA_START) {
        push_markup(document, before, &mut languages);
        let end = after.find(CDATA_END).map_or(after.len(), |at| at + CDATA_END.len());
        document.push_str(CDATA_START);
        document.push_str(&after[..end]);
        rest = &after[end..];
    }
    push_markup(document, rest, &mut languages);
}

fn push_markup(document: &mut String, xml: &str, languages: &mut impl Iterator<Item = Option<String>>) {
    let mut rest = xml;
    while let Some((before, after)) = rest.split_once(ITEM_START) {
        document.push_str(&by_number(before));
        match languages.next().flatten() {
            Some(language) => document.extend(["<item xml:lang=\"", &language, "\">"]),
            None => document.push_str(ITEM_START),
        }
        rest = after;
    }
    document.push_str(&by_number(rest));
}

fn by_number(xml: &str) -> String {
    xml.replace("&amp;", "&#x26;").replace("&lt;", "&#x3C;")
}

fn self_link(head: &Head) -> ExtensionMap {
    let attrs = BTreeMap::from([
        ("href".to_owned(), head.href("rss")),
        ("rel".to_owned(), "self".to_owned()),
        ("type".to_owned(), LINKED_TYPE.to_owned()),
    ]);
    let link = Extension { name: "atom:link".to_owned(), attrs, ..Extension::default() };
    let hub = |hub: &String| {
        let attrs = BTreeMap::from([("href".to_owned(), hub.clone()), ("rel".to_owned(), "hub".to_owned())]);
        Extension { name: "atom:link".to_owned(), attrs, ..Extension::default() }
    };
    let links = std::iter::once(link).chain(head.hubs.iter().map(hub)).collect();
    ExtensionMap::from([("atom".to_owned(), BTreeMap::from([("link".to_owned(), links)]))])
}

fn item(item: &Item) -> rss::Item {
    let dublin_core = DublinCoreExtension {
        creators: item.author_names().map(str::to_owned).collect(),
        languages: item.language.iter().cloned().collect(),
        rights: item.rights.iter().cloned().collect(),
        ..DublinCoreExtension::default()
    };
    rss::Item {
        title: Some(item.title.clone()),
        link: Some(item.link().to_owned()),
        description: description(item),
        categories: item
            .categories
            .iter()
            .map(|label| rss::Category {
                name: label.label.clone().unwrap_or_else(|| label.term.clone()),
                domain: label.scheme.clone(),
            })
            .collect(),
        // RSS has room for one; the others are in Atom and JSON.
        enclosure: item.enclosures().next().map(|link| rss::Enclosure {
            url: link.href.clone(),
            length: link.length.unwrap_or_default().to_string(),
            mime_type: link.media_type.clone().unwrap_or_else(|| UNKNOWN_MEDIA_TYPE.to_owned()),
        }),
        guid: Some(rss::Guid { value: item.id.clone(), permalink: false }),
        pub_date: Some(date(item.published)),
        source: item
            .source
            .as_ref()
            .map(|origin| rss::Source { url: origin.feed.clone(), title: Some(origin.title.clone()) }),
        content: item.content.as_ref().map(Body::to_html),
        dublin_core_ext: Some(dublin_core),
        ..rss::Item::default()
    }
}

/// The words of the summary; with a full text but no summary, the beginning of the text, so that readers
/// which know no `content:encoded` show something; for pictures alone, who published them. Escaped once more only
/// where readers, who take it for HTML, would lose something: browsers show what is escaped twice as it stands.
fn description(item: &Item) -> Option<String> {
    let words = match (&item.summary, &item.content) {
        (Some(summary), _) => to_line(&summary.to_html()),
        (None, Some(content)) => text::excerpt(&to_line(&content.to_html()), EXCERPT_CHARS_MAX),
        (None, None) => return None,
    };
    let words = if words.is_empty() { item.publisher()?.to_owned() } else { words };
    Some(if text::reads_as_html(&words) { text::to_html(&words) } else { words })
}

/// A date as RSS wants it (RFC 2822).
fn date(at: DateTime<Utc>) -> String {
    at.to_rfc2822()
}

#[cfg(test)]
#[path = "rss_tests.rs"]
mod tests;
