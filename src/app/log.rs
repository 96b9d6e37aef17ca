//! The process-wide log, on standard error.

use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Installs the log. `RUST_LOG` decides what is written; without it, `default` does. Does nothing
/// when a log is installed already.
pub fn install(default: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    // Tests start several servers in one process; the first log stays.
    let _already_installed = log.try_init();
}
