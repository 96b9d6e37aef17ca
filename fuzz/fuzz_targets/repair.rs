//! The inside of an item.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plenary_ingest::read::{Input, document};

fuzz_target!(
    // A library's panic is caught by the reader; the hook of the fuzzer would abort there. A panic that
    // nothing catches still does.
    init: drop(std::panic::take_hook()),
    |inside: &[u8]| {
        let mut body = b"<rss version='2.0'><channel><title>t</title><item><title>first</title></item><item>".to_vec();
        body.extend_from_slice(inside);
        body.extend_from_slice(b"</item></channel></rss>");
        let read = document(&Input { body: &body, content_type: Some("text/xml; charset=utf-8"), ..Input::default() });
        // Whatever stands in an item, the entry before it is not lost. UTF-16 marks cannot come first here.
        let entries = read.map(|document| document.feed.entries).unwrap_or_default();
        assert!(entries.iter().any(|entry| entry.title == "first"));
    }
);
