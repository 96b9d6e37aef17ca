//! Learning from what staff decide: a small linear model a section, trained in seconds, whose reasons
//! are words with weights.
//!
//! `features` turns a piece into numbers, `lessons` collects pieces with what staff said of them,
//! `fit` finds the weights, `trial` holds rule and model against decisions that the model has not
//! seen and says where it may speak, `voice` asks a model about a piece, and [`Counsel`] joins its
//! voice with the rules'. Everything is deterministic: the same decisions make the same model,
//! whatever their order.

mod counsel;
mod features;
mod fit;
mod lessons;
mod trial;
mod voice;

pub use counsel::{Advice, Adviser, Counsel};
pub use features::Sample;
pub use lessons::{LESSONS_MIN, Lessons};

/// Number of the form of the features, stored with a model. Raised when the same text would give
/// other features; models of another form are trained again.
pub const FORM: u32 = 1;

#[cfg(test)]
mod tests;
