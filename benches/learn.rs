//! Learning: 3,000 decided pieces of 300 words under the shipped policy, from texts to models, and what
//! models add to a judgement. `cargo bench --bench learn [DECISIONS]`.
//!
//! One thread, CPU seconds read from `/proc`: Linux only. Reading from the store is not in the figures.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with few decimals")]

use plenary_ingest::categorise::{Carrier, Case, Categoriser};
use plenary_ingest::learn::{Dataset, Recommender};
use plenary_model::entry::Entry;
use plenary_model::id::SectionSlug;
use plenary_model::source::Standing;
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// Decisions when the command line does not say.
const DECISIONS: usize = 3_000;
/// Words in a text.
const WORDS_IN_ENTRY: usize = 300;
/// Distinct words of the made-up language.
const VOCABULARY: usize = 8_000;
/// Words that say that a piece belongs in a section, of those in its text.
const TELLING: usize = 3;
/// Nanoseconds in a second.
const NANOS: f64 = 1e9;

fn main() -> Result<(), Box<dyn Error>> {
    let decisions = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(DECISIONS);
    let policy = Arc::new(plenary_config::read(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/feeds.toml")),
        plenary::built_in::text,
    )?);
    let sections: Vec<SectionSlug> = policy.sections.iter().map(|section| section.id.clone()).collect();
    let rules = Categoriser::new(Arc::clone(&policy));
    let mut seed = 7;
    let pieces: Vec<(Entry, usize)> = (0..decisions).map(|number| piece(number % sections.len(), &mut seed)).collect();

    let begun = seconds()?;
    let mut dataset = Dataset::default();
    for (number, (entry, belongs)) in pieces.iter().enumerate() {
        let taught: BTreeMap<SectionSlug, bool> =
            sections.iter().enumerate().map(|(at, section)| (section.clone(), at == *belongs)).collect();
        with_case(entry, |case| {
            let facets = rules.facets(case);
            dataset.add(&format!("piece {number}"), case, &facets, &rules.sections(case, &facets), taught);
        });
    }
    let read = seconds()?;
    let learned = dataset.train(&sections, &policy.version);
    let done = seconds()?;
    let bytes = serde_json::to_string(&learned)?.len();
    let in_use = learned.sections.iter().filter(|model| model.trial.is_on).count();
    println!(
        "{decisions} decisions, {} sections: read {:.2} s, learned {:.2} s, {in_use} models in use, {bytes} bytes",
        sections.len(),
        read - begun,
        done - read
    );

    let judged = |with_models: bool| -> Result<f64, Box<dyn Error>> {
        let begun = seconds()?;
        let mut placed = 0;
        for (entry, _) in &pieces {
            placed += with_case(entry, |case| {
                let facets = rules.facets(case);
                let by_rule = rules.sections(case, &facets);
                let advice =
                    with_models.then(|| Recommender::new(&rules, &learned).advice(case, &facets, &by_rule, &[]));
                advice.flatten().map_or(by_rule.len(), |advice| advice.sections.len())
            });
        }
        assert!(placed > 0 || !with_models, "the models place what they were taught");
        Ok(pieces.len() as f64 / (seconds()? - begun))
    };
    println!("judged by rules {:.0} entries/s, with models {:.0}", judged(false)?, judged(true)?);
    Ok(())
}

/// A text with some words of its section among many that say nothing.
fn piece(section: usize, seed: &mut u64) -> (Entry, usize) {
    let mut words: Vec<String> = (0..WORDS_IN_ENTRY).map(|_| format!("word{}", next(seed) % VOCABULARY)).collect();
    for _ in 0..TELLING {
        let at = next(seed) % words.len();
        if let Some(word) = words.get_mut(at) {
            *word = format!("telling{section}of{}", next(seed) % 10);
        }
    }
    (Entry { title: words[..8].join(" "), content: Some(words.join(" ")), ..Entry::default() }, section)
}

fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap_or_default()
}

fn with_case<T>(entry: &Entry, with: impl FnOnce(&Case<'_>) -> T) -> T {
    let carriers = [Carrier {
        source: "bench".into(),
        name: "A newspaper".into(),
        standing: Standing::Media,
        countries: Vec::new(),
    }];
    let dated = chrono::DateTime::UNIX_EPOCH;
    let age = chrono::TimeDelta::zero();
    with(&Case { entry, carriers: &carriers, dated, has_copies: false, has_versions: false, age })
}

/// CPU time of this thread so far, in seconds.
fn seconds() -> Result<f64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split(' ').next().unwrap_or_default().parse::<u64>()? as f64 / NANOS)
}
