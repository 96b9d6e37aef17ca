//! Opening a file: is it ours, is its schema one we know, and bringing it up to date.

use super::{duplicate_index, search};
use crate::StoreError;
use crate::error::Result;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// Marks a database as ours ("PLNY"), in the header field that SQLite leaves to applications; set by
/// the first migration.
const APPLICATION_ID: i64 = 0x504C_4E59;
/// First bytes of every SQLite database.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// How long a connection waits for a lock before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept by each connection: more than there are kinds of them.
const STATEMENTS: usize = 160;
/// Page cache of each connection, in KiB.
const CACHE_KIB: i64 = 16 * 1024;

/// How much of the file a reader maps, in bytes. Its page cache is void whenever another connection has written;
/// what is mapped is not read again for that.
const MAPPED_BYTES: i64 = 1 << 30;

/// The migrations in their order. Only ever appended to.
const MIGRATIONS: [M<'static>; 12] = [
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
];

/// Number of the last migration.
pub(super) fn latest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Makes or updates the database at `path`.
pub(super) fn prepare(path: &Path) -> Result<()> {
    is_ours(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let found = check(&connection, path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    if found < latest() {
        Migrations::from_slice(&MIGRATIONS).to_latest(&mut connection).map_err(StoreError::backend)?;
    }
    search::fill(&mut connection)?;
    duplicate_index::fill(&mut connection)
}

/// Brings the schema of a connection up to date.
#[cfg(test)]
pub(super) fn migrate(connection: &mut Connection) -> rusqlite_migration::Result<()> {
    Migrations::from_slice(&MIGRATIONS).to_latest(connection)
}

/// Opens the database at `path` to look at it, whatever its state; never writes.
pub(super) fn open_to_look(path: &Path) -> Result<Connection> {
    if !path.exists() {
        return Err(StoreError::file(path)(std::io::ErrorKind::NotFound.into()));
    }
    is_ours(path)?;
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

/// Refuses a file that is no SQLite database before SQLite opens it. A missing or empty file passes.
fn is_ours(path: &Path) -> Result<()> {
    let mut head = Vec::with_capacity(MAGIC.len());
    match File::open(path) {
        Ok(file) => file.take(MAGIC.len() as u64).read_to_end(&mut head).map_err(StoreError::file(path))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::file(path)(error)),
    };
    if head.is_empty() || head == MAGIC { Ok(()) } else { Err(StoreError::NotADatabase { path: path.to_owned() }) }
}

/// Refuses a database of another program or of a newer schema; answers its schema number.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<i64> {
    let ask = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, found) = (ask("application_id")?, ask("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && tables > 0 {
        return Err(StoreError::NotOurs { path: path.to_owned() });
    }
    if found > latest() {
        return Err(StoreError::NewerSchema { path: path.to_owned(), found, known: latest() });
    }
    Ok(found)
}

/// Settings of the connection that writes.
pub(super) fn configure_writer(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without this promise SQLite looks at the number bound to a LIMIT when it plans, and plans the statement
    // anew whenever one is bound, which costs more than most of them do.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

/// Settings of a connection that only reads.
pub(super) fn configure_reader(connection: &Connection) -> rusqlite::Result<()> {
    configure_writer(connection)?;
    connection.pragma_update(None, "mmap_size", MAPPED_BYTES)?;
    connection.pragma_update(None, "query_only", true)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
