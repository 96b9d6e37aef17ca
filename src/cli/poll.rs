//! `poll`: one pass, with progress and a table of outcomes.

use super::args::{JsonArg, SetupArgs};
use super::out;
use super::outcome::{Ended, Outcome};
use crate::app::{App, PassReport, Poller, Progress, SourceReport, StartError, Which};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use plenary_model::id::SourceId;
use plenary_model::poll::{Cause, Outcome as PollOutcome};
use std::time::Duration;

/// Poll the sources and calendars that are due, once, and publish what changed.
///
/// Exit code 1 when a source failed; the table names the cause of each. Beside a running server its worker polls, and
/// its report is shown.
#[derive(Debug, Args)]
pub(super) struct Poll {
    #[command(flatten)]
    setup: SetupArgs,
    #[command(flatten)]
    json: JsonArg,
    /// All sources and calendars, whether due or not; what hosts asked for is still respected
    #[arg(long, conflicts_with = "source")]
    all: bool,
    /// This source, whether due or not; may be repeated
    #[arg(long, value_name = "ID")]
    source: Vec<String>,
}

impl Poll {
    pub(super) async fn run(self) -> Outcome {
        let setup = self.setup.setup();
        let poller = Poller::choose(&setup)?;
        let app = App::open(&setup).await?;
        let ids: Vec<SourceId> = self.source.iter().map(|id| SourceId::from(id.as_str())).collect();
        if let Some(unknown) = app.unknown_sources(&ids).first() {
            let known: Vec<String> = app.policy().sources.iter().map(|source| source.id.0.clone()).collect();
            let message = anyhow::anyhow!("there is no source \"{unknown}\": there are {}", known.join(", "));
            return Err(StartError::Other(message).into());
        }
        let which = match (self.all, ids.is_empty()) {
            (true, _) => Which::All,
            (false, true) => Which::Due,
            (false, false) => Which::Sources(ids),
        };
        // Drawn on standard error, and only when that is a terminal.
        let bar = ProgressBar::no_length().with_style(
            ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.enable_steady_tick(Duration::from_millis(200));
        if matches!(poller, Poller::Other) {
            bar.set_message("asked the worker that runs already, and wait for its report");
        }
        let report = app.poll(poller, &setup, &which, &|progress| advance(&bar, &progress)).await;
        bar.finish_and_clear();
        let report = report?;
        let failed = report.sources.iter().any(|source| source.outcome == PollOutcome::Failed)
            || report.calendars.iter().any(|calendar| calendar.failures > 0);
        if self.json.json {
            out::json(&report)?;
        } else {
            print(&report)?;
        }
        app.close().await?;
        Ok(if failed { Ended::WithFailures } else { Ended::Well })
    }
}

fn advance(bar: &ProgressBar, progress: &Progress) {
    match progress {
        Progress::Started { total } => bar.set_length(*total as u64),
        Progress::Polling { source } => bar.set_message(source.to_string()),
        Progress::Done { report } => {
            bar.inc(1);
            bar.set_message(format!("{}: {}", report.id, words(report)));
        }
    }
}

fn words(source: &SourceReport) -> String {
    Cause::new(source.cause, source.detail.clone()).to_string()
}

fn print(report: &PassReport) -> std::io::Result<()> {
    out::calendars(&report.calendars)?;
    if report.sources.is_empty() {
        return out::line("No source is due. `plenary poll --all` polls all of them now.");
    }
    let row = |source: &SourceReport| {
        vec![
            source.id.to_string(),
            source.outcome.as_str().to_owned(),
            source.new.to_string(),
            source.changed.to_string(),
            source.seen.to_string(),
            words(source),
        ]
    };
    out::table(&["source", "outcome", "new", "changed", "seen", "cause"], report.sources.iter().map(row))?;
    let totals = &report.totals;
    out::line(format!(
        "{}: {} updated, {} unchanged, {} deferred, {} failed; {} new, {} changed in {} ms",
        out::count(totals.sources, "source", "sources"),
        totals.updated,
        totals.unchanged,
        totals.deferred,
        totals.failed,
        totals.new,
        totals.changed,
        totals.duration_ms,
    ))
}
