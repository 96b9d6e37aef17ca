//! How the origin answers: validators, codings, mounted documents, its record of requests.

use super::*;
use crate::demo::DemoClock;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// One request over a connection of its own, written out, so that nothing adds a header field.
async fn get(origin: &Origin, path: &str, fields: &[(&str, &str)]) -> String {
    let mut stream = tokio::net::TcpStream::connect(origin.addr()).await.unwrap();
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", origin.addr());
    for (name, value) in fields {
        request.extend([*name, ": ", *value, "\r\n"]);
    }
    stream.write_all((request + "\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn field(answer: &str, name: &str) -> String {
    let line = answer.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in {answer}")).split_once(": ").unwrap().1.to_owned()
}

fn origin() -> Origin {
    Origin::start(Arc::new(DemoClock::still()), true).unwrap()
}

#[tokio::test]
async fn every_feed_honours_both_validators() {
    let origin = origin();
    for publisher in Network::read().unwrap().publishers.iter().filter(|p| p.fault.is_none()) {
        let first = get(&origin, &publisher.path, &[]).await;
        assert!(first.starts_with("HTTP/1.1 200"), "{first}");
        let (etag, modified) = (field(&first, "etag"), field(&first, "last-modified"));
        for fields in [[("if-none-match", &*etag)], [("if-modified-since", &*modified)]] {
            let again = get(&origin, &publisher.path, &fields).await;
            assert!(again.starts_with("HTTP/1.1 304"), "{again}");
            assert_eq!(field(&again, "etag"), etag);
        }
    }
}

#[tokio::test]
async fn a_former_address_redirects_or_is_gone() {
    let origin = origin();
    for publisher in &Network::read().unwrap().publishers {
        if let Some(path) = &publisher.moved_from {
            let answer = get(&origin, path, &[]).await;
            assert!(answer.starts_with("HTTP/1.1 308"), "{answer}");
            assert_eq!(field(&answer, "location"), origin.url(&publisher.path));
        }
        if let Some(path) = &publisher.gone {
            assert!(get(&origin, path, &[]).await.starts_with("HTTP/1.1 410"));
        }
    }
}

#[tokio::test]
async fn every_entry_has_a_page_and_an_unknown_path_has_none() {
    let origin = origin();
    for publisher in &Network::read().unwrap().publishers {
        for item in publisher.items.iter().filter(|item| item.after.is_none()) {
            let answer = get(&origin, &format!("/{}/{}?utm_source=x", publisher.id, item.slug), &[]).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{}/{}: {answer}", publisher.id, item.slug);
        }
    }
    assert!(get(&origin, "/harbour/none", &[]).await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn a_gzipped_feed_is_gzipped_for_those_who_accept_it() {
    let origin = origin();
    let zipped = get(&origin, "/harbour/feed/", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(field(&zipped, "content-encoding"), "gzip");
    let plain = get(&origin, "/harbour/feed/", &[]).await;
    assert!(plain.contains("<rss version"));
    assert_ne!(field(&zipped, "etag"), field(&plain, "etag"));
}

#[tokio::test]
async fn mounted_documents_stand_before_the_network_and_can_change() {
    let origin = Origin::empty(Arc::new(DemoClock::still())).unwrap();
    assert!(get(&origin, "/a.xml", &[]).await.starts_with("HTTP/1.1 404"));
    origin.put("/a.xml", Served::new("application/xml", "one").with_modified(DemoClock::begin()));
    let first = get(&origin, "/a.xml", &[]).await;
    assert!(first.ends_with("one"), "{first}");
    let etag = field(&first, "etag");
    origin.put("/a.xml", Served::new("application/xml", "two").with_modified(DemoClock::begin()));
    assert!(get(&origin, "/a.xml", &[("if-none-match", &etag)]).await.ends_with("two"));
    origin.put("/a.xml", Served::status(503, "later").header("retry-after", "120"));
    let refused = get(&origin, "/a.xml", &[]).await;
    assert!(refused.starts_with("HTTP/1.1 503"));
    assert_eq!(field(&refused, "retry-after"), "120");
    assert!(!refused.contains("etag"));
    origin.remove("/a.xml");
    assert!(get(&origin, "/a.xml", &[]).await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn requests_are_recorded_as_sent() {
    let origin = origin();
    get(&origin, "/harbour/feed/?x=1", &[("user-agent", "t"), ("if-none-match", "W/\"x\"")]).await;
    get(&origin, "/harbour/feed/", &[]).await;
    let requests = origin.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].target, "/harbour/feed/?x=1");
    assert_eq!(requests[0].header("if-none-match"), Some("W/\"x\""));
    assert_eq!(requests[0].status, 200);
    assert_eq!(requests.iter().filter(|request| request.is_conditional()).count(), 1);
    origin.forget_requests();
    assert!(origin.requests().is_empty());
}

#[tokio::test]
async fn a_delayed_document_waits() {
    let origin = origin();
    origin.put("/slow", Served::status(200, "at last").with_delay(Duration::from_millis(60)));
    let before = tokio::time::Instant::now();
    assert!(get(&origin, "/slow", &[]).await.ends_with("at last"));
    assert!(before.elapsed() >= Duration::from_millis(60));
}
