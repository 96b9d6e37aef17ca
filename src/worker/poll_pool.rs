//! Polls side by side: so many at once, so many to one host, each source once.

use super::context::Context;
use super::poll::{self, Polled};
use super::report::Progress;
use plenary_model::id::SourceId;
use plenary_model::poll::PollState;
use plenary_model::source::Source;
use plenary_store::StoreError;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{self, JoinSet};

pub(super) struct PollPool {
    context: Arc<Context>,
    slots: Arc<Semaphore>,
    per_host: usize,
    hosts: HashMap<String, Arc<Semaphore>>,
    under_way: HashMap<SourceId, task::Id>,
    tasks: JoinSet<(SourceId, Option<Polled>)>,
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
            slots: Arc::new(Semaphore::new(polling.concurrency.max(1))),
            per_host: polling.per_host.max(1),
            hosts: HashMap::new(),
            under_way: HashMap::new(),
            tasks: JoinSet::new(),
            progress,
            stop,
        }
    }

    /// Takes over limits that changed. Polls under way keep their places under the old ones.
    pub(super) fn adjust(&mut self) {
        let polling = &self.context.load_compiled().policy.polling;
        self.slots = Arc::new(Semaphore::new(polling.concurrency.max(1)));
        self.per_host = polling.per_host.max(1);
        self.hosts.clear();
    }

    pub(super) fn is_idle(&self) -> bool {
        self.tasks.is_empty()
    }

    pub(super) fn is_under_way(&self, source: &SourceId) -> bool {
        self.under_way.contains_key(source)
    }

    /// Starts the poll of a source, unless one is under way.
    pub(super) fn start(&mut self, source: Source, state: PollState) {
        if self.is_under_way(&source.id) {
            return;
        }
        let id = source.id.clone();
        // The place at the host is taken first, so that a slow host with many sources holds few of the places among
        // all.
        let address = state.address.as_deref().or(source.feeds.first().map(String::as_str)).unwrap_or_default();
        let host = plenary_model::link::host_of(address).unwrap_or_default();
        let at_host = Arc::clone(self.hosts.entry(host).or_insert_with(|| Arc::new(Semaphore::new(self.per_host))));
        let (context, among_all) = (Arc::clone(&self.context), Arc::clone(&self.slots));
        let (progress, mut stop) = (self.progress.clone(), self.stop.clone());
        let task = self.tasks.spawn(async move {
            let id = source.id.clone();
            let fetching = async {
                // Neither semaphore is ever closed.
                let _at_host = at_host.acquire().await.ok();
                let _among_all = among_all.acquire().await.ok();
                if let Some(progress) = progress {
                    // Nobody listening is fine.
                    let _ = progress.send(Progress::Polling { source: source.id.clone() });
                }
                context.metrics.note_start(state.next_at, context.clock.now());
                poll::poll(&context, source.clone(), state).await
            };
            let fetch = tokio::select! {
                biased;
                () = wait_for_stop(&mut stop) => return (id, None),
                fetch = fetching => fetch,
            };
            let polled = match fetch {
                Ok(unjudged) => unjudged.commit(&context).await,
                Err(error) => Err(error),
            };
            note_health(&context, &polled);
            let polled = polled.unwrap_or_else(|error| Polled::from_error(&source, &error));
            context.metrics.note_end(polled.report.outcome);
            (id, Some(polled))
        });
        self.under_way.insert(id, task.id());
    }

    /// The next poll that ends; `None` when none is under way. Safe to drop.
    pub(super) async fn next(&mut self) -> Option<Polled> {
        loop {
            match self.tasks.join_next().await? {
                Ok((id, polled)) => {
                    self.under_way.remove(&id);
                    if polled.is_some() {
                        return polled;
                    }
                }
                Err(error) => {
                    let source = self.under_way.iter().find(|(_, task)| **task == error.id()).map(|(id, _)| id.clone());
                    if let Some(source) = source {
                        tracing::error!(source.id = %source, "poll of {source} died: {error}");
                        self.under_way.remove(&source);
                    }
                }
            }
        }
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
