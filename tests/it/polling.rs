//! Polling that one can leave alone, seen from the origin's side.

use crate::support::network::{Network, item, rss};
use plenary::demo::Served;
use serde_json::json;

#[test]
fn the_second_poll_is_conditional_and_costs_no_parse() {
    let network = Network::new(&[("a", "member", "/a.xml"), ("b", "member", "/b.xml")]);
    network.put("/a.xml", &rss(&[item("1", "COVID-19 and schools", "Schools reopen after coronavirus.", 2)]));
    // Without validators: the same bytes again.
    network.origin.put("/b.xml", Served::new("text/xml", rss(&[item("2", "Other", "Something else.", 2)])));
    let first = network.poll();
    assert_eq!(
        (&first["totals"]["new"], first["sources"][0]["outcome"].as_str()),
        (&json!(2), Some("updated")),
        "{first:#}"
    );
    network.origin.forget_requests();
    let second = network.poll();
    let causes: Vec<_> = second["sources"].as_array().unwrap().iter().map(|s| s["cause"].clone()).collect();
    assert_eq!(causes, [json!("not-modified"), json!("same-body")], "{second:#}");
    let requests = network.origin.requests();
    let asked = |path: &str| requests.iter().find(|request| request.target == path).unwrap();
    assert_eq!(
        (asked("/a.xml").status, asked("/a.xml").is_conditional(), asked("/b.xml").is_conditional()),
        (304, true, false)
    );
    let agent = asked("/a.xml").header("user-agent").unwrap();
    assert!(agent.contains("Test Network"), "{agent}");
    assert!(agent.contains("webmaster@example.org"), "{agent}");
}

#[test]
fn validators_are_sent_back_byte_for_byte() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    let odd = "W/\"odd  tag\u{7f}\"";
    let odd = odd.replace('\u{7f}', "'");
    let served = Served::new("text/xml", rss(&[item("1", "T", "Text.", 1)]))
        .header("etag", &odd)
        .header("last-modified", "Tue, 1 Jun 2021 9:00:00 GMT");
    network.origin.put("/a.xml", served);
    network.poll();
    network.origin.forget_requests();
    network.poll();
    let requests = network.origin.requests();
    assert_eq!(requests[0].header("if-none-match"), Some(odd.as_str()));
    assert_eq!(requests[0].header("if-modified-since"), Some("Tue, 1 Jun 2021 9:00:00 GMT"));
}

/// (what is served, the cause, words of its detail or of its words)
#[test]
fn each_failure_has_a_name() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    let cases: Vec<(&str, Served)> = vec![
        ("gone", Served::status(410, "gone")),
        ("not-found", Served::status(404, "no")),
        ("forbidden", Served::status(403, "no")),
        ("status", Served::status(500, "oops")),
        (
            "html",
            Served::new("text/html", "<!doctype html><html><head><title>x</title></head><body>Hello</body></html>"),
        ),
        ("not-a-feed", Served::new("application/xml", "<?xml version=\"1.0\"?><catalogue><x/></catalogue>")),
        ("empty", Served::new("application/rss+xml", "")),
        ("redirect-loop", Served::redirect(302, "/a.xml")),
        ("refused-address", Served::redirect(302, "http://10.1.2.3/feed")),
        ("too-big", Served::new("application/rss+xml", vec![b' '; 11 * 1024 * 1024])),
        ("timeout", Served::new("application/rss+xml", rss(&[])).with_delay(std::time::Duration::from_secs(30))),
    ];
    for (cause, served) in cases {
        let fresh = Network::new(&[("a", "member", "/a.xml")]);
        fresh.origin.put("/a.xml", served);
        let line = fresh.poll_line("a");
        assert_eq!((line["cause"].as_str(), line["outcome"].as_str()), (Some(cause), Some("failed")), "{line:#}");
        let status = fresh.run(&["status", "--json"]).ended(0).json();
        assert_eq!(status["sources"][0]["cause"], cause);
    }
    drop(network);
}

#[test]
fn a_failed_source_keeps_its_entries_and_others_go_on() {
    let network = Network::new(&[("a", "member", "/a.xml"), ("b", "member", "/b.xml")]);
    network.put("/a.xml", &rss(&[item("1", "One", "Coronavirus text.", 1)]));
    network.put("/b.xml", &rss(&[item("2", "Two", "Other text.", 1)]));
    network.poll();
    network.origin.put("/a.xml", Served::status(500, "oops"));
    network.put("/b.xml", &rss(&[item("2", "Two", "Other text.", 1), item("3", "Three", "More.", 0)]));
    let report = network.run(&["poll", "--all", "--json"]).ended(1).json();
    assert_eq!(
        (&report["totals"]["new"], &report["sources"][0]["outcome"]),
        (&json!(1), &json!("failed")),
        "{report:#}"
    );
    // Emptied is a failure, too, never news of a deletion.
    network.put("/b.xml", &rss(&[]));
    assert_eq!(network.poll_line("b")["cause"], "empty");
    let status = network.run(&["status", "--json"]).json();
    assert_eq!(status["totals"]["entries"], 3);
}

#[test]
fn retry_after_is_obeyed_even_when_asked_for_all() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.origin.put("/a.xml", Served::status(429, "slow down").header("retry-after", "3600"));
    let line = network.poll_line("a");
    assert_eq!((line["outcome"].as_str(), line["cause"].as_str()), (Some("deferred"), Some("busy")), "{line:#}");
    network.origin.forget_requests();
    // A new process: the wait is kept in the database.
    let line = network.poll_line("a");
    assert_eq!(line["cause"], "waiting", "{line:#}");
    assert!(network.origin.requests().is_empty());
    let status = network.run(&["status", "--json"]).json();
    assert_eq!(status["sources"][0]["failures"], 0, "a 429 is no failure");
}

#[test]
fn back_off_survives_a_restart() {
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.origin.put("/a.xml", Served::status(500, "oops"));
    network.run(&["poll", "--json"]).ended(1);
    network.origin.forget_requests();
    let again = network.run(&["poll", "--json"]).ended(0).json();
    assert_eq!(again["sources"], json!([]), "not due again at once");
    assert!(network.origin.requests().is_empty());
}

#[test]
fn a_fallback_address_is_used_when_the_first_is_dead() {
    let network = Network::new(&[]);
    let mut text = network.policy(&[("a", "member", "/dead.xml")]);
    text = text.replace(
        &format!("feed = \"{}\"", network.origin.url("/dead.xml")),
        &format!("feed = [\"{}\", \"{}\"]", network.origin.url("/dead.xml"), network.origin.url("/alive.xml")),
    );
    network.write_policy(&text);
    network.put("/alive.xml", &rss(&[item("1", "One", "Text.", 1)]));
    let line = network.poll_line("a");
    assert_eq!((line["outcome"].as_str(), line["new"].as_u64()), (Some("updated"), Some(1)), "{line:#}");
}

#[test]
fn compressed_bodies_are_read() {
    use std::io::Write as _;
    let body = rss(&[item("1", "One", "Text.", 1)]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(body.as_bytes()).unwrap();
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    deflate.write_all(body.as_bytes()).unwrap();
    let mut br = Vec::new();
    brotli::BrotliCompress(&mut body.as_bytes(), &mut br, &brotli::enc::BrotliEncoderParams::default()).unwrap();
    for (coding, bytes) in [("gzip", gzip.finish().unwrap()), ("deflate", deflate.finish().unwrap()), ("br", br)] {
        let network = Network::new(&[("a", "member", "/a.xml")]);
        network.origin.put("/a.xml", Served::new("application/rss+xml", bytes).header("content-encoding", coding));
        assert_eq!(network.poll_line("a")["new"], 1, "{coding}");
        let requests = network.origin.requests();
        let accepted = requests[0].header("accept-encoding").unwrap_or_default();
        assert!(["gzip", "br", "deflate"].iter().all(|c| accepted.contains(c)), "{accepted}");
    }
}

#[test]
fn a_document_on_which_the_reader_failed_is_got_back_byte_for_byte() {
    use plenary_model::change::Changeset;
    use plenary_model::poll::{Cause, CauseKind, Outcome, PollRecord, PollState};
    let network = Network::new(&[("a", "member", "/a.xml")]);
    network.put("/a.xml", &rss(&[]));
    network.poll();
    let none = network.run(&["parse", "--replay", "a"]).ended(1);
    assert!(none.err.contains("no document of \"a\" is kept"), "{none:?}");
    // No document that we know makes the reader fail: what the worker writes when one does is written here.
    let body = rss(&[item("1", "COVID-19 and schools", "Schools reopen.", 2)]);
    let at = chrono::Utc::now();
    let (outcome, cause) = (Outcome::Failed, Cause::new(CauseKind::Reader, "it panicked"));
    let record = PollRecord {
        state: PollState { last: Some((outcome, cause.clone())), ..PollState::new("a".into()) },
        addresses: Vec::new(),
        at,
        outcome,
        cause,
        seen: 0,
        new: 0,
        changed: 0,
        body_bytes: body.len(),
        duration_ms: 1,
        conditional: false,
        replay: Some(body.clone().into_bytes()),
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = plenary_store::Store::open(&network.folder().join("plenary.db")).await.unwrap();
        store.apply(Changeset::default(), Some(record), at).await.unwrap();
        store.close().await.unwrap();
    });
    let status = network.run(&["status"]).ended(0).out;
    assert!(status.contains("plenary parse --replay a"), "{status}");
    let raw = network.run(&["parse", "--replay", "a", "--raw"]).ended(0);
    assert_eq!(raw.out, body);
    assert!(raw.err.contains("it panicked"), "{raw:?}");
    let read = network.run(&["parse", "--replay", "a"]).ended(0).json();
    assert_eq!(read["entries"][0]["title"], "COVID-19 and schools");
}
