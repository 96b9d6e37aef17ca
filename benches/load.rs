//! Load: the real program serves mixed reads at a steady rate while it polls feeds of which some change all the time.
//! `cargo bench --bench load -- [SECONDS] [RATE] [FEEDS] [PROGRAM]`; an hour is `3600 500 1000`.
//!
//! Requests begin when their time has come, whether the ones before are answered or not, and a latency counts from that
//! time. It fails when the 99th percentile, the errors or the growth of memory are over their goals. Linux only.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with four digits")]

#[path = "connection.rs"]
mod connection;
#[path = "origin.rs"]
mod origin;

use connection::{Answer, Connection, Result};
use origin::Origin;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What is done when the command line does not say.
const SECONDS: u64 = 60;
const RATE: u64 = 500;
const FEEDS: u64 = 1_000;
/// Goals.
const P99_MAX: Duration = Duration::from_millis(50);
const MEMORY_GROWTH_MAX: u64 = 32 << 10; // KB, from the first quarter to the last
/// Connections side by side: fewer than the server allows one address (64).
const CONNECTIONS: usize = 48;
/// Longest wait for the first pass over all feeds.
const FIRST_PASS_MAX: Duration = Duration::from_mins(10);
/// A feed gets an entry so often.
const NEWS_EVERY: Duration = Duration::from_secs(5);
const SAMPLES: u64 = 60;
/// Steps through the deck of kinds: no factor of its 21 cards, so that all come, and mixed.
const STRIDE: usize = 8;
/// Pieces that are asked in turn.
const PIECES: usize = 40;

/// Kinds of reads: name, addresses asked in turn, coding accepted, with the last entity tag or not, and how often among
/// all.
struct Kind {
    name: &'static str,
    paths: Vec<String>,
    coding: &'static str,
    is_conditional: bool,
    share: usize,
}

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse::<u64>().ok());
    let mut next = |default: u64| numbers.next().unwrap_or(default);
    let (seconds, rate, feeds) = (next(SECONDS).max(SAMPLES / 4), next(RATE).max(1), next(FEEDS));
    let program = arguments.iter().find(|argument| argument.contains('/'));
    let program = program.map_or(env!("CARGO_BIN_EXE_plenary"), String::as_str);
    let directory = tempfile::tempdir()?;
    let origin = Arc::new(Origin::start(usize::try_from(feeds)?)?);
    let site = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let child = start(program, directory.path(), &origin, site, feeds)?;
    wait_for_first_pass(&origin, site, feeds)?;
    let kinds = Arc::new(list_kinds(site)?);
    println!("{rate} requests a second for {seconds} s, {feeds} feeds polled every minute");
    let is_over = Arc::new(AtomicBool::new(false));
    let news = spawn_news(Arc::clone(&origin), Arc::clone(&is_over), feeds);
    let began = Instant::now() + Duration::from_millis(200);
    let turn = Arc::new(AtomicU64::new(0));
    let readers: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (kinds, turn) = (Arc::clone(&kinds), Arc::clone(&turn));
            thread::spawn(move || read(site, &kinds, &turn, began, seconds * rate, rate))
        })
        .collect();
    let memory = watch_memory(child.0.id(), began, seconds)?;
    let mut found: BTreeMap<usize, Found> = BTreeMap::new();
    for reader in readers {
        for (kind, one) in reader.join().map_err(|_| "a reader died")? {
            found.entry(kind).or_default().add(one);
        }
    }
    is_over.store(true, Ordering::SeqCst);
    news.join().map_err(|_| "the news died")?;
    report(&kinds, found, &memory, origin.counts())
}

fn start(program: &str, folder: &Path, origin: &Origin, site: SocketAddr, feeds: u64) -> Result<Program> {
    let mut policy = format!(
        "[network]\nname = \"Bench\"\naddress = \"http://{site}\"\ncontact = \"webmaster@example.org\"\n\
         languages = [\"en\", \"fr\", \"es\", \"ar\"]\n\n[polling]\nallow = [\"127.0.0.0/8:{}\"]\nschedule = \"* * * * *\"\n\
         \n[push]\nhub = false\nsubscribe = false\n",
        origin.address.port()
    );
    for (id, rule) in [("covid", "topic:covid-19"), ("education", "topic:education"), ("rest", "not topic:covid-19")] {
        let _ = write!(policy, "\n[[section]]\nid = \"{id}\"\ntitle = {{ en = \"{id}\" }}\nwhere = \"{rule}\"\n");
    }
    for feed in 0..feeds {
        let _ = write!(
            policy,
            "\n[[source]]\nid = \"source-{feed}\"\nname = \"Source {feed}\"\nfeed = \"{}\"\n\
             standing = \"member\"\nlanguage = \"en\"\n",
            origin.url_of(usize::try_from(feed).unwrap_or_default())
        );
    }
    let config = folder.join("feeds.toml");
    fs::write(&config, policy)?;
    let child = Command::new(program)
        .args(["serve", "--listen", &site.to_string(), "--config"])
        .arg(config)
        .arg("--db")
        .arg(folder.join("plenary.db"))
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    Ok(Program(child))
}

fn wait_for_first_pass(origin: &Origin, site: SocketAddr, feeds: u64) -> Result<()> {
    let began = Instant::now();
    while origin.counts().0 < usize::try_from(feeds)? {
        if began.elapsed() > FIRST_PASS_MAX {
            return Err(format!("only {} of {feeds} feeds were polled", origin.counts().0).into());
        }
        thread::sleep(Duration::from_millis(200));
    }
    // Until what came in is judged and published.
    while list_pieces(site)?.len() < PIECES {
        if began.elapsed() > FIRST_PASS_MAX {
            return Err("the pieces are not shown".into());
        }
        thread::sleep(Duration::from_secs(1));
    }
    println!("the first pass took {:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}

/// Addresses of pieces that the site links.
fn list_pieces(site: SocketAddr) -> Result<Vec<String>> {
    let mut pieces = Vec::new();
    for path in ["/sections/covid", "/sections/education", "/sections/rest"] {
        let answer = Connection::open(site)?.get(path, "identity", None)?;
        let page = String::from_utf8_lossy(&answer.body).into_owned();
        pieces.extend(
            page.split("href=\"/pieces/")
                .skip(1)
                .filter_map(|rest| rest.split_once('"').map(|(id, _)| format!("/pieces/{id}"))),
        );
    }
    pieces.sort_unstable();
    pieces.dedup();
    pieces.truncate(PIECES);
    Ok(pieces)
}

fn list_kinds(site: SocketAddr) -> Result<Vec<Kind>> {
    let owned = |paths: &[&str]| paths.iter().map(|&path| path.to_owned()).collect::<Vec<_>>();
    let feeds = owned(&["/all.atom", "/sections/covid.atom", "/sections/rest.rss", "/sections/education.json"]);
    let kind = |name, paths, coding, is_conditional, share| Kind { name, paths, coding, is_conditional, share };
    Ok(vec![
        kind("feeds, whole", feeds.clone(), "identity", false, 1),
        kind("feeds, gzip", feeds.clone(), "gzip", false, 3),
        kind("feeds, brotli", feeds.clone(), "br", false, 2),
        kind("feeds, with validator", feeds, "gzip", true, 6),
        kind("overview", owned(&["/"]), "gzip", false, 1),
        kind("sections", owned(&["/sections/covid", "/sections/rest", "/sections/education"]), "gzip", false, 2),
        kind("pieces", list_pieces(site)?, "br", false, 2),
        kind(
            "search",
            owned(&["/search?q=children", "/search?q=school+health", "/search?q=%22water%22"]),
            "gzip",
            false,
            1,
        ),
        kind("sources", owned(&["/sources", "/sources/source-1", "/sources/source-7"]), "gzip", false, 1),
        kind("calendar", owned(&["/calendar", "/calendar.ics"]), "gzip", false, 1),
        kind(
            "languages",
            owned(&["/fr/", "/es/sections/covid", "/ar/sections/rest", "/ar/calendar"]),
            "gzip",
            false,
            1,
        ),
    ])
}

fn spawn_news(origin: Arc<Origin>, is_over: Arc<AtomicBool>, feeds: u64) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut feed = 0;
        while !is_over.load(Ordering::SeqCst) {
            origin.renew(usize::try_from(feed % feeds).unwrap_or_default());
            feed += 7;
            thread::sleep(NEWS_EVERY);
        }
    })
}

/// What came of one kind of reads.
#[derive(Default)]
struct Found {
    took: Vec<Duration>,
    errors: Vec<String>,
}

impl Found {
    fn add(&mut self, other: Self) {
        self.took.extend(other.took);
        self.errors.extend(other.errors);
    }
}

/// Makes requests whose turn it is, on one connection, until all are made.
fn read(
    site: SocketAddr,
    kinds: &[Kind],
    turn: &AtomicU64,
    began: Instant,
    count: u64,
    rate: u64,
) -> BTreeMap<usize, Found> {
    let deck: Vec<usize> = kinds.iter().enumerate().flat_map(|(n, kind)| std::iter::repeat_n(n, kind.share)).collect();
    let (mut found, mut tags, mut connection) =
        (BTreeMap::<usize, Found>::new(), BTreeMap::<String, String>::new(), None);
    loop {
        let number = turn.fetch_add(1, Ordering::SeqCst);
        if number >= count {
            return found;
        }
        let at = began + Duration::from_secs_f64(number as f64 / rate as f64);
        thread::sleep(at.saturating_duration_since(Instant::now()));
        let place = usize::try_from(number).unwrap_or_default();
        let of_deck = deck[place * STRIDE % deck.len()];
        let kind = &kinds[of_deck];
        let path = &kind.paths[place / deck.len() % kind.paths.len()];
        let tag = tags.get(path).filter(|_| kind.is_conditional).cloned();
        let answer = ask(&mut connection, site, path, kind.coding, tag.as_deref());
        let found = found.entry(of_deck).or_default();
        match answer {
            Ok(answer) if matches!(answer.status, 200 | 304) => {
                found.took.push(at.elapsed());
                if let Some(tag) = answer.tag.filter(|_| kind.is_conditional) {
                    tags.insert(path.clone(), tag);
                }
            }
            Ok(answer) => found.errors.push(format!("{path}: {}", answer.status)),
            Err(error) => {
                found.errors.push(format!("{path}: {error}"));
                connection = None;
            }
        }
    }
}

/// One answer on the connection, which is opened when there is none.
fn ask(open: &mut Option<Connection>, site: SocketAddr, path: &str, coding: &str, tag: Option<&str>) -> Result<Answer> {
    let mut connection = match open.take() {
        Some(connection) => connection,
        None => Connection::open(site)?,
    };
    let answer = connection.get(path, coding, tag)?;
    *open = Some(connection).filter(|_| !answer.closes);
    Ok(answer)
}

/// Memory of the program in KB, at so many moments, printed as they come: its own, which counts, and what of files is
/// mapped, which the system takes back when it needs it.
fn watch_memory(program: u32, began: Instant, seconds: u64) -> Result<Vec<u64>> {
    println!("\n{:>7} {:>10} {:>10}", "second", "own MB", "mapped MB");
    let every = Duration::from_secs((seconds / SAMPLES).max(1));
    let (mut samples, mut at) = (Vec::new(), began);
    while at < began + Duration::from_secs(seconds) {
        at += every;
        thread::sleep(at.saturating_duration_since(Instant::now()));
        let status = fs::read_to_string(format!("/proc/{program}/status"))?;
        let read = |name: &str| -> Result<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("the program has ended")?;
            Ok(line.split_whitespace().next().ok_or("no memory")?.parse()?)
        };
        let (own, mapped) = (read("RssAnon:")?, read("RssFile:")?);
        println!("{:>7} {:>10.1} {:>10.1}", (at - began).as_secs(), own as f64 / 1e3, mapped as f64 / 1e3);
        samples.push(own);
    }
    Ok(samples)
}

/// Prints the figures; an error when a goal is missed.
fn report(kinds: &[Kind], found: BTreeMap<usize, Found>, memory: &[u64], polls: (usize, usize)) -> Result<()> {
    println!(
        "\n{:<24} {:>9} {:>8} {:>8} {:>8} {:>8} {:>7}",
        "", "requests", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors"
    );
    let mut all = Found::default();
    let line = |name: &str, found: &mut Found| {
        found.took.sort_unstable();
        let at = |share: f64| {
            let index = (found.took.len().saturating_sub(1)) as f64 * share;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index within the list")]
            let took = found.took.get(index as usize).copied().unwrap_or_default();
            took.as_secs_f64() * 1e3
        };
        println!(
            "{name:<24} {:>9} {:>8.2} {:>8.2} {:>8.2} {:>8.2} {:>7}",
            found.took.len(),
            at(0.5),
            at(0.95),
            at(0.99),
            at(1.0),
            found.errors.len()
        );
        Duration::from_secs_f64(at(0.99) / 1e3)
    };
    for (kind, mut found) in found {
        line(kinds[kind].name, &mut found);
        all.add(found);
    }
    let p99 = line("all", &mut all);
    for error in all.errors.iter().take(10) {
        println!("    {error}");
    }
    let quarter = (memory.len() / 4).max(1);
    let mean = |samples: &[u64]| samples.iter().sum::<u64>() / samples.len().max(1) as u64;
    let (first, last) = (mean(&memory[..quarter]), mean(&memory[memory.len() - quarter..]));
    let growth = last.saturating_sub(first);
    println!(
        "\nmemory: {first} KB in the first quarter, {last} KB in the last; {} polls, {} of them 304",
        polls.0, polls.1
    );
    let missed: Vec<String> = [
        (p99 > P99_MAX, format!("p99 is {:.1} ms, the goal {} ms", p99.as_secs_f64() * 1e3, P99_MAX.as_millis())),
        (!all.errors.is_empty(), format!("{} errors", all.errors.len())),
        (growth > MEMORY_GROWTH_MAX, format!("memory grew by {growth} KB, the goal is {MEMORY_GROWTH_MAX}")),
    ]
    .into_iter()
    .filter_map(|(is_missed, words)| is_missed.then_some(words))
    .collect();
    if missed.is_empty() { Ok(()) } else { Err(missed.join("; ").into()) }
}
