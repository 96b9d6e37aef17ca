//! Every schema so far is brought up to date: nothing that it held is lost, and what comes out is what a new database
//! has. The list of migrations is read, so that a new one is tried without a change here.

use super::*;
use crate::sqlite::{backup, damage, schema};
use plenary_fixtures::{entry, facets, source as source_of_policy, stored_entry};
use plenary_model::reason::LeadReason;
use std::collections::BTreeMap;

/// Tables that a migration fills or empties by itself; no row in them is one that somebody wrote.
const DERIVED: [&str; 9] =
    ["search", "search_piece", "search_facet", "search_word", "sought", "mark", "published", "tally", "entry_key"];

/// Rows in the tables of the first schema, every kind at least once.
fn fill(write: &Connection, schema: i64) {
    let at = chrono::DateTime::UNIX_EPOCH;
    let (one, other) = (stored_entry("s", entry("s", "one"), at), stored_entry("s", entry("s", "two"), at));
    for (key, stored) in [("e", &one), ("f", &other)] {
        let sql = "INSERT INTO entry (key, source, hash, text_hash, first_seen, changed, dated, title, document)
                   VALUES (?1, 's', 'h', 't', 1, 2, 3, ?2, ?3)";
        let document = serde_json::to_string(&stored.entry).unwrap();
        write.execute(sql, (key, stored.entry.title.as_str(), document)).unwrap();
    }
    // Reasons were English sentences before schema 13.
    let told = schema < 13;
    let lead = if told { "the only one".to_owned() } else { serde_json::to_string(&LeadReason::Only).unwrap() };
    let reasons = if told { r#"["was shown here before"]"# } else { "[]" };
    let evidence = if told { "" } else { "null" };
    let piece =
        "INSERT INTO piece (id, work, atom_id, lead, lead_reason, dated, date_doubtful, updated, first_seen, shown,
                   announced, entered, facets) VALUES ('p', 'p', 'tag:p', 'e', ?1, 3, 0, 3, 1, 1, 1, 2, ?2)";
    write.execute(piece, (lead, serde_json::to_string(&facets(&one)).unwrap())).unwrap();
    let member = "INSERT INTO member (entry, piece, position, rung, evidence) VALUES (?1, 'p', ?2, ?3, ?4)";
    write.execute(member, ("e", 0, "founder", evidence)).unwrap();
    write.execute(member, ("f", 1, "same-link", evidence)).unwrap();
    let placement = "INSERT INTO placement (piece, section, position, present, state, is_primary, reasons, entered, announced,
                       policy_version, shown, pinned, dated) VALUES ('p', 'news', 0, 1, 'auto', 1, ?1, 2, 1, 'v', 1, 0, 3)";
    write.execute(placement, [reasons]).unwrap();
}

/// Rows that say the same in every schema from the one named on.
const ROWS: [(i64, &str); 16] = [
    (1, "INSERT INTO poll_state (source, failures) VALUES ('s', 3)"),
    (1, "INSERT INTO address (source, url, etag) VALUES ('s', 'https://s.example/feed', x'2261ff22')"),
    (1, "INSERT INTO poll (source, at, outcome, cause, detail, seen, new_entries, changed_entries, body_bytes, duration_ms,
           conditional) VALUES ('s', 1, 'ok', 'ok', '', 2, 2, 0, 99, 5, 0)"),
    (1, "INSERT INTO replay (source, at, cause, body) VALUES ('s', 1, 'reader', x'00ff')"),
    (1, "INSERT INTO entry_key (kind, value, entry) VALUES ('id', '1', 'e'), ('phrase', '00000000000000ff', 'e')"),
    (1, "INSERT INTO revision (entry, at, title, text_hash, document) SELECT key, 2, 'Old', 'o', document FROM entry
           WHERE key = 'e'"),
    (1, "INSERT INTO carrier (source, piece, shown, dated) VALUES ('s', 'p', 1, 3)"),
    (1, "INSERT INTO redirect (piece, now) VALUES ('q', 'p')"),
    (1, "INSERT INTO decision (at, staff, entry, action) VALUES (1, 'a', 'e', '{}')"),
    (1, "INSERT INTO feed (path, id, since) VALUES ('/all.atom', 'tag:all', 1)"),
    (1, "INSERT INTO edition (path, media_type, digest, updated, identity, gzip, brotli)
           VALUES ('/all.atom', 'application/atom+xml', 'd', 1, x'3c', x'3d', x'3e')"),
    (1, "INSERT INTO flag (name, value) VALUES ('kept', 'as it was')"),
    (3, "INSERT INTO retired (section, atom_id, entered, announced, at, reason) VALUES ('news', 'tag:q', 1, 1, 2, 'left')"),
    (5, "INSERT INTO subscriber (topic, callback, host, lease_until, sent) VALUES ('/all.atom', 'https://r.example/1',
           'r.example', 9, 'd')"),
    (5, "INSERT INTO ping (topic, told) VALUES ('/all.atom', 'd')"),
    (9, "INSERT INTO calendar_poll (calendar, state) VALUES ('c', '{}')"),
];

/// A database of a schema in a file, with rows of every kind that it knew.
fn make(path: &Path, schema: i64) -> Connection {
    let mut connection = Connection::open(path).unwrap();
    let upto = usize::try_from(schema).unwrap();
    Migrations::from_slice(&MIGRATIONS[..upto]).to_latest(&mut connection).unwrap();
    let write = connection.transaction().unwrap();
    let source = "INSERT INTO source (id, name, listed, enabled, policy) VALUES ('s', 'S', 1, 1, ?1)";
    write.execute(source, [serde_json::to_string(&source_of_policy("s")).unwrap()]).unwrap();
    fill(&write, schema);
    for (_, sql) in ROWS.iter().filter(|(since, _)| *since <= schema) {
        write.execute(sql, []).unwrap_or_else(|error| panic!("schema {schema}: {sql}: {error}"));
    }
    write.commit().unwrap();
    connection
}

/// How many rows each table has that somebody wrote to.
fn count_rows(read: &Connection) -> BTreeMap<String, i64> {
    let names = "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    let mut query = read.prepare(names).unwrap();
    let names = query.query_map([], |row| row.get::<_, String>(0)).unwrap().map(|row| row.unwrap());
    let names = names.filter(|name| !DERIVED.contains(&name.as_str()));
    let count = |name: &String| {
        read.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| row.get::<_, i64>(0)).unwrap()
    };
    names.map(|name| (name.clone(), count(&name))).filter(|(_, rows)| *rows > 0).collect()
}

/// The statements that made a database, blanks apart.
fn list_statements(read: &Connection) -> Vec<String> {
    let mut query = read.prepare("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema").unwrap();
    let rows = query.query_map([], |row| row.get::<_, String>(0)).unwrap().map(|row| row.unwrap());
    let mut statements: Vec<String> = rows.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    statements.sort();
    statements
}

/// What somebody wrote, and no migration may change.
fn read_kept(read: &Connection) -> Vec<String> {
    let kept = [
        "SELECT group_concat(document ORDER BY key) FROM entry",
        "SELECT group_concat(document) FROM revision",
        "SELECT hex(identity) || hex(gzip) || hex(brotli) FROM edition",
        "SELECT hex(body) FROM replay",
        "SELECT value FROM flag WHERE name = 'kept'",
        "SELECT staff || action FROM decision",
    ];
    kept.map(|sql| read.query_row(sql, [], |row| row.get(0)).unwrap()).to_vec()
}

#[test]
fn every_schema_so_far_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new.db");
    schema::prepare(&new).unwrap();
    let wanted = list_statements(&Connection::open(&new).unwrap());
    for schema in 1..=latest() {
        let path = folder.path().join(format!("{schema}.db"));
        let before = make(&path, schema);
        let rows = count_rows(&before);
        assert!(rows.len() >= 15, "schema {schema} has rows of every kind: {rows:?}");
        let texts = read_kept(&before);
        drop(before);
        let copied = backup::backup(&path, &folder.path().join(format!("{schema}.copy"))).unwrap();
        assert_eq!((copied.entries, copied.pieces), (2, 1), "schema {schema}: a backup changes nothing");
        let migrated = schema::prepare(&path).unwrap_or_else(|error| panic!("schema {schema}: {error}"));
        assert_eq!(migrated.map(|migrated| migrated.from), (schema < latest()).then_some(schema));
        let after = Connection::open(&path).unwrap();
        assert_eq!(list_statements(&after), wanted, "schema {schema}");
        damage::check(&after, &path, damage::Checked::Whole).unwrap_or_else(|error| panic!("schema {schema}: {error}"));
        assert_eq!(read_kept(&after), texts, "schema {schema}");
        let now = count_rows(&after);
        for (table, rows) in rows {
            let found = now.get(&table).copied().unwrap_or_default();
            assert!(found == rows || table == "flag" && found >= rows, "schema {schema}: {found} of {rows} in {table}");
        }
    }
}

/// Names the file of a process that does nothing but migrate it.
#[cfg(target_os = "linux")]
const MIGRATED: &str = "PLENARY_MIGRATED";
/// Of so many writes of a migration one fails, and the first; a prime, so that pages, their log and other files have
/// their turn.
#[cfg(target_os = "linux")]
const WRITES_BETWEEN: usize = 13;

#[test]
#[cfg(target_os = "linux")]
#[ignore = "the next test runs it, in processes of its own"]
fn migrate_the_file_that_is_named() {
    let path = std::env::var_os(MIGRATED).unwrap();
    schema::prepare(Path::new(&path)).unwrap();
}

#[test]
#[cfg(target_os = "linux")]
fn whichever_write_of_a_migration_fails_the_next_start_makes_it() {
    use plenary_fixtures::{Failing, FailingWrites};
    let folder = tempfile::tempdir().unwrap();
    let library = FailingWrites::build(folder.path()).unwrap();
    let new = folder.path().join("new.db");
    schema::prepare(&new).unwrap();
    let wanted = list_statements(&Connection::open(&new).unwrap());
    let old = folder.path().join("old.db");
    let before = make(&old, 1);
    let texts = read_kept(&before);
    drop(before);
    // As the test program names it: without the crate.
    let module = module_path!().split_once("::").map_or("", |(_, module)| module);
    let alone_test = format!("{module}::migrate_the_file_that_is_named");
    let mut failed = 0;
    for nth in (1..).step_by(WRITES_BETWEEN) {
        let alone = tempfile::tempdir().unwrap();
        let path = alone.path().join("plenary.db");
        std::fs::copy(&old, &path).unwrap();
        let mut process = std::process::Command::new(std::env::current_exe().unwrap());
        process.args(["--ignored", "--exact", &alone_test]);
        let failing = if failed % 2 == 0 { Failing::Once } else { Failing::Lastingly };
        library.put_before(&mut process, nth, failing).unwrap();
        let ended = process.env(MIGRATED, &path).output().unwrap();
        if !library.have_come() {
            let said = String::from_utf8_lossy(&ended.stdout);
            assert!(ended.status.success() && said.contains("1 passed"), "it was run and has no such write: {said}");
            break;
        }
        failed += 1;
        let left = Connection::open(&path).unwrap();
        let whole: String = left.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(whole, "ok", "write {nth}");
        drop(left);
        schema::prepare(&path).unwrap_or_else(|error| panic!("write {nth} failed, and then: {error}"));
        let after = Connection::open(&path).unwrap();
        assert_eq!(list_statements(&after), wanted, "write {nth}");
        assert_eq!(read_kept(&after), texts, "write {nth}");
        damage::check(&after, &path, damage::Checked::Whole).unwrap_or_else(|error| panic!("write {nth}: {error}"));
    }
    assert!(failed > 3, "a migration writes more than that: {failed}");
}
