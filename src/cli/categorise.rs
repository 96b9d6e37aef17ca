//! `categorise`: topics, genre, issuer and sections of entries, by rules or by what decisions teach.

use super::args::ConfigArg;
use super::input::read_entries;
use super::out;
use super::outcome::{Failure, Outcome, StartErrorExt as _};
use crate::app::StartError;
use crate::built_in;
use clap::Args;
use plenary_ingest::categorise::{Carrier, Case, Categoriser};
use plenary_ingest::learn::{Dataset, EXAMPLES_MIN, Recommender};
use plenary_model::doubt::FacetDoubt;
use plenary_model::id::SectionSlug;
use plenary_model::learned::Learned;
use plenary_model::line::EntryLine;
use plenary_model::piece::Ground;
use plenary_model::policy::Policy;
use plenary_model::reason::{Reason, sentences};
use plenary_model::source::Standing;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Sort entries on standard input (JSON lines) into sections.
///
/// Prints topics, genre, language, issuer, organisations, deadline and sections of each, with the
/// words that decided. Decisions teach a model for each section; where it is better than the rule on
/// decisions that it has not seen, it decides in its place, and standard error says by how much.
#[derive(Debug, Args)]
pub(super) struct Categorise {
    #[command(flatten)]
    config: ConfigArg,
    /// Decisions of staff to learn from: entries as JSON lines with all their "sections"; they also
    /// hold for entries of the same "id"
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
}

impl Categorise {
    pub(super) fn run(self) -> Outcome {
        let policy = Arc::new(plenary_config::read(&self.config.config, built_in::text).map_err(StartError::from)?);
        let decided = self.decisions.map(|path| read_decisions(&path, &policy)).transpose()?.unwrap_or_default();
        let (lines, ended) = read_entries()?;
        let rules = Categoriser::with_models(Arc::clone(&policy), Some(built_in::recogniser()));
        let learned = learn(&rules, &policy, &decided, &lines);
        let mut output = io::BufWriter::new(io::stdout().lock());
        for line in &lines {
            let mut value = categorise(&rules, learned.as_ref(), line);
            if let Some(decision) = decided.get(&line.entry.id) {
                let sections = decision.sections.iter();
                let placed = sections.map(|section| describe_placement(section, 1.0, &[Reason::Decided]));
                value["sections"] = Value::Array(placed.collect());
            }
            writeln!(output, "{value}")?;
        }
        output.flush()?;
        Ok(ended)
    }
}

/// What the decisions teach; says on standard error how rules and models fare. A decision without a text takes that of
/// the entry with its id.
fn learn(rules: &Categoriser, policy: &Policy, decided: &Decided, lines: &[EntryLine]) -> Option<Learned> {
    if decided.is_empty() {
        return None;
    }
    let texts: BTreeMap<&str, &EntryLine> = lines.iter().map(|line| (line.entry.id.as_str(), line)).collect();
    let sections: Vec<SectionSlug> = policy.sections.iter().map(|section| section.id.clone()).collect();
    let mut dataset = Dataset::default();
    for (id, decision) in decided {
        let is_bare = decision.line.entry.title.is_empty() && decision.line.entry.body().is_empty();
        let line = if is_bare { texts.get(id.as_str()).copied() } else { Some(&decision.line) };
        let Some(line) = line else { continue };
        let taught = sections.iter().map(|section| (section.clone(), decision.sections.contains(&section.0))).collect();
        with_case(line, |case| {
            let facets = rules.facets(case);
            dataset.add(id, case, &facets, &rules.sections(case, &facets), taught);
        });
    }
    if dataset.len() < EXAMPLES_MIN {
        let needed =
            format!("nothing is learned from {} decisions with texts; {EXAMPLES_MIN} are needed", dataset.len());
        out::note(needed);
        return None;
    }
    let learned = dataset.train(&sections, &policy.version);
    out::note(format!("learned from {} decisions; F1 on decisions held back:", learned.lessons));
    for model in &learned.sections {
        let trial = &model.trial;
        out::note(format!(
            "  {}: rules {:.3}, model {:.3} (n {}, {} belong): {}, {}",
            model.section,
            trial.rules_f1,
            trial.model_f1,
            trial.decisions,
            trial.belonging,
            if trial.is_on { "on" } else { "off" },
            trial.why
        ));
    }
    Some(learned)
}

/// Calls `with` with the line as it is to be judged.
pub(super) fn with_case<T>(line: &EntryLine, with: impl FnOnce(&Case<'_>) -> T) -> T {
    let name = line.organisation.clone().or_else(|| line.source.clone()).unwrap_or_default();
    let source = line.source.clone().unwrap_or_default();
    let standing = line.standing.unwrap_or(Standing::Media);
    let carriers = [Carrier { source: source.into(), name, standing, countries: Vec::new() }];
    let dated = line.date.map(|span| span.from).unwrap_or_default();
    with(&Case {
        entry: &line.entry,
        carriers: &carriers,
        dated,
        has_copies: false,
        has_versions: false,
        age: chrono::TimeDelta::zero(),
    })
}

pub(super) fn categorise(rules: &Categoriser, learned: Option<&Learned>, line: &EntryLine) -> Value {
    let (facets, found) = with_case(line, |case| {
        let facets = rules.facets(case);
        let found = match learned {
            Some(learned) => Recommender::new(rules, learned).sections(case, &facets),
            None => rules.sections(case, &facets),
        };
        (facets, found)
    });
    let sections: Vec<Value> =
        found.into_iter().map(|found| describe_placement(found.section.as_str(), found.score, &found.why)).collect();
    let topics: Vec<Value> = facets
        .topics
        .iter()
        .map(|hit| json!({ "topic": hit.topic, "score": hit.score, "why": sentences(&hit.why), "reasons": hit.why }))
        .collect();
    json!({
        "id": line.entry.id, "topics": topics, "genre": facets.genre,
        "genre_why": sentences(&facets.genre_why), "genre_reasons": facets.genre_why, "language": facets.language,
        "issuer": facets.issuer, "issuer_why": facets.issuer_why.as_ref().map(ToString::to_string),
        "issuer_reasons": facets.issuer_why.iter().collect::<Vec<_>>(), "organisations": facets.organisations,
        "countries": facets.countries, "deadline": facets.deadline, "sections": sections,
        "doubts": facets.doubts.iter().map(describe_doubt).collect::<Vec<_>>(),
        "grounds": facets.grounds.iter().map(describe_ground).collect::<Vec<_>>(),
    })
}

/// The code of a doubt with its data, and the English sentence.
fn describe_doubt(doubt: &FacetDoubt) -> Value {
    let mut value = json!(doubt);
    value["why"] = json!(doubt.to_string());
    value
}

fn describe_ground(ground: &Ground) -> Value {
    json!({ "facet": ground.facet, "value": ground.value, "why": sentences(&ground.why), "reasons": ground.why })
}

fn describe_placement(section: &str, score: f64, reasons: &[Reason]) -> Value {
    json!({ "section": section, "score": score, "why": sentences(reasons), "reasons": reasons })
}

/// An entry with the sections that staff put it in.
struct Decision {
    line: EntryLine,
    sections: Vec<String>,
}

/// By id of the entry; of several decisions about one the last holds.
type Decided = BTreeMap<String, Decision>;

fn read_decisions(path: &Path, policy: &Policy) -> Result<Decided, Failure> {
    #[derive(serde::Deserialize)]
    struct Line {
        sections: Vec<String>,
    }
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).not_started(&name)?;
    let mut decided = Decided::new();
    for (number, text) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{name}:{}", number + 1);
        let Line { sections } = serde_json::from_str(text).map_err(io::Error::from).not_started(&place)?;
        let line = EntryLine::parse(text).map_err(io::Error::other).not_started(&place)?;
        if let Some(unknown) = sections.iter().find(|section| policy.section(section).is_none()) {
            let message = anyhow::anyhow!("{place}: there is no section \"{unknown}\"");
            return Err(StartError::Other(message).into());
        }
        decided.insert(line.entry.id.clone(), Decision { line, sections });
    }
    Ok(decided)
}
