//! What a command is told to work on, and why it may be unable to begin.

use plenary_config::Problems;
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
    #[error("{}: {error}; the folder of the database must be writable, or serve with --no-worker", .path.display())]
    Lock {
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    #[error("cannot listen on {address}: {error}; name another with --listen")]
    Listen {
        address: String,
        /// What the system said.
        error: std::io::Error,
    },
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
}

/// The error with the file that it is about, named once.
fn name_file(path: &Path, error: &StoreError) -> String {
    let (path, error) = (path.display().to_string(), error.to_string());
    if error.contains(&path) { error } else { format!("{path}: {error}") }
}
