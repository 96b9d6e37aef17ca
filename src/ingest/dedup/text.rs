//! Text as it is compared: markup gone, compatibility forms folded, lower case, words alone.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Elements whose content is not text.
const SILENT: [&str; 4] = ["script", "style", "template", "noscript"];

/// Longest character reference that is looked for, in bytes without `&` and `;`.
const REFERENCE_BYTES_MAX: usize = 10;

/// The text of an HTML fragment. Tags become spaces, so that words of neighbouring cells do not run
/// together; a `<` that begins no tag is text.
pub(super) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        rest = if from.starts_with('<') { after_markup(from, &mut text) } else { after_reference(from, &mut text) };
    }
    text.push_str(rest);
    text
}

/// Passes over the markup at the start of `from`; what is no markup goes to `text`.
fn after_markup<'a>(from: &'a str, text: &mut String) -> &'a str {
    if let Some(comment) = from.strip_prefix("<!--") {
        text.push(' ');
        return comment.split_once("-->").map_or("", |(_, rest)| rest);
    }
    let inner = from.get(1..).unwrap_or_default();
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        text.push('<');
        return inner;
    }
    let Some((tag, rest)) = inner.split_once('>') else { return "" };
    if !is_inline(tag) {
        text.push(' ');
    }
    let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    match SILENT.iter().find(|silent| silent.eq_ignore_ascii_case(name)) {
        Some(silent) => after_closing(rest, silent),
        None => rest,
    }
}

/// What follows the closing tag of `name`; everything when it is not closed.
fn after_closing<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|tail| tail.find("</")) {
        let tail = rest.get(from + at + 2..).unwrap_or_default();
        if tail.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return tail.split_once('>').map_or("", |(_, rest)| rest);
        }
        from += at + 2;
    }
    ""
}

/// Tags inside a word, such as the `sup` of a footnote, do not end the word.
fn is_inline(tag: &str) -> bool {
    let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    matches!(name, "a" | "abbr" | "b" | "bdi" | "bdo" | "em" | "i" | "mark" | "span" | "strong" | "sub" | "sup" | "u")
}

/// Resolves the character reference at the start of `from`.
fn after_reference<'a>(from: &'a str, text: &mut String) -> &'a str {
    let body = from.get(1..).unwrap_or_default();
    let end = body.bytes().take(REFERENCE_BYTES_MAX + 1).position(|b| b == b';');
    if let Some((name, rest)) = end.and_then(|end| Some((body.get(..end)?, body.get(end + 1..)?)))
        && let Some(c) = reference(name)
    {
        text.push(c);
        return rest;
    }
    text.push('&');
    body
}

fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" | "lsquo" => '\'',
        "nbsp" | "ndash" | "mdash" | "hellip" | "ldquo" | "rdquo" | "laquo" | "raquo" | "bull" => ' ',
        "shy" => '\u{ad}',
        _ => return None,
    })
}

/// Folds text for comparison: NFKC, lower case, combining marks (Arabic vowel signs) and apostrophes
/// dropped, everything that is neither letter nor digit a single space.
pub(super) fn normalise(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|c| push_folded(&mut folded, c));
    } else {
        text.nfkc().for_each(|c| push_folded(&mut folded, c));
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn push_folded(folded: &mut String, c: char) {
    if c.is_ascii_alphanumeric() {
        folded.push(c.to_ascii_lowercase());
    } else if is_dropped(c) {
        // Part of the word, whatever its category: Arabic vowel signs count as letters in Unicode.
    } else if c.is_alphanumeric() {
        folded.extend(c.to_lowercase());
    } else if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Marks that belong to the word they stand in.
fn is_dropped(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{640}')
        || is_combining_mark(c)
}

/// How much a normalised text says, in letters: a character of a script without spaces counts as
/// three, about what it stands for in an alphabet.
pub(super) fn weight(normalised: &str) -> usize {
    normalised
        .chars()
        .map(|c| {
            if c == ' ' {
                0
            } else if is_ideographic(c) {
                3
            } else {
                1
            }
        })
        .sum()
}

/// Scripts written without spaces between words: Chinese, Japanese, Thai, Khmer, Lao, Burmese.
pub(super) fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(html: &str) -> String {
        normalise(&plain(html))
    }

    #[test]
    fn markup_is_no_text() {
        assert_eq!(folded("<p>One<br>two</p><script>x()</script><!-- y > z -->three"), "one two three");
        assert_eq!(folded("CO<sub>2</sub> &amp; H&#50;O &nbsp;5 < 6 &bogus; <b"), "co2 h2o 5 6 bogus");
        assert_eq!(folded("<STYLE>p{}</Style>a"), "a");
    }

    #[test]
    fn what_looks_alike_compares_alike() {
        assert_eq!(folded("Children’s RIGHTS – ﬁrst"), folded("childrens rights, first"));
        assert_eq!(folded("حُقُوق الطِّفل"), folded("حقوق الطفل"));
        assert_eq!(folded("É\u{301}tat"), folded("état"));
        assert_eq!(folded("…"), "");
    }

    #[test]
    fn a_text_without_spaces_weighs_as_much_as_it_says() {
        assert!(weight("儿童权利") > weight("rights"));
        assert_eq!(weight("a b"), 2);
    }

    #[test]
    fn nothing_is_lost_or_found_in_broken_markup() {
        for odd in ["<", "&", "&#x110000;", "<!--", "<script", "<script>a", "</", "&;", "<é>"] {
            assert!(folded(odd).len() <= odd.len() + 2, "{odd}");
        }
    }
}
