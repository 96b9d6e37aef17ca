//! JSON Feed 1 and 1.1 (jsonfeed.org), and what calls itself that: numeric ids, no titles, no version.

use super::fields::{EACH_MAX, Fields, Id, RawCategory, RawLink, RawText};
use super::json_items::Items;
use super::json_text;
use super::loose::{List, Loose};
use super::{ENTRIES_MAX, Raw, RawEntry, Refusal, warning};
use crate::repair::Place;
use plenary_model::entry::{Person, Warning};
use plenary_model::warning::WarningCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

type Short<T> = List<T, EACH_MAX>;

/// An object of these fields, or a text alone, which is the first of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Either<T> {
    Fields(T),
    Text(Loose),
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct AuthorFields {
    name: Loose,
    url: Loose,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(from = "Either<AuthorFields>")]
struct Author(AuthorFields);

impl From<Either<AuthorFields>> for Author {
    fn from(either: Either<AuthorFields>) -> Self {
        match either {
            Either::Fields(fields) => Self(fields),
            Either::Text(name) => Self(AuthorFields { name, ..AuthorFields::default() }),
        }
    }
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct AttachmentFields {
    url: Loose,
    mime_type: Loose,
    title: Loose,
    size_in_bytes: Loose,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(from = "Either<AttachmentFields>")]
struct Attachment(AttachmentFields);

impl From<Either<AttachmentFields>> for Attachment {
    fn from(either: Either<AttachmentFields>) -> Self {
        match either {
            Either::Fields(fields) => Self(fields),
            Either::Text(url) => Self(AttachmentFields { url, ..AttachmentFields::default() }),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HubFields {
    url: Loose,
}

#[derive(Default, Deserialize)]
#[serde(from = "Either<HubFields>")]
struct Hub(HubFields);

impl From<Either<HubFields>> for Hub {
    fn from(either: Either<HubFields>) -> Self {
        match either {
            Either::Fields(fields) => Self(fields),
            Either::Text(url) => Self(HubFields { url }),
        }
    }
}

/// One author as an object, none as nothing: what the hash of an entry is taken of stays as it was.
fn serialize_one<S: Serializer>(authors: &Short<Author>, serializer: S) -> Result<S::Ok, S::Error> {
    match authors.kept.as_slice() {
        [] => serializer.serialize_none(),
        [one] => one.serialize(serializer),
        many => many.serialize(serializer),
    }
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
    #[serde(serialize_with = "serialize_one")]
    author: Short<Author>,
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
    author: Short<Author>,
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
    let mut reader = serde_json::Deserializer::from_str(json);
    let (document, items) = match Document::deserialize(&mut reader) {
        Ok(mut document) => {
            if let Err(error) = reader.end() {
                let at = offset(json, error.line(), error.column());
                warn(WarningCode::Repaired, "what stands after the end of the JSON was left out", at);
            }
            let items = document.items.take();
            (document, items.map(|items| place(items, places.as_ref())))
        }
        Err(error) => {
            let place = Place::locate(text, start + offset(json, error.line(), error.column()));
            mend(json, places, &mut warn).ok_or(Refusal::NotWellFormed(place))?
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
    let hubs = document.hubs.kept.into_iter().map(|hub| (hub.0.url, "hub"));
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

/// A value of JSON that may be broken, or have a member twice; then the last one counts.
fn read_loosely<T: DeserializeOwned>(json: &str) -> Option<T> {
    let loosely = || {
        let value: serde_json::Value = serde_json::from_str(&json_text::mend(json)?).ok()?;
        serde_json::from_value(value).ok()
    };
    serde_json::from_str(json).ok().or_else(loosely)
}

type Placed = Vec<(usize, Item)>;

/// What can be read of a document that is cut off or broken JSON, with its items where it has any; `None` when nothing
/// can be.
fn mend(
    json: &str,
    places: Option<Items>,
    warn: &mut impl FnMut(WarningCode, &str, usize),
) -> Option<(Document, Option<Placed>)> {
    let Some(places) = places else {
        let mut document: Document = read_loosely(json)?;
        warn(WarningCode::Repaired, "the document is not quite JSON; it was read as far as it is", 0);
        let items = document.items.take().map(|items| place(items, None));
        return Some((document, items));
    };
    let document: Document = read_loosely(&places.frame(json))?;
    let mut items = Vec::new();
    for (start, end) in places.spans {
        match json.get(start..end).and_then(read_loosely) {
            Some(item) => items.push((start, item)),
            None => warn(WarningCode::BadEntry, "an item that could not be read was left out", start),
        }
    }
    let is_named = document.version.as_str().is_some_and(|version| version.contains("jsonfeed"));
    if items.is_empty() && (places.close.is_none() || !is_named) {
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
    Some((document, Some(items)))
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
    for Attachment(attachment) in item.attachments.kept {
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

fn people(fields: &mut Fields<'_>, one: Short<Author>, many: Short<Author>) {
    for Author(author) in many.kept.into_iter().chain(one.kept) {
        let name = author.name.text().unwrap_or_default();
        fields.add_author(Person { name, uri: author.url.text(), email: None });
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
