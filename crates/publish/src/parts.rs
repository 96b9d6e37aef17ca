//! What stands in which part of a month's archive: an entry stays in the part in which it was first written, and its
//! tombstone stands where the entry stood. What is new goes to the newest part, and to one after it once that is full.

use super::archive::ArchiveIndex;
use super::chain::Part;
use super::item::id_in_feeds;
use chrono::{DateTime, Utc};
use plenary_model::id::PieceId;
use plenary_model::policy::Policy;
use plenary_model::view::{Archived, ArchivedPiece, Tombstone};
use plenary_model::whitespace::collapse;
use std::collections::{BTreeMap, HashMap};

/// Markup of a tombstone beside its id and its reason, in bytes.
const TOMBSTONE_MARKUP_BYTES: usize = 128;

/// How much stands in a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartSize {
    /// Entries and tombstones.
    pub entries: usize,
    /// Their text, uncoded.
    pub bytes: usize,
}

impl PartSize {
    /// A part with either is full: what a reader loads at once, and what is written again when an entry comes. A month
    /// of 30,000 entries of 4 KB has 118 parts.
    pub const MAX: Self = Self { entries: 500, bytes: 1 << 20 };

    /// True when one more entry of so many bytes keeps within `max`. A part in which nothing stands takes any.
    pub fn has_room(self, bytes: usize, max: Self) -> bool {
        self.entries == 0 || (self.entries < max.entries && self.bytes + bytes <= max.bytes)
    }

    pub fn add(&mut self, bytes: usize) {
        self.entries += 1;
        self.bytes += bytes;
    }
}

/// What a tombstone takes in a document, in bytes, near enough to fill a part by.
pub fn measure_tombstone(tombstone: &Tombstone) -> usize {
    TOMBSTONE_MARKUP_BYTES + tombstone.atom_id.len() + tombstone.reason.len()
}

/// What a month's archive has to hold, by its parts.
#[derive(Debug, PartialEq, Eq)]
pub struct MonthDraft {
    /// The stored parts; the first, empty, when there is none.
    pub parts: BTreeMap<Part, PartDraft>,
    /// Pieces that stand in no part yet, oldest first.
    pub new: Vec<PieceId>,
    /// Tombstones of pieces that never stood in a part, latest first.
    pub unplaced: Vec<Tombstone>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct PartDraft {
    /// Pieces that are written anew where they stand, or come back to where their tombstone stands; oldest first.
    pub to_write: Vec<PieceId>,
    /// All that stand in the part from now on, latest first.
    pub tombstones: Vec<Tombstone>,
    /// What stands in it already and stays.
    pub size: PartSize,
    /// True when the stored document has tombstones.
    had_tombstones: bool,
}

impl PartDraft {
    /// True when the stored document may have to change, whatever its neighbours.
    pub fn is_touched(&self) -> bool {
        self.had_tombstones || !self.tombstones.is_empty() || !self.to_write.is_empty()
    }
}

impl MonthDraft {
    /// Looks up where everything stands. While the month runs, pieces that changed significantly are written anew, as
    /// long as they stand in the section.
    pub fn new(
        policy: &Policy,
        month: &str,
        archived: Archived,
        stored: Vec<(Part, ArchiveIndex)>,
        is_running: bool,
    ) -> Self {
        let mut parts: BTreeMap<Part, PartDraft> = BTreeMap::new();
        let mut places: HashMap<String, Place> = HashMap::new();
        for (part, index) in stored {
            let had_tombstones = !index.gone.is_empty();
            for id in index.gone {
                places.entry(id).or_insert_with(|| Place { part: part.clone(), entry: None });
            }
            for entry in index.entries {
                places.insert(entry.id, Place { part: part.clone(), entry: Some((entry.updated, entry.bytes)) });
            }
            parts.insert(part, PartDraft { had_tombstones, ..PartDraft::default() });
        }
        if parts.is_empty() {
            parts.insert(Part::first(month), PartDraft::default());
        }
        let mut draft = Self { parts, new: Vec::new(), unplaced: Vec::new() };
        draft.place_pieces(policy, archived.pieces, &places, is_running);
        draft.place_tombstones(archived.tombstones, &mut places);
        for place in places.into_values() {
            if let Some((_, bytes)) = place.entry {
                draft.parts.entry(place.part).or_default().size.add(bytes);
            }
        }
        draft
    }

    /// `pieces` are newest first.
    fn place_pieces(
        &mut self,
        policy: &Policy,
        pieces: Vec<ArchivedPiece>,
        places: &HashMap<String, Place>,
        is_running: bool,
    ) {
        for piece in pieces.into_iter().rev() {
            let id = id_in_feeds(policy, &piece.id, &piece.atom_id);
            let Some(place) = places.get(&id) else {
                self.new.push(piece.id);
                continue;
            };
            let is_to_write = match place.entry {
                Some((written, _)) => is_running && piece.is_shown && written != piece.updated,
                None => true,
            };
            if is_to_write {
                self.parts.entry(place.part.clone()).or_default().to_write.push(piece.id);
            }
        }
    }

    fn place_tombstones(&mut self, tombstones: Vec<Tombstone>, places: &mut HashMap<String, Place>) {
        for tombstone in tombstones {
            match places.remove(collapse(&tombstone.atom_id).as_str()) {
                None => self.unplaced.push(tombstone),
                Some(place) => {
                    let draft = self.parts.entry(place.part).or_default();
                    draft.size.add(measure_tombstone(&tombstone));
                    draft.tombstones.push(tombstone);
                }
            }
        }
    }
}

/// Where an id stands.
struct Place {
    part: Part,
    /// When its entry was updated, and its bytes; `None` when a tombstone stands there.
    entry: Option<(DateTime<Utc>, usize)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::IndexedEntry;
    use crate::sample;

    const MONTH: &str = "2021-06";

    fn piece(name: &str, updated: i64) -> ArchivedPiece {
        ArchivedPiece { id: name.into(), atom_id: tag(name), updated: sample::at(updated), is_shown: true }
    }

    fn tag(name: &str) -> String {
        format!("tag:a.example,2021:{name}")
    }

    fn tombstone(name: &str) -> Tombstone {
        Tombstone { atom_id: tag(name), at: sample::at(9), reason: "Withdrawn.".into() }
    }

    fn index(entries: &[&str], gone: &[&str]) -> ArchiveIndex {
        let entry = |name: &&str| IndexedEntry { id: tag(name), updated: sample::at(0), bytes: 100 };
        ArchiveIndex { entries: entries.iter().map(entry).collect(), gone: gone.iter().map(|name| tag(name)).collect() }
    }

    fn two_parts() -> Vec<(Part, ArchiveIndex)> {
        let first = Part::first(MONTH);
        vec![(first.clone(), index(&["b", "a"], &["gone"])), (first.after(), index(&["c"], &[]))]
    }

    fn draft(pieces: Vec<ArchivedPiece>, tombstones: Vec<Tombstone>, is_running: bool) -> MonthDraft {
        MonthDraft::new(&sample::policy(), MONTH, Archived { pieces, tombstones }, two_parts(), is_running)
    }

    fn part(draft: &MonthDraft, number: u32) -> &PartDraft {
        draft.parts.values().nth(number as usize - 1).unwrap()
    }

    fn ids(names: &[&str]) -> Vec<PieceId> {
        names.iter().map(|name| PieceId::from(*name)).collect()
    }

    #[test]
    fn a_part_has_room_until_it_has_as_many_entries_or_bytes_as_it_may() {
        let max = PartSize { entries: 2, bytes: 100 };
        let mut size = PartSize::default();
        assert!(size.has_room(1_000, max), "an entry longer than a part is alone in one");
        size.add(60);
        assert!(size.has_room(40, max));
        assert!(!size.has_room(41, max));
        size.add(1);
        assert!(!size.has_room(1, max));
    }

    #[test]
    fn a_month_without_documents_has_an_empty_first_part() {
        let archived = Archived { pieces: vec![piece("b", 0), piece("a", 0)], tombstones: vec![tombstone("c")] };
        let draft = MonthDraft::new(&sample::policy(), MONTH, archived, Vec::new(), true);
        assert_eq!(draft.parts, BTreeMap::from([(Part::first(MONTH), PartDraft::default())]));
        assert_eq!((draft.new, draft.unplaced), (ids(&["a", "b"]), vec![tombstone("c")]), "the oldest piece first");
    }

    #[test]
    fn what_changes_is_written_where_it_stands_while_the_month_runs() {
        let pieces = || vec![piece("d", 1), piece("c", 0), piece("b", 1), piece("a", 0)];
        let running = draft(pieces(), vec![tombstone("gone")], true);
        assert_eq!(part(&running, 1).to_write, ids(&["b"]));
        assert_eq!(part(&running, 2).to_write, ids(&[]));
        assert_eq!(running.new, ids(&["d"]));
        assert_eq!([1, 2].map(|number| part(&running, number).is_touched()), [true, false]);

        let past = draft(pieces(), vec![tombstone("gone")], false);
        assert_eq!(part(&past, 1).to_write, ids(&[]), "what was said in a past month is final");
        assert_eq!(past.new, ids(&["d"]));
    }

    #[test]
    fn a_tombstone_stands_where_its_entry_stood() {
        let draft = draft(vec![piece("c", 0), piece("b", 0)], vec![tombstone("a"), tombstone("never")], false);
        let first = part(&draft, 1);
        assert_eq!(first.tombstones, [tombstone("a")]);
        assert_eq!(first.size, PartSize { entries: 2, bytes: 100 + measure_tombstone(&tombstone("a")) });
        assert!(first.is_touched());
        assert!(!part(&draft, 2).is_touched());
        assert_eq!(part(&draft, 2).size, PartSize { entries: 1, bytes: 100 });
        assert_eq!(draft.unplaced, [tombstone("never")]);
    }

    #[test]
    fn what_comes_back_stands_where_its_tombstone_stood() {
        let draft = draft(vec![piece("c", 0), piece("gone", 0)], Vec::new(), false);
        assert_eq!(part(&draft, 1).to_write, ids(&["gone"]));
        assert_eq!(draft.new, ids(&[]));
    }
}
