//! `serve` and `demo`.

use super::args::SetupArgs;
use super::out;
use super::outcome::{Ended, Failure, Outcome};
use crate::app::{App, Demo, DemoOptions, WorkerLock, bind, bind_metrics};
use clap::Args;
use std::path::PathBuf;

pub(super) const LISTEN_DEFAULT: &str = "127.0.0.1:8080";

/// Run worker and web server until stopped.
///
/// Reads the policy, makes the database when it is missing, polls on schedule and serves the site.
/// The policy file is read again when it changes, and on SIGHUP. SIGTERM and Ctrl-C finish what is in flight.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    setup: SetupArgs,
    /// Where to listen: HOST:PORT, or unix:PATH for a proxy on this machine
    #[arg(long, env = "PLENARY_LISTEN", default_value = LISTEN_DEFAULT, value_name = "ADDRESS")]
    listen: String,
    /// Serve what is counted at /metrics of this address, for Prometheus
    #[arg(long, env = "PLENARY_METRICS", value_name = "HOST:PORT")]
    metrics: Option<String>,
    /// Only serve what is stored: another process polls, or nothing is to be polled
    #[arg(long)]
    no_worker: bool,
}

impl Serve {
    pub(super) async fn run(self) -> Outcome {
        let setup = self.setup.setup();
        // Before the database is opened, which may bring it to another schema.
        let lock = if self.no_worker { None } else { Some(WorkerLock::take(&setup.database)?) };
        let listener = bind(&self.listen).await?;
        let metrics = match &self.metrics {
            Some(address) => Some(bind_metrics(address).await?),
            None => None,
        };
        // Port 0 means any that is free: both say which it became.
        let site = listener.socket_address().map_or(self.listen, |address| format!("http://{address}/"));
        let measured = metrics.as_ref().and_then(|listener| listener.local_addr().ok());
        let app = App::open(&setup).await?;
        let policy = app.policy();
        let running = app.start(listener, metrics, lock)?;
        out::line(format!(
            "{}: {} sources, {} sections",
            policy.network.name,
            policy.sources.len(),
            policy.sections.len()
        ))?;
        out::line(format!("the site is at {site} (stop with Ctrl-C)"))?;
        if let Some(address) = measured {
            out::line(format!("metrics are at http://{address}/metrics"))?;
        }
        running.until_signalled().await?;
        Ok(Ended::Well)
    }
}

/// Show the whole product on a bundled sample network, without the internet.
///
/// A loopback origin serves the feeds of invented organisations in four languages; new entries
/// appear while it runs. The database is temporary unless --db names one.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Address and port to listen on
    #[arg(long, env = "PLENARY_LISTEN", default_value = LISTEN_DEFAULT, value_name = "HOST:PORT")]
    listen: String,
    /// Freeze the clock and add nothing, for tests and screenshots
    #[arg(long)]
    still: bool,
    /// Keep the database here
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
}

impl DemoArgs {
    pub(super) async fn run(self) -> Outcome {
        let options = DemoOptions { listen: self.listen, still: self.still, database: self.db };
        let demo = Demo::start(&options).await?;
        let site = format!("http://{}", demo.address);
        out::line(format!("The sample network is at {site}/"))?;
        for (what, path) in [
            ("sources and their health", "/sources"),
            ("a section", "/sections/un-statements"),
            ("its feed", "/sections/un-statements.atom"),
            ("the calendar", "/calendar"),
            ("in Arabic", "/ar/"),
        ] {
            out::line(format!("  {what:<26}{site}{path}"))?;
        }
        let more =
            if self.still { "The clock stands still; nothing new appears." } else { "New entries keep appearing." };
        out::line(format!("Its feeds come from http://{}/. {more} Stop with Ctrl-C.", demo.origin.addr()))?;
        demo.until_signalled().await.map_err(Failure::Work)?;
        Ok(Ended::Well)
    }
}
