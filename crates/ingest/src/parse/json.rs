//! JSON Feed 1 and 1.1 (jsonfeed.org), and what calls itself that: numeric ids, no titles, no version.

use super::fields::{EACH_MAX, Fields, Id, RawCategory, RawLink, RawText};
use super::json_items::Items;
use super::loose::{List, Loose};
use super::{ENTRIES_MAX, Raw, RawEntry, Refusal, warning};
use crate::repair::Place;
use plenary_model::entry::{Person, Warning};
use plenary_model::warning::WarningCode;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

type Short<T> = List<T, EACH_MAX>;

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Author {
    name: Loose,
    url: Loose,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Attachment {
    url: Loose,
    mime_type: Loose,
    title: Loose,
    size_in_bytes: Loose,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Hub {
    url: Loose,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Item {
    id: Loose,
    url: Loose,
    external_url: Loose,
    title: Loose,
    content_html: Loose,
    content_text: Loose,
    summary: Loose,
    date_published: Loose,
    date_modified: Loose,
    author: Option<Author>,
    authors: Short<Author>,
    tags: Short<Loose>,
    language: Loose,
    attachments: Short<Attachment>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Document {
    version: Loose,
    title: Loose,
    home_page_url: Loose,
    feed_url: Loose,
    description: Loose,
    language: Loose,
    author: Option<Author>,
    authors: Short<Author>,
    hubs: Short<Hub>,
    items: Option<Listed>,
}

type Listed = List<Item, ENTRIES_MAX>;

/// Reads a JSON Feed that begins at the byte `start` of `text`.
pub(super) fn parse<'a>(
    text: &str,
    start: usize,
    base: Option<&Arc<Url>>,
    warnings: &mut Vec<Warning>,
) -> Result<Raw<'a>, Refusal> {
    let json = text.get(start..).unwrap_or_default();
    if !json.starts_with('{') {
        return Err(Refusal::NotAFeed("it is JSON, but no JSON Feed".to_owned()));
    }
    let places = Items::find(json, ENTRIES_MAX + 1);
    let mut warn =
        |code: WarningCode, message: &str, at: usize| warnings.push(warning(code, message, text, start + at));
    let (document, items) = match serde_json::from_str::<Document>(json) {
        Ok(mut document) => {
            let items = document.items.take();
            (document, items.map(|items| place(items, places.as_ref())))
        }
        Err(error) => {
            let place = Place::locate(text, start + offset(json, error.line(), error.column()));
            let (document, items) = mend(json, places, &mut warn).ok_or(Refusal::NotWellFormed(place))?;
            (document, Some(items))
        }
    };
    let version = document.version.text();
    if items.is_none() && !version.as_deref().is_some_and(|version| version.contains("jsonfeed")) {
        return Err(Refusal::NotAFeed("it is JSON, but no JSON Feed".to_owned()));
    }
    if version.is_none() {
        warn(WarningCode::NoVersion, "the JSON Feed does not name its version", 0);
    }
    let mut items = items.unwrap_or_default();
    if let Some((at, _)) = items.get(ENTRIES_MAX) {
        warn(WarningCode::TooManyEntries, "only the first 1,000 entries were read", *at);
    }
    items.truncate(ENTRIES_MAX);
    if let Some((at, _)) = items.iter().find(|(_, item)| item.id.is_number) {
        warn(WarningCode::NumericId, "an id that is a number was read as text", *at);
    }
    let mut feed =
        Fields { base: base.cloned(), language: document.language.text().map(Cow::Owned), ..Fields::default() };
    feed.own_language = feed.language.is_some();
    set(&mut feed.title, document.title.text(), false);
    set(&mut feed.summary, document.description.text(), false);
    let hubs = document.hubs.kept.into_iter().map(|hub| (hub.url, "hub"));
    let links = [(document.home_page_url, "alternate"), (document.feed_url, "self")];
    for (href, rel) in links.into_iter().chain(hubs) {
        link(&mut feed, href, rel);
    }
    people(&mut feed, document.author, document.authors);
    let entries = items.into_iter().map(|(at, item)| entry(item, start + at, base)).collect();
    Ok(Raw { feed, entries, ..Raw::default() })
}

/// The byte of `json` at a place that its reader names: lines from 1, and bytes in the line from 1.
fn offset(json: &str, line: usize, column: usize) -> usize {
    let ahead: usize = json.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    ahead + column.saturating_sub(1)
}

fn place(items: Listed, places: Option<&Items>) -> Vec<(usize, Item)> {
    let at = |index: usize| places.and_then(|places| places.spans.get(index)).map_or(0, |(start, _)| *start);
    let mut each: Vec<_> = items.kept.into_iter().enumerate().map(|(index, item)| (at(index), item)).collect();
    if items.more {
        each.push((at(ENTRIES_MAX), Item::default()));
    }
    each
}

/// The whole items of a document that is cut off or broken JSON; `None` when there is none or its frame cannot be read.
fn mend(
    json: &str,
    places: Option<Items>,
    warn: &mut impl FnMut(WarningCode, &str, usize),
) -> Option<(Document, Vec<(usize, Item)>)> {
    let places = places?;
    let document = serde_json::from_str(&places.frame(json)).ok()?;
    let mut items = Vec::new();
    for (start, end) in places.spans {
        match json.get(start..end).and_then(|item| serde_json::from_str(item).ok()) {
            Some(item) => items.push((start, item)),
            None => warn(WarningCode::BadEntry, "an item that could not be read was left out", start),
        }
    }
    if items.is_empty() {
        return None;
    }
    if places.close.is_none() {
        warn(WarningCode::Truncated, "the document ends before its list of items does", json.len());
    } else {
        warn(
            WarningCode::Repaired,
            "the list of items could not be read whole; they were read one by one",
            places.open,
        );
    }
    Some((document, items))
}

fn entry<'a>(item: Item, at: usize, base: Option<&Arc<Url>>) -> RawEntry<'a> {
    let received = serde_json::to_string(&item).unwrap_or_default();
    let mut fields =
        Fields { base: base.cloned(), language: item.language.text().map(Cow::Owned), ..Fields::default() };
    fields.own_language = fields.language.is_some();
    fields.left_out = item.authors.more || item.tags.more || item.attachments.more;
    fields.id = item.id.text().map(|id| (3, Id { value: Cow::Owned(id), is_link: false, base: base.cloned() }));
    set(&mut fields.title, item.title.text(), false);
    set(&mut fields.summary, item.summary.text(), false);
    set(&mut fields.content, item.content_html.text(), true);
    if fields.content.is_none() {
        set(&mut fields.content, item.content_text.text(), false);
    }
    fields.published = item.date_published.text().map(|date| (3, Cow::Owned(date)));
    fields.updated = item.date_modified.text().map(|date| (3, Cow::Owned(date)));
    let linked = item.url.is_given();
    link(&mut fields, item.url, "alternate");
    link(&mut fields, item.external_url, if linked { "related" } else { "alternate" });
    people(&mut fields, item.author, item.authors);
    for tag in item.tags.kept.into_iter().filter_map(Loose::text) {
        fields.add_category(RawCategory { term: Cow::Owned(tag), scheme: None, label: None });
    }
    for attachment in item.attachments.kept {
        let Some(href) = attachment.url.text() else { continue };
        fields.add_link(RawLink {
            href: Cow::Owned(href),
            rel: Cow::Borrowed("enclosure"),
            media_type: attachment.mime_type.text().map(Cow::Owned),
            title: attachment.title.text().map(Cow::Owned),
            length: attachment.size_in_bytes.text().and_then(|size| size.parse().ok()),
            base: base.cloned(),
            hreflang: None,
        });
    }
    RawEntry { at, received: Cow::Owned(received), fields, source: None }
}

fn set(slot: &mut Option<(u8, RawText<'_>)>, value: Option<String>, html: bool) {
    if let Some(value) = value {
        *slot = Some((3, RawText { value: Cow::Owned(value), html, base: None }));
    }
}

fn link(fields: &mut Fields<'_>, href: Loose, rel: &'static str) {
    if let Some(href) = href.text() {
        let base = fields.base.clone();
        fields.add_link(RawLink { href: Cow::Owned(href), rel: Cow::Borrowed(rel), base, ..RawLink::default() });
    }
}

fn people(fields: &mut Fields<'_>, one: Option<Author>, many: Short<Author>) {
    for author in many.kept.into_iter().chain(one) {
        let name = author.name.text().unwrap_or_default();
        fields.add_author(Person { name, uri: author.url.text(), email: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Raw<'static>, Refusal> {
        parse(text, 0, None, &mut Vec::new())
    }

    #[test]
    fn what_publishers_write_is_read() {
        let raw = read(
            r#"{"version":"https://jsonfeed.org/version/1","title":7,"items":[
               {"id":12,"content_text":"a < b","author":{"name":"A"},"tags":["x",3],"attachments":null,"authors":"none"},
               {"id":"b","title":null,"url":"u","date_published":"2020-01-01T00:00:00Z"}]}"#,
        )
        .unwrap();
        assert_eq!(raw.feed.title.unwrap().1.value, "7");
        assert_eq!(raw.entries.len(), 2);
        assert_eq!(raw.entries[0].fields.id.as_ref().unwrap().1.value, "12");
        assert_eq!(raw.entries[0].fields.categories.len(), 2);
        assert_eq!(raw.entries[0].fields.authors[0].name, "A");
    }

    #[test]
    fn what_is_over_the_limits_is_never_kept() {
        let items = "{},".repeat(5_000);
        let mut warnings = Vec::new();
        let raw = parse(&format!("{{\"items\":[{items}{{}}]}}"), 0, None, &mut warnings).unwrap();
        assert_eq!(raw.entries.len(), ENTRIES_MAX);
        assert!(warnings.iter().any(|warning| warning.code == WarningCode::TooManyEntries));
    }

    #[test]
    fn whole_items_of_broken_documents_are_kept() {
        let read = |text: &str| {
            let mut warnings = Vec::new();
            let raw = parse(text, 0, None, &mut warnings).unwrap();
            let ids: Vec<_> = raw.entries.iter().map(|entry| entry.fields.id.clone().unwrap().1.value).collect();
            (ids.join(" "), warnings.into_iter().map(|w| (w.code.as_str(), w.line, w.column)).collect::<Vec<_>>())
        };
        let place = |code: &'static str, line, column| (code, Some(line), Some(column));
        let version = "\"version\":\"https://jsonfeed.org/version/1.1\"";
        assert_eq!(
            read(&format!("{{{version},\n\"items\":[{{\"id\":\"a\"}},{{\"id\":\"b\"}},{{\"id\":\"c")),
            ("a b".to_owned(), vec![place("truncated", 2, 40)])
        );
        assert_eq!(
            read(&format!("{{\"items\":[\n{{\"id\":\"a\"}}\n{{\"id\":nope}},null,{{\"id\":\"c\"}},],{version}}}")),
            ("a c".to_owned(), vec![place("bad-entry", 3, 1), place("repaired", 1, 11)])
        );
        assert_eq!(
            read(&format!("{{{version},\n\"items\":[{{\"id\":7}}]}}")),
            ("7".to_owned(), vec![place("numeric-id", 2, 10)])
        );
    }

    #[test]
    fn other_json_is_refused_by_name() {
        assert!(matches!(read("[1]"), Err(Refusal::NotAFeed(_))));
        assert!(matches!(read("{\"a\":1}"), Err(Refusal::NotAFeed(_))));
        let Err(Refusal::NotWellFormed(place)) = read("{\"items\":\n [}") else { panic!("not refused") };
        assert_eq!((place.line, place.column), (2, 3));
    }
}
