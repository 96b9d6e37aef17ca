//! The text of HTML as publishers write it: for titles, comparison and the judgement of a language.

use crate::repair::html_references;
use plenary_model::html::{Part, read_parts};
use plenary_model::whitespace::Collapsed;
use std::borrow::Cow;

/// The text of an HTML fragment in one line: tags dropped, references resolved, nothing without width.
pub fn text(html: &str) -> String {
    let mut line = Collapsed::with_capacity(html.len()).without_zero_width();
    read_parts(html, html_references, |part| match part {
        Part::Words(words) => line.push(&words),
        Part::Gap | Part::Break => line.push(" "),
    });
    line.finish()
}

/// The same with blanks as they stand, for whatever reads word by word; a text without markup is not copied.
pub(crate) fn strip_markup(html: &str) -> Cow<'_, str> {
    if !html.contains(['<', '&']) {
        return Cow::Borrowed(html);
    }
    let mut text = String::with_capacity(html.len());
    read_parts(html, html_references, |part| match part {
        Part::Words(words) => text.push_str(&words),
        Part::Gap | Part::Break => text.push(' '),
    });
    Cow::Owned(text)
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
    fn nothing_is_lost_or_found_in_broken_markup() {
        for odd in ["<", "&", "&#x110000;", "<!--", "<script", "<script>a", "</", "&;", "<é>"] {
            assert!(strip_markup(odd).len() <= odd.len(), "{odd}");
        }
        assert!(matches!(strip_markup("no markup"), Cow::Borrowed(_)));
        assert_eq!(strip_markup("CO<sub>2</sub> &amp; H&#50;O"), "CO2 & H2O");
    }

    #[test]
    fn cells_of_a_head_and_summaries_stay_apart() {
        assert_eq!(text("<tr><th>Country</th><th>Ratified</th></tr>"), "Country Ratified");
        assert_eq!(text("<details><summary>More</summary>of it</details>"), "More of it");
        assert_eq!(text("one<img alt=''>two\u{200b}"), "one two");
    }
}
