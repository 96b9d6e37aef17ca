//! How alike two texts are, and under which keys alike texts meet.
//!
//! `print` turns a text into words that compare in one instruction, `sketch` picks the few phrases
//! under which it is found again, `overlap` lays two texts over each other.

mod overlap;
mod print;
mod sketch;

pub(super) use overlap::{Overlap, shared_words};
pub(super) use print::{Print, Token, mix};
pub(super) use sketch::{phrases, title_phrases};
