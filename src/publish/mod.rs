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

use crate::model::edition::Rendered;
use crate::model::piece::PieceView;
use crate::model::policy::Policy;
use crate::model::view::Tombstone;
use chrono::{DateTime, Utc};

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

/// Renders a feed in every format: Atom, RSS 2.0 and JSON Feed, in this order; after them, for the feed
/// of a section in all languages, the list of its sources (OPML).
pub fn documents(policy: &Policy, target: &Target, contents: &Contents) -> Vec<Rendered> {
    let head = head::of(policy, target, contents);
    let items: Vec<item::Item> = contents.pieces.iter().map(|view| item::of(policy, &head.language, view)).collect();
    let rendered = |extension: &str, media_type: &'static str, body: Vec<u8>| Rendered {
        path: format!("{}.{extension}{}", target.stem(), target.suffix()),
        media_type,
        body,
        updated: head.updated,
    };
    let mut documents = vec![
        rendered("atom", atom::MEDIA_TYPE, atom::document(&head, &items, &contents.tombstones)),
        rendered("rss", rss::MEDIA_TYPE, rss::document(&head, &items)),
        rendered("json", json_feed::MEDIA_TYPE, json_feed::document(&head, &items, &contents.tombstones)),
    ];
    if matches!(target, Target::Section { language: None, .. }) {
        documents.push(opml::of_section(policy, &target.stem(), &head, &contents.pieces));
    }
    documents
}

/// What comes before the root of an XML document: the declaration and the style sheet.
fn prologue() -> String {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?xml-stylesheet type=\"text/css\" href=\"{STYLESHEET}\"?>\n")
}
