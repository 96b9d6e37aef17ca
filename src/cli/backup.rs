//! `backup` and `restore`.

use super::args::{JsonArg, SetupArgs};
use super::out;
use super::outcome::{Ended, Failure, Outcome};
use crate::app;
use clap::Args;
use std::path::PathBuf;

/// Write a verified copy of the database while it is in use.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The copy; must not exist
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    setup: SetupArgs,
    #[command(flatten)]
    json: JsonArg,
}

impl Backup {
    pub(super) async fn run(self) -> Outcome {
        let copy = app::backup(&self.setup.setup().database, &self.file).await.map_err(Failure::of_copy)?;
        if self.json.json {
            out::json(&copy)?;
        } else {
            out::line(format!("{} bytes in {}, verified", copy.bytes, copy.path.display()))?;
        }
        Ok(Ended::Well)
    }
}

/// Put a verified backup in the place of the database.
///
/// The former database is kept beside it. Stop the server first.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    setup: SetupArgs,
    #[command(flatten)]
    json: JsonArg,
}

impl Restore {
    pub(super) async fn run(self) -> Outcome {
        let database = self.setup.setup().database;
        let copy = app::restore(&self.file, &database).await?;
        if self.json.json {
            out::json(&copy)?;
        } else {
            out::line(format!("{} bytes in {}, verified", copy.bytes, copy.path.display()))?;
        }
        Ok(Ended::Well)
    }
}
