//! The publishing half: stored pieces in, documents out. Pure: no I/O and no clock, so the same
//! pieces give the same bytes, and a feed changes only when what it shows changes.
//!
//! `head` and `item` say what a document contains, in no format; `atom`, `rss` and `json_feed` write
//! it down; `archive` makes the document of a month; `edition` makes the bytes ready to be stored. `provenance` documents our own extension.

mod archive;
mod atom;
mod calendar;
mod edition;
mod head;
mod item;
mod json_feed;
mod opml;
mod origin;
mod provenance;
mod rss;
#[cfg(test)]
mod sample;
mod target;
mod text;

pub use archive::{
    Archive, ArchivedEntry, Chain, archive_path, archived_entries, archived_entry, months_of, published_id,
};
pub use calendar::calendar;
pub use edition::{digest, edition};
pub use opml::opml;
pub use target::Target;

use chrono::{DateTime, Utc};
use plenary_model::edition::Rendered;
use plenary_model::piece::PieceView;
use plenary_model::policy::Policy;
use plenary_model::view::Tombstone;

/// Style sheet for feeds that are opened in a browser, served by the site.
const STYLESHEET: &str = "/static/feed.css";

/// The program as documents name it.
const GENERATOR: &str = "Plenary";

/// What a document shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Contents {
    /// The feed's permanent id, as the store fixed it.
    pub id: String,
    /// Since when the feed exists; dates it while it is empty.
    pub since: DateTime<Utc>,
    /// The pieces in the order in which they are shown.
    pub pieces: Vec<PieceView>,
    /// Pieces that were taken back.
    pub tombstones: Vec<Tombstone>,
    /// The month of the newest archive document (UTC, `YYYY-MM`); `None` when there is none.
    pub last_archive: Option<String>,
}

/// The id that a feed should get when it is first published: a tag URI (RFC 4151) of its address,
/// which stays when the site moves.
pub fn feed_id(policy: &Policy, target: &Target) -> String {
    head::tag(policy, &format!("{}{}", target.stem(), target.suffix()))
}

/// The formats of a feed, by the ending of their addresses.
const FORMATS: [&str; 3] = ["atom", "rss", "json"];

/// What the documents of a feed are written from, whatever their format.
struct Draft<'a> {
    target: &'a Target,
    contents: &'a Contents,
    head: head::Head,
    items: Vec<item::Item>,
}

impl<'a> Draft<'a> {
    fn of(policy: &Policy, target: &'a Target, contents: &'a Contents) -> Self {
        let head = head::of(policy, target, contents);
        let items = contents.pieces.iter().map(|view| item::of(policy, &head.language, view)).collect();
        Self { target, contents, head, items }
    }

    fn written(&self, extension: &str) -> Option<Rendered> {
        let Self { target, contents, head, items } = self;
        let (media_type, body) = match extension {
            "atom" => (atom::MEDIA_TYPE, atom::document(head, items, &contents.tombstones)),
            "rss" => (rss::MEDIA_TYPE, rss::document(head, items)),
            "json" => (json_feed::MEDIA_TYPE, json_feed::document(head, items, &contents.tombstones)),
            _ => return None,
        };
        let path = format!("{}.{extension}{}", target.stem(), target.suffix());
        Some(Rendered { path, media_type, body, updated: head.updated })
    }
}

/// Renders a feed in every format: Atom, RSS 2.0 and JSON Feed, in this order; after them, for the feed
/// of a section in all languages, the list of its sources (OPML).
pub fn documents(policy: &Policy, target: &Target, contents: &Contents) -> Vec<Rendered> {
    let draft = Draft::of(policy, target, contents);
    let mut documents: Vec<Rendered> = FORMATS.into_iter().filter_map(|format| draft.written(format)).collect();
    if matches!(target, Target::Section { language: None, .. }) {
        documents.push(opml::of_section(policy, &target.stem(), &draft.head, &contents.pieces));
    }
    documents
}

/// Renders a feed in the format of one ending, `atom`, `rss` or `json`; `None` for any other.
pub fn document(policy: &Policy, target: &Target, contents: &Contents, extension: &str) -> Option<Rendered> {
    Draft::of(policy, target, contents).written(extension)
}

/// What comes before the root of an XML document: the declaration and the style sheet.
fn prologue() -> String {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?xml-stylesheet type=\"text/css\" href=\"{STYLESHEET}\"?>\n")
}
