//! The room that the database takes, and gives back.

use crate::Store;
use chrono::{DateTime, Utc};
use plenary_model::edition::Edition;
use rusqlite::Connection;
use std::path::Path;

fn now() -> DateTime<Utc> {
    "2021-06-01T12:00:00Z".parse().unwrap()
}

fn edition(number: usize) -> Edition {
    Edition {
        path: format!("/sections/news/archive/{number}.atom"),
        media_type: "application/atom+xml".into(),
        digest: number.to_string(),
        updated: now(),
        identity: vec![b'x'; 100_000],
        gzip: Vec::new(),
        brotli: Vec::new(),
    }
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

#[tokio::test]
async fn a_database_becomes_smaller_while_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plenary.db");
    let store = Store::open(&path).await.unwrap();
    store.put_editions((0..50).map(edition).collect(), now()).await.unwrap();
    let full = store.room().await.unwrap();
    assert!(full.is_given_back && full.file > 5_000_000, "{full:?}");
    let paths: Vec<String> = (1..50).map(|number| edition(number).path).collect();
    store.drop_archives(&"news".into(), "2021-06", &paths).await.unwrap();
    assert!(store.is_unpublished().await.unwrap());
    let emptied = store.room().await.unwrap();
    assert!(emptied.file == full.file && emptied.free > full.file / 2, "{emptied:?}");

    // Another reads all the while, and sees what it saw when it began.
    let reader = Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let count = || reader.query_row("SELECT count(*) FROM edition", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count(), 1);
    let (mut freed, mut slices) = (0, 0);
    loop {
        match store.give_back(300).await.unwrap() {
            0 => break,
            pages => (freed, slices) = (freed + pages, slices + 1),
        }
        assert_eq!(count(), 1);
    }
    assert!(slices > 1, "it is done in slices");
    reader.execute_batch("ROLLBACK").unwrap();
    let left = store.room().await.unwrap();
    assert_eq!(left.free, 0);
    assert_eq!(full.file - left.file, u64::from(freed) * 4_096);
    store.close().await.unwrap();
    assert_eq!(size(&path), left.file);
    assert!(size(&path) < full.file / 2);
}

#[tokio::test]
async fn what_retention_removed_last_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("plenary.db")).await.unwrap();
    assert_eq!(store.pruned().await.unwrap(), None);
    let removed = plenary_model::view::Pruned { at: Some(now()), expired: 3, ..Default::default() };
    store.note_pruned(&removed).await.unwrap();
    assert_eq!(store.pruned().await.unwrap(), Some(removed));
}
