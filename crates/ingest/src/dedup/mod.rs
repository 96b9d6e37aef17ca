//! Which entries are the same piece. Pure, and independent of the order in which entries come.
//!
//! In the words of record linkage: `features` are what is compared of an entry, `record` says whose it is; `blocking`
//! says under which keys entries meet, `screen` rules out what cannot be the same before it is loaded, `candidates` pairs those that do; `comparison` and `headlines` are the facts of a
//! pair, found when asked for; `rules` is the table that judges by them, under the limits of a `standard`; `linkage` has
//! each pair judged once, `cluster` makes groups of the pairs, `translations` finds versions in other languages, `revision` tells news from counters. `decide`
//! uses these for the store's pieces, `partition` for the lines of `plenary dedup`.

mod blocking;
mod candidates;
mod cluster;
mod comparison;
mod features;
mod finding;
mod headlines;
mod linkage;
mod partition;
mod passages;
mod record;
mod revision;
mod rules;
mod screen;
mod standard;
mod translations;

pub use blocking::{KEYS, blocking_keys, prepare};
pub(crate) use cluster::{CannotLink, Cluster, Edge, cluster, components};
pub use features::Features;
pub(crate) use finding::Match;
pub(crate) use linkage::{Linkage, judge_fresh};
pub use partition::{Prepared, Same, partition};
pub use passages::find_shared_passages;
pub(crate) use record::Record;
pub(crate) use revision::is_news;
pub use rules::RULES;
pub use screen::Sketches;
pub use standard::Standard;
pub(crate) use translations::{Translations, add_specifics, translations};
