//! `dedup`: which entries are the same piece.

use super::input::read_entries;
use super::outcome::Outcome;
use clap::Args;
use plenary_ingest::decide;
use serde_json::json;
use std::io::{self, Write as _};

/// Recognise the same piece among entries on standard input (JSON lines).
///
/// Prints {"id","piece","work","evidence"} for each, in order. Copies share a piece; translations
/// share a work.
#[derive(Debug, Args)]
pub(super) struct Dedup {
    /// How far apart two copies may be dated, in days
    #[arg(long, default_value_t = 30, value_name = "DAYS")]
    window: i64,
}

impl Dedup {
    pub(super) fn run(self) -> Outcome {
        let (lines, ended) = read_entries()?;
        let mut output = io::BufWriter::new(io::stdout().lock());
        for same in decide::partition(&lines, self.window) {
            let value = json!({ "id": same.id, "piece": same.piece, "work": same.work, "evidence": same.evidence });
            writeln!(output, "{value}")?;
        }
        output.flush()?;
        Ok(ended)
    }
}
