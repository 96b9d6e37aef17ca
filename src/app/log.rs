//! The process-wide log, on standard error.

use std::io::IsTerminal as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How the targets of all crates of this program begin.
const OURS: &str = "plenary";
/// What others may log when a level is asked for without naming them: below it the HTML parser writes down every text
/// that it reads, and the database every migration.
const OTHERS_AT_MOST: &str = "info";

/// What warns at each node of a document: 1.9 million lines for a body of 21 kB. Whoever names them hears them.
const QUIET: &str = "html5ever=error,markup5ever=error,xml5ever=error";

/// Says which lines are written, as `target=level` with commas between.
const DIRECTIVES: &str = "RUST_LOG";

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines: an object a line.
    Json,
}

/// Installs the log. `RUST_LOG` decides what is written, else `default`. Does nothing when a log is installed.
pub fn install(default: &str, format: LogFormat) {
    let asked = std::env::var(DIRECTIVES).ok();
    let parse = |directives: &str| format!("{QUIET},{directives}").parse::<Targets>();
    let filter = asked.and_then(|asked| parse(&spare_others(&asked)).ok()).or_else(|| parse(default).ok());
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = tracing_subscriber::registry().with(filter);
    // Tests start several servers in one process; the first log stays.
    let _already_installed = match format {
        LogFormat::Text => log.with(lines.with_ansi(std::io::stderr().is_terminal()).with_target(false)).try_init(),
        LogFormat::Json => log.with(lines.json().flatten_event(true)).try_init(),
    };
}

/// Directives in which a bare `debug` or `trace` is meant of this program alone. What names a target stays as it is:
/// `debug,hyper=trace` shows what hyper says.
fn spare_others(directives: &str) -> String {
    let spared = directives.split(',').map(str::trim).map(|directive| match directive.to_ascii_lowercase().as_str() {
        level @ ("debug" | "trace") => format!("{OTHERS_AT_MOST},{OURS}={level}"),
        // The numbers that stand for the two.
        "4" => format!("{OTHERS_AT_MOST},{OURS}=debug"),
        "5" => format!("{OTHERS_AT_MOST},{OURS}=trace"),
        _ => directive.to_owned(),
    });
    spared.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::spare_others;

    #[test]
    fn a_bare_level_is_meant_of_this_program() {
        for (asked, meant) in [
            ("debug", "info,plenary=debug"),
            (" TRACE ", "info,plenary=trace"),
            ("5", "info,plenary=trace"),
            ("warn", "warn"),
            ("debug, hyper=trace", "info,plenary=debug,hyper=trace"),
            ("html5ever=debug", "html5ever=debug"),
            ("plenary_fetch=debug,error", "plenary_fetch=debug,error"),
        ] {
            assert_eq!(spare_others(asked), meant, "{asked}");
        }
    }
}
