//! Telling an edit from a rewrite: how many pairs of short documents are joined rightly, and how many of
//! those that belong together.

use crate::support::program::run_with;
use crate::support::repository;
use serde_json::Value;
use std::collections::BTreeMap;

/// Share of joined pairs that belong together, and of pairs that belong together that are joined.
const PRECISION_MIN: f64 = 0.95;
const RECALL_MIN: f64 = 0.75;

fn documents(half: &str) -> Vec<Value> {
    let path = repository().join("tests/data/sameness/documents.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).filter(|doc| doc["half"] == half).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
fn check(half: &str) {
    let documents = documents(half);
    assert!(documents.len() > 25, "{}", documents.len());
    let input: String = documents.iter().map(|document| format!("{document}\n")).collect();
    let said = run_with(repository(), &["dedup"], &input).ended(0);
    let found: BTreeMap<String, Value> = said
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|same| (same["id"].as_str().unwrap().to_owned(), same))
        .collect();
    let piece = |document: &Value| found[document["id"].as_str().unwrap()]["piece"].clone();
    let (mut right, mut wrong, mut missed) = (0, Vec::new(), Vec::new());
    for (at, one) in documents.iter().enumerate() {
        for other in &documents[..at] {
            let pair = format!("{} {}", other["id"], one["id"]);
            match (one["piece"] == other["piece"], piece(one) == piece(other)) {
                (true, true) => right += 1,
                (false, true) => wrong.push(pair),
                (true, false) => missed.push(pair),
                (false, false) => {}
            }
        }
    }
    let precision = f64::from(right) / (f64::from(right) + wrong.len() as f64);
    let recall = f64::from(right) / (f64::from(right) + missed.len() as f64);
    assert!(precision >= PRECISION_MIN, "{half}: precision {precision:.3}, recall {recall:.3}; wrong {wrong:#?}");
    assert!(recall >= RECALL_MIN, "{half}: precision {precision:.3}, recall {recall:.3}; missed {missed:#?}");
}

#[test]
fn edits_join_and_rewrites_do_not() {
    check("tuning");
}

#[test]
fn edits_join_and_rewrites_do_not_where_nothing_was_tuned() {
    check("held-out");
}
