//! Learning from what staff decide: a small linear model a section, trained in seconds, whose reasons are words with
//! weights. Deterministic: the same decisions make the same model, whatever their order.
//!
//! `features` turns a piece into numbers, `dataset` collects pieces with what staff decided, `train` finds the weights,
//! `evaluate` compares rule and model on unseen decisions, `predict` applies a model to a piece, and `combine` joins
//! its prediction with the rules.

mod combine;
mod dataset;
mod evaluate;
mod features;
mod predict;
mod train;

pub use combine::{Advice, Adviser, Recommender};
pub use dataset::{Dataset, EXAMPLES_MIN};
pub use features::Sample;

/// Version of the features, stored with a model. Raised when the same text would give other features; models of another
/// version are trained again.
pub const FORM: u32 = 2;

#[cfg(test)]
mod tests;
