//! Verified copies of the database, written and put back while nothing is lost.

use super::setup::StartError;
use anyhow::anyhow;
use plenary_store::{Store, StoreError};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, Serialize)]
pub struct BackupFile {
    pub path: PathBuf,
    pub files: usize,
    pub bytes: u64,
}

/// Writes a verified copy of the database while it is in use; fails when the database, or its copy, is not whole.
pub async fn backup(database: &Path, to: &Path) -> Result<BackupFile, StartError> {
    if !database.exists() {
        return Err(StartError::NoDatabase(database.to_path_buf()));
    }
    Store::backup(database, to).await.map_err(|error| StartError::database(database, error))?;
    measure(to)
}

/// Puts a verified backup in the place of the database; the former one is kept beside it. Nothing is changed when the
/// backup is damaged or the database in use.
pub async fn restore(from: &Path, database: &Path) -> Result<BackupFile, StartError> {
    Store::restore(from, database).await.map_err(|error| match error {
        StoreError::Damaged { path, detail } if path == from => {
            let (from, database) = (from.display(), database.display());
            let message = "restore another one";
            StartError::Other(anyhow!("the backup {from} is damaged ({detail}): {message}; {database} was not touched"))
        }
        error => StartError::database(from, error),
    })?;
    measure(database)
}

fn measure(file: &Path) -> Result<BackupFile, StartError> {
    let bytes = std::fs::metadata(file).map_err(anyhow::Error::from)?.len();
    Ok(BackupFile { path: file.to_path_buf(), files: 1, bytes })
}
