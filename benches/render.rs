//! Rendering: every section's feed in all three formats, from pieces in memory to bytes, then to
//! stored editions. `cargo bench --bench render`.
//!
//! The target is 200 sections of 100 pieces in under a second on one core, growing linearly.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with four digits")]

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use plenary::model::edition::Rendered;
use plenary::model::entry::{Category, Entry, FeedMeta, StoredEntry};
use plenary::model::id::{EntryKey, PieceId};
use plenary::model::language::{Language, Translated};
use plenary::model::piece::{Facets, Membership, Piece, PieceView, SourceCard, TopicHit};
use plenary::model::policy::{Network, Policy, Polling, Rules};
use plenary::model::query::Query;
use plenary::model::section::{Limits, Placement, PlacementState, Section};
use plenary::model::source::{Republish, Standing};
use plenary::publish::{Contents, Target, documents, edition};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Sections rendered in one run; the last is the target's.
const SECTIONS: [usize; 3] = [50, 100, 200];
/// Pieces in each.
const PIECES: usize = 100;
/// Runs of each size; the fastest counts, since nothing makes a run faster than it is.
const RUNS: usize = 5;
/// Sentences in a piece: about 1.2 KB of HTML, so that 50 pieces make a feed of 60 KB and more.
const SENTENCES: usize = 12;
const WORDS: [&str; 24] = [
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
];

fn main() {
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!(
        "{:>8} {:>8} {:>10} {:>10} {:>10} {:>12}",
        "sections", "pieces", "MB", "render ms", "code ms", "us a piece"
    );
    for sections in SECTIONS {
        let policy = policy(sections);
        let feeds: Vec<(Target, Contents)> = (0..sections).map(feed).collect();
        let (rendering, rendered) = fastest(|| {
            feeds.iter().flat_map(|(target, contents)| documents(&policy, target, contents)).collect::<Vec<Rendered>>()
        });
        let bytes: usize = rendered.iter().map(|document| document.body.len()).sum();
        let coding = Instant::now();
        let stored: usize = rendered.into_iter().map(|document| edition(document).brotli.len()).sum();
        let coding = coding.elapsed();
        assert!(stored < bytes);
        let each = rendering.as_secs_f64() * 1e6 / (sections * PIECES) as f64;
        println!(
            "{sections:>8} {PIECES:>8} {:>10.1} {:>10.0} {:>10.0} {each:>12.1}",
            bytes as f64 / 1e6,
            rendering.as_secs_f64() * 1e3,
            coding.as_secs_f64() * 1e3,
        );
    }
}

/// The shortest of `RUNS` runs, and what the first one made.
fn fastest<T>(mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut timed = || {
        let start = Instant::now();
        let made = run();
        (start.elapsed(), made)
    };
    let (mut best, made) = timed();
    for _ in 1..RUNS {
        best = best.min(timed().0);
    }
    (best, made)
}

fn at(hours: usize) -> DateTime<Utc> {
    let start = Utc.with_ymd_and_hms(2021, 1, 1, 0, 0, 0).single().unwrap_or_default();
    start + TimeDelta::hours(i64::try_from(hours).unwrap_or_default())
}

fn slug(section: usize) -> String {
    format!("section-{section}")
}

fn english(text: &str) -> Translated {
    Translated(BTreeMap::from([("en".to_owned(), text.to_owned())]))
}

fn policy(sections: usize) -> Policy {
    let section = |number| Section {
        id: slug(number).into(),
        title: english(&format!("Section {number}")),
        policy: english("What belongs here, in plain words."),
        rule: Query { root: None },
        rule_text: String::new(),
        alongside: false,
        front: true,
        invite: plenary::model::language::Translated::default(),
        recent: PIECES,
        limits: Limits::default(),
    };
    Policy {
        version: "1".to_owned(),
        network: Network {
            name: "Example Network".to_owned(),
            address: "https://feeds.example.org".to_owned(),
            contact: "webmaster@example.org".to_owned(),
            languages: vec!["en".to_owned()],
            purpose: Translated::default(),
            look: plenary::model::look::Look::default(),
        },
        polling: Polling {
            schedule: String::new(),
            concurrency: 1,
            per_host: 1,
            spacing: Duration::ZERO,
            timeout: Duration::ZERO,
            allow: Vec::new(),
        },
        rules: Rules::default(),
        push: plenary::model::push::Push::default(),
        calendars: Vec::new(),
        sources: Vec::new(),
        sections: (0..sections).map(section).collect(),
        topics: Vec::new(),
        genres: Vec::new(),
        organisations: Vec::new(),
        events: Vec::new(),
    }
}

fn feed(section: usize) -> (Target, Contents) {
    let pieces = (0..PIECES).map(|number| view(section, number)).collect();
    let contents = Contents {
        id: format!("tag:feeds.example.org,2026:{section}"),
        since: at(0),
        pieces,
        tombstones: Vec::new(),
        last_archive: None,
    };
    (Target::Section { section: slug(section).into(), language: None }, contents)
}

/// Words in an order that differs from piece to piece.
fn words(seed: usize, count: usize) -> String {
    let word = |index: usize| WORDS[(seed * 31 + index * index * 7 + index * 3) % WORDS.len()];
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

fn entry(section: usize, number: usize, source: &str) -> StoredEntry {
    let seed = section * PIECES + number;
    let paragraphs =
        (0..SENTENCES).map(|sentence| format!("<p>{} &amp; {}.</p>", words(seed + sentence, 6), words(seed, 6)));
    let entry = Entry {
        id: format!("tag:{source}.example.org,2021:{seed}"),
        title: words(seed, 8),
        link: Some(format!("https://{source}.example.org/{seed}")),
        summary: Some(format!("<p>{}</p>", words(seed, 20))),
        content: Some(paragraphs.collect()),
        published: Some(at(seed)),
        updated: Some(at(seed)),
        author: Some("A. Writer".to_owned()),
        categories: vec![Category { term: "news".to_owned(), scheme: None, label: None }],
        language: Language::parse("en"),
        ..Entry::default()
    };
    let key = EntryKey::of(&source.into(), &entry.id);
    StoredEntry {
        key,
        source: source.into(),
        entry,
        hash: String::new(),
        text_hash: String::new(),
        first_seen: at(seed),
        changed: at(seed),
        withdrawn: None,
    }
}

fn card(id: &str) -> SourceCard {
    SourceCard {
        id: id.into(),
        name: format!("Organisation {id}"),
        site: Some(format!("https://{id}.example.org/")),
        standing: Standing::Member,
        republish: Republish::Full,
        feed: format!("https://{id}.example.org/feed"),
        meta: FeedMeta { title: Some(format!("News of {id}")), updated: Some(at(0)), ..FeedMeta::default() },
    }
}

fn view(section: usize, number: usize) -> PieceView {
    let lead = entry(section, number, "member");
    // Every fifth piece has a second publisher.
    let others: Vec<StoredEntry> =
        (number.is_multiple_of(5)).then(|| entry(section, number, "office")).into_iter().collect();
    let id = PieceId::founded_by(&lead.key);
    let facets = Facets {
        topics: vec![TopicHit { topic: "education".into(), score: 3.0, why: Vec::new() }],
        genre: "statement".into(),
        genre_why: Vec::new(),
        issuer: Standing::Member,
        issuer_why: String::new(),
        standings: vec![Standing::Member],
        sources: vec!["member".into()],
        organisations: vec!["Organisation member".to_owned()],
        countries: vec!["CH".to_owned()],
        language: Language::parse("en"),
        deadline: None,
        grounds: Vec::new(),
    };
    let placement = Placement {
        section: slug(section).into(),
        state: PlacementState::Auto,
        primary: true,
        reasons: vec!["topic:education".to_owned(), "issuer:member".to_owned()],
        entered: lead.first_seen,
        announced: true,
        policy_version: "1".to_owned(),
        learned: None,
    };
    let piece = Piece {
        work: id.clone(),
        atom_id: lead.entry.id.clone(),
        lead: lead.key.clone(),
        lead_reason: String::new(),
        members: vec![Membership { entry: lead.key.clone(), rung: "founder".to_owned(), evidence: String::new() }],
        dated: lead.first_seen,
        date_doubtful: false,
        updated: lead.first_seen,
        held_update: None,
        first_seen: lead.first_seen,
        withdrawn: None,
        facets,
        placements: vec![placement],
        id,
    };
    let sources = ["member", "office"].map(|id| (id.into(), card(id)));
    PieceView { piece, lead, others, versions: Vec::new(), sources: sources.into_iter().collect() }
}
