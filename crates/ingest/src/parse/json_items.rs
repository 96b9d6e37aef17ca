//! Where the items of a JSON Feed stand in its text, sound JSON or not: for the places of warnings, and to save the
//! whole items of a broken document.

/// The list of items of a document, in bytes of its text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Items {
    /// After the opening bracket of the list.
    pub(super) open: usize,
    /// Its closing bracket; `None` when the document ends before.
    pub(super) close: Option<usize>,
    /// First byte of each whole object in it, and the byte after its last.
    pub(super) spans: Vec<(usize, usize)>,
}

impl Items {
    /// Finds the list named `items` of the outermost object, and at most `max` items in it.
    pub(super) fn find(text: &str, max: usize) -> Option<Self> {
        let mut found: Option<Self> = None;
        let mut depth = 0_usize;
        let mut text_start = None;
        let mut escaped = false;
        let (mut key, mut begin) = ("", 0);
        for (at, byte) in text.bytes().enumerate() {
            if let Some(start) = text_start {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => {
                        key = if depth == 1 { text.get(start..at).unwrap_or_default() } else { key };
                        text_start = None;
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => text_start = Some(at + 1),
                b'{' | b'[' => {
                    depth += 1;
                    if byte == b'[' && depth == 2 && key == "items" && found.is_none() {
                        found = Some(Self { open: at + 1, close: None, spans: Vec::new() });
                    }
                    if depth == 3 {
                        begin = at;
                    }
                }
                b'}' | b']' => {
                    if let Some(items) = found.as_mut().filter(|items| items.close.is_none()) {
                        if depth == 3 && byte == b'}' && items.spans.len() < max {
                            items.spans.push((begin, at + 1));
                        } else if depth == 2 {
                            items.close = Some(at);
                        }
                    }
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
        }
        found
    }

    /// The document without its items, as JSON.
    pub(super) fn frame(&self, text: &str) -> String {
        let head = text.get(..self.open).unwrap_or_default();
        let tail = self.close.and_then(|close| text.get(close..)).unwrap_or("]}");
        format!("{head}{tail}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (Vec<&str>, String) {
        let items = Items::find(text, 100).unwrap();
        let spans = items.spans.iter().map(|(start, end)| &text[*start..*end]).collect();
        (spans, items.frame(text))
    }

    #[test]
    fn items_are_found_in_sound_and_in_broken_text() {
        let text = r#"{"a":{"items":[{}]},"items":[{"b":"]\"}"},null,{"c":[{}]},],"d":1}"#;
        let frame = r#"{"a":{"items":[{}]},"items":[],"d":1}"#;
        assert_eq!(shown(text), (vec![r#"{"b":"]\"}"}"#, r#"{"c":[{}]}"#], frame.to_owned()));
        assert_eq!(shown(r#"{"items":[{"a":1},{"b":"#), (vec![r#"{"a":1}"#], r#"{"items":[]}"#.to_owned()));
        assert_eq!(Items::find("{\"items\":1}", 100), None);
    }
}
