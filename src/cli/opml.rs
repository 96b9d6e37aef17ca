//! `opml import` and `opml export`.

use super::args::ConfigArg;
use super::out;
use super::outcome::{Ended, Outcome, StartErrorExt as _};
use crate::app::StartError;
use crate::built_in;
use anyhow::anyhow;
use clap::{Args, Subcommand};
use plenary_config::Edit;
use plenary_model::source::Standing;
use std::io::Write as _;

/// Exchange lists of feeds with other programs.
#[derive(Debug, Args)]
pub(super) struct Opml {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add the feeds of an OPML list to the policy file
    ///
    /// Feeds that it has already are left out. Groups named after a standing (members, partners, un,
    /// media) give their feeds that standing.
    Import {
        /// The list; - for standard input
        #[arg(value_name = "FILE")]
        file: String,
        #[command(flatten)]
        config: ConfigArg,
        /// Standing of feeds outside such a group
        #[arg(long, default_value = "member", value_parser = standing)]
        standing: Standing,
        /// Show the change, write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the sources as OPML
    Export {
        #[command(flatten)]
        config: ConfigArg,
    },
}

fn standing(word: &str) -> Result<Standing, String> {
    Standing::parse(word).ok_or_else(|| "write own, member, partner, un or media".to_owned())
}

impl Opml {
    pub(super) fn run(self) -> Outcome {
        match self.action {
            Action::Export { config } => {
                let policy = plenary_config::read(&config.config, built_in::text).map_err(StartError::from)?;
                // The list is as old as the file that it is made from.
                let changed = std::fs::metadata(&config.config).and_then(|file| file.modified())?;
                std::io::stdout().lock().write_all(&plenary_publish::opml(&policy, changed.into()).body)?;
                Ok(Ended::Well)
            }
            Action::Import { file, config, standing, dry_run } => import(&file, &config, standing, dry_run),
        }
    }
}

fn import(file: &str, config: &ConfigArg, standing: Standing, dry_run: bool) -> Outcome {
    let policy = plenary_config::read(&config.config, built_in::text).map_err(StartError::from)?;
    let text = if file == "-" { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(file) };
    let text = text.not_started(file)?;
    let import = plenary_config::import_opml(&text, &policy, standing)
        .map_err(|error| StartError::Other(anyhow!("{file}: {error}")))?;
    for (name, why) in &import.skipped {
        out::note(format!("left out: {name}: {why}"));
    }
    let added = import.added.len();
    let edits: Vec<Edit> = import.added.into_iter().map(Edit::AddSource).collect();
    let edited = plenary_config::edit(&config.config, &edits, dry_run, built_in::text)
        .map_err(|error| StartError::Other(error.into()))?;
    if edited.written {
        out::line(format!("{} added to {}", out::count(added, "source", "sources"), config.config.display()))?;
    } else if edited.patch.is_empty() {
        out::line("Nothing to add.")?;
    } else {
        if !dry_run {
            out::note(format!("{} cannot be written; the change is:", config.config.display()));
        }
        out::line(edited.patch.trim_end())?;
    }
    Ok(Ended::Well)
}
