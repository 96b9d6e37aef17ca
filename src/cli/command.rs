//! The commands, and what runs them.

use super::outcome::{Ended, Failure, Outcome};
use super::{
    backup, categorise, check, decide, dedup, diff, explain, health, inspect, manual, opml, out, parse, poll, publish,
    review, sanitise, serve, status, train,
};
use crate::app;
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
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
    /// How the log is written, on standard error
    #[arg(long, global = true, env = "PLENARY_LOG_FORMAT", value_enum, default_value_t, value_name = "FORMAT")]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

// What each command says of itself stands with its arguments: a line here would hide it from `--help`.
#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Demo(serve::DemoArgs),
    Poll(poll::Poll),
    Publish(publish::Publish),
    Check(check::Check),
    Inspect(inspect::Inspect),
    Parse(parse::Parse),
    Sanitise(sanitise::Sanitise),
    Dedup(dedup::Dedup),
    Categorise(categorise::Categorise),
    Explain(explain::Explain),
    Diff(diff::Diff),
    Review(review::Review),
    Decide(decide::Decide),
    #[command(hide = true)]
    Train(train::Train),
    Opml(opml::Opml),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Status(status::StatusArgs),
    Health(health::Health),
    Manual(manual::Manual),
    Completions(manual::Completions),
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LogFormat {
    /// Lines for people
    #[default]
    Text,
    /// An object a line, for machines
    Json,
}

pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let directives = match cli.command {
        Command::Serve(_) | Command::Demo(_) => "info",
        Command::Poll(_) => LOG_OF_POLL,
        _ => "warn",
    };
    let format = match cli.log_format {
        LogFormat::Text => app::LogFormat::Text,
        LogFormat::Json => app::LogFormat::Json,
    };
    app::install_log(directives, format);
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
        Command::Train(args) => args.run(),
        Command::Opml(args) => args.run(),
        Command::Manual(args) => args.run(Cli::command()),
        Command::Completions(args) => args.run(Cli::command()),
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
        Command::Health(args) => args.run().await,
        Command::Parse(args) => args.replay().await,
        Command::Check(_)
        | Command::Sanitise(_)
        | Command::Dedup(_)
        | Command::Categorise(_)
        | Command::Train(_)
        | Command::Opml(_)
        | Command::Manual(_)
        | Command::Completions(_) => Ok(Ended::Well),
    }
}
