//! `/metrics`: what the process counts, and how the database stands, in the text format of Prometheus. It has an
//! address of its own, since what an operator sees is not for visitors.

use super::app::App;
use crate::worker::describe_excess;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use plenary_model::policy::Policy;
use plenary_model::poll::Outcome;
use plenary_store::Store;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The media type of what is answered, with the version of the format.
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SourceLabel {
    state: SourceState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum SourceState {
    Working,
    Failing,
    Gone,
    New,
    Off,
}

/// What is asked of the store at each scrape.
#[derive(Default)]
struct Gauges {
    is_working: Gauge,
    last_poll: Gauge,
    queue: Gauge,
    sources: Family<SourceLabel, Gauge>,
    entries: Gauge,
    pieces: Gauge,
    documents: Gauge,
    review: Gauge,
    database: Gauge,
    is_full: Gauge,
    free: Gauge,
    log: Gauge,
    disk: Gauge,
}

struct Board {
    registry: Registry,
    gauges: Gauges,
    store: Store,
    policy: watch::Receiver<Arc<Policy>>,
    trouble: watch::Receiver<Option<String>>,
    now: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

/// Most questions for staff that are counted.
const REVIEW_COUNT_MAX: usize = 1_000;

impl App {
    /// Serves `/metrics` on a bound listener until `stop`.
    pub(super) fn serve_metrics(
        &self,
        listener: TcpListener,
        mut stop: watch::Receiver<bool>,
    ) -> impl Future<Output = ()> + Send + 'static {
        let clock = Arc::clone(&self.clock);
        let board = Board {
            registry: Registry::default(),
            gauges: Gauges::default(),
            store: self.store.clone(),
            policy: self.policy.subscribe(),
            trouble: self.worker.health().subscribe(),
            now: Box::new(move || clock.now()),
        };
        let board = board.register(self);
        let router = Router::new().route("/metrics", get(show)).with_state(Arc::new(board));
        let stopped = async move { drop(stop.wait_for(|stop| *stop).await) };
        async move {
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
                tracing::error!("the address of the metrics is not served any more: {error}");
            }
        }
    }
}

impl Board {
    fn register(mut self, app: &App) -> Self {
        let (registry, gauges) = (&mut self.registry, &self.gauges);
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("plenary_build", "The program that runs", version);
        app.requests.register(registry);
        app.worker.metrics().register(registry);
        registry.register("plenary_worker_working", "1 while passes can run, else 0", gauges.is_working.clone());
        registry.register_with_unit(
            "plenary_last_poll_timestamp",
            "When a source was last polled, in seconds since 1970",
            Unit::Seconds,
            gauges.last_poll.clone(),
        );
        registry.register("plenary_sources_due", "Sources that wait for their poll", gauges.queue.clone());
        registry.register("plenary_sources", "Sources of the policy, by how they fare", gauges.sources.clone());
        registry.register("plenary_entries", "Entries stored", gauges.entries.clone());
        registry.register("plenary_pieces", "Pieces that readers see", gauges.pieces.clone());
        registry.register("plenary_documents", "Feeds and archives that are stored", gauges.documents.clone());
        registry.register("plenary_review", "What waits for staff, up to 1,000", gauges.review.clone());
        registry.register(
            "plenary_database_full",
            "1 while nothing is fetched since the database is larger than disk_megabytes, else 0",
            gauges.is_full.clone(),
        );
        for (name, help, gauge) in [
            ("plenary_database_size", "Size of the database", &gauges.database),
            ("plenary_database_free", "What is free in it for what comes", &gauges.free),
            ("plenary_database_log_size", "Size of its write-ahead log", &gauges.log),
            ("plenary_disk_free", "Room left where the database lies", &gauges.disk),
        ] {
            registry.register_with_unit(name, help, Unit::Bytes, gauge.clone());
        }
        self
    }

    /// Brings the gauges up to date.
    async fn look(&self) -> anyhow::Result<()> {
        let (store, gauges) = (&self.store, &self.gauges);
        gauges.is_working.set(i64::from(self.trouble.borrow().is_none()));
        gauges.last_poll.set(store.last_poll().await?.map_or(0, |at| at.timestamp()));
        gauges.queue.set(count(store.due((self.now)()).await?.len()));
        let totals = store.totals().await?;
        gauges.entries.set(count(totals.entries));
        gauges.pieces.set(count(totals.pieces));
        gauges.documents.set(count(store.edition_digests().await?.len()));
        gauges.review.set(count(store.review(REVIEW_COUNT_MAX).await?.len()));
        let states = store.poll_states().await?;
        let policy = Arc::clone(&self.policy.borrow());
        let mut counted =
            [SourceState::Working, SourceState::Failing, SourceState::Gone, SourceState::New, SourceState::Off]
                .map(|state| (state, 0_usize));
        for source in &policy.sources {
            let known = states.iter().find(|state| state.source == source.id);
            let state = match known.and_then(|state| state.last.as_ref().map(|(outcome, _)| (state.gone, *outcome))) {
                _ if !source.enabled => SourceState::Off,
                None => SourceState::New,
                Some((true, _)) => SourceState::Gone,
                Some((_, Outcome::Failed)) => SourceState::Failing,
                Some(_) => SourceState::Working,
            };
            if let Some((_, number)) = counted.iter_mut().find(|(other, _)| *other == state) {
                *number += 1;
            }
        }
        for (state, number) in counted {
            gauges.sources.get_or_create(&SourceLabel { state }).set(count(number));
        }
        let path = store.path().to_owned();
        let [database, log, disk] = tokio::task::spawn_blocking(move || measure(&path)).await?;
        gauges.database.set(database);
        gauges.is_full.set(i64::from(describe_excess(store.path(), &policy.polling).is_some()));
        gauges.free.set(i64::try_from(store.room().await?.free).unwrap_or(i64::MAX));
        gauges.log.set(log);
        gauges.disk.set(disk);
        Ok(())
    }
}

async fn show(State(board): State<Arc<Board>>) -> Response {
    if let Err(error) = board.look().await {
        // What is counted in memory is worth seeing just then.
        tracing::warn!("the database does not answer /metrics: {error:#}");
        board.gauges.is_working.set(0);
    }
    let mut text = String::new();
    match encode(&mut text, &board.registry) {
        Ok(()) => ([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Bytes of the database, of its log, and free where they lie; 0 for what is not there.
fn measure(path: &Path) -> [i64; 3] {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let free = rustix::fs::statvfs(folder).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    [size(path), size(&PathBuf::from(log)), free].map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX))
}
