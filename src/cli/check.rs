//! `check`: every problem of the policy file, or its JSON Schema.

use super::args::JsonArg;
use super::out;
use super::outcome::{Ended, Outcome};
use crate::built_in;
use clap::Args;
use std::path::PathBuf;

/// Find every problem of the policy file.
///
/// Names each with file, line, column and what to do. Exit code 1 when there are any.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The policy file
    #[arg(env = "PLENARY_CONFIG", default_value = "feeds.toml", value_name = "FILE")]
    file: PathBuf,
    /// The policy file, as every other command names it
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    config: Option<PathBuf>,
    /// Print the JSON Schema of the policy file instead
    #[arg(long)]
    schema: bool,
    #[command(flatten)]
    json: JsonArg,
}

impl Check {
    pub(super) fn run(self) -> Outcome {
        if self.schema {
            out::line(plenary_config::schema().trim_end())?;
            return Ok(Ended::Well);
        }
        let file = self.config.unwrap_or(self.file);
        match plenary_config::read(&file, built_in::text) {
            Ok(policy) => {
                let note = |list: &str| {
                    format!(
                        "{list} does not lie beside {}: the list of that name in the program is used",
                        file.display()
                    )
                };
                let notes: Vec<String> = plenary_config::list_stand_ins(&file).into_iter().map(note).collect();
                if self.json.json {
                    out::json(&serde_json::json!({ "problems": [], "version": policy.version, "notes": notes }))?;
                } else {
                    for note in notes {
                        out::line(note)?;
                    }
                    let enabled = policy.sources.iter().filter(|source| source.enabled).count();
                    out::line(format!(
                        "{}: no problems. {} ({enabled} polled), {}, {}, {}",
                        file.display(),
                        out::count(policy.sources.len(), "source", "sources"),
                        out::count(policy.sections.len(), "section", "sections"),
                        out::count(policy.topics.len(), "topic", "topics"),
                        out::count(policy.events.len(), "event", "events"),
                    ))?;
                }
                Ok(Ended::Well)
            }
            Err(problems) => {
                if self.json.json {
                    out::json(&serde_json::json!({ "problems": problems }))?;
                } else {
                    out::line(&problems)?;
                    out::line(out::count(problems.0.len(), "problem", "problems"))?;
                }
                Ok(Ended::WithFailures)
            }
        }
    }
}
