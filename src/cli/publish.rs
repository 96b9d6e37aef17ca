//! `publish`: the site as static files.

use super::args::{JsonArg, SetupArgs};
use super::out;
use super::outcome::{Ended, Outcome};
use crate::app::App;
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
        let setup = self.setup.setup();
        let app = match App::open(&setup).await {
            Err(error) if error.is_unwritable() && setup.database.exists() => {
                out::note(format!("{error}\nWhat is stored is written, without what the policy would change in it."));
                App::open_to_read(&setup).await?
            }
            opened => opened?,
        };
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
