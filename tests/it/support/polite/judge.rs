//! What an origin may expect of whoever polls it, judged request by request.

use super::Outcome;
use super::manners::{Answer, Ask, Manner, SCHEDULE_MINUTES, SKIPPED_HOURS, Site};
use super::{PER_HOST, SPACING};
use chrono::{DateTime, Timelike, Utc};
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::time::{Duration, Instant};

/// Least share of repeat polls that bring back the validators, in percent.
const EXACT_PERCENT_MIN: f64 = 99.0;
/// Requests to one host that are looked at together, and by how much they may come closer than as many spacings: what
/// a busy machine delays the first of them.
const WINDOW: usize = 10;
pub(super) const JITTER: Duration = SPACING;
/// A request that crosses with the answer that asks to wait is no fault.
const CROSSING: Duration = Duration::from_millis(100);
/// Hours after which the last news of the first half are read: the longest floor that rhythm sets, and hours skipped.
const SETTLING_HOURS: usize = 7;
/// Growth of the database after that, where no source brings news, in percent of what it was.
const GROWTH_PERCENT_MAX: f64 = 2.0;
/// Growth of memory in the same time, in bytes.
const MEMORY_GROWTH_MAX: u64 = 16 << 20;
/// Shortest simulation in whose second half nothing grows: its first half fills what is kept of a day.
const HOURS_OF_FLATNESS: usize = 48;
/// Faults shown of each kind.
const EXAMPLES_MAX: usize = 3;

pub struct Request {
    pub host: String,
    /// The number of the source, and what follows it in the path.
    pub number: usize,
    pub part: String,
    fields: HashMap<String, Vec<u8>>,
}

impl Request {
    /// The head of a request for `/NUMBER` or `/NUMBER/PART`, as bytes.
    pub fn parse(head: &[u8]) -> Option<Self> {
        let mut lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let first = String::from_utf8_lossy(lines.next()?).into_owned();
        let path = first.split(' ').nth(1)?.trim_start_matches('/').to_owned();
        let (number, part) = path.split_once('/').unwrap_or((&path, ""));
        let fields: HashMap<String, Vec<u8>> = lines
            .filter_map(|line| {
                let colon = line.iter().position(|byte| *byte == b':')?;
                let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?);
                Some((String::from_utf8_lossy(name).to_ascii_lowercase(), value.trim_ascii().to_vec()))
            })
            .collect();
        let host = String::from_utf8_lossy(fields.get("host")?).split(':').next()?.to_owned();
        Some(Self { host, number: number.parse().ok()?, part: part.to_owned(), fields })
    }

    fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields.get(name).map(Vec::as_slice)
    }
}

/// What the origin knows of one address.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Requests so far.
    pub asked: u64,
    /// Validators that were last given, and the version that they stand for.
    pub etag: Option<Vec<u8>>,
    pub modified: Option<Vec<u8>>,
    pub version: i64,
    /// Until when not to ask, and since when that is said.
    wait: Option<(DateTime<Utc>, Instant)>,
    fresh_until: Option<DateTime<Utc>>,
    is_gone: bool,
    /// The time of the schedule of the last request.
    slot: Option<i64>,
    /// Requests in the second half.
    late: u32,
}

#[derive(Default)]
struct Host {
    starts: VecDeque<Instant>,
    under_way: usize,
    waits: HashMap<(usize, String), (DateTime<Utc>, Instant)>,
}

/// Memory and database at one moment, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub memory: u64,
    pub database: u64,
}

impl Sample {
    pub fn take(database: &Path) -> Outcome<Self> {
        let status = std::fs::read_to_string("/proc/self/status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        let kilobytes: u64 = line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default();
        let log = database.with_extension("db-wal");
        let length = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        Ok(Self { memory: kilobytes << 10, database: length(database) + length(&log) })
    }
}

/// Kinds of faults, in the order in which they are told.
const FAULTS: [&str; 9] = [
    "requests inside a Retry-After",
    "requests inside the Retry-After of a host",
    "requests too close for the spacing of a host",
    "requests beyond those at once to a host",
    "cookies or referrers sent",
    "polls beyond the schedule",
    "polls inside max-age, ttl or sy:updatePeriod",
    "polls in hours to be skipped",
    "polls after 410",
];

#[derive(Default)]
pub struct Ledger {
    half: DateTime<Utc>,
    requests: u64,
    repeats: u64,
    exact: u64,
    inexact: Vec<String>,
    faults: HashMap<&'static str, (u64, Vec<String>)>,
    known: HashMap<(usize, String), Known>,
    hosts: HashMap<String, Host>,
    nearest: Option<Duration>,
    quiet: Vec<usize>,
    lively: Vec<usize>,
}

impl Ledger {
    /// An empty one; `half` is when the second half begins.
    pub fn new(half: DateTime<Utc>) -> Self {
        Self { half, ..Self::default() }
    }

    /// Judges a request, and says what it is answered.
    pub fn take(&mut self, request: &Request, site: &Site, port: u16, now: DateTime<Utc>, real: Instant) -> Answer {
        self.requests += 1;
        self.judge_host(request, now, real);
        let key = (request.number, request.part.clone());
        let mut known = self.known.remove(&key).unwrap_or_default();
        self.judge_address(request, &mut known, site, now, real);
        let ask = Ask {
            part: &request.part,
            now,
            none_match: request.field("if-none-match"),
            modified_since: request.field("if-modified-since"),
        };
        let answer = site.answer(&ask, &known, port);
        known.asked += 1;
        known.is_gone = answer.status == 410;
        known.wait = answer.wait.map(|wait| (now + wait, real + answer.delay));
        if let Some(wait) = known.wait {
            self.hosts.entry(request.host.clone()).or_default().waits.insert(key.clone(), wait);
        }
        // One that nobody waits for gives nothing.
        if matches!(answer.status, 200 | 304) && answer.delay < super::TIMEOUT {
            let given = |name: &str| answer.value(name).map(<[u8]>::to_vec);
            let is_whole = answer.status == 200;
            known.etag = given("etag").or(known.etag.filter(|_| !is_whole));
            known.modified = given("last-modified").or(known.modified.filter(|_| !is_whole));
            known.version = answer.version;
            known.fresh_until = answer.fresh.map(|fresh| now + fresh);
        }
        if request.part.is_empty() && known.asked == 1 {
            let manners = [Manner::Etag, Manner::LastModified, Manner::Both, Manner::WeakEtag, Manner::UnquotedEtag];
            match site.period {
                _ if !manners.contains(&site.manner) => {}
                None => self.quiet.push(site.number),
                Some(_) => self.lively.push(site.number),
            }
        }
        self.known.insert(key, known);
        answer
    }

    /// Notes that a request to a host has ended.
    pub fn end(&mut self, host: &str) {
        if let Some(host) = self.hosts.get_mut(host) {
            host.under_way -= 1;
        }
    }

    fn judge_host(&mut self, request: &Request, now: DateTime<Utc>, real: Instant) {
        let host = self.hosts.entry(request.host.clone()).or_default();
        let own = (request.number, request.part.clone());
        host.under_way += 1;
        host.starts.push_back(real);
        let has_gone = |earlier: &Instant| real.saturating_duration_since(*earlier);
        let nearest = host.starts.iter().rev().nth(1).map(has_gone);
        let window = (host.starts.len() > WINDOW).then(|| host.starts.pop_front()).flatten().map(|at| has_gone(&at));
        let spacings = SPACING * u32::try_from(WINDOW).unwrap_or(u32::MAX);
        let mut ends: Vec<DateTime<Utc>> = host
            .waits
            .values()
            .filter(|(until, since)| *until > now && has_gone(since) > CROSSING)
            .map(|(until, _)| *until)
            .collect();
        ends.sort_unstable();
        let is_own = host.waits.get(&own).is_some_and(|(until, _)| *until > now);
        let (is_over, is_host_wide) = (host.under_way > PER_HOST, ends.len() > 1 && !is_own);
        self.nearest = self.nearest.into_iter().chain(nearest).min();
        for (is_fault, kind) in [
            (window.is_some_and(|window| window + JITTER < spacings), FAULTS[2]),
            (is_over, FAULTS[3]),
            (is_host_wide, FAULTS[1]),
        ] {
            self.note(is_fault, kind, request, now);
        }
    }

    fn judge_address(&mut self, request: &Request, known: &mut Known, site: &Site, now: DateTime<Utc>, real: Instant) {
        let waits =
            known.wait.is_some_and(|(until, since)| until > now && real.saturating_duration_since(since) > CROSSING);
        let is_marked = request.field("cookie").is_some() || request.field("referer").is_some();
        let is_fresh = known.fresh_until.is_some_and(|until| until > now);
        let is_skipped = site.manner == Manner::SkipHours && known.asked > 0 && SKIPPED_HOURS.contains(&now.hour());
        let slot = now.timestamp().div_euclid(SCHEDULE_MINUTES * 60);
        let is_beyond = request.part.is_empty() && known.slot.replace(slot) == Some(slot);
        for (is_fault, kind) in [
            (waits, FAULTS[0]),
            (is_marked, FAULTS[4]),
            (is_beyond, FAULTS[5]),
            (is_fresh, FAULTS[6]),
            (is_skipped, FAULTS[7]),
            (known.is_gone, FAULTS[8]),
        ] {
            self.note(is_fault, kind, request, now);
        }
        known.late += u32::from(now >= self.half);
        // Where several are led to, each has the validators of its own last time.
        if (known.etag.is_some() || known.modified.is_some()) && request.part != "busy" {
            let sent = (request.field("if-none-match"), request.field("if-modified-since"));
            self.repeats += 1;
            if sent == (known.etag.as_deref(), known.modified.as_deref()) {
                self.exact += 1;
            } else if self.inexact.len() < EXAMPLES_MAX {
                self.inexact.push(format!("/{} ({:?}) at {now}: {sent:?}", request.number, site.manner));
            }
        }
    }

    fn note(&mut self, is_fault: bool, kind: &'static str, request: &Request, now: DateTime<Utc>) {
        if is_fault {
            let (count, examples) = self.faults.entry(kind).or_default();
            *count += 1;
            if examples.len() < EXAMPLES_MAX {
                examples.push(format!("{}/{}/{} at {now}", request.host, request.number, request.part));
            }
        }
    }

    /// Sums up. `samples` are hourly.
    pub fn judge(&self, samples: Vec<Sample>) -> Figures {
        let mut lines = Vec::new();
        let exact = percent(self.exact, self.repeats);
        lines.push(Line {
            what: "repeat polls conditional and byte-exact, %",
            found: format!("{exact:.2} of {}", self.repeats),
            goal: format!("at least {EXACT_PERCENT_MIN}"),
            is_met: exact >= EXACT_PERCENT_MIN,
            examples: self.inexact.clone(),
        });
        for what in FAULTS {
            let (count, examples) = self.faults.get(what).cloned().unwrap_or_default();
            lines.push(Line { what, found: count.to_string(), goal: "0".to_owned(), is_met: count == 0, examples });
        }
        if samples.len() > HOURS_OF_FLATNESS {
            lines.extend(self.judge_growth(&samples));
        }
        Figures { requests: self.requests, hosts: self.hosts.len(), nearest: self.nearest, lines, samples }
    }

    /// What holds when a day with news is followed by one without.
    fn judge_growth(&self, samples: &[Sample]) -> [Line; 3] {
        let (Some(half), Some(end)) = (samples.get(samples.len() / 2 + SETTLING_HOURS), samples.last()) else {
            unreachable!("there are more than two")
        };
        let grown = end.database.saturating_sub(half.database);
        let database = percent(grown, half.database);
        let memory = end.memory.saturating_sub(half.memory);
        let mean = |sources: &[usize]| {
            let late =
                sources.iter().filter_map(|number| self.known.get(&(*number, String::new()))).map(|known| known.late);
            f64::from(late.sum::<u32>()) / f64::from(u32::try_from(sources.len()).unwrap_or(u32::MAX).max(1))
        };
        let (quiet, lively) = (mean(&self.quiet), mean(&self.lively));
        [
            Line {
                what: "database once all news are read, % more",
                found: format!("{database:.2} ({} KB)", grown / 1_000),
                goal: format!("at most {GROWTH_PERCENT_MAX}"),
                is_met: database <= GROWTH_PERCENT_MAX,
                examples: Vec::new(),
            },
            Line {
                what: "memory once all news are read, MiB more",
                found: format!("{}", memory >> 20),
                goal: format!("at most {}", MEMORY_GROWTH_MAX >> 20),
                is_met: memory <= MEMORY_GROWTH_MAX,
                examples: Vec::new(),
            },
            Line {
                what: "polls of a quiet source in the second half, to a lively one's",
                found: format!("{quiet:.1} to {lively:.1}"),
                goal: "at most half".to_owned(),
                is_met: quiet * 2.0 <= lively,
                examples: Vec::new(),
            },
        ]
    }
}

#[expect(clippy::cast_precision_loss, reason = "printed with two digits")]
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Line {
    pub what: &'static str,
    pub found: String,
    pub goal: String,
    pub is_met: bool,
    pub examples: Vec<String>,
}

pub struct Figures {
    pub requests: u64,
    pub hosts: usize,
    /// The shortest real time between two requests to one host.
    pub nearest: Option<Duration>,
    pub lines: Vec<Line>,
    /// By the hour.
    pub samples: Vec<Sample>,
}
