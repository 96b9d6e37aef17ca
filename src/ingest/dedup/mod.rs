//! Which entries are the same piece. Pure, and independent of the order in which entries come.
//!
//! `text` folds an entry's text, `card` holds what is compared, `keys` says under which keys entries
//! meet, `pairs` brings them together, `ladder` judges a pair, `group` makes groups of the pairs.
//! `decide` uses these for the store's pieces, `partition` for the lines of `plenary dedup`.

mod card;
mod group;
mod keys;
mod ladder;
mod pairs;
mod partition;
mod text;

pub(crate) use card::Card;
pub(crate) use group::{Apart, Edge, Group, components, groups};
pub(crate) use keys::keys_of;
pub(crate) use ladder::{Match, Rung};
pub(crate) use pairs::{edges, translations};
pub use partition::{Same, partition};
