//! Everything one judgement is about: the entries known and come in, their earlier pieces, and staff's decisions.

use super::super::dedup::{
    CannotLink, Cluster, Edge, Linkage, Match, Record, Standard, add_specifics, cluster, is_news, judge_fresh, prepare,
};
use chrono::{DateTime, Utc};
use plenary_model::change::{CandidateSet, Doubt, DoubtKind, Incoming, Key};
use plenary_model::decision::{Action, Decision};
use plenary_model::entry::StoredEntry;
use plenary_model::id::EntryKey;
use plenary_model::piece::Piece;
use plenary_model::sameness::{Rung, Sameness};
use plenary_model::withdrawal::Withdrawal;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The entries in the order of their keys, and what hangs on them. A place is an index of `entries`.
pub(super) struct Batch {
    pub(super) entries: Vec<StoredEntry>,
    pub(super) records: Vec<Record>,
    pub(super) pieces: Vec<Piece>,
    /// Index in `pieces` of the piece that an entry was in.
    pub(super) piece_of: Vec<Option<usize>>,
    /// Pairs that may be the same piece and were not.
    pub(super) doubts: Vec<(EntryKey, EntryKey)>,
    /// Decisions about the entries, oldest first, undone ones left out.
    pub(super) decisions: Vec<Decision>,
    /// What is written.
    written: Vec<Written>,
    /// Places of the entries to write.
    pub(super) came_in: BTreeSet<usize>,
    pub(super) new: Vec<EntryKey>,
    /// Keys of entries whose text changed.
    pub(super) changed: Vec<EntryKey>,
}

/// An entry that is written: its key, and what it is found and compared by.
struct Written {
    entry: EntryKey,
    keys: Vec<Key>,
    sketch: Vec<u8>,
}

impl Batch {
    /// Collects what is known and what came in. Of an entry that came in twice the last one counts. `taken_back` names
    /// known entries that their publisher says are gone.
    pub(super) fn assemble(
        known: CandidateSet,
        incoming: Vec<Incoming>,
        taken_back: BTreeMap<EntryKey, Withdrawal>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut entries: BTreeMap<EntryKey, (StoredEntry, Option<usize>)> = BTreeMap::new();
        let mut pieces = Vec::with_capacity(known.dossiers.len());
        let mut decisions: BTreeMap<(i64, DateTime<Utc>), Decision> = BTreeMap::new();
        for dossier in known.dossiers {
            let at = pieces.len();
            for entry in dossier.entries {
                entries.insert(entry.key.clone(), (entry, Some(at)));
            }
            pieces.push(dossier.piece);
            decisions.extend(dossier.decisions.into_iter().map(|d| ((d.id, d.at), d)));
        }
        let incoming: BTreeMap<EntryKey, Incoming> =
            incoming.into_iter().map(|one| (one.stored.key.clone(), one)).collect();
        let (mut written, mut new, mut changed) = (Vec::new(), Vec::new(), Vec::new());
        for (key, mut one) in incoming {
            let piece = match entries.get(&key) {
                Some((older, _)) if older.hash == one.stored.hash && older.withdrawn.is_none() => continue,
                Some((older, piece)) => {
                    if revise(older, &mut one.stored, &known.earlier, now) {
                        changed.push(key.clone());
                    }
                    *piece
                }
                None => {
                    new.push(key.clone());
                    None
                }
            };
            let Incoming { stored, keys, sketch } = one;
            written.push(Written { entry: key.clone(), keys, sketch });
            entries.insert(key, (stored, piece));
        }
        for (key, withdrawal) in taken_back {
            let Some((entry, _)) = entries.get_mut(&key).filter(|(entry, _)| entry.withdrawn.is_none()) else {
                continue;
            };
            entry.withdrawn = Some(withdrawal);
            let Incoming { stored, keys, sketch } = prepare(entry.clone());
            written.push(Written { entry: stored.key, keys, sketch });
        }
        let sketches: BTreeMap<&EntryKey, &[u8]> = written.iter().map(|one| (&one.entry, &*one.sketch)).collect();
        let came_in =
            entries.keys().enumerate().filter(|(_, key)| sketches.contains_key(key)).map(|(place, _)| place).collect();
        let (entries, piece_of): (Vec<StoredEntry>, Vec<Option<usize>>) = entries.into_values().unzip();
        let record = |stored: &StoredEntry| Record::from_stored(stored, sketches.get(&stored.key).copied());
        let mut records: Vec<Record> = entries.iter().map(record).collect();
        add_specifics(&mut records, |place| entries.get(place).map(|stored: &StoredEntry| &stored.entry));
        let decisions = drop_undone(decisions.into_values().collect());
        let doubts = known.doubts;
        Self { entries, records, pieces, piece_of, doubts, decisions, written, came_in, new, changed }
    }

    /// The entries to write, with what they are found by; the end of the batch.
    pub(super) fn into_written(self) -> Vec<Incoming> {
        let mut keyed: BTreeMap<EntryKey, (Vec<Key>, Vec<u8>)> =
            self.written.into_iter().map(|one| (one.entry, (one.keys, one.sketch))).collect();
        let with_keys = |stored: StoredEntry| {
            let (keys, sketch) = keyed.remove(&stored.key)?;
            Some(Incoming { stored, keys, sketch })
        };
        self.entries.into_iter().filter_map(with_keys).collect()
    }

    pub(super) fn place(&self, key: &EntryKey) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.key.cmp(key)).ok()
    }

    pub(super) fn is_known(&self, place: usize) -> bool {
        self.piece_of.get(place).is_some_and(Option::is_some)
    }

    /// True when the entry is judged anew: it came in, or stored pieces are judged again.
    pub(super) fn is_fresh(&self, place: usize) -> bool {
        self.came_in.is_empty() || self.came_in.contains(&place)
    }

    /// The entries as groups, each to be one piece, and the doubts about those that came in or that arise about others.
    pub(super) fn cluster(&self, standard: &Standard) -> (Vec<Cluster>, Vec<Doubt>) {
        let kept = self.keep_joins();
        let doubted = self.doubts.iter().filter_map(|(a, b)| {
            let (a, b) = (self.place(a)?, self.place(b)?);
            Some((a.min(b), a.max(b)))
        });
        let joins: Vec<(usize, usize)> = kept.iter().map(|edge| (edge.a, edge.b)).chain(doubted).collect();
        let mut places: Vec<Vec<usize>> = vec![Vec::new(); self.pieces.len()];
        for (place, piece) in self.piece_of.iter().enumerate() {
            if let Some(piece) = piece.and_then(|at| places.get_mut(at)) {
                piece.push(place);
            }
        }
        let (found, is_judged) = judge_fresh(&self.records, standard, &|place| self.is_fresh(place), &places, &joins);
        let Linkage { mut edges, mut different, mut doubts, related, mut unlike } = found;
        // What was found about an entry while it had its text holds. Whether one that is new is the same, only its id
        // says, or its page under one headline.
        edges.retain(|edge| !self.is_bare(edge.a, edge.b) || self.is_announced_again(edge));
        doubts.retain(|doubt| !self.is_bare(doubt.a, doubt.b));
        different.retain(|(a, b)| !self.is_bare(*a, *b));
        unlike.retain(|(a, b), _| !self.is_bare(*a, *b));
        // A piece's own entries say whether they belong together, as when they came in; a changed entry keeps its
        // place.
        let holds = |edge: &Edge| {
            !is_judged.get(edge.a).copied().unwrap_or_default()
                || self.has_changed(edge)
                || self.is_bare(edge.a, edge.b)
        };
        edges.extend(kept.into_iter().filter(holds));
        let (together, by_staff) = self.staff_pairs();
        edges.extend(together);
        let by_judgement = different.into_iter().collect();
        let apart = CannotLink { by_staff, by_judgement, records: &self.records, unlike };
        let (groups, parted) = cluster(self.entries.len(), edges, &apart, &standard.limits);
        // Copies that the coherence of their pieces keeps apart.
        doubts.extend(parted.into_iter().filter(|edge| !edge.kept && edge.found.rung != Rung::Staff));
        let doubts = doubts.into_iter().map(|doubt| (DoubtKind::PossibleDuplicate, doubt));
        let mut group_of = vec![usize::MAX; self.entries.len()];
        for (at, group) in groups.iter().enumerate() {
            for &place in &group.members {
                if let Some(slot) = group_of.get_mut(place) {
                    *slot = at;
                }
            }
        }
        // What came in can part two that were one: the pair is kept, since it may be free again when a third leaves.
        let was_one = |pair: &Edge| {
            let piece = |place: usize| self.piece_of.get(place).copied().flatten();
            piece(pair.a).is_some() && piece(pair.a) == piece(pair.b)
        };
        let doubts = doubts
            .chain(related.into_iter().map(|pair| (DoubtKind::Related, pair)))
            .filter(|(_, doubt)| self.came_in.contains(&doubt.a) || self.came_in.contains(&doubt.b) || was_one(doubt))
            .filter(|(_, doubt)| !apart.by_staff.contains(&(doubt.a, doubt.b)))
            .filter(|(_, doubt)| group_of.get(doubt.a) != group_of.get(doubt.b))
            .filter_map(|(kind, doubt)| {
                let key = |place: usize| self.entries.get(place).map(|entry| entry.key.clone());
                let (entry, other) = (key(doubt.a)?, key(doubt.b)?);
                let Match { rung, score, found } = doubt.found;
                Some(Doubt { entry, other, kind, rung, score, found })
            })
            .collect();
        (groups, doubts)
    }

    /// True when the text of one of two entries is gone.
    fn is_bare(&self, a: usize, b: usize) -> bool {
        [a, b].into_iter().any(|place| self.entries.get(place).is_some_and(|entry| entry.is_bare))
    }

    /// True when an edge joins a new entry to one of the same id, or of the same page and headline.
    fn is_announced_again(&self, edge: &Edge) -> bool {
        let headline = |place: usize| self.records.get(place).map(Record::title_digest);
        let is_same = match edge.found.rung {
            Rung::SameId => true,
            Rung::SameLink => headline(edge.a) == headline(edge.b),
            _ => false,
        };
        is_same && !(self.is_known(edge.a) && self.is_known(edge.b))
    }

    /// True when the text of an entry of the join has changed since it was first seen.
    fn has_changed(&self, join: &Edge) -> bool {
        let is_revised = |place: usize| self.entries.get(place).is_some_and(|entry| entry.changed > entry.first_seen);
        is_revised(join.a) || is_revised(join.b)
    }

    /// Joins made earlier, except those by staff, which hold as long as their decision does.
    fn keep_joins(&self) -> Vec<Edge> {
        let mut kept = Vec::new();
        for piece in &self.pieces {
            for member in &piece.members {
                let Some(join) = member.join.as_ref().filter(|_| member.rung != Rung::Staff) else { continue };
                if let (Some(a), Some(b)) = (self.place(&member.entry), self.place(&join.with)) {
                    kept.push(Edge::new(a, b, true, Match::certain(member.rung, join.found.clone())));
                }
            }
        }
        kept
    }

    /// What staff joined and what they keep apart. Of contradicting decisions the later one counts.
    fn staff_pairs(&self) -> (Vec<Edge>, HashSet<(usize, usize)>) {
        let mut merges: Vec<(&EntryKey, &EntryKey, &Decision)> = Vec::new();
        let mut splits: Vec<(&EntryKey, &[EntryKey])> = Vec::new();
        for decision in &self.decisions {
            match (&decision.action, &decision.entry) {
                (Action::Merge { other }, Some(entry)) => {
                    splits.retain(|(one, from)| {
                        !((*one == entry && from.contains(other)) || (*one == other && from.contains(entry)))
                    });
                    merges.push((entry, other, decision));
                }
                (Action::Split { from }, Some(entry)) => {
                    merges.retain(|(one, other, _)| {
                        !((*one == entry && from.contains(other)) || (*other == entry && from.contains(one)))
                    });
                    splits.push((entry, from));
                }
                _ => {}
            }
        }
        let mut together = Vec::new();
        for (one, other, decision) in merges {
            if let (Some(a), Some(b)) = (self.place(one), self.place(other)) {
                let found = Sameness::Staff { on: decision.at.date_naive() };
                together.push(Edge::new(a, b, false, Match::certain(Rung::Staff, found)));
            }
        }
        let mut apart = HashSet::new();
        for (one, from) in splits {
            let Some(a) = self.place(one) else { continue };
            apart.extend(
                from.iter().filter_map(|other| self.place(other)).filter(|b| *b != a).map(|b| (a.min(b), a.max(b))),
            );
        }
        (together, apart)
    }
}

/// Copies from the older state of an entry what a revision keeps. True for a significant revision: its text changed, by
/// more than a counter, and to what it never was before. `earlier` are texts that entries had.
fn revise(
    older: &StoredEntry,
    newer: &mut StoredEntry,
    earlier: &BTreeSet<(EntryKey, String)>,
    now: DateTime<Utc>,
) -> bool {
    newer.first_seen = older.first_seen;
    let is_significant = newer.text_hash != older.text_hash
        && !earlier.contains(&(newer.key.clone(), newer.text_hash.clone()))
        && is_news(&older.entry, &newer.entry);
    newer.changed = if is_significant { now } else { older.changed };
    // What was out at its first update was published by then; re-dating an archive does not make it younger.
    let plausible = |at: &DateTime<Utc>| super::dates::is_plausible(*at, older.first_seen);
    let earlier = older.entry.published.or(older.entry.updated).filter(plausible);
    newer.entry.published = match (newer.entry.published.filter(plausible), earlier) {
        (Some(claim), Some(earlier)) => Some(claim.min(earlier)),
        (None, Some(earlier)) => Some(earlier),
        _ => newer.entry.published,
    };
    is_significant
}

/// Decisions that stand: those named by an `undo` are left out, the undoing ones too.
fn drop_undone(decisions: Vec<Decision>) -> Vec<Decision> {
    let undone: BTreeSet<i64> = decisions
        .iter()
        .filter_map(|d| if let Action::Undo { decision } = d.action { Some(decision) } else { None })
        .collect();
    let stands = |d: &Decision| !matches!(d.action, Action::Undo { .. }) && (d.id <= 0 || !undone.contains(&d.id));
    decisions.into_iter().filter(stands).collect()
}
