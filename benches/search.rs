//! Search over a large store: `cargo bench --bench search`.
//!
//! The targets are 50 ms a search and 10 ms a page (99th percentile) over 100,000 pieces.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use plenary::model::change::{Changeset, Incoming};
use plenary::model::entry::{Category, Entry, StoredEntry};
use plenary::model::id::{EntryKey, PieceId};
use plenary::model::language::{Language, Translated};
use plenary::model::piece::{Facets, Membership, Piece, TopicHit};
use plenary::model::policy::{Network, Policy, Polling, Rules};
use plenary::model::port::{Clock, Site};
use plenary::model::query::Query;
use plenary::model::section::{Limits, Placement, PlacementState, Section};
use plenary::model::source::{Republish, Source, Standing, Trust};
use plenary::serve::{State, site};
use plenary::store::Store;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Sections, and pieces in each: 100,000 in all.
const SECTIONS: usize = 20;
const PIECES: usize = 5_000;
/// Pieces applied at once.
const BATCH: usize = 1_000;
/// Times that each question is asked.
const TIMES: usize = 100;
/// Sentences in a piece.
const SENTENCES: usize = 12;
/// Words that every text draws from; each text has some that few others have.
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
/// What is asked, and what it stands for.
const QUESTIONS: [(&str, &str); 12] = [
    ("a rare word", "/search?q=rare77"),
    ("one word that all have", "/search?q=children"),
    ("three words", "/search?q=children+education+rare7"),
    ("a phrase", "/search?q=%22children+committee%22"),
    ("exclusion and fields", "/search?q=education+-rare5+section:section-3+lang:en"),
    ("dates", "/search?q=rights+after:2021-06+before:2021-09"),
    ("dates inside or", "/search?q=rare3+or+before:2021-02"),
    ("typed wrongly", "/search?q=raree77x"),
    ("feed", "/search.atom?q=children"),
    ("interface", "/api/v1/search?q=children&limit=20"),
    ("section page", "/sections/section-3"),
    ("overview", "/"),
];

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> DateTime<Utc> {
        at(SECTIONS * PIECES)
    }
}

#[tokio::main]
async fn main() {
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    if let Err(error) = measure().await {
        println!("{error}");
    }
}

async fn measure() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("plenary.db")).await?;
    let policy = policy(SECTIONS);
    store.sync_sources(&policy.sources, at(0)).await?;
    let start = Instant::now();
    for section in 0..SECTIONS {
        for first in (0..PIECES).step_by(BATCH) {
            let (pieces, entries): (Vec<Piece>, Vec<StoredEntry>) =
                (first..first + BATCH).map(|number| piece(section, number)).unzip();
            let entries = entries.into_iter().map(|stored| Incoming { stored, keys: Vec::new() }).collect();
            store.apply(Changeset { entries, pieces, ..Changeset::default() }, None, at(0)).await?;
        }
    }
    println!("{} pieces applied and indexed in {:.1} s", SECTIONS * PIECES, start.elapsed().as_secs_f64());
    let (_sender, receiver) = watch::channel(Arc::new(policy));
    let site = site(State { store, policy: receiver, clock: Arc::new(Fixed) });
    println!("{:>24} {:>9} {:>9} {:>9} {:>7}", "question", "first ms", "p50 ms", "p99 ms", "status");
    for (name, path) in QUESTIONS {
        let mut times: Vec<Duration> = Vec::with_capacity(TIMES);
        let mut status = 0;
        let mut first = Duration::ZERO;
        for number in 0..=TIMES {
            let start = Instant::now();
            status = site.page(path).await.status;
            if number == 0 { first = start.elapsed() } else { times.push(start.elapsed()) }
        }
        times.sort_unstable();
        let millis = |part: usize| times.get(part).map_or(0.0, |time| time.as_secs_f64() * 1e3);
        let first = first.as_secs_f64() * 1e3;
        println!("{name:>24} {first:>9.1} {:>9.1} {:>9.1} {status:>7}", millis(TIMES / 2), millis(TIMES * 99 / 100));
    }
    Ok(())
}

fn at(hours: usize) -> DateTime<Utc> {
    let start = Utc.with_ymd_and_hms(2015, 1, 1, 0, 0, 0).single().unwrap_or_default();
    start + TimeDelta::hours(i64::try_from(hours).unwrap_or_default())
}

fn slug(section: usize) -> String {
    format!("section-{section}")
}

fn english(text: &str) -> Translated {
    Translated([("en".to_owned(), text.to_owned())].into())
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
        recent: 50,
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
        sources: vec![Source {
            id: "member".into(),
            name: "Organisation member".to_owned(),
            site: None,
            feeds: vec!["https://member.example.org/feed".to_owned()],
            standing: Standing::Member,
            language: None,
            trust: Trust::Trusted,
            republish: Republish::Full,
            enabled: true,
            reason: None,
            schedule: None,
            topics: Vec::new(),
            section: None,
            region: None,
            countries: Vec::new(),
        }],
        sections: (0..sections).map(section).collect(),
        topics: Vec::new(),
        genres: Vec::new(),
        organisations: Vec::new(),
        events: Vec::new(),
        push: plenary::model::push::Push::default(),
        calendars: Vec::new(),
    }
}

/// Words in an order that differs from piece to piece.
fn words(seed: usize, count: usize) -> String {
    let word = |index: usize| WORDS[(seed * 31 + index * index * 7 + index * 3) % WORDS.len()];
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

fn entry(section: usize, number: usize, source: &str) -> StoredEntry {
    let seed = number * SECTIONS + section;
    let paragraphs =
        (0..SENTENCES).map(|sentence| format!("<p>{} &amp; {}.</p>", words(seed + sentence, 6), words(seed, 6)));
    let entry = Entry {
        id: format!("tag:{source}.example.org,2021:{seed}"),
        title: format!("{} rare{}", words(seed, 8), seed % 5_000),
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

fn piece(section: usize, number: usize) -> (Piece, StoredEntry) {
    let lead = entry(section, number, "member");
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
    (piece, lead)
}
