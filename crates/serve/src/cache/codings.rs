//! Codings that are made on the way, of documents that have not settled yet: a version of a document is coded once,
//! however many ask for it at a time, and not again because another document has changed.

use chrono::{DateTime, Utc};
use plenary_model::edition::{Codings, ContentCoding, StoredBody, StoredEdition};
use plenary_publish::coding::{Effort, encode};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Uncoded bytes of the documents whose codings are kept: some hundred feeds, whose codings take a quarter.
const SIZE_MAX: usize = 32 << 20;

#[derive(Default)]
pub(super) struct CodingCache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    by_path: HashMap<String, Arc<Coded>>,
    size: usize,
}

struct Coded {
    /// Of the document, uncoded.
    digest: String,
    size: usize,
    codings: OnceCell<Codings>,
}

impl CodingCache {
    /// Adds the codings to a document that has none yet: the bytes that will be stored once it has settled. One that
    /// cannot be coded is sent as it is.
    pub(super) async fn code(&self, mut edition: StoredEdition, now: DateTime<Utc>) -> StoredEdition {
        let [(ContentCoding::Identity, StoredBody::Whole(body))] = edition.bodies.as_slice() else { return edition };
        let coded = self.open(&edition, body.len());
        let effort = Effort::of(&edition.path, now);
        let made = coded.codings.get_or_try_init(|| {
            let body = body.clone();
            tokio::task::spawn_blocking(move || encode(&body, effort))
        });
        if let Ok(Codings { gzip, brotli }) = made.await {
            let codings = [(ContentCoding::Brotli, brotli), (ContentCoding::Gzip, gzip)];
            let codings = codings.into_iter().filter(|(_, body)| !body.is_empty());
            let codings: Vec<_> = codings.map(|(coding, body)| (coding, StoredBody::Whole(body.clone()))).collect();
            edition.bodies.splice(0..0, codings);
        }
        edition
    }

    /// The codings of this version of a document, made or in the making; others of it are forgotten.
    fn open(&self, edition: &StoredEdition, size: usize) -> Arc<Coded> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(coded) = kept.by_path.get(&edition.path).filter(|coded| coded.digest == edition.digest) {
            return Arc::clone(coded);
        }
        if kept.size + size > SIZE_MAX {
            *kept = Kept::default();
        }
        let coded = Arc::new(Coded { digest: edition.digest.clone(), size, codings: OnceCell::new() });
        let before = kept.by_path.insert(edition.path.clone(), Arc::clone(&coded));
        kept.size = kept.size + size - before.map_or(0, |before| before.size);
        coded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(path: &str, digest: &str, text: &str) -> StoredEdition {
        StoredEdition {
            path: path.into(),
            media_type: "application/atom+xml".into(),
            digest: digest.into(),
            updated: DateTime::UNIX_EPOCH,
            bodies: vec![(ContentCoding::Identity, StoredBody::Whole(text.repeat(400).into_bytes()))],
        }
    }

    #[tokio::test]
    async fn a_version_is_coded_once_and_another_anew() {
        let cache = CodingCache::default();
        let first = edition("/all.atom", "a", "children ");
        let coded = cache.code(first.clone(), DateTime::UNIX_EPOCH).await;
        let kinds: Vec<ContentCoding> = coded.bodies.iter().map(|(coding, _)| *coding).collect();
        assert_eq!(kinds, [ContentCoding::Brotli, ContentCoding::Gzip, ContentCoding::Identity]);
        let made = cache.open(&first, 1);
        assert!(made.codings.get().is_some());
        assert!(Arc::ptr_eq(&made, &cache.open(&first, 1)), "whoever asks next finds them");
        let second = edition("/all.atom", "b", "schools ");
        let other = cache.code(second.clone(), DateTime::UNIX_EPOCH).await;
        assert_ne!(other.bodies[0], coded.bodies[0]);
        assert!(!Arc::ptr_eq(&made, &cache.open(&second, 1)));
        assert_eq!(cache.0.lock().unwrap().by_path.len(), 1);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let cache = CodingCache::default();
        for number in 0..100 {
            cache.open(&edition(&format!("/{number}.atom"), "a", "x"), SIZE_MAX / 10);
        }
        let kept = cache.0.lock().unwrap();
        assert!(kept.size <= SIZE_MAX && kept.by_path.len() <= 10, "{}", kept.by_path.len());
    }
}
