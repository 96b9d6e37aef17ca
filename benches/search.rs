//! Pages and search over a large store: `cargo bench --bench search`; on one core with `taskset -c 0` before it.
//!
//! The targets are 50 ms a search and 10 ms a page (99th percentile) over 100,000 pieces. Each question is
//! asked in three states: `kept`, again within the seconds for which a page is kept; `cold`, when these have
//! passed and nothing has changed; `changed`, after a piece has entered, so that nothing that was counted
//! holds any more.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]

#[path = "sample.rs"]
mod sample;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};
use plenary_fixtures::incoming;
use plenary_model::change::Changeset;
use plenary_model::entry::StoredEntry;
use plenary_model::piece::Piece;
use plenary_model::policy::Policy;
use plenary_model::port::Clock;
use plenary_model::source::Source;
use plenary_serve::{State, router};
use plenary_store::Store;
use sample::at;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tower::ServiceExt;

/// Sections, and pieces in each: 100,000 in all.
const SECTIONS: usize = 20;
const PIECES: usize = 5_000;
/// Sources that publish them.
const SOURCES: usize = 100;
/// Pieces applied at once.
const BATCH: usize = 1_000;
/// Times that each question is asked in each state.
const TIMES: usize = 200;
/// Hours from the last piece to the time of asking; pieces that enter meanwhile are dated in them.
const HOURS_AFTER: usize = 24 * 365;
/// Seconds that pass between requests in the states that are not `kept`: more than a page is kept.
const SECONDS_BETWEEN: i64 = 60;
/// What is asked, and what it stands for.
const QUESTIONS: [(&str, &str); 17] = [
    ("overview", "/"),
    ("overview since a day", "/?since=2026-05-20"),
    ("section page", "/sections/section-3"),
    ("section, page 100", "/sections/section-3/page/100"),
    ("section, two filters", "/sections/section-3?topic=education&language=en"),
    ("section, few found", "/sections/section-3?topic=education&since=2026-05-20"),
    ("sources", "/sources"),
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
];

/// A clock that moves when it is told to.
#[derive(Default)]
struct Stepping(AtomicI64);

impl Clock for Stepping {
    fn now(&self) -> DateTime<Utc> {
        at(SECTIONS * PIECES + HOURS_AFTER) + TimeDelta::seconds(self.0.load(Ordering::Relaxed))
    }
}

/// In which state a question finds the site.
#[derive(Clone, Copy, PartialEq)]
enum Found {
    Kept,
    Cold,
    Changed,
}

/// The site, and what it is changed by.
struct Desk {
    store: Store,
    clock: Arc<Stepping>,
    site: Router,
    entered: usize,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    let mut given = std::env::args().skip(1);
    if !given.any(|argument| argument == "--bench") {
        return Ok(());
    }
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("plenary.db")).await?;
    let policy = policy();
    store.sync_sources(&policy.sources, at(0)).await?;
    let start = Instant::now();
    for section in 0..SECTIONS {
        for first in (0..PIECES).step_by(BATCH) {
            enter(&store, (first..first + BATCH).map(|number| piece(section, number))).await?;
        }
    }
    println!("{} pieces applied and indexed in {:.1} s", SECTIONS * PIECES, start.elapsed().as_secs_f64());
    let (_sender, receiver) = watch::channel(Arc::new(policy));
    let clock = Arc::new(Stepping::default());
    let site = router(State {
        store: store.clone(),
        policy: receiver,
        clock: Arc::clone(&clock) as _,
        trouble: tokio::sync::watch::channel(None).1,
        metrics: plenary_serve::RequestMetrics::default(),
    });
    let mut desk = Desk { store, clock, site, entered: 0 };
    println!("{:>24} {:>17} {:>17} {:>17}  status, bytes", "p50 and p99, ms", "kept", "cold", "changed");
    for (name, path) in QUESTIONS {
        let (mut line, mut last) = (String::new(), (StatusCode::OK, 0));
        for state in [Found::Kept, Found::Cold, Found::Changed] {
            let mut times: Vec<Duration> = Vec::with_capacity(TIMES);
            desk.ask(path).await?;
            for _ in 0..TIMES {
                desk.put_in(state).await?;
                let start = Instant::now();
                last = desk.ask(path).await?;
                times.push(start.elapsed());
            }
            times.sort_unstable();
            let millis = |part: usize| times.get(part).map_or(0.0, |time| time.as_secs_f64() * 1e3);
            line = format!("{line} {:>8.2} {:>8.2}", millis(TIMES / 2), millis(TIMES * 99 / 100));
        }
        println!("{name:>24}{line}  {}, {}", last.0.as_u16(), last.1);
    }
    Ok(())
}

impl Desk {
    /// Puts the site into the state that a question is to find it in.
    async fn put_in(&mut self, state: Found) -> Result<(), Box<dyn std::error::Error>> {
        if state != Found::Kept {
            self.clock.0.fetch_add(SECONDS_BETWEEN, Ordering::Relaxed);
        }
        if state == Found::Changed {
            self.entered += 1;
            enter(&self.store, std::iter::once(piece(self.entered % SECTIONS, PIECES + self.entered))).await?;
        }
        Ok(())
    }

    /// Status and size of an answer, as a browser asks for it.
    async fn ask(&self, path: &str) -> Result<(StatusCode, usize), Box<dyn std::error::Error>> {
        let request = Request::get(path).header(header::ACCEPT_ENCODING, "gzip").body(Body::empty())?;
        let response = self.site.clone().oneshot(request).await?;
        let status = response.status();
        Ok((status, to_bytes(response.into_body(), usize::MAX).await?.len()))
    }
}

async fn enter(store: &Store, pieces: impl Iterator<Item = (Piece, StoredEntry)>) -> plenary_store::Result<()> {
    let (pieces, entries): (Vec<Piece>, Vec<StoredEntry>) = pieces.unzip();
    let entries = entries.into_iter().map(incoming).collect();
    store.apply(Changeset { entries, pieces, ..Changeset::default() }, None, at(0)).await?;
    Ok(())
}

/// The sample network with its sources.
fn policy() -> Policy {
    let source = |number: usize| Source {
        name: format!("Organisation {number}"),
        site: None,
        ..plenary_fixtures::source(&source_of(number))
    };
    Policy { sources: (0..SOURCES).map(source).collect(), ..sample::policy(SECTIONS, 50) }
}

fn source_of(number: usize) -> String {
    format!("member{number}")
}

fn piece(section: usize, number: usize) -> (Piece, StoredEntry) {
    let seed = number * SECTIONS + section;
    let lead = sample::entry(seed, &source_of(seed * 7 % SOURCES));
    (sample::piece(&lead, Some(section)), lead)
}
