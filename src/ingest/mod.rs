//! From bytes to a `Changeset`: reading feeds, recognising the same piece, placing pieces in sections.
//!
//! Pure: nothing here does I/O or asks for the time; `now` is an argument.

pub mod decide;
mod dedup;
pub mod interval;
