//! What the log says, and what it keeps to itself.

use crate::support::network::{Network, item, rss};
use crate::support::program::command;
use plenary::demo::Served;

/// Words of an entry, in elements so that a parser of HTML meets them; and of the page of a failure.
const TEXT: &str = "Marmalade <b>xylophones</b> in Ouagadougou";
const WORDS: [&str; 3] = ["Marmalade", "xylophones", "Ouagadougou"];
const FAILURE: &str = "<html><body><p>Nobody home at the bakery.</p></body></html>";

/// The log of a poll of two sources, of which `lost` fails.
fn log_of_poll(directives: &str) -> String {
    let network = Network::new(&[("good", "member", "/good.xml"), ("lost", "member", "/lost.xml")]);
    network.put("/good.xml", &rss(&[item("1", "A title", TEXT, 2)]));
    network.origin.put("/lost.xml", Served::status(404, FAILURE));
    let run = command(network.folder(), &["poll", "--all"]).env("RUST_LOG", directives).output().unwrap();
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    String::from_utf8(run.stderr).unwrap()
}

fn line<'a>(log: &'a str, words: &str) -> &'a str {
    log.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("\"{words}\" is not in:\n{log}"))
}

#[test]
fn debug_shows_what_happens_and_no_text_of_a_feed() {
    let log = log_of_poll("debug");
    for word in WORDS.iter().chain(&["bakery"]) {
        assert!(!log.contains(word), "\"{word}\" is in the log:\n{log}");
    }
    line(&log, "DEBUG fetched http://127.0.0.1:");
    let read = line(&log, "poll of good read 1 entries");
    assert!(read.contains(" INFO "), "{read}");
    assert!(read.contains("source.id=good"), "{read}");
}

#[test]
fn a_failure_is_a_warning_that_names_its_source_and_cause() {
    let failed = log_of_poll("info");
    let failed = line(&failed, "poll of lost failed: ");
    assert!(failed.contains(" WARN "), "{failed}");
    assert!(failed.contains("404"), "{failed}");
    assert!(failed.contains("poll.cause=\"not-found\""), "{failed}");
}

#[test]
fn other_crates_speak_when_they_are_named() {
    let log = log_of_poll("debug,html5ever=debug");
    // What the test above looks for does pass through the parser.
    assert!(log.contains("xylophones"), "{log}");
}
