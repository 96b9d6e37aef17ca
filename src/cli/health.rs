//! `health`.

use super::out;
use super::outcome::{Ended, Outcome};
use super::serve::LISTEN_DEFAULT;
use crate::app::check_health;
use clap::Args;

/// Ask a running server whether it is well.
///
/// Exit code 0 when it answers /healthz (with --ready: /readyz) with 200, else 1 and a line that says why. For
/// health checks of containers and service managers, which need no other program for it.
#[derive(Debug, Args)]
pub(super) struct Health {
    /// Where it listens: HOST:PORT or unix:PATH
    #[arg(env = "PLENARY_LISTEN", default_value = LISTEN_DEFAULT, value_name = "ADDRESS")]
    listen: String,
    /// Ask for more than being alive: documents are stored, and passes can run
    #[arg(long)]
    ready: bool,
}

impl Health {
    pub(super) async fn run(self) -> Outcome {
        let path = if self.ready { "/readyz" } else { "/healthz" };
        match check_health(&self.listen, path).await {
            Ok(()) => Ok(Ended::Well),
            Err(error) => {
                out::error(&format!("{error:#}"));
                Ok(Ended::WithFailures)
            }
        }
    }
}
