//! `explain`: the trace of decisions about one piece.

use super::args::{JsonArg, SetupArgs};
use super::out;
use super::outcome::{Ended, Outcome};
use crate::app::{App, Explanation, ModelLine};
use clap::Args;
use plenary_model::decision::Action;
use plenary_model::evidence::Evidence;
use plenary_model::piece::GroundOf;

/// Print every decision about a stored piece, with its evidence.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A piece's id, an entry's key or atom:id, or the address of its page
    #[arg(value_name = "ID|URL")]
    what: String,
    #[command(flatten)]
    setup: SetupArgs,
    #[command(flatten)]
    json: JsonArg,
}

impl Explain {
    pub(super) async fn run(self) -> Outcome {
        let app = App::open_to_read(&self.setup.setup()).await?;
        let Some(explanation) = app.explain(&self.what).await? else {
            let message = format!("nothing stored answers to \"{}\": name a piece, an entry or an address", self.what);
            out::error(&message);
            return Ok(Ended::WithFailures);
        };
        if self.json.json {
            out::json(&explanation)?;
        } else {
            print(&explanation)?;
        }
        Ok(Ended::Well)
    }
}

fn print(explanation: &Explanation) -> std::io::Result<()> {
    let piece = &explanation.piece;
    let lead = explanation.entries.first();
    out::line(lead.map_or("", |entry| entry.title.as_str()))?;
    out::line(format!("piece {}  work {}  atom:id {}", piece.id, piece.work, piece.atom_id))?;
    let doubt = if piece.date_doubtful { " (ours: the publisher's was missing or in the future)" } else { "" };
    out::line(format!(
        "dated {}{doubt}, first seen {}, updated {}",
        out::time(Some(piece.dated)),
        out::time(Some(piece.first_seen)),
        out::time(Some(piece.updated))
    ))?;
    if let Some(withdrawn) = &piece.withdrawn {
        out::line(format!("withdrawn {}: {}", out::time(Some(withdrawn.at)), withdrawn.reason))?;
    }
    out::line("\nThe same piece")?;
    for entry in &explanation.entries {
        out::line(format!("  {}  {}  {}", entry.key, entry.source, entry.link.as_deref().unwrap_or(&entry.id)))?;
        why(explanation, &entry.key)?;
    }
    out::line(format!("  shown: {} ({})", piece.lead, piece.lead_reason))?;
    for version in &explanation.versions {
        let language = version.language.as_ref().map_or("?", |language| language.as_str());
        out::line(format!("  version in {language}: {} ({})", version.title, version.piece))?;
    }
    if !explanation.doubts.is_empty() {
        out::line("\nPerhaps the same, or related")?;
    }
    for pair in &explanation.doubts {
        super::review::side_by_side(pair)?;
    }
    facets(explanation)?;
    out::line("\nSections")?;
    for placement in &piece.placements {
        let primary = if placement.primary { ", primary" } else { "" };
        let announced = if placement.announced { "" } else { ", pages and archives only" };
        out::line(format!(
            "  {} {}{primary}{announced}, entered {}",
            placement.section,
            placement.state.as_str(),
            out::time(Some(placement.entered))
        ))?;
        for reason in &placement.reasons {
            out::line(format!("    {reason}"))?;
        }
    }
    for (section, why) in &explanation.left_out {
        out::line(format!("  not in {section}: {why}"))?;
    }
    models(&explanation.models)?;
    for decision in &explanation.decisions {
        out::line(format!(
            "  decision {} by {} at {}: {}",
            decision.id,
            decision.by,
            out::time(Some(decision.at)),
            describe(&decision.action)
        ))?;
    }
    for revision in &explanation.revisions {
        out::line(format!(
            "  changed {} by {}; before: {}",
            out::time(Some(revision.at)),
            revision.source,
            revision.title
        ))?;
    }
    Ok(())
}

/// The sections' models: their figures, and what those in use say of the piece.
fn models(models: &[ModelLine]) -> std::io::Result<()> {
    if models.is_empty() {
        return Ok(());
    }
    out::line("\nWhat decisions taught (F1 on decisions held back)")?;
    for model in models {
        out::line(format!(
            "  {} {}: rule {:.3}, model {:.3} on {}; {}",
            model.section,
            if model.on { "on" } else { "off" },
            model.rules_f1,
            model.model_f1,
            out::count(model.decisions, "decision", "decisions"),
            model.why
        ))?;
        if let Some(opinion) = &model.opinion {
            let (model, rule) = (says(opinion.belongs), says(opinion.by_rule));
            out::line(format!("    the model {model}, the rule {rule}: {}", opinion.why))?;
        }
    }
    out::line("")
}

fn says(belongs: bool) -> &'static str {
    if belongs { "would place it" } else { "would not" }
}

/// A decision in words, with the sections or the decision that it names.
fn describe(action: &Action) -> String {
    let name = action.name();
    match action {
        Action::Approve { section: Some(section) } | Action::Reject { section: Some(section) } => {
            format!("{name} in {section}")
        }
        Action::Pin { section } | Action::Unpin { section } | Action::Add { section } => format!("{name} in {section}"),
        Action::Move { to, .. } => format!("{name} to {to}"),
        Action::Undo { decision } => format!("{name} of decision {decision}"),
        Action::Withdraw { reason } if !reason.is_empty() => format!("{name}: {reason}"),
        _ => name.to_owned(),
    }
}

/// Why an entry belongs to its piece: the rung, what was found, and the text that both have.
fn why(explanation: &Explanation, key: &str) -> std::io::Result<()> {
    if let Some(join) = explanation.joins.iter().find(|join| join.entry == key) {
        out::line(format!(
            "    {}: as {}, \"{}\": {}",
            join.rung,
            join.publisher,
            out::cut(&join.title, 90),
            join.found
        ))?;
        for stretch in &join.matched {
            out::line(format!("      both: \"{stretch}\""))?;
        }
        return Ok(());
    }
    let member = explanation.piece.members.iter().find(|member| member.entry.as_str() == key);
    let member = member.map(|m| format!("{}: {}", m.rung, describe_reason(m.join.as_ref())));
    out::line(format!("    {}", member.unwrap_or_default()))
}

fn describe_reason<T: ToString>(reason: Option<&T>) -> String {
    reason.map(ToString::to_string).unwrap_or_default()
}

fn facets(explanation: &Explanation) -> std::io::Result<()> {
    let facets = &explanation.piece.facets;
    let evidence = |found: &[Evidence]| {
        let each = found.iter().map(|e| {
            // What has neither place nor points is no quotation, but said of the piece.
            let offset = e.sign.offset();
            if offset.is_none() && e.points == 0.0 {
                return e.sign.to_string();
            }
            let word = offset.map(|offset| format!(", word {}", offset + 1)).unwrap_or_default();
            format!("\"{}\" in {}{word} ({})", e.sign, e.sign.place(), e.points)
        });
        each.collect::<Vec<_>>().join("; ")
    };
    out::line("\nWhat it is")?;
    for hit in &facets.topics {
        out::line(format!("  topic {} ({} points): {}", hit.topic, hit.score, evidence(&hit.why)))?;
    }
    if let Some(genre) = &facets.genre {
        out::line(format!("  genre {genre}: {}", evidence(&facets.genre_why)))?;
    }
    out::line(format!("  issuer {}: {}", facets.issuer, describe_reason(facets.issuer_why.as_ref())))?;
    let grounds = facets.grounds.iter().filter(|ground| ground.facet != GroundOf::Issuer);
    for ground in grounds {
        out::line(format!("  {} {}: {}", ground.facet, ground.value, evidence(&ground.why)))?;
    }
    if facets.grounds.is_empty() {
        // Judged by an earlier version, which kept no evidence of these.
        let language = facets.language.as_ref().map_or("unknown", |language| language.as_str());
        out::line(format!("  language {language}; organisations: {}", facets.organisations.join(", ")))?;
    }
    Ok(())
}
