//! `feed-rs`, the strict reader: asked for its verdict on a document that the tree reader had to mend or doubts. It
//! comes second, so that caps hold before it sees a byte. It panics on some inputs: known ones are kept from it
//! ([`panics_feed_rs`]), for others there is `catch_unwind`. Nothing of what it read is taken, since it invents ids per
//! reading and drops what it does not know.

use crate::repair::{Element, Mends, Ns};
use feed_rs::model::Feed;
use plenary_model::warning::WarningCode;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use url::Url;

/// Namespace of Atom 1.0 (RFC 4287 2).
const ATOM: &str = "http://www.w3.org/2005/Atom";
const RSS_1: &str = "http://purl.org/rss/1.0/";
/// Versions of RSS without a namespace that the strict reader knows.
const RSS_VERSIONS: [&str; 3] = ["2.0", "0.92", "0.91"];
/// How far around an e-mail address or a duration one looks, in bytes.
const NEAR_BYTES: usize = 200;
/// Addresses, and durations, that are looked at in one document.
const LOOKS_MAX: usize = 5_000;
/// Digits that may be more than 64 bits hold.
const DIGITS_MAX: usize = 20;

/// True when the strict reader knows the root: RSS 0.91, 0.92 and 2.0 without a namespace, RSS 1.0 and Atom 1.0 in
/// theirs.
pub(super) fn is_at_home(root: Element<'_, '_>) -> bool {
    match &*root.local() {
        "rss" => {
            root.attribute(Ns::Declaration, "xmlns").is_none()
                && root.attribute(Ns::Core, "version").is_some_and(|version| RSS_VERSIONS.contains(&&*version))
        }
        "rdf" => root.declares(RSS_1),
        "feed" | "entry" => root.declares(ATOM),
        _ => false,
    }
}

/// Asks `feed-rs` about `text`, in which the tree reader found `entries`. A refusal, a panic or an empty answer is
/// noted at the byte `root` of the text and returns false; the tree reader's entries stand in any case.
pub(super) fn judge(entries: usize, text: &str, base: Option<&Arc<Url>>, mends: &Mends, root: usize) -> bool {
    match read(text, base) {
        Ok(feed) if feed.entries.len() < entries => {
            let message = format!("the strict reader found {} of {entries} entries", feed.entries.len());
            mends.note(WarningCode::Hollow, &message, root);
            false
        }
        Ok(_) => true,
        Err(message) => {
            mends.note(WarningCode::Repaired, &message, root);
            false
        }
    }
}

/// True for texts on which `feed-rs` 3.0 panics: an e-mail address that touches a character beyond ASCII, and a
/// duration in digits that make no number.
fn panics_feed_rs(text: &str) -> bool {
    let bytes = text.as_bytes();
    let near = |at: usize| (at.saturating_sub(NEAR_BYTES), (at + NEAR_BYTES).min(bytes.len()));
    let ends_word = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>');
    let by_mail = text.match_indices('@').take(LOOKS_MAX).any(|(at, _)| {
        let (from, to) = near(at);
        let before = bytes.get(from..at).unwrap_or_default();
        let after = bytes.get(at..to).unwrap_or_default();
        let start = before.iter().rposition(ends_word).map_or(0, |end| end + 1);
        let end = after.iter().position(ends_word).unwrap_or(after.len());
        let word_is_ascii = before[start..].is_ascii() && after[..end].is_ascii();
        let tag = before.iter().rposition(|byte| *byte == b'<').map_or(before, |open| &before[open..]);
        let person = |name: &&[u8]| tag.windows(name.len()).any(|part| part == *name);
        !word_is_ascii && [&b"author"[..], b"Editor", b"Master", b"![CDATA["].iter().any(person)
    });
    let by_duration = || {
        let is_end_tag = |at: usize| {
            let before = bytes.get(near(at).0..at).unwrap_or_default();
            before.iter().rposition(|byte| *byte == b'<').is_some_and(|open| before.get(open + 1) == Some(&b'/'))
        };
        text.match_indices("duration").take(LOOKS_MAX).filter(|(at, _)| !is_end_tag(*at)).any(|(at, _)| {
            let (mut digits, mut last) = (0, ' ');
            let value = text[at..].chars().take(NEAR_BYTES).take_while(|c| {
                let is_end = last == '<' && *c == '/';
                last = *c;
                !is_end
            });
            value.into_iter().any(|c| {
                digits = if c.is_numeric() { digits + 1 } else { 0 };
                digits >= DIGITS_MAX || (digits > 0 && !c.is_ascii())
            })
        })
    };
    by_mail || by_duration()
}

fn read(text: &str, base: Option<&Arc<Url>>) -> Result<Feed, String> {
    if panics_feed_rs(text) {
        return Err("the document has what the strict reader fails on; it was read without".to_owned());
    }
    let address = base.map(|base| base.as_str().to_owned());
    // The text is UTF-8; a declaration that says otherwise would make the reader decode it a second time.
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

fn without_declaration(text: &str) -> &str {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    match start.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((declaration, rest)) if declaration.starts_with(char::is_whitespace) => rest,
        _ => start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    /// Codes of the warnings of a document.
    fn codes(text: &str) -> Vec<String> {
        let mut warnings = Vec::new();
        parse(text, None, &mut warnings).unwrap();
        warnings.into_iter().map(|warning| warning.code.as_str().to_owned()).collect()
    }

    const SOUND: [&str; 5] = [
        "<rss version='2.0'><channel><title>t</title><item><title>a</title><link>https://example.org/</link></item></channel></rss>",
        "<rss version='0.91'><channel><title>t</title><item><description>&lt;p>a&lt;/p></description></item></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><entry><title type='html'>a &amp;amp; b</title>\
         <content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>c</p></div></content></entry></feed>",
        "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:title>t</a:title><a:entry><a:title>a</a:title></a:entry></a:feed>",
        "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <channel><title>t</title></channel><item><title>a</title><link>https://example.org/</link></item></rdf:RDF>",
    ];

    /// What is not asked about is what the strict reader finds nothing wrong with.
    #[test]
    fn a_sound_document_is_read_once() {
        for text in SOUND {
            let strict = read(text, None).unwrap();
            assert_eq!(strict.entries.len(), 1, "{text}");
            assert!(codes(text).is_empty(), "{text}: {:?}", codes(text));
        }
    }

    #[test]
    fn what_is_foreign_mended_or_odd_is_asked_about() {
        for (text, code) in [
            (SOUND[0].replace("2.0", "0.93"), "repaired"),
            (SOUND[0].replace("<rss ", "<rss xmlns='http://backend.userland.com/rss2' "), "hollow"),
            (SOUND[0].replace("<title>a", "<title>AT&T"), "repaired"),
            (SOUND[0].replace("</title><link>", "</TITLE><link>"), "repaired"),
            (SOUND[2].replace("2005/Atom", "2005/atom"), "hollow"),
            (SOUND[2].replace("type='html'", "type='TEXT/HTML'"), "repaired"),
            (SOUND[2].replace("type='html'", "type='application/octet-stream'"), "repaired"),
            (SOUND[4].replace("rss/1.0/", "net/rss1.1#"), "hollow"),
        ] {
            assert!(codes(&text).iter().any(|found| found == code), "{text}: {:?}", codes(&text));
        }
    }

    #[test]
    fn what_makes_the_strict_reader_panic_is_kept_from_it() {
        for text in [
            "<webMaster>foo@example.org（山田）</webMaster>",
            "<author><![CDATA[「foo@example.org]]></author>",
            "<itunes:duration>99999999999999999999999</itunes:duration>",
            "<itunes:duration>٣</itunes:duration>",
        ] {
            assert!(panics_feed_rs(text), "{text}");
        }
        for text in [
            "<author>foo@example.org (José)</author>",
            "<p>（foo@example.org）</p>",
            "<itunes:duration>1:02:03</itunes:duration><title>１２</title>",
        ] {
            assert!(!panics_feed_rs(text), "{text}");
        }
    }
}
