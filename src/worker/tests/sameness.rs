//! The partition into pieces depends on the set of entries and decisions alone: not on their order, on
//! batches or on restarts. Judged through a store on disk and compared with one judgement in memory.

use super::{policy, source};
use chrono::{DateTime, Duration, TimeZone, Utc};
use plenary_fixtures::stored_entry;
use plenary_ingest::categorise::Categoriser;
use plenary_ingest::decide::{Judge, Sketches, prepare};
use plenary_model::change::{Asked, CandidateSet, Changeset, Incoming};
use plenary_model::decision::{Action, Decision};
use plenary_model::entry::{Entry, StoredEntry};
use plenary_model::id::{EntryKey, digest};
use plenary_model::language::Language;
use plenary_model::limits::Limits;
use plenary_store::Store;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Cases of each property.
const CASES: u32 = 256;
const SOURCES: [&str; 4] = ["one", "two", "three", "four"];
const TITLES: [&str; 4] = [
    "Schools must open first say members of the coalition for learning",
    "Coalition asks ministries for a date on which classrooms open again",
    "Weekly news from the committee and its members around the world",
    "Report of session 88",
];

/// What an entry is made of: source, text, how it is told, title, address, and day or none.
type Row = (usize, usize, usize, usize, usize, Option<i64>);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0..4_usize, 0..3_usize, 0..8_usize, 0..4_usize, 0..9_usize, prop::option::weighted(0.9, 0..45_i64));
    prop::collection::vec(row, 2..12)
}

/// Ten sentences of ten words; no two texts share any.
fn sentences(text: usize) -> Vec<String> {
    let word = |number: usize| format!("word{}", (number * 7919 + text * 31_337) % 99_991);
    (0..10)
        .map(|sentence| (0..10).map(|place| word(sentence * 10 + place)).collect::<Vec<_>>().join(" ") + ".")
        .collect()
}

/// The text in full, cut, edited, mixed with another, with a frame, half told anew, quoted at the head of
/// another text, or a teaser of it that stands in that one too.
fn retell(text: usize, how: usize) -> String {
    let own = sentences(text);
    let foreign = sentences(text + 7);
    let pick = |at: usize, from: &[String]| from.get(at).cloned().unwrap_or_default();
    match how {
        1 => own[..4].join(" "),
        2 => own.iter().map(|sentence| sentence.replacen("word", "other", 1)).collect::<Vec<_>>().join(" "),
        3 => (0..10)
            .map(|at| if at % 4 == 3 { pick(at, &foreign) } else { pick(at, &own) })
            .collect::<Vec<_>>()
            .join(" "),
        4 => format!("{} {} {}", pick(0, &foreign), own.join(" "), pick(1, &foreign)),
        5 => (0..10)
            .map(|at| if at % 2 == 0 { pick(at, &foreign) } else { pick(at, &own) })
            .collect::<Vec<_>>()
            .join(" "),
        6 => [&own[..3], &foreign[3..]].concat().join(" "),
        7 => own[..3].join(" "),
        _ => own.join(" "),
    }
}

fn day(number: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2021, 5, 1, 12, 0, 0).unwrap() + Duration::days(number)
}

fn incoming(number: usize, (source, text, how, title, link, dated): Row) -> Incoming {
    let source = SOURCES[source];
    let page = if link < 2 {
        format!("https://shared.example.org/{link}")
    } else {
        format!("https://{source}.example.org/{number}")
    };
    let entry = Entry {
        id: if link == 2 { format!("urn:shared:{text}") } else { format!("urn:{source}:{number}") },
        title: TITLES[title].to_owned(),
        link: Some(page),
        content: Some(retell(text, how)),
        published: dated.map(day),
        language: Language::parse("en"),
        ..Entry::default()
    };
    let hash = digest([entry.title.as_str(), entry.body()]);
    let first_seen = day(45 + i64::try_from(number).unwrap() * 3);
    let stored = StoredEntry { hash: hash.clone(), text_hash: hash, ..stored_entry(source, entry, first_seen) };
    prepare(stored)
}

/// One entry a key.
fn set(rows: &[Row]) -> Vec<Incoming> {
    set_of(rows.iter().enumerate().map(|(number, row)| incoming(number, *row)))
}

fn set_of(all: impl Iterator<Item = Incoming>) -> Vec<Incoming> {
    let unique: BTreeMap<EntryKey, Incoming> = all.map(|one| (one.stored.key.clone(), one)).collect();
    unique.into_values().collect()
}

fn shuffle(mut list: Vec<Incoming>, mut state: u64) -> Vec<Incoming> {
    for at in (1..list.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        list.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
    }
    list
}

type Partition = BTreeSet<BTreeSet<EntryKey>>;

/// A store on disk and the judge that fills it.
struct Bench {
    folder: tempfile::TempDir,
    judge: Judge<Categoriser>,
    store: Store,
}

impl Bench {
    async fn new() -> Self {
        // Migrations run once: every case begins with a copy of the file.
        static EMPTY: OnceLock<Vec<u8>> = OnceLock::new();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plenary.db");
        let mut policy = policy();
        policy.sources = SOURCES.iter().map(|id| source(id, &[format!("https://{id}.example.org/feed")])).collect();
        if let Some(bytes) = EMPTY.get() {
            std::fs::write(&path, bytes).unwrap();
        } else {
            let store = Store::open(&path).await.unwrap();
            store.sync_sources(&policy.sources, day(0)).await.unwrap();
            store.close().await.unwrap();
            EMPTY.get_or_init(|| std::fs::read(&path).unwrap());
        }
        let store = Store::open(&path).await.unwrap();
        Self { folder, judge: Judge::new(Arc::new(policy)), store }
    }

    fn path(&self) -> std::path::PathBuf {
        Path::new(self.folder.path()).join("plenary.db")
    }

    async fn restart(&mut self) {
        self.store.close().await.unwrap();
        self.store = Store::open(&self.path()).await.unwrap();
    }

    async fn poll(&self, incoming: Vec<Incoming>) -> Changeset {
        let asked = Asked::about(&incoming, std::iter::empty(), 30, &Limits::default());
        let known = self.store.load_candidates(&asked, Some(Arc::new(Sketches(Limits::default())))).await.unwrap();
        let change = self.judge.decide(incoming, BTreeMap::new(), known, day(100));
        self.store.apply(change.clone(), None, day(100)).await.unwrap();
        change
    }

    async fn decide(&self, entry: &EntryKey, action: Action) -> i64 {
        let decision = Decision { id: 0, at: day(100), by: "Ana".into(), entry: Some(entry.clone()), action };
        let id = self.store.record(decision).await.unwrap();
        self.settle().await;
        id
    }

    /// Judges every stored piece again.
    async fn settle(&self) -> Changeset {
        let dossiers = self.store.dossiers_after(None, 1_000).await.unwrap();
        let change = self.judge.rejudge(dossiers, &BTreeSet::new(), true, day(100));
        self.store.apply(change.clone(), None, day(100)).await.unwrap();
        change
    }

    async fn partition(&self) -> Partition {
        let dossiers = self.store.dossiers_after(None, 1_000).await.unwrap();
        dossiers.iter().map(|dossier| dossier.entries.iter().map(|entry| entry.key.clone()).collect()).collect()
    }
}

/// The pieces of a set judged at once, in memory.
fn at_once(judge: &Judge<Categoriser>, all: Vec<Incoming>) -> Partition {
    let change = judge.decide(all, BTreeMap::new(), CandidateSet::default(), day(100));
    change.pieces.iter().map(|piece| piece.members.iter().map(|member| member.entry.clone()).collect()).collect()
}

/// The pieces of a list that comes in one by one, and of the same judged at once.
fn one_by_one_and_at_once(all: Vec<Incoming>) -> (Partition, Partition) {
    block_on(async {
        let bench = Bench::new().await;
        for one in all.clone() {
            bench.poll(vec![one]).await;
        }
        (bench.partition().await, at_once(&bench.judge, all))
    })
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_batches_and_restarts_do_not_matter(rows in rows(), order in any::<u64>(), batch in 1..5_usize) {
        let (stored, wanted, again) = block_on(async {
            let mut bench = Bench::new().await;
            let all = set(&rows);
            for (number, part) in shuffle(all.clone(), order).chunks(batch).enumerate() {
                if number == 2 {
                    bench.restart().await;
                }
                bench.poll(part.to_vec()).await;
            }
            let stored = bench.partition().await;
            (stored, at_once(&bench.judge, all.clone()), bench.poll(all).await)
        });
        prop_assert_eq!(stored, wanted);
        prop_assert_eq!(again, Changeset::default(), "what is known changes nothing");
    }

    #[test]
    fn what_staff_undo_leaves_no_trace(rows in rows(), picks in prop::collection::vec((0..12_usize, 0..12_usize, any::<bool>()), 1..4)) {
        let (before, during, after) = block_on(async {
            let bench = Bench::new().await;
            let all = set(&rows);
            bench.poll(all.clone()).await;
            let before = bench.partition().await;
            let mut decided = Vec::new();
            for (one, other, merges) in &picks {
                let (one, other) = (&all[one % all.len()].stored.key, &all[other % all.len()].stored.key);
                if one == other {
                    continue;
                }
                let action =
                    if *merges { Action::Merge { other: other.clone() } } else { Action::Split { from: vec![other.clone()] } };
                decided.push((bench.decide(one, action).await, one.clone(), other.clone(), *merges));
            }
            // Of several decisions a later one may contradict an earlier one by way of a third entry.
            let only = if decided.len() == 1 { decided.first().cloned() } else { None };
            let during = (bench.partition().await, only);
            for (id, entry, _, _) in decided.iter().rev() {
                bench.decide(entry, Action::Undo { decision: *id }).await;
            }
            (before, during, bench.partition().await)
        });
        if let (partition, Some((_, one, other, merges))) = during {
            let is_one = partition.iter().any(|piece| piece.contains(&one) && piece.contains(&other));
            prop_assert_eq!(is_one, merges, "the word of staff holds");
        }
        prop_assert_eq!(after, before);
    }

    #[test]
    fn what_staff_split_stays_split_whatever_comes(rows in rows(), pick in (0..12_usize, 0..12_usize), order in any::<u64>()) {
        let held = block_on(async {
            let bench = Bench::new().await;
            let all = set(&rows);
            let (first, later) = all.split_at(all.len().div_ceil(2));
            bench.poll(first.to_vec()).await;
            let (one, other) = (&first[pick.0 % first.len()].stored.key, &first[pick.1 % first.len()].stored.key);
            if one == other {
                return true;
            }
            bench.decide(one, Action::Split { from: vec![other.clone()] }).await;
            for part in shuffle(later.to_vec(), order).chunks(2) {
                bench.poll(part.to_vec()).await;
            }
            !bench.partition().await.iter().any(|piece| piece.contains(one) && piece.contains(other))
        });
        prop_assert!(held);
    }
}

#[test]
fn what_a_poll_brings_to_mind_is_bounded_by_the_window_and_not_by_history() {
    let (brought, known) = block_on(async {
        let bench = Bench::new().await;
        // Of 400 entries 380 lie outside of the window, as far apart as from what comes in: the same three
        // texts and headlines year after year, some at the same address or id.
        let of = |number: usize, link: usize, dated: i64| {
            let shared = if number % 100 == 7 { link } else { 8 };
            incoming(number, (number % 4, number % 3, 0, number % 3, shared, Some(dated)))
        };
        let old = (0..380).map(|number| of(number, 1, 10 - 40 * (i64::try_from(number).unwrap() + 1)));
        let near = (380..400).map(|number| of(number, 8, 15 + i64::try_from(number % 20).unwrap()));
        for part in set_of(old.chain(near)).chunks(50) {
            bench.poll(part.to_vec()).await;
        }
        let mut brought = Vec::new();
        for text in 0..3 {
            let one = incoming(400 + text, (text, text, 0, text, 1, Some(40)));
            let asked = Asked::about(std::slice::from_ref(&one), std::iter::empty(), 30, &Limits::default());
            let known = bench.store.load_candidates(&asked, Some(Arc::new(Sketches(Limits::default())))).await;
            brought.push((one, known.unwrap().dossiers));
        }
        (brought, bench.store.totals().await.unwrap().entries)
    });
    assert_eq!(known, 400);
    for (one, dossiers) in brought {
        let own = &one.stored.entry;
        let is_near =
            |entry: &StoredEntry| (entry.entry.published.unwrap() - own.published.unwrap()).abs() <= Duration::days(30);
        let (near, far): (Vec<_>, Vec<_>) = dossiers.iter().partition(|dossier| dossier.entries.iter().any(is_near));
        assert!(!near.is_empty(), "copies within the window are brought");
        assert!(!far.is_empty(), "what shares the address is brought whenever it was");
        let shares = |entry: &StoredEntry| entry.entry.link == own.link || entry.entry.id == own.id;
        assert!(far.iter().all(|dossier| dossier.entries.iter().any(shares)), "{far:#?}");
        assert!(dossiers.len() <= 25, "{} of 400", dossiers.len());
    }
}

/// Three copies are one until a fourth, which two of them belong with, parts them; when a fifth parts those
/// two again, the one left over goes back to the first, which nothing that came in then is like.
#[test]
fn what_is_parted_finds_its_copy_again() {
    let rows = [
        (2, 1, 1, 0, 3, None),
        (0, 0, 0, 0, 0, None),
        (0, 0, 0, 0, 0, None),
        (0, 0, 0, 0, 0, None),
        (0, 0, 0, 0, 0, None),
        (0, 0, 0, 0, 2, None),
        (2, 1, 4, 0, 0, Some(0)),
        (0, 0, 0, 0, 0, None),
        (0, 1, 4, 0, 3, None),
        (1, 1, 4, 0, 0, None),
        (1, 1, 0, 1, 1, Some(31)),
    ];
    let (stored, wanted) = one_by_one_and_at_once(shuffle(set(&rows), 12_268_206_796_260_344_048));
    assert_eq!(stored, wanted);
}

/// A headline over two pieces of one source is a rubric, also for a copy that is near to one of them in time
/// and not to the other.
#[test]
fn a_rubric_joins_nothing_that_is_far_from_its_second_piece() {
    let rows = [(1, 0, 5, 2, 3, None), (1, 2, 0, 2, 3, Some(32)), (2, 0, 1, 2, 3, Some(0))];
    let all = rows.iter().enumerate().map(|(number, row)| incoming(number, *row)).collect();
    let (stored, wanted) = one_by_one_and_at_once(all);
    assert_eq!(wanted.len(), 3);
    assert_eq!(stored, wanted);
}

/// The same when the copy is in doubt for the headline alone, and what comes in is like one of the two.
#[test]
fn a_rubric_still_joins_nothing_when_a_copy_of_one_of_its_pieces_comes_in() {
    let rows = [(3, 1, 6, 1, 2, Some(38)), (1, 0, 1, 1, 2, Some(37)), (3, 0, 2, 1, 1, None), (0, 1, 6, 2, 0, None)];
    let all = rows.iter().enumerate().map(|(number, row)| incoming(number, *row)).collect();
    let (stored, wanted) = one_by_one_and_at_once(all);
    assert_eq!(wanted.len(), 3);
    assert_eq!(stored, wanted);
}
