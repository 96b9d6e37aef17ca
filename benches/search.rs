//! Search over a large store: `cargo bench --bench search`.
//!
//! The targets are 50 ms a search and 10 ms a page (99th percentile) over 100,000 pieces.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]

#[path = "sample.rs"]
mod sample;

use chrono::{DateTime, Utc};
use plenary::model::change::{Changeset, Incoming};
use plenary::model::entry::StoredEntry;
use plenary::model::piece::Piece;
use plenary::model::policy::Policy;
use plenary::model::port::{Clock, Site};
use plenary::model::source::{Republish, Source, Standing, Trust};
use plenary::serve::{State, site};
use plenary::store::Store;
use sample::at;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Sections, and pieces in each: 100,000 in all.
const SECTIONS: usize = 20;
const PIECES: usize = 5_000;
/// Pieces applied at once.
const BATCH: usize = 1_000;
/// Times that each question is asked.
const TIMES: usize = 100;
/// What is asked, and what it stands for.
const QUESTIONS: [(&str, &str); 12] = [
    ("a rare word", "/search?q=rare77"),
    ("one word that all have", "/search?q=children"),
    ("three words", "/search?q=children+education+rare7"),
    ("a phrase", "/search?q=%22children+committee%22"),
    ("exclusion and fields", "/search?q=education+-rare5+section:section-3+lang:en"),
    ("dates", "/search?q=rights+after:2021-06+before:2021-09"),
    ("dates inside or", "/search?q=rare3+or+before:2021-02"),
    ("typed wrongly", "/search?q=raree77x"),
    ("feed", "/search.atom?q=children"),
    ("interface", "/api/v1/search?q=children&limit=20"),
    ("section page", "/sections/section-3"),
    ("overview", "/"),
];

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> DateTime<Utc> {
        at(SECTIONS * PIECES)
    }
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    if let Err(error) = measure().await {
        println!("{error}");
    }
}

async fn measure() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("plenary.db")).await?;
    let policy = policy();
    store.sync_sources(&policy.sources, at(0)).await?;
    let start = Instant::now();
    for section in 0..SECTIONS {
        for first in (0..PIECES).step_by(BATCH) {
            let (pieces, entries): (Vec<Piece>, Vec<StoredEntry>) =
                (first..first + BATCH).map(|number| piece(section, number)).unzip();
            let entries = entries.into_iter().map(|stored| Incoming { stored, keys: Vec::new() }).collect();
            store.apply(Changeset { entries, pieces, ..Changeset::default() }, None, at(0)).await?;
        }
    }
    println!("{} pieces applied and indexed in {:.1} s", SECTIONS * PIECES, start.elapsed().as_secs_f64());
    let (_sender, receiver) = watch::channel(Arc::new(policy));
    let site = site(State { store, policy: receiver, clock: Arc::new(Fixed) });
    println!("{:>24} {:>9} {:>9} {:>9} {:>7}", "question", "first ms", "p50 ms", "p99 ms", "status");
    for (name, path) in QUESTIONS {
        let mut times: Vec<Duration> = Vec::with_capacity(TIMES);
        let mut status = 0;
        let mut first = Duration::ZERO;
        for number in 0..=TIMES {
            let start = Instant::now();
            status = site.page(path).await.status;
            if number == 0 { first = start.elapsed() } else { times.push(start.elapsed()) }
        }
        times.sort_unstable();
        let millis = |part: usize| times.get(part).map_or(0.0, |time| time.as_secs_f64() * 1e3);
        let first = first.as_secs_f64() * 1e3;
        println!("{name:>24} {first:>9.1} {:>9.1} {:>9.1} {status:>7}", millis(TIMES / 2), millis(TIMES * 99 / 100));
    }
    Ok(())
}

/// The sample network with its one source.
fn policy() -> Policy {
    let source = Source {
        id: "member".into(),
        name: "Organisation member".to_owned(),
        site: None,
        feeds: vec!["https://member.example.org/feed".to_owned()],
        standing: Standing::Member,
        language: None,
        trust: Trust::Trusted,
        republish: Republish::Full,
        enabled: true,
        reason: None,
        schedule: None,
        topics: Vec::new(),
        section: None,
        region: None,
        countries: Vec::new(),
    };
    Policy { sources: vec![source], ..sample::policy(SECTIONS, 50) }
}

fn piece(section: usize, number: usize) -> (Piece, StoredEntry) {
    let lead = sample::entry(number * SECTIONS + section, "member");
    (sample::piece(&lead, Some(section)), lead)
}
