//! Text constructs: what an element's text is, whatever type it declares.

use super::fields::RawText;
use crate::repair::{Element, Ns, html_references, trimmed};
use plenary_model::link::ADDRESS_BYTES_MAX;
use plenary_model::warning::WarningCode;
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

/// What a text is when its element does not say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Default {
    /// Plain text, as Atom has it.
    Plain,
    /// HTML, as RSS has its descriptions.
    Html,
    /// Nominally plain text in which publishers of RSS write HTML: it is looked at.
    Guess,
}

/// Types of a text construct in Atom (RFC 4287 3.1.1); none is declared as the empty one.
const TYPES: [&str; 4] = ["", "text", "html", "xhtml"];

/// Reads a text construct. `base` is the base in force inside the element, when one was declared.
pub(super) fn construct<'a>(element: Element<'_, 'a>, default: Default, base: Option<Arc<Url>>) -> RawText<'a> {
    let declared = element.plain("type").unwrap_or_default();
    if default == Default::Plain && element.local() != "content" && !TYPES.contains(&&*declared) {
        element.keep_old_type();
    }
    let kind = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind = kind.as_str();
    let base64 = element.plain("mode").is_some_and(|mode| mode.eq_ignore_ascii_case("base64"));
    if !base64 && element.elements().next().is_some() {
        return inline(element, kind, base);
    }
    if is_odd(kind) {
        element.note(WarningCode::OddType, "a type that no format has; what the text is was told by looking at it");
    }
    let value = trimmed(element.text());
    let encoded = base64 || (default != Default::Html && is_binary(kind));
    if let Some(decoded) = encoded.then(|| base64_text(&value)).flatten() {
        element.note(WarningCode::Base64, "a text in base64 was decoded");
        let html = kind.contains("html") || looks_like_html(&decoded);
        return RawText { value: Cow::Owned(decoded.trim().to_owned()), html, base };
    }
    let html = match kind {
        _ if kind.contains("html") => true,
        "" => match default {
            Default::Plain => false,
            Default::Html => true,
            Default::Guess => looks_like_html(&value),
        },
        _ => default != Default::Plain && looks_like_html(&value),
    };
    RawText { value, html, base }
}

/// Markup that stands in the element unescaped.
fn inline<'a>(element: Element<'_, 'a>, kind: &str, base: Option<Arc<Url>>) -> RawText<'a> {
    let text_is_markup = !(kind.contains("xml") || kind.contains("xhtml") || element.ns() == Ns::Atom);
    // Atom wraps XHTML in one div, which is not part of the content (RFC 4287 3.1.1.3).
    let mut elements = element.elements();
    let wrapper = elements.next().filter(|first| first.local() == "div" && elements.next().is_none());
    let alone = |div: &Element<'_, 'a>| element.text().trim().len() == div.text().trim().len();
    let (inside, base) = match wrapper.filter(|div| element.ns() == Ns::Atom && alone(div)) {
        Some(div) => (div, read_base(&div, base.as_ref()).or(base)),
        None => (element, base),
    };
    RawText { value: Cow::Owned(inside.markup(text_is_markup).trim().to_owned()), html: true, base }
}

pub(super) fn read_base(element: &Element<'_, '_>, outer: Option<&Arc<Url>>) -> Option<Arc<Url>> {
    let value = element.attribute(Ns::Xml, "base")?;
    // Each element inside inherits it.
    let value = value.trim();
    if value.len() > ADDRESS_BYTES_MAX {
        return None;
    }
    let joined = match outer {
        Some(outer) => outer.join(value).ok()?,
        None => Url::parse(value).ok()?,
    };
    let sound = matches!(joined.scheme(), "http" | "https" | "ftp") && joined.as_str().len() <= ADDRESS_BYTES_MAX;
    sound.then(|| Arc::new(joined))
}

/// True for a type that is neither one of Atom's three nor a media type.
fn is_odd(kind: &str) -> bool {
    !matches!(kind, "" | "text" | "html" | "xhtml" | "escaped" | "plain") && !kind.contains('/')
}

/// Types that RFC 4287 4.1.3.3 has in base64.
fn is_binary(kind: &str) -> bool {
    kind.contains('/') && !kind.starts_with("text/") && !kind.ends_with("xml")
}

/// Times that references may be written over one another: a program escapes what another one had escaped.
const ENCODED_MAX: usize = 3;

/// What people wrote in a place for plain text: references resolved, however often they were escaped, and tags dropped
/// where it is plainly HTML.
pub fn plain_words(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<']) {
        return Cow::Borrowed(text);
    }
    let read = |text: &str| {
        if looks_like_html(text) {
            crate::sanitise::strip_markup(text).into_owned()
        } else {
            html_references(text).into_owned()
        }
    };
    let words = unescape_again(read(text));
    // Markup that was escaped once more than the text around it.
    if words.contains("</") && looks_like_html(&words) { Cow::Owned(read(&words)) } else { words }
}

/// The same text without the references that are left in it after it was read once; tags come up only in pairs.
pub(crate) fn unescape_again(text: String) -> Cow<'static, str> {
    let mut text = text;
    for _ in 1..ENCODED_MAX {
        if !has_reference(&text) {
            break;
        }
        let next = html_references(&text).into_owned();
        let shows_tags = next.matches('<').count() > text.matches('<').count();
        text = match shows_tags {
            false => next,
            true if next.contains("</") && looks_like_html(&next) => crate::sanitise::strip_markup(&next).into_owned(),
            true => break,
        };
    }
    Cow::Owned(text)
}

/// Decodes base64 (RFC 4648 4) that is text; `None` for anything else.
fn base64_text(text: &str) -> Option<String> {
    String::from_utf8(base64_bytes(text)?).ok().filter(|text| !text.is_empty())
}

/// Decodes base64 (RFC 4648 4); `None` for what is none.
pub(crate) fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => return None,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

/// Elements that show that a nominally plain text is HTML.
const HTML: [&str; 46] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "td",
    "tr",
    "tt",
    "u",
    "ul",
];

/// True when a text that should be plain has HTML in it: an end tag or a reference, and no unknown tag. Errs towards
/// plain text, where nothing is lost.
fn looks_like_html(text: &str) -> bool {
    let mut shows = has_reference(text);
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end_tag = rest.starts_with('/');
        let name = rest.trim_start_matches('/');
        let length = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = &name[..length];
        if name.is_empty() {
            continue;
        }
        if !HTML.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return false;
        }
        let closes_itself = || rest.find(['<', '>']).is_some_and(|end| rest[..end].ends_with('/'));
        shows = shows || end_tag || name.eq_ignore_ascii_case("br") || closes_itself();
    }
    shows
}

fn has_reference(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| {
        let Some(end) = text[at..].bytes().take(12).position(|byte| byte == b';') else { return false };
        let whole = &text[at..=at + end];
        html_references(whole) != whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_told_from_plain_text() {
        for html in ["a <b>b</b>", "AT&amp;T", "one<br/>two", "&#8217;s"] {
            assert!(looks_like_html(html), "{html}");
        }
        for plain in ["a < b", "AT&T", "Array<int> & Map</int>", "<title>", "1 <p 2", "&foo;"] {
            assert!(!looks_like_html(plain), "{plain}");
        }
    }

    #[test]
    fn base64_is_decoded_where_it_is_text() {
        assert_eq!(base64_text("RXhhbXBsZSA8Yj5BdG9t\nPC9iPg==").as_deref(), Some("Example <b>Atom</b>"));
        assert_eq!(base64_text("no base64!"), None);
        assert_eq!(base64_text("/////w=="), None);
    }
}
