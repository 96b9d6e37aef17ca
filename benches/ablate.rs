//! What each limit and each rule of sameness is worth: precision and recall over all labelled sets, as they are, with
//! each limit a fifth lower and higher, and with each rule left out.
//! `cargo bench -p plenary-ingest --bench ablate [-- [--sets] [--wrong] [LIMIT=FACTOR …]]`; `--sets` prints the sets
//! alone, `--wrong` the pairs that are wrong or missed, too; a limit with a factor is moved before anything is measured.
//!
//! Labelled documents are in `tests/data/sameness`; more of them are used where they lie beside the repository, in
//! `../shared/data/dedup`. What moves no figure is noise, and goes.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]

use plenary_ingest::decide::{Prepared, RULES, Standard};
use plenary_model::limits::Limits;
use plenary_model::line::EntryLine;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// How far apart copies may be dated, in days: the default of the policy.
const WINDOW_DAYS: i64 = 30;

/// How far a limit is moved.
const FACTORS: [f64; 2] = [0.8, 1.2];

/// Characters of a text that feeds cut, every other entry.
const CUT_CHARACTERS: usize = 600;

/// Words of an entry whose judgement is timed, and how many of them there are.
const TIMED_WORDS: usize = 300;
const TIMED_ENTRIES: usize = 20_000;

/// Ticks in a second of CPU time in `/proc`.
const TICKS_PER_SECOND: f64 = 100.0;

/// Labelled entries: which pairs are judged, and whether each is one piece (or, of works, one work).
struct Set {
    name: String,
    /// Of each entry.
    ids: Vec<String>,
    prepared: Prepared,
    pairs: Vec<(usize, usize, bool)>,
    /// The same about works; empty where nothing is known of translations.
    works: Vec<(usize, usize, bool)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Score {
    fn count(pairs: &[(usize, usize, bool)], is_joined: impl Fn(usize, usize) -> bool) -> Self {
        let mut score = Self::default();
        for &(a, b, belongs) in pairs {
            match (belongs, is_joined(a, b)) {
                (true, true) => score.right += 1,
                (false, true) => score.wrong += 1,
                (true, false) => score.missed += 1,
                (false, false) => {}
            }
        }
        score
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
    fn share(part: usize, rest: usize) -> f64 {
        if part + rest == 0 { 1.0 } else { part as f64 / (part + rest) as f64 }
    }

    fn print(self) -> String {
        format!("{:.3}/{:.3}", Self::share(self.right, self.wrong), Self::share(self.right, self.missed))
    }
}

/// Of pieces, then of works.
type Scores = (Score, Score);

fn list_wrong(set: &Set, standard: &Standard) {
    let groups = set.prepared.group(standard);
    for &(a, b, belongs) in &set.pairs {
        if let (Some(x), Some(y)) = (groups.get(a), groups.get(b))
            && (x.0 == y.0) != belongs
        {
            let name = |at: usize| set.ids.get(at).map_or("", String::as_str);
            println!("{} {}: {} {}", if belongs { "missed" } else { "wrong" }, set.name, name(a), name(b));
        }
    }
}

fn score(set: &Set, standard: &Standard) -> Scores {
    let groups = set.prepared.group(standard);
    let of = |at: usize| groups.get(at).copied().unwrap_or_default();
    let pieces = Score::count(&set.pairs, |a, b| of(a).0 == of(b).0);
    (pieces, Score::count(&set.works, |a, b| of(a).1 == of(b).1))
}

fn main() {
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let sets = read_sets();
    let mut base = Standard::within(WINDOW_DAYS);
    for argument in std::env::args() {
        if let Some((name, factor)) = argument.split_once('=') {
            base.limits = base.limits.with(name, factor.parse().unwrap_or(1.0));
        }
    }
    let as_is: Vec<Scores> = sets.iter().map(|set| score(set, &base)).collect();
    println!("{:>24} {:>13} {:>6} {:>6} {:>6} {:>13}", "set", "pieces P/R", "right", "wrong", "missed", "works P/R");
    for (set, (pieces, works)) in sets.iter().zip(&as_is) {
        let works = if set.works.is_empty() { String::new() } else { works.print() };
        let Score { right, wrong, missed } = *pieces;
        println!("{:>24} {:>13} {right:>6} {wrong:>6} {missed:>6} {works:>13}", set.name, pieces.print());
    }
    if std::env::args().any(|argument| argument == "--wrong") {
        for set in &sets {
            list_wrong(set, &base);
        }
    }
    time(&base);
    if std::env::args().any(|argument| argument == "--sets") {
        return;
    }
    println!(
        "\n{} limits, {} rules; sets on which a figure moves, as right/wrong/missed more or fewer",
        Limits::NAMES.len(),
        RULES.len()
    );
    for name in Limits::NAMES {
        for factor in FACTORS {
            let standard = Standard { limits: base.limits.with(name, factor), ..base.clone() };
            report(&format!("{name} × {factor}"), &sets, &as_is, &standard);
        }
    }
    for rule in &RULES {
        let standard = Standard { left_out: Some(rule.name), ..base.clone() };
        report(&format!("without “{}”", rule.name), &sets, &as_is, &standard);
    }
}

fn report(name: &str, sets: &[Set], as_is: &[Scores], standard: &Standard) {
    let mut moved = Vec::new();
    for (set, before) in sets.iter().zip(as_is) {
        let after = score(set, standard);
        for (kind, before, after) in [("", before.0, after.0), (" works", before.1, after.1)] {
            if before != after {
                let by = |now: usize, then: usize| now.cast_signed() - then.cast_signed();
                moved.push(format!(
                    "{}{kind} {:+}/{:+}/{:+}",
                    set.name,
                    by(after.right, before.right),
                    by(after.wrong, before.wrong),
                    by(after.missed, before.missed)
                ));
            }
        }
    }
    println!("{name:>40}  {}", if moved.is_empty() { "-".to_owned() } else { moved.join(", ") });
}

/// Entries of 300 words a second: read, compared and grouped, on one core. One in ten is an edited copy.
fn time(standard: &Standard) {
    let lines: Vec<EntryLine> = (0..TIMED_ENTRIES).filter_map(make_entry).collect();
    let begun = cpu_seconds();
    let pieces: BTreeSet<usize> = Prepared::read(&lines).group(standard).into_iter().map(|(piece, _)| piece).collect();
    let taken = cpu_seconds() - begun;
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let rate = lines.len() as f64 / taken;
    println!(
        "{TIMED_ENTRIES} entries of {TIMED_WORDS} words in {taken:.2} s of CPU, {rate:.0} a second, {} pieces",
        pieces.len()
    );
}

/// CPU seconds of this process; 0 where there is no `/proc`.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = after_name.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS_PER_SECOND
}

const SYLLABLES: [&str; 20] = [
    "ba", "co", "de", "fi", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "qui", "ro", "su", "ta", "ve", "wi", "xo",
    "zu",
];

/// One of 8,000 words of a made-up language.
fn word(number: usize) -> String {
    [number % 20, number / 20 % 20, number / 400 % 20]
        .map(|part| SYLLABLES.get(part).copied().unwrap_or_default())
        .concat()
}

fn make_entry(number: usize) -> Option<EntryLine> {
    let original = if number % 10 == 9 { number - 5 } else { number };
    let mut dice = original as u64;
    let mut roll = || {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).unwrap_or_default()
    };
    let mut text = String::new();
    for place in 0..TIMED_WORDS {
        let word = word(roll());
        text.push_str(if original != number && place % 40 == 39 { "edited" } else { &word });
        text.push_str(if place % 14 == 13 { ". " } else { " " });
    }
    let title: Vec<String> = (0..8).map(|_| word(roll() ^ number)).collect();
    let host = format!("s{}.example.org", number % 97);
    let line = serde_json::json!({
        "id": number.to_string(), "source": host, "title": title.join(" "), "text": text, "date": "2021-05-12",
        "language": "en", "link": format!("https://{host}/{number}"),
    });
    EntryLine::parse(&line.to_string()).ok()
}

fn read_sets() -> Vec<Set> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_path_buf();
    let own = read(&root.join("tests/data/sameness/documents.jsonl"));
    let mut sets: Vec<Set> = ["tuning", "held-out"]
        .into_iter()
        .map(|half| {
            let documents: Vec<Value> = own.iter().filter(|one| one["half"] == half).cloned().collect();
            by_label(half.to_owned(), &documents, &documents, "piece")
        })
        .collect();
    let shared = root.join("../shared/data/dedup");
    for name in ["releases", "multiling"] {
        let (entries, gold) =
            (read(&shared.join(format!("{name}.entries.jsonl"))), read(&shared.join(format!("{name}.gold.jsonl"))));
        if !entries.is_empty() {
            sets.push(by_label(name.to_owned(), &entries, &gold, "cluster"));
            for from in 0..2 {
                sets.push(by_label(format!("{name} cut, {from}"), &cut(entries.clone(), from), &gold, "cluster"));
            }
        }
    }
    sets.extend(read_halves(&shared));
    sets.extend(read_events(&shared));
    sets
}

fn read(path: &PathBuf) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn prepare(entries: &[Value]) -> Prepared {
    let lines: Vec<EntryLine> = entries.iter().filter_map(|one| EntryLine::parse(&one.to_string()).ok()).collect();
    Prepared::read(&lines)
}

fn ids(entries: &[Value]) -> Vec<String> {
    entries.iter().map(|one| text(one, "id").to_owned()).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Every pair counts, but those that the labels call ambiguous and are not joined by them.
fn by_label(name: String, entries: &[Value], gold: &[Value], label: &str) -> Set {
    let gold: HashMap<&str, &Value> = gold.iter().map(|one| (text(one, "id"), one)).collect();
    let labels: Vec<Option<&&Value>> = entries.iter().map(|one| gold.get(text(one, "id"))).collect();
    let is_ambiguous = |x: &Value, y: &Value| {
        let names = |one: &Value, other: &Value| {
            one["ambiguous_with"].as_array().is_some_and(|list| list.iter().any(|id| *id == other["id"]))
        };
        names(x, y) || names(y, x)
    };
    let (mut pairs, mut works) = (Vec::new(), Vec::new());
    for (at, one) in labels.iter().enumerate() {
        for (before, other) in labels.iter().take(at).enumerate() {
            let (Some(one), Some(other)) = (one, other) else { continue };
            let belongs = one[label] == other[label];
            if belongs || !is_ambiguous(one, other) {
                pairs.push((before, at, belongs));
            }
            if one["work"].is_string() && !belongs {
                works.push((before, at, one["work"] == other["work"]));
            }
        }
    }
    Set { name, ids: ids(entries), prepared: prepare(entries), pairs, works }
}

/// Every other entry as feeds cut it, from the first or the second on.
fn cut(mut entries: Vec<Value>, from: usize) -> Vec<Value> {
    for one in entries.iter_mut().skip(from).step_by(2) {
        let kept: String = text(one, "content").chars().take(CUT_CHARACTERS).collect();
        one["content"] = kept.into();
    }
    entries
}

/// Pairs that were judged one by one, in two halves of which no document of one is paired with one of the other.
fn read_halves(shared: &Path) -> Vec<Set> {
    let entries = read(&shared.join("fresh.dev.entries.jsonl"));
    let judged = read(&shared.join("fresh.dev.pairs.jsonl"));
    let at: BTreeMap<&str, usize> = entries.iter().enumerate().map(|(at, one)| (text(one, "id"), at)).collect();
    let pairs: Vec<(usize, usize, bool)> = judged
        .iter()
        .filter(|pair| pair["note"].is_null())
        .filter_map(|pair| Some((*at.get(text(pair, "a"))?, *at.get(text(pair, "b"))?, pair["label"] == "same")))
        .collect();
    let mut first: Vec<usize> = (0..entries.len()).collect();
    // Each takes the first place of its partner until nothing moves: there are few.
    loop {
        let before = first.clone();
        for &(a, b, _) in &pairs {
            if let (Some(&x), Some(&y)) = (first.get(a), first.get(b)) {
                for place in [a, b] {
                    if let Some(slot) = first.get_mut(place) {
                        *slot = x.min(y);
                    }
                }
            }
        }
        if first == before {
            break;
        }
    }
    let is_looked_at = |place: usize| first.get(place).is_some_and(|first| first % 2 == 0);
    let half = |name: &str, looked_at: bool| Set {
        name: name.to_owned(),
        ids: ids(&entries),
        prepared: prepare(&entries),
        pairs: pairs.iter().copied().filter(|pair| is_looked_at(pair.0) == looked_at).collect(),
        works: Vec::new(),
    };
    if entries.is_empty() { Vec::new() } else { vec![half("fresh", true), half("fresh, other half", false)] }
}

/// Headlines and texts that speak of one event or of two: hardly any is a copy, so that only wrong joins count.
fn read_events(shared: &Path) -> Option<Set> {
    let judged = read(&shared.join("events.pairs.jsonl"));
    let mut entries = Vec::new();
    let mut pairs = Vec::new();
    for pair in judged.iter().filter(|pair| pair["label"] == "different") {
        pairs.push((entries.len(), entries.len() + 1, false));
        for side in ["a", "b"] {
            let mut one = pair[side].clone();
            one["id"] = format!("{} {side}", text(pair, "pair")).into();
            one["source"] = side.into();
            one["language"] = pair["lang"].clone();
            entries.push(one);
        }
    }
    (!entries.is_empty()).then(|| Set {
        name: "events".into(),
        ids: ids(&entries),
        prepared: prepare(&entries),
        pairs,
        works: Vec::new(),
    })
}
