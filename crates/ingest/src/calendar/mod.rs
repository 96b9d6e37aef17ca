//! Events from several sources: reads `.ics` files, recognises sessions by number in any language, and settles what the
//! sources say into one event with its history.

mod claim;
mod history;
mod ics;
mod numbering;
mod settle;
mod titles;

pub use claim::{KnownEvents, claim_of_staff, claims_of};
pub use ics::{IcsError, Occurrence, Reading, read};
pub use numbering::{Numbered, renumber};
pub use settle::settle;
