//! Rendering: every section's feed in all three formats, from pieces in memory to bytes, then to
//! stored editions. `cargo bench --bench render`.
//!
//! The target is 200 sections of 100 pieces in under a second on one core, growing linearly.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with four digits")]

#[path = "sample.rs"]
mod sample;

use plenary_fixtures::{piece_view, source, source_card};
use plenary_model::edition::Rendered;
use plenary_model::entry::{FeedMeta, StoredEntry};
use plenary_model::piece::{PieceView, SourceCard};
use plenary_publish::coding::{Effort, encode};
use plenary_publish::{Contents, Target, documents};
use sample::{at, policy, slug};
use std::time::{Duration, Instant};

/// Sections rendered in one run; the last is the target's.
const SECTIONS: [usize; 3] = [50, 100, 200];
/// Pieces in each.
const PIECES: usize = 100;
/// Runs of each size; the fastest counts, since nothing makes a run faster than it is.
const RUNS: usize = 5;

fn main() {
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!(
        "{:>8} {:>8} {:>10} {:>10} {:>10} {:>12}",
        "sections", "pieces", "MB", "render ms", "code ms", "us a piece"
    );
    for sections in SECTIONS {
        let policy = policy(sections, PIECES);
        let feeds: Vec<(Target, Contents)> = (0..sections).map(feed).collect();
        let (rendering, rendered) = fastest(|| {
            feeds.iter().flat_map(|(target, contents)| documents(&policy, target, contents)).collect::<Vec<Rendered>>()
        });
        let bytes: usize = rendered.iter().map(|document| document.body.len()).sum();
        let coding = Instant::now();
        let stored: usize =
            rendered.into_iter().map(|document| encode(&document.body, Effort::Current).brotli.len()).sum();
        let coding = coding.elapsed();
        assert!(stored < bytes);
        let each = rendering.as_secs_f64() * 1e6 / (sections * PIECES) as f64;
        println!(
            "{sections:>8} {PIECES:>8} {:>10.1} {:>10.0} {:>10.0} {each:>12.1}",
            bytes as f64 / 1e6,
            rendering.as_secs_f64() * 1e3,
            coding.as_secs_f64() * 1e3,
        );
    }
}

/// The shortest of `RUNS` runs, and what the first one made.
fn fastest<T>(mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut timed = || {
        let start = Instant::now();
        let made = run();
        (start.elapsed(), made)
    };
    let (mut best, made) = timed();
    for _ in 1..RUNS {
        best = best.min(timed().0);
    }
    (best, made)
}

fn feed(section: usize) -> (Target, Contents) {
    let pieces = (0..PIECES).map(|number| view(section, number)).collect();
    let contents = Contents {
        id: format!("tag:feeds.example.org,2026:{section}"),
        since: at(0),
        pieces,
        tombstones: Vec::new(),
        last_archive: None,
    };
    (Target::Section { section: slug(section).into(), language: None }, contents)
}

fn card(id: &str) -> SourceCard {
    let meta = FeedMeta { title: Some(format!("News of {id}")), updated: Some(at(0)), ..FeedMeta::default() };
    SourceCard { meta, ..source_card(&source(id)) }
}

fn view(section: usize, number: usize) -> PieceView {
    let seed = section * PIECES + number;
    let lead = sample::entry(seed, "member");
    // Every fifth piece has a second publisher.
    let others: Vec<StoredEntry> =
        (number.is_multiple_of(5)).then(|| sample::entry(seed, "office")).into_iter().collect();
    let piece = sample::piece(&lead, Some(section));
    PieceView { others, ..piece_view(piece, lead, ["member", "office"].map(card)) }
}
