//! `feed-rs`, the strict reader: its verdict on the document, and the media it knows best.
//!
//! It comes after the tree reader, so that caps hold before it sees a byte. It panics on some inputs
//! (among them `webMaster` texts around a full-width bracket and durations of 23 digits), hence
//! `catch_unwind`; its ids are never used, since it invents one per reading for items without any.

use super::fields::{Enclosed, RawText, offer};
use super::{Raw, RawEntry};
use crate::ingest::repair::Mends;
use feed_rs::model::{Entry, Feed, MediaObject};
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use url::Url;

/// Attached media taken of one entry.
const MEDIA_MAX: usize = 50;

/// Asks `feed-rs` about `text` and completes what the tree reader found. A refusal, a panic or an
/// empty answer is noted; the entries of the tree reader stand then.
pub(super) fn complete(raw: &mut Raw<'_>, text: &str, base: Option<&Arc<Url>>, mends: &Mends) {
    match read(text, base) {
        Ok(feed) if feed.entries.len() < raw.entries.len() => {
            let message = format!("the strict reader found {} of {} entries", feed.entries.len(), raw.entries.len());
            mends.note("hollow", &message, 0);
        }
        Ok(feed) => {
            for (entry, strict) in raw.entries.iter_mut().zip(feed.entries) {
                media(entry, strict);
            }
        }
        Err(message) => mends.note("repaired", &message, 0),
    }
}

fn read(text: &str, base: Option<&Arc<Url>>) -> Result<Feed, String> {
    let address = base.map(|base| base.as_str().to_owned());
    // The text is UTF-8 whatever its declaration says; a declaration that says otherwise would make
    // the reader decode it a second time.
    let body = without_declaration(text);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let parser = feed_rs::parser::Builder::new()
            .base_uri(address)
            .sanitize_content(false)
            .id_generator(|_, _, _| "none".to_owned())
            // Dates are read by `ingest/dates`.
            .timestamp_parser(|_| None)
            .build();
        parser.parse(body.as_bytes())
    }));
    match outcome {
        Ok(Ok(feed)) => Ok(feed),
        Ok(Err(error)) => Err(format!("the strict reader refused the document ({error}); it was mended")),
        Err(_) => Err("the strict reader failed on the document; it was read without".to_owned()),
    }
}

/// The text after its XML declaration and whatever blanks come before.
fn without_declaration(text: &str) -> &str {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    match start.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((declaration, rest)) if declaration.starts_with(char::is_whitespace) => rest,
        _ => start,
    }
}

/// Media RSS, podcast and other attached files, and their description where there is no other text.
fn media(entry: &mut RawEntry<'_>, strict: Entry) {
    for object in strict.media.into_iter().take(MEDIA_MAX) {
        let MediaObject { content, description, .. } = object;
        for file in content {
            let Some(url) = file.url else { continue };
            entry.fields.enclosures.push(Enclosed {
                href: url.into(),
                media_type: file.content_type.map(|kind| kind.to_string()),
                length: file.size.filter(|size| *size > 0),
            });
        }
        if let Some(description) = description.filter(|text| !text.content.trim().is_empty()) {
            let html = description.content_type.subty() == "html";
            let text = RawText { value: Cow::Owned(description.content), html, base: None };
            offer(&mut entry.fields.summary, 0, text);
        }
    }
}
