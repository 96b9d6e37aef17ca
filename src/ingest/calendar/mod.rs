//! Events from several sources: `.ics` files are read, sessions recognised by their number whatever the
//! language, and what the sources say is settled into one event with its history.

mod ics;
mod numbering;
mod settle;

pub use ics::{IcsError, Occurrence, read};
pub use numbering::{Numbered, renumbered};
pub use settle::{claims_of, settle};
