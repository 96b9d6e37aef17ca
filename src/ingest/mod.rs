//! Bytes to decisions, pure: reading feeds, recognising the same piece, placing pieces in sections.
//!
//! Nothing here does I/O or asks for the time; `now` is an argument.

pub mod decide;
mod dedup;
//! From bytes to a `Changeset`: pure, `now` is an argument.

pub mod interval;
