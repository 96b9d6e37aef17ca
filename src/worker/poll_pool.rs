//! Polls side by side: so many at once, so many to one host, each source once. Sources wait as names; what is remembered
//! of them is read shortly before they are asked.

use super::commit::commit;
use super::context::Context;
use super::line::{Line, Slot};
use super::poll::{self, Polled};
use super::report::Progress;
use plenary_ingest::interval::RHYTHM_NEWS;
use plenary_model::id::SourceId;
use plenary_model::poll::Remembered;
use plenary_model::source::Source;
use plenary_store::StoreError;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::task::{self, JoinSet};

pub(super) struct PollPool {
    context: Arc<Context>,
    line: Line,
    /// What is remembered of sources that wait, read for many at once.
    remembered: HashMap<SourceId, Remembered>,
    under_way: HashMap<task::Id, Source>,
    tasks: JoinSet<Option<Polled>>,
    progress: Option<mpsc::UnboundedSender<Progress>>,
    stop: watch::Receiver<bool>,
}

impl PollPool {
    /// Nothing under way yet. Once `stop` is true, polls that have not been read are dropped.
    pub(super) fn new(
        context: &Arc<Context>,
        progress: Option<mpsc::UnboundedSender<Progress>>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let polling = &context.load_compiled().policy.polling;
        Self {
            context: Arc::clone(context),
            line: Line::new(polling.concurrency, polling.per_host),
            remembered: HashMap::new(),
            under_way: HashMap::new(),
            tasks: JoinSet::new(),
            progress,
            stop,
        }
    }

    /// Takes over limits that changed.
    pub(super) fn adjust(&mut self) {
        let polling = &self.context.load_compiled().policy.polling;
        self.line.adjust(polling.concurrency, polling.per_host);
    }

    pub(super) fn is_idle(&self) -> bool {
        self.tasks.is_empty() && self.line.is_empty()
    }

    pub(super) fn is_under_way(&self, source: &SourceId) -> bool {
        self.line.holds(source)
    }

    /// Has a source polled when it is its turn, unless its poll is under way.
    pub(super) fn start(&mut self, source: &Source) {
        self.line.put(source);
    }

    /// The next poll that ends; `None` when none is under way. Safe to drop.
    pub(super) async fn next(&mut self) -> Option<Polled> {
        loop {
            if let Err(error) = self.start_those_in_turn().await {
                return Some(self.give_up(&error));
            }
            if self.is_idle() {
                return None;
            }
            let ended = tokio::select! {
                Some(ended) = self.tasks.join_next_with_id() => ended,
                () = self.line.wait_for_room() => continue,
            };
            let (id, polled) = match ended {
                Ok((id, polled)) => (id, polled),
                Err(error) => {
                    let source = self.under_way.get(&error.id()).map_or("a source", |source| source.id.as_str());
                    tracing::error!(source.id = source, "poll of {source} died: {error}");
                    (error.id(), None)
                }
            };
            if let Some(source) = self.under_way.remove(&id) {
                self.line.leave(&source.id);
            }
            if polled.is_some() {
                return polled;
            }
        }
    }

    /// Starts the polls for which there is room.
    async fn start_those_in_turn(&mut self) -> Result<(), StoreError> {
        loop {
            if *self.stop.borrow() {
                self.line.clear();
            }
            let Some(next) = self.line.peek() else { return Ok(()) };
            if !self.remembered.contains_key(next) {
                let ahead = self.line.list_ahead(&self.remembered);
                // Nothing has changed when this is dropped half-way.
                let read = self.context.store.remembered(ahead, RHYTHM_NEWS).await?;
                self.remembered.extend(read);
                continue;
            }
            let Some((id, slot)) = self.line.take() else { return Ok(()) };
            let compiled = self.context.load_compiled();
            // One that left the policy while it waited is not polled.
            match (compiled.source(&id).filter(|source| source.enabled), self.remembered.remove(&id)) {
                (Some(source), Some(remembered)) => self.spawn(source.clone(), remembered, slot),
                _ => self.line.leave(&id),
            }
        }
    }

    fn spawn(&mut self, source: Source, remembered: Remembered, slot: Slot) {
        let (context, progress, mut stop) = (Arc::clone(&self.context), self.progress.clone(), self.stop.clone());
        let asked = source.clone();
        let task = self.tasks.spawn(async move {
            let fetching = async {
                if let Some(progress) = progress {
                    // Nobody listening is fine.
                    let _ = progress.send(Progress::Polling { source: source.id.clone() });
                }
                context.metrics.note_start(remembered.state.next_at, context.clock.now());
                poll::poll(&context, source.clone(), remembered).await
            };
            let fetch = tokio::select! {
                biased;
                () = wait_for_stop(&mut stop) => return None,
                fetch = fetching => fetch,
            };
            let polled = match fetch {
                Ok(unjudged) => commit(&context, unjudged, Some(slot)).await,
                Err(error) => Err(error),
            };
            note_health(&context, &polled);
            let polled = polled.unwrap_or_else(|error| Polled::from_error(&source.id, &error));
            context.metrics.note_end(polled.report.outcome);
            Some(polled)
        });
        self.under_way.insert(task.id(), asked);
    }

    /// Ends the wait of the source whose turn it is, of which nothing could be read.
    fn give_up(&mut self, error: &StoreError) -> Polled {
        let id = self.line.take().map(|(id, _)| id).unwrap_or_default();
        self.line.leave(&id);
        Polled::from_error(&id, &anyhow::anyhow!("what is remembered of it could not be read: {error}"))
    }
}

/// What cannot be written down is not fetched again at once: a full disk must not turn into requests.
fn note_health(context: &Context, polled: &anyhow::Result<Polled>) {
    match polled {
        Ok(_) => context.health.note_success(),
        Err(error) => {
            let of_store = error.chain().find_map(|cause| cause.downcast_ref::<StoreError>());
            if let Some(error) = of_store.filter(|error| error.is_unwritable()) {
                context.health.note_failure(&format!("the database cannot be written: {error}"), context.clock.now());
            }
        }
    }
}

/// Returns once `stop` is true; never when nobody can set it any more.
pub(super) async fn wait_for_stop(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
