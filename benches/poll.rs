//! Polling: whole processes of `plenary poll --all` over 1,000 feeds of 20 entries on loopback, cold
//! (an empty database) and warm (nothing changed). `cargo bench --bench poll [FEEDS]`.
//!
//! The origin is in this process, so its work is not in the figures of the child. CPU seconds and
//! peak memory are read from `/proc`: Linux only.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with four digits")]

#[path = "origin.rs"]
mod origin;

use origin::{ENTRIES, Origin};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Feeds when the command line does not say.
const FEEDS: usize = 1_000;
/// How often the child's memory is looked at.
const SAMPLE: Duration = Duration::from_millis(5);
/// Ticks in a second of CPU time in `/proc`: fixed for programs on Linux, whatever the kernel's own.
const TICKS_PER_SECOND: f64 = 100.0;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let feeds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(FEEDS);
    let directory = tempfile::tempdir()?;
    let origin = Origin::start(feeds)?;
    let policy = directory.path().join("feeds.toml");
    fs::write(&policy, policy_text(feeds, origin.address))?;
    println!("{feeds} feeds of {ENTRIES} entries, {:.1} MB", origin.bytes as f64 / 1e6);
    println!(
        "{:>5} {:>8} {:>8} {:>8} {:>9} {:>9} {:>8} {:>8}",
        "run", "wall s", "CPU s", "RSS MB", "requests", "304s", "new", "failed"
    );
    for run in ["cold", "warm"] {
        let (before, not_modified) = origin.counts();
        let figures = poll(&policy, &directory.path().join("plenary.db"))?;
        let (after, not_modified_after) = origin.counts();
        println!(
            "{run:>5} {:>8.2} {:>8.2} {:>8.1} {:>9} {:>9} {:>8} {:>8}",
            figures.wall.as_secs_f64(),
            figures.cpu_seconds,
            figures.peak_kilobytes as f64 / 1e3,
            after - before,
            not_modified_after - not_modified,
            figures.new,
            figures.failed,
        );
    }
    Ok(())
}

/// What one process came to.
struct Figures {
    wall: Duration,
    cpu_seconds: f64,
    peak_kilobytes: u64,
    new: u64,
    failed: usize,
}

fn poll(policy: &Path, database: &Path) -> Result<Figures> {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_plenary"))
        .args(["poll", "--all", "--json", "--config"])
        .arg(policy)
        .arg("--db")
        .arg(database)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().ok_or("no output")?;
    let report = thread::spawn(move || io::read_to_string(stdout));
    let (cpu_seconds, peak_kilobytes) = watch(&child)?;
    let wall = start.elapsed();
    let status = child.wait()?;
    let report: serde_json::Value = serde_json::from_str(&report.join().map_err(|_| "the reader of the output died")??)
        .map_err(|error| format!("plenary poll ended with {status} and no report: {error}"))?;
    let sources = report["sources"].as_array().map(Vec::as_slice).unwrap_or_default();
    let failed = sources.iter().filter(|source| source["outcome"] == "failed").count();
    let new = sources.iter().filter_map(|source| source["new"].as_u64()).sum();
    Ok(Figures { wall, cpu_seconds, peak_kilobytes, new, failed })
}

/// Watches the child until it has ended, but is not yet waited for: then its CPU time is final. Its
/// peak memory only ever grows, so the last look before the end is the peak but for `SAMPLE`.
fn watch(child: &Child) -> Result<(f64, u64)> {
    let directory = format!("/proc/{}", child.id());
    let mut peak = 0;
    loop {
        let status = fs::read_to_string(format!("{directory}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(kilobytes) = line.and_then(|line| line.split_whitespace().next()?.parse().ok()) {
            peak = kilobytes;
        }
        let stat = fs::read_to_string(format!("{directory}/stat"))?;
        // The name in parentheses may contain spaces: fields are counted from after it (proc(5)).
        let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        if fields.first() == Some(&"Z") {
            let ticks =
                |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
            return Ok(((ticks(11) + ticks(12)) / TICKS_PER_SECOND, peak));
        }
        thread::sleep(SAMPLE);
    }
}

fn policy_text(feeds: usize, origin: SocketAddr) -> String {
    let mut text = format!(
        "[network]\nname = \"Bench\"\naddress = \"https://feeds.example.org\"\ncontact = \"webmaster@example.org\"\n\
         languages = [\"en\"]\n\n[polling]\nallow = [\"{origin}\"]\nconcurrency = 16\nper_host = 16\n"
    );
    for (id, rule) in [
        ("covid", "topic:covid-19 and topic:child-rights"),
        ("education", "topic:education"),
        ("child-rights", "topic:child-rights"),
    ] {
        let _ = write!(text, "\n[[section]]\nid = \"{id}\"\ntitle = {{ en = \"{id}\" }}\nwhere = \"{rule}\"\n");
    }
    for feed in 0..feeds {
        let _ = write!(
            text,
            "\n[[source]]\nid = \"source-{feed}\"\nname = \"Source {feed}\"\nfeed = \"http://{origin}/{feed}\"\n\
             standing = \"member\"\nlanguage = \"en\"\n"
        );
    }
    text
}
