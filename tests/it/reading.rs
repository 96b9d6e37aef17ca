//! Reading feeds: each quirk in `tests/data/feeds` gives what its `.expected.json` says, and no mutant
//! of them makes a reader panic or dawdle.
//!
//! `PLENARY_BLESS=1` writes the expectations anew; look at the difference before it is committed.

use crate::mutate::Mutator;
use plenary_ingest::read::{Input, ReadError, document};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Mutants read by the test; the campaigns before a release read millions.
const MUTANTS: usize = 4_000;
/// Longest time that one small mutant may take, on a busy machine without optimisation.
const SLOWEST: Duration = Duration::from_secs(5);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/feeds")
}

fn documents() -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| !path.to_string_lossy().ends_with(".expected.json")).collect();
    files.sort();
    files
}

fn read(body: &[u8]) -> String {
    let input = Input { body, base: Some("https://voices.example.org/feed"), ..Input::default() };
    match document(&input) {
        Ok(document) => serde_json::to_string_pretty(&document.for_print()).unwrap() + "\n",
        Err(error) => format!("{error}\n"),
    }
}

#[test]
fn each_quirk_is_read_as_expected() {
    let mut wrong = Vec::new();
    let documents = documents();
    assert!(documents.len() >= 40, "only {} quirks", documents.len());
    for path in documents {
        let found = read(&std::fs::read(&path).unwrap());
        let expected = path.with_extension("expected.json");
        if std::env::var_os("PLENARY_BLESS").is_some() {
            std::fs::write(&expected, &found).unwrap();
        }
        if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_mutant_makes_a_reader_panic_or_dawdle() {
    let seeds: Vec<Vec<u8>> = documents().iter().map(|path| std::fs::read(path).unwrap()).collect();
    let mut mutator = Mutator::new(2021);
    for number in 0..MUTANTS {
        let mutant = mutator.mutant(&seeds);
        let before = Instant::now();
        let outcome = document(&Input { body: &mutant, ..Input::default() });
        assert!(before.elapsed() < SLOWEST, "mutant {number} took {:?}", before.elapsed());
        assert_ne!(outcome.err(), Some(ReadError::Reader), "mutant {number}: {}", String::from_utf8_lossy(&mutant));
    }
}
