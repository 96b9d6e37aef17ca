//! `serve`: worker, web server and policy watch under one roof, stopped together.

use super::app::App;
use super::setup::StartError;
use super::watch;
use super::worker_lock::WorkerLock;
use crate::worker::Worker;
use plenary_model::port::Clock;
use plenary_serve::Listener;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch as channel;
use tokio::task::JoinHandle;

/// How long what is in flight may take after a stop is asked for.
const STOP_WITHIN: Duration = Duration::from_secs(4);

/// Takes the address to listen on, `HOST:PORT` or `unix:PATH`, before anything else is started.
pub async fn bind(listen: &str) -> Result<Listener, StartError> {
    Listener::bind(listen).await.map_err(|error| StartError::Listen { address: listen.to_owned(), error })
}

/// Takes the address of the metrics.
pub async fn bind_metrics(listen: &str) -> Result<TcpListener, StartError> {
    TcpListener::bind(listen).await.map_err(|error| StartError::Listen { address: listen.to_owned(), error })
}

pub struct Running {
    stop: channel::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    app: App,
    _lock: Option<WorkerLock>,
}

impl App {
    pub(crate) fn site_state(&self) -> plenary_serve::State {
        plenary_serve::State {
            store: self.store.clone(),
            policy: self.policy.subscribe(),
            clock: Arc::clone(&self.clock),
            trouble: self.worker.health().subscribe(),
            metrics: self.requests.clone(),
        }
    }

    /// Starts the web server on a bound listener, and the worker where this process may work on the database; the
    /// address answers from then on. Metrics are served where a listener for them is given.
    pub fn start(
        self,
        listener: Listener,
        metrics: Option<TcpListener>,
        lock: Option<WorkerLock>,
    ) -> Result<Running, StartError> {
        let (stop, stopped) = channel::channel(false);
        let mut tasks = Vec::new();

        let mut server_stop = stopped.clone();
        let state = self.site_state();
        let router = plenary_serve::router(state.clone());
        tasks.push(tokio::spawn(async move {
            let asked = async move { drop(server_stop.wait_for(|stop| *stop).await) };
            if let Err(error) = plenary_serve::run(listener, router, &state, asked).await {
                tracing::error!("the web server ended: {error}");
            }
        }));
        let worker = Arc::clone(&self.worker);
        let worker_stop = stopped.clone();
        if lock.is_some() {
            tasks.push(tokio::spawn(keep_working(worker, worker_stop, Arc::clone(&self.clock))));
        }
        if let Some(listener) = metrics {
            tasks.push(tokio::spawn(self.serve_metrics(listener, stopped.clone())));
        }
        if let Some(path) = self.config.clone() {
            let asked = signal(SignalKind::hangup()).map_err(anyhow::Error::from)?;
            tasks.push(tokio::spawn(watch::run(path, self.policy.clone(), self.store.clone(), asked, stopped)));
        }
        Ok(Running { stop, tasks, app: self, _lock: lock })
    }
}

/// Runs the worker until `stop`, and starts it again when it ends before: what ended it may pass, such as the lock
/// of a backup, and a site that is never updated looks alive.
async fn keep_working(worker: Arc<Worker>, mut stop: channel::Receiver<bool>, clock: Arc<dyn Clock>) {
    loop {
        let (working, stopped, started) = (Arc::clone(&worker), stop.clone(), clock.now());
        let ended = tokio::spawn(async move {
            working.prepare().await?;
            working.health().note_start(started);
            working.run(stopped).await
        });
        let why = match ended.await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => format!("the worker ended and starts again: {error:#}"),
            Err(error) => format!("the worker died and starts again: {error}"),
        };
        let pause = worker.health().note_failure(&why, clock.now()).to_std().unwrap_or_default();
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

impl Running {
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Serves until SIGTERM or SIGINT, then stops.
    pub async fn until_signalled(self) -> anyhow::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: finishing what is in flight");
        self.stop().await
    }

    /// Finishes what is in flight, at most for a few seconds, and closes the database.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        let ended = async {
            for task in self.tasks {
                // A task that panicked was reported by the runtime; the others still end in order.
                let _ended = task.await;
            }
        };
        if tokio::time::timeout(STOP_WITHIN, ended).await.is_err() {
            tracing::warn!("stopped with work in flight; nothing stored is lost");
        }
        self.app.close().await
    }
}
