//! Documents as they are sent.

use crate::Store;
use chrono::DateTime;
use plenary_model::edition::{ContentCoding, Edition, StoredBody};

const PATH: &str = "/sections/news/archive/2021-06.atom";
/// Over many pages of the database.
const LONG_BYTES: usize = 100_000;

async fn put(store: &Store, digest: &str) -> Vec<u8> {
    let identity: Vec<u8> = (0..=250).cycle().take(LONG_BYTES).collect();
    let edition = Edition {
        path: PATH.into(),
        media_type: "application/atom+xml".into(),
        digest: digest.into(),
        updated: DateTime::UNIX_EPOCH,
        identity: identity.clone(),
        gzip: b"gzip".to_vec(),
        brotli: Vec::new(),
    };
    store.put_editions(vec![edition], DateTime::UNIX_EPOCH).await.unwrap();
    identity
}

#[tokio::test]
async fn long_bodies_are_left_in_the_store_and_read_slice_by_slice() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("plenary.db")).await.unwrap();
    let identity = put(&store, "1").await;
    assert_eq!(store.edition_body(PATH).await.unwrap().as_ref(), Some(&identity));
    let edition = store.edition_for_sending(PATH, LONG_BYTES - 1).await.unwrap().unwrap();
    let expected = [
        (ContentCoding::Gzip, StoredBody::Whole(b"gzip".to_vec())),
        (ContentCoding::Identity, StoredBody::Long(LONG_BYTES)),
    ];
    assert_eq!(edition.bodies, expected);
    let whole = store.edition_for_sending(PATH, LONG_BYTES).await.unwrap().unwrap();
    assert_eq!(whole.bodies[1], (ContentCoding::Identity, StoredBody::Whole(identity.clone())));

    let read = |coding, from| store.edition_slice(PATH, "1", coding, from, 30_000);
    for from in [0, 30_000, 90_000] {
        let slice = read(ContentCoding::Identity, from).await.unwrap().unwrap();
        assert_eq!(slice, identity[from..LONG_BYTES.min(from + 30_000)], "from {from}");
    }
    assert_eq!(read(ContentCoding::Gzip, 1).await.unwrap().as_deref(), Some(b"zip".as_slice()));
    assert_eq!(read(ContentCoding::Identity, LONG_BYTES).await.unwrap(), None, "beyond its end");
    put(&store, "2").await;
    assert_eq!(read(ContentCoding::Identity, 30_000).await.unwrap(), None, "it is another document");
    assert_eq!(store.edition_for_sending("/other.atom", 1).await.unwrap(), None);
}
