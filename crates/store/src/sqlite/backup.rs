//! Backups: taken while the store is in use, verified before they count, restored without ever
//! destroying what is there.

use super::copy::{put_in_place, remove_if_there, with_suffix, write_copy};
use super::database::Database;
use super::{schema, sources};
use crate::error::{Result, StoreError};
use plenary_model::view::Totals;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a database that is closing may still hold its file.
const RELEASE_TIMEOUT: Duration = Duration::from_millis(1_500);
/// Files that SQLite keeps beside a database in WAL mode.
const BESIDE: [&str; 2] = ["-wal", "-shm"];
/// More kept databases than this beside one file, and something else is wrong.
const KEPT_MAX: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    pub totals: Totals,
    /// Where the database that stood there before is kept; `None` when there was none.
    pub kept: Option<PathBuf>,
}

/// Copies the open database to a new file, and verifies the copy.
pub(crate) async fn backup(database: &Database, to: &Path) -> Result<Totals> {
    if to.exists() {
        return Err(StoreError::Exists { path: to.to_owned() });
    }
    let partial = with_suffix(to, ".partial");
    let (file, to) = (partial.clone(), to.to_owned());
    let copied = database
        .read(move |read| {
            let before = sources::totals(read)?;
            write_copy(read, &file)?;
            if verify(&file)? != before {
                return Err(StoreError::Damaged { path: file, detail: "the copy is not whole".to_owned() });
            }
            put_in_place(&file, &to)?;
            Ok(before)
        })
        .await;
    if copied.is_err() {
        remove_if_there(&partial);
    }
    copied
}

/// Checks a database file from end to end and answers its figures; never writes to it.
pub(crate) fn verify(path: &Path) -> Result<Totals> {
    let damaged = |detail: String| StoreError::Damaged { path: path.to_owned(), detail };
    let read = schema::open_to_look(path)?;
    let looked = || -> Result<Totals> {
        schema::check(&read, path)?;
        let finding: String = read.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if finding != "ok" {
            return Err(damaged(finding));
        }
        let mut orphans = read.prepare("PRAGMA foreign_key_check")?;
        if orphans.exists([])? {
            return Err(damaged("rows refer to what is not there".to_owned()));
        }
        sources::totals(&read)
    };
    looked().map_err(|error| match error {
        StoreError::Backend(error) => damaged(error.to_string()),
        other => other,
    })
}

/// Puts the backup `from` in the place of the database `to`, which is kept beside it.
pub(crate) fn restore(from: &Path, to: &Path) -> Result<Restored> {
    let totals = verify(from)?;
    let fresh = with_suffix(to, ".restoring");
    let done = (|| {
        write_copy(&schema::open_to_look(from)?, &fresh)?;
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
        remove_if_there(&fresh);
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
    for suffix in ["", BESIDE[0], BESIDE[1]] {
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
