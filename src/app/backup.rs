//! Verified copies of the database, written and put back while nothing is lost.

use super::app::App;
use super::setup::StartError;
use plenary_store::Store;
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, Serialize)]
pub struct BackupFile {
    pub path: PathBuf,
    pub files: usize,
    pub bytes: u64,
}

impl App {
    /// Writes a verified copy of the database while it is in use; fails when the copy does not pass its check.
    pub async fn backup(&self, to: &Path) -> anyhow::Result<BackupFile> {
        self.store.backup(to).await?;
        let bytes = std::fs::metadata(to)?.len();
        Ok(BackupFile { path: to.to_path_buf(), files: 1, bytes })
    }
}

/// Puts a verified backup in the place of the database; the former one is kept beside it. Nothing is changed when the
/// backup is damaged or the database in use.
pub async fn restore(from: &Path, database: &Path) -> Result<BackupFile, StartError> {
    Store::restore(from, database).await.map_err(|error| StartError::Database { path: from.to_path_buf(), error })?;
    let bytes = std::fs::metadata(database).map_err(anyhow::Error::from)?.len();
    Ok(BackupFile { path: database.to_path_buf(), files: 1, bytes })
}
