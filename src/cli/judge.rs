//! `dedup` and `categorise`: the judging half on entries as JSON lines.

use super::{ConfigArg, Ended, Failure, Outcome, StartErrorExt as _, out};
use crate::app::StartError;
use crate::config;
use crate::ingest::categorise::{Carrier, Case, Categoriser};
use crate::ingest::decide;
use crate::model::line::EntryLine;
use crate::model::piece::Evidence;
use crate::model::source::Standing;
use clap::Args;
use serde_json::{Value, json};
use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

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
        let (lines, ended) = lines()?;
        let mut output = io::BufWriter::new(io::stdout().lock());
        for same in decide::partition(&lines, self.window) {
            let value = json!({ "id": same.id, "piece": same.piece, "work": same.work, "evidence": same.evidence });
            writeln!(output, "{value}")?;
        }
        output.flush()?;
        Ok(ended)
    }
}

/// Sort entries on standard input (JSON lines) into sections.
///
/// Prints topics, genre, language, issuer, organisations, deadline and sections of each, with the
/// words that decided.
#[derive(Debug, Args)]
pub(super) struct Categorise {
    #[command(flatten)]
    config: ConfigArg,
    /// Decisions of staff as JSON lines {"id","sections"}: they outrank the rules for these entries
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
}

impl Categorise {
    pub(super) fn run(self) -> Outcome {
        let policy = config::read(&self.config.config).map_err(StartError::from)?;
        let known: Vec<String> = policy.sections.iter().map(|section| section.id.0.clone()).collect();
        let decided = self.decisions.map(|path| decisions(&path, &known)).transpose()?.unwrap_or_default();
        let categoriser = Categoriser::new(Arc::new(policy));
        let (lines, ended) = lines()?;
        let mut output = io::BufWriter::new(io::stdout().lock());
        for line in &lines {
            let mut value = categorised(&categoriser, line);
            if let Some(sections) = decided.get(&line.entry.id) {
                let placed =
                    sections.iter().map(|s| json!({ "section": s, "score": 1.0, "why": ["decision of staff"] }));
                value["sections"] = Value::Array(placed.collect());
            }
            writeln!(output, "{value}")?;
        }
        output.flush()?;
        Ok(ended)
    }
}

fn categorised(categoriser: &Categoriser, line: &EntryLine) -> Value {
    let name = line.organisation.clone().or_else(|| line.source.clone()).unwrap_or_default();
    let source = line.source.clone().unwrap_or_default();
    let standing = line.standing.unwrap_or(Standing::Media);
    let carriers = [Carrier { source: source.into(), name, standing, countries: Vec::new() }];
    let dated = line.date.map(|span| span.from).unwrap_or_default();
    let case = Case { entry: &line.entry, carriers: &carriers, dated, has_copies: false, has_versions: false };
    let facets = categoriser.facets(&case);
    let sections: Vec<Value> = categoriser
        .sections(&case, &facets)
        .into_iter()
        .map(|found| json!({ "section": found.section, "score": found.score, "why": found.why }))
        .collect();
    let topics: Vec<Value> = facets
        .topics
        .iter()
        .map(|hit| {
            let why: Vec<String> = hit.why.iter().map(said).collect();
            json!({ "topic": hit.topic, "score": hit.score, "why": why })
        })
        .collect();
    json!({
        "id": line.entry.id, "topics": topics, "genre": facets.genre,
        "genre_why": facets.genre_why.iter().map(said).collect::<Vec<_>>(), "language": facets.language,
        "issuer": facets.issuer, "issuer_why": facets.issuer_why, "organisations": facets.organisations,
        "deadline": facets.deadline, "sections": sections,
    })
}

/// One piece of evidence: the words, the field and the place in it, counted from 1, and the points.
fn said(found: &Evidence) -> String {
    let place = found.offset.map(|offset| format!(", word {}", offset + 1)).unwrap_or_default();
    format!("{} in {}{place} ({} points)", found.term, found.field, found.points)
}

/// The entries on standard input. A line that cannot be read is named and left out.
fn lines() -> Result<(Vec<EntryLine>, Ended), Failure> {
    let mut found = Vec::new();
    let mut ended = Ended::Well;
    for (number, line) in io::stdin().lock().lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        match EntryLine::parse(&line) {
            Ok(entry) => found.push(entry),
            Err(error) => {
                out::error(&format!("line {}: {error}", number + 1));
                ended = Ended::WithFailures;
            }
        }
    }
    Ok((found, ended))
}

type Decided = std::collections::BTreeMap<String, Vec<String>>;

fn decisions(path: &std::path::Path, known: &[String]) -> Result<Decided, Failure> {
    #[derive(serde::Deserialize)]
    struct Line {
        id: String,
        sections: Vec<String>,
    }
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).not_started(&name)?;
    let mut decided = Decided::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{name}:{}", number + 1);
        let line: Line = serde_json::from_str(line).map_err(io::Error::from).not_started(&place)?;
        if let Some(unknown) = line.sections.iter().find(|section| !known.contains(section)) {
            let message = anyhow::anyhow!("{place}: there is no section \"{unknown}\"");
            return Err(StartError::Other(message).into());
        }
        decided.insert(line.id, line.sections);
    }
    Ok(decided)
}
