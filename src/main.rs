//! The `plenary` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    plenary::cli::run()
}
