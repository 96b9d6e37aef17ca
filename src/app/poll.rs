//! One pass over sources, outside a server.

use super::app::App;
use crate::worker::{PassReport, Progress, Which};
use plenary_model::id::SourceId;

impl App {
    /// One pass: polls, publishes what changed, tells `seen` of each step. A source that fails is a line of the report.
    pub async fn poll(&self, which: &Which, seen: &(dyn Fn(Progress) + Send + Sync)) -> anyhow::Result<PassReport> {
        self.worker.prepare().await?;
        self.worker.pass(which, seen).await
    }

    pub fn unknown_sources(&self, ids: &[SourceId]) -> Vec<SourceId> {
        let policy = self.policy();
        ids.iter().filter(|id| policy.source(id).is_none()).cloned().collect()
    }
}
