//! Categorising: texts of 300 words against policies of 500, 5,000 and 50,000 terms, and against the
//! shipped policy with its sections, without and with the models of facets. `cargo bench --bench categorise [ENTRIES]`.
//!
//! One thread, CPU seconds read from `/proc`: Linux only. Folding the text into words is in the
//! figures; reading it from JSON is not.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed without decimals")]

use plenary_ingest::categorise::{Carrier, Case, Categoriser};
use plenary_model::entry::Entry;
use plenary_model::language::Language;
use plenary_model::policy::Policy;
use plenary_model::source::Standing;
use plenary_model::topic::TopicTerms;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Entries when the command line does not say.
const ENTRIES: usize = 20_000;
/// Words in an entry.
const WORDS_IN_ENTRY: usize = 300;
/// Distinct words of the made-up language. Terms are pairs of them, so that texts hold some.
const VOCABULARY: usize = 4_000;
const SYLLABLES: [&str; 20] = [
    "ba", "co", "de", "fi", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su", "ta", "ve", "wi", "xo",
    "zu",
];
/// Nanoseconds in a second.
const NANOS: f64 = 1e9;

fn main() -> Result<(), Box<dyn Error>> {
    // cargo passes --bench.
    let entries = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(ENTRIES);
    let shipped =
        plenary_config::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/feeds.toml")), plenary::built_in::text)?;
    let mut seed = 7;
    let texts: Vec<Entry> = (0..200).map(|_| entry(&mut seed)).collect();
    for terms in [500, 5_000, 50_000] {
        let begun = Instant::now();
        let categoriser = Categoriser::new(Arc::new(with_terms(&shipped, terms)));
        let compiled = begun.elapsed();
        let (rate, found) = rate(&categoriser, &texts, entries, false)?;
        println!("{terms:>6} terms: {rate:>8.0} entries/s, {found:.1} of them in each; compiled in {compiled:.0?}");
    }
    let shipped = Arc::new(shipped);
    for (models, named) in [(None, "without models"), (Some(plenary::built_in::recogniser()), "with models")] {
        let categoriser = Categoriser::with_models(Arc::clone(&shipped), models);
        let (rate, _) = rate(&categoriser, &texts, entries, true)?;
        println!("shipped policy, facets and sections, {named}: {rate:.0} entries/s");
    }
    Ok(())
}

/// Entries a second of CPU time, and how many terms one holds on average.
fn rate(categoriser: &Categoriser, texts: &[Entry], entries: usize, all: bool) -> Result<(f64, f64), Box<dyn Error>> {
    let carriers = [Carrier {
        source: "bench".into(),
        name: "A newspaper".into(),
        standing: Standing::Media,
        countries: Vec::new(),
    }];
    let before = cpu_nanos()?;
    let mut found = 0;
    for entry in texts.iter().cycle().take(entries) {
        let dated = entry.published.unwrap_or_default();
        let case = Case {
            entry,
            carriers: &carriers,
            dated,
            has_copies: false,
            has_versions: false,
            age: chrono::TimeDelta::zero(),
        };
        let facets = categoriser.facets(&case);
        found += facets.topics.iter().map(|hit| hit.why.len()).sum::<usize>();
        if all {
            found += categoriser.sections(&case, &facets).len();
        }
    }
    let seconds = (cpu_nanos()? - before) as f64 / NANOS;
    Ok((entries as f64 / seconds, found as f64 / entries as f64))
}

/// CPU time of this thread, in nanoseconds.
fn cpu_nanos() -> Result<u64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}

/// The shipped policy with nothing in it but one topic of this many terms.
fn with_terms(shipped: &Policy, terms: usize) -> Policy {
    let mut policy = shipped.clone();
    policy.topics.truncate(1);
    policy.genres.clear();
    policy.organisations.clear();
    policy.sources.clear();
    policy.sections.clear();
    let mut seed = 1;
    let strong = (0..terms).map(|_| format!("{} {}", word(&mut seed), word(&mut seed))).collect();
    if let Some(topic) = policy.topics.first_mut() {
        topic.also = None;
        topic.terms.clear();
        topic.terms.insert("en".into(), TopicTerms { strong, ..TopicTerms::default() });
    }
    policy
}

fn entry(seed: &mut u64) -> Entry {
    let words: Vec<String> = (0..WORDS_IN_ENTRY).map(|_| word(seed)).collect();
    Entry {
        title: words.iter().take(8).cloned().collect::<Vec<_>>().join(" "),
        content: Some(format!("<p>{}</p>", words.join(" "))),
        language: Language::parse("en"),
        ..Entry::default()
    }
}

/// A word of the vocabulary: common ones come often, as in a language.
fn word(seed: &mut u64) -> String {
    // A linear congruential generator: the same texts in every run.
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let drawn = usize::try_from(*seed >> 33).unwrap_or_default() % VOCABULARY;
    let mut number = drawn * drawn / VOCABULARY;
    let mut made = String::new();
    for _ in 0..3 {
        made.push_str(SYLLABLES.get(number % SYLLABLES.len()).copied().unwrap_or_default());
        number /= SYLLABLES.len();
    }
    made
}
