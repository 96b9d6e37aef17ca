//! Events from several sources: `.ics` files are read, sessions recognised by their number whatever the
//! language, and what the sources say is settled into one event with its history.

mod claim;
mod history;
mod ics;
mod numbering;
mod settle;
mod titles;

pub use claim::{KnownEvents, claims_of, said_by_staff};
pub use ics::{IcsError, Occurrence, Reading, read};
pub use numbering::{Numbered, renumber};
pub use settle::settle;
