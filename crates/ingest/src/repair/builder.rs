//! Nests the tags of a document. Elements that were not closed are closed where their place ends.

use super::entity::{self, Declared};
use super::mends::Mends;
use super::namespace::Ns;
use super::node::{Attribute, Kind, Limits, NONE, Node, is_void};
use super::tokens::{Attributes, Token, Tokens};
use plenary_model::link::ADDRESS_BYTES_MAX;
use plenary_model::warning::WarningCode;

/// Names of elements that a feed document can begin with.
const ROOTS: [&str; 4] = ["rss", "feed", "rdf", "channel"];

/// Elements whose blanks between children mean nothing.
const STRUCTURE: [&str; 7] = ["rss", "feed", "rdf", "channel", "item", "entry", "items"];

/// Elements of an item that hold text alone, so that another field inside means they were not closed.
const PLAIN_FIELDS: [&str; 5] = ["title", "link", "guid", "pubdate", "comments"];

/// Elements that begin a new field of an item.
const FIELDS: [&str; 10] =
    ["title", "link", "description", "guid", "pubdate", "author", "category", "enclosure", "comments", "item"];

/// Declarations of namespaces in scope at once: a name is looked up among all of them.
const NAMESPACES_MAX: usize = 128;
/// Declarations of entities that are looked at in one document, whether they are taken or not.
const ENTITIES_SEEN_MAX: usize = 256;
/// Longest DOCTYPE in which declarations are looked for, in bytes.
const DOCTYPE_BYTES_MAX: usize = 64 * 1024;

pub(super) struct Builder<'a, 'm> {
    text: &'a str,
    limits: Limits,
    mends: &'m Mends,
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) attributes: Vec<Attribute<'a>>,
    pub(super) declared: Vec<Declared<'a>>,
    /// Open elements: node and qualified name.
    open: Vec<(u32, &'a str)>,
    /// Prefixes in scope: the depth they were declared at, the prefix, what it stands for.
    scope: Vec<(usize, &'a str, Ns)>,
    /// Elements over the depth limit that are open.
    too_deep: usize,
    entities_seen: usize,
    pub(super) root: Option<u32>,
    pub(super) first_name: Option<&'a str>,
    pub(super) cut: Option<usize>,
    pub(super) truncated: bool,
}

impl<'a, 'm> Builder<'a, 'm> {
    pub(super) fn new(text: &'a str, limits: Limits, mends: &'m Mends) -> Self {
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
            entities_seen: 0,
            root: None,
            first_name: None,
            cut: None,
            truncated: false,
        }
    }

    pub(super) fn run(&mut self) {
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
                Token::Doctype { raw, .. } => self.doctype(raw),
            }
        }
        self.truncated = !self.open.is_empty() && self.cut.is_none();
        if self.truncated {
            self.mends.note(WarningCode::Truncated, "the document ends before its elements do", self.text.len());
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
            self.mends.note(WarningCode::JunkAfterEnd, "what follows the end of the feed was left out", at);
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
            self.mends.note(WarningCode::JunkBeforeRoot, "what comes before the feed was left out", at);
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
            self.mends.note(WarningCode::UnclosedElement, "an element without end tag was closed", at);
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
                self.mends.note(WarningCode::StrayEndTag, "an end tag that ends nothing was left out", at);
            }
            return;
        };
        if self.open.get(place).is_some_and(|(_, open)| *open != name) {
            let message = "an end tag that differs from its start tag in capital letters was taken for it";
            self.mends.note(WarningCode::EndTagCase, message, at);
        }
        while self.open.len() > place + 1 {
            let void = self.open.last().is_some_and(|(_, open)| is_void(open));
            if !void {
                self.mends.note(WarningCode::UnclosedElement, "an element without end tag was closed", at);
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
                self.mends.note(WarningCode::JunkBeforeRoot, "what comes before the feed was left out", at);
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
                if let Some(prefix) = prefix.filter(|_| self.scope.len() < NAMESPACES_MAX) {
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
            // Each address inside is joined to the base, however long that is.
            if ns == Ns::Xml && local == "base" && raw.len() > ADDRESS_BYTES_MAX {
                self.cut.get_or_insert(at);
            }
            self.attributes.push(Attribute { ns, local, raw });
        }
        if cut.next().is_some() {
            self.cut.get_or_insert(at);
        }
        if cut.mended {
            self.mends.note(
                WarningCode::BadAttribute,
                "an attribute without quotes or value was read as it stands",
                at,
            );
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
            self.mends.note(
                WarningCode::UndeclaredPrefix,
                "a namespace prefix is not declared; its usual meaning was taken",
                at,
            );
        }
        (known.unwrap_or(Ns::Other), local)
    }

    /// Takes the internal entities of a DOCTYPE.
    fn doctype(&mut self, raw: &'a str) {
        let mut rest = raw.get(..DOCTYPE_BYTES_MAX).unwrap_or(raw);
        while self.entities_seen < ENTITIES_SEEN_MAX
            && let Some((_, after)) = rest.split_once("<!ENTITY")
        {
            self.entities_seen += 1;
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
