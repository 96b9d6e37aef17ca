//! Models that recognise the genre and the topics of a text: linear, trained offline on labelled lines, read by people.
//!
//! Two stages. The first is a logistic regression over hashed words and character n-grams (`grams`), one output a genre
//! or topic. The second (`signs`) has a few dozen weights: one for each kind of evidence that the policy's terms give,
//! one for the first stage, one for each genre and standing. A weight for each term would memorise known texts.
//!
//! `model` is the file, `judge` applies it to a text, `train` makes one of labelled lines: `fit` finds the weights of
//! both stages by `minimise`, with whole publishers left out wherever something is measured.

mod fit;
mod grams;
mod judge;
mod minimise;
mod model;
mod signs;
mod train;

pub use grams::Words;
pub(crate) use judge::Outputs;
pub use judge::{Judged, Recogniser};
pub use model::{FacetModel, ModelError};
pub use signs::{GenreSigns, Observed, TopicSigns};
pub use train::{Labelled, Trained, Voice, train};

#[cfg(test)]
mod tests;
