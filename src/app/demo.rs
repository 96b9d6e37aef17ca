//! `demo`: the whole product over a bundled sample network, without the internet.

use super::app::App;
use super::clock::SystemClock;
use super::server::{Running, bind};
use super::setup::StartError;
use super::worker_lock::WorkerLock;
use crate::built_in;
use crate::demo::{DemoClock, Origin, policy_text};
use anyhow::Context as _;
use plenary_model::port::Clock;
use plenary_model::system::name_refusal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct DemoOptions {
    pub listen: String,
    /// The clock stands and nothing new appears.
    pub still: bool,
    /// Where the database is kept; a temporary one otherwise.
    pub database: Option<PathBuf>,
}

pub struct Demo {
    pub running: Running,
    pub address: SocketAddr,
    pub origin: Origin,
    folder: Option<PathBuf>,
}

impl Demo {
    /// Starts origin, worker and server.
    pub async fn start(options: &DemoOptions) -> Result<Self, StartError> {
        let listener = bind(&options.listen).await?;
        let address = listener.socket_address().context("the demo wants an address and a port to listen on")?;
        let clock: Arc<dyn Clock> = if options.still {
            Arc::new(DemoClock::still())
        } else {
            Arc::new(DemoClock::running(Arc::new(SystemClock)))
        };
        let origin = Origin::start(Arc::clone(&clock), options.still).context("the sample feeds cannot be served")?;
        let text = policy_text(origin.addr());
        let no_includes = |_: &str| Err(std::io::ErrorKind::NotFound.into());
        let mut policy = plenary_config::read_text("demo/feeds.toml", &text, &no_includes, built_in::text)?;
        // Links and ids lead back to where this demo is seen.
        policy.network.address = format!("http://{address}");
        let (database, folder) = if let Some(path) = &options.database {
            (path.clone(), None)
        } else {
            let folder = temporary_folder().context("there is no room for a temporary database")?;
            (folder.join("demo.db"), Some(folder))
        };
        let lock = WorkerLock::take(&database)?;
        let app = App::build(policy, &database, clock).await?;
        let running = app.start(listener, None, Some(lock))?;
        Ok(Self { running, address, origin, folder })
    }

    /// Serves until SIGTERM or SIGINT; then stops and removes the temporary database.
    pub async fn until_signalled(self) -> anyhow::Result<()> {
        self.running.until_signalled().await?;
        if let Some(folder) = self.folder {
            std::fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
        }
        Ok(())
    }
}

fn temporary_folder() -> std::io::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("plenary-demo-{:016x}", fastrand::u64(..)));
    match std::fs::create_dir(&folder) {
        Ok(()) => Ok(folder),
        Err(error) => Err(std::io::Error::other(name_refusal(folder.display(), &error))),
    }
}
