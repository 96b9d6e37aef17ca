//! Whether the stored documents are what they were: their digests see what the database's own check cannot.

use super::app::App;
use plenary_publish::is_whole;
use plenary_store::StoreError;

impl App {
    /// Compares each stored document with its digest and its codings, and answers how many there are.
    pub(super) async fn check_editions(&self) -> anyhow::Result<usize> {
        let paths = self.store.edition_paths("").await?;
        for path in &paths {
            // One that left in the meantime is no damage.
            let Some(edition) = self.store.edition(path).await? else { continue };
            let is_whole = tokio::task::spawn_blocking(move || is_whole(&edition)).await?;
            if !is_whole {
                let detail = format!("the document {path} differs from its digest");
                return Err(StoreError::Damaged { path: self.store.path().to_path_buf(), detail }.into());
            }
        }
        Ok(paths.len())
    }
}
