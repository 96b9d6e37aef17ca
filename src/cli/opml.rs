//! `opml import` and `opml export`.

use super::args::ConfigArg;
use super::out;
use super::outcome::{Ended, Outcome, StartErrorExt as _};
use crate::app::StartError;
use crate::built_in;
use anyhow::anyhow;
use clap::{Args, Subcommand};
use plenary_config::{Edit, ImportDefaults, SourceBlock, TextReader};
use plenary_ingest::sanitise;
use plenary_model::source::{Standing, Trust};
use std::io::{Read as _, Write as _};

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
    /// media) give their feeds that standing. What is added waits for staff (trust = "review") unless an
    /// attribute trust in the list, or --trust, says otherwise.
    Import {
        /// The list; - for standard input
        #[arg(value_name = "FILE")]
        file: String,
        #[command(flatten)]
        config: ConfigArg,
        /// Standing of feeds outside such a group
        #[arg(long, default_value = "member", value_parser = standing)]
        standing: Standing,
        /// Trust of feeds of which the list says none: trusted, review or blocked
        #[arg(long, default_value = "review", value_parser = trust)]
        trust: Trust,
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
            Action::Import { file, config, standing, trust, dry_run } => {
                import(&file, &config, ImportDefaults { standing, trust }, dry_run)
            }
        }
    }
}

fn trust(word: &str) -> Result<Trust, String> {
    Trust::parse(word).ok_or_else(|| "write trusted, review or blocked".to_owned())
}

fn read_bytes(file: &str) -> std::io::Result<Vec<u8>> {
    if file != "-" {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn import(file: &str, config: &ConfigArg, defaults: ImportDefaults, dry_run: bool) -> Outcome {
    let policy = plenary_config::read(&config.config, built_in::text).map_err(StartError::from)?;
    let text = plenary_ingest::charset::decode_file(&read_bytes(file).not_started(file)?);
    let texts = TextReader {
        references: |text| sanitise::references(text).into_owned(),
        words: |text| sanitise::plain_words(text).into_owned(),
    };
    let import = plenary_config::import_opml(&text, &policy, defaults, texts)
        .map_err(|error| StartError::Other(anyhow!("{file}: {error}")))?;
    for (name, why) in &import.skipped {
        out::note(format!("left out: {name}: {why}"));
    }
    let added = import.added.len();
    for source in &import.added {
        out::note(describe(source));
    }
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

/// A source that is added, in one line, before anything of it is polled.
fn describe(source: &SourceBlock) -> String {
    let standing = source.standing.map_or("", Standing::as_str);
    let trust = source.trust.map_or("", Trust::as_str);
    format!("added: {} \"{}\", {standing}, trust {trust}: {}", source.id, source.name, source.feeds.join(" "))
}
