//! Reads XML that is not quite XML: any text becomes a tree, and every mend is noted with its place.
//!
//! `tokens` cuts the text into tags and text, `builder` nests them into the `node`s of a `tree`, `entity` resolves
//! references, `namespace` knows vocabularies, `mends` keeps what was mended. Nothing here knows what a feed is, but
//! for the few element names by which an unclosed element is told.

mod builder;
mod entity;
mod mends;
mod namespace;
mod node;
mod tokens;
mod tree;

pub(super) use entity::{html_references, join_surrogates, legal_characters};
pub(super) use mends::Place;
pub(super) use namespace::Ns;
pub(super) use node::Limits;
pub(super) use tokens::Attributes;
pub(super) use tree::{Element, Tree, trimmed};
