//! `feeds.toml`: the only reader and writer of it.
//!
//! Each key is declared once, in `keys`; check, JSON Schema, help, default and value come from there. All
//! that is wrong is named at once, with its place and a remedy; a policy is either whole or refused.

mod accent;
mod built_in;
mod countries;
mod edit;
mod keys;
mod kind;
mod kinds;
mod opml;
mod problem;
mod read;
mod refer;
mod schedule;
mod schema;
mod table;
mod value;
mod words;

pub use built_in::BuiltIn;
pub use edit::{Edit, EditError, Edited, SourceBlock, edit};
pub use opml::{Import, ImportDefaults, OpmlError, TextReader, import as import_opml};
pub use problem::{Problem, Problems};
pub use read::{Include, files, list_stand_ins, read, read_text};
pub use schema::schema;

#[cfg(test)]
mod tests;
