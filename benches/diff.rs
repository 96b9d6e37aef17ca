//! `plenary diff` over a store of 100,000 pieces: `cargo bench --bench diff [PIECES] [STORE]`.
//!
//! The target is 5 s, whatever changed in the policy. The store is filled with texts of about 150
//! words that the shipped policy has much to say of; with STORE it is kept, to be looked at with the
//! program itself.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use plenary::app::{App, Setup};
use plenary_fixtures::{incoming, stored_entry};
use plenary_ingest::decide::Judge;
use plenary_model::change::{CandidateSet, Changeset, Incoming};
use plenary_model::entry::{Entry, StoredEntry};
use plenary_model::id::digest;
use plenary_model::language::Language;
use plenary_model::policy::Policy;
use plenary_model::query::Query;
use plenary_store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// Pieces when the command line does not say.
const PIECES: usize = 100_000;
/// Pieces applied at once.
const BATCH: usize = 500;
/// Sentences in a text.
const SENTENCES: usize = 10;
/// What the texts are put together from.
const ABOUT: [&str; 24] = [
    "Children in alternative care need protection while schools stay closed.",
    "The committee has postponed its session and will publish new dates in due course.",
    "Governments should release girls and boys from detention without delay.",
    "The budget debate went on late into the night, and nobody left the room.",
    "A new guide for parents gives tips on helping children cope with the pandemic.",
    "Please send your inputs before 15 March 2021 to the secretariat.",
    "The survey of 4,000 households shows how the coronavirus deepens poverty.",
    "Farmers expect a good harvest after a mild and rainy spring.",
    "Teachers in rural areas reach their pupils over the radio and on paper.",
    "The statement calls on states to protect the rights of the child online.",
    "Refugee families at the border wait for asylum in overcrowded camps.",
    "The museum has opened a second hall for its collection of old clocks.",
    "Child human rights defenders told their stories at the day of general discussion.",
    "Air strikes destroyed two hospitals and killed civilians in the north.",
    "The football club has signed a goalkeeper for the coming season.",
    "Vaccines must reach adolescents with disabilities in every country.",
    "The special rapporteur presented a report to the Human Rights Council.",
    "Climate change threatens the health of young people and their environment.",
    "Companies must assess how their business affects families and workers.",
    "The train between the two cities now takes less than three hours.",
    "We welcome the adoption of the general comment on the digital environment.",
    "Corporal punishment remains lawful in many homes and schools.",
    "Ministers from twelve countries met to discuss trade and fisheries.",
    "The network published a joint statement of its members on child labour.",
];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs the program without this argument: then there is nothing to measure.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let pieces = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(PIECES);
    let kept = arguments.iter().find(|argument| Path::new(argument).extension().is_some_and(|end| end == "db"));
    if let Err(error) = measure(pieces, kept.map(PathBuf::from)).await {
        println!("{error}");
    }
}

async fn measure(pieces: usize, kept: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let database = kept.unwrap_or_else(|| folder.path().join("plenary.db"));
    let setup = Setup { config: concat!(env!("CARGO_MANIFEST_DIR"), "/feeds.toml").into(), database };
    let policy = plenary_config::read(&setup.config, plenary::built_in::text)?;
    if !setup.database.exists() {
        fill(&setup.database, &policy, pieces).await?;
    }
    let app = App::open_existing(&setup).await?;
    for (name, change) in CHANGES {
        let mut new = policy.clone();
        new.version = name.to_owned();
        change(&mut new);
        let start = Instant::now();
        let difference = app.diff(new, &|_, _| {}).await?;
        let (seconds, changes) = (start.elapsed().as_secs_f64(), difference.changes.len());
        println!("{name:>24}: {} pieces, {changes} changes, {seconds:.2} s", difference.pieces);
    }
    Ok(())
}

/// A change of a policy, with its name.
type Edit = (&'static str, fn(&mut Policy));

/// What may change in a policy.
const CHANGES: [Edit; 4] = [
    ("nothing", |_| {}),
    ("a section's rule", |policy| {
        if let Some(section) = policy.sections.iter_mut().find(|section| section.id.as_str() == "child-rights") {
            section.rule = Query::parse_rule("topic:child-rights and topic:education").unwrap_or_default();
        }
    }),
    ("a topic's terms", |policy| {
        let topic = policy.topics.iter_mut().find(|topic| topic.id.as_str() == "covid-19");
        if let Some(terms) = topic.and_then(|topic| topic.terms.get_mut("en")) {
            terms.strong.push("overcrowded camps".to_owned());
        }
    }),
    ("a source's trust", |policy| {
        if let Some(source) = policy.sources.first_mut() {
            source.trust = plenary_model::source::Trust::Review;
        }
    }),
];

async fn fill(database: &Path, policy: &Policy, pieces: usize) -> Result<(), Box<dyn Error>> {
    let store = Store::open(database).await?;
    store.sync_sources(&policy.sources, at(0)).await?;
    let start = Instant::now();
    let judge = Judge::new(Arc::new(policy.clone()));
    for first in (0..pieces).step_by(BATCH) {
        let mut all = Changeset::default();
        for number in first..pieces.min(first + BATCH) {
            // Each is judged alone: that no two are the same piece is known without comparing them.
            let known = CandidateSet::default();
            let one = judge.decide(vec![numbered(number, policy)], BTreeMap::new(), known, at(pieces));
            all.pieces.extend(one.pieces);
            all.entries.extend(one.entries);
        }
        store.apply(all, None, at(pieces)).await?;
    }
    store.end_first_pass().await?;
    store.end_placing(&policy.version, &BTreeSet::new()).await?;
    store.close().await?;
    println!("{pieces} pieces judged and stored in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn at(hours: usize) -> DateTime<Utc> {
    let start = Utc.with_ymd_and_hms(2015, 1, 1, 0, 0, 0).single().unwrap_or_default();
    start + TimeDelta::hours(i64::try_from(hours).unwrap_or_default())
}

/// The text of a number: sentences in an order of its own, one of them found nowhere else.
fn numbered(number: usize, policy: &Policy) -> Incoming {
    let source = &policy.sources[number % policy.sources.len()];
    let sentence = |index: usize| ABOUT[(number * 7 + index * (number % 11 + 1) + number / 24) % ABOUT.len()];
    let body: Vec<&str> = (1..=SENTENCES).map(sentence).collect();
    let own = format!("Document {number} of the series {} says so.", number % 997);
    let entry = Entry {
        id: format!("tag:example.org,2021:{number}"),
        title: format!("{} ({number})", sentence(0)),
        link: Some(format!("https://{}.example.org/{number}", source.id)),
        content: Some(format!("<p>{own}</p><p>{}</p>", body.join("</p><p>"))),
        published: Some(at(number)),
        language: Language::parse("en"),
        ..Entry::default()
    };
    incoming(StoredEntry {
        hash: digest([entry.id.as_str()]),
        text_hash: digest([entry.title.as_str()]),
        ..stored_entry(source.id.as_str(), entry, at(number))
    })
}
