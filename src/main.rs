//! The `plenary` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    plenary::app::bound_allocator();
    plenary::cli::run()
}
