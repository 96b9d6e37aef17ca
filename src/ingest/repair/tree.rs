//! Nests the tags of a document. Elements that were not closed are closed where their place ends.

use super::entity::{self, Declared};
use super::mends::Mends;
use super::namespace::Ns;
use super::tokens::{Attributes, Token, Tokens};
use std::borrow::Cow;

/// What a tree may hold; what is over is left out, and [`Tree::cut`] says so.
#[derive(Clone, Copy, Debug)]
pub(in crate::ingest) struct Limits {
    /// Elements and texts.
    pub(in crate::ingest) nodes: usize,
    /// Elements inside each other.
    pub(in crate::ingest) depth: usize,
    /// Attributes of one element.
    pub(in crate::ingest) attributes: usize,
}

/// Index of "none" in the links between nodes.
const NONE: u32 = u32::MAX;

/// Names of elements that a feed document can begin with.
const ROOTS: [&str; 4] = ["rss", "feed", "rdf", "channel"];

/// Elements whose blanks between children mean nothing.
const STRUCTURE: [&str; 7] = ["rss", "feed", "rdf", "channel", "item", "entry", "items"];

/// Elements of an item that hold text alone, so that another field inside means they were not closed.
const PLAIN_FIELDS: [&str; 5] = ["title", "link", "guid", "pubdate", "comments"];

/// Elements that begin a new field of an item.
const FIELDS: [&str; 10] =
    ["title", "link", "description", "guid", "pubdate", "author", "category", "enclosure", "comments", "item"];

enum Kind<'a> {
    Element { ns: Ns, local: &'a str, attributes: (u32, u32), open_at_end: bool },
    Text(&'a str),
    Cdata(&'a str),
}

struct Node<'a> {
    kind: Kind<'a>,
    first: u32,
    last: u32,
    next: u32,
    /// First byte, and the byte after the last.
    span: (u32, u32),
}

struct Attribute<'a> {
    ns: Ns,
    local: &'a str,
    raw: &'a str,
}

/// A document as a tree.
pub(in crate::ingest) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    attributes: Vec<Attribute<'a>>,
    declared: Vec<Declared<'a>>,
    mends: Mends,
    root: Option<u32>,
    /// The first element of all, which may not be a feed's: `html`.
    first_name: Option<&'a str>,
    /// Byte at which a limit was reached.
    cut: Option<usize>,
    /// Where the document ended with elements open.
    truncated: bool,
    text: &'a str,
}

impl<'a> Tree<'a> {
    /// Reads `text`, which is at most 4 GiB long.
    pub(in crate::ingest) fn read(text: &'a str, limits: Limits) -> Self {
        let mends = Mends::default();
        let mut builder = Builder::new(text, limits, &mends);
        builder.run();
        let Builder { nodes, attributes, declared, root, first_name, cut, truncated, .. } = builder;
        Self { nodes, attributes, declared, mends, root, first_name, cut, truncated, text }
    }

    /// The feed's root element.
    pub(in crate::ingest) fn root(&self) -> Option<Element<'_, 'a>> {
        self.root.map(|id| Element { tree: self, id })
    }

    /// Name of the document's first element, which need not be a feed's.
    pub(in crate::ingest) fn first_name(&self) -> Option<&'a str> {
        self.first_name
    }

    /// The byte at which a limit was reached.
    pub(in crate::ingest) fn cut(&self) -> Option<usize> {
        self.cut
    }

    /// True when the document ended with elements open.
    pub(in crate::ingest) fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Mends so far; reading texts adds to them.
    pub(in crate::ingest) fn mends(&self) -> &Mends {
        &self.mends
    }

    /// Ends the tree; what is left is what was mended.
    pub(in crate::ingest) fn into_mends(self) -> Mends {
        self.mends
    }

    fn offset_of(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }
}

/// An element of a tree.
#[derive(Clone, Copy)]
pub(in crate::ingest) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    id: u32,
}

impl<'t, 'a> Element<'t, 'a> {
    fn node(&self) -> &'t Node<'a> {
        &self.tree.nodes[self.id as usize]
    }

    /// Vocabulary of its name.
    pub(in crate::ingest) fn ns(&self) -> Ns {
        match &self.node().kind {
            Kind::Element { ns, .. } => *ns,
            _ => Ns::Other,
        }
    }

    /// Local part of its name, in lower case.
    pub(in crate::ingest) fn local(&self) -> Cow<'a, str> {
        match &self.node().kind {
            Kind::Element { local, .. } if local.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                Cow::Owned(local.to_ascii_lowercase())
            }
            Kind::Element { local, .. } => Cow::Borrowed(local),
            _ => Cow::Borrowed(""),
        }
    }

    /// Where it stands in the document, in bytes.
    pub(in crate::ingest) fn offset(&self) -> usize {
        self.node().span.0 as usize
    }

    /// The element as it stands in the document.
    pub(in crate::ingest) fn source(&self) -> &'a str {
        let (start, end) = self.node().span;
        self.tree.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// True when the document ended before the element did.
    pub(in crate::ingest) fn is_open_at_end(&self) -> bool {
        matches!(self.node().kind, Kind::Element { open_at_end: true, .. })
    }

    /// Its elements, in order.
    pub(in crate::ingest) fn elements(self) -> impl Iterator<Item = Element<'t, 'a>> {
        let tree = self.tree;
        let mut next = self.node().first;
        std::iter::from_fn(move || {
            while next != NONE {
                let id = next;
                let node = &tree.nodes[id as usize];
                next = node.next;
                if matches!(node.kind, Kind::Element { .. }) {
                    return Some(Element { tree, id });
                }
            }
            None
        })
    }

    /// The first element of that name.
    #[cfg(test)]
    pub(in crate::ingest) fn element(self, ns: Ns, local: &str) -> Option<Element<'t, 'a>> {
        self.elements().find(|element| element.ns() == ns && element.local() == local)
    }

    /// The value of an attribute without a prefix, or with the prefix of `ns`.
    pub(in crate::ingest) fn attribute(&self, ns: Ns, local: &str) -> Option<Cow<'a, str>> {
        let Kind::Element { attributes: (start, end), .. } = &self.node().kind else { return None };
        let found = self.tree.attributes.get(*start as usize..*end as usize)?;
        let found = found.iter().find(|a| a.ns == ns && a.local.eq_ignore_ascii_case(local))?;
        Some(self.resolve(found.raw))
    }

    /// The value of an attribute of the feed's own vocabulary, blanks trimmed; `None` when empty.
    pub(in crate::ingest) fn plain(&self, local: &str) -> Option<Cow<'a, str>> {
        self.attribute(Ns::Core, local).map(trimmed).filter(|value| !value.is_empty())
    }

    /// Its text, references resolved, with the text of the elements inside.
    pub(in crate::ingest) fn text(&self) -> Cow<'a, str> {
        let node = self.node();
        if node.first == NONE {
            return Cow::Borrowed("");
        }
        if node.first == node.last {
            match &self.tree.nodes[node.first as usize].kind {
                Kind::Text(raw) => return self.resolve(raw),
                Kind::Cdata(raw) => return self.clean(raw),
                Kind::Element { .. } => {}
            }
        }
        let mut out = String::new();
        self.push_text(&mut out);
        Cow::Owned(out)
    }

    fn push_text(&self, out: &mut String) {
        let mut next = self.node().first;
        while next != NONE {
            let node = &self.tree.nodes[next as usize];
            match &node.kind {
                Kind::Text(raw) => out.push_str(&self.resolve(raw)),
                Kind::Cdata(raw) => out.push_str(&self.clean(raw)),
                Kind::Element { .. } => Element { tree: self.tree, id: next }.push_text(out),
            }
            next = node.next;
        }
    }

    /// Its inside as HTML: prefixes dropped, names kept. With `text_is_markup`, text between the
    /// elements is taken for HTML that was escaped once, as publishers of RSS mix the two.
    pub(in crate::ingest) fn markup(&self, text_is_markup: bool) -> String {
        let mut out = String::with_capacity(self.source().len());
        self.push_markup(&mut out, text_is_markup);
        out
    }

    fn push_markup(&self, out: &mut String, text_is_markup: bool) {
        let mut next = self.node().first;
        while next != NONE {
            let node = &self.tree.nodes[next as usize];
            match &node.kind {
                Kind::Text(raw) if text_is_markup => out.push_str(&self.resolve(raw)),
                Kind::Text(raw) if self.tree.declared.is_empty() => out.push_str(raw),
                Kind::Text(raw) => push_escaped(out, &self.resolve(raw)),
                Kind::Cdata(raw) if text_is_markup => out.push_str(&self.clean(raw)),
                Kind::Cdata(raw) => push_escaped(out, &self.clean(raw)),
                Kind::Element { local, attributes, .. } => {
                    let inside = Element { tree: self.tree, id: next };
                    out.push('<');
                    out.push_str(local);
                    inside.push_attributes(out, *attributes);
                    out.push('>');
                    if !is_void(local) {
                        inside.push_markup(out, text_is_markup);
                        out.push_str("</");
                        out.push_str(local);
                        out.push('>');
                    }
                }
            }
            next = node.next;
        }
    }

    fn push_attributes(&self, out: &mut String, (start, end): (u32, u32)) {
        for attribute in self.tree.attributes.get(start as usize..end as usize).unwrap_or_default() {
            if attribute.ns == Ns::Declaration {
                continue;
            }
            out.push(' ');
            out.push_str(if attribute.ns == Ns::Xml && attribute.local == "lang" { "lang" } else { attribute.local });
            out.push_str("=\"");
            out.push_str(&attribute.raw.replace('"', "&quot;"));
            out.push('"');
        }
    }

    fn resolve(&self, raw: &'a str) -> Cow<'a, str> {
        entity::resolve(raw, &self.tree.declared, &self.tree.mends, self.tree.offset_of(raw))
    }

    fn clean(&self, raw: &'a str) -> Cow<'a, str> {
        entity::clean(raw, &self.tree.mends, self.tree.offset_of(raw))
    }
}

/// HTML elements without an end tag.
fn is_void(local: &str) -> bool {
    const VOID: [&str; 8] = ["br", "hr", "img", "input", "wbr", "area", "col", "source"];
    VOID.iter().any(|name| local.eq_ignore_ascii_case(name))
}

fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}

/// Trims without copying what is borrowed.
pub(in crate::ingest) fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// Builds a tree.
struct Builder<'a, 'm> {
    text: &'a str,
    limits: Limits,
    mends: &'m Mends,
    nodes: Vec<Node<'a>>,
    attributes: Vec<Attribute<'a>>,
    declared: Vec<Declared<'a>>,
    /// Open elements: node and qualified name.
    open: Vec<(u32, &'a str)>,
    /// Prefixes in scope: the depth they were declared at, the prefix, what it stands for.
    scope: Vec<(usize, &'a str, Ns)>,
    /// Elements over the depth limit that are open.
    too_deep: usize,
    root: Option<u32>,
    first_name: Option<&'a str>,
    cut: Option<usize>,
    truncated: bool,
}

impl<'a, 'm> Builder<'a, 'm> {
    fn new(text: &'a str, limits: Limits, mends: &'m Mends) -> Self {
        Self {
            text,
            limits,
            mends,
            nodes: Vec::with_capacity((text.len() / 64).min(limits.nodes)),
            attributes: Vec::new(),
            declared: Vec::new(),
            open: Vec::new(),
            scope: Vec::new(),
            too_deep: 0,
            root: None,
            first_name: None,
            cut: None,
            truncated: false,
        }
    }

    fn run(&mut self) {
        let mut tokens = Tokens::new(self.text, self.mends);
        while let Some(token) = tokens.next() {
            if self.root.is_some() && self.open.is_empty() {
                self.after_root(token);
                continue;
            }
            if self.nodes.len() >= self.limits.nodes {
                self.cut.get_or_insert(tokens.position());
                break;
            }
            match token {
                Token::Start { name, attributes, empty, at } => {
                    self.start(name, attributes, empty, at);
                    if empty && let Some((id, _)) = self.open.last() {
                        // Only an element that was opened just now ends here.
                        if self.nodes[*id as usize].span.0 as usize == at && self.too_deep == 0 {
                            self.close_top(tokens.position());
                        }
                    }
                }
                Token::End { name, at } => self.end(name, at, tokens.position()),
                Token::Text { raw, at } => self.text(raw, at, Kind::Text(raw)),
                Token::Cdata { raw, at } => self.text(raw, at, Kind::Cdata(raw)),
                Token::Doctype { raw, at } => self.doctype(raw, at),
            }
        }
        self.truncated = !self.open.is_empty() && self.cut.is_none();
        if self.truncated {
            self.mends.note("truncated", "the document ends before its elements do", self.text.len());
        }
        while let Some((id, _)) = self.open.last().copied() {
            if let Kind::Element { open_at_end, .. } = &mut self.nodes[id as usize].kind {
                *open_at_end = true;
            }
            self.close_top(self.text.len());
        }
    }

    fn after_root(&mut self, token: Token<'a>) {
        let (junk, at) = match token {
            Token::Text { raw, at } => (!raw.trim().is_empty(), at),
            Token::Start { at, .. } | Token::End { at, .. } | Token::Cdata { at, .. } => (true, at),
            Token::Doctype { .. } => return,
        };
        if junk {
            self.mends.note("junk-after-end", "what follows the end of the feed was left out", at);
        }
    }

    fn start(&mut self, name: &'a str, inside: &'a str, empty: bool, at: usize) {
        self.first_name.get_or_insert(name);
        if self.too_deep > 0 || (self.root.is_some() && self.open.len() >= self.limits.depth) {
            self.cut.get_or_insert(at);
            self.too_deep += usize::from(!empty);
            return;
        }
        let local = name.rsplit(':').next().unwrap_or(name);
        if self.root.is_none()
            && !ROOTS.iter().any(|root| local.eq_ignore_ascii_case(root))
            && !is_lone_entry(name, inside)
        {
            self.mends.note("junk-before-root", "what comes before the feed was left out", at);
            return;
        }
        let depth = self.open.len() + 1;
        let attributes = self.read_attributes(inside, depth, at);
        let (ns, local) = self.name(name, true, at);
        if ns.is_feed() {
            self.close_forgotten(local, at);
        }
        let id = self.push(Kind::Element { ns, local, attributes, open_at_end: false }, at);
        self.root.get_or_insert(id);
        self.open.push((id, name));
    }

    /// Closes elements whose end tag was forgotten, told by what begins here.
    fn close_forgotten(&mut self, local: &str, at: usize) {
        let entry = ["item", "entry"].iter().any(|name| local.eq_ignore_ascii_case(name));
        let field = FIELDS.iter().any(|name| local.eq_ignore_ascii_case(name));
        let mut keep = self.open.len();
        for (index, (id, _)) in self.open.iter().enumerate().rev() {
            let Kind::Element { ns, local: open, .. } = &self.nodes[*id as usize].kind else { break };
            if entry && ns.is_feed() && open.eq_ignore_ascii_case("content") {
                break;
            }
            if entry && ns.is_feed() && open.eq_ignore_ascii_case(local) {
                keep = index;
                break;
            }
            let top = index + 1 == self.open.len();
            if top && field && *ns == Ns::Core && PLAIN_FIELDS.iter().any(|name| open.eq_ignore_ascii_case(name)) {
                keep = index;
            }
            if !entry {
                break;
            }
        }
        while self.open.len() > keep {
            self.mends.note("unclosed-element", "an element without end tag was closed", at);
            self.close_top(at);
        }
    }

    fn end(&mut self, name: &str, at: usize, after: usize) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let matches = |(_, open): &(u32, &str)| open.eq_ignore_ascii_case(name);
        let Some(place) = self.open.iter().rposition(matches) else {
            if self.root.is_some() && !is_void(name) {
                self.mends.note("stray-end-tag", "an end tag that ends nothing was left out", at);
            }
            return;
        };
        while self.open.len() > place + 1 {
            let void = self.open.last().is_some_and(|(_, open)| is_void(open));
            if !void {
                self.mends.note("unclosed-element", "an element without end tag was closed", at);
            }
            self.close_top(at);
        }
        self.close_top(after);
    }

    fn close_top(&mut self, end: usize) {
        let depth = self.open.len();
        if let Some((id, _)) = self.open.pop() {
            self.nodes[id as usize].span.1 = u32::try_from(end).unwrap_or(u32::MAX);
        }
        while self.scope.last().is_some_and(|(declared_at, ..)| *declared_at >= depth) {
            self.scope.pop();
        }
    }

    fn text(&mut self, raw: &'a str, at: usize, kind: Kind<'a>) {
        if self.too_deep > 0 {
            return;
        }
        let Some((parent, _)) = self.open.last() else {
            if !raw.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').is_empty() {
                self.mends.note("junk-before-root", "what comes before the feed was left out", at);
            }
            return;
        };
        if let Kind::Element { ns, local, .. } = &self.nodes[*parent as usize].kind {
            let structure = ns.is_feed() || *ns == Ns::Rdf;
            if structure && STRUCTURE.iter().any(|name| local.eq_ignore_ascii_case(name)) && raw.trim().is_empty() {
                return;
            }
        }
        let id = self.push(kind, at);
        self.nodes[id as usize].span.1 = u32::try_from(at + raw.len()).unwrap_or(u32::MAX);
    }

    fn push(&mut self, kind: Kind<'a>, at: usize) -> u32 {
        let id = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        self.nodes.push(Node { kind, first: NONE, last: NONE, next: NONE, span: (at, at) });
        if let Some((parent, _)) = self.open.last() {
            let last = std::mem::replace(&mut self.nodes[*parent as usize].last, id);
            if last == NONE {
                self.nodes[*parent as usize].first = id;
            } else {
                self.nodes[last as usize].next = id;
            }
        }
        id
    }

    /// Reads the attributes of an element that opens at `depth`; declarations come into scope first.
    fn read_attributes(&mut self, inside: &'a str, depth: usize, at: usize) -> (u32, u32) {
        let start = u32::try_from(self.attributes.len()).unwrap_or(u32::MAX);
        if inside.trim_start().is_empty() {
            return (start, start);
        }
        if inside.contains("xmlns") {
            for (name, value) in Attributes::new(inside) {
                let prefix = if name == "xmlns" { Some("") } else { name.strip_prefix("xmlns:") };
                if let Some(prefix) = prefix {
                    let ns = if value.is_empty() { Ns::Core } else { Ns::of_name(value) };
                    // An unknown default namespace on a feed's root is a publisher's own idea of RSS.
                    let ns = if prefix.is_empty() && ns == Ns::Other && depth == 1 { Ns::Core } else { ns };
                    self.scope.push((depth, prefix, ns));
                }
            }
        }
        let mut cut = Attributes::new(inside);
        for (name, raw) in cut.by_ref().take(self.limits.attributes) {
            let (ns, local) = if name == "xmlns" { (Ns::Declaration, name) } else { self.name(name, false, at) };
            self.attributes.push(Attribute { ns, local, raw });
        }
        if cut.mended {
            self.mends.note("bad-attribute", "an attribute without quotes or value was read as it stands", at);
        }
        (start, u32::try_from(self.attributes.len()).unwrap_or(u32::MAX))
    }

    /// Splits a qualified name. Attributes without a prefix are of the feed's own vocabulary.
    fn name(&self, name: &'a str, element: bool, at: usize) -> (Ns, &'a str) {
        let Some((prefix, local)) = name.split_once(':') else {
            if !element {
                return (Ns::Core, name);
            }
            let found = self.scope.iter().rev().find(|(_, prefix, _)| prefix.is_empty());
            return (found.map_or(Ns::Core, |(.., ns)| *ns), name);
        };
        if let Some((.., ns)) = self.scope.iter().rev().find(|(_, declared, _)| *declared == prefix) {
            return (*ns, local);
        }
        let known = Ns::of_prefix(prefix);
        if !matches!(known, Some(Ns::Xml | Ns::Declaration)) {
            self.mends.note("undeclared-prefix", "a namespace prefix is not declared; its usual meaning was taken", at);
        }
        (known.unwrap_or(Ns::Other), local)
    }

    /// Takes the internal entities of a DOCTYPE.
    fn doctype(&mut self, raw: &'a str, _at: usize) {
        let mut rest = raw;
        while let Some((_, after)) = rest.split_once("<!ENTITY") {
            rest = after;
            let name = after.trim_start();
            let Some((name, value)) = name.split_once(char::is_whitespace) else { return };
            let value = value.trim_start();
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            let Some((text, _)) = value[1..].split_once(quote) else { return };
            if text.len() <= entity::DECLARED_BYTES_MAX && self.declared.len() < entity::DECLARED_MAX {
                self.declared.push(Declared { name, text });
            }
        }
    }
}

/// An Atom entry that is a document of its own (RFC 4287 2).
fn is_lone_entry(name: &str, inside: &str) -> bool {
    let local = name.rsplit(':').next().unwrap_or(name);
    local == "entry" && inside.contains("http://www.w3.org/2005/Atom")
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
