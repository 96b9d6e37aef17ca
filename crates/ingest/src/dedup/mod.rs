//! Which entries are the same piece. Pure, and independent of the order in which entries come.
//!
//! In the words of record linkage: `record` holds what is compared of an entry, `blocking` says under which keys
//! entries meet, `meetings` and `candidates` bring them together, `comparison` has each pair judged by `rules`, which
//! ask `copies` of texts and `titles` of headlines, `cluster` makes groups of the pairs, `translations` finds versions
//! in other languages. `decide` uses these for the store's pieces, `partition` for the lines of `plenary dedup`.

mod blocking;
mod candidates;
mod cluster;
mod comparison;
mod copies;
mod finding;
mod meetings;
mod partition;
mod passages;
mod record;
mod rules;
mod titles;
mod translation_keys;
mod translations;

pub use blocking::blocking_keys;
pub(crate) use cluster::{CannotLink, Cluster, Edge, cluster, components};
pub(crate) use comparison::{Linkage, judge_fresh};
pub(crate) use finding::Match;
pub use partition::{Same, partition};
pub use passages::find_shared_passages;
pub(crate) use record::Record;
pub(crate) use translations::{Translations, translations};
