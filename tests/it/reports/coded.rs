//! Cases that an origin makes: what a server says of a document, and in which coding it sends it.

use crate::support::network::{Network, item, rss};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use plenary::demo::Served;
use std::io::Write as _;

/// Whether a poll of this answer brings its entry.
fn is_read(served: Served) -> bool {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.origin.put("/a.xml", served);
    network.poll_line("a")["new"] == 1
}

fn feed() -> String {
    rss(&[item("1", "One", "Text.", 1)])
}

fn gzip(body: &str) -> Vec<u8> {
    let mut coder = GzEncoder::new(Vec::new(), Compression::default());
    coder.write_all(body.as_bytes()).unwrap();
    coder.finish().unwrap()
}

#[test]
fn codings_are_read_however_they_are_named() {
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
    raw.write_all(feed().as_bytes()).unwrap();
    let raw = raw.finish().unwrap();
    let (zipped, plain) = (gzip(&feed()), feed().into_bytes());
    for (named, body) in [
        ("x-gzip", &zipped),
        ("GZIP", &zipped),
        ("deflate", &raw),
        ("utf-8", &plain),
        ("none", &plain),
        ("x-unknown", &plain),
        ("", &plain),
    ] {
        let served = Served::new("application/rss+xml", body.clone()).header("content-encoding", named);
        assert!(is_read(served), "{named}");
    }
    assert!(is_read(Served::new("application/rss+xml", zipped)), "nothing is said of it");
}

#[test]
fn answers_that_are_nearly_200_are_read() {
    let whole = format!("bytes 0-{}/{}", feed().len() - 1, feed().len());
    let part = format!("bytes 0-{}/{}", feed().len() - 1, feed().len() + 50);
    for (status, range, expected) in [
        (203, None, true),
        (226, None, true),
        (206, Some(whole.as_str()), true),
        (206, None, true),
        (206, Some(part.as_str()), false),
    ] {
        let mut served = Served { status, ..Served::new("application/rss+xml", feed()) };
        if let Some(range) = range {
            served = served.header("content-range", range);
        }
        assert_eq!(is_read(served), expected, "{status} {range:?}");
    }
}

#[test]
fn a_location_in_latin_1_is_followed() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.origin.put("/caf%E9.xml", Served::new("application/rss+xml", feed()));
    // A header of this origin is text, so the byte is written as the character that it is in Latin-1.
    network.origin.put("/a.xml", Served::redirect(301, "/caf\u{e9}.xml"));
    network.origin.put("/caf%C3%A9.xml", Served::new("application/rss+xml", feed()));
    assert_eq!(network.poll_line("a")["new"], 1);
}
