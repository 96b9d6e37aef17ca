//! What is done with the document of a case.

use plenary_ingest::read::{Input, document};
use serde_json::{Value, json};
use std::path::Path;

/// Does what `check` says and gives what came of it as JSON:
///
/// - `days`, `titles`, `statuses`, `told` (whether anything is wrong) of a calendar, `days text/calendar; charset=…`
///   with what HTTP says of it;
/// - `parse entries.*.title` and the like: all values at these places of what `plenary parse` prints;
/// - `warned`: the same with the codes of its warnings, each once;
/// - `topics`: by id, which of the two topics of the shipped policy `plenary categorise` finds in entries as lines;
/// - `sanitise`: clean HTML;
/// - `opml names` (or `feeds`, `standings`, `trusts`, `left-out`) of `plenary opml import --dry-run`.
pub fn check(check: &str, bytes: &[u8]) -> Value {
    let (verb, rest) = check.split_once(' ').unwrap_or((check, ""));
    match verb {
        "days" | "titles" | "statuses" | "told" => calendar(verb, rest, bytes),
        "parse" | "warned" => parse(verb, rest, bytes),
        "sanitise" => json!(plenary_ingest::sanitise::html(std::str::from_utf8(bytes).unwrap(), None)),
        "topics" => topics(std::str::from_utf8(bytes).unwrap()),
        "opml" => opml(rest, bytes),
        _ => panic!("no check is called {verb}"),
    }
}

fn calendar(verb: &str, content_type: &str, bytes: &[u8]) -> Value {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
    let content_type = Some(content_type).filter(|text| !text.is_empty());
    let reading = match plenary_ingest::calendar::read(bytes, content_type, today) {
        Ok(reading) => reading,
        Err(error) => return json!(error.to_string()),
    };
    if verb == "told" {
        return json!(!reading.problems.is_empty());
    }
    let mut events = reading.events;
    events.sort_by_key(|event| (event.from, event.to));
    let one = |event: plenary_ingest::calendar::Occurrence| match verb {
        "days" if event.from == event.to => event.from.to_string(),
        "days" => format!("{}..{}", event.from, event.to),
        "titles" => event.title,
        _ => event.status.map_or_else(String::new, |status| format!("{status:?}")),
    };
    events.into_iter().map(one).collect::<Vec<String>>().into()
}

fn parse(verb: &str, places: &str, bytes: &[u8]) -> Value {
    let input = Input { body: bytes, base: Some("https://voices.example.org/feed"), ..Input::default() };
    let read = match document(&input) {
        Ok(read) => serde_json::to_value(read.for_print()).unwrap(),
        Err(error) => return json!(error.to_string()),
    };
    if verb == "warned" {
        let mut codes = Vec::new();
        pick(&read, "warnings.*.code", &mut codes);
        codes.sort_by_key(ToString::to_string);
        codes.dedup();
        return codes.into();
    }
    let mut found = Vec::new();
    for place in places.split(' ') {
        pick(&read, place, &mut found);
    }
    found.into()
}

fn pick(value: &Value, place: &str, found: &mut Vec<Value>) {
    let (name, rest) = place.split_once('.').unwrap_or((place, ""));
    let inner: Vec<&Value> = match name {
        "" => return found.push(value.clone()),
        "*" => value.as_array().into_iter().flatten().collect(),
        _ => value.get(name).into_iter().collect(),
    };
    for one in inner {
        pick(one, rest, found);
    }
}

fn topics(lines: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = crate::support::program::run_with(folder, &["categorise"], &format!("{lines}\n")).ended(0);
    let mut found = serde_json::Map::new();
    for line in run.out.lines() {
        let read: Value = serde_json::from_str(line).unwrap();
        let topics = read["topics"].as_array().unwrap().iter().map(|hit| &hit["topic"]);
        let wanted = |topic: &&Value| ["child-rights", "covid-19"].map(|slug| json!(slug)).contains(topic);
        let topics: Vec<Value> = topics.filter(wanted).cloned().collect();
        if !topics.is_empty() {
            found.insert(read["id"].as_str().unwrap().to_owned(), topics.into());
        }
    }
    found.into()
}

const POLICY: &str = "[network]\nname = \"N\"\naddress = \"https://f.example.org\"\ncontact = \"w@example.org\"\n\
                      languages = [\"en\"]\n";

fn opml(wanted: &str, bytes: &[u8]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("feeds.toml"), POLICY).unwrap();
    std::fs::write(folder.path().join("list.opml"), bytes).unwrap();
    let run = import(folder.path(), &["--dry-run"]);
    let key = match wanted {
        "left-out" => {
            let lines = run.err.lines().filter_map(|line| line.split_once("left out: "));
            return lines.map(|(_, name)| name.to_owned()).collect::<Vec<_>>().into();
        }
        "names" => "name",
        "feeds" => "feed",
        "standings" => "standing",
        "trusts" => "trust",
        _ => panic!("no such key: {wanted}"),
    };
    let values = run.out.lines().filter_map(|line| line.strip_prefix('+')?.strip_prefix(key)?.strip_prefix(" = "));
    values.map(|value| serde_json::from_str(value).unwrap_or_else(|_| json!(value))).collect::<Vec<Value>>().into()
}

fn import(folder: &Path, more: &[&str]) -> crate::support::program::Run {
    let arguments: Vec<&str> = ["opml", "import", "list.opml"].iter().chain(more).copied().collect();
    crate::support::program::run(folder, &arguments)
}

#[test]
fn what_an_import_adds_is_listed_and_waits_for_staff() {
    let folder = tempfile::tempdir().unwrap();
    let read = || std::fs::read_to_string(folder.path().join("feeds.toml")).unwrap();
    std::fs::write(folder.path().join("feeds.toml"), POLICY).unwrap();
    let list = "<opml><body><outline text='A' xmlUrl='https://a.example.org/rss'/></body></opml>";
    std::fs::write(folder.path().join("list.opml"), list).unwrap();
    let run = import(folder.path(), &[]).ended(0);
    assert!(run.err.contains("added: a \"A\", member, trust review: https://a.example.org/rss"), "{run:?}");
    assert!(read().contains("trust = \"review\""), "{}", read());
    std::fs::write(folder.path().join("feeds.toml"), POLICY).unwrap();
    import(folder.path(), &["--trust", "trusted"]).ended(0);
    assert!(read().contains("trust = \"trusted\""), "{}", read());
    assert!(import(folder.path(), &["--trust", "much"]).ended(2).err.contains("write trusted, review or blocked"));
}
