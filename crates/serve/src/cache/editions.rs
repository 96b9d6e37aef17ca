//! Stored documents, ready to be sent: shared bodies and heads that are made once. The store stays the truth: a copy is
//! given while nothing was published since, by this process (known at once) or another (within [`CHECK_EVERY`]). Bodies
//! that are long stay there, and are read slice by slice while they are sent.

use super::bodies::SharedBodies;
use super::codings::CodingCache;
use super::versioned::{ANY_AGE, Cache};
use crate::respond::{Document, DocumentBody, SlicedBody, Variant};
use axum::body::Body;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use plenary_model::policy::Policy;
use plenary_model::port::Clock;
use plenary_store::{Result, Store};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

/// How often the store is asked whether another process has published.
const CHECK_EVERY: TimeDelta = TimeDelta::seconds(1);
/// Bodies kept, in bytes: a thousand feeds of 60 KB.
const SIZE_MAX: usize = 96 << 20;
/// Longer bodies, in bytes, are not held in memory: a current document has some 100 KB, a full part of an archive 1 MiB,
/// and one that was stored before months had parts any size.
pub(crate) const WHOLE_BYTES_MAX: usize = 512 << 10;

/// What documents were read at; their heads are made anew when any of it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct EditionVersion {
    /// [`Store::count_publications`].
    published: u64,
    /// [`Store::edition_generation`].
    generation: u64,
    /// Year and month: the head of an archive changes when its month is over.
    month: (i32, u32),
}

pub(crate) struct EditionCache {
    store: Store,
    clock: Arc<dyn Clock>,
    policy: watch::Receiver<Arc<Policy>>,
    documents: Cache<String, EditionVersion, Arc<Document>>,
    bodies: SharedBodies,
    codings: CodingCache,
    /// As it was when the store was last asked.
    version: RwLock<EditionVersion>,
    /// When the store was last asked, in milliseconds since 1970.
    checked_at: AtomicI64,
}

impl EditionCache {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>, policy: watch::Receiver<Arc<Policy>>) -> Self {
        let documents = Cache::new(SIZE_MAX, ANY_AGE);
        let (bodies, codings) = (SharedBodies::default(), CodingCache::default());
        Self {
            store,
            clock,
            policy,
            documents,
            bodies,
            codings,
            version: RwLock::default(),
            checked_at: AtomicI64::new(0),
        }
    }

    /// A document that is kept and may be given; `None` says nothing of whether there is one.
    pub(crate) fn find(&self, path: &str) -> Option<Arc<Document>> {
        let now = self.clock.now();
        if self.is_check_due(now) {
            return None;
        }
        let version = *self.version.read().unwrap_or_else(PoisonError::into_inner);
        if version.published != self.store.count_publications() {
            return None;
        }
        self.documents.find(&version, path, now)
    }

    /// True for one request in each [`CHECK_EVERY`]: that one asks the store. A clock that was set back is no reason to
    /// wait.
    fn is_check_due(&self, now: DateTime<Utc>) -> bool {
        let now = now.timestamp_millis();
        let last = self.checked_at.load(Ordering::Relaxed);
        now.abs_diff(last) >= CHECK_EVERY.num_milliseconds().unsigned_abs()
            && self.checked_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// The document at an address, from the store if need be.
    pub(crate) async fn load(&self, path: &str) -> Result<Option<Arc<Document>>> {
        let published = self.store.count_publications();
        let generation = self.store.edition_generation().await?;
        let now = self.clock.now();
        let version = EditionVersion { published, generation, month: (now.year(), now.month()) };
        *self.version.write().unwrap_or_else(PoisonError::into_inner) = version;
        if let Some(document) = self.documents.find(&version, path, now) {
            return Ok(Some(document));
        }
        let Some(edition) = self.store.edition_for_sending(path, WHOLE_BYTES_MAX).await? else { return Ok(None) };
        let edition = self.codings.code(edition, now).await;
        let (policy, digest) = (Arc::clone(&self.policy.borrow()), edition.digest.clone());
        let share = |coding, body| self.bodies.share(path, &digest, coding, body);
        let document = Arc::new(Document::new(edition, now, &policy, share));
        if self.store.count_publications() == published {
            self.documents.keep(version, path.to_owned(), now, Arc::clone(&document), document.bytes());
        }
        Ok(Some(document))
    }

    /// The body of a variant of a document, to be sent once.
    pub(crate) fn open(&self, document: &Document, variant: &Variant) -> Body {
        match &variant.body {
            DocumentBody::Whole(body) => Body::from(body.clone()),
            DocumentBody::Long(coding, length) => {
                Body::new(SlicedBody::new(self.store.clone(), document, *coding, *length))
            }
        }
    }
}
