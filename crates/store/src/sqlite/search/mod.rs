//! The index of search: FTS5, and the question that a query puts to it.
//!
//! `document` says what of a piece is indexed, `index` writes it, `ask` turns a query into a question,
//! `count` counts the values of facets, `spelling` finds what may have been meant.

mod ask;
mod count;
mod document;
mod index;
mod rows;
mod spelling;
#[cfg(test)]
mod tests;

pub(crate) use ask::find;
pub(crate) use count::facets;
pub(super) use index::{fill, index};
pub(crate) use spelling::spelling;
