//! From bytes to a `Changeset`: reading feeds, recognising the same piece, placing pieces in sections.
//!
//! Pure: nothing here does I/O or asks for the time; `now` is an argument.

pub mod calendar;
pub mod categorise;
pub mod charset;
mod dates;
pub mod decide;
mod dedup;
pub mod discover;
pub mod interval;
pub mod language;
pub mod learn;
mod normalise;
mod parse;
pub mod push;
pub mod read;
pub mod recognise;
mod repair;
pub mod sanitise;
mod similarity;
mod tombstones;
