//! Atom 1.0 (RFC 4287), the first of our formats, with tombstones (RFC 6721) and our provenance.
//!
//! The crate writes elements and escapes text; this file writes what it has no words for: the style
//! sheet before the root, and `xml:lang` on each entry. Its extension elements take attributes as
//! they are, so those are escaped here.

use super::chain::{Chain, Part, archive_path};
use super::elements::{ItemCategory, ItemLink};
use super::head::{Head, Worded};
use super::item::{Body, Item};
use super::origin::Origin;
use super::prologue::{GENERATOR, prologue};
use super::provenance::{self, Copied, Placed, Provenance};
use super::text;
use atom_syndication as atom;
use atom_syndication::extension::{Extension, ExtensionMap};
use chrono::{DateTime, Utc};
use plenary_model::entry;
use plenary_model::view::Tombstone;
use plenary_model::whitespace::collapse;
use quick_xml::escape::escape;
use std::collections::BTreeMap;

pub(super) const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";
/// The media type without parameters, as links name it.
const LINKED_TYPE: &str = "application/atom+xml";
/// Namespace of the marker of archive documents (RFC 5005 4).
const HISTORY: &str = "http://purl.org/syndication/history/1.0";
/// Namespace of tombstones (RFC 6721).
const TOMBSTONES: &str = "http://purl.org/atompub/tombstones/1.0";

/// The end of an element that the crate has written, before which more is put.
const FEED_END: &str = "</feed>";
/// What ends a document after its last entry.
pub(super) const DOCUMENT_END: &str = "\n</feed>\n";
/// Where an entry begins. Texts are escaped, so that this stands nowhere else.
pub(super) const ENTRY_BREAK: &str = "\n<entry";
/// Where a tombstone begins in a head, and after it its id.
pub(super) const TOMBSTONE_START: &str = "<at:deleted-entry ";
pub(super) const TOMBSTONE_ID: &str = "ref=\"";
/// How the crate begins an entry that stands alone.
const ENTRY_START: &str = "<entry xmlns=\"http://www.w3.org/2005/Atom\"";

pub(super) fn document(head: &Head, items: &[Item], tombstones: &[Tombstone]) -> Vec<u8> {
    let entries: Vec<String> = items.iter().map(entry_xml).collect();
    assemble(head, entries.iter().map(String::as_str), tombstones)
}

/// Writes a document of entries that are written already, each as [`entry_xml`] gives it. Archives are
/// read again by this form: nothing but an entry begins with [`ENTRY_BREAK`].
pub(super) fn assemble<'a>(
    head: &Head,
    entries: impl IntoIterator<Item = &'a str>,
    tombstones: &[Tombstone],
) -> Vec<u8> {
    let feed = feed(head, tombstones);
    let mut document = prologue();
    let opening = write_to_string(|bytes| feed.write_with_config(bytes, CONFIG).is_ok());
    document.push_str(opening.strip_suffix(FEED_END).unwrap_or(&opening));
    for entry in entries {
        document.push('\n');
        document.push_str(entry);
    }
    document.push_str(DOCUMENT_END);
    document.into_bytes()
}

/// No declaration, since a style sheet follows ours; no indentation, since it is content in places.
const CONFIG: atom::WriteConfig = atom::WriteConfig { write_document_declaration: false, indent_size: None };

fn write_to_string(write: impl FnOnce(&mut Vec<u8>) -> bool) -> String {
    let mut bytes = Vec::new();
    let complete = write(&mut bytes);
    debug_assert!(complete, "writing into memory does not fail");
    String::from_utf8(bytes).unwrap_or_default()
}

/// An entry with its language, which the crate does not write on the element.
pub(super) fn entry_xml(item: &Item) -> String {
    let entry = entry(item);
    let xml = write_to_string(|bytes| entry.write_with_config(bytes, CONFIG).is_ok());
    let mut document = String::with_capacity(xml.len());
    document.push_str("<entry");
    if let Some(language) = &item.language {
        document.push_str(" xml:lang=\"");
        document.push_str(&escape(language.as_str()));
        document.push('"');
    }
    document.push_str(xml.strip_prefix(ENTRY_START).unwrap_or(&xml));
    document
}

fn feed(head: &Head, tombstones: &[Tombstone]) -> atom::Feed {
    let mut namespaces = BTreeMap::from([(provenance::PREFIX.to_owned(), provenance::NAMESPACE.to_owned())]);
    let mut extensions = ExtensionMap::new();
    if !tombstones.is_empty() {
        namespaces.insert("at".to_owned(), TOMBSTONES.to_owned());
        let deleted = tombstones.iter().map(write_deleted_entry).collect();
        extensions.insert("at".to_owned(), BTreeMap::from([("deleted-entry".to_owned(), deleted)]));
    }
    if head.chain.is_marked() {
        namespaces.insert("fh".to_owned(), HISTORY.to_owned());
        let marker = Extension { name: "fh:archive".to_owned(), ..Extension::default() };
        extensions.insert("fh".to_owned(), BTreeMap::from([("archive".to_owned(), vec![marker])]));
    }
    atom::Feed {
        title: write_text(&head.title, &head.language),
        id: head.id.clone(),
        updated: head.updated.fixed_offset(),
        authors: vec![atom::Person {
            name: head.network.clone(),
            uri: text::address(&head.home),
            ..atom::Person::default()
        }],
        generator: Some(atom::Generator { value: GENERATOR.to_owned(), ..atom::Generator::default() }),
        links: links_of(head),
        subtitle: head.subtitle.as_ref().map(|subtitle| write_text(subtitle, &head.language)),
        extensions,
        namespaces,
        lang: Some(head.language.clone()),
        ..atom::Feed::default()
    }
}

/// The document itself, the page that shows the same, and the feed's other documents (RFC 5005 4).
fn links_of(head: &Head) -> Vec<atom::Link> {
    let of = |rel: &str, href: String, media_type: &str| atom::Link {
        rel: rel.to_owned(),
        href,
        mime_type: Some(media_type.to_owned()),
        ..atom::Link::default()
    };
    let archive = |part: &Part| format!("{}{}", head.stem, archive_path(part));
    let Chain { part, previous, next } = &head.chain;
    let own = of("self", part.as_ref().map_or_else(|| head.href("atom"), archive), LINKED_TYPE);
    let mut links = vec![own, of("alternate", head.page.clone(), "text/html")];
    links.push(of("describedby", provenance::page(&head.home), "text/html"));
    // News come to the current document, so that is what one subscribes to.
    if part.is_none() {
        let hub = |hub: &String| atom::Link { rel: "hub".to_owned(), href: hub.clone(), ..atom::Link::default() };
        // What a hub does not push does not name it.
        links.extend(head.hubs.iter().filter(|_| head.chain.part.is_none()).map(hub));
    }
    links.extend(part.as_ref().map(|_| of("current", head.href("atom"), LINKED_TYPE)));
    links.extend(previous.as_ref().map(|part| of("prev-archive", archive(part), LINKED_TYPE)));
    links.extend(next.as_ref().map(|part| of("next-archive", archive(part), LINKED_TYPE)));
    links
}

fn entry(item: &Item) -> atom::Entry {
    atom::Entry {
        title: plain(&item.title),
        id: item.id.clone(),
        updated: item.updated.fixed_offset(),
        authors: item.authors.iter().map(person).collect(),
        categories: item.categories.iter().map(category).collect(),
        links: entry_links(item),
        published: Some(item.published.fixed_offset()),
        rights: item.rights.as_deref().map(plain),
        source: item.source.as_ref().map(|origin| source(origin, item.language.as_deref())),
        summary: summary(item),
        content: item.content.as_ref().map(content),
        extensions: item.provenance.as_ref().map(extensions).unwrap_or_default(),
        ..atom::Entry::default()
    }
}

/// The links of an entry. Some readers open the first `alternate`, others the last: where translations follow
/// the original, it comes once more at the end, without its language, as no two may have the same (RFC 4287
/// 4.1.2).
fn entry_links(item: &Item) -> Vec<atom::Link> {
    let mut links: Vec<atom::Link> = item.links.iter().map(link).collect();
    if let Some(original) = item.links.first().filter(|original| original.hreflang.is_some()) {
        let mut others = item.links.iter().skip(1).filter(|other| other.rel == "alternate").peekable();
        let is_last = others.peek().is_none();
        let is_free = others.all(|other| other.hreflang.is_some() || other.media_type != original.media_type);
        if !is_last && is_free {
            links.push(atom::Link { hreflang: None, ..link(original) });
        }
    }
    links
}

fn source(origin: &Origin, entry_language: Option<&str>) -> atom::Source {
    // Inside the entry its language holds, which need not be that of the feed it is from.
    let lang = origin.language.clone().filter(|language| Some(language.as_str()) != entry_language);
    let worded = |value: &str| atom::Text { lang: lang.clone(), ..plain(value) };
    atom::Source {
        title: worded(&origin.title),
        id: origin.id.clone(),
        updated: origin.updated.fixed_offset(),
        authors: origin.authors.iter().map(person).collect(),
        categories: origin.categories.iter().map(category).collect(),
        links: origin.links.iter().map(link).collect(),
        rights: origin.rights.as_deref().map(worded),
        subtitle: origin.subtitle.as_deref().map(worded),
        ..atom::Source::default()
    }
}

/// A plain text. One that contains what looks like markup is declared as HTML and escaped once more,
/// which says the same: readers that ignore the type of a title then show its characters, too.
fn plain(value: &str) -> atom::Text {
    if text::looks_like_markup(value) {
        return atom::Text { value: text::to_html(value), r#type: atom::TextType::Html, ..atom::Text::default() };
    }
    atom::Text { value: value.to_owned(), ..atom::Text::default() }
}

fn write_text(worded: &Worded, feed_language: &str) -> atom::Text {
    let lang = (worded.language != feed_language).then(|| worded.language.clone());
    atom::Text { lang, ..plain(&worded.text) }
}

/// The summary. An entry without any text gets the name of who published it, so that no reader shows
/// a blank; the title would only be repeated (RFC 4287 4.2.13).
fn summary(item: &Item) -> Option<atom::Text> {
    if let Some(summary) = &item.summary {
        return Some(text_of(summary));
    }
    if item.content.is_some() {
        return None;
    }
    item.publisher().map(plain)
}

fn text_of(body: &Body) -> atom::Text {
    match body {
        Body::Text(value) => plain(value),
        Body::Html(value) => atom::Text { value: value.clone(), r#type: atom::TextType::Html, ..atom::Text::default() },
    }
}

fn content(body: &Body) -> atom::Content {
    let (kind, value) = match body {
        Body::Text(value) => ("text", value),
        Body::Html(value) => ("html", value),
    };
    atom::Content { content_type: Some(kind.to_owned()), value: Some(value.clone()), ..atom::Content::default() }
}

fn person(person: &entry::Person) -> atom::Person {
    atom::Person {
        name: person.name.clone(),
        uri: person.uri.clone(),
        email: person.email.clone(),
        ..atom::Person::default()
    }
}

fn category(label: &ItemCategory) -> atom::Category {
    atom::Category { term: label.term.clone(), scheme: label.scheme.clone(), label: label.label.clone() }
}

fn link(link: &ItemLink) -> atom::Link {
    atom::Link {
        href: link.href.clone(),
        rel: link.rel.to_owned(),
        hreflang: link.hreflang.clone(),
        mime_type: link.media_type.clone(),
        title: link.title.clone(),
        length: link.length.map(|length| length.to_string()),
    }
}

/// `at:deleted-entry` (RFC 6721 3): the id and the time, why as its comment.
fn write_deleted_entry(tombstone: &Tombstone) -> Extension {
    let comment = text::some_line(Some(&tombstone.reason));
    let comment =
        comment.map(|reason| Extension { name: "at:comment".into(), value: Some(reason), ..Extension::default() });
    Extension {
        name: "at:deleted-entry".to_owned(),
        attrs: attributes([("ref", Some(collapse(&tombstone.atom_id))), ("when", Some(instant(tombstone.at)))]),
        children: comment.map(|comment| ("comment".to_owned(), vec![comment])).into_iter().collect(),
        value: None,
    }
}

/// Our own elements, as `provenance` documents them.
fn extensions(provenance: &Provenance) -> ExtensionMap {
    let named = |name: &str, attrs: BTreeMap<String, String>| Extension {
        name: format!("{}:{name}", provenance::PREFIX),
        attrs,
        ..Extension::default()
    };
    let piece = named(
        "piece",
        attributes([
            ("id", Some(provenance.id.clone())),
            ("href", Some(provenance.href.clone())),
            ("work", Some(provenance.work.clone())),
            ("dated", provenance.dated.map(str::to_owned)),
        ]),
    );
    let placement = |placed: &Placed| {
        let attrs = attributes([
            ("section", Some(placed.section.clone())),
            ("entered", Some(placed.entered.clone())),
            ("state", Some(placed.state.to_owned())),
        ]);
        let why = placed.why.iter().zip(&placed.reasons).map(|(why, reason)| Extension {
            value: Some(why.clone()),
            ..named("why", attributes([("code", Some(reason.code().to_owned()))]))
        });
        let children = BTreeMap::from([("why".to_owned(), why.collect())]);
        Extension { children, ..named("placement", attrs) }
    };
    let copy = |copied: &Copied| {
        let attrs = attributes([
            ("source", Some(copied.source.clone())),
            ("name", Some(copied.name.clone())),
            ("standing", copied.standing.map(str::to_owned)),
            ("href", copied.href.clone()),
            ("id", Some(copied.id.clone())),
            ("seen", Some(copied.seen.clone())),
            ("rung", Some(copied.rung.clone()).filter(|rung| !rung.is_empty())),
        ]);
        let value = Some(copied.evidence.clone()).filter(|evidence| !evidence.is_empty());
        Extension { value, ..named("copy", attrs) }
    };
    let own = BTreeMap::from([
        ("copy".to_owned(), provenance.copies.iter().map(copy).collect()),
        ("piece".to_owned(), vec![piece]),
        ("placement".to_owned(), provenance.placements.iter().map(placement).collect()),
    ]);
    ExtensionMap::from([(provenance::PREFIX.to_owned(), own)])
}

/// Attributes that have a value, escaped: the crate writes those of extensions as they are.
fn attributes<const N: usize>(pairs: [(&str, Option<String>); N]) -> BTreeMap<String, String> {
    let escaped = |(name, value): (&str, Option<String>)| Some((name.to_owned(), escape(value?).into_owned()));
    pairs.into_iter().filter_map(escaped).collect()
}

fn instant(at: DateTime<Utc>) -> String {
    provenance::instant(at)
}

#[cfg(test)]
#[path = "atom_tests.rs"]
mod tests;
