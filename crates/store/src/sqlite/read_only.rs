//! Reading a database where nothing can be written: a read-only file system, the folder of another account.
//!
//! In WAL mode SQLite needs two more files beside the database even to read. Where it can neither find nor make
//! them, a database without a log is whole as it stands; one with a log is copied, log and all, to where it can be read.

use super::copy::{BESIDE, with_suffix};
use super::schema::{self, BUSY_TIMEOUT};
use crate::error::{Result, StoreError, find_code};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Folders of copies that are tried: more by one process at once, and something else is wrong.
const COPIES_MAX: u32 = 1_000;

/// Where a database is read, and how.
pub(super) struct Place {
    /// A URI of SQLite.
    address: PathBuf,
    /// Of the copy; removed with this.
    #[cfg_attr(not(test), expect(dead_code, reason = "held for its end"))]
    folder: Option<Folder>,
}

impl Place {
    /// How the database at `path` can be read, whatever its state; nothing is written to it.
    pub(super) fn find(path: &Path) -> Result<Self> {
        let size = fs::metadata(path).map_err(StoreError::file(path))?.len();
        schema::is_ours(path)?;
        if size == 0 {
            return Err(StoreError::Damaged { path: path.to_owned(), detail: "the file is empty".to_owned() });
        }
        let as_it_stands = Self { address: write_address(path, "mode=ro"), folder: None };
        let Err(error) = as_it_stands.look() else { return Ok(as_it_stands) };
        if !is_kept_out(&error) {
            return Err(error.of(path));
        }
        let is_there = |suffix: &str| fs::metadata(with_suffix(path, suffix)).is_ok_and(|file| file.len() > 0);
        let unlogged = Self { address: write_address(path, "mode=ro&immutable=1"), folder: None };
        let found = if is_there("-wal") || is_there("-journal") { Self::copy(path)? } else { unlogged };
        found.look().map_err(|error| error.of(path))?;
        Ok(found)
    }

    /// A copy of the database with its log, which SQLite then reads.
    fn copy(path: &Path) -> Result<Self> {
        let folder = Folder::make()?;
        let copy = folder.0.join("copy.db");
        for suffix in ["", BESIDE[0], BESIDE[2]] {
            let (from, to) = (with_suffix(path, suffix), with_suffix(&copy, suffix));
            match fs::copy(&from, &to) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                // A full disk is that of the copy.
                Err(error) if error.kind() == ErrorKind::StorageFull => return Err(StoreError::file(&to)(error)),
                Err(error) => return Err(StoreError::file(&from)(error)),
            }
            // The permissions came with it, and it must be written to be mended.
            fs::set_permissions(&to, std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .map_err(StoreError::file(&to))?;
        }
        Ok(Self { address: write_address(&copy, "mode=rw"), folder: Some(folder) })
    }

    fn look(&self) -> Result<()> {
        Ok(self.connect()?.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?)
    }

    pub(super) fn address(&self) -> &Path {
        &self.address
    }

    pub(super) fn connect(&self) -> Result<Connection> {
        let connection = Connection::open_with_flags(&self.address, OpenFlags::default())?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        Ok(connection)
    }
}

/// A folder for one copy, which nobody else may read.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let above = std::env::temp_dir();
        for _ in 0..COPIES_MAX {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = above.join(format!("plenary-{}-{number}", std::process::id()));
            match fs::DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => return Ok(Self(folder)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(StoreError::file(&folder)(error)),
            }
        }
        Err(StoreError::file(&above)(ErrorKind::AlreadyExists.into()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // In the folder for what is temporary, nothing that stays is harmful.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn is_kept_out(error: &StoreError) -> bool {
    let StoreError::Backend(error) = error else { return false };
    find_code(error.as_ref()).is_some_and(|code| matches!(code, ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// The path as a URI of SQLite, which is how it is told more than a path.
fn write_address(path: &Path, how: &str) -> PathBuf {
    let mut address = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => address.push(char::from(*byte)),
            // Writing to a string does not fail.
            byte => drop(write!(address, "%{byte:02X}")),
        }
    }
    PathBuf::from(format!("{address}?{how}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A database in WAL mode with one row, which stands in the log alone where `is_logged`.
    fn make(folder: &Path, is_logged: bool) -> PathBuf {
        let path = folder.join("a b?%.db");
        drop(schema::prepare(&path).unwrap());
        let connection = Connection::open(&path).unwrap();
        if is_logged {
            connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        }
        connection.execute("INSERT INTO flag (name, value) VALUES ('n', 'v')", []).unwrap();
        let beside = with_suffix(&path, "-wal");
        let (data, log) = (fs::read(&path).unwrap(), fs::read(&beside).unwrap());
        drop(connection);
        if is_logged {
            // As a kill leaves it: the last one to close folds the log in.
            fs::write(&path, data).unwrap();
            fs::write(&beside, log).unwrap();
        }
        path
    }

    fn count(place: &Place) -> i64 {
        place.connect().unwrap().query_row("SELECT count(*) FROM flag WHERE name = 'n'", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn every_way_to_read_sees_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = make(folder.path(), false);
        for how in ["mode=ro", "mode=ro&immutable=1"] {
            let place = Place { address: write_address(&path, how), folder: None };
            assert_eq!(count(&place), 1, "{how}");
            assert!(place.connect().unwrap().execute("DELETE FROM flag", []).is_err(), "{how}");
        }
        let logged = tempfile::tempdir().unwrap();
        let path = make(logged.path(), true);
        let place = Place::copy(&path).unwrap();
        assert_eq!(count(&place), 1);
        let copy = place.folder.as_ref().unwrap().0.clone();
        assert!(copy.exists());
        drop(place);
        assert!(!copy.exists());
    }

    #[test]
    fn an_empty_file_is_no_database_to_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty.db");
        fs::write(&path, "").unwrap();
        let Err(error) = Place::find(&path) else { panic!("it was opened") };
        assert!(error.to_string().contains("the file is empty"), "{error}");
    }
}
