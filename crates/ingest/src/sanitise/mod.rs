//! The boundary that every piece of foreign HTML passes, whatever type it declares.
//!
//! Three steps, each linear: a cap on the size, a guard that bounds and nests the tags (`guard`), and the allow-list of
//! `ammonia`. The guard comes first because the tree builder behind the allow-list is quadratic in nesting and
//! multiplies unclosed formatting elements, and because removing an unknown element leaves its children where no parser
//! would put them. [`text`] gives the result as text for titles, search and comparison.

mod guard;
mod lazy;
mod plain;

use super::repair::{html_references, join_surrogates, legal_characters};
use ammonia::{Builder, UrlRelative, UrlRelativeEvaluate};
use memchr::memmem;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use url::Url;

pub use super::parse::plain_words;
pub(crate) use plain::strip_markup;
pub use plain::text;

/// Longest fragment that is read, in bytes; the rest is cut off.
pub const FRAGMENT_BYTES_MAX: usize = 256 * 1024;
const ADDRESS_BYTES_MAX: usize = plenary_model::link::ADDRESS_BYTES_MAX;

/// Schemes that a link in a text may have; anything else is left out.
const SCHEMES: [&str; 6] = ["ftp", "http", "https", "mailto", "tel", "xmpp"];

/// Cleans HTML. Making one costs as much as cleaning a short text, so one serves a whole document.
pub struct Sanitiser {
    builder: Builder<'static>,
    /// Names of the attributes that any element may have, sorted.
    attributes: Vec<&'static str>,
    base: SharedBase,
}

/// The base of the fragment that is being cleaned; the builder's closure reads it.
#[derive(Clone, Default)]
struct SharedBase(Arc<Mutex<Option<Arc<Url>>>>);

impl SharedBase {
    fn set(&self, base: Option<Arc<Url>>) {
        let mut held = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *held = base;
    }

    fn get(&self) -> Option<Arc<Url>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl SharedBase {
    /// An address that must be that of a page, absolute; `None` for what is none.
    fn resolve_page(&self, address: &str) -> Option<String> {
        let address = address.trim();
        let url = match Url::parse(address) {
            Ok(url) => url,
            Err(url::ParseError::RelativeUrlWithoutBase) => self.get()?.join(address).ok()?,
            Err(_) => return None,
        };
        let is_page = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= ADDRESS_BYTES_MAX;
        is_page.then(|| url.into())
    }
}

impl UrlRelativeEvaluate<'static> for SharedBase {
    fn evaluate<'url>(&self, relative: &'url str) -> Option<Cow<'url, str>> {
        let absolute = self.get()?.join(relative.trim()).ok()?;
        let allowed = SCHEMES.contains(&absolute.scheme()) && absolute.as_str().len() <= ADDRESS_BYTES_MAX;
        allowed.then(|| Cow::Owned(absolute.into()))
    }
}

impl Default for Sanitiser {
    fn default() -> Self {
        Self::new()
    }
}

impl Sanitiser {
    /// A sanitiser with the allow-list of this crate: `ammonia`'s elements and attributes, fewer schemes.
    pub fn new() -> Self {
        let base = SharedBase::default();
        let of_quotations = base.clone();
        let mut builder = Builder::default();
        builder
            .url_schemes(HashSet::from(SCHEMES))
            .url_relative(UrlRelative::Custom(Box::new(base.clone())))
            .add_generic_attributes(["dir"])
            // No browser follows the address of a quotation, but scripts of pages that show us may.
            .attribute_filter(move |_, attribute, value| match attribute {
                "cite" => of_quotations.resolve_page(value).map(Cow::Owned),
                _ => Some(Cow::Borrowed(value)),
            })
            // The guard writes it.
            .link_rel(None)
            .add_tag_attributes("a", ["rel"])
            // Without it a parser supplies a `tbody` at each reading.
            .add_tags(["tfoot"]);
        let mut attributes: Vec<&'static str> = builder.clone_generic_attributes().into_iter().collect();
        attributes.extend(builder.clone_tag_attributes().into_values().flatten());
        attributes.sort_unstable();
        attributes.dedup();
        Self { builder, attributes, base }
    }

    /// Cleans one fragment: addresses absolute against `base`, relative ones dropped without it.
    pub fn html(&self, fragment: &str, base: Option<&Arc<Url>>) -> String {
        let fragment = cut(fragment);
        if memchr::memchr(b'<', fragment.as_bytes()).is_none() {
            return escape(&html_references(fragment));
        }
        self.base.set(base.cloned());
        let fragment = join_surrogates(fragment);
        let bounded = guard::bound_and_nest(&fragment, &self.attributes);
        let mut clean = Vec::with_capacity(bounded.len());
        // Neither fails: memory takes all that is written, and that is UTF-8.
        let written = self.builder.clean(&bounded).write_to(&mut clean).map(|()| String::from_utf8(clean));
        let Ok(Ok(mut clean)) = written else { return String::new() };
        // What a parser would change in it at the next reading is changed at once.
        if let Cow::Owned(legal) = legal_characters(&clean) {
            clean = legal;
        }
        if memchr::memchr(b'\r', clean.as_bytes()).is_some() {
            clean = clean.replace("\r\n", "\n").replace('\r', "\n");
        }
        if memmem::find(clean.as_bytes(), b"<pre").is_some() {
            clean = without_leading_newlines(&clean);
        }
        // A byte order mark that comes first is dropped.
        let trimmed = clean.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{FEFF}');
        if trimmed.len() == clean.len() { clean } else { trimmed.to_owned() }
    }
}

/// A text with its character references resolved, those of XML and the two thousand of HTML; a `&` that begins none
/// stays.
pub fn references(text: &str) -> Cow<'_, str> {
    html_references(text)
}

/// Cleans one fragment; see [`Sanitiser::html`]. For many, keep a [`Sanitiser`].
pub fn html(fragment: &str, base: Option<&Url>) -> String {
    Sanitiser::new().html(fragment, base.cloned().map(Arc::new).as_ref())
}

pub(super) fn escape(text: &str) -> String {
    let legal = legal_characters(text);
    let mut rest = legal.trim_ascii();
    let mut out = String::with_capacity(rest.len());
    while let Some(at) = rest.find(['&', '<', '>', '\u{a0}']) {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let (reference, length) = match tail.as_bytes().first() {
            Some(b'&') => ("&amp;", 1),
            Some(b'<') => ("&lt;", 1),
            Some(b'>') => ("&gt;", 1),
            _ => ("&nbsp;", '\u{a0}'.len_utf8()),
        };
        out.push_str(reference);
        rest = &tail[length..];
    }
    out.push_str(rest);
    out
}

/// A parser drops the first newline of `pre` (HTML 13.2.6.4.7), one at each reading, so all go at once.
fn without_leading_newlines(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(length) = rest.find("<pre").and_then(|at| Some(at + rest[at..].find('>')? + 1)) {
        out.push_str(&rest[..length]);
        rest = rest[length..].trim_start_matches(['\n', '\r']);
    }
    out.push_str(rest);
    out
}

fn cut(fragment: &str) -> &str {
    &fragment[..fragment.floor_char_boundary(FRAGMENT_BYTES_MAX)]
}

#[cfg(test)]
#[path = "sanitise_tests.rs"]
mod tests;
