//! `parse`: one feed document, or many, as JSON.

use super::args::SetupArgs;
use super::input::{answer_lines, read_bytes};
use super::out;
use super::outcome::{Ended, Outcome};
use crate::app::App;
use clap::Args;
use plenary_ingest::read::{self, Input};
use plenary_model::entry::Feed;
use plenary_model::system::name_refusal;
use std::io::{self, Write as _};

/// Read one feed document and print it as JSON.
#[derive(Debug, Args)]
pub(super) struct Parse {
    /// The document; - for standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["batch", "replay"])]
    file: Option<String>,
    /// Content-Type that it was served with
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Address that it was served from; relative links are resolved against it
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// PATH, CONTENT-TYPE and BASE, tabs between, a line on standard input; one JSON line out for each
    #[arg(long, conflicts_with_all = ["file", "content_type", "base"])]
    batch: bool,
    /// Read the last document of SOURCE on which the reader failed, which the database keeps
    #[arg(long, value_name = "SOURCE", conflicts_with_all = ["file", "batch"])]
    replay: Option<String>,
    /// With --replay: write that document as it came, byte for byte
    #[arg(long, requires = "replay")]
    raw: bool,
    #[command(flatten)]
    setup: SetupArgs,
}

impl Parse {
    pub(super) fn is_replay(&self) -> bool {
        self.replay.is_some()
    }

    pub(super) async fn replay(self) -> Outcome {
        let source = self.replay.unwrap_or_default();
        let app = App::open_to_read(&self.setup.setup()).await?;
        let Some(kept) = app.replay(&source).await? else {
            out::error(&format!("no document of \"{source}\" is kept: the reader never failed on one"));
            return Ok(Ended::WithFailures);
        };
        out::note(format!("{source}, {}: {}", out::time(Some(kept.at)), kept.cause));
        if self.raw {
            io::stdout().lock().write_all(&kept.body)?;
            return Ok(Ended::Well);
        }
        print_document(&source, &kept.body, self.content_type.as_deref(), self.base.as_deref())
    }

    pub(super) fn run(self) -> Outcome {
        if self.batch {
            return answer_lines(|line| {
                let mut fields = line.split('\t');
                let path = fields.next().unwrap_or_default();
                let mut optional = || fields.next().filter(|field| !field.is_empty());
                let (content_type, base) = (optional(), optional());
                let body = std::fs::read(path).map_err(|error| name_refusal(path, &error))?;
                parse_document(&body, content_type, base)
            });
        }
        let file = self.file.unwrap_or_default();
        let body = read_bytes(&file)?;
        print_document(&file, &body, self.content_type.as_deref(), self.base.as_deref())
    }
}

fn print_document(name: &str, body: &[u8], content_type: Option<&str>, base: Option<&str>) -> Outcome {
    match parse_document(body, content_type, base) {
        Ok(value) => {
            out::json(&value)?;
            Ok(Ended::Well)
        }
        Err(message) => {
            out::error(&format!("{name}: {message}"));
            Ok(Ended::WithFailures)
        }
    }
}

fn parse_document(body: &[u8], content_type: Option<&str>, base: Option<&str>) -> Result<Feed, String> {
    let input = Input { body, content_type, base, language: None };
    let document = read::document(&input).map_err(|error| error.cause().to_string())?;
    Ok(document.for_print())
}
