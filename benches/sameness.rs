//! One new entry in a large store: what is known of it, the judgement, and applying it.
//! `cargo bench --bench sameness [ENTRIES]`; the store is made in `TMPDIR` and needs about 4 GB.
//!
//! The target is under 1 ms at the median beside 1,000,000 entries, as many as a network of 1,000 sources
//! publishes in five years. Half of them are teasers, half full texts. They are stored as `apply` writes
//! any entry, in large batches and without sections; what is measured goes through the shipped policy.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]

#[path = "sample.rs"]
mod sample;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use plenary_fixtures::{source, stored_entry};
use plenary_ingest::decide::{Judge, Sketches, prepare};
use plenary_model::change::{Asked, Changeset, Incoming};
use plenary_model::entry::{Entry, StoredEntry};
use plenary_model::id::digest;
use plenary_model::language::Language;
use plenary_model::limits::Limits;
use plenary_model::policy::Policy;
use plenary_store::Store;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Entries in the store when the command line does not say.
const ENTRIES: usize = 1_000_000;
/// Sources that publish them, in turn.
const SOURCES: usize = 1_000;
/// Minutes between two entries: 1,000,000 of them in five years.
const MINUTES: f64 = 2.63;
/// Entries applied at once while the store is made.
const BATCH: usize = 20_000;
/// New entries that are measured, of each kind.
const TIMES: usize = 300;
/// Ticks in a second of CPU time in `/proc`.
const TICKS_PER_SECOND: f64 = 100.0;
/// Distinct words of the made-up language.
const VOCABULARY: usize = 30_000;
const SYLLABLES: [&str; 20] = [
    "ba", "co", "de", "fi", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su", "ta", "ve", "wi", "xo",
    "zu",
];

/// Makes an entry of a kind.
type Making = fn(usize, usize) -> Incoming;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let entries = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(ENTRIES);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("plenary.db");
    let store = Store::open(&path).await?;
    let policy = policy()?;
    store.sync_sources(&policy.sources, at(0)).await?;
    store.end_first_pass().await?;
    let begun = Instant::now();
    for first in (0..entries).step_by(BATCH) {
        let filled = tokio::task::spawn_blocking(move || fill(first..entries.min(first + BATCH))).await?;
        store.apply(filled, None, at(first)).await?;
    }
    let bytes = std::fs::metadata(&path)?.len();
    println!("{entries} entries stored in {:.0} s, {} MB", begun.elapsed().as_secs_f64(), bytes / 1_000_000);

    let judge = Arc::new(Judge::new(Arc::new(policy)));
    println!(
        "{:>28} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7}",
        "new entry", "known", "judge", "apply", "p50 ms", "p99 ms", "CPU ms", "joined"
    );
    let kinds: [(&str, Making); 4] = [
        ("shown nowhere", another),
        ("shown in a section", shown),
        ("an edited copy", copy),
        ("a teaser of one", teaser),
    ];
    for (kind, (name, make)) in kinds.into_iter().enumerate() {
        let mut times: Vec<[Duration; 4]> = Vec::with_capacity(TIMES);
        let mut joined = 0;
        let spent = cpu_seconds();
        for time in 0..=TIMES {
            let number = entries + kind * (TIMES + 1) + time;
            let one = make(number, entries);
            let (taken, is_joined) = add(&store, &judge, one, at(number)).await?;
            // The first of a kind prepares statements.
            if time > 0 {
                times.push(taken);
                joined += usize::from(is_joined);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "few")]
        let cpu = (cpu_seconds() - spent) * 1e3 / times.len() as f64;
        let millis = |step: usize, part: usize| {
            let mut of: Vec<Duration> = times.iter().filter_map(|time| time.get(step)).copied().collect();
            of.sort_unstable();
            of.get(of.len() * part / 100).map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        println!(
            "{name:>28} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {cpu:>9.3} {joined:>7}",
            millis(0, 50),
            millis(1, 50),
            millis(2, 50),
            millis(3, 50),
            millis(3, 99)
        );
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default());
    Ok(())
}

/// CPU seconds of this process and all its threads; 0 where there is no `/proc`.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = after_name.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS_PER_SECOND
}

/// How long looking up, judging, applying and all of it took, and whether the entry joined a piece.
async fn add(
    store: &Store,
    judge: &Arc<Judge<plenary_ingest::categorise::Categoriser>>,
    one: Incoming,
    now: DateTime<Utc>,
) -> Result<([Duration; 4], bool), Box<dyn Error>> {
    let begun = Instant::now();
    let incoming = vec![one];
    let standard = judge.standard();
    let asked = Asked::about(&incoming, std::iter::empty(), standard.window_days, &standard.limits);
    let known = store.load_candidates(&asked, Some(Arc::new(Sketches(Limits::default())))).await?;
    let looked_up = begun.elapsed();
    let judge = Arc::clone(judge);
    let change = tokio::task::spawn_blocking(move || judge.decide(incoming, BTreeMap::new(), known, now)).await?;
    let judged = begun.elapsed();
    let is_joined = change.pieces.iter().any(|piece| piece.members.len() > 1);
    store.apply(change, None, now).await?;
    let all = begun.elapsed();
    Ok(([looked_up, judged.saturating_sub(looked_up), all.saturating_sub(judged), all], is_joined))
}

fn at(number: usize) -> DateTime<Utc> {
    let start = Utc.with_ymd_and_hms(2021, 1, 1, 0, 0, 0).single().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "minutes of five years")]
    let minutes = (number as f64 * MINUTES) as i64;
    start + TimeDelta::minutes(minutes)
}

/// Numbers that look random and are the same at every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % below.max(1)
    }
}

fn word(number: usize, text: &mut String) {
    for part in [number % 20, number / 20 % 20, number / 400 % 20, number / 8_000] {
        text.push_str(SYLLABLES.get(part).copied().unwrap_or_default());
    }
}

/// The words of an entry: half of all are teasers of 25 to 60 words, half texts of 100 to 300.
fn text(number: usize) -> String {
    let mut dice = Dice(number as u64 ^ 0x5851_f42d);
    dice.roll(2);
    let words = if dice.roll(2) == 0 { 25 + dice.roll(36) } else { 100 + dice.roll(201) };
    let mut text = String::with_capacity(words * 9);
    for place in 0..words {
        word(dice.roll(VOCABULARY), &mut text);
        text.push_str(if place % 14 == 13 { ". " } else { " " });
    }
    text
}

fn incoming(number: usize, content: String) -> Incoming {
    let source = format!("source-{}", number % SOURCES);
    let mut title = String::new();
    let mut dice = Dice(number as u64 ^ 0x9e37_79b9);
    for _ in 0..8 {
        word(dice.roll(VOCABULARY), &mut title);
        title.push(' ');
    }
    let entry = Entry {
        id: format!("https://{source}.example.org/{number}"),
        title,
        link: Some(format!("https://{source}.example.org/{number}")),
        content: Some(content),
        published: Some(at(number)),
        language: Language::parse("en"),
        ..Entry::default()
    };
    let hash = digest([entry.title.as_str(), entry.body()]);
    let stored = StoredEntry { text_hash: hash.clone(), hash, ..stored_entry(&source, entry, at(number)) };
    prepare(stored)
}

fn another(number: usize, _: usize) -> Incoming {
    incoming(number, text(number))
}

fn shown(number: usize, _: usize) -> Incoming {
    let own = "Statement: the COVID-19 pandemic and the rights of the child, schools and children's health. ";
    incoming(number, format!("{own}{}", text(number)))
}

/// A stored text of the last days, by another source, with a word replaced in thirty.
fn copy(number: usize, entries: usize) -> Incoming {
    let mut place = 0;
    let original = text(number - entries / 200 - TIMES * 4);
    let edited = original.split(' ').map(|word| {
        place += 1;
        if place % 30 == 0 { "edited" } else { word }
    });
    incoming(number, edited.collect::<Vec<_>>().join(" "))
}

/// The first sentences of a stored text of the last days, by another source.
fn teaser(number: usize, entries: usize) -> Incoming {
    let original = text(number - entries / 200 - TIMES * 4);
    incoming(number, original.split(' ').take(30).collect::<Vec<_>>().join(" "))
}

fn fill(numbers: std::ops::Range<usize>) -> Changeset {
    let entries: Vec<Incoming> = numbers.map(|number| incoming(number, text(number))).collect();
    let pieces = entries.iter().map(|one| sample::piece(&one.stored, None)).collect();
    Changeset { entries, pieces, ..Changeset::default() }
}

/// The shipped policy with other sources.
fn policy() -> Result<Policy, Box<dyn Error>> {
    let mut policy =
        plenary_config::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/feeds.toml")), plenary::built_in::text)?;
    let source = |number: usize| source(&format!("source-{number}"));
    policy.sources = (0..SOURCES).map(source).collect();
    Ok(policy)
}
