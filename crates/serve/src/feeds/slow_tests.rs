//! What readers who take their time are sent, and what it costs.

use super::tests::{ALL, ARCHIVE, Desk, ask, desk, field, publish};
use super::*;
use crate::cache::WHOLE_BYTES_MAX;
use axum::BoxError;
use axum::body::{Bytes, to_bytes};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::fmt::Write as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// At once, as many as were seen to cost 1.5 GB.
const READERS: usize = 12;

/// A document over the length that is held, of which no two slices are alike.
fn long_text(mark: &str) -> String {
    let mut text = String::new();
    while text.len() <= 2 * WHOLE_BYTES_MAX {
        let at = text.len();
        let _ = write!(text, "{mark} {at} ");
    }
    text
}

/// The next piece of a body; `None` at its end.
async fn next(body: &mut Body) -> Option<Result<Bytes, BoxError>> {
    let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
    frame.map(|frame| frame.map(|frame| frame.into_data().unwrap()).map_err(Into::into))
}

async fn get(desk: &Desk, path: &str) -> Response {
    let response = ask(desk, "GET", path, &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    response
}

#[tokio::test]
async fn slow_readers_of_a_document_share_its_bytes_over_publications() {
    let desk = desk().await;
    publish(&desk.store, ALL, "one").await;
    let mut bodies = Vec::new();
    for number in 0..READERS {
        bodies.push(get(&desk, ALL).await.into_body());
        publish(&desk.store, "/other.atom", &number.to_string()).await;
    }
    let mut places = Vec::new();
    for mut body in bodies {
        let bytes = next(&mut body).await.unwrap().unwrap();
        assert_eq!(bytes, "one");
        places.push(bytes);
    }
    assert!(places.iter().all(|bytes| bytes.as_ptr() == places[0].as_ptr()), "there is more than one copy");
}

#[tokio::test]
async fn a_long_document_comes_in_slices_that_make_it_whole() {
    let desk = desk().await;
    let text = long_text("a");
    publish(&desk.store, ARCHIVE, &text).await;
    let mut bodies = Vec::new();
    for _ in 0..READERS {
        let response = get(&desk, ARCHIVE).await;
        assert_eq!(field(&response, "content-length"), text.len().to_string());
        bodies.push((response.into_body(), Vec::new()));
    }
    let mut is_open = true;
    while is_open {
        is_open = false;
        for (body, taken) in &mut bodies {
            if let Some(bytes) = next(body).await {
                let bytes = bytes.unwrap();
                assert!(bytes.len() < WHOLE_BYTES_MAX, "{} bytes are held for one reader", bytes.len());
                taken.extend(bytes);
                is_open = true;
            }
        }
    }
    assert!(bodies.iter().all(|(_, taken)| taken == text.as_bytes()));
}

#[tokio::test]
async fn a_long_document_has_the_validators_of_any_other() {
    let desk = desk().await;
    let text = long_text("a");
    publish(&desk.store, ARCHIVE, &text).await;
    let full = get(&desk, ARCHIVE).await;
    let head = ask(&desk, "HEAD", ARCHIVE, &[]).await;
    assert_eq!(head.headers(), full.headers());
    assert!(to_bytes(head.into_body(), usize::MAX).await.unwrap().is_empty());
    let unchanged = ask(&desk, "GET", ARCHIVE, &[("if-none-match", field(&full, "etag"))]).await;
    assert_eq!(unchanged.status(), StatusCode::NOT_MODIFIED);
    let coded = ask(&desk, "GET", ARCHIVE, &[("accept-encoding", "gzip")]).await;
    assert_eq!((field(&coded, "content-length"), field(&coded, "content-encoding")), ("4", "gzip"));
    assert_eq!(to_bytes(coded.into_body(), usize::MAX).await.unwrap(), "gzip", "this coding is short");
}

#[tokio::test]
async fn a_document_that_changes_while_it_is_sent_breaks_off() {
    let desk = desk().await;
    publish(&desk.store, ARCHIVE, &long_text("a")).await;
    let mut body = get(&desk, ARCHIVE).await.into_body();
    assert!(next(&mut body).await.unwrap().is_ok());
    let other = long_text("b");
    publish(&desk.store, ARCHIVE, &other).await;
    let error = next(&mut body).await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), format!("{ARCHIVE} changed while it was sent"));
    let again = get(&desk, ARCHIVE).await;
    assert_eq!(to_bytes(again.into_body(), usize::MAX).await.unwrap(), other);

    let mut body = get(&desk, ARCHIVE).await.into_body();
    desk.store.drop_editions(&[ARCHIVE.to_owned()]).await.unwrap();
    assert!(next(&mut body).await.unwrap().is_err(), "it is gone");
}

#[tokio::test]
async fn a_client_is_told_that_a_body_broke_off() {
    let desk = desk().await;
    let text = long_text("a");
    publish(&desk.store, ARCHIVE, &text).await;
    let (mut client, server) = tokio::io::duplex(1_000);
    let documents = desk.documents.clone();
    let answer = service_fn(move |request: hyper::Request<Incoming>| documents.clone().oneshot(request.map(Body::new)));
    let serving = tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(server), answer));

    let asked = format!("GET {ARCHIVE} HTTP/1.1\r\nhost: feeds.example.org\r\n\r\n");
    client.write_all(asked.as_bytes()).await.unwrap();
    let mut taken = vec![0; 1_000];
    client.read_exact(&mut taken).await.unwrap();
    publish(&desk.store, ARCHIVE, "another").await;
    client.read_to_end(&mut taken).await.unwrap();
    let told = format!("content-length: {}\r\n", text.len());
    assert!(String::from_utf8_lossy(&taken).contains(&told));
    assert!(taken.len() < text.len(), "{} bytes came of {}", taken.len(), text.len());
    assert!(serving.await.unwrap().is_err(), "the connection is not used again");
}
