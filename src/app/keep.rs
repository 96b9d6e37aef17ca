//! Copies that are kept: static export, backup, restore.

use super::{App, StartError};
use crate::export::{Exported, export};
use plenary_store::Store;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What was written.
#[derive(Debug, Serialize)]
pub struct Kept {
    /// Where.
    pub path: PathBuf,
    /// Files written.
    pub files: usize,
    /// Bytes written.
    pub bytes: u64,
}

impl App {
    /// Writes feeds, pages and calendar as static files; `seen` is told how many of how many are done.
    ///
    /// # Errors
    /// A file cannot be written; the former export then stays.
    pub async fn publish(&self, out: &Path, seen: &(dyn Fn(usize, usize) + Sync)) -> anyhow::Result<Exported> {
        self.worker.prepare().await?;
        self.worker.publish_all().await?;
        let state = self.site_state();
        let pages = plenary_serve::page_paths(&state).await?;
        let site = plenary_serve::site(state);
        Ok(export(&self.store, &site, &pages, out, seen).await?)
    }

    /// Writes a verified copy of the database while it is in use.
    ///
    /// # Errors
    /// The copy cannot be written or does not pass its check.
    pub async fn backup(&self, to: &Path) -> anyhow::Result<Kept> {
        self.store.backup(to).await?;
        let bytes = std::fs::metadata(to)?.len();
        Ok(Kept { path: to.to_path_buf(), files: 1, bytes })
    }
}

/// Puts a verified backup in the place of the database; the former one is kept beside it.
///
/// # Errors
/// [`StartError`]: the backup is damaged or the database is in use; nothing is then changed.
pub async fn restore(from: &Path, database: &Path) -> Result<Kept, StartError> {
    Store::restore(from, database).await.map_err(|error| StartError::Database { path: from.to_path_buf(), error })?;
    let bytes = std::fs::metadata(database).map_err(anyhow::Error::from)?.len();
    Ok(Kept { path: database.to_path_buf(), files: 1, bytes })
}
