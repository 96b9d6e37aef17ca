//! What a feed says is no longer there: tombstones (RFC 6721), and the mark of a feed that lists all it has
//! (`fh:complete`, RFC 5005 2). Absence from any other feed says nothing.

use crate::repair::{Element, Ns, trimmed};
use plenary_model::whitespace::collapse;
use std::borrow::Cow;

/// Tombstones read of one document; as many as it may hold entries.
const TOMBSTONES_MAX: usize = 1_000;
/// The element of RFC 6721 3, in lower case as the tree gives names.
const DELETED_ENTRY: &str = "deleted-entry";

#[derive(Default)]
pub(crate) struct RawTombstones<'a> {
    pub(crate) deleted: Vec<RawTombstone<'a>>,
    /// True when the document lists every entry there is, and was read whole.
    pub(crate) is_complete: bool,
}

pub(crate) struct RawTombstone<'a> {
    pub(crate) id: Cow<'a, str>,
    /// Since when, as written.
    pub(crate) when: Cow<'a, str>,
    /// Why, as plain text; mostly empty.
    pub(crate) comment: String,
}

pub(super) fn read<'a>(root: Element<'_, 'a>) -> RawTombstones<'a> {
    let mut found = RawTombstones::default();
    children(root, &mut found);
    if let Some(channel) = child(root, Ns::Core, "channel") {
        children(channel, &mut found);
    }
    found
}

fn child<'t, 'a>(element: Element<'t, 'a>, ns: Ns, local: &str) -> Option<Element<'t, 'a>> {
    element.elements().find(|child| child.ns() == ns && child.local() == local)
}

fn children<'a>(element: Element<'_, 'a>, found: &mut RawTombstones<'a>) {
    for child in element.elements() {
        match (child.ns(), &*child.local()) {
            (Ns::History, "complete") => found.is_complete = true,
            (Ns::Tombstones, DELETED_ENTRY) if found.deleted.len() < TOMBSTONES_MAX => {
                let Some(id) = child.plain("ref").map(trimmed).filter(|id| !id.is_empty()) else { continue };
                let comment = self::child(child, Ns::Tombstones, "comment").map(|comment| comment.text());
                found.deleted.push(RawTombstone {
                    id,
                    when: child.plain("when").map(trimmed).unwrap_or_default(),
                    comment: collapse(&comment.unwrap_or_default()),
                });
            }
            _ => {}
        }
    }
}
