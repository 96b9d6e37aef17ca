//! What commands read: a file, and standard input line by line.

use super::out;
use super::outcome::{Ended, Failure, Outcome, StartErrorExt as _};
use plenary_model::line::EntryLine;
use serde::Serialize;
use serde_json::json;
use std::io::{self, BufRead as _, BufWriter, Read as _, Write as _};
use std::path::Path;

/// What is held back of an answer before it is written, in bytes.
const ANSWER_BUFFER_BYTES: usize = 64 * 1024;
/// Bytes of standard input that are read at once.
const READ_BYTES: usize = 256 * 1024;

pub(super) fn read_bytes(file: &str) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    if file == "-" {
        io::stdin().lock().read_to_end(&mut body)?;
    } else {
        body = std::fs::read(Path::new(file)).not_started(file)?;
    }
    Ok(body)
}

/// Answers each line of standard input with a line, flushed at once; a refusal is `{"error":…}`.
pub(super) fn answer_lines<T: Serialize>(answer: impl Fn(&str) -> Result<T, String>) -> Outcome {
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

/// The entries on standard input. A line that cannot be read is named and left out.
pub(super) fn read_entries() -> Result<(Vec<EntryLine>, Ended), Failure> {
    parse_entries(io::BufReader::with_capacity(READ_BYTES, io::stdin().lock()))
}

fn parse_entries(mut input: impl io::BufRead) -> Result<(Vec<EntryLine>, Ended), Failure> {
    let mut found = Vec::new();
    let mut ended = Ended::Well;
    let (mut line, mut number) = (Vec::new(), 0);
    while input.read_until(b'\n', &mut line)? > 0 {
        number += 1;
        let read = match std::str::from_utf8(&line) {
            Ok(text) if text.trim().is_empty() => None,
            Ok(text) => Some(EntryLine::parse(text).map_err(|error| error.to_string())),
            Err(error) => Some(Err(format!("byte {} is not UTF-8: convert the file to it", error.valid_up_to() + 1))),
        };
        match read {
            Some(Ok(entry)) => found.push(entry),
            Some(Err(error)) => {
                out::error(&format!("line {number}: {error}"));
                ended = Ended::WithFailures;
            }
            None => {}
        }
        line.clear();
    }
    Ok((found, ended))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_line_does_not_sink_the_others() {
        let input = b"{\"id\":\"a\"}\n\n{\"id\":\"\xff\"}\n{}\n{\"id\":\"b\"}".as_slice();
        let (found, ended) = parse_entries(input).unwrap_or_else(|_| panic!("input of bytes is read"));
        assert_eq!(found.iter().map(|line| line.entry.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(matches!(ended, Ended::WithFailures));
    }
}
