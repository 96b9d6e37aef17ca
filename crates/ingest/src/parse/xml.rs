//! A tree as a feed: where its entries are, and what its elements mean, format by format.

use super::fields::{Fields, Id, RawCategory, RawLink, offer, offer_text};
use super::people::person;
use super::text::{Default as Kind, construct, read_base};
use super::{ENTRIES_MAX, Raw, RawEntry, freshness, media};
use crate::repair::{Element, Ns, trimmed};
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

/// Namespace of Atom 1.0 (RFC 4287 2).
const ATOM: &str = "http://www.w3.org/2005/Atom";
const RSS_1: &str = "http://purl.org/rss/1.0/";
/// Longest declaration of a language that is looked at, in bytes. Each element inherits it.
const LANGUAGE_BYTES_MAX: usize = 100;

#[derive(Clone, Default)]
struct Scope<'a> {
    language: Option<Cow<'a, str>>,
    own_language: bool,
    /// Declared base, else the document's address.
    base: Option<Arc<Url>>,
    /// True when `xml:base` declared it.
    base_declared: bool,
    atom: bool,
}

impl<'a> Scope<'a> {
    fn inside(&self, element: &Element<'_, 'a>) -> Self {
        let mut inner = self.clone();
        inner.own_language = false;
        if let Some(language) = element.attribute(Ns::Xml, "lang") {
            inner.own_language = !language.trim().is_empty() && language.len() <= LANGUAGE_BYTES_MAX;
            inner.language = inner.own_language.then_some(language);
        }
        if let Some(base) = read_base(element, self.base.as_ref()) {
            inner.base = Some(base);
            inner.base_declared = true;
        }
        inner
    }

    fn fields(&self) -> Fields<'a> {
        Fields {
            language: self.language.clone(),
            own_language: self.own_language,
            base: self.base.clone(),
            ..Fields::default()
        }
    }

    fn text_base(&self) -> Option<Arc<Url>> {
        self.base.clone().filter(|_| self.base_declared)
    }
}

pub(super) fn read<'a>(root: Element<'_, 'a>, base: Option<Arc<Url>>) -> Raw<'a> {
    let atom = root.local() == "feed" || root.local() == "entry";
    let scope = Scope { base, atom, ..Scope::default() }.inside(&root);
    let mut raw = Raw { feed: scope.fields(), ..Raw::default() };
    if root.local() == "entry" {
        raw.entries.push(entry(root, &scope));
        return raw;
    }
    container(root, &scope, &mut raw);
    raw
}

/// What a document is written in, when that is none of the formats of today.
pub(super) fn dialect(root: Element<'_, '_>) -> Option<&'static str> {
    const VERSIONS: [&str; 5] = ["0.91", "0.92", "1.0", "2.0", "2.0.1"];
    let version = root.attribute(Ns::Core, "version");
    match &*root.local() {
        "feed" | "entry" if root.declares(ATOM) => None,
        "feed" if version.is_some() => Some("it is written in a forerunner of Atom, and was read as Atom"),
        "feed" | "entry" => Some("its namespace is not that of Atom, http://www.w3.org/2005/Atom; it was read as Atom"),
        "channel" if root.elements().any(|element| element.local() == "items") => Some("it is RSS 1.1"),
        "channel" => Some("it is a channel without RSS around it, or CDF"),
        "rdf" if !root.declares(RSS_1) => Some("it is RSS 0.90, or RSS 1.0 in its manner"),
        "rss" if !version.is_some_and(|version| VERSIONS.contains(&version.trim())) => {
            Some("it names no version of RSS that there is, and was read as RSS 2.0")
        }
        "rss" if root.attribute(Ns::Declaration, "xmlns").is_some() => {
            Some("its elements are in a namespace, which RSS has none of; they were read as RSS 2.0")
        }
        _ => None,
    }
}

/// True for a document of Atom 1.0.
pub(super) fn is_atom(root: Element<'_, '_>) -> bool {
    matches!(&*root.local(), "feed" | "entry") && root.declares(ATOM)
}

/// Leaves out the entry in the middle of which a document ends. One that has all its fields stays.
pub(super) fn drop_half_entry(raw: &mut Raw<'_>, root: Element<'_, '_>) {
    let Some(last) = raw.entries.last() else { return };
    let open = open_entry(root, last.at);
    if open.is_some_and(|entry| entry.elements().any(|field| field.is_open_at_end())) {
        raw.entries.pop();
    }
}

fn open_entry<'t, 'a>(element: Element<'t, 'a>, at: usize) -> Option<Element<'t, 'a>> {
    let open = element.elements().filter(Element::is_open_at_end).last()?;
    if open.offset() == at { Some(open) } else { open_entry(open, at) }
}

fn container<'a>(element: Element<'_, 'a>, scope: &Scope<'a>, raw: &mut Raw<'a>) {
    // CDF keeps a channel's address and date in attributes.
    if element.local() == "channel" {
        cdf(element, scope, &mut raw.feed);
        raw.feed.base.clone_from(&scope.base);
        if raw.feed.language.is_none() {
            raw.feed.language.clone_from(&scope.language);
        }
        if let Some(about) = element.attribute(Ns::Rdf, "about") {
            offer(&mut raw.feed.id, 0, Id { value: trimmed(about), is_link: false, base: scope.base.clone() });
        }
    }
    freshness::read(element, &mut raw.freshness);
    for child in element.elements() {
        let local = child.local();
        match &*local {
            "item" | "entry" if child.ns().is_feed() && raw.entries.len() >= ENTRIES_MAX => {
                raw.left_out_at.get_or_insert(child.offset());
            }
            "item" | "entry" if child.ns().is_feed() => raw.entries.push(entry(child, &scope.inside(&child))),
            "channel" | "items" | "rdf" | "feed" if child.ns().is_feed() || child.ns() == Ns::Rdf => {
                container(child, &scope.inside(&child), raw);
            }
            "image" | "textinput" if child.ns().is_feed() => {}
            _ => {
                field(child, &local, &scope.inside(&child), &mut raw.feed);
            }
        }
    }
}

fn entry<'a>(element: Element<'_, 'a>, scope: &Scope<'a>) -> RawEntry<'a> {
    let mut entry = RawEntry {
        at: element.offset(),
        received: Cow::Borrowed(element.source()),
        fields: scope.fields(),
        source: None,
    };
    if let Some(about) = element.attribute(Ns::Rdf, "about") {
        offer(&mut entry.fields.id, 1, Id { value: trimmed(about), is_link: false, base: scope.base.clone() });
    }
    cdf(element, scope, &mut entry.fields);
    for child in element.elements() {
        let local = child.local();
        let inner = scope.inside(&child);
        match (child.ns(), &*local) {
            (ns, "source") if ns.is_feed() => entry.source = Some(source(child, &inner)),
            (Ns::Media, "group") | (Ns::Core, "image") => {
                for inside in child.elements().filter(|inside| inside.ns() == Ns::Media) {
                    field(inside, &inside.local(), &inner.inside(&inside), &mut entry.fields);
                }
            }
            _ => field(child, &local, &inner, &mut entry.fields),
        }
    }
    entry
}

/// `atom:source`, or RSS `<source url="…">title</source>`.
fn source<'a>(element: Element<'_, 'a>, scope: &Scope<'a>) -> Fields<'a> {
    let mut fields = scope.fields();
    if let Some(url) = element.plain("url") {
        fields.add_link(RawLink {
            href: url,
            rel: Cow::Borrowed("self"),
            base: scope.base.clone(),
            ..RawLink::default()
        });
    }
    if element.elements().next().is_none() {
        let title = construct(element, Kind::Guess, scope.text_base());
        if !title.value.is_empty() {
            offer(&mut fields.title, 3, title);
        }
        return fields;
    }
    for child in element.elements() {
        field(child, &child.local(), &scope.inside(&child), &mut fields);
    }
    fields
}

fn cdf<'a>(element: Element<'_, 'a>, scope: &Scope<'a>, fields: &mut Fields<'a>) {
    if let Some(href) = element.plain("href") {
        fields.add_link(RawLink {
            href,
            rel: Cow::Borrowed("alternate"),
            base: scope.base.clone(),
            ..RawLink::default()
        });
    }
    if let Some(date) = element.plain("lastmod") {
        offer(&mut fields.updated, 2, date);
    }
}

/// One field of a feed, an entry or a source. Ranks: 3 the feed's own vocabulary, 2 Dublin Core and podcasts, 1 media,
/// 0 a substitute.
fn field<'a>(element: Element<'_, 'a>, local: &str, scope: &Scope<'a>, fields: &mut Fields<'a>) {
    let plain = if scope.atom { Kind::Plain } else { Kind::Guess };
    let text = |kind| construct(element, kind, scope.text_base());
    match (element.ns(), local) {
        (Ns::Core | Ns::Atom, "title") => offer_text(&mut fields.title, 3, text(plain)),
        (Ns::Dc, "title") => offer_text(&mut fields.title, 2, text(plain)),
        (Ns::Media, "title") => offer_text(&mut fields.title, 1, text(Kind::Guess)),
        (Ns::Core | Ns::Atom, "description") => second_is_content(fields, text(Kind::Html)),
        (Ns::Core, "summary") if !scope.atom => second_is_content(fields, text(plain)),
        (Ns::Core | Ns::Atom, "summary" | "subtitle" | "tagline" | "abstract") => {
            offer_text(&mut fields.summary, 3, text(plain));
        }
        (Ns::Core | Ns::Atom, "info") => offer_text(&mut fields.summary, 0, text(plain)),
        (Ns::Dc | Ns::DcTerms, "description" | "abstract") => offer_text(&mut fields.summary, 2, text(Kind::Html)),
        (Ns::Itunes, "summary") => offer_text(&mut fields.summary, 2, text(Kind::Guess)),
        (Ns::Itunes, "subtitle") => offer_text(&mut fields.summary, 0, text(Kind::Guess)),
        (Ns::Media, "description") => offer_text(&mut fields.summary, 1, text(Kind::Html)),
        (Ns::Content, "encoded") | (Ns::Core, "fullitem") => offer_text(&mut fields.content, 3, text(Kind::Html)),
        (Ns::Core | Ns::Atom, "content") => atom_content(element, scope, fields, text(plain)),
        (Ns::Core | Ns::Xhtml, "body") => offer_text(&mut fields.content, 2, text(Kind::Html)),
        (Ns::Core | Ns::Atom, "rights" | "copyright") => offer_text(&mut fields.rights, 3, text(plain)),
        (Ns::Dc | Ns::DcTerms, "rights") => offer_text(&mut fields.rights, 2, text(plain)),
        (Ns::Core | Ns::Atom, "link") => link(element, scope, fields),
        (Ns::Core | Ns::Atom, "guid" | "id") => id(element, local, scope, fields),
        (Ns::Dc, "identifier") => {
            offer(&mut fields.id, 0, Id { value: trimmed(element.text()), is_link: false, base: scope.base.clone() });
        }
        (Ns::Media, "content") => media::content(element, scope.base.as_ref(), fields),
        // The address behind a redirector's.
        (Ns::Feedburner, "origlink") => fields.add_link(RawLink {
            href: trimmed(element.text()),
            rel: Cow::Borrowed("canonical"),
            base: scope.base.clone(),
            ..RawLink::default()
        }),
        (Ns::Core, "enclosure") => enclosure(element, scope, fields),
        (Ns::Core | Ns::Atom, "author" | "managingeditor")
        | (Ns::Dc, "creator" | "author")
        | (Ns::Itunes, "author") => {
            fields.add_author(person(element, scope.base.as_ref()));
        }
        (Ns::Core | Ns::Atom | Ns::Media | Ns::Itunes, "category" | "keywords")
        | (Ns::Dc, "subject")
        | (Ns::Core, "tags") => category(element, local, fields),
        (Ns::Core | Ns::Dc, "language") => {
            let value = trimmed(element.text());
            let sound = !value.is_empty() && value.len() <= LANGUAGE_BYTES_MAX;
            if sound && (fields.language.is_none() || !fields.own_language) {
                fields.language = Some(value);
                fields.own_language = true;
            }
        }
        _ => date(element, local, fields),
    }
}

fn date<'a>(element: Element<'_, 'a>, local: &str, fields: &mut Fields<'a>) {
    let (slot, rank) = match (element.ns(), local) {
        (Ns::Core | Ns::Atom, "published" | "issued" | "pubdate") => (&mut fields.published, 3),
        (Ns::DcTerms, "issued" | "available") => (&mut fields.published, 2),
        (Ns::Core | Ns::Atom, "updated" | "modified") | (Ns::Core, "lastbuilddate") => (&mut fields.updated, 3),
        (Ns::DcTerms, "modified") => (&mut fields.updated, 2),
        (Ns::Dc, "date") => (&mut fields.updated, 1),
        (Ns::Core | Ns::Atom | Ns::DcTerms, "created") => (&mut fields.created, 3),
        _ => return,
    };
    let value = trimmed(element.text());
    // Of two dates of one kind the later one in the document holds.
    if !value.is_empty() && slot.as_ref().is_none_or(|(held, _)| *held <= rank) {
        *slot = Some((rank, value));
    }
}

/// Some publishers of RSS write two descriptions: the short one, then the full text.
fn second_is_content<'a>(fields: &mut Fields<'a>, text: super::RawText<'a>) {
    if text.value.is_empty() {
        return;
    }
    if fields.summary.as_ref().is_some_and(|(rank, _)| *rank == 3) {
        offer(&mut fields.content, 1, text);
    } else {
        fields.summary = Some((3, text));
    }
}

/// Content given by reference (RFC 4287 4.1.3.2) is a link.
fn atom_content<'a>(element: Element<'_, 'a>, scope: &Scope<'a>, fields: &mut Fields<'a>, text: super::RawText<'a>) {
    if let Some(href) = element.plain("src") {
        let media_type = element.plain("type");
        fields.add_link(RawLink {
            href,
            rel: Cow::Borrowed("content"),
            media_type,
            base: scope.base.clone(),
            ..RawLink::default()
        });
    }
    offer_text(&mut fields.content, 3, text);
}

fn link<'a>(element: Element<'_, 'a>, scope: &Scope<'a>, fields: &mut Fields<'a>) {
    let href = ["href", "url", "uri"].into_iter().find_map(|name| element.plain(name));
    let rel = element.plain("rel").map_or(Cow::Borrowed("alternate"), |rel| Cow::Owned(relation(&rel)));
    let href = href.unwrap_or_else(|| trimmed(element.text()));
    fields.add_link(RawLink {
        href,
        rel,
        media_type: element.plain("type"),
        hreflang: element.plain("hreflang"),
        title: element.plain("title"),
        length: element.plain("length").and_then(|length| length.parse().ok()),
        base: scope.base.clone(),
    });
}

/// The name of a relation in lower case. A registered one may be written as an address (RFC 4287 4.2.7.2).
fn relation(rel: &str) -> String {
    const REGISTRIES: [&str; 2] = ["iana.org/assignments/relation/", "iana.org/assignments/link-relations/"];
    let rel = rel.to_ascii_lowercase();
    let address = rel.strip_prefix("http://").or_else(|| rel.strip_prefix("https://"));
    let address = address.map(|address| address.strip_prefix("www.").unwrap_or(address));
    let registered = address.and_then(|address| REGISTRIES.iter().find_map(|registry| address.strip_prefix(registry)));
    let name = registered.map(|name| name.trim_matches(['/', '#'])).filter(|name| !name.is_empty());
    name.map_or(rel.clone(), str::to_owned)
}

fn enclosure<'a>(element: Element<'_, 'a>, scope: &Scope<'a>, fields: &mut Fields<'a>) {
    let Some(href) = ["url", "href", "uri"].into_iter().find_map(|name| element.plain(name)) else { return };
    fields.add_link(RawLink {
        href,
        rel: Cow::Borrowed("enclosure"),
        media_type: element.plain("type"),
        length: element.plain("length").and_then(|length| length.parse().ok()),
        base: scope.base.clone(),
        ..RawLink::default()
    });
}

fn id<'a>(element: Element<'_, 'a>, local: &str, scope: &Scope<'a>, fields: &mut Fields<'a>) {
    let value = trimmed(element.text());
    if value.is_empty() {
        return;
    }
    let is_link =
        local == "guid" && element.plain("ispermalink").is_none_or(|word| !word.eq_ignore_ascii_case("false"));
    offer(&mut fields.id, 3, Id { value, is_link, base: scope.base.clone() });
}

fn category<'a>(element: Element<'_, 'a>, local: &str, fields: &mut Fields<'a>) {
    let scheme = element.plain("scheme").or_else(|| element.plain("domain"));
    let label = element.plain("label");
    let scheme = match (element.ns(), local) {
        (Ns::Itunes, _) => Some(Cow::Borrowed("http://www.itunes.com/")),
        (Ns::Media, "category") => scheme.or(Some(Cow::Borrowed("http://search.yahoo.com/mrss/category_schema"))),
        _ => scheme,
    };
    let term = element.plain("term").or_else(|| element.plain("text").filter(|_| element.ns() == Ns::Itunes));
    let term = term.unwrap_or_else(|| trimmed(element.text()));
    if matches!(local, "keywords" | "tags") && (element.ns() != Ns::Core || local == "tags") {
        for word in term.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            fields.add_category(RawCategory { term: Cow::Owned(word.to_owned()), scheme: scheme.clone(), label: None });
        }
        return;
    }
    let term = if term.is_empty() { label.clone().unwrap_or_default() } else { term };
    fields.add_category(RawCategory { term, scheme, label });
    if element.ns() == Ns::Itunes {
        for inside in element.elements().filter(|inside| inside.ns() == Ns::Itunes) {
            category(inside, "category", fields);
        }
    }
}
