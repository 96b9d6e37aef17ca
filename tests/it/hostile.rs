//! An origin that misbehaves in every way that we know of, polled in one pass together with feeds that behave. What is
//! expected of each case stands in a table of rows, which a judge reads; what every case must leave alone stands here.
//!
//! Rows are in `exchanges` (HTTP), `redirects` (the way to a document), `documents` and `entries`; `origin` plays them.

mod documents;
mod entries;
mod exchanges;
mod judge;
mod origin;
mod redirects;
mod texts;

use crate::support::program::run;
use judge::{NO_CHECK, Seen, judge};
use origin::{Answer, Canary, Case, Origin, case};
use plenary_store::Store;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

/// Fewest cases that are worth the name of a table.
const CASES_MIN: usize = 60;
/// Feeds that behave, spread among those that do not, and the entries of each.
const HEALTHY: usize = 20;
const HEALTHY_ENTRIES: u32 = 3;
/// What holds for every case: nobody is led to the canary or made to show who he is, what we publish is well-formed,
/// and nothing that was planted gets into it.
const ALWAYS: &str =
    "no-canary; no-header=cookie; sound; no-text=canary-song; no-text=smuggled-poison; no-text=plantedscript";

/// The whole table.
fn list_cases(canary: &Canary) -> Vec<Case> {
    let parts = [exchanges::cases(), redirects::cases(canary), documents::cases(canary), entries::cases()];
    let mut cases: Vec<Case> = parts.into_iter().flatten().collect();
    let apart = cases.len() / HEALTHY + 1;
    for number in 0..HEALTHY {
        cases.insert(number * apart, make_healthy(number));
    }
    cases
}

fn make_healthy(number: usize) -> Case {
    let id = format!("healthy-{number:02}");
    let mut expected = format!("outcome=updated; cause=ok; entries={HEALTHY_ENTRIES}; new={HEALTHY_ENTRIES}");
    expected += &format!("; published={HEALTHY_ENTRIES}");
    for entry in 1..=HEALTHY_ENTRIES {
        expected += &format!("; text={}", texts::mark(&id, entry));
    }
    let feed = texts::feed(&id, HEALTHY_ENTRIES);
    case(&id, "behaves", &expected, Answer::whole("200 OK", "content-type: application/rss+xml\r\n", feed))
}

/// A policy that polls every case at once, as far as hosts and places allow.
fn write_policy(origin: &Origin, folder: &Path) {
    let allowed: Vec<String> = origin.addresses().map(|address| format!("\"{address}\"")).collect();
    let mut policy = format!(
        "[network]\nname = \"Test Network\"\naddress = \"https://feeds.example.org\"\n\
         contact = \"webmaster@example.org\"\nlanguages = [\"en\"]\n\n\
         [polling]\nallow = [{}]\ntimeout = \"5s\"\nspacing = \"1ms\"\nper_host = 16\nconcurrency = 32\n\
         entries_per_day = {}\n\n[push]\nhub = false\nsubscribe = false\n\n",
        allowed.join(", "),
        documents::ENTRIES_PER_DAY
    );
    for (place, case) in origin.cases().iter().enumerate() {
        policy += &format!(
            "[[source]]\nid = \"{id}\"\nname = \"Publisher {id}\"\nfeed = \"{}\"\nstanding = \"member\"\n\n",
            origin.url(place),
            id = case.id
        );
    }
    policy += "[[section]]\nid = \"all-else\"\ntitle = { en = \"All else\" }\nwhere = \"not topic:covid-19\"\n";
    std::fs::write(folder.join("feeds.toml"), policy).unwrap();
}

/// What came of each case: its line of the report, what is stored of it, and what origin and canary heard.
fn look(folder: &Path, report: &Value, origin: &Origin, canary: &Canary) -> BTreeMap<String, Seen> {
    let lines = report["sources"].as_array().unwrap();
    let line_of = |id: &str| lines.iter().find(|line| line["id"] == id).cloned().unwrap_or_default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(&folder.join("plenary.db")).await.unwrap();
        let now = chrono::Utc::now();
        let mut seen = BTreeMap::new();
        for state in store.poll_states().await.unwrap() {
            let id = state.source.to_string();
            let edition = store.edition(&format!("/sources/{id}.atom")).await.unwrap();
            let published = edition.map(|edition| String::from_utf8(edition.identity).unwrap()).unwrap_or_default();
            let due_days = state.next_at.map(|at| u64::try_from((at - now).num_days()).unwrap_or_default());
            let of_case = Seen {
                report: line_of(&id),
                warnings: state.warnings.iter().map(|warning| warning.code.to_string()).collect(),
                due_days,
                published,
                requests: origin.requests(&id),
                canary: canary.count(&id),
            };
            seen.insert(id, of_case);
        }
        store.close().await.unwrap();
        seen
    })
}

#[test]
fn whatever_an_origin_does_harms_nobody() {
    let began = Instant::now();
    let canary = Canary::start();
    let origin = Origin::start(list_cases(&canary));
    let folder = tempfile::tempdir().unwrap();
    write_policy(&origin, folder.path());
    // 1: some sources failed, as they should; anything else would be a pass that broke off.
    let report = run(folder.path(), &["poll", "--all", "--json"]).ended(1).json();
    assert_eq!(report["sources"].as_array().unwrap().len(), origin.cases().len());
    let seen = look(folder.path(), &report, &origin, &canary);
    let mut wrong = Vec::new();
    for case in origin.cases() {
        let of_case = &seen[&case.id];
        for fault in judge(&case.expected, of_case).into_iter().chain(judge(ALWAYS, of_case)) {
            wrong.push(format!("{}, an origin that {}: {fault}", case.id, case.does));
        }
    }
    let took = began.elapsed();
    assert!(wrong.is_empty(), "{} checks do not hold, after {took:?}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_table_is_whole_and_can_be_judged() {
    let cases = list_cases(&Canary::start());
    let ids: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), cases.len(), "two cases have one id");
    assert!(cases.len() >= CASES_MIN + HEALTHY, "only {} cases", cases.len());
    let unread = |expected: &str| judge(expected, &Seen::default()).into_iter().find(|fault| fault.contains(NO_CHECK));
    for case in &cases {
        assert_eq!(unread(&case.expected), None, "{}", case.id);
    }
    assert_eq!(unread(ALWAYS), None);
}

/// (a check, whether it holds of what is planted below)
const PLANTED: &[(&str, bool)] = &[
    ("outcome=updated", true),
    ("outcome=failed", false),
    ("outcome=failed|updated", true),
    ("cause=ok", true),
    ("cause=too-big|timeout", false),
    ("status=200", true),
    ("status=304", false),
    ("entries=2", true),
    ("entries=3", false),
    ("entries>=2", true),
    ("entries>=3", false),
    ("entries<=2", true),
    ("entries<=1", false),
    ("new=1", true),
    ("new=2", false),
    ("asked=1", true),
    ("asked=2", false),
    ("due<=7", true),
    ("due<=6", false),
    ("published=1", true),
    ("published=0", false),
    ("size>=10", true),
    ("size<=10", false),
    ("warning=bad-date", true),
    ("warning=encoding", false),
    ("text=(planted 1)", true),
    ("text=(planted 2)", false),
    ("no-text=(planted 2)", true),
    ("no-text=(planted 1)", false),
    ("no-header=authorization", true),
    ("no-header=cookie", false),
    ("no-canary", false),
    ("sound", true),
    ("colour=red", false),
    ("entries=many", false),
    ("entries", false),
];

#[test]
fn the_judge_reports_what_does_not_hold() {
    let seen = Seen {
        report: json!({ "outcome": "updated", "cause": "ok", "detail": "", "status": 200, "seen": 2, "new": 1 }),
        warnings: vec!["bad-date".to_owned()],
        due_days: Some(7),
        published: texts::feed("planted", 1),
        requests: vec!["get /planted http/1.1\r\ncookie: a=1\r\n\r\n".to_owned()],
        canary: 1,
    };
    for (check, holds) in PLANTED {
        let faults = judge(check, &seen);
        assert_eq!(faults.is_empty(), *holds, "{check}: {faults:?}");
    }
    // Of several, each that does not hold is named, and no other.
    let faults = judge("outcome=updated; entries=9; no-canary", &seen);
    assert_eq!(faults, ["entries=9: found 2", "no-canary: asked 1 times"]);
    let broken = Seen { published: seen.published.replace("</title>", ""), ..seen.clone() };
    assert!(!judge("sound", &broken).is_empty(), "mended markup is not sound");
    // What was never polled holds nothing that a row can expect of it.
    assert_eq!(judge("outcome=failed; entries=0; due<=1; published=0", &Seen::default()).len(), 4);
}
