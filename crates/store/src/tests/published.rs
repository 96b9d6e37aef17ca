//! What documents owe.

use crate::Store;

#[tokio::test]
async fn a_change_that_comes_while_documents_are_rendered_stays_owed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plenary.db");
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.find_unpublished().await.unwrap(), None);
    store.put_events(Vec::new()).await.unwrap();
    let rendered = store.find_unpublished().await.unwrap();
    assert!(rendered.is_some());
    store.put_events(Vec::new()).await.unwrap();
    store.note_published(rendered).await.unwrap();
    let later = store.find_unpublished().await.unwrap();
    assert!(later > rendered, "{later:?} {rendered:?}");
    store.close().await.unwrap();

    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.find_unpublished().await.unwrap(), later, "a stop forgets nothing");
    store.note_published(later).await.unwrap();
    assert_eq!(store.find_unpublished().await.unwrap(), None);
    store.put_events(Vec::new()).await.unwrap();
    assert!(store.find_unpublished().await.unwrap() > later, "numbers are not used again");
}
