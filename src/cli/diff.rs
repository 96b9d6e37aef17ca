//! `diff`: what another policy would change.

use super::args::{JsonArg, SetupArgs};
use super::out;
use super::outcome::{Ended, Outcome};
use crate::app::{App, Change, Counts, Difference, StartError, Summary};
use crate::built_in;
use clap::Args;
use std::path::PathBuf;

/// Changes shown as text; --json prints all.
const SHOWN_MAX: usize = 100;
const TITLE_CHARS: usize = 50;
const WHY_CHARS: usize = 160;

/// Show what another policy would do to everything that is stored.
///
/// Nothing is written. For each piece: the sections it would leave and enter, or in which it would
/// begin to wait for staff, and the words that decide; then the sums by section and by source.
/// What staff decided stands under any policy. Caps of a source and day (`per_source_per_day`) are not
/// counted: they hold back what comes in, not what a change of policy brings, on a reload neither.
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
        let new = plenary_config::read(&self.new, built_in::text).map_err(StartError::from)?;
        let app = App::open_to_read(&self.setup.setup()).await?;
        let bar = indicatif::ProgressBar::new_spinner();
        let seen = |pieces: usize, total: usize| bar.set_message(format!("{pieces} of {total} pieces"));
        let difference = app.diff(new, &seen).await?;
        bar.finish_and_clear();
        if self.json.json {
            out::json(&difference)?;
        } else {
            print(&difference)?;
        }
        Ok(Ended::Well)
    }
}

fn print(difference: &Difference) -> std::io::Result<()> {
    let looked_at = out::count(difference.pieces, "piece", "pieces");
    if difference.changes.is_empty() {
        return out::line(format!("No change among {looked_at}."));
    }
    let row = |change: &Change| {
        let waiting = change.waits.iter().map(|section| format!("{section} (to wait)"));
        vec![
            change.piece.clone(),
            out::cut(&change.title, TITLE_CHARS),
            change.leaves.join(", "),
            change.enters.iter().cloned().chain(waiting).collect::<Vec<_>>().join(", "),
            out::cut(&change.why.join("; "), WHY_CHARS),
        ]
    };
    out::table(&["piece", "title", "leaves", "enters", "why"], difference.changes.iter().take(SHOWN_MAX).map(row))?;
    if difference.changes.len() > SHOWN_MAX {
        out::line(format!("… and {} more: --json prints all", difference.changes.len() - SHOWN_MAX))?;
    }
    for (what, counts) in [("section", &difference.sections), ("source", &difference.sources)] {
        out::line("")?;
        let row = |(name, counts): (&String, &Counts)| {
            vec![name.clone(), counts.enter.to_string(), counts.leave.to_string(), counts.wait.to_string()]
        };
        out::table(&[what, "would enter", "would leave", "would wait"], counts.iter().map(row))?;
    }
    let Summary { enter, leave, moving, wait } = difference.summary;
    out::line(format!(
        "\n{} of {looked_at} would change: {enter} would enter, {leave} leave, {moving} move, {wait} begin to wait.",
        difference.changes.len(),
    ))?;
    let enters = |slug: &&String| difference.sections.get(*slug).is_some_and(|counts| counts.enter > 0);
    let capped: Vec<&str> = difference.capped.iter().filter(enters).map(String::as_str).collect();
    if !capped.is_empty() {
        let capped = capped.join(", ");
        out::line(format!("Caps hold back what comes in, not what a change of policy brings: none in {capped}."))?;
    }
    Ok(())
}
