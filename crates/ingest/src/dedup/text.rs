//! The text of an HTML fragment, as far as words go.

use std::borrow::Cow;

/// Elements whose content is not text.
const SILENT: [&str; 4] = ["script", "style", "template", "noscript"];

/// Longest character reference that is looked for, in bytes without `&` and `;`.
const REFERENCE_BYTES_MAX: usize = 10;

/// The text of an HTML fragment. Tags become spaces, so that words of neighbouring cells do not run
/// together; a `<` that begins no tag is text.
pub(super) fn plain(html: &str) -> Cow<'_, str> {
    if !html.contains(['<', '&']) {
        return Cow::Borrowed(html);
    }
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    // How much of `rest` stands before the next `<`, so that each is looked for once.
    let mut before_tag = rest.find('<');
    loop {
        let (head, tail) = rest.split_at(before_tag.unwrap_or(rest.len()));
        if let Some(at) = head.find('&') {
            let (before, from) = rest.split_at(at);
            text.push_str(before);
            let after = after_reference(from, &mut text);
            before_tag = before_tag.map(|tag| tag.saturating_sub(rest.len() - after.len()));
            rest = after;
            continue;
        }
        text.push_str(head);
        if tail.is_empty() {
            return Cow::Owned(text);
        }
        rest = after_markup(tail, &mut text);
        before_tag = rest.find('<');
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(html: &str) -> String {
        plain(html).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn markup_is_no_text() {
        assert_eq!(words("<p>One<br>two</p><script>x()</script><!-- y > z -->three"), "One two three");
        assert_eq!(words("CO<sub>2</sub> &amp; H&#50;O &nbsp;5 < 6 &bogus; <b"), "CO2 & H2O 5 < 6 &bogus;");
        assert_eq!(words("<STYLE>p{}</Style>a"), "a");
    }

    #[test]
    fn nothing_is_lost_or_found_in_broken_markup() {
        for odd in ["<", "&", "&#x110000;", "<!--", "<script", "<script>a", "</", "&;", "<é>"] {
            assert!(words(odd).len() <= odd.len(), "{odd}");
        }
    }
}
