//! What a command is told to work on, and why it may be unable to begin.

use plenary_config::Problems;
use plenary_model::system::name_refusal;
use plenary_store::StoreError;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub struct Setup {
    pub config: PathBuf,
    /// Path of the SQLite file; made when missing.
    pub database: PathBuf,
}

/// Why the work could not begin: exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0}")]
    Policy(#[from] Problems),
    #[error("{}", name_file(path, error))]
    Database {
        path: PathBuf,
        /// What is wrong and the way out.
        error: StoreError,
    },
    /// The database has to exist for this command.
    #[error("there is no database at {}: run `plenary poll` first, or name one with --db", .0.display())]
    NoDatabase(PathBuf),
    #[error(
        "{holder}, works on {} already: stop it first, or only serve the site with --no-worker", .database.display()
    )]
    SecondWorker {
        database: PathBuf,
        /// Which process, and since when.
        holder: String,
    },
    #[error("{}: without this lock no worker may run; serve with --no-worker", name_refusal(.path.display(), .error))]
    Lock {
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    #[error("cannot listen on {}; name another with --listen", name_refusal(.address, .error))]
    Listen {
        address: String,
        /// What the system said.
        error: std::io::Error,
    },
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
}

impl StartError {
    pub(crate) fn database(path: &Path, error: StoreError) -> Self {
        Self::Database { path: path.to_path_buf(), error }
    }

    /// True when the file that was to be made is there already.
    pub fn is_name_taken(&self) -> bool {
        matches!(self, Self::Database { error: StoreError::Exists { .. }, .. })
    }

    /// True when nothing can be written to the database, which may still be read.
    pub fn is_unwritable(&self) -> bool {
        use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
        let Self::Database { error: StoreError::File { error, .. }, .. } = self else { return false };
        matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem)
    }
}

/// The error with the file that it is about, unless it names one: that may be another, such as a copy.
fn name_file(path: &Path, error: &StoreError) -> String {
    match error {
        StoreError::Backend(_) | StoreError::BrokenOff(_) | StoreError::Closed => {
            format!("{}: {error}", path.display())
        }
        named => named.to_string(),
    }
}
