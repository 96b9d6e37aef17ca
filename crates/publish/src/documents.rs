//! Renders the documents of a feed, in every format or in one.

use super::contents::Contents;
use super::head::{self, Head};
use super::item::{self, Item};
use super::target::Target;
use super::{atom, json_feed, opml, rss};
use plenary_model::edition::Rendered;
use plenary_model::policy::Policy;

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
    head: Head,
    items: Vec<Item>,
}

impl<'a> Draft<'a> {
    fn describe(policy: &Policy, target: &'a Target, contents: &'a Contents) -> Self {
        let head = head::describe(policy, target, contents);
        let items = contents.pieces.iter().map(|view| item::compose(policy, &head.language, view)).collect();
        Self { target, contents, head, items }
    }

    fn write(&self, extension: &str) -> Option<Rendered> {
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
    let draft = Draft::describe(policy, target, contents);
    let mut documents: Vec<Rendered> = FORMATS.into_iter().filter_map(|format| draft.write(format)).collect();
    if matches!(target, Target::Section { language: None, .. }) {
        documents.push(opml::of_section(policy, &target.stem(), &draft.head, &contents.pieces));
    }
    documents
}

/// Renders a feed in the format of one ending, `atom`, `rss` or `json`; `None` for any other.
pub fn document(policy: &Policy, target: &Target, contents: &Contents, extension: &str) -> Option<Rendered> {
    Draft::describe(policy, target, contents).write(extension)
}

#[cfg(test)]
#[path = "documents_tests.rs"]
mod tests;
