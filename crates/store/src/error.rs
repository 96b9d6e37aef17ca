//! What can go wrong in the store, in words that say what to do.

use plenary_model::system::name_refusal;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub type Result<T> = std::result::Result<T, StoreError>;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{} is no database: name another file; it was not touched", .path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    #[error("{} is the database of another program: name another file; it was not touched", .path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    #[error(
        "{} was written by a newer Plenary (schema {found}, this one knows {known}): install that version, or restore \
         a backup made before the update", .path.display()
    )]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Number of its last migration.
        found: i64,
        /// Number of the last migration that this program knows.
        known: i64,
    },
    #[error(
        "{} is of schema {found}, this program needs {known}: start the server, or run `plenary poll`, which brings it \
         up to date and keeps a copy", .path.display()
    )]
    OlderSchema {
        /// The file, opened to read alone.
        path: PathBuf,
        /// Number of its last migration.
        found: i64,
        /// Number of the last migration that this program knows.
        known: i64,
    },
    #[error("{} was opened to read alone: nothing can be written to it", .path.display())]
    OpenedToRead {
        /// The file.
        path: PathBuf,
    },
    #[error("{} is held by another program: try again when that is done, or stop it", .path.display())]
    Held {
        /// The file.
        path: PathBuf,
    },
    #[error("another backup to {} is under way: wait until it has ended", .path.display())]
    BackupUnderWay {
        /// The file that it writes.
        path: PathBuf,
    },
    #[error("{} is in use: stop the server first", .path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    #[error("{} exists already: name a new file", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    #[error(
        "{} is damaged ({detail}): stop the server and put a backup in its place, `plenary restore BACKUP --db {}`",
        .path.display(), .path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first finding.
        detail: String,
    },
    #[error("there is no decision {0}: `plenary explain` lists them")]
    NoDecision(i64),
    #[error("decision {0} is undone already")]
    AlreadyUndone(i64),
    #[error("{}", name_refusal(.path.display(), .error))]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    #[error("the search takes more work than one may cost: ask for fewer words that end in *, or for fewer things")]
    TooCostly,
    #[error("too many searches are under way: try again in a minute")]
    Busy,
    /// What a judgement rests on has changed since it was read.
    #[error("another process judged or decided in between: judge again")]
    Outdated,
    /// An operation ended before its time: it panicked, or the program is stopping.
    #[error("the operation was broken off: {0}")]
    BrokenOff(String),
    #[error("the store is closed")]
    Closed,
    /// The database failed, or a stored value cannot be read.
    #[error("database: {0}")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// True when the file cannot be written, whatever is written: a full disk, a read-only one, a failing one.
    pub fn is_unwritable(&self) -> bool {
        match self {
            Self::File { .. } => true,
            Self::Backend(error) => is_unwritable(error.as_ref()),
            _ => false,
        }
    }

    /// True when what was read is no whole database.
    pub(super) fn is_damage(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match self {
            Self::Damaged { .. } => true,
            Self::Backend(error) => {
                find_code(error.as_ref()).is_some_and(|code| matches!(code, DatabaseCorrupt | NotADatabase))
            }
            _ => false,
        }
    }

    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::File { path, error }
    }

    /// The error of a database at `path`: where SQLite says which kind it is, the file is named, with its cause and
    /// the way out.
    pub(super) fn of(self, path: &Path) -> Self {
        use rusqlite::ErrorCode as Code;
        let Self::Backend(error) = &self else { return self };
        let Some(code) = find_code(error.as_ref()) else { return self };
        let file = |kind: ErrorKind| Self::file(path)(kind.into());
        match code {
            Code::CannotOpen => Self::file(path)(find_why_closed(path)),
            Code::DiskFull => file(ErrorKind::StorageFull),
            Code::ReadOnly => file(ErrorKind::ReadOnlyFilesystem),
            Code::PermissionDenied => file(ErrorKind::PermissionDenied),
            Code::DatabaseBusy | Code::DatabaseLocked => Self::Held { path: path.to_owned() },
            Code::SystemIoFailure => Self::file(path)(std::io::Error::other(format!(
                "it cannot be read or written ({error}); look whether the disk is full or failing"
            ))),
            Code::DatabaseCorrupt | Code::NotADatabase => {
                Self::Damaged { path: path.to_owned(), detail: error.to_string() }
            }
            _ => self,
        }
    }

    pub(super) fn interruption(error: impl std::fmt::Display) -> Self {
        Self::BrokenOff(error.to_string())
    }

    pub(super) fn backend(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Backend(Box::new(error))
    }
}

fn is_unwritable(error: &(dyn std::error::Error + 'static)) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, DiskFull, ReadOnly, SystemIoFailure};
    find_code(error).is_some_and(|code| matches!(code, CannotOpen | DiskFull | ReadOnly | SystemIoFailure))
}

/// SQLite's own code, wherever in the chain of causes it stands.
pub(super) fn find_code(error: &(dyn std::error::Error + 'static)) -> Option<rusqlite::ErrorCode> {
    let own = error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    own.or_else(|| error.source().and_then(find_code))
}

/// Why SQLite could not open a file: it does not say.
fn find_why_closed(path: &Path) -> std::io::Error {
    match std::fs::metadata(path) {
        Err(error) => error,
        Ok(found) if found.is_dir() => ErrorKind::IsADirectory.into(),
        Ok(_) => std::fs::File::open(path).err().unwrap_or_else(|| ErrorKind::PermissionDenied.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn a_full_disk_is_named_with_the_file_and_the_remedy() {
        let connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "max_page_count", 2).unwrap();
        let full = connection.execute_batch("CREATE TABLE t (v); INSERT INTO t VALUES (zeroblob(100000))").unwrap_err();
        let said = StoreError::from(full).of(Path::new("copy.db.restoring"));
        assert!(said.is_unwritable());
        assert_eq!(
            said.to_string(),
            "copy.db.restoring: the disk is full; make room there, or name a place on another disk"
        );
    }
}
