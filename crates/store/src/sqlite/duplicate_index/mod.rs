//! The index of sameness: which stored pieces may be what came in, found by key and never by a scan.
//!
//! `entry_key` holds ids and links, which count at any time. Marks (phrases, titles and texts as
//! numbers) stand in the order of days: a question reads the days of its window and at most
//! so many entries a mark as `Limits` say, however long the history is.

mod fill;
mod find;
mod marks;
mod translations;
mod write;

pub(super) use fill::fill;
pub(super) use find::find_pieces;
pub(crate) use find::load_candidates;
pub(crate) use write::write;
