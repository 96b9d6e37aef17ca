//! Bounds and nests the tags of a fragment before a tree is built of it.
//!
//! Writes markup of the allowed elements alone, well nested: whatever an HTML parser would close implicitly is closed
//! explicitly. So the parser behind it never meets deep nesting, nor an unclosed formatting element, which it would
//! open again in every later block. Its cuts need not match browsers': what it writes has no `<` but its own, and
//! passes the allow-list.

use super::lazy;
use crate::repair::Attributes;
use plenary_model::html::{Search, Tag, read_tag, skip_element};

/// Elements inside each other.
const DEPTH_MAX: usize = 128;
/// Formatting elements open at once.
const FORMATTING_MAX: usize = 16;
/// Tags written.
const TAGS_MAX: usize = 20_000;
const ATTRIBUTES_MAX: usize = 16;
/// Longest name of an attribute that is looked at, in bytes.
const ATTRIBUTE_NAME_BYTES_MAX: usize = 16;
/// What is written, as a multiple of what is read; escaping alone can make five bytes of one.
const GROWTH_MAX: usize = 4;

/// Elements that an HTML parser opens again when they were not closed (HTML 13.2.4.3).
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Elements that end a paragraph (HTML 13.2.6.4.7).
const BLOCKS: [&str; 37] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
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
    "hgroup",
    "hr",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "ul",
    "search",
];

/// Other elements that the allow-list knows.
const OTHERS: [&str; 37] = [
    "abbr", "acronym", "area", "bdi", "bdo", "br", "caption", "cite", "col", "colgroup", "data", "del", "dfn", "img",
    "ins", "kbd", "map", "mark", "q", "rb", "rp", "rt", "rtc", "ruby", "samp", "span", "sub", "sup", "tbody", "td",
    "tfoot", "th", "thead", "time", "tr", "var", "wbr",
];

const VOID: [&str; 6] = ["area", "br", "col", "hr", "img", "wbr"];

/// Elements whose content is no text for readers. That of `iframe` and `object`, for readers who see neither, stays.
const DROPPED: [&str; 8] = ["applet", "noembed", "noframes", "script", "style", "template", "textarea", "xmp"];

/// What links out of a foreign text say of themselves, whatever they said before.
const REL: &str = " rel=\"noopener noreferrer\"";

/// A paragraph, list item or link outside one of these is not closed by what is inside.
const BOUNDARIES: [&str; 4] = ["table", "td", "th", "caption"];

/// The fragment with its tags bounded and nested. Of the attributes, only those of `kept` are written: all names that
/// the allow-list has, sorted and in lower case.
pub(super) fn bound_and_nest(fragment: &str, kept: &[&str]) -> String {
    let limit = fragment.len().saturating_mul(GROWTH_MAX);
    let out = String::with_capacity(fragment.len() + fragment.len() / 8);
    let mut writer =
        Writer { out, open: Vec::new(), formatting: 0, tags: 0, limit, kept, pictures: Pictures::default() };
    let mut rest = fragment;
    let mut search = Search::begin(fragment);
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        writer.text(&rest[..at]);
        rest = &rest[at..];
        let Some(found) = read_tag(rest, &mut search) else {
            writer.text("&lt;");
            rest = &rest[1..];
            continue;
        };
        rest = &rest[found.length..];
        rest = writer.tag(&found, rest);
    }
    writer.text(rest);
    writer.close_down_to(0);
    writer.out
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Element {
    name: &'static str,
    block: bool,
    formatting: bool,
    void: bool,
}

struct Writer<'k> {
    out: String,
    open: Vec<Element>,
    formatting: usize,
    tags: usize,
    limit: usize,
    kept: &'k [&'k str],
    pictures: Pictures,
}

/// What stands around a picture that a script would put in.
#[derive(Default)]
struct Pictures {
    /// What the `source` before it offers, inside `picture`.
    offered: Option<String>,
    /// True inside `noscript`, where the same picture stands for those without scripts.
    is_for_no_script: bool,
    /// The address of the last one that was put in.
    put_in: Option<String>,
}

/// True for an attribute that the allow-list has, whatever the case of its name.
fn is_kept(name: &str, kept: &[&str]) -> bool {
    let mut lower = [0; ATTRIBUTE_NAME_BYTES_MAX];
    let Some(lower) = lower.get_mut(..name.len()) else { return false };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    kept.binary_search_by(|held| held.as_bytes().cmp(lower)).is_ok()
}

/// The element of that name that the allow-list knows. Those of most markup need no search.
fn element(name: &str) -> Option<Element> {
    let plain = |name| Element { name, block: false, formatting: false, void: false };
    match name {
        "p" => Some(Element { block: true, ..plain("p") }),
        "li" => Some(Element { block: true, ..plain("li") }),
        "div" => Some(Element { block: true, ..plain("div") }),
        "a" => Some(Element { formatting: true, ..plain("a") }),
        "br" => Some(Element { void: true, ..plain("br") }),
        "span" => Some(plain("span")),
        _ => find_element(name),
    }
}

fn find_element(name: &str) -> Option<Element> {
    let lists: [&[&'static str]; 3] = [&BLOCKS, &FORMATTING, &OTHERS];
    let (list, name) = lists.into_iter().enumerate().find_map(|(index, list)| Some((index, find_name(list, name)?)))?;
    Some(Element { name, block: list == 0, formatting: list == 1, void: VOID.contains(&name) })
}

fn find_name(list: &[&'static str], name: &str) -> Option<&'static str> {
    list.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
}

impl Writer<'_> {
    /// Reads a tag; returns the rest of the fragment, which is less when the element is dropped whole.
    fn tag<'a>(&mut self, tag: &Tag<'_>, rest: &'a str) -> &'a str {
        if let Some(element) = element(tag.name) {
            if tag.is_end {
                self.end(element.name);
            } else {
                self.start(element, tag.inside);
            }
            return rest;
        }
        match tag.name {
            name if name.eq_ignore_ascii_case("noscript") => self.pictures.is_for_no_script = !tag.is_end,
            name if name.eq_ignore_ascii_case("picture") => self.pictures.offered = None,
            name if name.eq_ignore_ascii_case("source") && !tag.is_end && self.pictures.offered.is_none() => {
                self.pictures.offered = lazy::find_offered(tag.inside);
            }
            _ => {}
        }
        let dropped = find_name(&DROPPED, tag.name).filter(|_| !tag.is_end);
        dropped.map_or(rest, |name| skip_element(rest, name))
    }

    /// Text with its references, as it stands; what would begin a tag was cut out before.
    fn text(&mut self, text: &str) {
        if self.out.len() <= self.limit {
            self.out.push_str(text);
        }
    }

    /// The innermost open element of these names that no boundary hides.
    fn innermost(&self, names: &[&str], boundaries: &[&str]) -> Option<usize> {
        for (index, open) in self.open.iter().enumerate().rev() {
            if names.contains(&open.name) {
                return Some(index);
            }
            if boundaries.contains(&open.name) {
                return None;
            }
        }
        None
    }

    fn close_down_to(&mut self, length: usize) {
        while self.open.len() > length {
            if let Some(element) = self.open.pop() {
                self.formatting -= usize::from(element.formatting);
                self.out.push_str("</");
                self.out.push_str(element.name);
                self.out.push('>');
            }
        }
    }

    fn close(&mut self, names: &[&str], boundaries: &[&str]) {
        if let Some(index) = self.innermost(names, boundaries) {
            self.close_down_to(index);
        }
    }

    /// Closes what the start of `element` closes. False when it may not stand here.
    fn make_room(&mut self, element: Element) -> bool {
        let Element { name, block, .. } = element;
        match name {
            "col" if self.open.last().is_some_and(|open| open.name == "colgroup") => {}
            "caption" | "colgroup" | "col" | "tbody" | "tfoot" | "thead" => {
                let Some(table) = self.innermost(&["table"], &[]) else { return false };
                self.close_down_to(table + 1);
            }
            "tr" => {
                let Some(table) = self.innermost(&["table", "tbody", "tfoot", "thead"], &[]) else { return false };
                self.close_down_to(table + 1);
            }
            "td" | "th" => {
                let Some(row) = self.innermost(&["tr"], &["table"]) else { return false };
                self.close_down_to(row + 1);
            }
            _ => {
                let in_table = ["table", "tbody", "tfoot", "thead", "tr", "colgroup"];
                if self.open.last().is_some_and(|open| in_table.contains(&open.name)) {
                    return false;
                }
            }
        }
        match name {
            "li" => self.close(&["li"], &["ul", "ol", "menu", "table", "td", "th", "caption"]),
            "dd" | "dt" => self.close(&["dd", "dt"], &["dl", "table", "td", "th", "caption"]),
            "rt" | "rp" => self.close(&["rt", "rp"], &["ruby", "table", "td", "th", "caption"]),
            "a" | "nobr" => self.close(&[name], &BOUNDARIES),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.close(&["h1", "h2", "h3", "h4", "h5", "h6"], &BOUNDARIES),
            _ => {}
        }
        if block {
            self.close(&["p"], &BOUNDARIES);
        }
        true
    }

    fn start(&mut self, element: Element, inside: &str) {
        if self.tags >= TAGS_MAX || self.out.len() > self.limit || !self.make_room(element) {
            return;
        }
        let Element { name, formatting, void, .. } = element;
        if !void && (self.open.len() >= DEPTH_MAX || (formatting && self.formatting >= FORMATTING_MAX)) {
            return;
        }
        let lazy = if name == "img" { self.find_lazy(inside) } else { None };
        if name == "img" && self.repeats_picture(inside) {
            return;
        }
        self.tags += 1;
        self.out.push('<');
        self.out.push_str(name);
        if let Some(address) = &lazy {
            self.attribute("src", address);
        }
        let mut rel_written = name != "a";
        for (key, value) in Attributes::new(inside).take(ATTRIBUTES_MAX) {
            // Where it stands already it stays, so that cleaning twice changes nothing.
            if key.eq_ignore_ascii_case("rel") && name == "a" {
                self.out.push_str(if rel_written { "" } else { REL });
                rel_written = true;
                continue;
            }
            let is_replaced = lazy.is_some() && key.eq_ignore_ascii_case("src");
            if is_kept(key, self.kept) && !is_replaced {
                self.attribute(key, value);
            }
        }
        self.pictures.put_in = lazy.or(self.pictures.put_in.take());
        self.out.push_str(if rel_written { "" } else { REL });
        self.out.push('>');
        if !void {
            self.open.push(element);
            self.formatting += usize::from(formatting);
        }
    }

    fn attribute(&mut self, key: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(key);
        self.out.push_str("=\"");
        for part in value.split_inclusive('"') {
            self.out.push_str(part.strip_suffix('"').unwrap_or(part));
            if part.ends_with('"') {
                self.out.push_str("&quot;");
            }
        }
        self.out.push('"');
    }

    /// The address that a script would put into a picture.
    fn find_lazy(&mut self, inside: &str) -> Option<String> {
        let offered = self.pictures.offered.take();
        lazy::find_address(inside).or(offered.filter(|_| !lazy::has_address(inside)))
    }

    /// True when a picture for those without scripts is the one that was put in just before.
    fn repeats_picture(&self, inside: &str) -> bool {
        let Some(put_in) = self.pictures.put_in.as_deref().filter(|_| self.pictures.is_for_no_script) else {
            return false;
        };
        let mut all = Attributes::new(inside).take(ATTRIBUTES_MAX);
        all.any(|(key, value)| key.eq_ignore_ascii_case("src") && value.trim() == put_in)
    }

    fn end(&mut self, name: &'static str) {
        let cell = BOUNDARIES.contains(&name) || ["tr", "tbody", "tfoot", "thead"].contains(&name);
        let boundaries: &[&str] = if cell { &[] } else { &BOUNDARIES };
        self.close(&[name], boundaries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_no_search_is_what_is_listed() {
        for name in ["p", "li", "div", "a", "br", "span"] {
            assert_eq!(element(name), find_element(name), "{name}");
        }
    }
}
