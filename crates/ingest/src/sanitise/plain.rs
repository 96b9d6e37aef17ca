//! HTML to text: for titles, search, comparison and excerpts. Linear, and never an error.

use crate::repair::html_references;

/// Elements that set words apart.
const BREAKS: [&str; 34] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "center",
    "dd",
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
    "img",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "tr",
    "ul",
];

/// Elements whose content is no text for readers.
const DROPPED: [&str; 3] = ["script", "style", "template"];

/// The text of an HTML fragment: tags dropped, references resolved, runs of blanks made one.
pub fn text(html: &str) -> String {
    let mut text = Collapsed { out: String::with_capacity(html.len()), blank: true };
    let mut rest = html;
    let mut search = Search::of(html);
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        text.push(&html_references(&rest[..at]));
        rest = &rest[at..];
        let Some(Tag { length, name, end, .. }) = tag(rest, &mut search) else {
            text.push("<");
            rest = &rest[1..];
            continue;
        };
        if is_break(name) {
            text.push(" ");
        }
        rest = &rest[length..];
        if !end && DROPPED.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            rest = after_end_tag(rest, name);
        }
    }
    text.push(&html_references(rest));
    text.end()
}

/// True for an element that sets words apart. Those of most markup need no search.
fn is_break(name: &str) -> bool {
    match name {
        "a" | "b" | "code" | "em" | "i" | "span" | "strong" => false,
        "br" | "div" | "li" | "p" => true,
        _ => BREAKS.iter().any(|known| name.eq_ignore_ascii_case(known)),
    }
}

/// Makes runs of blanks one and trims; drops controls and what has no width.
pub(crate) fn collapse(text: &str) -> String {
    let mut collapsed = Collapsed { out: String::with_capacity(text.len()), blank: true };
    collapsed.push(text);
    collapsed.end()
}

/// A text in the making, in which runs of blanks are one.
struct Collapsed {
    out: String,
    /// True at the start and after a blank.
    blank: bool,
}

impl Collapsed {
    fn push(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            // Most of most texts: letters and marks of ASCII.
            let plain = rest.bytes().position(|byte| !byte.is_ascii_graphic()).unwrap_or(rest.len());
            let (head, tail) = rest.split_at(plain);
            if !head.is_empty() {
                self.out.push_str(head);
                self.blank = false;
            }
            let mut others = tail.chars();
            rest = loop {
                let before = others.as_str();
                match others.next() {
                    None => break "",
                    Some(c) if c.is_ascii_graphic() => break before,
                    Some(c) => self.push_char(c),
                }
            };
        }
    }

    fn push_char(&mut self, c: char) {
        if c.is_whitespace() {
            if !self.blank {
                self.out.push(' ');
                self.blank = true;
            }
        } else if !c.is_control() && !matches!(c, '\u{200B}' | '\u{FEFF}') {
            self.out.push(c);
            self.blank = false;
        }
    }

    fn end(mut self) -> String {
        if self.out.ends_with(' ') {
            self.out.pop();
        }
        self.out
    }
}

/// The first `max` characters of an HTML fragment's text, cut between words, with an ellipsis when cut.
pub fn excerpt(html: &str, max: usize) -> String {
    let whole = text(html);
    let Some((end, _)) = whole.char_indices().nth(max) else { return whole };
    let head = &whole[..whole[..end].char_indices().next_back().map_or(0, |(at, _)| at)];
    let head = head.rfind(' ').filter(|at| *at > head.len() / 2).map_or(head, |at| &head[..at]);
    format!("{}…", head.trim_end_matches([' ', ',', ';', ':', '.', '-']))
}

/// A tag, comment or declaration as it stands in a text.
pub(crate) struct Tag<'a> {
    /// With its brackets, in bytes.
    pub(crate) length: usize,
    /// As written; empty for comments and declarations.
    pub(crate) name: &'a str,
    /// True for `</…>`.
    pub(crate) end: bool,
    /// What stands between the name and the closing bracket.
    pub(crate) inside: &'a str,
}

/// What is known of the rest of a fragment, so that thousands of beginnings without an end cost one
/// search and not one each.
pub(crate) struct Search {
    /// True when a `>` may still come.
    brackets: bool,
    /// True when a `-->` may still come.
    comment_ends: bool,
    /// Bytes that may still be searched for the end of quoted values which prove to have none.
    quoted_bytes: usize,
}

impl Search {
    /// For one reading of `fragment` from its start to its end.
    pub(crate) fn of(fragment: &str) -> Self {
        Self { brackets: true, comment_ends: true, quoted_bytes: fragment.len().saturating_mul(4) }
    }

    fn bracket(&mut self, text: &str) -> Option<usize> {
        if !self.brackets {
            return None;
        }
        let found = text.find('>');
        self.brackets = found.is_some();
        found
    }

    fn comment_end(&mut self, text: &str) -> Option<usize> {
        let inside = text.strip_prefix("<!--").filter(|_| self.comment_ends)?;
        let found = inside.find("-->");
        self.comment_ends = found.is_some();
        found.map(|end| end + 7)
    }

    /// Where the start tag at the beginning of `text` ends. A quote that is never closed: at its first
    /// bracket.
    fn start_tag_end(&mut self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let seen = bytes.get(..self.quoted_bytes).unwrap_or(bytes);
        closing_bracket(seen).or_else(|| {
            self.quoted_bytes -= seen.len();
            self.bracket(text)
        })
    }
}

/// The tag that `text`, which begins with `<`, begins with.
pub(crate) fn tag<'a>(text: &'a str, search: &mut Search) -> Option<Tag<'a>> {
    let bytes = text.as_bytes();
    match bytes.get(1)? {
        b'!' | b'?' => {
            let length = search.comment_end(text).or_else(|| search.bracket(text).map(|end| end + 1))?;
            Some(Tag { length, name: "", end: false, inside: "" })
        }
        b'/' => {
            bytes.get(2).filter(|byte| byte.is_ascii_alphabetic())?;
            let length = search.bracket(text)? + 1;
            Some(Tag { length, name: name(&text[2..length]), end: true, inside: "" })
        }
        byte if byte.is_ascii_alphabetic() => {
            let end = search.start_tag_end(text)?;
            let name = name(&text[1..end]);
            let inside = text[1 + name.len()..end].trim_end_matches('/');
            Some(Tag { length: end + 1, name, end: false, inside })
        }
        _ => None,
    }
}

/// Where the start tag at the beginning of `bytes` ends: at the first bracket outside quoted values.
fn closing_bracket(bytes: &[u8]) -> Option<usize> {
    let mut previous = b' ';
    let mut index = 1;
    loop {
        let byte = *bytes.get(index)?;
        if byte == b'>' {
            return Some(index);
        }
        if matches!(byte, b'"' | b'\'') && previous == b'=' {
            let value = bytes.get(index + 1..)?;
            index += 1 + memchr::memchr(byte, value)?;
        }
        if !byte.is_ascii_whitespace() {
            previous = byte;
        }
        index += 1;
    }
}

fn name(inside: &str) -> &str {
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    &inside[..end]
}

/// What follows the end tag of an element whose content is no text; nothing when it is not closed.
pub(crate) fn after_end_tag<'a>(text: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = text[from..].find("</") {
        let after = from + at + 2;
        if text.get(after..after + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            let end = text[after..].find('>').map_or(text.len(), |end| after + end + 1);
            return &text[end..];
        }
        from = after;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_words_stay_apart() {
        assert_eq!(text("<p>One</p><p>two <b>th</b>ree</p>"), "One two three");
        assert_eq!(text("a<script>var x = '<p>';</script>b"), "ab");
        assert_eq!(text("R&amp;D &lt; 3&nbsp;&euro; &unknown; 1 < 2"), "R&D < 3 € &unknown; 1 < 2");
        assert_eq!(text("<a title=\"x > y\">link</a><!-- no -->"), "link");
        assert_eq!(text("<a title=\"open>link"), "link");
        assert_eq!(text("<"), "<");
        assert_eq!(text("<a <b <c"), "<a <b <c");
        assert_eq!(text("a</ b>c<!-- d<!-- e>f"), "a</ b>cf");
    }

    #[test]
    fn an_excerpt_ends_between_words() {
        assert_eq!(excerpt("<p>short</p>", 400), "short");
        assert_eq!(excerpt("one two three four", 10), "one two…");
        let long = excerpt(&"wörd ".repeat(200), 400);
        assert!(long.chars().count() <= 400);
        assert!(long.ends_with('…'));
    }
}
