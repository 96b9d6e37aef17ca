//! The text of a date.
#![no_main]

use libfuzzer_sys::fuzz_target;
use plenary_ingest::read::{Input, document};

fuzz_target!(
    // A library's panic is caught by the reader; the hook of the fuzzer would abort there. A panic that
    // nothing catches still does.
    init: drop(std::panic::take_hook()),
    |date: &str| {
        // What is only taken out may leave another end of the section behind.
        let date = date.replace("]]>", "]] >");
        let body = format!("<rss><channel><item><title>t</title><pubDate><![CDATA[{date}]]></pubDate></item></channel></rss>");
        let read = document(&Input { body: body.as_bytes(), ..Input::default() });
        assert_eq!(read.map(|document| document.feed.entries.len()), Ok(1));
    }
);
