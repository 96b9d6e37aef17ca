//! What trees are made of: elements and texts, each with its place among the others.

use super::namespace::Ns;

/// What a tree may hold; what is over is left out, and [`Tree::cut`](super::Tree::cut) says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Elements and texts.
    pub(crate) nodes: usize,
    /// Elements inside each other.
    pub(crate) depth: usize,
    /// Attributes of one element.
    pub(crate) attributes: usize,
}

/// Index of "none" in the links between nodes.
pub(super) const NONE: u32 = u32::MAX;

pub(super) enum Kind<'a> {
    Element { ns: Ns, local: &'a str, attributes: (u32, u32), open_at_end: bool },
    Text(&'a str),
    Cdata(&'a str),
}

pub(super) struct Node<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) next: u32,
    /// First byte, and the byte after the last.
    pub(super) span: (u32, u32),
}

/// An attribute with its value as it stands.
pub(super) struct Attribute<'a> {
    pub(super) ns: Ns,
    pub(super) local: &'a str,
    pub(super) raw: &'a str,
}

/// HTML elements without an end tag.
pub(super) fn is_void(local: &str) -> bool {
    const VOID: [&str; 8] = ["br", "hr", "img", "input", "wbr", "area", "col", "source"];
    VOID.iter().any(|name| local.eq_ignore_ascii_case(name))
}
