//! Media RSS: the files that an entry's `media:content` elements name, alone or in groups.

use super::fields::{Enclosed, Fields, offer_text};
use super::text::{Default as Kind, construct};
use crate::repair::{Element, Ns};
use std::sync::Arc;
use url::Url;

/// Reads a `media:content`: its file, and its description where the entry has no other text. `base` is in force there.
pub(super) fn content<'a>(element: Element<'_, 'a>, base: Option<&Arc<Url>>, fields: &mut Fields<'a>) {
    let inside = |local: &str| element.elements().find(|child| child.ns() == Ns::Media && child.local() == local);
    // A file may be named by the page that plays it alone.
    let href = element.plain("url").or_else(|| inside("player")?.plain("url"));
    let Some(href) = href else { return };
    fields.add_enclosure(Enclosed {
        href,
        media_type: element.plain("type").filter(|kind| is_media_type(kind)),
        length: element.plain("filesize").and_then(|size| size.parse().ok()).filter(|size| *size > 0),
        base: base.cloned(),
    });
    if let Some(description) = inside("description") {
        offer_text(&mut fields.summary, 0, construct(description, Kind::Guess, None));
    }
}

/// True for `type/subtype`, with or without parameters.
fn is_media_type(text: &str) -> bool {
    let kind = text.split(';').next().unwrap_or_default().trim_end();
    kind.split_once('/').is_some_and(|(kind, subtype)| {
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
        is_name(kind) && is_name(subtype)
    })
}
