//! How alike two texts are, and under which keys alike texts meet.
//!
//! `print` turns a text into words that compare in one instruction, `sketch` picks the few phrases
//! under which it is found again, `overlap` lays two texts over each other, `specifics` are the figures and
//! names that survive translation.

mod overlap;
mod print;
mod sketch;
mod specifics;

pub(super) use overlap::{Overlap, common_runs, shared_of_kind, shared_words};
pub(super) use print::{Print, Token, mix};
pub(super) use sketch::{phrases, title_phrases};
pub(super) use specifics::{Specific, Specifics};
