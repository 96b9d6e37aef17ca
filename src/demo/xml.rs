//! The little XML that the demo's feeds need, written by hand: these documents show what publishers send, so they must
//! not come out of the libraries that Plenary publishes with.

/// Text or attribute value with XML's special characters escaped.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// `<name>text</name>` on a line of its own, the text escaped.
pub(super) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>\n", escape(text))
}

/// `<name>` with the text in a CDATA section; an end mark inside is split over two sections.
pub(super) fn cdata(name: &str, text: &str) -> String {
    format!("<{name}><![CDATA[{}]]></{name}>\n", text.replace("]]>", "]]]]><![CDATA[>"))
}

/// The text of an HTML fragment, shortened to about `words` words: a teaser as publishers' software cuts it.
pub(super) fn teaser(html: &str, words: usize) -> String {
    let mut text = String::with_capacity(html.len());
    let mut tag: Option<String> = None;
    for c in html.chars() {
        match (c, &mut tag) {
            ('<', _) => tag = Some(String::new()),
            ('>', Some(open)) => {
                // Where a paragraph or a line ends, a word does; what is set in bold may be part of one.
                let name = open.trim_start_matches('/').split(' ').next().unwrap_or_default();
                if !["a", "b", "code", "em", "i", "strong"].contains(&name) {
                    text.push(' ');
                }
                tag = None;
            }
            (c, Some(open)) => open.push(c),
            (c, None) => text.push(c),
        }
    }
    let all: Vec<&str> = text.split_whitespace().collect();
    let mut teaser = all.iter().take(words).copied().collect::<Vec<_>>().join(" ");
    if all.len() > words {
        teaser.push_str(" […]");
    }
    teaser.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_xml_reserves() {
        assert_eq!(element("title", "Care & \"play\" <3"), "<title>Care &amp; &quot;play&quot; &lt;3</title>\n");
    }

    #[test]
    fn an_end_mark_inside_cdata_does_not_end_it() {
        assert_eq!(cdata("c", "a]]>b"), "<c><![CDATA[a]]]]><![CDATA[>b]]></c>\n");
    }

    #[test]
    fn a_teaser_is_text_and_says_that_it_was_cut() {
        assert_eq!(teaser("<p>One <b>two</b></p><p>three</p>", 2), "One two […]");
        assert_eq!(teaser("<p>One &amp; two</p>", 9), "One & two");
        assert_eq!(teaser("<p>At <code>/feed</code>.</p><p>Next</p>", 9), "At /feed. Next");
    }
}
