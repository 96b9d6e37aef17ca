//! `status`: health in words.

use super::args::{JsonArg, SetupArgs};
use super::out;
use super::outcome::{Ended, Outcome};
use crate::app::{App, Checked, DatabaseState, DiskState, LearnedState, ModelLine, Status};
use clap::Args;
use plenary_model::learned::Learning;
use plenary_model::poll::Outcome as PollOutcome;

/// Print the health of sources and worker.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    setup: SetupArgs,
    #[command(flatten)]
    json: JsonArg,
}

impl StatusArgs {
    pub(super) async fn run(self) -> Outcome {
        let app = App::open_to_read(&self.setup.setup()).await?;
        let status = app.status().await?;
        if self.json.json {
            out::json(&status)?;
        } else {
            print(&status)?;
        }
        Ok(Ended::Well)
    }
}

fn print(status: &Status) -> std::io::Result<()> {
    let totals = &status.totals;
    out::line(format!(
        "{}, {}, {}, {}",
        out::count(totals.sources, "source", "sources"),
        out::count(totals.entries, "entry", "entries"),
        out::count(totals.pieces, "piece", "pieces"),
        out::count(totals.works, "work", "works"),
    ))?;
    print_database(&status.database)?;
    let failing = status.sources.iter().filter(|source| source.outcome == Some(PollOutcome::Failed)).count();
    let worker = &status.worker;
    out::line(format!("last poll {}; {failing} failing; {} need a human", out::time(worker.last_poll), worker.review))?;
    print_disk(&status.disk)?;
    if let Some(problem) = &worker.policy_problem {
        out::line(format!("the policy file is broken, the former policy is in force:\n{problem}"))?;
    }
    if let Some(waiting) = &worker.policy_waiting {
        out::line(format!(
            "a change of policy waits for staff: {}",
            plenary_model::reason::sentences(&waiting.reasons).join("; ")
        ))?;
    }
    if let Some(hub) = &status.push.hub {
        let subscribers = out::count(hub.subscribers, "subscriber", "subscribers");
        out::line(format!("hub: {subscribers}, {} to be verified, {} failing", hub.pending, hub.failing))?;
    }
    out::calendars(&status.calendars)?;
    for event in &status.disputed {
        out::line(format!("event {}: {}, dated differently:", event.id, event.title))?;
        for choice in event.list_choices() {
            out::line(format!("  {choice}"))?;
        }
    }
    for line in &status.push.subscriptions {
        let signatures = match line.bad_signatures {
            0 => String::new(),
            ignored => format!("; {} ignored: bad signature", out::count(ignored as usize, "document", "documents")),
        };
        out::line(format!(
            "push from {}: {}, until {}, last push {}{signatures}",
            line.source,
            if line.note.is_empty() { "to be asked" } else { &line.note },
            out::time(line.lease_until),
            out::time(line.pushed_at)
        ))?;
    }
    out::line("")?;
    let row = |source: &crate::app::SourceLine| {
        vec![
            source.id.to_string(),
            source.entries.to_string(),
            source.shown.to_string(),
            out::time(source.succeeded_at),
            out::time(source.next_at),
            source.words.clone(),
        ]
    };
    out::table(&["source", "entries", "shown", "last success", "next poll", "state"], status.sources.iter().map(row))?;
    out::line("")?;
    for section in &status.sections {
        out::line(format!("section {}: {} shown, {} waiting", section.section, section.shown, section.pending))?;
    }
    print_learned(&status.learned)
}

fn print_database(database: &DatabaseState) -> std::io::Result<()> {
    let how = match database.checked {
        Checked::Whole => "whole",
        Checked::Quick => "whole at a quick look; `plenary backup` looks closely",
    };
    out::line(format!(
        "{}: {} bytes, {how}; {} as they were stored",
        database.path.display(),
        database.bytes,
        out::count(database.documents, "document", "documents")
    ))
}

fn print_disk(disk: &DiskState) -> std::io::Result<()> {
    let room = &disk.room;
    let free = if room.is_given_back { "free" } else { "free, which is used again and not given back" };
    out::line(format!("database {}, {} of it {free}; log {}", size(room.file), size(room.free), size(room.log)))?;
    if let Some(removed) = &disk.last_removed {
        out::line(format!(
            "retention, last {}: {} left sections, the texts of {} were dropped ({}), {} ended",
            out::time(removed.at),
            out::count(removed.expired, "piece", "pieces"),
            out::count(removed.dropped, "piece", "pieces"),
            size(removed.bytes),
            out::count(removed.archives, "archive document", "archive documents"),
        ))?;
    }
    if let Some(full) = &disk.full {
        out::line(format!("nothing is fetched: {full}"))?;
    }
    Ok(())
}

/// A size in megabytes, with one digit after the point.
fn size(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100_000);
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

fn print_learned(state: &LearnedState) -> std::io::Result<()> {
    let may = match state.policy {
        Learning::Off => return out::line("\nlearning from decisions is off (learned = \"off\")"),
        Learning::Suggest => "models suggest, rules place",
        Learning::Publish => "models in use place what comes in",
    };
    if state.decision == 0 {
        return out::line(format!("\nlearning from decisions: nothing yet; {may}"));
    }
    let old = if state.current { "" } else { "; the policy changed since, the next pass learns anew" };
    out::line(format!(
        "\nlearned from {}, up to decision {}; {may}{old}; F1 on decisions held back:",
        out::count(state.lessons, "decided piece", "decided pieces"),
        state.decision
    ))?;
    let row = |model: &ModelLine| {
        vec![
            model.section.to_string(),
            model.decisions.to_string(),
            model.belonging.to_string(),
            format!("{:.3}", model.rules_f1),
            format!("{:.3}", model.model_f1),
            if model.on { "on" } else { "off" }.to_owned(),
            model.why.clone(),
        ]
    };
    out::table(&["section", "decisions", "belong", "rule", "model", "", "why"], state.sections.iter().map(row))
}
