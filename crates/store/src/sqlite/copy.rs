//! Copies a database to a file of its own.

use crate::error::{Result, StoreError};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What SQLite keeps beside a database while it is open, and after a kill.
pub(super) const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Permissions of a database and its copies: what staff wrote is for the service and its group alone.
const FILE_MODE: u32 = 0o640;

/// Makes an empty file where there is none; SQLite would let everybody read it, and would not say its name when the
/// folder cannot be written.
pub(super) fn make_file(path: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    match OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(StoreError::file(path)(error)),
    }
}

/// Copies what `from` sees into the file `to`, as one file without a log beside it. What a killed run left there is
/// removed first: its journal would be rolled back into the new copy.
pub(super) fn write_copy(from: &Connection, to: &Path) -> Result<()> {
    remove_with_beside(to);
    make_file(to)?;
    // Not what cannot be read: that is the fault of the file that is copied.
    fill_copy(from, to).map_err(|error| if error.is_damage() { error } else { error.of(to) })
}

fn fill_copy(from: &Connection, to: &Path) -> Result<()> {
    let mut copy = Connection::open(to)?;
    let backup = Backup::new(from, &mut copy)?;
    // All pages in one step: one state of the database, and in WAL mode no writer waits for it.
    match backup.step(-1)? {
        StepResult::Done => {}
        _ => return Err(StoreError::InUse { path: to.to_owned() }),
    }
    drop(backup);
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    copy.close().map_err(|(_, error)| error)?;
    File::open(to).and_then(|file| file.sync_all()).map_err(StoreError::file(to))
}

pub(super) fn put_in_place(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(StoreError::file(to))?;
    // The new name itself must reach the disk; where directories cannot be synced, nothing is lost.
    let directory = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _ = File::open(directory).and_then(|directory| directory.sync_all());
    Ok(())
}

/// Removes a database with what stands beside it.
pub(super) fn remove_with_beside(path: &Path) {
    remove_if_there(path);
    for suffix in BESIDE {
        remove_if_there(&with_suffix(path, suffix));
    }
}

pub(super) fn remove_if_there(path: &Path) {
    let _ = fs::remove_file(path);
}
