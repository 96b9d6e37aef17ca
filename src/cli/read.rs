//! `parse` and `sanitise`: the reading half, one input or many.

use super::{Ended, Failure, Outcome, SetupArgs, StartErrorExt as _, out};
use crate::app::App;
use clap::Args;
use plenary_ingest::read::{self, Input};
use plenary_ingest::sanitise;
use plenary_model::entry::Feed;
use serde::Serialize;
use serde_json::json;
use std::io::{self, BufRead as _, BufWriter, Read as _, Write as _};
use std::path::Path;

/// What is held back of an answer before it is written, in bytes.
const ANSWER_BUFFER_BYTES: usize = 64 * 1024;

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
    /// True when the document stands in the database.
    pub(super) fn is_replay(&self) -> bool {
        self.replay.is_some()
    }

    /// Reads the document that is kept of a source.
    pub(super) async fn replay(self) -> Outcome {
        let source = self.replay.unwrap_or_default();
        let app = App::look(&self.setup.setup()).await?;
        let Some(kept) = app.replay(&source).await? else {
            out::error(&format!("no document of \"{source}\" is kept: the reader never failed on one"));
            return Ok(Ended::WithFailures);
        };
        out::note(format!("{source}, {}: {}", out::time(Some(kept.at)), kept.cause));
        if self.raw {
            io::stdout().lock().write_all(&kept.body)?;
            return Ok(Ended::Well);
        }
        printed(&source, &kept.body, self.content_type.as_deref(), self.base.as_deref())
    }

    pub(super) fn run(self) -> Outcome {
        if self.batch {
            return batch(|line| {
                let mut fields = line.split('\t');
                let path = fields.next().unwrap_or_default();
                let mut optional = || fields.next().filter(|field| !field.is_empty());
                let (content_type, base) = (optional(), optional());
                let body = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
                parsed(&body, content_type, base)
            });
        }
        let file = self.file.unwrap_or_default();
        let body = bytes(&file)?;
        printed(&file, &body, self.content_type.as_deref(), self.base.as_deref())
    }
}

fn printed(name: &str, body: &[u8], content_type: Option<&str>, base: Option<&str>) -> Outcome {
    match parsed(body, content_type, base) {
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

fn parsed(body: &[u8], content_type: Option<&str>, base: Option<&str>) -> Result<Feed, String> {
    let input = Input { body, content_type, base, language: None };
    let document = read::document(&input).map_err(|error| error.cause().to_string())?;
    Ok(document.for_print())
}

/// Clean an HTML fragment as it would be stored.
#[derive(Debug, Args)]
pub(super) struct Sanitise {
    /// The fragment; - for standard input
    #[arg(value_name = "FILE", required_unless_present = "batch")]
    file: Option<String>,
    /// One JSON string a line on standard input, one JSON string out for each
    #[arg(long, conflicts_with = "file")]
    batch: bool,
}

impl Sanitise {
    pub(super) fn run(self) -> Outcome {
        if self.batch {
            return batch(|line| {
                let fragment: String =
                    serde_json::from_str(line).map_err(|error| format!("not a JSON string: {error}"))?;
                Ok(sanitise::html(&fragment, None))
            });
        }
        let body = bytes(&self.file.unwrap_or_default())?;
        out::line(sanitise::html(&String::from_utf8_lossy(&body), None))?;
        Ok(Ended::Well)
    }
}

fn bytes(file: &str) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    if file == "-" {
        io::stdin().lock().read_to_end(&mut body)?;
    } else {
        body = std::fs::read(Path::new(file)).not_started(file)?;
    }
    Ok(body)
}

/// Answers each line of standard input with a line, flushed at once; a refusal is `{"error":…}`.
fn batch<T: Serialize>(answer: impl Fn(&str) -> Result<T, String>) -> Outcome {
    // An answer is many small pieces, and standard output looks for newlines in each.
    let mut output = BufWriter::with_capacity(ANSWER_BUFFER_BYTES, io::stdout().lock());
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    let mut ended = Ended::Well;
    while input.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        match answer(text.trim_end_matches(['\n', '\r'])) {
            Ok(answered) => serde_json::to_writer(&mut output, &answered).map_err(io::Error::from)?,
            Err(message) => {
                ended = Ended::WithFailures;
                serde_json::to_writer(&mut output, &json!({ "error": message })).map_err(io::Error::from)?;
            }
        }
        output.write_all(b"\n")?;
        output.flush()?;
        line.clear();
    }
    Ok(ended)
}
