//! What was made once and is given again: stored documents, rendered pages, counted facets, pictures.
//!
//! One rule of expiry: an answer is given again while what it was made from has the same version, and until its cache's
//! age. Whoever asks takes the version before reading, so that what changes meanwhile is never taken for known.

mod bodies;
mod codings;
mod editions;
mod facets;
mod pages;
mod versioned;

pub(crate) use editions::EditionCache;
#[cfg(test)]
pub(crate) use editions::WHOLE_BYTES_MAX;
pub(crate) use facets::FacetCache;
pub(crate) use pages::{PageCache, PageVersion};
pub(crate) use versioned::{ANY_AGE, Cache};
