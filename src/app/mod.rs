//! Builds the parts and connects them; the only room that knows all others.
//!
//! The process-wide things are installed here: log, TLS provider. The clock and randomness come
//! from here and reach the others as arguments.

mod chance;
mod clock;
mod curate;
mod demo;
mod diff;
mod dispute;
mod explain;
mod inspect;
mod keep;
mod learned;
mod log;
mod poll;
mod rejected;
mod server;
mod status;
mod watch;

pub use clock::SystemClock;
pub use curate::{Recorded, Request};
pub use demo::{Demo, DemoOptions};
pub use diff::{Change, Counts, Difference, Summary};
pub use dispute::Disputed;
pub use explain::Explanation;
pub use inspect::{Finding, Found, Inspection, Placed, inspect};
pub use keep::{Kept, restore};
pub use learned::{LearnedState, ModelLine};
pub use log::install as install_log;
pub use rejected::Rejected;
pub use server::{Running, bind};
pub use status::{PushState, SourceLine, Status, SubscriptionLine};

pub use crate::worker::{CalendarReport, PassReport, Progress, SourceReport, Which};

use crate::worker::{Parts, Worker};
use plenary_config::Problems;
use plenary_model::policy::Policy;
use plenary_model::port::Clock;
use plenary_store::{Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch as channel;

/// What every command that works on a database is told.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Path of `feeds.toml`.
    pub config: PathBuf,
    /// Path of the SQLite file; made when missing.
    pub database: PathBuf,
}

/// Why the work could not begin: exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The policy has problems.
    #[error("{0}")]
    Policy(#[from] Problems),
    /// The database cannot be used.
    #[error("{}", about(path, error))]
    Database {
        /// The file.
        path: PathBuf,
        /// What is wrong and the way out.
        error: StoreError,
    },
    /// The database has to exist for this command.
    #[error("there is no database at {}: run `plenary poll` first, or name one with --db", .0.display())]
    NoDatabase(PathBuf),
    /// The address to listen on cannot be had.
    #[error("cannot listen on {address}: {error}; name another with --listen")]
    Listen {
        /// The address.
        address: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// Anything else that keeps the parts from being built.
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
}

/// The error with the file that it is about, named once.
fn about(path: &Path, error: &StoreError) -> String {
    let (path, error) = (path.display().to_string(), error.to_string());
    if error.contains(&path) { error } else { format!("{path}: {error}") }
}

/// The parts, connected, over one database and one policy.
pub struct App {
    pub(crate) store: Store,
    pub(crate) worker: Arc<Worker>,
    pub(crate) policy: channel::Sender<Arc<Policy>>,
    pub(crate) clock: Arc<dyn Clock>,
    /// The policy file, watched while serving; none in the demo.
    pub(crate) config: Option<PathBuf>,
}

impl App {
    /// Opens the database (making it when it is missing) and reads the policy.
    ///
    /// # Errors
    /// [`StartError`]: policy or database cannot be used.
    pub async fn open(setup: &Setup) -> Result<Self, StartError> {
        let policy = plenary_config::read(&setup.config)?;
        let mut app = Self::build(policy, &setup.database, Arc::new(SystemClock)).await?;
        app.config = Some(setup.config.clone());
        Ok(app)
    }

    /// Like [`Self::open`], for commands that only look: the database must be there.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn look(setup: &Setup) -> Result<Self, StartError> {
        if !setup.database.exists() {
            return Err(StartError::NoDatabase(setup.database.clone()));
        }
        Self::open(setup).await
    }

    pub(crate) async fn build(policy: Policy, database: &Path, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        plenary_fetch::install_tls();
        let store = Store::open(database)
            .await
            .map_err(|error| StartError::Database { path: database.to_path_buf(), error })?;
        let (sender, receiver) = channel::channel(Arc::new(policy));
        let worker = Worker::new(Parts {
            store: store.clone(),
            policy: receiver,
            clock: Arc::clone(&clock),
            jitter: Arc::new(fastrand::f64),
            secret: Arc::new(chance::secret),
        })?;
        Ok(Self { store, worker: Arc::new(worker), policy: sender, clock, config: None })
    }

    /// The policy in force.
    pub fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.borrow())
    }

    /// Ends the use of the database cleanly.
    ///
    /// # Errors
    /// The database cannot be closed.
    pub async fn close(self) -> anyhow::Result<()> {
        self.store.close().await?;
        Ok(())
    }
}
