//! The numbered migrations, and the copy of a database that is kept before one changes it.

use super::copy::{put_in_place, remove_if_there, with_suffix, write_copy};
use super::{retention, sentences};
use crate::error::{Result, StoreError};
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Copies kept beside a database, the newest: whoever skips a version still finds the one before.
const COPIES_KEPT: usize = 3;
/// What stands in the name of a copy between that of the database and the number of its schema.
const COPY_INFIX: &str = ".schema-";

/// The migrations in their order. Only ever appended to. Where SQL does not do, `M::up_with_hook` runs a step
/// in Rust after it, in the same transaction.
static MIGRATIONS: LazyLock<Vec<M<'static>>> = LazyLock::new(|| {
    vec![
        M::up(include_str!("../../../../migrations/sqlite/0001_first.sql")).foreign_key_check(),
        M::up(include_str!("../../../../migrations/sqlite/0002_doubts.sql")).foreign_key_check(),
        M::up(include_str!("../../../../migrations/sqlite/0003_archives.sql")).foreign_key_check(),
        M::up(include_str!("../../../../migrations/sqlite/0004_search.sql")).foreign_key_check(),
        M::up(include_str!("../../../../migrations/sqlite/0005_push.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0006_learned.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0007_caps.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0008_sameness.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0009_calendar.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0010_covering.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0011_undecided.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0012_tally.sql")),
        M::up_with_hook(include_str!("../../../../migrations/sqlite/0013_reasons.sql"), sentences::read_all),
        M::up(include_str!("../../../../migrations/sqlite/0014_intake.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0015_news.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0016_retention.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0017_removed.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0018_sketch.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0019_screen.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0020_works.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0021_in_doubt.sql")),
        M::up(include_str!("../../../../migrations/sqlite/0022_languages.sql")),
    ]
});

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// Number of its schema before.
    pub from: i64,
    pub to: i64,
    /// Where what it was before is kept: a database that the version before opens.
    pub copy: PathBuf,
}

pub(super) fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings the database at `path`, of schema `found`, up to date. One that had a schema is copied before.
pub(super) fn migrate(connection: &mut Connection, path: &Path, found: i64) -> Result<Option<Migrated>> {
    if found >= latest() {
        return Ok(None);
    }
    // Two programs that start at once would write one copy.
    let turn = with_suffix(path, ".migrating");
    let file =
        OpenOptions::new().write(true).create(true).truncate(false).open(&turn).map_err(StoreError::file(&turn))?;
    file.lock().map_err(StoreError::file(&turn))?;
    let done = migrate_in_turn(connection, path);
    // Whoever waits for it finds that all is done.
    remove_if_there(&turn);
    done
}

fn migrate_in_turn(connection: &mut Connection, path: &Path) -> Result<Option<Migrated>> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found >= latest() {
        return Ok(None);
    }
    let copy = if found > 0 { keep_copy(connection, path, found)? } else { None };
    if found > 0 {
        // No migration can, being a transaction. Before them: a kill meanwhile leaves the older schema, and all is done
        // at the next start.
        retention::rebuild_old(connection)?;
    }
    run(connection)?;
    Ok(copy.map(|copy| Migrated { from: found, to: latest(), copy }))
}

pub(super) fn run(connection: &mut Connection) -> Result<()> {
    Migrations::from_slice(&MIGRATIONS).to_latest(connection).map_err(StoreError::backend)
}

/// Copies a database beside itself, in the place of an earlier copy of the same schema, and answers where.
/// `None` when another program has migrated it in the meantime, and kept its own copy.
fn keep_copy(connection: &Connection, path: &Path, schema: i64) -> Result<Option<PathBuf>> {
    let copy = with_suffix(path, &format!("{COPY_INFIX}{schema}"));
    let partial = with_suffix(&copy, ".partial");
    let done = write_copy(connection, &partial).and_then(|()| {
        let copied: i64 = Connection::open(&partial)?.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if copied != schema {
            return Ok(None);
        }
        put_in_place(&partial, &copy)?;
        Ok(Some(copy))
    });
    // Nothing stands there any more once it is in place.
    remove_if_there(&partial);
    drop_old_copies(path);
    done
}

/// Removes all but the newest copies. One that cannot be removed stays: that is no reason not to start.
fn drop_old_copies(path: &Path) {
    let mut copies: Vec<(i64, PathBuf)> = (1..latest())
        .map(|schema| (schema, with_suffix(path, &format!("{COPY_INFIX}{schema}"))))
        .filter(|(_, copy)| copy.exists())
        .collect();
    copies.sort_by_key(|(schema, _)| std::cmp::Reverse(*schema));
    for (_, copy) in copies.into_iter().skip(COPIES_KEPT) {
        remove_if_there(&copy);
    }
}

#[cfg(test)]
#[path = "migrations_tests.rs"]
mod every_schema;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema;
    use std::fs;

    #[test]
    fn the_migrations_run_from_empty() {
        Migrations::from_slice(&MIGRATIONS).validate().unwrap();
    }

    #[test]
    fn the_numbers_of_an_older_store_are_counted() {
        let mut connection = Connection::open_in_memory().unwrap();
        Migrations::from_slice(&MIGRATIONS[..11]).to_latest(&mut connection).unwrap();
        let rows = "INSERT INTO placement (piece, section, position, present, state, is_primary, reasons, entered,
                      announced, policy_version, shown, pinned, dated)
                    VALUES ('p', 'news', 0, 1, 'auto', 1, '[]', 0, 1, '', 1, 0, 0),
                           ('q', 'news', 0, 1, 'pending', 1, '[]', 0, 1, '', 0, 0, 0);
                    INSERT INTO carrier (source, piece, shown, dated) VALUES ('a', 'p', 1, 0), ('a', 'q', 0, 0);
                    INSERT INTO entry (key, source, hash, text_hash, first_seen, changed, dated, title, document)
                    VALUES ('e', 'a', '', '', 0, 0, 0, '', '{}'), ('f', 'a', '', '', 0, 0, 0, '', '{}');";
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(rows).unwrap();
        Migrations::from_slice(&MIGRATIONS).to_latest(&mut connection).unwrap();
        let (counted, kept) = crate::sqlite::counters::recount(&connection);
        assert_eq!(counted.values().sum::<i64>(), 1 + 1 + 2);
        assert_eq!(kept, counted);
    }

    #[test]
    fn two_that_open_an_older_database_at_once_both_can() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        let mut old = Connection::open(&path).unwrap();
        old.pragma_update(None, "application_id", schema::APPLICATION_ID).unwrap();
        Migrations::from_slice(&MIGRATIONS[..14]).to_latest(&mut old).unwrap();
        drop(old);
        let migrated: Vec<bool> = std::thread::scope(|scope| {
            let opening: Vec<_> = (0..4).map(|_| scope.spawn(|| schema::prepare(&path).unwrap().is_some())).collect();
            opening.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(migrated.iter().filter(|migrated| **migrated).count(), 1);
        assert!(with_suffix(&path, ".schema-14").exists());
        assert!(!with_suffix(&path, ".migrating").exists());
    }

    #[test]
    fn every_table_is_strict() {
        let mut connection = Connection::open_in_memory().unwrap();
        Migrations::from_slice(&MIGRATIONS).to_latest(&mut connection).unwrap();
        let loose: i64 = connection
            .query_row(
                "SELECT count(*) FROM pragma_table_list
                 WHERE strict = 0 AND type NOT IN ('virtual', 'shadow') AND name NOT LIKE 'sqlite%'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(loose, 0);
    }

    /// A database of schema 11 in a file, with one source.
    fn older(path: &Path) -> Connection {
        let mut connection = Connection::open(path).unwrap();
        Migrations::from_slice(&MIGRATIONS[..11]).to_latest(&mut connection).unwrap();
        let source = "INSERT INTO source (id, name, listed, enabled, policy) VALUES ('s', 'S', 1, 1, '{}')";
        connection.execute(source, []).unwrap();
        connection
    }

    fn read_schema(path: &Path) -> i64 {
        Connection::open(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_older_database_is_copied_before_it_is_migrated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plenary.db");
        // Left open: what stands in the log alone is copied, too.
        let connection = older(&path);
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.execute("UPDATE source SET name = 'T'", []).unwrap();

        let migrated = schema::prepare(&path).unwrap().unwrap();
        assert_eq!((migrated.from, migrated.to, read_schema(&path)), (11, latest(), latest()));
        assert_eq!(migrated.copy, folder.path().join("plenary.db.schema-11"));
        assert_eq!(read_schema(&migrated.copy), 11);
        let copy = Connection::open(&migrated.copy).unwrap();
        let name: String = copy.query_row("SELECT name FROM source", [], |row| row.get(0)).unwrap();
        assert_eq!(name, "T");
        assert_eq!(schema::prepare(&path).unwrap(), None, "there is nothing to migrate any more");
        assert!(!folder.path().join("plenary.db.schema-11.partial").exists());
    }

    #[test]
    fn an_older_database_gives_room_back_from_then_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plenary.db");
        drop(older(&path));
        let mode = |path: &Path| -> i64 {
            Connection::open(path).unwrap().pragma_query_value(None, "auto_vacuum", |row| row.get(0)).unwrap()
        };
        assert_eq!(mode(&path), 0);
        let migrated = schema::prepare(&path).unwrap().unwrap();
        assert_eq!((mode(&path), mode(&migrated.copy)), (2, 0), "the copy is as it was");
        let connection = Connection::open(&path).unwrap();
        let found: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(found, "ok");
        let new = folder.path().join("new.db");
        schema::prepare(&new).unwrap();
        assert_eq!(mode(&new), 2);
    }

    #[test]
    fn a_source_that_had_left_before_is_known_to_have_left() {
        let mut connection = Connection::open_in_memory().unwrap();
        Migrations::from_slice(&MIGRATIONS[..14]).to_latest(&mut connection).unwrap();
        let rows = "INSERT INTO source (id, name, listed, enabled, policy)
                      VALUES ('a', 'A', 0, 0, '{}'), ('b', 'B', 1, 1, '{}'), ('c', 'C', 0, 0, '{}');
                    INSERT INTO poll_state (source, polled_at) VALUES ('a', 7), ('b', 8);";
        connection.execute_batch(rows).unwrap();
        Migrations::from_slice(&MIGRATIONS).to_latest(&mut connection).unwrap();
        let since: String = connection
            .query_row("SELECT group_concat(id || coalesce(removed_at, '-'), ' ') FROM source", [], |row| row.get(0))
            .unwrap();
        assert_eq!(since, "a7 b- c0");
    }

    #[test]
    fn a_new_database_is_not_copied() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(schema::prepare(&folder.path().join("plenary.db")).unwrap(), None);
        let copies = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        assert_eq!(copies.filter(|name| name.contains(COPY_INFIX)).count(), 0);
    }

    #[test]
    fn the_newest_copies_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plenary.db");
        drop(older(&path));
        let copy = |schema: i64| folder.path().join(format!("plenary.db.schema-{schema}"));
        for schema in [2, 7, 8, 9] {
            fs::write(copy(schema), "").unwrap();
        }
        schema::prepare(&path).unwrap();
        let kept: Vec<i64> = (1..=latest()).filter(|schema| copy(*schema).exists()).collect();
        assert_eq!(kept, [8, 9, 11]);
    }

    #[test]
    fn what_another_program_has_migrated_meanwhile_is_no_copy_of_the_older() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plenary.db");
        let mut connection = older(&path);
        run(&mut connection).unwrap();
        assert_eq!(keep_copy(&connection, &path, 11).unwrap(), None);
        assert!(!folder.path().join("plenary.db.schema-11").exists());
    }
}
