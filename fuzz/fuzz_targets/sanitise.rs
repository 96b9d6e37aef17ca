//! An HTML fragment.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plenary_ingest::sanitise;

fuzz_target!(|fragment: &str| {
    let once = sanitise::html(fragment, None);
    assert!(!once.to_ascii_lowercase().contains("<script"));
    assert_eq!(sanitise::html(&once, None), once);
    assert!(!sanitise::text(&once).contains("  "));
});
