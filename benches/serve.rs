//! Serving: a stored feed of about 60 KB asked for over and over, in full and in vain, in both codings,
//! without a network: what the site itself costs. `cargo bench --bench serve`.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]

#[path = "sample.rs"]
mod sample;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::{DateTime, Utc};
use plenary_model::edition::Rendered;
use plenary_model::port::Clock;
use plenary_publish::coding::{Effort, encode};
use plenary_publish::edition;
use plenary_serve::{RequestMetrics, State, router};
use plenary_store::Store;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;
use tower::ServiceExt;

/// Requests of each kind.
const REQUESTS: u32 = 200_000;
/// Size of the feed, in bytes.
const FEED_BYTES: usize = 60_000;
const PATH: &str = "/sections/news.atom";

struct System;

impl Clock for System {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("bench.db")).await?;
    let body: Vec<u8> = (0..).flat_map(|n: u32| n.to_string().into_bytes()).take(FEED_BYTES).collect();
    let rendered =
        Rendered { path: PATH.to_owned(), media_type: "application/atom+xml", body, updated: DateTime::UNIX_EPOCH };
    let mut feed = edition(rendered);
    let codings = encode(&feed.identity, Effort::Current);
    (feed.gzip, feed.brotli) = (codings.gzip, codings.brotli);
    let tags = [
        ("identity", feed.etag(plenary_model::edition::ContentCoding::Identity)),
        ("gzip", feed.etag(plenary_model::edition::ContentCoding::Gzip)),
    ];
    store.put_editions(vec![feed], Utc::now()).await?;
    let (_sender, receiver) = tokio::sync::watch::channel(Arc::new(sample::policy(0, 1)));
    let site = router(State {
        store,
        policy: receiver,
        clock: Arc::new(System),
        trouble: tokio::sync::watch::channel(None).1,
        metrics: RequestMetrics::default(),
    });
    println!("{:>10} {:>8} {:>14}", "coding", "status", "us a request");
    for (coding, tag) in &tags {
        for (status, condition) in [(StatusCode::OK, "\"other\""), (StatusCode::NOT_MODIFIED, tag.as_str())] {
            let start = Instant::now();
            for _ in 0..REQUESTS {
                let request = Request::get(PATH)
                    .header(header::ACCEPT_ENCODING, *coding)
                    .header(header::IF_NONE_MATCH, condition)
                    .body(Body::empty())?;
                let response = site.clone().oneshot(request).await?;
                assert_eq!(response.status(), status);
            }
            let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(REQUESTS);
            println!("{coding:>10} {:>8} {each:>14.2}", status.as_u16());
        }
    }
    Ok(())
}
