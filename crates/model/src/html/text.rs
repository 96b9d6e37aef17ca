//! HTML to text. Linear, and never an error: what is no tag is text.

use super::references::resolve;
use super::tags::{Search, Tag, read_tag, skip_element};
use crate::whitespace::Collapsed;
use std::borrow::Cow;

/// Elements whose words stand in another paragraph than those around them; cells of tables among them.
const BLOCKS: [&str; 37] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "center",
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

const UNREAD: [&str; 3] = ["script", "style", "template"];

/// What stands between two tags, or a tag that sets words apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Words, references resolved, blanks as they are.
    Words(Cow<'a, str>),
    Gap,
    Break,
}

/// Hands on the parts of an HTML fragment. `resolve` replaces the character references of a text:
/// publishers use the two thousand that HTML knows, sanitised fragments a handful.
pub fn read_parts<'a>(html: &'a str, resolve: impl Fn(&'a str) -> Cow<'a, str>, mut each: impl FnMut(Part<'a>)) {
    let mut rest = html;
    let mut search = Search::begin(html);
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        each(Part::Words(resolve(&rest[..at])));
        rest = &rest[at..];
        let Some(Tag { length, name, is_end, .. }) = read_tag(rest, &mut search) else {
            each(Part::Words(Cow::Borrowed("<")));
            rest = &rest[1..];
            continue;
        };
        if is_block(name) {
            each(Part::Break);
        } else if name.eq_ignore_ascii_case("img") {
            each(Part::Gap);
        }
        rest = &rest[length..];
        if !is_end && UNREAD.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            rest = skip_element(rest, name);
        }
    }
    each(Part::Words(resolve(rest)));
}

fn is_block(name: &str) -> bool {
    match name {
        "a" | "b" | "code" | "em" | "i" | "span" | "strong" => false,
        "br" | "div" | "li" | "p" => true,
        _ => BLOCKS.iter().any(|known| name.eq_ignore_ascii_case(known)),
    }
}

/// The text of sanitised HTML in one line.
pub fn to_line(html: &str) -> String {
    let mut line = Collapsed::with_capacity(html.len());
    read_parts(html, resolve, |part| match part {
        Part::Words(words) => line.push(&words),
        Part::Gap | Part::Break => line.push(" "),
    });
    line.finish()
}

/// The paragraphs of sanitised HTML as plain text, without empty ones.
pub fn paragraphs(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current = Collapsed::with_capacity(0);
    let mut close = |current: &mut Collapsed| found.extend(Some(current.take()).filter(|text| !text.is_empty()));
    read_parts(html, resolve, |part| match part {
        Part::Words(words) => current.push(&words),
        Part::Gap => current.push(" "),
        Part::Break => close(&mut current),
    });
    close(&mut current);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_words_stay() {
        let html = "<p>One <a href=\"https://x.example/?a>b\">two</a>\n  three&nbsp;&amp; four</p><p></p>\
                    <ul><li>five</li><li>six<br>seven</li></ul><!-- > no -->";
        assert_eq!(paragraphs(html), ["One two three & four", "five", "six", "seven"]);
        assert_eq!(to_line(html), "One two three & four five six seven");
    }

    #[test]
    fn what_is_not_meant_to_be_read_is_left_out() {
        assert_eq!(paragraphs("a<script>alert(1)</script>b<style>p{}</style>c"), ["abc"]);
        assert_eq!(paragraphs("&lt;script&gt; &#x26; &#38; &bogus; &"), ["<script> & & &bogus; &"]);
        assert_eq!(paragraphs("text <unclosed"), ["text <unclosed"]);
    }

    #[test]
    fn cells_stand_apart_those_of_the_head_too() {
        let table = "<table><thead><tr><th>Country</th><th>Ratified</th></tr></thead>\
                     <tbody><tr><td>Chad</td><td>1990</td></tr></tbody></table>";
        assert_eq!(paragraphs(table), ["Country", "Ratified", "Chad", "1990"]);
        assert_eq!(to_line(table), "Country Ratified Chad 1990");
    }

    #[test]
    fn a_picture_parts_words_but_not_paragraphs() {
        assert_eq!(paragraphs("one<img src=\"x.png\">two<center>three</center>"), ["one two", "three"]);
    }
}
