//! `publish`, `backup` and `restore`: copies that are kept.

use super::{Ended, JsonArg, Outcome, SetupArgs, out};
use crate::app::{self, App};
use clap::Args;
use indicatif::ProgressBar;
use std::path::PathBuf;

/// Write every feed, page and calendar as static files.
///
/// The directory is replaced as a whole or not at all.
#[derive(Debug, Args)]
pub(super) struct Publish {
    /// The directory; made when missing, replaced when it holds an earlier export
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    setup: SetupArgs,
    #[command(flatten)]
    json: JsonArg,
}

impl Publish {
    pub(super) async fn run(self) -> Outcome {
        let app = App::open(&self.setup.setup()).await?;
        let bar = ProgressBar::no_length();
        let exported = app
            .publish(&self.out, &|done, all| {
                bar.set_length(all as u64);
                bar.set_position(done as u64);
            })
            .await;
        bar.finish_and_clear();
        let exported = exported?;
        if self.json.json {
            out::json(&exported)?;
        } else {
            out::line(format!("{} files, {} bytes in {}", exported.files, exported.bytes, self.out.display()))?;
        }
        app.close().await?;
        Ok(Ended::Well)
    }
}

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
        let app = App::look(&self.setup.setup()).await?;
        let kept = app.backup(&self.file).await?;
        if self.json.json {
            out::json(&kept)?;
        } else {
            out::line(format!("{} bytes in {}, verified", kept.bytes, kept.path.display()))?;
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
        let kept = app::restore(&self.file, &database).await?;
        if self.json.json {
            out::json(&kept)?;
        } else {
            out::line(format!("{} bytes in {}, verified", kept.bytes, kept.path.display()))?;
        }
        Ok(Ended::Well)
    }
}
