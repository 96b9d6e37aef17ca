//! One document, in whichever format, as what its publisher wrote: fields as received, not yet clean.
//!
//! The tree reader (`xml`) takes any document with a feed's root, whatever its dialect, and keeps languages, bases,
//! sources, ids as published and Dublin Core. JSON Feed has a reader of its own (`json`).

mod fields;
mod freshness;
mod json;
mod json_items;
mod json_text;
mod loose;
mod media;
mod people;
mod text;
mod tombstones;
mod xml;

use super::repair::{Limits, Place, Tree};
use plenary_model::entry::Warning;
use plenary_model::poll::Freshness;
use plenary_model::warning::WarningCode;
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

pub(super) use fields::{EACH_MAX, Fields, Id, RawText};
pub use text::plain_words;
pub(super) use text::{base64_bytes, unescape_again};
pub(super) use tombstones::{RawTombstone, RawTombstones};

/// Entries read of one document; the rest is left out with a warning.
pub(super) const ENTRIES_MAX: usize = 1_000;
pub(super) const WARNINGS_MAX: usize = 100;
/// Elements and texts of one document.
const NODES_MAX: usize = 400_000;
/// Elements inside each other. The readers here call themselves once a level.
const DEPTH_MAX: usize = 200;
/// Attributes of one element: each is looked for by going through all of them.
const ATTRIBUTES_MAX: usize = 64;

#[derive(Default)]
pub(super) struct Raw<'a> {
    /// The feed's own fields; its subtitle is its summary.
    pub(super) feed: Fields<'a>,
    pub(super) entries: Vec<RawEntry<'a>>,
    pub(super) freshness: Freshness,
    /// Where the first entry over [`ENTRIES_MAX`] stands.
    pub(super) left_out_at: Option<usize>,
    pub(super) tombstones: RawTombstones<'a>,
}

#[derive(Default)]
pub(super) struct RawEntry<'a> {
    /// Where it stands, in bytes from the start of the text.
    pub(super) at: usize,
    /// The entry as it stands in the document; what its hash is taken of.
    pub(super) received: Cow<'a, str>,
    pub(super) fields: Fields<'a>,
    pub(super) source: Option<Fields<'a>>,
}

#[derive(Debug)]
pub(super) enum Refusal {
    Html,
    Empty,
    NotAFeed(String),
    NotWellFormed(Place),
}

pub(super) fn parse<'a>(
    text: &'a str,
    base: Option<&Arc<Url>>,
    warnings: &mut Vec<Warning>,
) -> Result<Raw<'a>, Refusal> {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}' || c == '\0');
    if start.is_empty() {
        return Err(Refusal::Empty);
    }
    if start.starts_with(['{', '[']) {
        return json::parse(text, text.len() - start.len(), base, warnings);
    }
    let tree = Tree::read(text, Limits { nodes: NODES_MAX, depth: DEPTH_MAX, attributes: ATTRIBUTES_MAX });
    let Some(root) = tree.root() else { return Err(refusal(&tree, start, text)) };
    let mut raw = xml::read(root, base.cloned());
    if let Some(at) = raw.left_out_at {
        tree.mends().note(WarningCode::TooManyEntries, "only the first 1,000 entries were read", at);
    }
    if tree.is_truncated() {
        xml::drop_half_entry(&mut raw, root);
    }
    let cut = tree.cut();
    if let Some(at) = cut {
        tree.mends().note(
            WarningCode::TooBig,
            "the document is nested too deep, or has too many elements or attributes; the rest was left out",
            at,
        );
    }
    let (root_at, dialect) = (root.offset(), xml::dialect(root));
    let is_atom = xml::is_atom(root);
    if start.len() < text.len() && start.starts_with("<?xml") {
        tree.mends().note(WarningCode::LeadingBlanks, "blanks before the declaration were left out", 0);
    }
    raw.tombstones = tombstones::read(root);
    raw.tombstones.is_complete &= raw.left_out_at.is_none() && !tree.is_truncated() && cut.is_none();
    let mends = tree.into_mends();
    if let Some(dialect) = dialect {
        mends.note(WarningCode::Dialect, dialect, root_at);
    }
    if let Some(at) = mends.old_type_at().filter(|_| is_atom) {
        mends.note(WarningCode::OddType, "a type that Atom has for content alone; a text is text, html or xhtml", at);
    }
    warnings.extend(mends.into_warnings(text));
    Ok(raw)
}

fn refusal(tree: &Tree<'_>, start: &str, text: &str) -> Refusal {
    let head: String = start.chars().take(1_024).collect::<String>().to_ascii_lowercase();
    let first = tree.first_name().map(str::to_ascii_lowercase);
    let page = ["html", "head", "body", "meta", "script", "div"];
    match first.as_deref() {
        _ if head.starts_with("<!doctype html") || head.contains("<html") => Refusal::Html,
        Some(name) if page.contains(&name) => Refusal::Html,
        Some("opml") => Refusal::NotAFeed("it is an OPML list of feeds".to_owned()),
        Some("urlset" | "sitemapindex") => Refusal::NotAFeed("it is a site map".to_owned()),
        Some(name) => Refusal::NotAFeed(format!("its root element is <{name}>")),
        None if start.starts_with('<') => Refusal::NotWellFormed(Place::locate(text, text.len() - start.len())),
        None => Refusal::NotAFeed("it is neither XML nor JSON".to_owned()),
    }
}

pub(super) fn warning(code: WarningCode, message: impl Into<String>, text: &str, offset: usize) -> Warning {
    let place = Place::locate(text, offset);
    let (line, column) = (Some(place.line), Some(place.column));
    Warning { code, message: message.into(), entry: None, line, column }
}
