//! A worker as the rest of the program sees it: built once, then asked for a pass, or run.

use super::context::{Context, Parts};
use super::health::Health;
use super::metrics::PollMetrics;
use super::pass;
use super::report::{PassReport, Progress, Which};
use super::run;
use anyhow::Result;
use std::sync::Arc;
use tokio::sync::watch;

/// Polls, judges and publishes. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Worker {
    pub(super) context: Arc<Context>,
}

impl Worker {
    /// Builds a worker. `fetch::install_tls` must have been called.
    pub fn new(parts: Parts) -> Result<Self> {
        Ok(Self { context: Arc::new(Context::new(parts)?) })
    }

    pub fn health(&self) -> &Health {
        &self.context.health
    }

    pub fn metrics(&self) -> &PollMetrics {
        &self.context.metrics
    }

    /// Brings the store in line with the policy: sources, placements of stored pieces, decisions not yet acted on, and
    /// every document that is owed. Done once before the first pass.
    pub async fn prepare(&self) -> Result<()> {
        self.context.renew_keys().await?;
        self.context.take_over().await?;
        self.context.settle().await?;
        if self.context.owes_documents().await? {
            self.context.publish_all().await?;
        }
        Ok(())
    }

    /// One pass over sources; returns when all are done and published. `seen` hears of the progress. The failure of a
    /// source is in the report and ends nothing; asking for a source that the policy does not have is an error.
    pub async fn pass(&self, which: &Which, seen: &(dyn Fn(Progress) + Send + Sync)) -> Result<PassReport> {
        pass::pass(&self.context, which, seen).await
    }

    /// Acts on decisions recorded since the last time, and publishes what they touch.
    pub async fn settle(&self) -> Result<()> {
        let store = &self.context.store;
        // What another process has applied and not yet published stays its debt.
        let is_clean = !store.is_unpublished().await?;
        let touched = self.context.settle().await?;
        let owed = store.find_unpublished().await?.filter(|_| is_clean);
        self.context.publish_touched(&touched).await?;
        self.context.publish_archives(&touched.months.into_iter().collect()).await?;
        store.note_published(owed).await?;
        self.context.code_documents().await
    }

    /// Renders and stores every document, and drops those that the policy no longer has.
    pub async fn publish_all(&self) -> Result<()> {
        self.context.publish_all().await?;
        self.context.code_documents().await
    }

    /// Polls due sources, acts on decisions and takes over new policies until `stop` is true. Then requests under way
    /// are dropped, and what has been read is applied and published. What fails is logged and tried again.
    pub async fn run(&self, stop: watch::Receiver<bool>) -> Result<()> {
        run::run(&self.context, stop).await
    }
}
