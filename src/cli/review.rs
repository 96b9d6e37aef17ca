//! `review`: what needs a human, and what was rejected.

use super::args::{JsonArg, SetupArgs};
use super::out;
use super::outcome::{Ended, Outcome};
use crate::app::{App, Rejected};
use clap::Args;
use plenary_model::id::SectionSlug;
use plenary_model::reason::sentences;
use plenary_model::review::{ReviewItem, ReviewKind};
use plenary_model::view::DoubtLine;

/// List what needs a human, most useful first.
///
/// "pending" waits because of its source. "suggested" is what a model learned from decisions would place
/// and no rule does; "doubted" is shown, and the model would not place it. The score, 0 to 1, orders
/// these three: how surely a decision changes what readers see. "event" is dated differently by its
/// sources, until you choose one or say its dates yourself. "language" stands for all texts of a source in
/// a language of which the policy has no terms: one decision is for them all.
///
/// With --rejected: the pieces that readers see nowhere and that wait for nobody, newest first, with the
/// reasons; QUERY narrows them in the language of search, as in --rejected 'topic:education school', where
/// section:news asks for what was rejected from there.
#[derive(Debug, Args)]
pub(super) struct Review {
    #[command(flatten)]
    setup: SetupArgs,
    #[command(flatten)]
    json: JsonArg,
    /// At most so many
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
    /// Search what was rejected, by staff, by its source or by every rule
    #[arg(long, num_args = 0..=1, default_missing_value = "", value_name = "QUERY")]
    rejected: Option<String>,
}

impl Review {
    pub(super) async fn run(self) -> Outcome {
        let app = App::open_to_read(&self.setup.setup()).await?;
        if let Some(query) = &self.rejected {
            let pieces = app.list_rejected(query, self.limit).await?;
            if self.json.json {
                out::json(&pieces)?;
            } else {
                print_rejected(&pieces)?;
            }
            return Ok(Ended::Well);
        }
        let items = app.review(self.limit).await?;
        if self.json.json {
            out::json(&items)?;
            return Ok(Ended::Well);
        }
        if items.is_empty() {
            out::line("Nothing needs a human.")?;
            return Ok(Ended::Well);
        }
        let row = |item: &ReviewItem| {
            let sections: Vec<&str> = item.sections.iter().map(SectionSlug::as_str).collect();
            vec![
                item.kind.as_str().to_owned(),
                item.score.map_or_else(|| "-".to_owned(), |score| format!("{:.2}", f64::from(score) / 1_000.0)),
                item.id.clone(),
                out::cut(&item.title, 60),
                sections.join(", "),
                out::cut(&sentences(&item.reasons).join("; "), 90),
                out::time(Some(item.since)),
            ]
        };
        out::table(&["kind", "score", "id", "title", "sections", "why", "since"], items.iter().map(row))?;
        for pair in items.iter().filter_map(|item| item.pair.as_ref()) {
            out::line("")?;
            side_by_side(pair)?;
        }
        for event in items.iter().filter(|item| item.kind == ReviewKind::Event) {
            out::line(format!("\nevent {}: {}", event.id, event.title))?;
            for choice in &event.reasons {
                out::line(format!("  {choice}"))?;
            }
        }
        out::line("\nDecide with: plenary decide approve ID, reject ID, release ID, move ID --to SECTION, …")?;
        out::line("and of a pair: plenary decide merge ID ID, apart ID ID, version ID ID")?;
        Ok(Ended::Well)
    }
}

fn print_rejected(pieces: &[Rejected]) -> std::io::Result<()> {
    if pieces.is_empty() {
        return out::line("Nothing that was rejected answers to that.");
    }
    let row = |piece: &Rejected| {
        // What most sections say comes first.
        let mut why: Vec<(String, Vec<&str>)> = Vec::new();
        for (section, reason) in piece.why.iter().map(|(section, why)| (section, why.to_string())) {
            match why.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, sections)) => sections.push(section),
                None => why.push((reason, vec![section])),
            }
        }
        why.sort_by_key(|(_, sections)| std::cmp::Reverse(sections.len()));
        let why: Vec<String> = why.iter().map(|(why, sections)| format!("{}: {why}", sections.join(", "))).collect();
        vec![
            piece.id.clone(),
            out::time(Some(piece.dated)),
            piece.source.clone(),
            out::cut(&piece.title, 60),
            piece.by.to_owned(),
            out::cut(&why.join("; "), 120),
        ]
    };
    out::table(&["id", "dated", "source", "title", "by", "why"], pieces.iter().map(row))?;
    out::line("\nAll reasons: plenary explain ID. Show one with: plenary decide add ID --section SECTION")
}

pub(super) fn side_by_side(pair: &DoubtLine) -> std::io::Result<()> {
    out::line(format!("{} ({} of 1000, {}): {}", pair.kind.as_str(), pair.score, pair.rung, pair.found))?;
    for side in [&pair.one, &pair.other] {
        let language = side.language.as_deref().unwrap_or("?");
        let dated = out::time(Some(side.dated));
        out::line(format!("  {}  {dated}  {}  {language}  {}", side.piece, side.publisher, out::cut(&side.title, 90)))?;
        if let Some(link) = &side.link {
            out::line(format!("    {link}"))?;
        }
    }
    for stretch in &pair.matched {
        out::line(format!("    both: \"{stretch}\""))?;
    }
    Ok(())
}
