//! The publishing half: stored pieces in, documents out. Pure: no I/O and no clock, so the same
//! pieces give the same bytes, and a feed changes only when what it shows changes.
//!
//! `head` and `item` say what a document contains, in no format; `atom`, `rss` and `json_feed` write
//! it down; `archive` makes the documents of a month, `parts` says what stands in which; `edition` makes the bytes ready
//! to be stored. `provenance` documents our own extension.

mod archive;
mod atom;
mod calendar;
mod chain;
pub mod coding;
mod contents;
mod documents;
mod edition;
mod elements;
mod head;
mod item;
mod json_feed;
mod opml;
mod origin;
mod parts;
mod prologue;
mod provenance;
mod rss;
#[cfg(test)]
mod sample;
mod target;
mod text;

pub use archive::{Archive, ArchiveIndex, ArchivedEntry, archive_entries, archive_entry, index_archive};
pub use calendar::calendar;
pub use chain::{Chain, Part, archive_folder, archive_path, is_archive, parts_of};
pub use contents::Contents;
pub use documents::{document, documents, feed_id};
pub use edition::{digest, edition, is_whole};
pub use opml::opml;
pub use parts::{MonthDraft, PartDraft, PartSize, measure_tombstone};
pub use target::Target;
