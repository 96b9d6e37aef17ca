//! The words of a sanitised HTML fragment: no markup, no image, no link. Pages and feeds show excerpts
//! of the same text, so both take it from here.

/// Elements that end a paragraph.
const BLOCKS: [&str; 36] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "td",
    "th",
    "tr",
    "ul",
    "video",
];
/// Elements whose text is not meant to be read.
const UNREAD: [&str; 2] = ["script", "style"];

/// The paragraphs of sanitised HTML as plain text, without empty ones.
pub fn paragraphs(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = String::new();
    let mut skipping: Option<String> = None;
    let mut rest = html;
    while !rest.is_empty() {
        let Some(at) = rest.find('<') else {
            if skipping.is_none() {
                push_words(&mut current, rest);
            }
            break;
        };
        let (text, tagged) = rest.split_at(at);
        if skipping.is_none() {
            push_words(&mut current, text);
        }
        let Some(end) = tag_end(tagged) else { break };
        let (tag, behind) = tagged.split_at(end);
        let name = tag_name(tag);
        if UNREAD.contains(&name.as_str()) {
            skipping = if tag.starts_with("</") { None } else { Some(name) };
        } else if BLOCKS.contains(&name.as_str()) && skipping.is_none() {
            close(&mut current, &mut found);
        }
        rest = behind;
    }
    close(&mut current, &mut found);
    found
}

/// Length of a tag or comment; a `>` inside a quoted value does not end it.
fn tag_end(tagged: &str) -> Option<usize> {
    if tagged.starts_with("<!--") {
        return tagged.find("-->").map(|at| at + 3);
    }
    let mut quote = None;
    for (at, byte) in tagged.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn tag_name(tag: &str) -> String {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    name.get(..end).unwrap_or_default().to_ascii_lowercase()
}

/// Adds text with its entities resolved and runs of white space as one space.
fn push_words(line: &mut String, text: &str) {
    let text = unescape(text);
    for character in text.chars() {
        if character.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else {
            line.push(character);
        }
    }
}

fn close(current: &mut String, found: &mut Vec<String>) {
    let text = current.trim();
    if !text.is_empty() {
        found.push(text.to_owned());
    }
    current.clear();
}

/// Resolves the references that a serialised fragment has: the five of XML, `nbsp`, and numeric ones.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        plain.push_str(before);
        let end = reference.char_indices().take(10).find(|(_, c)| *c == ';').map(|(at, _)| at);
        let resolved = end.and_then(|end| Some((resolve(reference.get(1..end)?)?, end)));
        if let Some((character, end)) = resolved {
            plain.push(character);
            rest = reference.get(end + 1..).unwrap_or_default();
        } else {
            plain.push('&');
            rest = reference.get(1..).unwrap_or_default();
        }
    }
    plain.push_str(rest);
    plain
}

fn resolve(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_words_stay() {
        let html = "<p>One <a href=\"https://x.example/?a>b\">two</a>\n  three&nbsp;&amp; four</p><p></p>\
                    <ul><li>five</li><li>six<br>seven</li></ul><!-- > no -->";
        assert_eq!(paragraphs(html), ["One two three & four", "five", "six", "seven"]);
    }

    #[test]
    fn what_is_not_meant_to_be_read_is_left_out() {
        assert_eq!(paragraphs("a<script>alert(1)</script>b<style>p{}</style>c"), ["abc"]);
        assert_eq!(paragraphs("&lt;script&gt; &#x26; &#38; &bogus; &"), ["<script> & & &bogus; &"]);
        assert_eq!(paragraphs("text <unclosed"), ["text"]);
    }
}
