//! Polling: whole processes of `plenary poll --all` over 1,000 feeds of 20 entries on loopback, cold
//! (an empty database) and warm (nothing changed). `cargo bench --bench poll [FEEDS]`.
//!
//! The origin is in this process, so its work is not in the figures of the child. CPU seconds and
//! peak memory are read from `/proc`: Linux only.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with four digits")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Feeds when the command line does not say.
const FEEDS: usize = 1_000;
/// Entries in each.
const ENTRIES: usize = 20;
/// Words in an entry.
const WORDS_IN_ENTRY: usize = 120;
/// How often the child's memory is looked at.
const SAMPLE: Duration = Duration::from_millis(5);
/// Ticks in a second of CPU time in `/proc`: fixed for programs on Linux, whatever the kernel's own.
const TICKS_PER_SECOND: f64 = 100.0;
const WORDS: [&str; 32] = [
    "children",
    "rights",
    "school",
    "committee",
    "statement",
    "access",
    "health",
    "justice",
    "violence",
    "community",
    "education",
    "family",
    "support",
    "session",
    "report",
    "protection",
    "pandemic",
    "measures",
    "states",
    "services",
    "young",
    "people",
    "digital",
    "care",
    "coronavirus",
    "learning",
    "poverty",
    "climate",
    "girls",
    "boys",
    "water",
    "food",
];

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

/// An HTTP/1.1 server of feeds that never change, with entity tags.
struct Origin {
    address: SocketAddr,
    bytes: usize,
    requests: Arc<AtomicUsize>,
    not_modified: Arc<AtomicUsize>,
}

impl Origin {
    fn start(feeds: usize) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let documents: Arc<Vec<String>> = Arc::new((0..feeds).map(document).collect());
        let bytes = documents.iter().map(String::len).sum();
        let (requests, not_modified) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counters = (Arc::clone(&requests), Arc::clone(&not_modified));
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (documents, counters) = (Arc::clone(&documents), counters.clone());
                thread::spawn(move || answer(&connection, &documents, &counters.0, &counters.1));
            }
        });
        Ok(Self { address, bytes, requests, not_modified })
    }

    fn counts(&self) -> (usize, usize) {
        (self.requests.load(Ordering::SeqCst), self.not_modified.load(Ordering::SeqCst))
    }
}

/// Answers the requests of one connection until it is closed.
fn answer(
    connection: &TcpStream,
    documents: &[String],
    requests: &AtomicUsize,
    not_modified: &AtomicUsize,
) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let (mut reader, mut writer) = (BufReader::new(connection), connection);
    loop {
        let mut request = String::new();
        if reader.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut conditional = None;
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("if-none-match")
            {
                conditional = Some(value.trim().to_owned());
            }
        }
        requests.fetch_add(1, Ordering::SeqCst);
        let number =
            request.split_whitespace().nth(1).and_then(|path| path.trim_start_matches('/').parse::<usize>().ok());
        let tag = number.map(|number| format!("\"{number}\""));
        let response = match number.and_then(|number| documents.get(number)) {
            None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
            Some(_) if conditional.is_some() && conditional == tag => {
                not_modified.fetch_add(1, Ordering::SeqCst);
                format!("HTTP/1.1 304 Not Modified\r\nETag: {}\r\n\r\n", tag.unwrap_or_default())
            }
            Some(body) => format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: {}\r\nContent-Length: {}\r\n\r\n{body}",
                tag.unwrap_or_default(),
                body.len()
            ),
        };
        writer.write_all(response.as_bytes())?;
    }
}

/// A feed. Every tenth entry is the same in ten feeds, as syndicated statements are.
fn document(feed: usize) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Source {feed}</title>\
         <link>https://source-{feed}.example.org/</link><description>News</description>"
    );
    for entry in 0..ENTRIES {
        let shared = entry % 10 == 9;
        let seed = if shared { (feed / 10) * ENTRIES + entry + 1_000_000 } else { feed * ENTRIES + entry };
        let _ = write!(
            xml,
            "<item><title>{}</title><link>https://source-{feed}.example.org/{entry}</link><guid>https://source-{feed}.example.org/{entry}</guid>\
             <pubDate>{:02} Jun 2021 10:00:00 GMT</pubDate><description>&lt;p&gt;{}&lt;/p&gt;</description></item>",
            words(seed, 9),
            entry + 1,
            words(seed + 7, WORDS_IN_ENTRY),
        );
    }
    xml.push_str("</channel></rss>");
    xml
}

/// Words in an order of their own for each seed.
fn words(seed: usize, count: usize) -> String {
    let mut state = seed as u64 ^ 0x9e37_79b9_7f4a_7c15;
    let mut next = || {
        // Steele and Vigna's SplitMix64: two lines, and no two seeds run alike.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let word = |random: u64| WORDS[usize::try_from(random % WORDS.len() as u64).unwrap_or_default()];
    (0..count).map(|_| word(next())).collect::<Vec<_>>().join(" ")
}
