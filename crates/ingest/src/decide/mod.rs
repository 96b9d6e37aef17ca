//! The heart: what is known and what came in become a changeset.
//!
//! `pool` lays both out, `dedup` groups the entries, `identity` says which piece each group is,
//! `lead`, `dates`, `works`, `staff` and `placing` derive the piece from its entries and from staff's
//! decisions; `advised` adds what learned models say, `teach` hands them what staff decided. A piece is
//! a function of its entries, the decisions, the policy and its own earlier state, so that judging
//! again changes nothing.

mod advised;
mod caps;
mod dates;
mod identity;
mod judge;
mod lead;
mod outlook;
mod places;
mod placing;
mod pool;
mod staff;
mod teach;
#[cfg(test)]
mod tests;
mod works;

pub use super::dedup::{Same, keys_of, partition, stretches};
pub use judge::{Judge, REANNOUNCE_MAX};
pub use outlook::{Outlook, is_read_alike};
pub use places::{Carrier, Case, Places, Suggestion};
