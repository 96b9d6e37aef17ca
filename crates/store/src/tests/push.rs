//! Subscribers of the hub: caps, leases, and what they are owed.

use crate::Store;
use chrono::{DateTime, Duration, Utc};
use plenary_model::edition::Edition;
use plenary_model::push::{HubMode, HubRequest};

fn now() -> DateTime<Utc> {
    "2021-06-01T12:00:00Z".parse().unwrap()
}

fn request(number: u32, mode: HubMode) -> HubRequest {
    HubRequest {
        mode,
        topic: "/all.atom".into(),
        callback: format!("https://reader.example/{number}"),
        lease: std::time::Duration::from_hours(1),
        secret: None,
    }
}

fn edition(digest: &str) -> Edition {
    Edition {
        path: "/all.atom".into(),
        media_type: "application/atom+xml".into(),
        digest: digest.into(),
        updated: now(),
        identity: digest.as_bytes().to_vec(),
        gzip: Vec::new(),
        brotli: Vec::new(),
    }
}

async fn store() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("test.db")).await.unwrap();
    store.put_editions(vec![edition("1")], now()).await.unwrap();
    (store, folder)
}

#[tokio::test]
async fn a_subscriber_is_owed_changes_until_its_lease_ends() {
    let (store, _folder) = store().await;
    store.close_hub_request(&request(1, HubMode::Subscribe), true, now()).await.unwrap();
    assert!(store.deliveries(now(), 9).await.unwrap().is_empty(), "it has what stands there");
    store.put_editions(vec![edition("2")], now()).await.unwrap();
    let owed = store.deliveries(now(), 9).await.unwrap();
    assert_eq!((owed.len(), owed[0].digest.as_str()), (1, "2"));
    store.delay_delivery(&owed[0], now() + Duration::minutes(1)).await.unwrap();
    assert!(store.deliveries(now(), 9).await.unwrap().is_empty());
    let later = now() + Duration::minutes(2);
    assert_eq!(store.deliveries(later, 9).await.unwrap()[0].attempts, 1);
    // A renewal does not lose what is still owed.
    store.close_hub_request(&request(1, HubMode::Subscribe), true, later).await.unwrap();
    assert_eq!(store.deliveries(later, 9).await.unwrap().len(), 1);
    store.note_delivered(&owed[0]).await.unwrap();
    assert!(store.deliveries(later, 9).await.unwrap().is_empty());

    let after = later + Duration::hours(1);
    store.put_editions(vec![edition("3")], now()).await.unwrap();
    assert!(store.deliveries(after, 9).await.unwrap().is_empty(), "the lease is over");
    assert_eq!(store.expire_subscribers(after).await.unwrap(), 1);
    assert_eq!(store.hub_figures().await.unwrap().subscribers, 0);
}

#[tokio::test]
async fn strangers_cannot_fill_the_database() {
    let (store, _folder) = store().await;
    let mut taken = 0;
    for number in 0..80 {
        taken += usize::from(store.ask_hub(request(number, HubMode::Subscribe), now()).await.unwrap());
    }
    assert_eq!(taken, 50, "requests of one host that wait");
    for number in 0..200 {
        let request = request(number, HubMode::Subscribe);
        assert_eq!(store.hub_refusal(&request).await.unwrap(), None);
        store.close_hub_request(&request, true, now()).await.unwrap();
    }
    let refusal = store.hub_refusal(&request(200, HubMode::Subscribe)).await.unwrap();
    assert_eq!(refusal, Some("the host of the callback has too many subscriptions"));
    assert_eq!(store.hub_refusal(&request(5, HubMode::Subscribe)).await.unwrap(), None, "a renewal is no new one");
    store.close_hub_request(&request(5, HubMode::Unsubscribe), true, now()).await.unwrap();
    assert_eq!(store.hub_figures().await.unwrap().subscribers, 199);
}

#[tokio::test]
async fn a_subscription_outlives_its_document_only_to_be_denied() {
    let (store, _folder) = store().await;
    store.close_hub_request(&request(1, HubMode::Subscribe), true, now()).await.unwrap();
    store.drop_editions(&["/all.atom".to_owned()]).await.unwrap();
    assert_eq!(store.list_lost_subscribers().await.unwrap().len(), 1);
    assert_eq!(store.hub_refusal(&request(2, HubMode::Subscribe)).await.unwrap(), Some("there is no such document"));
}

#[tokio::test]
async fn the_hub_elsewhere_is_told_of_changes_only() {
    let (store, _folder) = store().await;
    assert!(store.pings(now(), 9).await.unwrap().is_empty(), "a first look is no change");
    store.put_editions(vec![edition("2")], now()).await.unwrap();
    store.put_editions(vec![edition("3")], now()).await.unwrap();
    let pings = store.pings(now(), 9).await.unwrap();
    assert_eq!((pings.len(), pings[0].digest.as_str()), (1, "3"), "two changes, one ping");
    store.note_ping(&pings[0], Some(now() + Duration::minutes(1))).await.unwrap();
    assert!(store.pings(now(), 9).await.unwrap().is_empty());
    store.note_ping(&pings[0], None).await.unwrap();
    assert!(store.pings(now() + Duration::hours(1), 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_asked_each_second_writes_only_when_there_is_something_to_do() {
    let (store, folder) = store().await;
    store.close_hub_request(&request(1, HubMode::Subscribe), true, now()).await.unwrap();
    assert!(store.pings(now(), 9).await.unwrap().is_empty(), "the document is new to the list");
    let idle = async {
        assert_eq!(store.expire_subscribers(now()).await.unwrap(), 0);
        assert!(store.list_lost_subscribers().await.unwrap().is_empty());
        assert!(store.hub_requests(now(), 9).await.unwrap().is_empty());
        assert!(store.deliveries(now(), 9).await.unwrap().is_empty());
        assert!(store.pings(now(), 9).await.unwrap().is_empty());
        assert!(store.subscriptions().await.unwrap().is_empty());
        assert_eq!(store.take_arrival().await.unwrap(), None);
    };
    // While another has its turn as a writer, a write waits, and in the end fails.
    let other = rusqlite::Connection::open(folder.path().join("test.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    idle.await;
    other.execute_batch("ROLLBACK").unwrap();

    store.put_editions(vec![edition("2")], now()).await.unwrap();
    let owed = store.pings(now(), 9).await.unwrap();
    assert_eq!(owed.len(), 1);
    store.note_ping(&owed[0], Some(now() + Duration::minutes(1))).await.unwrap();
    assert!(store.pings(now(), 9).await.unwrap().is_empty());
    assert_eq!(store.pings(now() + Duration::minutes(1), 9).await.unwrap()[0].attempts, 1);
    assert_eq!(store.expire_subscribers(now() + Duration::hours(1)).await.unwrap(), 1);
}
