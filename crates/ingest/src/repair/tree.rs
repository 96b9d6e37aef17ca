//! A document as a tree of elements, and what can be asked of one.

use super::builder::Builder;
use super::entity::{self, Declared};
use super::mends::Mends;
use super::namespace::Ns;
use super::node::{Attribute, Kind, Limits, NONE, Node, is_void};
use plenary_model::warning::WarningCode;
use std::borrow::Cow;

pub(crate) struct Tree<'a> {
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
    pub(crate) fn read(text: &'a str, limits: Limits) -> Self {
        let mends = Mends::default();
        let mut builder = Builder::new(text, limits, &mends);
        builder.run();
        let Builder { nodes, attributes, declared, root, first_name, cut, truncated, .. } = builder;
        Self { nodes, attributes, declared, mends, root, first_name, cut, truncated, text }
    }

    pub(crate) fn root(&self) -> Option<Element<'_, 'a>> {
        self.root.map(|id| Element { tree: self, id })
    }

    pub(crate) fn first_name(&self) -> Option<&'a str> {
        self.first_name
    }

    pub(crate) fn cut(&self) -> Option<usize> {
        self.cut
    }

    pub(crate) fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Mends so far; reading texts adds to them.
    pub(crate) fn mends(&self) -> &Mends {
        &self.mends
    }

    /// Ends the tree; what is left is what was mended.
    pub(crate) fn into_mends(self) -> Mends {
        self.mends
    }

    fn offset_of(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    id: u32,
}

impl<'t, 'a> Element<'t, 'a> {
    fn node(&self) -> &'t Node<'a> {
        &self.tree.nodes[self.id as usize]
    }

    pub(crate) fn ns(&self) -> Ns {
        match &self.node().kind {
            Kind::Element { ns, .. } => *ns,
            _ => Ns::Other,
        }
    }

    /// Local part of its name, in lower case.
    pub(crate) fn local(&self) -> Cow<'a, str> {
        match &self.node().kind {
            Kind::Element { local, .. } if local.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                Cow::Owned(local.to_ascii_lowercase())
            }
            Kind::Element { local, .. } => Cow::Borrowed(local),
            _ => Cow::Borrowed(""),
        }
    }

    /// Where it stands in the document, in bytes.
    pub(crate) fn offset(&self) -> usize {
        self.node().span.0 as usize
    }

    pub(crate) fn source(&self) -> &'a str {
        let (start, end) = self.node().span;
        self.tree.text.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(crate) fn note(&self, code: WarningCode, message: &str) {
        self.tree.mends.note(code, message, self.offset());
    }

    pub(crate) fn is_open_at_end(&self) -> bool {
        matches!(self.node().kind, Kind::Element { open_at_end: true, .. })
    }

    pub(crate) fn elements(self) -> impl Iterator<Item = Element<'t, 'a>> {
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

    #[cfg(test)]
    pub(crate) fn element(self, ns: Ns, local: &str) -> Option<Element<'t, 'a>> {
        self.elements().find(|element| element.ns() == ns && element.local() == local)
    }

    /// The value of an attribute without a prefix, or with the prefix of `ns`.
    pub(crate) fn attribute(&self, ns: Ns, local: &str) -> Option<Cow<'a, str>> {
        let Kind::Element { attributes: (start, end), .. } = &self.node().kind else { return None };
        let found = self.tree.attributes.get(*start as usize..*end as usize)?;
        let found = found.iter().find(|a| a.ns == ns && a.local.eq_ignore_ascii_case(local))?;
        Some(self.resolve(found.raw))
    }

    /// True when it declares a namespace of exactly that name.
    pub(crate) fn declares(&self, name: &str) -> bool {
        let Kind::Element { attributes: (start, end), .. } = &self.node().kind else { return false };
        let found = self.tree.attributes.get(*start as usize..*end as usize).unwrap_or_default();
        found.iter().any(|attribute| attribute.ns == Ns::Declaration && attribute.raw == name)
    }

    /// The value of an attribute of the feed's own vocabulary, blanks trimmed; `None` when empty. It has no prefix, but
    /// some write that of Atom.
    pub(crate) fn plain(&self, local: &str) -> Option<Cow<'a, str>> {
        let own = self.attribute(Ns::Core, local).or_else(|| self.attribute(Ns::Atom, local));
        own.map(trimmed).filter(|value| !value.is_empty())
    }

    /// Its text, references resolved, with the text of the elements inside.
    pub(crate) fn text(&self) -> Cow<'a, str> {
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

    /// Its inside as HTML: prefixes dropped, names kept. With `text_is_markup`, text between the elements is taken for
    /// HTML that was escaped once, as publishers of RSS mix the two.
    pub(crate) fn markup(&self, text_is_markup: bool) -> String {
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

    pub(crate) fn keep_old_type(&self) {
        self.tree.mends.keep_old_type(self.offset());
    }

    fn resolve(&self, raw: &'a str) -> Cow<'a, str> {
        entity::resolve(raw, &self.tree.declared, &self.tree.mends, self.tree.offset_of(raw))
    }

    fn clean(&self, raw: &'a str) -> Cow<'a, str> {
        entity::clean(raw, &self.tree.mends, self.tree.offset_of(raw))
    }
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
pub(crate) fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
