//! Bodies of documents while they are sent: whoever is sent one and the same shares one copy, however slow they are and
//! whatever was published meanwhile. It is freed with the last of them.

use axum::body::Bytes;
use plenary_model::edition::ContentCoding;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

#[derive(Default)]
pub(crate) struct SharedBodies {
    /// By address and coding.
    held: Mutex<HashMap<(String, ContentCoding), Held>>,
}

struct Held {
    /// Of the document, uncoded.
    digest: String,
    /// The copy, as long as somebody has it.
    body: Weak<Vec<u8>>,
}

impl SharedBodies {
    /// The copy of a body that is there already, or the one given from now on.
    pub(crate) fn share(&self, path: &str, digest: &str, coding: ContentCoding, body: Vec<u8>) -> Bytes {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (path.to_owned(), coding);
        let known = held.get(&key).filter(|held| held.digest == digest).and_then(|held| held.body.upgrade());
        let body = known.unwrap_or_else(|| {
            let body = Arc::new(body);
            held.retain(|_, held| held.body.strong_count() > 0);
            held.insert(key, Held { digest: digest.to_owned(), body: Arc::downgrade(&body) });
            body
        });
        Bytes::from_owner(SharedBody(body))
    }
}

struct SharedBody(Arc<Vec<u8>>);

impl AsRef<[u8]> for SharedBody {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/all.atom";

    fn share(bodies: &SharedBodies, digest: &str) -> Bytes {
        bodies.share(PATH, digest, ContentCoding::Gzip, format!("body of {digest}").into_bytes())
    }

    fn count_held(bodies: &SharedBodies) -> usize {
        bodies.held.lock().unwrap().values().filter(|held| held.body.strong_count() > 0).count()
    }

    #[test]
    fn all_who_are_sent_a_document_share_one_copy_and_the_last_frees_it() {
        let bodies = SharedBodies::default();
        let mut readers: Vec<Bytes> = (0..12).map(|_| share(&bodies, "a")).collect();
        assert!(readers.iter().all(|body| body.as_ptr() == readers[0].as_ptr()));
        let last = readers.pop().unwrap();
        drop(readers);
        assert_eq!((count_held(&bodies), last.as_ref()), (1, b"body of a".as_slice()));
        drop(last);
        assert_eq!(count_held(&bodies), 0);
    }

    #[test]
    fn another_document_at_the_address_is_another_body() {
        let bodies = SharedBodies::default();
        let (old, new) = (share(&bodies, "a"), share(&bodies, "b"));
        assert_eq!((old.as_ref(), new.as_ref()), (b"body of a".as_slice(), b"body of b".as_slice()));
        let identity = bodies.share(PATH, "b", ContentCoding::Identity, b"uncoded".to_vec());
        assert_eq!(identity.as_ref(), b"uncoded");
        drop(new);
        assert_eq!(share(&bodies, "b").as_ref(), b"body of b");
        assert_eq!(bodies.held.lock().unwrap().len(), 2, "nothing is noted of what is gone");
    }
}
