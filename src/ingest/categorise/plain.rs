//! Plain text of an entry's sanitised HTML.

/// Most bytes of HTML that are read: about 15,000 words, far beyond any statement.
const HTML_BYTES_MAX: usize = 100_000;

/// Character references that sanitised HTML still contains, and what they stand for.
const REFERENCES: [(&str, char); 6] =
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\''), ("&nbsp;", ' ')];

/// The text of `html`, tags replaced by blanks, the first [`HTML_BYTES_MAX`] bytes of it.
///
/// Entries hold HTML that `ingest::sanitise` wrote, in which `<` and `&` stand only for markup, so a
/// walk from bracket to bracket is exact.
pub(super) fn text(html: &str) -> String {
    let mut end = html.len().min(HTML_BYTES_MAX);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let mut rest = html.get(..end).unwrap_or_default();
    let mut text = String::with_capacity(rest.len());
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        rest = if from.starts_with('<') {
            text.push(' ');
            from.split_once('>').map_or("", |(_, after)| after)
        } else if let Some((reference, c)) = REFERENCES.iter().find(|(reference, _)| from.starts_with(reference)) {
            text.push(*c);
            from.get(reference.len()..).unwrap_or_default()
        } else {
            text.push('&');
            from.get(1..).unwrap_or_default()
        };
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_part_words_and_references_are_read() {
        assert_eq!(text("<p>Fish &amp; <b>chips</b></p>"), " Fish &  chips  ");
        assert_eq!(text("a & b &unknown; c"), "a & b &unknown; c");
        assert_eq!(text("end <a href="), "end  ");
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let long = "é".repeat(HTML_BYTES_MAX);
        assert!(text(&long).len() <= HTML_BYTES_MAX);
    }
}
