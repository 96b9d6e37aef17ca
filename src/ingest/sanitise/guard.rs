//! Bounds and nests the tags of a fragment before a tree is built of it.
//!
//! Reads tokens, writes markup of the allowed elements alone, well nested: whatever an HTML parser
//! would close implicitly is closed explicitly here. So the parser behind it never meets an unclosed
//! formatting element, which it would open again in every later block, nor deep nesting.

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

/// Elements inside each other.
const DEPTH_MAX: usize = 128;
/// Formatting elements open at once.
const FORMATTING_MAX: usize = 16;
/// Tags written.
const TAGS_MAX: usize = 20_000;
/// Attributes of one element.
const ATTRIBUTES_MAX: usize = 16;
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

/// Elements whose content is no text for readers.
const DROPPED: [&str; 13] = [
    "applet",
    "embed",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "style",
    "template",
    "textarea",
    "xmp",
];

/// A paragraph, list item or link outside one of these is not closed by what is inside.
const BOUNDARIES: [&str; 4] = ["table", "td", "th", "caption"];

/// The fragment with its tags bounded and nested.
pub(super) fn bounded(fragment: &str) -> String {
    let limit = fragment.len().saturating_mul(GROWTH_MAX);
    let sink = Sink(RefCell::new(Writer {
        out: String::with_capacity(fragment.len()),
        open: Vec::new(),
        tags: 0,
        limit,
        dropping: None,
    }));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(fragment.into());
    // Scripts are never run, so the tokenizer never stops early.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    let mut writer = tokenizer.sink.0.into_inner();
    writer.close_down_to(0);
    writer.out
}

struct Sink(RefCell<Writer>);

struct Writer {
    out: String,
    open: Vec<&'static str>,
    tags: usize,
    limit: usize,
    /// The dropped element we are in, and how many of its name are open.
    dropping: Option<(&'static str, usize)>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => return writer.tag(&tag),
            Token::CharacterTokens(text) => writer.text(&text),
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

fn known(list: &[&'static str], name: &str) -> Option<&'static str> {
    list.iter().copied().find(|known| *known == name)
}

impl Writer {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        if let Some((dropped, count)) = self.dropping {
            if name == dropped {
                let count = if tag.kind == TagKind::StartTag { count + 1 } else { count - 1 };
                self.dropping = (count > 0).then_some((dropped, count));
            }
            return TokenSinkResult::Continue;
        }
        if let Some(dropped) = known(&DROPPED, name) {
            if tag.kind == TagKind::EndTag {
                return TokenSinkResult::Continue;
            }
            return match dropped {
                "script" => self.raw(dropped, RawKind::ScriptData),
                "textarea" => self.raw(dropped, RawKind::Rcdata),
                "embed" | "plaintext" => TokenSinkResult::Continue,
                "style" | "xmp" | "iframe" | "noembed" | "noframes" => self.raw(dropped, RawKind::Rawtext),
                _ => {
                    self.dropping = Some((dropped, 1));
                    TokenSinkResult::Continue
                }
            };
        }
        let lists: [&[&'static str]; 3] = [&FORMATTING, &BLOCKS, &OTHERS];
        let Some(name) = lists.into_iter().find_map(|list| known(list, name)) else {
            return TokenSinkResult::Continue;
        };
        match tag.kind {
            TagKind::StartTag => self.start(name, tag),
            TagKind::EndTag => self.end(name),
        }
        TokenSinkResult::Continue
    }

    fn raw(&mut self, name: &'static str, kind: RawKind) -> TokenSinkResult<()> {
        self.dropping = Some((name, 1));
        TokenSinkResult::RawData(kind)
    }

    fn text(&mut self, text: &str) {
        if self.dropping.is_some() || self.out.len() > self.limit {
            return;
        }
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                c => self.out.push(c),
            }
        }
    }

    /// The innermost open element of these names that no boundary hides.
    fn innermost(&self, names: &[&str], boundaries: &[&str]) -> Option<usize> {
        for (index, open) in self.open.iter().enumerate().rev() {
            if names.contains(open) {
                return Some(index);
            }
            if boundaries.contains(open) {
                return None;
            }
        }
        None
    }

    fn close_down_to(&mut self, length: usize) {
        while self.open.len() > length {
            if let Some(name) = self.open.pop() {
                self.out.push_str("</");
                self.out.push_str(name);
                self.out.push('>');
            }
        }
    }

    fn close(&mut self, names: &[&str], boundaries: &[&str]) {
        if let Some(index) = self.innermost(names, boundaries) {
            self.close_down_to(index);
        }
    }

    /// Closes what the start of `name` closes. False when it may not stand here.
    fn make_room(&mut self, name: &str) -> bool {
        match name {
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
                if self.open.last().is_some_and(|open| in_table.contains(open)) {
                    return false;
                }
            }
        }
        match name {
            "li" => self.close(&["li"], &["ul", "ol", "menu", "table", "td", "th", "caption"]),
            "dd" | "dt" => self.close(&["dd", "dt"], &["dl", "table", "td", "th", "caption"]),
            "a" | "nobr" => self.close(&[name], &BOUNDARIES),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.close(&["h1", "h2", "h3", "h4", "h5", "h6"], &BOUNDARIES),
            _ => {}
        }
        if known(&BLOCKS, name).is_some() {
            self.close(&["p"], &BOUNDARIES);
        }
        true
    }

    fn start(&mut self, name: &'static str, tag: &Tag) {
        if self.tags >= TAGS_MAX || self.out.len() > self.limit || !self.make_room(name) {
            return;
        }
        let void = VOID.contains(&name);
        let formatting = FORMATTING.contains(&name);
        let open = self.open.iter().filter(|open| FORMATTING.contains(open)).count();
        if !void && (self.open.len() >= DEPTH_MAX || (formatting && open >= FORMATTING_MAX)) {
            return;
        }
        self.tags += 1;
        self.out.push('<');
        self.out.push_str(name);
        for attribute in tag.attrs.iter().take(ATTRIBUTES_MAX) {
            let key: &str = &attribute.name.local;
            if !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                continue;
            }
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            self.out.push_str(&attribute.value.replace('&', "&amp;").replace('"', "&quot;"));
            self.out.push('"');
        }
        self.out.push('>');
        if !void {
            self.open.push(name);
        }
    }

    fn end(&mut self, name: &'static str) {
        let cell = BOUNDARIES.contains(&name) || ["tr", "tbody", "tfoot", "thead"].contains(&name);
        let boundaries: &[&str] = if cell { &[] } else { &BOUNDARIES };
        self.close(&[name], boundaries);
    }
}
