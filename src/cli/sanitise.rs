//! `sanitise`: an HTML fragment, or many, as they would be stored.

use super::input::{answer_lines, read_bytes};
use super::out;
use super::outcome::{Ended, Outcome};
use clap::Args;
use plenary_ingest::sanitise;

/// Clean an HTML fragment as it would be stored.
#[derive(Debug, Args)]
pub(super) struct Sanitise {
    /// The fragment; - for standard input
    #[arg(value_name = "FILE", required_unless_present = "batch")]
    file: Option<String>,
    /// One JSON string a line on standard input, one JSON string out for each
    #[arg(long, conflicts_with = "file")]
    batch: bool,
}

impl Sanitise {
    pub(super) fn run(self) -> Outcome {
        if self.batch {
            return answer_lines(|line| {
                let fragment: String =
                    serde_json::from_str(line).map_err(|error| format!("not a JSON string: {error}"))?;
                Ok(sanitise::html(&fragment, None))
            });
        }
        let body = read_bytes(&self.file.unwrap_or_default())?;
        out::line(sanitise::html(&String::from_utf8_lossy(&body), None))?;
        Ok(Ended::Well)
    }
}
