//! The parts of the program, connected over one database and one policy.

use super::clock::SystemClock;
use super::random;
use super::setup::{Setup, StartError};
use crate::built_in;
use crate::worker::{Parts, Worker};
use plenary_model::policy::Policy;
use plenary_model::port::Clock;
use plenary_serve::RequestMetrics;
use plenary_store::{Migrated, Store};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch as channel;

pub struct App {
    pub(crate) store: Store,
    pub(crate) worker: Arc<Worker>,
    pub(crate) policy: channel::Sender<Arc<Policy>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) requests: RequestMetrics,
    /// The policy file, watched while serving; none in the demo.
    pub(crate) config: Option<PathBuf>,
}

impl App {
    /// Opens the database (making it when it is missing) and reads the policy.
    pub async fn open(setup: &Setup) -> Result<Self, StartError> {
        let policy = plenary_config::read(&setup.config, built_in::text)?;
        let mut app = Self::build(policy, &setup.database, Arc::new(SystemClock)).await?;
        app.config = Some(setup.config.clone());
        Ok(app)
    }

    /// Like [`Self::open`], for commands that only look: the database must be there.
    pub async fn open_existing(setup: &Setup) -> Result<Self, StartError> {
        if !setup.database.exists() {
            return Err(StartError::NoDatabase(setup.database.clone()));
        }
        Self::open(setup).await
    }

    /// Like [`Self::open_existing`], to read alone: the folder of the database need not be writable, and its schema stays
    /// as it is. Whatever would write fails.
    pub async fn open_to_read(setup: &Setup) -> Result<Self, StartError> {
        let database = &setup.database;
        if !database.exists() {
            return Err(StartError::NoDatabase(database.clone()));
        }
        let policy = plenary_config::read(&setup.config, built_in::text)?;
        let store = Store::open_to_read(database).await.map_err(|error| StartError::database(database, error))?;
        Self::connect(policy, store, Arc::new(SystemClock))
    }

    /// True where nothing is written to the database.
    pub fn is_read_only(&self) -> bool {
        self.store.is_read_only()
    }

    pub(crate) async fn build(policy: Policy, database: &Path, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let store = Store::open(database).await.map_err(|error| StartError::database(database, error))?;
        if let Some(Migrated { from, to, copy }) = store.migration() {
            tracing::warn!(
                "the database was brought from schema {from} to {to}; what it was before is kept as {}",
                copy.display()
            );
        }
        Self::connect(policy, store, clock)
    }

    fn connect(policy: Policy, store: Store, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        plenary_fetch::install_tls();
        let (sender, receiver) = channel::channel(Arc::new(policy));
        let worker = Worker::new(Parts {
            store: store.clone(),
            policy: receiver,
            clock: Arc::clone(&clock),
            lookup: plenary_fetch::system_lookup(),
            jitter: Arc::new(fastrand::f64),
            secret: Arc::new(random::make_secret),
        })?;
        Ok(Self {
            store,
            worker: Arc::new(worker),
            policy: sender,
            clock,
            requests: RequestMetrics::default(),
            config: None,
        })
    }

    pub fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.borrow())
    }

    pub async fn close(self) -> anyhow::Result<()> {
        self.store.close().await?;
        Ok(())
    }
}
