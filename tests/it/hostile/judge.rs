//! The judge: holds what was seen of a case against what its row expects.
//!
//! A row is a list of checks. `=` compares; numbers also `>=` and `<=`; of words, several may be named with `|`.
//!
//! | Check | Is about |
//! |---|---|
//! | `outcome`, `cause` | how the poll ended |
//! | `status`, `new` | the field of that name in the report of the pass |
//! | `entries` | entries that were found in the document |
//! | `asked` | requests that the origin got |
//! | `due` | days until the source may be polled again |
//! | `published`, `size` | entries, and bytes, of what is republished of it |
//! | `warning` | a warning about the document with this code |
//! | `text`, `no-text` | what must stand, or not, in what is republished of it |
//! | `no-header` | a field that no request had |
//! | `no-canary` | nobody asked the canary |
//! | `sound` | what is republished of it needs no mending |

use plenary_ingest::read::{Document, Input, ReadError, document};
use plenary_model::warning::WarningCode;
use serde_json::Value;

/// What stands between two checks.
const BETWEEN: &str = "; ";
/// What is said of a check that nobody can make.
pub const NO_CHECK: &str = "this is no check";

/// Warnings that sound documents of ours may get: random words have no language, and limits of reading count what we
/// add. All others are about markup.
const HARMLESS: [WarningCode; 4] =
    [WarningCode::MixedLanguages, WarningCode::OtherLanguage, WarningCode::TooLong, WarningCode::TooMany];

/// What came of a case.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Its line in the report of the pass.
    pub report: Value,
    /// Codes of the warnings about its document.
    pub warnings: Vec<String>,
    /// Whole days until it may be polled again; `None` when staff must act first.
    pub due_days: Option<u64>,
    /// The Atom document of what is republished of it.
    pub published: String,
    /// Heads of the requests that its origin got, in lower case.
    pub requests: Vec<String>,
    /// How often the canary was asked because of it.
    pub canary: usize,
}

/// The checks that do not hold, each with what was found instead.
pub fn judge(expected: &str, seen: &Seen) -> Vec<String> {
    let fault = |check: &str| find_fault(check, seen).map(|found| format!("{check}: {found}"));
    expected.split(BETWEEN).filter_map(fault).collect()
}

fn find_fault(check: &str, seen: &Seen) -> Option<String> {
    let (name, sign, wanted) = cut(check);
    let contains = || seen.published.contains(wanted);
    match name {
        "outcome" | "cause" => {
            let found = seen.report[name].as_str().unwrap_or("nothing");
            let holds = sign == "=" && wanted.split('|').any(|word| word == found);
            (!holds).then(|| format!("found {found} ({})", seen.report["detail"].as_str().unwrap_or_default()))
        }
        "status" | "new" => compare(seen.report[name].as_u64(), sign, wanted),
        "entries" => compare(seen.report["seen"].as_u64(), sign, wanted),
        "asked" => compare(count(seen.requests.len()), sign, wanted),
        "due" => compare(seen.due_days, sign, wanted),
        "published" => compare(read(seen).ok().and_then(|read| count(read.feed.entries.len())), sign, wanted),
        "size" => compare(count(seen.published.len()), sign, wanted),
        "warning" => {
            let holds = seen.warnings.iter().any(|code| code == wanted);
            (!holds).then(|| format!("found {:?}", seen.warnings))
        }
        "text" => (!contains()).then(|| "it is not there".to_owned()),
        "no-text" => contains().then(|| "it is there".to_owned()),
        "no-header" => {
            let field = format!("{wanted}:");
            let found = seen.requests.iter().flat_map(|head| head.lines()).find(|line| line.starts_with(&field));
            found.map(|line| format!("found {line}"))
        }
        "no-canary" => (seen.canary > 0).then(|| format!("asked {} times", seen.canary)),
        "sound" => find_mends(seen),
        _ => Some(NO_CHECK.to_owned()),
    }
}

/// A check as its name, its sign and what it wants; the latter two may be empty.
fn cut(check: &str) -> (&str, &str, &str) {
    let (name, rest) = check.split_at(check.find(['<', '>', '=']).unwrap_or(check.len()));
    let signs = [">=", "<=", "="];
    let found = signs.into_iter().find_map(|sign| Some((sign, rest.strip_prefix(sign)?)));
    let (sign, wanted) = found.unwrap_or_default();
    (name, sign, wanted)
}

fn compare(found: Option<u64>, sign: &str, wanted: &str) -> Option<String> {
    let holds: fn(&u64, &u64) -> bool = match sign {
        "=" => u64::eq,
        ">=" => u64::ge,
        "<=" => u64::le,
        _ => return Some(NO_CHECK.to_owned()),
    };
    let Ok(wanted) = wanted.parse::<u64>() else { return Some(NO_CHECK.to_owned()) };
    let Some(found) = found else { return Some("there is none".to_owned()) };
    (!holds(&found, &wanted)).then(|| format!("found {found}"))
}

fn count(length: usize) -> Option<u64> {
    u64::try_from(length).ok()
}

fn read(seen: &Seen) -> Result<Document, ReadError> {
    document(&Input { body: seen.published.as_bytes(), ..Input::default() })
}

/// What a reader has to mend in the document that we publish.
fn find_mends(seen: &Seen) -> Option<String> {
    match read(seen) {
        Err(error) => Some(error.to_string()),
        Ok(read) => {
            let mut mends = read.feed.warnings.into_iter().filter(|warning| !HARMLESS.contains(&warning.code));
            mends.next().map(|warning| format!("{} at line {:?}: {}", warning.code, warning.line, warning.message))
        }
    }
}
