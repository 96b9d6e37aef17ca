//! Backups: taken while the store is in use, verified before they count, restored without ever
//! destroying what is there.

use super::copy::{BESIDE, put_in_place, remove_with_beside, with_suffix, write_copy};
use super::damage::{self, Checked};
use super::read_only::Place;
use super::schema;
use super::value::Count;
use crate::error::{Result, StoreError};
use plenary_model::view::Totals;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a database that is closing may still hold its file.
const RELEASE_TIMEOUT: Duration = Duration::from_millis(1_500);
/// More kept databases than this beside one file, and something else is wrong.
const KEPT_MAX: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    pub totals: Totals,
    /// Where the database that stood there before is kept; `None` when there was none.
    pub kept: Option<PathBuf>,
}

/// Copies the database `from`, which may be in use, of an older schema or where nothing can be written, to the new
/// file `to`, and verifies the copy. What a killed run left beside `to` is removed.
pub(crate) fn backup(from: &Path, to: &Path) -> Result<Totals> {
    if to.exists() {
        return Err(StoreError::Exists { path: to.to_owned() });
    }
    let partial = with_suffix(to, ".partial");
    let _lock = lock(to)?;
    let copied = (|| {
        let place = Place::find(from)?;
        let mut read = place.connect()?;
        schema::check(&read, from).map_err(|error| error.of(from))?;
        // One state of the database, to the end.
        let state = read.transaction()?;
        damage::check(&state, from, Checked::Whole)?;
        let before = count(&state).map_err(|error| error.of(from))?;
        write_copy(&state, &partial).map_err(|error| error.of(from))?;
        if verify(&partial)? != before {
            return Err(StoreError::Damaged { path: partial.clone(), detail: "the copy is not whole".to_owned() });
        }
        put_in_place(&partial, to)?;
        Ok(before)
    })();
    if copied.is_err() {
        remove_with_beside(&partial);
    }
    copied
}

/// Keeps two backups to one file apart: each would verify what the other writes. The lock ends with the process, its
/// file with the backup.
fn lock(to: &Path) -> Result<Lock> {
    let path = with_suffix(to, ".lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(StoreError::file(to))?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { path, _file: file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::BackupUnderWay { path: to.to_owned() }),
        Err(TryLockError::Error(error)) => Err(StoreError::file(&path)(error)),
    }
}

struct Lock {
    path: PathBuf,
    _file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // One that stays is taken by the next backup.
        let _ = fs::remove_file(&self.path);
    }
}

/// What is in a database of any schema, counted.
fn count(read: &Connection) -> Result<Totals> {
    let count = |sql: &str| read.query_row(sql, [], |row| row.get::<_, Count>(0)).map(|count| count.0);
    Ok(Totals {
        sources: count("SELECT count(*) FROM source")?,
        entries: count("SELECT count(*) FROM entry")?,
        pieces: count("SELECT count(*) FROM piece")?,
        works: count("SELECT count(DISTINCT work) FROM piece")?,
    })
}

/// Checks a database file of any schema from end to end and answers its figures; never writes to it.
pub(crate) fn verify(path: &Path) -> Result<Totals> {
    let place = Place::find(path)?;
    let read = place.connect()?;
    schema::check(&read, path).map_err(|error| error.of(path))?;
    damage::check(&read, path, Checked::Whole)?;
    count(&read).map_err(|error| error.of(path))
}

/// Puts the backup `from` in the place of the database `to`, which is kept beside it.
pub(crate) fn restore(from: &Path, to: &Path) -> Result<Restored> {
    let totals = verify(from)?;
    let fresh = with_suffix(to, ".restoring");
    let done = (|| {
        write_copy(&Place::find(from)?.connect()?, &fresh).map_err(|error| error.of(from))?;
        if verify(&fresh)? != totals {
            return Err(StoreError::Damaged { path: fresh.clone(), detail: "the copy is not whole".to_owned() });
        }
        let kept = if to.exists() { Some(set_aside(to)?) } else { None };
        if let Err(error) = put_in_place(&fresh, to) {
            if let Some(kept) = &kept {
                bring_back(kept, to)?;
            }
            return Err(error);
        }
        Ok(Restored { totals, kept })
    })();
    if done.is_err() {
        remove_with_beside(&fresh);
    }
    done
}

/// Keeps the present database under another name, with what stands beside it, and answers where it is.
fn set_aside(path: &Path) -> Result<PathBuf> {
    release(path)?;
    let number =
        |n: usize| with_suffix(path, &if n == 1 { ".before-restore".into() } else { format!(".before-restore-{n}") });
    let kept = (1..=KEPT_MAX).map(number).find(|name| !name.exists());
    let kept = kept.ok_or_else(|| StoreError::Exists { path: number(KEPT_MAX) })?;
    // A second name first: a kill before the restored file takes the first one must leave a database, since the next
    // start would make an empty one. Where files have one name only, there is that moment.
    if fs::hard_link(path, &kept).is_err() {
        fs::rename(path, &kept).map_err(StoreError::file(path))?;
    }
    for suffix in BESIDE {
        let beside = with_suffix(path, suffix);
        if beside.exists() {
            fs::rename(&beside, with_suffix(&kept, suffix)).map_err(StoreError::file(&beside))?;
        }
    }
    Ok(kept)
}

fn bring_back(kept: &Path, path: &Path) -> Result<()> {
    for suffix in [""].into_iter().chain(BESIDE) {
        let (from, to) = (with_suffix(kept, suffix), with_suffix(path, suffix));
        if from.exists() {
            fs::rename(&from, &to).map_err(StoreError::file(&to))?;
        }
    }
    Ok(())
}

/// Makes sure that no program has the database open, and folds its log into it. Whoever has opened
/// a database in WAL mode holds a shared lock on it, so the exclusive lock says whether it is free.
/// A damaged database is let through: it is why one restores.
fn release(path: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let alone = (|| {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(RELEASE_TIMEOUT)?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
        connection.close().map_err(|(_, error)| error)
    })();
    match alone {
        Err(rusqlite::Error::SqliteFailure(error, _))
            if matches!(error.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) =>
        {
            Err(StoreError::InUse { path: path.to_owned() })
        }
        _ => Ok(()),
    }
}
