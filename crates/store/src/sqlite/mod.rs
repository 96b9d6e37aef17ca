//! The SQLite back end: the database in `database.rs`, and the SQL, one file a noun.

pub(super) mod apply;
pub(super) mod archives;
pub(super) mod backup;
mod copy;
pub(super) mod counters;
pub(super) mod damage;
mod database;
pub(super) mod decisions;
pub(super) mod doubts;
pub(super) mod duplicate_index;
pub(super) mod editions;
pub(super) mod entries;
pub(super) mod events;
pub(super) mod flags;
mod in_doubt;
pub(super) mod learned;
pub(super) mod migrations;
mod month;
pub(super) mod pieces;
mod placements;
pub(super) mod polls;
pub(super) mod push;
mod read_only;
pub(super) mod retention;
pub(super) mod review;
mod schema;
pub(super) mod search;
pub(super) mod sections;
pub(super) mod selections;
mod sentences;
pub(super) mod sources;
pub(super) mod sync;
mod value;
pub(super) mod views;
mod visible;

pub(super) use database::{Database, on_thread};
