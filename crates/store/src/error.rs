//! What can go wrong in the store, in words that say what to do.

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
    #[error("{} is damaged ({detail}): restore a backup", .path.display())]
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
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
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

    pub(super) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
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
    let code = error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    code.is_some_and(|code| matches!(code, CannotOpen | DiskFull | ReadOnly | SystemIoFailure))
        || error.source().is_some_and(is_unwritable)
}
