//! What was made once and is given again: stored documents, rendered pages, counted facets, pictures.
//!
//! One rule of expiry holds for all of them: an answer is given again while the version of what it was made from
//! is still the version of now, and until it is as old as its cache allows. Whoever asks tells the version from
//! before anything was read, so that what changes meanwhile is never taken for known.

mod editions;
mod facets;
mod pages;
mod versioned;

pub(crate) use editions::EditionCache;
pub(crate) use facets::FacetCache;
pub(crate) use pages::{PageCache, PageVersion};
pub(crate) use versioned::{ANY_AGE, Cache};
