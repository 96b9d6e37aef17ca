//! Mutated input without end, timed one by one: what readers of the open web get, a million times over.
//!
//! `cargo bench --bench mutants -- [--inputs N] [--seed N] [--longest BYTES] [PATH…]`: N mutants of each
//! kind, made of the documents below the paths (those of `tests/data/feeds` when none is named). The
//! target is no panic, no broken promise, 99.9 % below 50 ms and none above a second. Inputs that
//! miss it are written below the target folder, so that each can become a fixture.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]

#[path = "../tests/it/mutate.rs"]
mod mutate;

use mutate::Mutator;
use plenary_ingest::read::{Input, ReadError, document};
use plenary_ingest::{discover, sanitise};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Mutants of each kind when nothing is said.
const INPUTS: usize = 100_000;
/// Largest document that is mutated when nothing is said, in bytes.
const LONGEST_BYTES: usize = 16 * 1024;
/// What takes longer is timed again, since other programs may have had the processor meanwhile.
const DOUBTED: Duration = Duration::from_millis(2);
/// Times that it is timed again; the shortest counts.
const TRIES: usize = 3;
/// How coarsely a system may count what a thread worked.
const TICK: Duration = Duration::from_millis(4);
/// What takes longer is kept.
const SLOW: Duration = Duration::from_millis(50);
/// Longest time that is told apart from longer ones, in microseconds.
const SCALE_US: usize = 2_000_000;
/// Longest clean fragment that must not change when it is cleaned again, in bytes.
const STABLE_BYTES_MAX: usize = 64 * 1024;
/// Inputs kept of one kind.
const KEPT_MAX: usize = 50;
/// Of so many inputs of a kind that swells, one is made: they are a hundred times as long.
const SWOLLEN_SHARE: usize = 100;

/// Reads one input; what went wrong, if something did.
type Reader = fn(&[u8]) -> Result<(), &'static str>;

const KINDS: [(&str, Reader); 7] = [
    ("parse", parse),
    ("repair", repair),
    ("sanitise", clean),
    ("dates", dates),
    ("discover", find),
    ("swollen document", parse),
    ("swollen fragment", clean),
];

fn main() {
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let wish = Wish::of(std::env::args().skip(1));
    // A panic is counted; its message would only take time.
    std::panic::set_hook(Box::new(|_| {}));
    let documents = wish.documents();
    println!("{} documents of at most {} bytes, seed {}", documents.len(), wish.longest, wish.seed);
    for (name, reader) in KINDS {
        if wish.only.as_ref().is_none_or(|only| only == name) {
            let report = campaign(name, reader, &seeds(name, &documents), &wish);
            println!("{report}");
        }
    }
}

/// What the command line asks for.
struct Wish {
    inputs: usize,
    seed: u64,
    longest: usize,
    only: Option<String>,
    paths: Vec<PathBuf>,
}

impl Wish {
    fn of(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut wish = Self { inputs: INPUTS, seed: 2021, longest: LONGEST_BYTES, only: None, paths: Vec::new() };
        while let Some(argument) = arguments.next() {
            let mut number = || arguments.next().and_then(|value| value.parse::<usize>().ok());
            match argument.as_str() {
                "--inputs" => wish.inputs = number().unwrap_or(wish.inputs),
                "--seed" => wish.seed = number().unwrap_or(0) as u64,
                "--longest" => wish.longest = number().unwrap_or(wish.longest),
                "--only" => wish.only = arguments.next(),
                "--bench" => {}
                path => wish.paths.push(path.into()),
            }
        }
        if wish.paths.is_empty() {
            wish.paths.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/feeds"));
        }
        wish
    }

    /// The documents below the paths, the same order on every machine.
    fn documents(&self) -> Vec<Vec<u8>> {
        let (mut open, mut files) = (self.paths.clone(), Vec::new());
        while let Some(path) = open.pop() {
            match std::fs::read_dir(&path) {
                Ok(folder) => open.extend(folder.flatten().map(|file| file.path())),
                Err(_) => files.push(path),
            }
        }
        files.sort();
        files.retain(|path| !path.to_string_lossy().ends_with(".expected.json"));
        let read = files.iter().filter_map(|path| std::fs::read(path).ok());
        read.filter(|bytes| bytes.len() <= self.longest).collect()
    }
}

/// What mutants of a kind are made of.
fn seeds(kind: &str, documents: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let texts = || documents.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let owned = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
    match kind {
        "repair" => texts().filter_map(|text| inside_of_item(&text)).collect(),
        "sanitise" | "swollen fragment" => {
            let unescaped = texts().map(|text| text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
            unescaped.map(String::into_bytes).chain(owned(&FRAGMENTS)).collect()
        }
        "dates" => owned(&DATES),
        "discover" => texts().map(String::into_bytes).chain(owned(&PAGES)).collect(),
        _ => documents.to_vec(),
    }
}

const FRAGMENTS: [&str; 8] = [
    "<p>One <b>two<i>three</b>four</i> <a href='/x' onclick=y>five</a>",
    "<table><caption>a<tr><td>b<th>c</table><ul><li>d<li>e</ul>",
    "<svg><style><img src=x onerror=y></style></svg><math><mtext><table><mglyph><style>",
    "<pre>\n\na</pre><dl><dt>f<dd>g</dl><ruby>h<rt>i</ruby>",
    "<a href=\"java&#x0A;script:x\">j</a><img src='data:text/html,k' srcset='l 2x'>",
    "<script>m</script><style>n</style><textarea></p><q cite=o><del datetime=p>r</del></q>",
    "<details open><summary>s</summary><figure><figcaption>t</figcaption></figure></details>",
    "<div dir=rtl lang=ar style='x:y'><font color=red><nobr>u<wbr>v</nobr></font></div>&notin;&nbsp;&#0;",
];

const DATES: [&str; 12] = [
    "2003-12-31T10:14:55.5+01:00",
    "Thu, 01 Jan 2004 19:48:21 GMT",
    "26/02/2021",
    "12 November , 2021",
    "Nov 12th, 2021 3:05 pm",
    "٣ تشرين الثاني ٢٠٢١",
    "12 de fevereiro de 2021",
    "ven. 12 févr. 2021 à 10h30",
    "12. März 2021, 18.30 Uhr",
    "2004년 05월 28일  01:31:15",
    "Sun Jan 4 16:29:06 +0100 2004",
    "1584000000",
];

const PAGES: [&str; 3] = [
    "<head><base href='/x/'><link rel='alternate' type='application/rss+xml' title='News' href='/feed'></head>",
    "<meta name=generator content='WordPress 6.4'><img src='/wp-content/a.png'><a href='/comments/feed/'>RSS</a>",
    "<script>'<a href=/rss.xml>'</script><a href='?format=feed&type=atom' aria-label='Atom'><svg/></a>",
];

/// What stands in a document's first entry.
fn inside_of_item(text: &str) -> Option<Vec<u8>> {
    let start = text.find("<item").or_else(|| text.find("<entry"))?;
    let inside = text.get(start..)?.split_once('>')?.1;
    let end = inside.find("</item>").or_else(|| inside.find("</entry>")).unwrap_or(inside.len());
    inside.get(..end).map(|inside| inside.as_bytes().to_vec())
}

/// Times of one kind.
struct Times {
    each_us: Vec<u32>,
    count: usize,
    longest: Duration,
}

impl Times {
    fn add(&mut self, time: Duration) {
        let us = usize::try_from(time.as_micros()).unwrap_or(SCALE_US).min(SCALE_US);
        self.each_us[us] += 1;
        self.count += 1;
        self.longest = self.longest.max(time);
    }

    /// The time that `share` per mille of the inputs took at most, in microseconds.
    fn within(&self, share: usize) -> usize {
        let wanted = self.count * share / 1_000;
        let mut passed = 0;
        let reached = self.each_us.iter().position(|count| {
            passed += *count as usize;
            passed >= wanted
        });
        reached.unwrap_or(SCALE_US)
    }
}

fn campaign(name: &str, reader: Reader, seeds: &[Vec<u8>], wish: &Wish) -> String {
    let mut mutator = Mutator::new(wish.seed);
    let mut times = Times { each_us: vec![0; SCALE_US + 1], count: 0, longest: Duration::ZERO };
    let mut failures: Vec<(&'static str, usize)> = Vec::new();
    let mut kept = 0;
    let swollen = name.starts_with("swollen");
    let inputs = if swollen { wish.inputs / SWOLLEN_SHARE } else { wish.inputs };
    for number in 0..inputs {
        let input = if swollen { mutator.swollen(seeds) } else { mutator.mutant(seeds) };
        let (mut time, outcome) = timed(reader, &input);
        if time > DOUBTED {
            time = (0..TRIES).map(|_| worked(reader, &input)).fold(time, Duration::min);
        }
        times.add(time);
        let failure = outcome.err().or_else(|| (time > SLOW).then_some("slow"));
        let Some(failure) = failure else { continue };
        match failures.iter_mut().find(|(known, _)| *known == failure) {
            Some((_, count)) => *count += 1,
            None => failures.push((failure, 1)),
        }
        if kept < KEPT_MAX {
            kept += 1;
            let place = format!("{}-{}-{}-{number}", name.replace(' ', "-"), failure.replace(' ', "-"), wish.seed);
            // An input that cannot be kept can be made again from the seed.
            let _ = std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(place), &input);
        }
    }
    let failures: Vec<String> = failures.iter().map(|(what, count)| format!("{count} {what}")).collect();
    let failures = if failures.is_empty() { "nothing failed".to_owned() } else { failures.join(", ") };
    format!(
        "{name}: {inputs} inputs, {failures}; p50 {} us, p99 {} us, p99.9 {} us, slowest {} us",
        times.within(500),
        times.within(990),
        times.within(999),
        times.longest.as_micros()
    )
}

fn timed(reader: Reader, input: &[u8]) -> (Duration, Result<(), &'static str>) {
    let before = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| reader(input))).unwrap_or(Err("panic"));
    (before.elapsed(), outcome)
}

/// The time that a reader had the processor; on systems that do not say, the time that passed.
fn worked(reader: Reader, input: &[u8]) -> Duration {
    let so_far = || {
        let line = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        line.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    let before = so_far();
    let (passed, _) = timed(reader, input);
    before.zip(so_far()).map_or(passed, |(before, after)| passed.min(after.saturating_sub(before) + TICK))
}

/// A whole document. A panic that the reader caught is a panic all the same.
fn parse(body: &[u8]) -> Result<(), &'static str> {
    let outcome = document(&Input { body, base: Some("https://example.org/feed"), ..Input::default() });
    match outcome {
        Err(ReadError::Reader) => Err("panic"),
        Ok(read) if read.feed.warnings.iter().any(|warning| warning.message.contains("reader failed")) => {
            Err("panic inside the strict reader")
        }
        _ => Ok(()),
    }
}

/// The inside of an item: the entry before it is never lost.
fn repair(inside: &[u8]) -> Result<(), &'static str> {
    let head = b"<rss version='2.0'><channel><title>t</title><item><title>first</title></item><item>";
    let body = [&head[..], inside, b"</item></channel></rss>"].concat();
    let read = document(&Input { body: &body, content_type: Some("text/xml; charset=utf-8"), ..Input::default() });
    let entries = read.map(|document| document.feed.entries).map_err(|_| "lost feed")?;
    if entries.iter().any(|entry| entry.title == "first") { Ok(()) } else { Err("lost entry") }
}

/// An HTML fragment: no script, and clean at once.
fn clean(fragment: &[u8]) -> Result<(), &'static str> {
    let fragment = String::from_utf8_lossy(fragment);
    let once = sanitise::html(&fragment, None);
    if once.to_ascii_lowercase().contains("<script") {
        return Err("script");
    }
    // What is long may be over a limit, and be cut, when it is read again.
    if once.len() <= STABLE_BYTES_MAX && sanitise::html(&once, None) != once {
        return Err("unstable markup");
    }
    if sanitise::text(&once).contains("  ") { Err("a run of blanks") } else { Ok(()) }
}

/// The text of a date: whatever it says, its entry stays.
fn dates(date: &[u8]) -> Result<(), &'static str> {
    // What is only taken out may leave another end of the section behind.
    let date = String::from_utf8_lossy(date).replace("]]>", "]] >");
    let body =
        format!("<rss><channel><item><title>t</title><pubDate><![CDATA[{date}]]></pubDate></item></channel></rss>");
    let read = document(&Input { body: body.as_bytes(), ..Input::default() });
    if read.is_ok_and(|document| document.feed.entries.len() == 1) { Ok(()) } else { Err("lost entry") }
}

/// A web page.
fn find(page: &[u8]) -> Result<(), &'static str> {
    let found = discover::candidates(&String::from_utf8_lossy(page), "https://example.org/");
    if found.iter().all(|candidate| candidate.href.starts_with("http")) { Ok(()) } else { Err("odd address") }
}
