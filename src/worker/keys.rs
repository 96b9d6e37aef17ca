//! Brings stored entries under the keys by which the judge looks for them, when those are made otherwise than before.

use super::context::Context;
use anyhow::{Context as _, Result};
use chrono::TimeDelta;
use plenary_ingest::decide::{KEYS, prepare};
use plenary_model::id::EntryKey;

/// Entries that get their keys at once.
const BATCH_ENTRIES: usize = 500;

impl Context {
    /// Gives the entries that may still meet news their keys. Broken off, it begins anew at the next start: until then
    /// some copies of what is stored are not recognised.
    pub(super) async fn renew_keys(&self) -> Result<()> {
        if self.store.read_keyed_by().await?.as_deref() == Some(KEYS) {
            return Ok(());
        }
        // A day on either side, as the index looks.
        let window = TimeDelta::days(self.load_compiled().policy.rules.window_days + 1);
        let since = self.clock.now() - window;
        let (mut after, mut count) = (EntryKey::default(), 0);
        loop {
            let entries = self.store.entries_since(since, &after, BATCH_ENTRIES).await?;
            let Some(last) = entries.last() else { break };
            after = last.key.clone();
            count += entries.len();
            let keyed = tokio::task::spawn_blocking(move || entries.into_iter().map(prepare).collect());
            self.store.put_keys(keyed.await.context("entries could not be given their keys")?).await?;
        }
        if count > 0 {
            tracing::info!(entries.count = count, "{count} entries are found by new keys");
        }
        Ok(self.store.set_keyed_by(KEYS).await?)
    }
}
