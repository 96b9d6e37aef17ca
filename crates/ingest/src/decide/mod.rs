//! The heart: what is known and what came in become a changeset.
//!
//! `batch` lays both out, `dedup` groups the entries, `identity` says which piece each group is, `lead`, `dates`,
//! `works`, `staff_decisions` and `placements` derive the piece, `quotas` hold back what would flood a section;
//! `classifier` is what is asked of the categoriser, `recommendations` adds what models say, `training` hands them what
//! staff decided, `preview` shows pieces under another policy. A piece is a function of its entries, the decisions, the
//! policy and its own earlier state, so judging again changes nothing.

mod announcements;
mod batch;
mod classifier;
mod dates;
mod identity;
mod judge;
mod lead;
mod placements;
mod preview;
mod quotas;
mod recommendations;
mod staff_decisions;
#[cfg(test)]
mod tests;
mod training;
mod works;

pub use super::dedup::{
    Features, KEYS, Prepared, RULES, Same, Sketches, Standard, blocking_keys, find_shared_passages, partition, prepare,
};
pub use announcements::REANNOUNCE_MAX;
pub use classifier::{Carrier, Case, Classifier, Suggestion};
pub use judge::Judge;
pub use preview::{Preview, is_read_alike};
