//! Arguments that many commands take.

use crate::app::Setup;
use clap::Args;
use std::path::PathBuf;

/// The policy file.
#[derive(Clone, Debug, Args)]
pub(super) struct ConfigArg {
    /// The policy file
    #[arg(long, env = "PLENARY_CONFIG", default_value = "feeds.toml", value_name = "FILE")]
    pub(super) config: PathBuf,
}

/// Policy file and database.
#[derive(Clone, Debug, Args)]
pub(super) struct SetupArgs {
    #[command(flatten)]
    pub(super) config: ConfigArg,
    /// The SQLite database
    #[arg(long, env = "PLENARY_DB", default_value = "plenary.db", value_name = "FILE")]
    pub(super) db: PathBuf,
}

impl SetupArgs {
    pub(super) fn setup(&self) -> Setup {
        Setup { config: self.config.config.clone(), database: self.db.clone() }
    }
}

/// JSON instead of text.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct JsonArg {
    /// Print JSON for machines
    #[arg(long, env = "PLENARY_JSON")]
    pub(super) json: bool,
}
