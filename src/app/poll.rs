//! One pass over sources: by this process, or by the worker that runs already.

use super::app::App;
use super::random;
use super::setup::{Setup, StartError};
use super::worker_lock::WorkerLock;
use crate::worker::{PassAnswer, PassReport, PassRequest, Progress, Which};
use plenary_model::id::SourceId;
use std::time::Duration;

/// How often it is looked whether the worker has answered.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Who polls.
pub enum Poller {
    /// This process, which holds the lock meanwhile.
    Own(WorkerLock),
    /// A worker that runs already.
    Other,
}

impl Poller {
    /// This process where no other works on the database.
    pub fn choose(setup: &Setup) -> Result<Self, StartError> {
        match WorkerLock::take(&setup.database) {
            Ok(lock) => Ok(Self::Own(lock)),
            Err(StartError::SecondWorker { .. }) => Ok(Self::Other),
            Err(error) => Err(error),
        }
    }
}

impl App {
    /// One pass: polls, publishes what changed, tells `seen` of each step. A source that fails is a line of the report.
    /// A worker that runs already is asked for the pass, and its report is waited for; should it end meanwhile, this
    /// process polls.
    pub async fn poll(
        &self,
        poller: Poller,
        setup: &Setup,
        which: &Which,
        seen: &(dyn Fn(Progress) + Send + Sync),
    ) -> anyhow::Result<PassReport> {
        let _lock = match poller {
            Poller::Own(lock) => lock,
            Poller::Other => match self.ask_worker(setup, which).await? {
                Asked::Answered(report) => return Ok(report),
                Asked::Alone(lock) => lock,
            },
        };
        self.worker.prepare().await?;
        self.worker.pass(which, seen).await
    }

    async fn ask_worker(&self, setup: &Setup, which: &Which) -> anyhow::Result<Asked> {
        let request = PassRequest { id: random::make_secret()?, which: which.clone() };
        let text = serde_json::to_string(&request)?;
        // Another process may have asked just before, and has its turn first.
        let mut is_asked = false;
        loop {
            is_asked = is_asked || self.store.put_pass_request(text.clone()).await?;
            tokio::time::sleep(LOOK_EVERY).await;
            if let Some(text) = self.store.pass_answer().await? {
                let answer: PassAnswer = serde_json::from_str(&text)?;
                if answer.id == request.id {
                    return answer.report.map(Asked::Answered).map_err(anyhow::Error::msg);
                }
            }
            if let Poller::Own(lock) = Poller::choose(setup)? {
                if is_asked {
                    self.store.take_pass_request().await?;
                }
                return Ok(Asked::Alone(lock));
            }
        }
    }

    pub fn unknown_sources(&self, ids: &[SourceId]) -> Vec<SourceId> {
        let policy = self.policy();
        ids.iter().filter(|id| policy.source(id).is_none()).cloned().collect()
    }
}

/// What became of asking another process.
enum Asked {
    Answered(PassReport),
    /// It ended, and this process works on the database now.
    Alone(WorkerLock),
}
