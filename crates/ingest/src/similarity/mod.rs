//! How alike two texts are, and under which keys alike texts meet.
//!
//! `fingerprint` turns a text into words that compare in one instruction, `sketch` picks the few phrases under which it
//! is found again, `alignment` lays two texts over each other, `specifics` are what survives translation.

mod alignment;
mod fingerprint;
mod hash;
mod sketch;
mod specifics;

pub(super) use alignment::{Alignment, common_runs, count_shared};
pub(super) use fingerprint::{ANCHOR_WORDS, Fingerprint, Token, hash_phrases, mix};
pub(super) use hash::hash_text;
pub(super) use sketch::{phrases, title_phrases};
pub(super) use specifics::{Specific, Specifics};
