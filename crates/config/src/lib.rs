//! `feeds.toml`: the only reader and writer of it.
//!
//! One table of keys (`shape`) drives the check, the JSON Schema and the messages. Everything that is
//! wrong is named at once, with file, line, column and remedy; a policy is either whole or refused.

mod check;
mod edit;
mod event;

mod opml;
mod problem;
mod read;
mod refer;
mod schedule;
mod schema;
mod shape;
mod theme;
mod value;

pub use edit::{Edit, EditError, Edited, SourceBlock, edit};
pub use opml::{Import, OpmlError, import as import_opml};
pub use problem::{Problem, Problems};
pub use read::{Include, files, read, read_text};
pub use schema::schema;

#[cfg(test)]
mod tests;
