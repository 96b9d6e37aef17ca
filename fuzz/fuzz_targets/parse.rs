//! A whole document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plenary_ingest::read::{Input, ReadError, document};

fuzz_target!(
    // A library's panic is caught by the reader; the hook of the fuzzer would abort there. A panic that
    // nothing catches still does.
    init: drop(std::panic::take_hook()),
    |body: &[u8]| {
        let outcome = document(&Input { body, base: Some("https://example.org/feed"), ..Input::default() });
        // A panic that was caught is a panic all the same.
        assert_ne!(outcome.err(), Some(ReadError::Reader));
    }
);
