//! Staff: what needs them is listed, what they decide wins, every decision says why.

use crate::support::network::{Network, item, rss};
use serde_json::{Value, json};

fn network() -> Network {
    let network = Network::new(&[("a", "member", "/a.xml"), ("paper", "media", "/paper.xml")]);
    network.put(
        "/a.xml",
        &rss(&[
            item("1", "COVID-19 and schools", "Schools and the coronavirus pandemic.", 1),
            item("2", "Budget", "About the budget.", 2),
        ]),
    );
    network.put(
        "/paper.xml",
        &rss(&[item("p1", "Coronavirus in the news", "A story on the coronavirus and COVID-19.", 1)]),
    );
    network.run(&["poll", "--all"]).ended(0);
    network
}

fn explain(network: &Network, what: &str) -> Value {
    network.run(&["explain", what, "--json"]).ended(0).json()
}

/// The sections that show what `what` names.
fn shown(network: &Network, what: &str) -> Vec<String> {
    let told = explain(network, what);
    let placements = told["piece"]["placements"].as_array().unwrap();
    let is_shown = |p: &&Value| ["auto", "approved", "pinned"].contains(&p["state"].as_str().unwrap());
    placements.iter().filter(is_shown).map(|p| p["section"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn explain_names_the_words_and_the_rule() {
    let network = network();
    let told = explain(&network, "https://pub.example.org/1");
    assert_eq!(told["piece"]["facets"]["topics"][0]["topic"], "covid-19");
    let text = network.run(&["explain", "https://pub.example.org/1"]).ended(0).out;
    assert!(text.contains("covid-19"), "{text}");
    assert!(text.contains("in title"), "{text}");
    assert!(text.contains("not in rest"), "{text}");
    assert!(network.run(&["explain", "no-such-thing"]).ended(1).err.contains("nothing stored"));
}

#[test]
fn what_waits_is_listed_and_approved() {
    let network = network();
    let waiting = network.run(&["review", "--json"]).ended(0).json();
    let pending = waiting
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["kind"] == "pending")
        .unwrap_or_else(|| panic!("{waiting:#}"));
    assert_eq!(pending["title"], "Coronavirus in the news");
    assert!(shown(&network, "https://pub.example.org/p1").is_empty());
    network.run(&["decide", "approve", "https://pub.example.org/p1", "--by", "desk"]).ended(0);
    assert_eq!(shown(&network, "https://pub.example.org/p1"), ["covid"]);
    // It waited in one section only, and the decision names it.
    assert_eq!(explain(&network, "https://pub.example.org/p1")["decisions"][0]["section"], "covid");
    let waiting = network.run(&["review", "--json"]).ended(0).json();
    assert!(waiting.as_array().unwrap().iter().all(|item| item["kind"] != "pending"), "{waiting:#}");
}

#[test]
fn decisions_survive_polls_and_policies_and_can_be_undone() {
    let network = network();
    let piece = "https://pub.example.org/1";
    let recorded = network.run(&["decide", "move", piece, "--to", "rest", "--json"]).ended(0).json();
    assert_eq!(shown(&network, piece), ["rest"]);
    network.put("/a.xml", &rss(&[item("1", "COVID-19 and schools, updated", "Coronavirus, a new text.", 1)]));
    network.run(&["poll", "--all"]).ended(0);
    assert_eq!(shown(&network, piece), ["rest"]);
    let policy = network.policy(&[("a", "member", "/a.xml"), ("paper", "media", "/paper.xml")]);
    network.write_policy(&policy.replace("where = \"topic:covid-19\"", "where = \"topic:covid-19 or topic:health\""));
    network.run(&["poll"]).ended(0);
    assert_eq!(shown(&network, piece), ["rest"]);
    network.run(&["decide", "undo", &recorded["decision"].to_string()]).ended(0);
    assert_eq!(shown(&network, piece), ["covid"]);
    assert!(network.run(&["decide", "undo", "999"]).ended(1).err.contains("999"));
    assert!(network.run(&["decide", "move", piece, "--to", "nowhere"]).ended(1).err.contains("there are covid, rest"));
}

#[test]
fn a_withdrawn_piece_leaves_with_a_tombstone() {
    let network = network();
    network.run(&["decide", "withdraw", "https://pub.example.org/1", "--reason", "Published by mistake."]).ended(0);
    network.run(&["publish", "--out", "site"]).ended(0);
    let feed = std::fs::read_to_string(network.folder().join("site/sections/covid.atom")).unwrap();
    assert!(feed.contains("deleted-entry"), "{feed}");
    assert!(!feed.contains("COVID-19 and schools"), "{feed}");
}

#[test]
fn diff_shows_what_another_policy_would_do_and_changes_nothing() {
    let network = network();
    let policy = network.policy(&[("a", "member", "/a.xml"), ("paper", "media", "/paper.xml")]);
    let other = policy.replace("where = \"not topic:covid-19\"", "where = \"topic:covid-19 and source:nobody\"");
    std::fs::write(network.folder().join("other.toml"), &other).unwrap();
    let said = network.run(&["diff", "other.toml"]).ended(2);
    assert!(said.err.contains("no source \"nobody\""), "{}", said.err);
    std::fs::write(network.folder().join("other.toml"), other.replace(" and source:nobody", " and source:a")).unwrap();
    let said = network.run(&["diff", "other.toml", "--json"]).ended(0).json();
    assert_eq!(said["sections"]["rest"], json!({ "enter": 0, "leave": 1, "wait": 0 }), "{said:#}");
    assert_eq!(said["summary"], json!({ "enter": 0, "leave": 1, "move": 0, "wait": 0 }));
    let why = said["changes"][0]["why"][0].as_str().unwrap();
    assert!(why.contains("rest no longer: its rule fails at topic:covid-19"), "{why}");
    assert_eq!(said["changes"][0]["title"], "Budget");
    assert_eq!(shown(&network, "https://pub.example.org/2"), ["rest"]);
}

#[test]
fn diff_says_where_a_cap_would_not_count() {
    let network = network();
    let policy = network.policy(&[("a", "member", "/a.xml"), ("paper", "media", "/paper.xml")]);
    // Both pieces of one source would enter a section that takes one a day.
    let more = "\n[[section]]\nid = \"all\"\ntitle = { en = \"All\" }\nwhere = \"source:a\"\nalongside = true\nper_source_per_day = 1\n";
    std::fs::write(network.folder().join("other.toml"), policy + more).unwrap();
    let said = network.run(&["diff", "other.toml", "--json"]).ended(0).json();
    assert_eq!((&said["capped"], &said["sections"]["all"]["enter"]), (&json!(["all"]), &json!(2)), "{said:#}");
    let text = network.run(&["diff", "other.toml"]).ended(0).out;
    assert!(text.contains("Caps hold back what comes in"), "{text}");
    assert!(text.contains("none in all."), "{text}");
}

#[test]
fn a_merge_and_a_split_hold() {
    let network = network();
    let pieces = || network.run(&["status", "--json"]).json()["totals"]["pieces"].clone();
    assert_eq!(pieces(), 3);
    network.run(&["decide", "merge", "https://pub.example.org/1", "https://pub.example.org/2"]).ended(0);
    assert_eq!(pieces(), 2);
    network.run(&["poll", "--all"]).ended(0);
    assert_eq!(pieces(), 2);
    network.run(&["decide", "split", "https://pub.example.org/2"]).ended(0);
    assert_eq!(pieces(), 3);
}

#[test]
fn readers_never_learn_who_decided() {
    let network = network();
    let (one, two, press) = ("https://pub.example.org/1", "https://pub.example.org/2", "https://pub.example.org/p1");
    for decision in [
        &["approve", press][..],
        &["pin", press, "--section", "covid"],
        &["merge", one, two],
        &["lead", two],
        &["move", one, "--to", "rest"],
        &["add", one, "--section", "covid"],
        &["note", one, "told by phone"],
    ] {
        let command = [&["decide"], decision, &["--by", "Ana Quispe"]].concat();
        network.run(&command).ended(0);
    }
    network.run(&["publish", "--out", "site"]).ended(0);
    let feed = std::fs::read_to_string(network.folder().join("site/all.atom")).unwrap();
    for reason in ["approved by staff", "pinned by staff", "joined by staff on", "moved here by staff"] {
        assert!(feed.contains(reason), "{reason}: {feed}");
    }
    let mut folders = vec![network.folder().join("site")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                let text = String::from_utf8_lossy(&std::fs::read(&entry).unwrap()).into_owned();
                assert!(!text.contains("Quispe"), "{}", entry.display());
                assert!(!text.contains("by phone"), "{}", entry.display());
            }
        }
    }
    // What the API shows is the piece as it is stored. Staff see who decided in the decisions.
    for piece in [one, press] {
        let told = explain(&network, piece);
        assert!(!told["piece"].to_string().contains("Quispe"), "{told:#}");
        assert_eq!(told["decisions"][0]["by"], "Ana Quispe");
    }
}

#[test]
fn a_repair_edits_the_policy_file_and_can_be_undone() {
    let network = network();
    let feed = network.origin.url("/new.xml");
    network.put("/new.xml", &rss(&[item("n1", "Coronavirus at the new address", "Text.", 0)]));
    let before = std::fs::read_to_string(network.folder().join("feeds.toml")).unwrap();
    let recorded = network.run(&["decide", "repair", "a", &feed, "--json"]).ended(0).json();
    let text = std::fs::read_to_string(network.folder().join("feeds.toml")).unwrap();
    assert!(text.contains("/new.xml"), "{text}");
    assert!(text.contains("/a.xml"), "{text}");
    network.run(&["check"]).ended(0);
    let asked = |network: &Network| -> Vec<String> {
        network.origin.forget_requests();
        network.run(&["poll", "--source", "a"]).ended(0);
        network.origin.requests().into_iter().map(|request| request.target).collect()
    };
    assert_eq!(asked(&network), ["/new.xml"]);
    network.run(&["decide", "undo", &recorded["decision"].to_string()]).ended(0);
    assert_eq!(std::fs::read_to_string(network.folder().join("feeds.toml")).unwrap(), before);
    assert_eq!(asked(&network), ["/a.xml"]);
}

#[test]
fn what_is_rejected_is_searched_with_its_reasons() {
    let network = network();
    // No section but one, so that a piece may be refused by all.
    let policy = std::fs::read_to_string(network.folder().join("feeds.toml")).unwrap();
    let (only, _) = policy.split_once("[[section]]\nid = \"rest\"").unwrap();
    network.write_policy(&only.replace("[[section]]", "[policy]\napply = \"at-once\"\n\n[[section]]"));
    network.run(&["decide", "reject", "https://pub.example.org/1", "--by", "desk"]).ended(0);
    network.run(&["poll", "--all"]).ended(0);
    let found = |query: &[&str]| {
        let arguments = [&["review", "--json", "--rejected"], query].concat();
        let found = network.run(&arguments).ended(0).json();
        let line = |piece: &Value| {
            let why = piece["why"][0].as_array().unwrap();
            let why = format!("{}: {}", why[0].as_str().unwrap(), why[1].as_str().unwrap());
            (piece["title"].as_str().unwrap().to_owned(), piece["by"].as_str().unwrap().to_owned(), why)
        };
        found.as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    let all = found(&[]);
    let [by_staff, by_rules] = all.as_slice() else { panic!("{all:#?}: what waits is not among them") };
    assert_eq!((by_staff.0.as_str(), by_staff.1.as_str()), ("COVID-19 and schools", "staff"));
    assert!(by_staff.2.starts_with("covid: rejected by staff; "), "{by_staff:?}");
    assert_eq!((by_rules.0.as_str(), by_rules.1.as_str()), ("Budget", "rules"));
    assert_eq!(by_rules.2, "covid: its rule fails at topic:covid-19");
    let asked = |query: &str| found(&[query]).into_iter().map(|(title, ..)| title).collect::<Vec<_>>();
    assert_eq!(asked("\"the budget\""), ["Budget"]);
    assert_eq!(asked("topic:covid-19 schools"), ["COVID-19 and schools"]);
    assert_eq!(asked("section:covid"), ["COVID-19 and schools"]);
    assert!(asked("source:paper").is_empty(), "it waits");
    assert!(network.run(&["review", "--rejected", "topic:("]).ended(1).err.contains("column"));
    let text = network.run(&["review", "--rejected"]).ended(0).out;
    assert!(text.contains("Budget"), "{text}");
    assert!(text.contains("its rule fails at topic:covid-19"), "{text}");
    // The policy that placed a piece is named with each placement.
    let placement = &explain(&network, "https://pub.example.org/1")["piece"]["placements"][0];
    assert_eq!(placement["state"], "rejected");
    assert!(!placement["policy_version"].as_str().unwrap().is_empty(), "{placement}");
}

/// Polls of one process and decisions of another, all about one piece: whatever was read before the other wrote, what
/// staff decided stands as soon as they are told so, and stays.
#[test]
fn a_decision_beside_a_poll_is_never_lost() {
    const ROUNDS: i64 = 8;
    let network = network();
    let piece = "https://pub.example.org/1";
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let polls = scope.spawn(|| {
            let mut polled = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                polled += 1;
                let text = format!("Schools and the coronavirus pandemic, as of hour {polled}.");
                network.put("/a.xml", &rss(&[item("1", "COVID-19 and schools", &text, 1)]));
                network.run(&["poll", "--all"]).ended(0);
            }
            polled
        });
        for round in 0..ROUNDS {
            let to = if round % 2 == 0 { "rest" } else { "covid" };
            network.run(&["decide", "move", piece, "--to", to]).ended(0);
            for _ in 0..2 {
                assert_eq!(shown(&network, piece), [to], "round {round}");
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(polls.join().unwrap() > 1, "the two must have met");
    });
    assert_eq!(shown(&network, piece), ["covid"]);
    assert_eq!(explain(&network, piece)["decisions"].as_array().unwrap().len(), 8);
}
