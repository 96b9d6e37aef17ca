//! The commands, and what runs them.

use super::outcome::{Ended, Failure, Outcome};
use super::{
    backup, categorise, check, decide, dedup, diff, explain, inspect, opml, out, parse, poll, publish, review,
    sanitise, serve, status,
};
use crate::app;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Exit code when the work was done, but with failures that are listed.
const DONE_WITH_FAILURES: u8 = 1;
/// The log of `poll` without `RUST_LOG`: its table names each failed source and calendar already.
const LOG_OF_POLL: &str = "warn,plenary::worker::poll=error,plenary::worker::calendar=error";
/// Exit code when the work could not begin.
const NOT_STARTED: u8 = 2;

/// A curated feed aggregator for a network of organisations.
///
/// Polls member and partner feeds, recognises the same piece from several publishers, sorts pieces
/// into sections with reasons, and republishes each section as a feed and a page.
///
/// Try it:   plenary demo
/// For real: plenary check && plenary serve
#[derive(Debug, Parser)]
#[command(name = "plenary", version, verbatim_doc_comment, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run worker and web server until stopped
    Serve(serve::Serve),
    /// Show the whole product on a bundled sample network, without the internet
    Demo(serve::DemoArgs),
    /// Poll the sources that are due, once, and publish what changed
    Poll(poll::Poll),
    /// Write every feed, page and calendar as static files
    Publish(publish::Publish),
    /// Find every problem of the policy file
    Check(check::Check),
    /// Tell a publisher how a feed would fare here
    Inspect(inspect::Inspect),
    /// Read one feed document and print it as JSON
    Parse(parse::Parse),
    /// Clean an HTML fragment as it would be stored
    Sanitise(sanitise::Sanitise),
    /// Recognise the same piece among entries on standard input (JSON lines)
    Dedup(dedup::Dedup),
    /// Sort entries on standard input (JSON lines) into sections
    Categorise(categorise::Categorise),
    /// Print every decision about a stored piece, with its evidence
    Explain(explain::Explain),
    /// Show what another policy would do to everything that is stored
    Diff(diff::Diff),
    /// List what needs a human, most useful first
    Review(review::Review),
    /// Record a decision of staff
    Decide(decide::Decide),
    /// Exchange lists of feeds with other programs
    Opml(opml::Opml),
    /// Write a verified copy of the database while it is in use
    Backup(backup::Backup),
    /// Put a verified backup in the place of the database
    Restore(backup::Restore),
    /// Print the health of sources and worker
    Status(status::StatusArgs),
}

pub fn run() -> ExitCode {
    let cli = Cli::parse();
    app::install_log(match cli.command {
        Command::Serve(_) | Command::Demo(_) => "info",
        Command::Poll(_) => LOG_OF_POLL,
        _ => "warn",
    });
    match dispatch(cli.command) {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::WithFailures) => ExitCode::from(DONE_WITH_FAILURES),
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure @ Failure::Start(_)) => {
            out::error(&failure);
            ExitCode::from(NOT_STARTED)
        }
        Err(failure) => {
            out::error(&failure);
            ExitCode::from(DONE_WITH_FAILURES)
        }
    }
}

fn dispatch(command: Command) -> Outcome {
    match command {
        Command::Check(args) => args.run(),
        Command::Parse(args) if !args.is_replay() => args.run(),
        Command::Sanitise(args) => args.run(),
        Command::Dedup(args) => args.run(),
        Command::Categorise(args) => args.run(),
        Command::Opml(args) => args.run(),
        other => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(work(other))
        }
    }
}

async fn work(command: Command) -> Outcome {
    match command {
        Command::Serve(args) => args.run().await,
        Command::Demo(args) => args.run().await,
        Command::Poll(args) => args.run().await,
        Command::Publish(args) => args.run().await,
        Command::Inspect(args) => args.run().await,
        Command::Explain(args) => args.run().await,
        Command::Diff(args) => args.run().await,
        Command::Review(args) => args.run().await,
        Command::Decide(args) => args.run().await,
        Command::Backup(args) => args.run().await,
        Command::Restore(args) => args.run().await,
        Command::Status(args) => args.run().await,
        Command::Parse(args) => args.replay().await,
        Command::Check(_) | Command::Sanitise(_) | Command::Dedup(_) | Command::Categorise(_) | Command::Opml(_) => {
            Ok(Ended::Well)
        }
    }
}
