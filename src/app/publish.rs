//! The site as static files.

use super::app::App;
use crate::export::{Exported, export};
use std::path::Path;

impl App {
    /// Writes feeds, pages and calendar as static files, from a database that is read alone as they are stored; `seen` is told how many of how many are done. The former
    /// export stays when a file cannot be written.
    pub async fn publish(&self, out: &Path, seen: &(dyn Fn(usize, usize) + Sync)) -> anyhow::Result<Exported> {
        if !self.is_read_only() {
            self.worker.prepare().await?;
            self.worker.publish_all().await?;
        }
        let state = self.site_state();
        let pages = plenary_serve::page_paths(&state).await?;
        let site = plenary_serve::site(state);
        Ok(export(&self.store, &site, &pages, out, seen).await?)
    }
}
