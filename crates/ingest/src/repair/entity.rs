//! Character references: XML's five, HTML's two thousand, numbers, and those a document declares.

use super::mends::Mends;
use crate::charset::windows_1252;
use html5ever::data::NAMED_ENTITIES;
use plenary_model::warning::WarningCode;
use std::borrow::Cow;

/// Entities taken from a document's own DOCTYPE.
pub(super) const DECLARED_MAX: usize = 64;
/// Longest replacement text of a declared entity, in bytes. They are not expanded in turn, so the text cannot multiply.
pub(super) const DECLARED_BYTES_MAX: usize = 512;
/// Longest name or number between `&` and `;`, in bytes.
const REFERENCE_BYTES_MAX: usize = 40;

pub(super) struct Declared<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
}

/// True for characters that XML 1.0 allows (2.2).
fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Resolves the references in `raw`, drops characters that XML does not allow, and reads C1 controls as Windows-1252.
/// `offset` is where `raw` begins in the document.
pub(super) fn resolve<'a>(raw: &'a str, declared: &[Declared<'_>], mends: &Mends, offset: usize) -> Cow<'a, str> {
    if !needs_work(raw) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    let is_sound = !any(raw, is_suspect);
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        if is_sound {
            out.push_str(&rest[..at]);
        } else {
            push_clean(&mut out, &rest[..at], mends, offset + (raw.len() - rest.len()));
        }
        rest = &rest[at..];
        // Most references of most feeds.
        let frequent = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\"")];
        if let Some((reference, text)) = frequent.iter().find(|(reference, _)| rest.starts_with(reference)) {
            out.push_str(text);
            rest = &rest[reference.len()..];
            continue;
        }
        let here = offset + (raw.len() - rest.len());
        if let Some((c, used)) = surrogate_pair(rest) {
            out.push(c);
            rest = &rest[used..];
            continue;
        }
        let (text, used) = reference(rest, declared, mends, here);
        match text {
            Resolved::Char(c) => out.push(c),
            Resolved::Text(text) => out.push_str(text),
            Resolved::Pair(first, second) => out.extend([first, second]),
            Resolved::Nothing => {}
        }
        rest = &rest[used..];
    }
    push_clean(&mut out, rest, mends, offset + (raw.len() - rest.len()));
    Cow::Owned(out)
}

/// The character that two references beside each other mean as a surrogate pair of UTF-16, and their length in bytes:
/// programs that count in UTF-16 write them so.
fn surrogate_pair(text: &str) -> Option<(char, usize)> {
    let half = |text: &str| {
        let digits = text.strip_prefix("&#")?;
        let end = digits.bytes().take(REFERENCE_BYTES_MAX).position(|byte| byte == b';')?;
        let code = u16::try_from(number_of(digits.get(..end)?)?).ok()?;
        (0xD800..=0xDFFF).contains(&code).then_some((code, end + 3))
    };
    let (high, first) = half(text)?;
    let (low, second) = half(text.get(first..)?)?;
    let c = char::decode_utf16([high, low]).next()?.ok()?;
    Some((c, first + second))
}

/// HTML in which surrogate pairs written as two references are the characters that they mean; parsers of HTML make two
/// U+FFFD of them.
pub(crate) fn join_surrogates(html: &str) -> Cow<'_, str> {
    let pairs = || memchr::memmem::find_iter(html.as_bytes(), b"&#");
    let Some(first) = pairs().find(|at| surrogate_pair(&html[*at..]).is_some()) else { return Cow::Borrowed(html) };
    let mut out = String::with_capacity(html.len());
    out.push_str(&html[..first]);
    let mut rest = &html[first..];
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"&#") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((c, used)) = surrogate_pair(rest) {
            out.push(c);
            rest = &rest[used..];
        } else {
            out.push_str("&#");
            rest = &rest[2..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Resolves the references of HTML text. What is no reference stays, as browsers do.
pub(crate) fn html_references(raw: &str) -> Cow<'_, str> {
    resolve(raw, &[], &Mends::default(), 0)
}

/// Drops the characters that XML does not allow, which HTML does.
pub(crate) fn legal_characters(text: &str) -> Cow<'_, str> {
    clean(text, &Mends::default(), 0)
}

/// Drops illegal characters only: for CDATA, where `&` is text.
pub(super) fn clean<'a>(raw: &'a str, mends: &Mends, offset: usize) -> Cow<'a, str> {
    if !any(raw, is_suspect) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    push_clean(&mut out, raw, mends, offset);
    Cow::Owned(out)
}

/// First bytes of characters that may have to go: controls, C1 (`C2 80..9F`) and U+FFFE (`EF BF`).
fn is_suspect(byte: u8) -> bool {
    matches!(byte, 0..=0x08 | 0x0B | 0x0C | 0x0E..=0x1F | 0xC2 | 0xEF)
}

/// Bytes that are judged at once.
const BLOCK_BYTES: usize = 64;

/// True when a byte of the text is as asked.
fn any(text: &str, asked: impl Fn(u8) -> bool) -> bool {
    text.as_bytes().chunks(BLOCK_BYTES).any(|block| any_of(block, &asked))
}

/// The same of a block: no byte ends the search, so that compilers make vector instructions of it.
fn any_of(block: &[u8], asked: impl Fn(u8) -> bool) -> bool {
    block.iter().fold(false, |found, byte| found | asked(*byte))
}

fn first_suspect(text: &str) -> Option<usize> {
    let blocks = text.as_bytes().chunks(BLOCK_BYTES);
    let mut suspects = blocks.enumerate().filter(|(_, block)| any_of(block, is_suspect));
    let (index, block) = suspects.next()?;
    Some(index * BLOCK_BYTES + block.iter().position(|byte| is_suspect(*byte))?)
}

fn needs_work(raw: &str) -> bool {
    any(raw, |byte| (byte == b'&') | is_suspect(byte))
}

fn push_clean(out: &mut String, text: &str, mends: &Mends, offset: usize) {
    let mut rest = text;
    while let Some(at) = first_suspect(rest) {
        let here = offset + (text.len() - rest.len()) + at;
        let (sound, tail) = rest.split_at(at);
        out.push_str(sound);
        let mut others = tail.chars();
        match others.next() {
            Some(c @ '\u{80}'..='\u{9F}') => out.push(windows_1252(u8::try_from(u32::from(c)).unwrap_or(b'?'))),
            Some(c) if is_xml_char(c) => out.push(c),
            _ => mends.note(WarningCode::IllegalCharacter, "a character that XML does not allow was dropped", here),
        }
        rest = others.as_str();
    }
    out.push_str(rest);
}

enum Resolved<'a> {
    Char(char),
    Pair(char, char),
    Text(&'a str),
    Nothing,
}

/// Resolves the reference that `text` begins with; returns it and its length in bytes.
fn reference<'a>(text: &'a str, declared: &[Declared<'a>], mends: &Mends, offset: usize) -> (Resolved<'a>, usize) {
    let head = text.as_bytes().get(1..=REFERENCE_BYTES_MAX).unwrap_or(&text.as_bytes()[1..]);
    let length = head.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#' && *byte != b'.');
    let length = length.unwrap_or(head.len());
    let closed = head.get(length) == Some(&b';');
    let name = &text[1..=length];
    let used = 1 + length + usize::from(closed);
    if let Some(number) = name.strip_prefix('#') {
        if let Some(code) = number_of(number).filter(|_| closed) {
            return (resolve_number(code, mends, offset), used);
        }
    } else if closed {
        let xml = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => None,
        };
        if let Some(c) = xml {
            return (Resolved::Char(c), used);
        }
        if let Some(entity) = declared.iter().find(|entity| entity.name == name) {
            return (Resolved::Text(entity.text), used);
        }
        let key = &text[1..used];
        if let Some((first, second)) = NAMED_ENTITIES.get(key).filter(|(first, _)| *first != 0) {
            mends.note(WarningCode::HtmlEntity, "an entity of HTML was resolved", offset);
            let first = char::from_u32(*first).unwrap_or(char::REPLACEMENT_CHARACTER);
            return match char::from_u32(*second).filter(|c| *c != '\0') {
                Some(second) => (Resolved::Pair(first, second), used),
                None => (Resolved::Char(first), used),
            };
        }
        mends.note(WarningCode::UnknownEntity, "an entity that nothing defines was kept as text", offset);
        return (Resolved::Char('&'), 1);
    }
    mends.note(WarningCode::BareAmpersand, "an ampersand that begins no reference was read as text", offset);
    (Resolved::Char('&'), 1)
}

fn number_of(digits: &str) -> Option<u32> {
    match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}

fn resolve_number(code: u32, mends: &Mends, offset: usize) -> Resolved<'static> {
    if let Some(byte) = u8::try_from(code).ok().filter(|byte| (0x80..=0x9F).contains(byte)) {
        return Resolved::Char(windows_1252(byte));
    }
    if let Some(c) = char::from_u32(code).filter(|c| is_xml_char(*c)) {
        return Resolved::Char(c);
    }
    mends.note(WarningCode::IllegalReference, "a reference to a character that XML does not allow was dropped", offset);
    Resolved::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> (String, Vec<String>) {
        let mends = Mends::default();
        let declared = [Declared { name: "pub", text: "The & Publisher" }];
        let text = resolve(raw, &declared, &mends, 0).into_owned();
        (text, mends.into_warnings(raw).into_iter().map(|warning| warning.code.as_str().to_owned()).collect())
    }

    #[test]
    fn references_are_resolved() {
        assert_eq!(read("a &amp;lt; &#65;&#x42; &quot;").0, "a &lt; AB \"");
        assert_eq!(read("&nbsp;&rsquo;").0, "\u{a0}\u{2019}");
        assert_eq!(read("&pub;").0, "The & Publisher");
        assert_eq!(read("&#150; \u{96}").0, "\u{2013} \u{2013}");
        assert_eq!(read("a &#55357;&#56841; &#xD83D;&#56832; &#55357; &#56841;&#55357;").0, "a 😉 😀  ");
        assert_eq!(join_surrogates("&#1; a&#xd83d;&#xde00;&#x41; &#"), "&#1; a😀&#x41; &#");
    }

    #[test]
    fn what_is_no_reference_stays_and_is_said() {
        assert_eq!(
            read("AT&T & co &foo; &#xZ;"),
            (
                "AT&T & co &foo; &#xZ;".into(),
                vec![
                    "bare-ampersand".into(),
                    "bare-ampersand".into(),
                    "unknown-entity".into(),
                    "bare-ampersand".into()
                ]
            )
        );
        assert_eq!(read("a\u{0}b&#0;c&#xFFFF;").0, "abc");
        assert_eq!(read("&é").0, "&é");
        assert_eq!(read("&").0, "&");
    }
}
