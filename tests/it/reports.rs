//! What people report of programs like this one, kind by kind: cases of our own in `tests/data/reports`, and those of
//! `shared/data/reports` where that lies beside the repository. Each kind is a table of cases with the right value.
//!
//! A case is a line `### NAME <tab> CHECK <tab> RIGHT`, the right value as JSON, and the document in the lines below,
//! in which `\xNN` is a byte, `\r` a carriage return, and a `\` at the end of a line takes its end away.

mod checks;
mod coded;
mod given;
mod offered;

use checks::check;
use serde_json::Value;
use std::path::{Path, PathBuf};

pub struct Case {
    pub kind: String,
    pub name: String,
    /// What is done with the document; see [`check`].
    pub check: String,
    pub document: Vec<u8>,
    pub right: Value,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/reports")
}

/// The cases of one kind.
fn cases(kind: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(folder().join(format!("{kind}.cases"))).unwrap();
    let blocks = text.split("### ").skip(1);
    blocks
        .map(|block| {
            let (head, body) = block.split_once('\n').unwrap();
            let mut columns = head.split('\t');
            let mut column = || columns.next().unwrap_or_else(|| panic!("{kind}: three columns: {head}"));
            let (name, check, right) = (column().to_owned(), column().to_owned(), column());
            let right = serde_json::from_str(right).unwrap_or_else(|error| panic!("{kind} {name}: {error}"));
            Case { kind: kind.to_owned(), name, check, document: unescape(body.trim_end_matches('\n')), right }
        })
        .collect()
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at..];
        let taken = match rest.as_bytes().get(1) {
            Some(b'x') => {
                bytes.push(u8::from_str_radix(&rest[2..4], 16).unwrap());
                4
            }
            Some(b'r') => {
                bytes.push(b'\r');
                2
            }
            Some(b'\n') => 2,
            _ => {
                bytes.push(b'\\');
                1
            }
        };
        rest = &rest[taken..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// Tries all cases, prints a line for each kind, and fails with those that are wrong.
#[allow(clippy::print_stdout, reason = "the table is what people look at")]
fn judge(cases: &[Case]) {
    let mut wrong = Vec::new();
    let mut kinds: Vec<(&str, usize, usize)> = Vec::new();
    for case in cases {
        if kinds.last().is_none_or(|(kind, ..)| *kind != case.kind) {
            kinds.push((&case.kind, 0, 0));
        }
        let found = check(&case.check, &case.document);
        let (_, passed, all) = kinds.last_mut().unwrap();
        *all += 1;
        if found == case.right {
            *passed += 1;
        } else {
            wrong.push(format!("{} {}: {found}\n  and right is {}", case.kind, case.name, case.right));
        }
    }
    for (kind, passed, all) in kinds {
        println!("{kind}: {passed} of {all}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[track_caller]
fn judge_kind(kind: &str) {
    let cases = cases(kind);
    assert!(cases.len() >= 3, "{kind} has {} cases", cases.len());
    judge(&cases);
}

#[test]
fn reading_forgives_what_publishers_do() {
    judge_kind("reading");
}

#[test]
fn references_are_decoded_wherever_people_wrote_text() {
    judge_kind("references");
}

#[test]
fn calendars_are_read_with_the_tolerance_of_feeds() {
    judge_kind("calendar");
}

#[test]
fn days_of_a_series_are_compared_by_its_own_clock() {
    judge_kind("zones");
}

#[test]
fn json_feeds_are_read_with_the_tolerance_of_xml() {
    judge_kind("json");
}

#[test]
fn lists_of_feeds_are_read_as_they_are_written() {
    judge_kind("opml");
}

#[test]
fn words_count_as_they_are_meant() {
    judge_kind("words");
}
