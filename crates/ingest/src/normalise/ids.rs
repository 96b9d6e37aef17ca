//! The permanent id of each entry of a document: the id as published when it is an IRI; else a `tag:` id (RFC 4151) of
//! the feed's host from the guid; else the entry's link; else a digest of title, text and date.
//!
//! Entries that share an id are told apart by link, or by title where that is shared too, so that neither their order
//! nor an edit of the text changes an id.

use super::links::{absolute, page, resolve};
use crate::parse::{Id, Raw, RawEntry};
use plenary_model::id::{digest, fits_its_scheme};
use plenary_model::link::{CanonicalLink, host_of, percent_decoded};
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::sync::Arc;
use url::Url;

/// The year in `tag:` ids: any day on which the publisher held the host's name would do.
const TAG_YEAR: &str = "2005";
/// Host in `tag:` ids of a document without any address (RFC 2606).
const NO_HOST: &str = "feed.invalid";
const DIGEST_DIGITS: usize = 20;
/// Longest id that is kept, in bytes; a longer one is replaced by its digest.
const ID_BYTES_MAX: usize = 1_024;

pub(crate) struct Ids {
    /// One per entry, in document order, each once but for repeated entries.
    pub(crate) each: Vec<String>,
    /// Entries that say the same as an earlier one: same id, link and title. Stored once.
    pub(crate) repeated: Vec<bool>,
    /// The id as it was before it was marked, of each entry that shares one.
    pub(crate) plain: Vec<Option<String>>,
    /// Ids that several entries claimed, each with the first of them.
    pub(crate) shared: Vec<(String, usize)>,
}

impl Ids {
    pub(crate) fn assign(raw: &Raw<'_>, base: Option<&Arc<Url>>) -> Self {
        let host = host(raw, base);
        let mut ids: Vec<String> = raw.entries.iter().map(|entry| id_of(entry, &host, base)).collect();
        let mut groups: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, id) in ids.iter().enumerate() {
            groups.entry(id).or_default().push(index);
        }
        let groups: Vec<Vec<usize>> = groups.into_values().filter(|group| group.len() > 1).collect();
        let mut plain = vec![None; ids.len()];
        let mut repeated = vec![false; ids.len()];
        let mut shared = Vec::new();
        for group in groups {
            let differences = differences(&group, raw, base);
            let mut told: HashSet<&String> = HashSet::new();
            for (difference, index) in differences.iter().zip(&group) {
                repeated[*index] = !told.insert(difference);
            }
            if differences.iter().any(|difference| *difference != differences[0]) {
                shared.push((ids[group[0]].clone(), group[0]));
                for (difference, index) in differences.iter().zip(&group) {
                    let apart = add_mark(&ids[*index], difference);
                    plain[*index] = Some(std::mem::replace(&mut ids[*index], apart));
                }
            }
        }
        shared.sort();
        Self { each: ids, plain, repeated, shared }
    }
}

/// The ids that an entry may have had while other entries of its document shared it.
pub(crate) fn marks_as_shared(id: &str, raw: &Raw<'_>, index: usize, base: Option<&Arc<Url>>) -> Vec<String> {
    let told = Told::of(index, raw, base);
    [(false, false), (true, false), (true, true)].map(|(title, more)| add_mark(id, &told.mark(title, more))).to_vec()
}

fn add_mark(id: &str, mark: &str) -> String {
    format!("{id}#{mark}")
}

/// What tells an entry apart from others of one id.
#[derive(PartialEq)]
struct Told<'a> {
    link: Option<CanonicalLink>,
    /// The title; of an entry without one its text.
    title: &'a str,
    /// Of an entry that its feed gives no id: its date and its text. A page may say the same headline each day.
    more: Option<(&'a str, &'a str)>,
}

impl<'a> Told<'a> {
    fn of(index: usize, raw: &'a Raw<'_>, base: Option<&Arc<Url>>) -> Self {
        let Some(entry) = raw.entries.get(index) else { return Self { link: None, title: "", more: None } };
        let fields = &entry.fields;
        let texts = || [&fields.content, &fields.summary].into_iter().flatten().map(|(_, text)| &*text.value);
        let title = fields.title.iter().map(|(_, text)| &*text.value).chain(texts());
        let more = fields.id.is_none().then(|| {
            let date = fields.published.as_ref().or(fields.updated.as_ref()).map_or("", |(_, date)| &**date);
            (date, texts().find(|text| !text.is_empty()).unwrap_or_default())
        });
        Self {
            link: link_of(entry, base).and_then(|link| CanonicalLink::from_address(&link)),
            title: title.into_iter().find(|text| !text.is_empty()).unwrap_or_default(),
            more,
        }
    }

    /// The date tells more than the text, which may be edited.
    fn mark(&self, title: bool, more: bool) -> String {
        let link = self.link.as_ref().map_or("", CanonicalLink::as_str);
        let title = if title { self.title } else { "" };
        match self.more.filter(|_| more) {
            None => short(&[link, title]),
            Some((date, text)) => short(&[link, title, if date.is_empty() { text } else { date }]),
        }
    }
}

/// What tells the entries with one id apart: their links when each has its own, so that an edited title changes no id;
/// else links and titles; else, of entries without an id of their own, their dates too.
fn differences(group: &[usize], raw: &Raw<'_>, base: Option<&Arc<Url>>) -> Vec<String> {
    let told: Vec<Told<'_>> = group.iter().map(|index| Told::of(*index, raw, base)).collect();
    // The same link under two titles, or no link.
    let mut named: HashMap<&CanonicalLink, &str> = HashMap::new();
    let titles_count = told.iter().any(|one| match &one.link {
        None => true,
        Some(link) => *named.entry(link).or_insert(one.title) != one.title,
    });
    let mut said: HashMap<(Option<&CanonicalLink>, &str), &Told<'_>> = HashMap::new();
    let more_counts = told.iter().any(|one| {
        let first = said.entry((one.link.as_ref(), one.title)).or_insert(one);
        first.more != one.more
    });
    told.iter().map(|one| one.mark(titles_count || more_counts, more_counts)).collect()
}

fn short(parts: &[&str]) -> String {
    let mut hex = digest(parts.iter().copied());
    hex.truncate(DIGEST_DIGITS);
    hex
}

/// The host whose feed this is: that of its page, else of its own address.
fn host(raw: &Raw<'_>, base: Option<&Arc<Url>>) -> String {
    let (links, _) = resolve(&raw.feed, base);
    let link =
        links.iter().find(|link| link.rel == "alternate").or_else(|| links.iter().find(|link| link.rel == "self"));
    let host = link.and_then(|link| host_of(&link.href));
    host.or_else(|| base.and_then(|base| host_of(base.as_str()))).unwrap_or_else(|| NO_HOST.to_owned())
}

fn link_of(entry: &RawEntry<'_>, base: Option<&Arc<Url>>) -> Option<String> {
    page(&resolve(&entry.fields, base).0, &entry.fields, base)
}

fn id_of(entry: &RawEntry<'_>, host: &str, base: Option<&Arc<Url>>) -> String {
    let id = entry.fields.id.as_ref().and_then(|(_, id)| take_published(id, host, base));
    let id = id.or_else(|| link_of(entry, base)).unwrap_or_else(|| {
        let text = |field: &Option<(u8, crate::parse::RawText<'_>)>| {
            field.as_ref().map(|(_, text)| text.value.clone().into_owned()).unwrap_or_default()
        };
        let fields = &entry.fields;
        let body = if fields.content.is_some() { text(&fields.content) } else { text(&fields.summary) };
        let date = fields.published.as_ref().or(fields.updated.as_ref()).map_or("", |(_, date)| &**date);
        tag(host, &short(&[&text(&fields.title), &body, date]))
    });
    if id.len() > ID_BYTES_MAX { tag(host, &short(&[&id])) } else { id }
}

/// The id of a feed: as published, or absolute where it looks like a path.
pub(super) fn make_feed_id(id: &Id<'_>, base: Option<&Arc<Url>>) -> String {
    let path = Some(&id.value).filter(|value| value.starts_with('/'));
    let href = path.and_then(|value| absolute(value, id.base.as_ref().or(base)));
    href.unwrap_or_else(|| id.value.clone().into_owned())
}

fn take_published(id: &Id<'_>, host: &str, base: Option<&Arc<Url>>) -> Option<String> {
    let value: String = id.value.split_whitespace().collect::<Vec<_>>().join(" ");
    if value.is_empty() {
        return None;
    }
    if is_iri(&value) && fits_its_scheme(&value) {
        return Some(value);
    }
    // What looks like a path is a relative address.
    if value.starts_with(['/', '?'])
        && let Some(href) = absolute(&value, id.base.as_ref().or(base))
    {
        return Some(href);
    }
    Some(tag(host, &value))
}

/// True for what RFC 3987 calls an IRI, as far as a scheme and the absence of blanks show it.
fn is_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let sound = scheme.len() >= 2
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    sound
        && !rest.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'))
}

/// A `tag:` id; what a URI may not contain is percent-encoded, in the spelling that validators call canonical, but not
/// twice.
fn tag(host: &str, specific: &str) -> String {
    let mut out = format!("tag:{host},{TAG_YEAR}:");
    let plain = percent_decoded(specific);
    for byte in plain.as_deref().unwrap_or(specific).bytes() {
        if byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b'?' | b'=' | b'&' | b':' | b'@')
        {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// True for an id that was made of a bare number: it tells the entries of one feed apart, and no more.
pub(crate) fn is_bare_number(id: &str) -> bool {
    let made = id.strip_prefix("tag:").and_then(|rest| rest.split_once(',')).map(|(_, rest)| rest);
    let specific = made.and_then(|rest| rest.strip_prefix(TAG_YEAR)?.strip_prefix(':'));
    specific.is_some_and(|specific| !specific.is_empty() && specific.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The same id under the other of http and https: publishers switch, and the entry stays the same.
pub(crate) fn other_spelling(id: &str) -> Option<String> {
    match id.split_once("://")? {
        ("http", rest) => Some(format!("https://{rest}")),
        ("https", rest) => Some(format!("http://{rest}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    fn ids(text: &str) -> Ids {
        let base = Url::parse("https://www.example.org/feed").ok().map(Arc::new);
        let raw = parse(text, base.as_ref(), &mut Vec::new()).unwrap();
        Ids::assign(&raw, base.as_ref())
    }

    fn rss(items: &str) -> String {
        format!("<rss version='2.0'><channel><title>t</title>{items}</channel></rss>")
    }

    #[test]
    fn the_ladder() {
        let found = ids(&rss("<item><guid>https://example.org/1</guid></item><item><guid>42 a</guid></item>\
             <item><guid>/p/3</guid></item><item><link>https://example.org/4</link></item>\
             <item><title>only</title></item><item><guid>tag:shared,1</guid></item>\
             <item><guid>premi%c3%a8re 100%25</guid></item>"));
        assert_eq!(found.each[0], "https://example.org/1");
        assert_eq!(found.each[1], "tag:example.org,2005:42%20a");
        assert_eq!(found.each[2], "https://www.example.org/p/3");
        assert_eq!(found.each[3], "https://example.org/4");
        assert!(found.each[4].starts_with("tag:example.org,2005:"));
        assert_eq!(found.each[5], "tag:example.org,2005:tag:shared%2C1", "a tag without its date is none");
        assert_eq!(found.each[6], "tag:example.org,2005:premi%C3%A8re%20100%25", "encoded once");
        assert!(found.shared.is_empty());
    }

    #[test]
    fn shared_ids_are_kept_apart_whatever_their_order() {
        let one = "<item><guid>https://example.org/</guid><title>One</title><link>https://example.org/1</link></item>";
        let two = "<item><guid>https://example.org/</guid><title>Two</title><link>https://example.org/2</link></item>";
        let forth = ids(&rss(&format!("{one}{two}{one}")));
        let back = ids(&rss(&format!("{two}{one}")));
        assert_eq!(forth.each[0], back.each[1]);
        assert_eq!(forth.each[1], back.each[0]);
        assert_ne!(forth.each[0], forth.each[1]);
        assert_eq!(forth.repeated, [false, false, true]);
        assert_eq!(forth.shared, [("https://example.org/".to_owned(), 0)]);
    }

    #[test]
    fn entries_with_neither_link_nor_title_are_told_apart_by_their_text() {
        let item = |text: &str| format!("<item><guid>1</guid><description>{text}</description></item>");
        let found = ids(&rss(&format!("{}{}{}", item("one"), item("two"), item("one"))));
        assert_eq!(found.repeated, [false, false, true]);
        assert_ne!(found.each[0], found.each[1]);
    }

    #[test]
    fn an_id_that_was_shared_is_known_again() {
        let item = |number: u8| format!("<item><guid>x</guid><link>https://example.org/{number}</link></item>");
        let both = ids(&rss(&format!("{}{}", item(1), item(2))));
        let alone = ids(&rss(&item(1)));
        assert_eq!(both.plain[0].as_ref(), Some(&alone.each[0]));
        assert_eq!(both.each[0], format!("tag:example.org,2005:x#{}", both.each[0].rsplit('#').next().unwrap()));
    }

    #[test]
    fn a_title_edit_changes_no_id() {
        let item = |title: &str| rss(&format!("<item><title>{title}</title><link>https://example.org/1</link></item>"));
        assert_eq!(ids(&item("a")).each, ids(&item("b")).each);
    }

    #[test]
    fn one_headline_on_one_page_is_told_apart_by_its_dates() {
        let item = |day: u8, text: &str| {
            format!(
                "<item><title>Service disrupted</title><link>https://status.example.org/</link>\
                 <pubDate>{day} Nov 2026 10:00:00 GMT</pubDate><description>{text}</description></item>"
            )
        };
        let three = ids(&rss(&format!(
            "{}{}{}",
            item(27, "Mail is slow."),
            item(28, "Storage is down."),
            item(27, "Mail is slow.")
        )));
        assert_eq!(three.repeated, [false, false, true]);
        assert_ne!(three.each[0], three.each[1]);
        let edited = ids(&rss(&format!("{}{}", item(28, "Storage is back."), item(29, "Names are late."))));
        assert_eq!(edited.each[0], three.each[1], "an edited text changes no id");
        // Alone in its document it is called after its page, and known again by its mark.
        let text = rss(&item(28, "Storage is back."));
        let base = Url::parse("https://www.example.org/feed").ok().map(Arc::new);
        let raw = parse(&text, base.as_ref(), &mut Vec::new()).unwrap();
        let alone = Ids::assign(&raw, base.as_ref());
        assert!(marks_as_shared(&alone.each[0], &raw, 0, base.as_ref()).contains(&three.each[1]));
        // With an id of its own it is one entry, whatever it says.
        let twice =
            |text: &str| format!("<item><guid>7</guid><title>Same</title><description>{text}</description></item>");
        assert_eq!(ids(&rss(&format!("{}{}", twice("one"), twice("two")))).repeated, [false, true]);
    }

    #[test]
    fn a_bare_number_tells_apart_the_entries_of_one_feed() {
        assert!(is_bare_number("tag:example.org,2005:42"));
        for id in [
            "tag:example.org,2005:Article/42",
            "tag:example.org,2005:",
            "tag:example.org,2021:42",
            "https://example.org/42",
        ] {
            assert!(!is_bare_number(id), "{id}");
        }
    }

    #[test]
    fn schemes_flip() {
        assert_eq!(other_spelling("http://example.org/1").as_deref(), Some("https://example.org/1"));
        assert_eq!(other_spelling("tag:example.org,2005:1"), None);
    }
}
