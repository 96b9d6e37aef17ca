//! Opening a file: is it ours, is its schema one we know, and bringing it up to date.

use super::copy::make_file;
use super::migrations::{self, Migrated};
use super::{duplicate_index, retention, search};
use crate::StoreError;
use crate::error::Result;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// Marks a database as ours ("PLNY"), in the header field that SQLite leaves to applications; set by
/// the first migration.
pub(super) const APPLICATION_ID: i64 = 0x504C_4E59;
/// First bytes of every SQLite database.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// How long a connection waits for a lock before it gives up.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept by each connection: more than there are kinds of them.
const STATEMENTS: usize = 160;
/// Page cache of each connection, in KiB.
const CACHE_KIB: i64 = 16 * 1024;

/// Pages of the log after which it is written back: 32 MiB. A page that many changes touch, as those of marks, is
/// written back once for all of them.
const CHECKPOINT_PAGES: i64 = 8_192;

/// How much of the file a reader maps, in bytes. Its page cache is void whenever another connection has written;
/// what is mapped is not read again for that.
const MAPPED_BYTES: i64 = 1 << 30;

/// Makes or updates the database at `path`; answers what that did to one that was there.
pub(super) fn prepare(path: &Path) -> Result<Option<Migrated>> {
    is_ours(path)?;
    make_file(path)?;
    is_writable(path)?;
    update(path).map_err(|error| error.of(path))
}

fn update(path: &Path) -> Result<Option<Migrated>> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let found = check(&connection, path)?;
    if found == 0 {
        // Before the first page is written, and so before the next line.
        retention::prepare_new(&connection)?;
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let migrated = migrations::migrate(&mut connection, path, found)?;
    search::fill(&mut connection)?;
    duplicate_index::fill(&mut connection)?;
    Ok(migrated)
}

#[cfg(test)]
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    migrations::run(connection)
}

/// Says which of the file and its folder cannot be written: SQLite needs both, and would name neither.
fn is_writable(path: &Path) -> Result<()> {
    OpenOptions::new().write(true).open(path).map_err(StoreError::file(path))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let asked = rustix::fs::access(folder, rustix::fs::Access::WRITE_OK);
    asked.map_err(|error| StoreError::file(folder)(error.into()))
}

/// Refuses a file that is no SQLite database before SQLite opens it. A missing or empty file passes.
pub(super) fn is_ours(path: &Path) -> Result<()> {
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
    if found > migrations::latest() {
        return Err(StoreError::NewerSchema { path: path.to_owned(), found, known: migrations::latest() });
    }
    Ok(found)
}

/// As [`check`], and refuses a database of an older schema.
pub(super) fn check_current(connection: &Connection, path: &Path) -> Result<()> {
    let (found, known) = (check(connection, path)?, migrations::latest());
    if found < known { Err(StoreError::OlderSchema { path: path.to_owned(), found, known }) } else { Ok(()) }
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
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

/// Settings of a connection that only reads.
pub(super) fn configure_reader(connection: &Connection) -> rusqlite::Result<()> {
    configure_writer(connection)?;
    connection.pragma_update(None, "mmap_size", MAPPED_BYTES)?;
    connection.pragma_update(None, "query_only", true)
}
