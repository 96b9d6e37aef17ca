//! Counts of facets, kept until a search may find something else, so that they are not made for every visitor.

use super::versioned::{ANY_AGE, Cache};
use chrono::{DateTime, Utc};
use plenary_model::view::{FacetCount, Search};
use plenary_store::{Result, Store};
use std::sync::Arc;

/// Searches whose counts are kept.
const SEARCHES_MAX: usize = 256;

/// Counts by query, at a [`Store::search_revision`].
pub(crate) struct FacetCache {
    counts: Cache<String, u64, Arc<Vec<FacetCount>>>,
}

impl FacetCache {
    pub(crate) fn new() -> Self {
        Self { counts: Cache::new(SEARCHES_MAX, ANY_AGE) }
    }

    /// How many of the pieces that a search finds have which value.
    pub(crate) async fn count(
        &self,
        store: &Store,
        asked: &Search,
        now: DateTime<Utc>,
    ) -> Result<Arc<Vec<FacetCount>>> {
        let query = asked.query.to_string();
        let revision = store.search_revision().await?;
        if let Some(counts) = self.counts.find(&revision, query.as_str(), now) {
            return Ok(counts);
        }
        // They come with the revision that they were counted at, which may be a later one.
        let (counts, revision) = store.facets(asked).await?;
        let counts = Arc::new(counts);
        self.counts.keep(revision, query, now, Arc::clone(&counts), 1);
        Ok(counts)
    }
}
