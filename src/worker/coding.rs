//! Codes documents (gzip, brotli) once they have settled. While one changes with each poll, few would read each coding:
//! until then it is coded on the way, into the same bytes.

use super::context::Context;
use anyhow::{Context as _, Result};
use plenary_model::edition::{Codings, Uncoded};
use plenary_publish::coding::{Effort, encode};
use std::time::Duration;

/// Documents are coded when none has changed for so long.
const SETTLED_AFTER: Duration = Duration::from_secs(5);
/// However often documents change, they are coded after so long.
const CODED_WITHIN: Duration = Duration::from_mins(2);
/// Documents coded at once, in bytes.
const CODED_BYTES: usize = 4 << 20;

/// Whether documents have settled since they were last coded, told by `Store::count_publications`. Times are those since
/// its start.
#[derive(Default)]
pub(super) struct Settling {
    seen: Option<u64>,
    coded: Option<u64>,
    last_change: Duration,
    first_change: Duration,
    is_urgent: bool,
}

impl Settling {
    /// What staff decided is not to wait.
    pub(super) fn hasten(&mut self) {
        self.is_urgent = true;
    }

    /// True when documents that changed are to be coded. At the start all may have: the last run may have ended before
    /// it coded its own.
    fn is_due(&mut self, published: u64, now: Duration) -> bool {
        if self.seen != Some(published) {
            if self.seen == self.coded {
                self.first_change = now;
            }
            self.seen = Some(published);
            self.last_change = now;
        }
        let is_time = now >= self.last_change + SETTLED_AFTER || now >= self.first_change + CODED_WITHIN;
        self.coded != self.seen && (self.is_urgent || is_time)
    }

    /// Notes that all documents are coded, as of this number.
    fn note_coded(&mut self, published: u64) {
        (self.seen, self.coded, self.is_urgent) = (Some(published), Some(published), false);
    }
}

impl Context {
    /// Codes the documents that are not coded yet.
    pub(super) async fn code_documents(&self) -> Result<()> {
        let now = self.clock.now();
        loop {
            let uncoded = self.store.list_uncoded(CODED_BYTES).await?;
            if uncoded.is_empty() {
                return Ok(());
            }
            let coding = move || -> Vec<(String, String, Codings)> {
                let code = |one: Uncoded| {
                    let codings = encode(&one.body, Effort::of(&one.path, now));
                    (one.path, one.digest, codings)
                };
                uncoded.into_iter().map(code).collect()
            };
            let coded = tokio::task::spawn_blocking(coding).await.context("coding failed")?;
            self.store.put_codings(coded).await.context("codings could not be stored")?;
        }
    }

    /// Codes documents that have settled, so long after the worker began; a failure is logged, and tried again when they
    /// have changed.
    pub(super) async fn code_settled(&self, settling: &mut Settling, now: Duration) {
        if !settling.is_due(self.store.count_publications(), now) {
            return;
        }
        if let Err(error) = self.code_documents().await {
            tracing::error!("documents could not be coded: {error:#}");
        }
        settling.note_coded(self.store.count_publications());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_settle_when_none_changes_or_after_long() {
        let second = Duration::from_secs(1);
        let mut settling = Settling::default();
        assert!(!settling.is_due(0, Duration::ZERO));
        assert!(settling.is_due(0, SETTLED_AFTER), "what an earlier run left");
        settling.note_coded(1);
        let mut now = CODED_WITHIN * 2;
        assert!(!settling.is_due(1, now), "nothing has changed");
        let began = now;
        let mut published = 2;
        while !settling.is_due(published, now) {
            (published, now) = (published + 1, now + second);
        }
        assert_eq!(now, began + CODED_WITHIN, "however often they change");
        settling.note_coded(published);
        assert!(!settling.is_due(published + 1, now));
        settling.hasten();
        assert!(settling.is_due(published + 1, now), "what staff decided is not to wait");
    }
}
