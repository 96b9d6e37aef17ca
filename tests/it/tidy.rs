//! The house rules, checked by plain text search: who may use whom, what belongs where.
//!
//! The table of rooms is read from ARCHITECTURE.md, so that the document cannot fall behind.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file, in lines; a longer one says at its head why it is better whole.
const FILE_LINES_MAX: usize = 400;
/// The words with which a file explains its length.
const LONG_BECAUSE: &str = "One file because";

/// Where a word may stand: (word, places by room).
const CONFINED: &[(&str, &[&str])] = &[
    ("reqwest", &["fetch/"]),
    ("rusqlite", &["store/"]),
    ("deadpool_sqlite", &["store/"]),
    ("axum", &["serve/", "demo/", "app/"]),
    ("ring", &["app/random", "fetch/fetcher", "ingest/push"]),
    ("ammonia", &["ingest/sanitise"]),
    ("atom_syndication", &["publish/atom"]),
    ("use rss::", &["publish/rss"]),
    ("toml_edit", &["config/edit"]),
    ("anyhow", &["main.rs", "cli/", "app/", "worker/"]),
    ("Utc::now", &["app/"]),
    ("SystemTime::now", &["app/"]),
    ("Instant::now", &["app/", "serve/connections", "serve/metrics", "serve/paced"]),
    ("fastrand", &["app/"]),
    ("SELECT ", &["store/"]),
    ("INSERT INTO", &["store/"]),
];

/// Rooms that do no I/O, and the words that would mean I/O.
const PURE: &[&str] = &["model/", "ingest/", "publish/"];
const IMPURE: &[&str] = &["async fn", "tokio::", "std::fs", "std::net", "fs::File"];

/// Rooms that need no edge: what binds the crate, and what cargo gives to tests and benches alone.
const FREE: &[&str] = &["lib", "fixtures"];

/// File names that say nothing.
const EMPTY_NAMES: &[&str] = &["utils", "helpers", "common", "misc", "util", "helper"];

/// Names of the network that is shipped in `feeds.toml`, and slugs of its topics and genres; the program
/// serves any network.
const NETWORKS: &[&str] = &["Child Rights Connect", "childrightsconnect", "covid", "press-release", "news-story"];

struct Source {
    /// Path below `src/`, or below `crates/` without its `src/`: it begins with the room.
    path: String,
    text: String,
}

impl Source {
    /// Lines of code with their numbers; comments and test modules are free.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.path.ends_with("tests.rs") || self.path.contains("/tests/");
        let upto = if is_test { 0 } else { usize::MAX };
        let numbered = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        let before_tests =
            numbered.take_while(|(_, line)| !line.starts_with("#[cfg(test)]") || line.contains("mod tests;"));
        before_tests.take(upto).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

/// `| room | may use |` rows under the heading "Who may use whom".
fn allowed(architecture: &str) -> BTreeMap<String, BTreeSet<String>> {
    let section = architecture.split("## Who may use whom").nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let room = cells.next().unwrap_or_default().trim_matches('`').to_owned();
        let uses =
            cells.next().unwrap_or_default().split_whitespace().map(|word| word.trim_matches(['`', ',']).to_owned());
        (room, uses.collect())
    })
    .collect()
}

fn violations(sources: &[Source], allowed: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let rooms: BTreeSet<&str> = sources.iter().map(Source::room).filter(|room| !FREE.contains(room)).collect();
    let mut found = Vec::new();
    for source in sources {
        edges(source, &rooms, allowed, &mut found);
        words(source, &mut found);
        shape(source, &mut found);
    }
    found
}

fn edges(
    source: &Source,
    rooms: &BTreeSet<&str>,
    allowed: &BTreeMap<String, BTreeSet<String>>,
    found: &mut Vec<String>,
) {
    let room = source.room();
    if room == "lib" {
        return;
    }
    let Some(uses) = allowed.get(room) else {
        found.push(format!("{}: the room \"{room}\" is not in the table of ARCHITECTURE.md", source.path));
        return;
    };
    for (number, line) in source.code() {
        for other in rooms.iter().filter(|other| **other != room) {
            let names = [format!("crate::{other}::"), format!("crate::{other};"), format!("plenary_{other}")];
            if !names.iter().any(|name| line.contains(name)) {
                continue;
            }
            let whole = uses.contains(*other);
            // `serve` uses `publish` from one folder only, written `publish(serve/feeds)` in the table, but for one
            // module, `publish::coding`.
            let part =
                uses.contains(&format!("{other}({room}/feeds)")) && source.path.starts_with(&format!("{room}/feeds"));
            let module = uses
                .iter()
                .any(|used| used.starts_with(&format!("{other}::")) && line.contains(&format!("plenary_{used}")));
            if !whole && !part && !module {
                found.push(format!("{}:{number}: {room} may not use {other}", source.path));
            }
        }
    }
}

fn words(source: &Source, found: &mut Vec<String>) {
    for (number, line) in source.code() {
        for (word, places) in CONFINED {
            let stands_alone = line.match_indices(word).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            });
            if stands_alone && !places.iter().any(|place| source.path.starts_with(place)) {
                found.push(format!("{}:{number}: {word} belongs in {}", source.path, places.join(", ")));
            }
        }
        if PURE.iter().any(|room| source.path.starts_with(room)) {
            for word in IMPURE.iter().filter(|word| line.contains(**word)) {
                found.push(format!("{}:{number}: {word} in a room that does no I/O", source.path));
            }
        }
        for name in NETWORKS.iter().filter(|name| line.contains(**name)) {
            found.push(format!("{}:{number}: names the network {name}", source.path));
        }
    }
}

fn shape(source: &Source, found: &mut Vec<String>) {
    let lines = source.text.lines().count();
    if !source.text.starts_with("//!") {
        found.push(format!("{}:1: does not begin with //! and what it owns", source.path));
    }
    let head: String = source.text.lines().take_while(|line| line.starts_with("//!")).collect();
    if lines > FILE_LINES_MAX && !head.contains(LONG_BECAUSE) {
        found.push(format!("{}: {lines} lines: split it, or say at its head \"{LONG_BECAUSE} …\"", source.path));
    }
    let stem = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
    if EMPTY_NAMES.contains(&stem) {
        found.push(format!("{}: a name that says nothing", source.path));
    }
}

/// What lies in a folder, in order.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// The Rust files below `folder`; `room` stands before their paths.
fn collect(folder: &Path, room: &str, into: &mut Vec<Source>) {
    for path in listed(folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let name = if room.is_empty() { name } else { format!("{room}/{name}") };
        if path.is_dir() {
            collect(&path, &name, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(Source { path: name, text: fs::read_to_string(&path).unwrap() });
        }
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tree() -> (Vec<Source>, BTreeMap<String, BTreeSet<String>>) {
    let mut sources = Vec::new();
    collect(&repository().join("src"), "", &mut sources);
    for room in listed(&repository().join("crates")) {
        collect(&room.join("src"), &room.file_name().unwrap().to_string_lossy(), &mut sources);
    }
    let architecture = fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap();
    (sources, allowed(&architecture))
}

#[test]
fn the_house_is_tidy() {
    let (sources, allowed) = tree();
    assert!(sources.len() > 50, "{} files, {} rooms", sources.len(), allowed.len());
    assert!(allowed.len() > 8, "{} files, {} rooms", sources.len(), allowed.len());
    let found = violations(&sources, &allowed);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn planted_violations_are_caught() {
    let (_, allowed) = tree();
    let planted = [
        ("fetch/mod.rs", "//! Head.\nuse plenary_store::Store;\n", "fetch may not use store"),
        ("store/mod.rs", "//! Head.\nuse plenary_model::id;\n", ""),
        ("serve/pages.rs", "//! Head.\nuse plenary_publish::atom;\n", "serve may not use publish"),
        ("serve/feeds.rs", "//! Head.\nuse plenary_publish::atom;\n", ""),
        ("serve/pages.rs", "//! Head.\nuse plenary_publish::coding;\n", ""),
        ("publish/atom.rs", "//! Head.\nlet now = Utc::now();\n", "Utc::now belongs in app/"),
        ("ingest/decide/mod.rs", "//! Head.\nasync fn decide() {}\n", "no I/O"),
        ("worker/pass.rs", "//! Head.\nuse rusqlite::params;\n", "rusqlite belongs in store/"),
        ("serve/utils.rs", "//! Head.\n", "says nothing"),
        ("cli/status.rs", "fn main() {}\n", "does not begin with //!"),
        ("export/mod.rs", "//! Head.\nlet name = \"Child Rights Connect\";\n", "names the network"),
        ("cellar/mod.rs", "//! Head.\n", "not in the table"),
        ("publish/mod.rs", "//! Head.\n// Utc::now in a comment is free\n", ""),
    ];
    for (path, text, wanted) in planted {
        let mut sources: Vec<Source> = ["store/x.rs", "publish/x.rs", "model/x.rs"]
            .map(|path| Source { path: path.into(), text: "//! Head.\n".into() })
            .into();
        sources.push(Source { path: path.into(), text: text.into() });
        let found = violations(&sources, &allowed);
        let caught = if wanted.is_empty() { found.is_empty() } else { found.iter().any(|v| v.contains(wanted)) };
        assert!(caught, "{path}: wanted \"{wanted}\", found {found:?}");
    }
    let long = Source { path: "store/long.rs".into(), text: format!("//! Head.\n{}", "\n".repeat(FILE_LINES_MAX)) };
    assert!(violations(&[long], &allowed).iter().any(|v| v.contains("split it")));
}

#[test]
fn the_documents_agree_with_the_tree() {
    let read = |name: &str| fs::read_to_string(repository().join(name)).unwrap();
    let (sources, _) = tree();
    let architecture = read("ARCHITECTURE.md");
    for room in sources.iter().map(Source::room).filter(|room| *room != "lib").collect::<BTreeSet<_>>() {
        assert!(architecture.contains(&format!("`{room}")), "ARCHITECTURE.md does not mention {room}");
    }
    let readme = read("README.md");
    let screen: String = readme.lines().take(40).collect::<Vec<_>>().join("\n");
    for command in ["cargo run --release -- demo", "bash tests/run", "cargo run --release -- serve"] {
        assert!(screen.contains(command), "README.md does not show `{command}` on its first screen");
    }
    assert!(read("CHANGELOG.md").contains(env!("CARGO_PKG_VERSION")), "CHANGELOG.md does not name this version");
    assert!(read(".ci/run").contains("tests/run"));
    assert_eq!(plenary_config::schema(), read("feeds.schema.json"), "run: plenary check --schema > feeds.schema.json");
}
