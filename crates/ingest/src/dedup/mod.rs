//! Which entries are the same piece. Pure, and independent of the order in which entries come.
//!
//! `text` takes the markup off, `card` holds what is compared of an entry, `keys` says under which keys
//! entries meet, `pairs` brings them together, `ladder` judges a pair with `copies` and `titles`, `group`
//! makes groups of the pairs, `translations` finds versions in other languages. `decide` uses these for the store's pieces, `partition` for the lines of `plenary dedup`.

mod card;
mod copies;
mod group;
mod keys;
mod ladder;
mod pairs;
mod partition;
mod stretches;
mod text;
mod titles;
mod translations;

pub(crate) use card::Card;
pub(crate) use group::{Apart, Edge, Group, components, groups};
pub use keys::keys_of;
pub(crate) use ladder::Match;
pub(crate) use pairs::{Found, judge_fresh};
pub use partition::{Same, partition};
pub use stretches::stretches;
pub(crate) use translations::{Translations, translations};
