//! Where the tags of an HTML fragment begin and end. Linear, whatever the fragment.

pub struct Tag<'a> {
    /// With its brackets, in bytes.
    pub length: usize,
    /// As written; empty for comments and declarations.
    pub name: &'a str,
    pub is_end: bool,
    /// What stands between the name and the closing bracket.
    pub inside: &'a str,
}

/// What is known of the rest of a fragment, so that thousands of beginnings without an end cost one
/// search and not one each.
pub struct Search {
    /// True when a `>` may still come.
    brackets: bool,
    /// True when a `-->` may still come.
    comment_ends: bool,
    /// Bytes that may still be searched for the end of quoted values which prove to have none.
    quoted_bytes: usize,
}

impl Search {
    pub fn begin(fragment: &str) -> Self {
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

    /// Where the start tag at the start of `text` ends: at its first bracket if a quote is never closed.
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
pub fn read_tag<'a>(text: &'a str, search: &mut Search) -> Option<Tag<'a>> {
    let bytes = text.as_bytes();
    match bytes.get(1)? {
        b'!' | b'?' => {
            let length = search.comment_end(text).or_else(|| search.bracket(text).map(|end| end + 1))?;
            Some(Tag { length, name: "", is_end: false, inside: "" })
        }
        b'/' => {
            bytes.get(2).filter(|byte| byte.is_ascii_alphabetic())?;
            let length = search.bracket(text)? + 1;
            Some(Tag { length, name: name(&text[2..length]), is_end: true, inside: "" })
        }
        byte if byte.is_ascii_alphabetic() => {
            let end = search.start_tag_end(text)?;
            let name = name(&text[1..end]);
            let inside = text[1 + name.len()..end].trim_end_matches('/');
            Some(Tag { length: end + 1, name, is_end: false, inside })
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
pub fn skip_element<'a>(text: &'a str, name: &str) -> &'a str {
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
