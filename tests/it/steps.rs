//! The pipeline's judgement step by step: `parse`, `sanitise`, `dedup`, `categorise`, `inspect`.

use crate::support::network::{Network, item, rss};
use crate::support::program::{command, run_with};
use crate::support::{repository, shared};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

#[test]
fn parse_prints_the_contract() {
    let document = rss(&[item("1", "Title &amp; more", "Text <script>alert(1)</script> here.", 1)]);
    let said =
        run_with(repository(), &["parse", "-", "--base", "https://pub.example.org/feed"], &document).ended(0).json();
    for key in [
        "title",
        "id",
        "links",
        "published",
        "updated",
        "language",
        "subtitle",
        "rights",
        "author",
        "authors",
        "categories",
        "hub",
        "entries",
        "warnings",
    ] {
        assert!(said.get(key).is_some(), "{key} is missing: {said:#}");
    }
    let entry = &said["entries"][0];
    assert_eq!((&entry["title"], &said["language"]), (&json!("Title & more"), &json!("en")));
    assert!(!entry.to_string().contains("alert(1)"), "{entry:#}");
    let broken = run_with(repository(), &["parse", "-"], "nothing of the kind").ended(1);
    assert!(!broken.err.is_empty());
    assert!(broken.out.is_empty());
}

#[test]
fn batches_answer_each_line_at_once() {
    let mut child =
        command(repository(), &["sanitise", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for (fragment, wanted) in
        [("\"<p onclick='x'>a</p>\"", "\"<p>a</p>\""), ("not json", "{\"error\""), ("\"b\"", "\"b\"")]
    {
        writeln!(input, "{fragment}").unwrap();
        let mut line = String::new();
        // Would wait for ever if the answer came only at the end.
        output.read_line(&mut line).unwrap();
        assert!(line.trim().starts_with(wanted), "{fragment}: {line}");
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(1), "a refusal is a failure that is listed");
}

#[test]
fn dedup_joins_copies_and_keeps_others_apart() {
    let text = "Children have the right to be heard in every decision that affects them, said the network today, \
                calling on states to keep schools open and safe while the pandemic lasts and to listen.";
    let lines = [
        json!({ "id": "a", "title": "Be heard", "text": text, "link": "https://a.example.org/x?utm_source=rss", "source": "a", "date": "2021-06-01" }),
        json!({ "id": "b", "title": "Be heard", "text": "Short.", "link": "http://www.a.example.org/x/", "source": "b", "date": "2021-06-02" }),
        json!({ "id": "c", "title": "Be heard", "text": text.to_uppercase(), "source": "c", "date": "2021-06" }),
        json!({ "id": "d", "title": "Be heard", "text": "Another text altogether about the budget for nurseries.", "source": "d", "date": "2021-06-02" }),
    ];
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let said = run_with(repository(), &["dedup"], &input).ended(0);
    let pieces: Vec<Value> =
        said.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["piece"].clone()).collect();
    assert_eq!((&pieces[0], &pieces[0]), (&pieces[1], &pieces[2]), "{}", said.out);
    assert_ne!(pieces[0], pieces[3]);
    assert_eq!(run_with(repository(), &["dedup"], "{\"title\":\"no id\"}\n").ended(1).err.matches("line 1").count(), 1);
}

#[test]
fn categorise_says_which_words_decided() {
    let line = json!({
        "id": "1", "title": "Statement: COVID-19 must not silence children's rights", "standing": "un", "organisation": "UNICEF",
        "text": "In a statement on the coronavirus pandemic, the Committee on the Rights of the Child called on states to protect children's rights.",
        "language": "en", "date": "2020-04-08",
    });
    let said = run_with(repository(), &["categorise"], &format!("{line}\n")).ended(0).json();
    assert_eq!(said["sections"][0]["section"], "un-statements", "{said:#}");
    let topics: Vec<&str> = said["topics"].as_array().unwrap().iter().map(|t| t["topic"].as_str().unwrap()).collect();
    assert!(topics.contains(&"covid-19"), "{topics:?}");
    assert!(topics.contains(&"child-rights"), "{topics:?}");
    assert!(said["topics"][0]["why"].as_array().is_some_and(|why| !why.is_empty()));
    let folder = tempfile::tempdir().unwrap();
    let decisions = folder.path().join("decisions.jsonl");
    std::fs::write(&decisions, "{\"id\":\"1\",\"sections\":[\"resources\"]}\n").unwrap();
    let said =
        run_with(repository(), &["categorise", "--decisions", decisions.to_str().unwrap()], &format!("{line}\n"))
            .ended(0);
    assert_eq!(said.json()["sections"][0]["section"], "resources");
}

#[test]
fn inspect_finds_the_feed_and_prints_the_block() {
    let network = Network::new(&[]);
    network.put("/feed.xml", &rss(&[item("1", "COVID-19", "A statement on the coronavirus.", 1)]));
    let page = "<!doctype html><html><head><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/feed.xml\"></head><body></body></html>";
    network.origin.put("/", plenary::demo::Served::new("text/html; charset=utf-8", page));
    let said = network.run(&["inspect", &network.origin.url("/"), "--json"]).ended(0).json();
    assert_eq!(said["feed"], network.origin.url("/feed.xml"), "{said:#}");
    assert_eq!(said["entries"][0]["sections"], json!(["covid"]), "{said:#}");
    let block = network.run(&["inspect", &network.origin.url("/"), "--toml"]).ended(0).out;
    let policy = network.policy(&[]);
    network.write_policy(&format!("{policy}\n{block}"));
    network.run(&["check"]).ended(0);
    let said = network.run(&["inspect", &network.origin.url("/none")]).ended(1);
    assert!(said.out.contains("404"), "{}", said.out);
    assert!(said.out.contains("that of the site"), "{}", said.out);
    let said = network.run(&["inspect", "http://10.1.2.3/feed"]).ended(1);
    assert!(said.out.contains("[polling] allow"), "{}", said.out);
}

#[test]
fn every_real_feed_gives_all_of_its_entries() {
    let Some(folder) = shared("data/realfeeds", "every_real_feed_gives_all_of_its_entries") else { return };
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut input = String::new();
    let mut wanted = Vec::new();
    for row in index.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        if columns[1] != "opml" {
            input += &format!("{}\t\t\n", folder.join(columns[0]).display());
            wanted.push((columns[0], columns[3].parse::<usize>().unwrap()));
        }
    }
    let said = run_with(repository(), &["parse", "--batch"], &input).ended(0);
    for ((name, items), line) in wanted.iter().zip(said.out.lines()) {
        let feed = serde_json::from_str::<Value>(line).unwrap();
        let entries = feed["entries"].as_array().map_or(0, Vec::len);
        assert_eq!(entries, *items, "{name}");
    }
    assert_eq!(said.out.lines().count(), wanted.len());
}
