//! Counts of facets, kept until the store changes: a hundred thousand pieces are not counted again for
//! every visitor.

use super::failure::Failure;
use plenary_model::view::{FacetCount, Search};
use plenary_store::Store;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Searches whose counts are kept; beyond them all are forgotten, which costs one counting each.
const SEARCHES_MAX: usize = 256;

/// The counts of one state of the store.
#[derive(Default)]
struct Kept {
    revision: u64,
    searches: HashMap<String, Arc<Vec<FacetCount>>>,
}

/// Counts by search.
#[derive(Default)]
pub(super) struct Counts {
    kept: Mutex<Kept>,
}

impl Counts {
    /// The counts of a search.
    pub(super) async fn of(&self, store: &Store, asked: &Search) -> Result<Arc<Vec<FacetCount>>, Failure> {
        let revision = store.search_revision().await?;
        let name = asked.query.to_string();
        if let Some(found) = self.get(revision, &name) {
            return Ok(found);
        }
        let (counts, revision) = store.facets(asked).await?;
        let counts = Arc::new(counts);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.revision != revision || kept.searches.len() >= SEARCHES_MAX {
            *kept = Kept { revision, searches: HashMap::new() };
        }
        kept.searches.insert(name, Arc::clone(&counts));
        Ok(counts)
    }

    fn get(&self, revision: u64, name: &str) -> Option<Arc<Vec<FacetCount>>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.revision == revision { kept.searches.get(name).cloned() } else { None }
    }
}
