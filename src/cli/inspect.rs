//! `inspect`: what a publisher needs to know.

use super::args::{ConfigArg, JsonArg};
use super::out;
use super::outcome::{Ended, Outcome};
use crate::app::{self, Inspection, StartError, SystemClock};
use crate::built_in;
use clap::Args;
use plenary_model::reason::sentences;
use std::sync::Arc;

/// Tell a publisher how a feed would fare here.
///
/// Reads a feed (or finds the feeds of a page), says what stops, hurts or could be better, and shows
/// in which section each entry would appear, and why. Exit code 1 when no feed could be read.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// Address of a feed or page, or path of a feed document
    #[arg(value_name = "URL|FILE")]
    target: String,
    #[command(flatten)]
    config: ConfigArg,
    #[command(flatten)]
    json: JsonArg,
    /// Print the ready source block for feeds.toml alone
    #[arg(long)]
    toml: bool,
}

impl Inspect {
    pub(super) async fn run(self) -> Outcome {
        let policy = plenary_config::read(&self.config.config, built_in::text).map_err(StartError::from)?;
        let inspection = app::inspect(&self.target, policy, Arc::new(SystemClock)).await?;
        let ended = if inspection.feed.is_some() { Ended::Well } else { Ended::WithFailures };
        if self.toml {
            match &inspection.toml {
                Some(toml) => out::line(toml.trim_end())?,
                None => inspection.findings.iter().for_each(|finding| out::error(&finding.message)),
            }
        } else if self.json.json {
            out::json(&inspection)?;
        } else {
            print(&inspection)?;
        }
        Ok(ended)
    }
}

fn print(inspection: &Inspection) -> std::io::Result<()> {
    match (&inspection.feed, &inspection.title) {
        (Some(feed), Some(title)) => out::line(format!("{title}\n{feed}\n"))?,
        (Some(feed), None) => out::line(format!("{feed}\n"))?,
        (None, _) => out::line("No feed could be read.\n")?,
    }
    for found in &inspection.discovered {
        out::line(format!("found: {} ({})", found.href, found.why))?;
    }
    for finding in &inspection.findings {
        out::line(format!("{}: {}", finding.effect, finding.message))?;
    }
    if !inspection.entries.is_empty() {
        out::line("")?;
        let row = |entry: &app::Placed| {
            let sections = if entry.sections.is_empty() { "-".into() } else { entry.sections.join(", ") };
            vec![out::cut(&entry.title, 60), sections, out::cut(&sentences(&entry.why).join("; "), 80)]
        };
        out::table(&["entry", "sections", "why"], inspection.entries.iter().map(row))?;
    }
    if let Some(toml) = &inspection.toml {
        out::line(format!("\nFor feeds.toml:\n\n{}", toml.trim_end()))?;
    }
    Ok(())
}
