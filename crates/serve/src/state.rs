//! What the site is built from, and what all of its handlers share.

use crate::assets::Assets;
use crate::cache::{FacetCache, PageCache};
use crate::metrics::RequestMetrics;
use crate::social_image::SocialImages;
use plenary_model::policy::Policy;
use plenary_model::port::Clock;
use plenary_store::Store;
use std::sync::Arc;
use tokio::sync::watch;

#[derive(Clone)]
pub struct State {
    pub store: Store,
    /// The policy in force; a reload sends a new one.
    pub policy: watch::Receiver<Arc<Policy>>,
    pub clock: Arc<dyn Clock>,
    /// Why no pass can run, while none can. Readers are not told more than that; the log is.
    pub trouble: watch::Receiver<Option<String>>,
    pub metrics: RequestMetrics,
}

pub(crate) struct Shared {
    pub(crate) state: State,
    pub(crate) assets: Assets,
    pub(crate) facets: FacetCache,
    pub(crate) pages: PageCache,
    pub(crate) social_images: SocialImages,
    /// False for the pages of an export: nothing computes an answer there, so they offer no search.
    pub(crate) is_live: bool,
}

impl Shared {
    pub(crate) fn new(state: State, is_live: bool) -> Self {
        Self {
            state,
            assets: Assets::new(),
            facets: FacetCache::new(),
            pages: PageCache::new(),
            social_images: SocialImages::new(),
            is_live,
        }
    }
}
