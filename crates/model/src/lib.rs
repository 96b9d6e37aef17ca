//! The nouns of Plenary and the query grammar. Depends on nothing else in the crate and does no I/O.
//!
//! Atom's vocabulary (RFC 4287) is used throughout; the words of other formats stay in `ingest/parse`.

pub mod authorship;
pub mod change;
pub mod country;
pub mod deadline;
pub mod decision;
pub mod doubt;
pub mod edition;
pub mod entry;
pub mod event;
pub mod evidence;
pub mod fold;
pub mod html;
pub mod id;
pub mod language;
pub mod learned;
pub mod limits;
pub mod line;
pub mod link;
pub mod piece;
pub mod policy;
pub mod poll;
pub mod port;
pub mod push;
pub mod query;
pub mod reason;
pub mod review;
pub mod sameness;
pub mod section;
pub mod source;
pub mod system;
pub mod term;
pub mod theme;
pub mod topic;
pub mod validators;
pub mod view;
pub mod warning;
pub mod whitespace;
pub mod withdrawal;
