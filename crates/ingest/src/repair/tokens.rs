//! Cuts a document into tags and text. Never fails: what is no tag is text.

use super::mends::Mends;
use memchr::memmem;
use plenary_model::warning::WarningCode;

/// A piece of a document; `at` is its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `<name …>` or `<name …/>`.
    Start { name: &'a str, attributes: &'a str, empty: bool, at: usize },
    /// `</name>`.
    End { name: &'a str, at: usize },
    /// Text with its references.
    Text { raw: &'a str, at: usize },
    /// The inside of a CDATA section.
    Cdata { raw: &'a str, at: usize },
    /// The inside of `<!DOCTYPE …>`.
    Doctype { raw: &'a str, at: usize },
}

/// Where a mark stands next. Remembered, so that a document full of beginnings without an end is searched only once.
struct Next {
    mark: &'static str,
    /// From where it was last searched.
    from: usize,
    /// Where it was found then; the end of the text when nowhere.
    found: usize,
}

impl Next {
    fn new(mark: &'static str) -> Self {
        Self { mark, from: usize::MAX, found: 0 }
    }

    fn after(&mut self, text: &str, from: usize) -> Option<usize> {
        if from < self.from || from > self.found {
            self.from = from;
            self.found = text.get(from..).and_then(|rest| rest.find(self.mark)).map_or(text.len(), |at| from + at);
        }
        (self.found < text.len()).then_some(self.found)
    }
}

pub(super) struct Tokens<'a, 'm> {
    text: &'a str,
    at: usize,
    mends: &'m Mends,
    bracket: Next,
    comment_end: Next,
    instruction_end: Next,
    subset: Next,
    subset_end: Next,
}

impl<'a, 'm> Tokens<'a, 'm> {
    pub(super) fn new(text: &'a str, mends: &'m Mends) -> Self {
        Self {
            text,
            at: 0,
            mends,
            bracket: Next::new(">"),
            comment_end: Next::new("-->"),
            instruction_end: Next::new("?>"),
            subset: Next::new("["),
            subset_end: Next::new("]"),
        }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, length: usize) -> &'a str {
        let start = self.at;
        self.at = (start + length).min(self.text.len());
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn markup(&mut self) -> Option<Token<'a>> {
        let at = self.at;
        let rest = self.rest();
        let bytes = rest.as_bytes();
        match bytes.get(1) {
            Some(b'!') if rest.starts_with("<!--") => {
                self.comment();
                None
            }
            Some(b'!') if rest.starts_with("<![CDATA[") => {
                let inside = &rest[9..];
                let length = memmem::find(inside.as_bytes(), b"]]>").unwrap_or_else(|| {
                    self.mends.note(WarningCode::UnclosedCdata, "a CDATA section without end was closed", at);
                    inside.len()
                });
                self.take(length + 12);
                Some(Token::Cdata { raw: &inside[..length], at: at + 9 })
            }
            Some(b'!') => Some(self.doctype()),
            Some(b'?') => {
                let end = self.instruction_end.after(self.text, at).map(|end| end + 2);
                let end = end.or_else(|| self.bracket.after(self.text, at).map(|end| end + 1));
                self.at = end.unwrap_or(self.text.len());
                None
            }
            Some(b'/') if bytes.get(2).is_some_and(|byte| is_name_start(*byte)) => {
                let length = rest[1..].find(['<', '>']).map_or(rest.len(), |end| end + 1);
                let name = name_of(&rest[2..length]);
                let closed = bytes.get(length) == Some(&b'>');
                if !closed {
                    self.mends.note(WarningCode::UnclosedTag, "a tag without its closing bracket was closed", at);
                }
                self.take(length + usize::from(closed));
                Some(Token::End { name, at })
            }
            Some(byte) if is_name_start(*byte) => Some(self.start(rest)),
            _ => {
                self.mends.note(WarningCode::BareLessThan, "a less-than sign that begins no tag was read as text", at);
                Some(Token::Text { raw: self.take(1), at })
            }
        }
    }

    fn comment(&mut self) {
        let at = self.at;
        let end = self.comment_end.after(self.text, at + 4).map(|end| end + 3);
        let end = end.or_else(|| {
            self.mends.note(WarningCode::UnclosedComment, "a comment without end was closed", at);
            self.bracket.after(self.text, at).map(|end| end + 1)
        });
        self.at = end.unwrap_or(self.text.len());
    }

    fn doctype(&mut self) -> Token<'a> {
        let at = self.at;
        let text = self.text;
        let first = self.bracket.after(text, at).unwrap_or(text.len());
        // The internal subset has brackets of its own.
        let subset = self.subset.after(text, at).filter(|open| *open < first);
        let end = match subset.and_then(|open| self.subset_end.after(text, open)) {
            None => first,
            Some(close) => self.bracket.after(text, close).unwrap_or(text.len()),
        };
        self.at = (end + 1).min(text.len());
        Token::Doctype { raw: text.get(at + 2..end).unwrap_or_default(), at: at + 2 }
    }

    /// A start tag, up to the bracket outside quotes. A value that runs into another tag has lost its closing quote.
    fn start(&mut self, rest: &'a str) -> Token<'a> {
        let at = self.at;
        let bytes = rest.as_bytes();
        let name = name_of(&rest[1..]);
        let mut index = 1 + name.len();
        let mut quote = None;
        let end = loop {
            let Some(byte) = bytes.get(index) else { break bytes.len() };
            match (quote, byte) {
                (None, b'>' | b'<') => break index,
                (None, b'"' | b'\'') if bytes.get(index - 1) == Some(&b'=') || previous_is_equals(bytes, index) => {
                    quote = Some(*byte);
                }
                (Some(open), byte) if open == *byte => quote = None,
                (Some(_), b'<') if bytes.get(index + 1).is_some_and(|b| is_name_start(*b) || *b == b'/') => {
                    break rest[..index].find('>').unwrap_or(index);
                }
                _ => {}
            }
            index += 1;
        };
        let closed = bytes.get(end) == Some(&b'>');
        if !closed {
            self.mends.note(WarningCode::UnclosedTag, "a tag without its closing bracket was closed", at);
        }
        self.take(end + usize::from(closed));
        let inside = rest.get(1 + name.len()..end).unwrap_or_default();
        let empty = closed && inside.ends_with('/');
        let attributes = if empty { &inside[..inside.len() - 1] } else { inside };
        Token::Start { name, attributes, empty, at }
    }
}

fn previous_is_equals(bytes: &[u8], index: usize) -> bool {
    bytes[..index].iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'=')
}

impl<'a> Iterator for Tokens<'a, '_> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            let at = self.at;
            match memchr::memchr(b'<', rest.as_bytes()) {
                Some(0) => {
                    if let Some(token) = self.markup() {
                        return Some(token);
                    }
                }
                Some(length) => return Some(Token::Text { raw: self.take(length), at }),
                None => return Some(Token::Text { raw: self.take(rest.len()), at }),
            }
        }
    }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' || byte >= 0x80
}

fn name_of(text: &str) -> &str {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.');
    let plain = text.bytes().take_while(is_plain).count();
    let (head, tail) = text.split_at(plain);
    let end = tail.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '<' | '=' | '"' | '\''));
    &text[..head.len() + end.unwrap_or(tail.len())]
}

/// Cuts the inside of a start tag into attributes, name and raw value.
pub(crate) struct Attributes<'a> {
    rest: &'a str,
    /// True once something was not as XML wants it.
    pub(super) mended: bool,
}

impl<'a> Attributes<'a> {
    pub(crate) fn new(inside: &'a str) -> Self {
        Self { rest: inside, mended: false }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let text = self.rest.trim_start();
            if text.is_empty() {
                return None;
            }
            let name = name_of(text);
            if name.is_empty() {
                self.mended = true;
                let skip = text.chars().next().map_or(0, char::len_utf8);
                self.rest = &text[skip..];
                continue;
            }
            let after = text[name.len()..].trim_start();
            let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
                self.mended = true;
                self.rest = after;
                return Some((name, ""));
            };
            let quote = value.bytes().next().filter(|byte| matches!(byte, b'"' | b'\''));
            let Some(quote) = quote else {
                self.mended = true;
                let end = value.find(char::is_whitespace).unwrap_or(value.len());
                self.rest = &value[end..];
                return Some((name, &value[..end]));
            };
            let inside = &value[1..];
            let end = memchr::memchr(quote, inside.as_bytes()).unwrap_or_else(|| {
                self.mended = true;
                inside.len()
            });
            self.rest = inside.get(end + 1..).unwrap_or_default();
            return Some((name, &inside[..end]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (Vec<String>, Vec<String>) {
        let mends = Mends::default();
        let tokens = Tokens::new(text, &mends)
            .map(|token| match token {
                Token::Start { name, attributes, empty, .. } => {
                    format!("+{name}{attributes}{}", if empty { "/" } else { "" })
                }
                Token::End { name, .. } => format!("-{name}"),
                Token::Text { raw, .. } => raw.to_owned(),
                Token::Cdata { raw, .. } => format!("[{raw}]"),
                Token::Doctype { raw, .. } => format!("!{raw}"),
            })
            .collect();
        (tokens, mends.into_warnings(text).into_iter().map(|warning| warning.code.as_str().to_owned()).collect())
    }

    #[test]
    fn well_formed_markup_is_cut_without_mends() {
        let (tokens, mends) =
            shown("<?xml?><!DOCTYPE a [<!ENTITY b \"c\">]><a x='1>2'><!-- < --><b/>t<![CDATA[<&]]></a >");
        assert_eq!(tokens, ["!DOCTYPE a [<!ENTITY b \"c\">]", "+a x='1>2'", "+b/", "t", "[<&]", "-a"]);
        assert!(mends.is_empty(), "{mends:?}");
    }

    #[test]
    fn broken_markup_is_cut_somehow() {
        assert_eq!(shown("a < b").0, ["a ", "<", " b"]);
        assert_eq!(shown("<a <b>").0, ["+a ", "+b"]);
        assert_eq!(shown("<a x=\"1><b>t</b>").0, ["+a x=\"1", "+b", "t", "-b"]);
        assert_eq!(shown("<a><![CDATA[open").0, ["+a", "[open]"]);
        assert_eq!(shown("</a <b>").0, ["-a", "+b"]);
        assert_eq!(shown("<!-- open <a>x").0, ["x"]);
        assert_eq!(shown("<").0, ["<"]);
        assert_eq!(shown("<?a <b>c</b>?><?d>e").0, ["e"]);
        assert_eq!(shown("<!DOCTYPE a><!b [<c>]><d>").0, ["!DOCTYPE a", "!b [<c>]", "+d"]);
    }

    #[test]
    fn what_never_ends_is_searched_for_once() {
        for hostile in ["<?x>", "<!--x>", "<!x>", "<a b=\"", "<![x>", "</a", "<!-- -- >"] {
            let text = hostile.repeat(100_000);
            let before = std::time::Instant::now();
            let mends = Mends::default();
            assert!(Tokens::new(&text, &mends).count() <= 200_000);
            // Quadratic, each takes minutes.
            assert!(before.elapsed().as_secs() < 10, "{hostile} took {:?}", before.elapsed());
        }
    }

    #[test]
    fn attributes_are_cut_as_people_write_them() {
        let pairs: Vec<_> = Attributes::new(" a='1' b=2 c d = \"3\" / e=\"open").collect();
        assert_eq!(pairs, [("a", "1"), ("b", "2"), ("c", ""), ("d", "3"), ("e", "open")]);
    }
}
