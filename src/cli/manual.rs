//! `manual` and `completions`: what other programs show of this one.

use super::out;
use super::outcome::{Ended, Outcome, StartErrorExt as _};
use clap::{Args, Command};
use clap_complete::Shell;
use std::path::PathBuf;

/// Write the manual pages, one a command.
///
/// Packages put them where `man plenary` finds them, such as /usr/share/man/man1.
#[derive(Debug, Args)]
pub(super) struct Manual {
    /// The folder to write to; made when it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Print what a shell needs to complete commands and options.
///
/// For bash: plenary completions bash > /usr/share/bash-completion/completions/plenary
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Manual {
    pub(super) fn run(self, command: Command) -> Outcome {
        let what = format!("{} cannot be written", self.out.display());
        std::fs::create_dir_all(&self.out).not_started(&what)?;
        clap_mangen::generate_to(command.max_term_width(100), &self.out).not_started(&what)?;
        out::note(format!("the manual pages are in {}", self.out.display()));
        Ok(Ended::Well)
    }
}

impl Completions {
    pub(super) fn run(self, mut command: Command) -> Outcome {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut command, "plenary", &mut text);
        out::line(String::from_utf8_lossy(&text).trim_end())?;
        Ok(Ended::Well)
    }
}
