//! A web page.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plenary_ingest::discover;

fuzz_target!(|page: &str| {
    for candidate in discover::candidates(page, "https://example.org/") {
        assert!(candidate.href.starts_with("http"));
    }
});
