//! A store of dossiers in memory, a classifier by title, and entries to judge.

use super::super::classifier::{Case, Classifier, Suggestion};
use super::super::judge::Judge;
use crate::dedup::prepare;
use chrono::{DateTime, Duration, TimeZone, Utc};
use plenary_fixtures::{self as fixtures, section_with_rule, stored_entry};
use plenary_model::change::{CandidateSet, Changeset, DoubtKind, Entered, Incoming};
use plenary_model::decision::{Action, Decision};
use plenary_model::entry::{Entry, StoredEntry};
use plenary_model::id::{EntryKey, PieceId, digest};
use plenary_model::language::Language;
use plenary_model::piece::{Dossier, Facets, Piece};
use plenary_model::policy::Policy;
use plenary_model::reason::Reason;
use plenary_model::section::{PlacementState, Section};
use plenary_model::source::{Source, Standing, Trust};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Puts a piece in `news` unless its title says `nothing`, and in `alongside` too when it says `both`.
pub(super) struct TitleClassifier;

/// Why the rules of these tests place a piece.
pub(super) fn title_says(slug: &str) -> Reason {
    Reason::SourceDefault { source: slug.to_owned() }
}

impl Classifier for TitleClassifier {
    fn facets(&self, case: &Case<'_>) -> Facets {
        Facets {
            issuer: Standing::Member,
            standings: case.carriers.iter().map(|carrier| carrier.standing).collect(),
            sources: case.carriers.iter().map(|carrier| carrier.source.clone()).collect(),
            language: case.entry.language.clone(),
            ..Facets::default()
        }
    }

    fn sections(&self, case: &Case<'_>, _: &Facets) -> Vec<Suggestion> {
        let take =
            |slug: &str, primary| Suggestion { section: slug.into(), primary, score: 1.0, why: vec![title_says(slug)] };
        match case.entry.title.as_str() {
            title if title.contains("nothing") => Vec::new(),
            title if title.contains("both") => vec![take("news", true), take("alongside", false)],
            _ => vec![take("news", true)],
        }
    }
}

pub(super) fn at(day: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2021, 5, 1, 12, 0, 0).unwrap() + Duration::days(day)
}

pub(super) fn source(id: &str, trust: Trust) -> Source {
    Source { trust, ..fixtures::source(id) }
}

pub(super) fn policy(version: &str) -> Arc<Policy> {
    let section = |id: &str, alongside| Section { alongside, ..section_with_rule(id, "genre:other") };
    Arc::new(Policy {
        sources: vec![
            source("one", Trust::Trusted),
            source("two", Trust::Trusted),
            source("three", Trust::Trusted),
            source("press", Trust::Review),
            source("shut", Trust::Blocked),
        ],
        sections: vec![section("news", false), section("other", false), section("alongside", true)],
        ..fixtures::policy(version)
    })
}

/// A text long enough to tell pieces apart.
pub(super) fn text(n: usize) -> String {
    (0..60).map(|word| format!("word{}", (word * 7 + n * 1000) % 9973)).collect::<Vec<_>>().join(" ")
}

/// An entry as it comes in; `n` sets its text.
pub(super) fn incoming(source: &str, id: &str, title: &str, n: usize, day: i64) -> Incoming {
    let entry = Entry {
        id: format!("https://{source}.example.org/{id}"),
        title: title.into(),
        link: Some(format!("https://{source}.example.org/{id}")),
        content: Some(text(n)),
        published: Some(at(day)),
        language: Language::parse("en"),
        ..Entry::default()
    };
    build_incoming(source, entry, at(day) + Duration::hours(1))
}

pub(super) fn build_incoming(source: &str, entry: Entry, first_seen: DateTime<Utc>) -> Incoming {
    let stored = StoredEntry {
        hash: digest([serde_json::to_string(&entry).unwrap().as_str()]),
        text_hash: digest([entry.body()]),
        ..stored_entry(source, entry, first_seen)
    };
    prepare(stored)
}

/// Changes an incoming entry and brings its digests and keys up to date.
pub(super) fn with(one: Incoming, change: impl FnOnce(&mut Entry)) -> Incoming {
    let mut entry = one.stored.entry;
    change(&mut entry);
    build_incoming(one.stored.source.as_str(), entry, one.stored.first_seen)
}

/// The store, as far as the judge sees it.
pub(super) struct Shelf {
    pub(super) judge: Judge<TitleClassifier>,
    pub(super) dossiers: BTreeMap<PieceId, Dossier>,
    pub(super) decisions: Vec<Decision>,
    /// Pairs that may be the same piece.
    pub(super) doubts: BTreeSet<(EntryKey, EntryKey)>,
    /// Texts that entries had before.
    pub(super) earlier: BTreeSet<(EntryKey, String)>,
    pub(super) first_pass_done: bool,
    /// The whole store is shown to the judge, not only what shares a key.
    pub(super) shows_all: bool,
}

impl Shelf {
    pub(super) fn new() -> Self {
        let judge = Judge::with(policy("p1"), TitleClassifier);
        Self {
            judge,
            dossiers: BTreeMap::new(),
            decisions: Vec::new(),
            doubts: BTreeSet::new(),
            earlier: BTreeSet::new(),
            first_pass_done: true,
            shows_all: false,
        }
    }

    pub(super) fn poll(&mut self, day: i64, incoming: Vec<Incoming>) -> Changeset {
        let keys: BTreeSet<_> = incoming.iter().flat_map(|one| one.keys.clone()).collect();
        let asked: BTreeSet<_> = incoming.iter().map(|one| one.stored.key.clone()).collect();
        let is_known = |entry: &StoredEntry| {
            self.shows_all
                || asked.contains(&entry.key)
                || prepare(entry.clone()).keys.iter().any(|key| keys.contains(key))
        };
        let dossiers: Vec<Dossier> =
            self.dossiers.values().filter(|d| d.entries.iter().any(is_known)).cloned().collect();
        let (dossiers, doubts) = self.with_doubts(dossiers);
        let entered = self.count_entered(day);
        let earlier = self.earlier.clone();
        let known = CandidateSet { dossiers, doubts, earlier, first_pass_done: self.first_pass_done, entered };
        let change = self.judge.decide(incoming, BTreeMap::new(), known, at(day));
        self.apply(&change);
        change
    }

    /// What has entered each section today, by source.
    pub(super) fn count_entered(&self, day: i64) -> Entered {
        let mut entered = Entered::new();
        for dossier in self.dossiers.values() {
            let Some(lead) = dossier.entries.iter().find(|entry| entry.key == dossier.piece.lead) else { continue };
            for placement in dossier.piece.placements.iter().filter(|placement| placement.state.is_shown()) {
                if placement.announced && placement.entered.date_naive() == at(day).date_naive() {
                    *entered.entry((placement.section.clone(), lead.source.clone())).or_default() += 1;
                }
            }
        }
        entered
    }

    /// Lets in what is held back, as far as there is room.
    pub(super) fn release(&mut self, day: i64) -> Changeset {
        let dossiers = self.dossiers.values().cloned().collect();
        let change = self.judge.release(dossiers, &self.count_entered(day), self.first_pass_done, at(day));
        self.apply(&change);
        change
    }

    /// The pieces found and those in doubt with them, as the store brings them.
    fn with_doubts(&self, mut dossiers: Vec<Dossier>) -> (Vec<Dossier>, Vec<(EntryKey, EntryKey)>) {
        loop {
            let held: BTreeSet<&EntryKey> = dossiers.iter().flat_map(|d| d.entries.iter().map(|e| &e.key)).collect();
            let touching = |pair: &&(EntryKey, EntryKey)| held.contains(&pair.0) || held.contains(&pair.1);
            let doubts: Vec<_> = self.doubts.iter().filter(touching).cloned().collect();
            let is_new = |d: &&Dossier| {
                let holds = |key: &EntryKey| d.entries.iter().any(|entry| entry.key == *key);
                !dossiers.iter().any(|own| own.piece.id == d.piece.id)
                    && doubts.iter().any(|(a, b)| holds(a) || holds(b))
            };
            let more: Vec<Dossier> = self.dossiers.values().filter(is_new).cloned().collect();
            if more.is_empty() {
                return (dossiers, doubts);
            }
            dossiers.extend(more);
        }
    }

    pub(super) fn apply(&mut self, change: &Changeset) {
        let came_in: BTreeSet<&EntryKey> = change.entries.iter().map(|one| &one.stored.key).collect();
        self.doubts.retain(|(a, b)| !came_in.contains(a) && !came_in.contains(b));
        let possible = change.doubts.iter().filter(|doubt| doubt.kind == DoubtKind::PossibleDuplicate);
        self.doubts.extend(possible.map(|doubt| (doubt.entry.clone(), doubt.other.clone())));
        let mut entries: BTreeMap<EntryKey, StoredEntry> =
            self.dossiers.values().flat_map(|d| d.entries.iter().map(|e| (e.key.clone(), e.clone()))).collect();
        for one in change.entries.iter().filter_map(|one| entries.get(&one.stored.key)) {
            self.earlier.insert((one.key.clone(), one.text_hash.clone()));
        }
        entries.extend(change.entries.iter().map(|one| (one.stored.key.clone(), one.stored.clone())));
        for (gone, _) in &change.absorbed {
            self.dossiers.remove(gone);
        }
        for piece in &change.pieces {
            let dossier = Dossier { piece: piece.clone(), entries: Vec::new(), decisions: Vec::new() };
            self.dossiers.insert(piece.id.clone(), dossier);
        }
        for dossier in self.dossiers.values_mut() {
            let members = dossier.piece.members.iter();
            dossier.entries = members.filter_map(|member| entries.get(&member.entry).cloned()).collect();
            let is_its = |d: &&Decision| dossier.entries.iter().any(|e| d.entry.as_ref() == Some(&e.key));
            dossier.decisions = self.decisions.iter().filter(is_its).cloned().collect();
        }
    }

    /// Records a decision and judges everything again.
    pub(super) fn decide(&mut self, day: i64, entry: &Incoming, action: Action) -> i64 {
        let id = i64::try_from(self.decisions.len()).unwrap() + 1;
        let entry = Some(entry.stored.key.clone());
        self.decisions.push(Decision { id, at: at(day), by: "Ana".into(), entry, action });
        self.settle(day);
        id
    }

    pub(super) fn undo(&mut self, day: i64, id: i64) {
        self.decisions.retain(|d| d.id != id);
        self.settle(day);
    }

    pub(super) fn settle(&mut self, day: i64) -> Changeset {
        self.apply(&Changeset::default());
        let dossiers = self.dossiers.values().cloned().collect();
        let change = self.judge.rejudge(dossiers, &BTreeSet::new(), self.first_pass_done, at(day));
        self.apply(&change);
        change
    }

    /// Drops the texts of all entries, as the store does of what no reader sees.
    pub(super) fn drop_texts(&mut self) {
        for entry in self.dossiers.values_mut().flat_map(|dossier| &mut dossier.entries) {
            (entry.entry.summary, entry.entry.content, entry.is_bare) = (None, None, true);
        }
    }

    /// The piece that holds an entry.
    pub(super) fn piece(&self, entry: &Incoming) -> &Piece {
        let holds = |d: &&Dossier| d.entries.iter().any(|e| e.key == entry.stored.key);
        let found: Vec<&Dossier> = self.dossiers.values().filter(holds).collect();
        assert_eq!(found.len(), 1, "an entry is in exactly one piece");
        &found[0].piece
    }

    pub(super) fn state(&self, entry: &Incoming, section: &str) -> Option<PlacementState> {
        self.piece(entry).placement(section).map(|placement| placement.state)
    }

    /// Keys of entries by piece.
    pub(super) fn partition(&self) -> BTreeSet<BTreeSet<EntryKey>> {
        self.dossiers.values().map(|d| d.entries.iter().map(|e| e.key.clone()).collect()).collect()
    }
}
