//! `diff`: what another policy would change.

use super::{Ended, JsonArg, Outcome, SetupArgs, out};
use crate::app::{App, Change, StartError};
use crate::config;
use clap::Args;
use std::path::PathBuf;

/// Changes shown as text; --json prints all.
const SHOWN_MAX: usize = 100;

/// Show what another policy would do to everything that is stored.
///
/// Nothing is written. For each piece: the sections it would leave and enter, and the words that decide.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The other policy file
    #[arg(value_name = "NEW.toml")]
    new: PathBuf,
    #[command(flatten)]
    setup: SetupArgs,
    #[command(flatten)]
    json: JsonArg,
}

impl Diff {
    pub(super) async fn run(self) -> Outcome {
        let new = config::read(&self.new).map_err(StartError::from)?;
        let app = App::look(&self.setup.setup()).await?;
        let bar = indicatif::ProgressBar::new_spinner();
        let difference = app.diff(new, &|pieces| bar.set_message(format!("{pieces} pieces"))).await?;
        bar.finish_and_clear();
        if self.json.json {
            out::json(&difference)?;
            return Ok(Ended::Well);
        }
        if difference.changes.is_empty() {
            out::line(format!("No change among {}.", out::count(difference.pieces, "piece", "pieces")))?;
            return Ok(Ended::Well);
        }
        let row = |change: &Change| {
            vec![
                change.piece.clone(),
                out::cut(&change.title, 50),
                change.leaves.join(", "),
                change.enters.join(", "),
                out::cut(&change.why.join("; "), 80),
            ]
        };
        let shown = difference.changes.iter().take(SHOWN_MAX).map(row);
        out::table(&["piece", "title", "leaves", "enters", "why"], shown)?;
        if difference.changes.len() > SHOWN_MAX {
            out::line(format!("… and {} more: --json prints all", difference.changes.len() - SHOWN_MAX))?;
        }
        out::line("")?;
        for (what, counts) in [("section", &difference.sections), ("source", &difference.sources)] {
            for (name, counts) in counts {
                out::line(format!("{what} {name}: {} in, {} out", counts.enter, counts.leave))?;
            }
        }
        out::line(format!(
            "{} of {} would change",
            difference.changes.len(),
            out::count(difference.pieces, "piece", "pieces")
        ))?;
        Ok(Ended::Well)
    }
}
