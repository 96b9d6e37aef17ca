//! Text made fit to be written: characters that XML knows, addresses that are IRIs, excerpts without
//! markup. Everything that leaves `publish` has passed through here.

use plenary_model::id::fits_its_scheme;
use plenary_model::whitespace::collapse;
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use url::Url;

const ELLIPSIS: char = '…';

/// Schemes of addresses that we link to. What else publishers write (`javascript:`, `data:`, `file:`)
/// is either dangerous or of no use to a reader.
const LINKED_SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// True for the characters that a document may contain: XML 1.0 `Char` without the C1 controls, which
/// XML allows and discourages (2.2) and which in feeds are always a sign of mistaken encoding.
fn is_allowed(c: char) -> bool {
    match c {
        '\t' | '\n' => true,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    }
}

/// Drops the characters that XML forbids; line ends become `\n`, as every XML reader would make them
/// (XML 1.0 2.11).
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_allowed) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => kept.push('\n'),
            _ if is_allowed(c) => kept.push(c),
            _ => {}
        }
    }
    Cow::Owned(kept)
}

pub(super) fn some_line(text: Option<&str>) -> Option<String> {
    text.map(collapse).filter(|text| !text.is_empty())
}

/// A web or mail address as an absolute IRI (RFC 3987): spaces and other characters that no IRI has
/// are percent-encoded, the host is in lower case. `None` when it cannot be linked to.
pub(super) fn address(href: &str) -> Option<String> {
    let url = Url::parse(collapse(href).as_str()).ok()?;
    if !LINKED_SCHEMES.contains(&url.scheme()) {
        return None;
    }
    // `Url` leaves these in paths and queries, where RFC 3987 2.2 does not have them.
    let mut iri = String::with_capacity(url.as_str().len());
    for c in url.as_str().chars() {
        match c {
            '|' => iri.push_str("%7C"),
            '\\' => iri.push_str("%5C"),
            '^' => iri.push_str("%5E"),
            '`' => iri.push_str("%60"),
            '{' => iri.push_str("%7B"),
            '}' => iri.push_str("%7D"),
            '"' => iri.push_str("%22"),
            '<' => iri.push_str("%3C"),
            '>' => iri.push_str("%3E"),
            _ => iri.push(c),
        }
    }
    if url.scheme() != "mailto" {
        return Some(escape_brackets(&iri));
    }
    Some(iri)
}

/// Percent-encodes square brackets outside of the authority, the one place where IRIs have them.
fn escape_brackets(iri: &str) -> String {
    let authority_end =
        iri.find("://").and_then(|at| iri[at + 3..].find(['/', '?', '#']).map(|end| at + 3 + end)).unwrap_or(iri.len());
    let (before, after) = iri.split_at(authority_end);
    if !after.contains(['[', ']']) {
        return iri.to_owned();
    }
    format!("{before}{}", after.replace('[', "%5B").replace(']', "%5D"))
}

/// True when `text` can stand where an absolute IRI must: a scheme, a colon, and no character that
/// no IRI has. Ids are compared character by character (RFC 4287 4.2.6.1), so they are checked and
/// never normalised.
pub(super) fn is_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.chars();
    fits_its_scheme(text)
        && letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        && !rest.is_empty()
        && rest.chars().all(|c| {
            is_allowed(c) && !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '\\' | '^' | '`')
        })
}

/// An e-mail address when it looks like one: one `@` between two parts, no spaces, ASCII.
pub(super) fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.split_once('@')?;
    let fits = !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~.-".contains(&b))
        && domain.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    fits.then(|| text.to_owned())
}

/// The beginning of `text`, at most `limit` characters with the ellipsis that shows a cut. Cut
/// between words, or between graphemes where the first word alone is too long.
pub(super) fn excerpt(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(1);
    let fits = |pieces: &mut dyn Iterator<Item = &str>| {
        let mut kept = String::new();
        let mut used = 0;
        for piece in pieces {
            used += piece.chars().count();
            if used > room {
                break;
            }
            kept.push_str(piece);
        }
        kept
    };
    let mut kept = fits(&mut text.split_word_bounds());
    if kept.trim().is_empty() {
        kept = fits(&mut text.graphemes(true));
    }
    let mut kept = kept.trim_end().trim_end_matches([',', ';', ':', '–', '-', '،', '؛']).trim_end().to_owned();
    kept.push(ELLIPSIS);
    kept
}

/// Letters of the shortest character reference without a semicolon: `&lt`.
const REFERENCE_LETTERS_MIN: usize = 2;

/// True when a plain text contains an end tag or what may be a character reference (HTML knows some
/// without their semicolon), which careless readers would take for one. A lone `<` or `&` (`Q&A`, `1 < 2`) is no such thing.
pub(super) fn looks_like_markup(text: &str) -> bool {
    let has_end_tag =
        text.match_indices("</").any(|(at, _)| text[at + 2..].starts_with(|c: char| c.is_ascii_alphabetic()));
    let has_reference = text.match_indices('&').any(|(at, _)| {
        let after = &text[at + 1..];
        let name = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        after.starts_with(|c: char| c == '#' || c.is_ascii_digit())
            || letters >= REFERENCE_LETTERS_MIN
            || (name.len() < after.len() && name.starts_with(';'))
    });
    has_end_tag || has_reference
}

/// True when a reader that takes a plain text for HTML would not show it as it stands.
pub(super) fn reads_as_html(text: &str) -> bool {
    let opens = |after: &str| after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    looks_like_markup(text) || text.match_indices('<').any(|(at, _)| opens(&text[at + 1..]))
}

pub(super) fn to_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use plenary_model::html::to_line;

    #[test]
    fn what_xml_forbids_is_dropped() {
        assert_eq!(clean("a\u{0}b\u{8}c\u{b}\u{1f}\u{fffe}\u{ffff}d\u{85}"), "abcd");
        assert_eq!(clean("a\r\nb\rc\td"), "a\nb\nc\td");
        assert!(matches!(clean("plain عربي 😀"), Cow::Borrowed(_)));
        assert_eq!(collapse(" a\n\t b\u{a0}\u{0} \u{1}c "), "a b c");
        assert_eq!(some_line(Some(" \u{0} ")), None);
    }

    #[test]
    fn addresses_become_iris_or_nothing() {
        assert_eq!(address("https://EXAMPLE.org").as_deref(), Some("https://example.org/"));
        assert_eq!(
            address(" https://example.org/a b|c[1]?q=\"x\" ").as_deref(),
            Some("https://example.org/a%20b%7Cc%5B1%5D?q=%22x%22")
        );
        assert_eq!(address("http://[::1]:80/a").as_deref(), Some("http://[::1]/a"));
        for bad in ["javascript:alert(1)", "data:text/html,x", "/relative", "", "https://", "file:///etc/passwd"] {
            assert_eq!(address(bad), None, "{bad}");
        }
    }

    #[test]
    fn ids_are_checked_not_changed() {
        for good in ["tag:example.org,2020:a", "urn:isbn:1", "http://example.org/?p=12", "https://EXAMPLE.org/é"] {
            assert!(is_iri(good), "{good}");
        }
        for bad in
            ["12345", "a b", "http://example.org/a b", ":x", "tag:", "tag:shared,1", "urn:uuid:1", "1a:b", "tag:a\u{0}"]
        {
            assert!(!is_iri(bad), "{bad}");
        }
    }

    #[test]
    fn only_mail_addresses_are_mail_addresses() {
        assert_eq!(email(" a.b@example.org ").as_deref(), Some("a.b@example.org"));
        for bad in ["a@b", "a@b@c.org", "@c.org", "a b@c.org", "a@.org", "webmaster at example.org"] {
            assert_eq!(email(bad), None, "{bad}");
        }
    }

    #[test]
    fn text_of_html_keeps_words_apart() {
        assert_eq!(to_line("<p>One</p><p>two<br>three</p><ul><li>4</li><li>5</li></ul>"), "One two three 4 5");
        assert_eq!(
            to_line("<b>a</b><i>b</i> &lt;c&gt; &amp;amp; &nbsp;d &#233; &unknown; & e"),
            "ab <c> &amp; d é &unknown; & e"
        );
        assert_eq!(to_line("tail <a href=\"x"), "tail <a href=\"x");
    }

    #[test]
    fn excerpts_stay_within_their_limit() {
        assert_eq!(excerpt("short", 10), "short");
        assert_eq!(excerpt("one two, three", 10), "one two…");
        let long = "é".repeat(1_000);
        assert_eq!(excerpt(&long, 400).chars().count(), 400);
        let arabic = "حقوق الطفل ".repeat(100);
        assert!(excerpt(&arabic, 400).chars().count() <= 400);
    }

    #[test]
    fn markup_is_told_from_signs() {
        for markup in ["a <b>b</b>", "</p>", "&amp;", "&#233;", "A&1", "A & B &copy=1"] {
            assert!(looks_like_markup(markup), "{markup}");
        }
        assert!(reads_as_html("Schools & <children>"));
        assert!(!reads_as_html("Q&A: 1 < 2"));
        for plain in ["Schools & <children>", "1 < 2", "<3", "&", "a</", "AT&T, Q&A", "&;"] {
            assert!(!looks_like_markup(plain), "{plain}");
        }
    }
}
