//! Archives (RFC 5005 4): of each feed of a section the documents of each month (UTC), which hold every piece
//! that entered in it. `parts` says which holds what.
//!
//! What an archive says of a piece is written when the piece enters, and again while the month runs
//! when its text changes significantly; then it is final, whatever becomes of the piece, its sources
//! or the policy. So the stored document is the record: its entries are taken over byte for byte, and
//! only its head is written anew. A piece that was taken back gives way to its tombstone (RFC 6721).

use super::atom::{self, DOCUMENT_END, ENTRY_BREAK, TOMBSTONE_ID, TOMBSTONE_START};
use super::chain::{Chain, archive_path};
use super::contents::Contents;
use super::head;
use super::item;
use super::target::Target;
use chrono::{DateTime, Utc};
use plenary_model::edition::Rendered;
use plenary_model::piece::PieceView;
use plenary_model::policy::Policy;
use plenary_model::view::Tombstone;
use quick_xml::escape::unescape;
use std::collections::{HashMap, HashSet};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedEntry {
    pub id: String,
    pub updated: DateTime<Utc>,
    /// When readers last saw a difference; dates the document.
    pub changed: DateTime<Utc>,
    xml: String,
}

impl ArchivedEntry {
    /// Bytes that it takes in a document.
    pub fn bytes(&self) -> usize {
        self.xml.len()
    }
}

/// What a stored document holds, without the texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchiveIndex {
    pub entries: Vec<IndexedEntry>,
    /// Ids of its tombstones.
    pub gone: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedEntry {
    pub id: String,
    pub updated: DateTime<Utc>,
    pub bytes: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// The feed's permanent id, that of its current document, too.
    pub id: String,
    pub since: DateTime<Utc>,
    pub chain: Chain,
    /// The entries, newest first.
    pub entries: Vec<ArchivedEntry>,
    pub tombstones: Vec<Tombstone>,
    /// When the document last changed, before this.
    pub updated: Option<DateTime<Utc>>,
}

impl Archive {
    /// Takes over what is stored of the part: the entries written anew replace their former selves
    /// where these stand, the others come before all; those with a tombstone go. Tombstones stand latest first.
    #[must_use]
    pub fn over(mut self, stored: &str) -> Self {
        let (updated, kept) = archive_entries(stored);
        self.updated = self.updated.max(updated);
        let known: HashSet<&str> = kept.iter().map(|entry| entry.id.as_str()).collect();
        let (rewritten, mut new): (Vec<_>, Vec<_>) =
            self.entries.into_iter().partition(|entry| known.contains(entry.id.as_str()));
        let mut rewritten: HashMap<String, ArchivedEntry> =
            rewritten.into_iter().map(|entry| (entry.id.clone(), entry)).collect();
        new.extend(kept.into_iter().map(|entry| rewritten.remove(&entry.id).unwrap_or(entry)));
        self.entries = new;
        let gone: HashSet<&str> = self.tombstones.iter().map(|tombstone| tombstone.atom_id.as_str()).collect();
        self.entries.retain(|entry| !gone.contains(entry.id.as_str()));
        self.tombstones.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.atom_id.cmp(&b.atom_id)));
        self
    }

    pub fn document(&self, policy: &Policy, target: &Target) -> Rendered {
        let mut head = head::describe(policy, target, &self.contents());
        let entries = self.entries.iter().map(|entry| entry.changed);
        let tombstones = self.tombstones.iter().map(|tombstone| tombstone.at);
        head.updated = entries.chain(tombstones).chain(self.updated).max().unwrap_or(self.since);
        head.chain = self.chain.clone();
        let place = self.chain.part.as_ref().map(archive_path).unwrap_or_default();
        Rendered {
            path: format!("{}{place}", target.stem()),
            media_type: atom::MEDIA_TYPE,
            body: atom::assemble(&head, self.entries.iter().map(|entry| entry.xml.as_str()), &self.tombstones),
            updated: head.updated,
        }
    }

    fn contents(&self) -> Contents {
        Contents {
            id: self.id.clone(),
            since: self.since,
            pieces: Vec::new(),
            tombstones: Vec::new(),
            last_archive: None,
        }
    }
}

/// What the archive of `target` says of a piece from now on.
pub fn archive_entry(policy: &Policy, target: &Target, view: &PieceView) -> ArchivedEntry {
    let item = item::compose(policy, head::language(policy, target), view);
    ArchivedEntry {
        xml: atom::entry_xml(&item),
        updated: item.updated,
        changed: head::find_changed(target, view),
        id: item.id,
    }
}

/// The entries of a document that [`Archive::document`] made, and when it was updated.
pub fn archive_entries(document: &str) -> (Option<DateTime<Utc>>, Vec<ArchivedEntry>) {
    let (head, entries) = part_document(document);
    let entries = entries.filter_map(|xml| {
        let (id, updated) = identify(xml)?;
        // Of what is kept, only the document knows when it changed.
        Some(ArchivedEntry { id, updated, changed: DateTime::<Utc>::MIN_UTC, xml: xml.to_owned() })
    });
    (time(head), entries.collect())
}

/// The index of a document that [`Archive::document`] made.
pub fn index_archive(document: &str) -> ArchiveIndex {
    let (head, entries) = part_document(document);
    let entries = entries.filter_map(|xml| {
        let (id, updated) = identify(xml)?;
        Some(IndexedEntry { id, updated, bytes: xml.len() })
    });
    let gone = head.split(TOMBSTONE_START).skip(1).filter_map(|tombstone| {
        let (id, _) = tombstone.split_once(TOMBSTONE_ID)?.1.split_once('"')?;
        Some(unescape(id).ok()?.into_owned())
    });
    ArchiveIndex { entries: entries.collect(), gone: gone.collect() }
}

/// Head and entries of a document, as they are written.
fn part_document(document: &str) -> (&str, impl Iterator<Item = &str>) {
    let body = document.strip_suffix(DOCUMENT_END).unwrap_or(document);
    let head = body.split_once(ENTRY_BREAK).map_or(body, |(head, _)| head);
    let mut starts = body.match_indices(ENTRY_BREAK).map(|(at, _)| at + 1).chain([body.len() + 1]).peekable();
    let entries = std::iter::from_fn(move || body.get(starts.next()?..starts.peek()? - 1));
    (head, entries)
}

fn identify(xml: &str) -> Option<(String, DateTime<Utc>)> {
    Some((unescape(first(xml, "id")?).ok()?.into_owned(), time(xml)?))
}

/// The `updated` of a feed or entry: the first one, since `source` comes after it.
fn time(xml: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(first(xml, "updated")?).ok()?.to_utc())
}

/// The text of the first element of this name, as it is written.
fn first<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let start = format!("<{name}>");
    let after = xml.get(xml.find(&start)? + start.len()..)?;
    after.get(..after.find("</")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Part;
    use crate::sample;

    fn news() -> Target {
        Target::Section { section: "news".into(), language: None }
    }

    fn archive(names: &[&str]) -> Archive {
        let policy = sample::policy();
        Archive {
            id: "tag:feeds.example.org,2026:sections/news".into(),
            since: sample::at(0),
            chain: Chain {
                part: Some(Part::first("2021-06")),
                previous: Some(Part::first("2021-05").after()),
                next: None,
            },
            entries: names.iter().map(|name| archive_entry(&policy, &news(), &sample::view(name))).collect(),
            tombstones: Vec::new(),
            updated: None,
        }
    }

    fn text(archive: &Archive) -> String {
        String::from_utf8(archive.document(&sample::policy(), &news()).body).unwrap()
    }

    #[test]
    fn a_document_has_its_links_and_its_mark() {
        let document = text(&archive(&["a"]));
        for (rel, path) in [("self", "/archive/2021-06"), ("current", ""), ("prev-archive", "/archive/2021-05-002")] {
            let link = format!("<link href=\"https://feeds.example.org/sections/news{path}.atom\" rel=\"{rel}\"");
            assert!(document.contains(&link), "{link} is missing: {document}");
        }
        assert!(document.contains("<fh:archive"));
        assert!(!document.contains("next-archive"));
    }

    #[test]
    fn what_was_written_is_read_back_and_written_again_byte_for_byte() {
        let first = archive(&["a", "b", "c"]);
        let written = text(&first);
        let (updated, entries) = archive_entries(&written);
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[1].id, first.entries[1].id);
        assert_eq!(entries[1].updated, first.entries[1].updated);
        assert!(updated.is_some());
        assert_eq!(text(&archive(&[]).over(&written)), written);
    }

    #[test]
    fn new_entries_come_first_and_old_ones_keep_their_place() {
        let written = text(&archive(&["a", "b"]));
        let mut later = archive(&["c", "b"]);
        later.entries[1].xml = later.entries[1].xml.replace("<title>", "<title>Changed: ");
        let ids: Vec<String> = archive(&["c", "a", "b"]).entries.into_iter().map(|entry| entry.id).collect();
        let over = later.over(&written);
        assert_eq!(over.entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>(), ids);
        assert!(over.entries[2].xml.contains("Changed: "));
    }

    #[test]
    fn an_entry_gives_way_to_its_tombstone() {
        let written = text(&archive(&["a", "b"]));
        let mut later = archive(&[]);
        let gone = archive(&["a"]).entries.remove(0).id;
        later.tombstones.push(Tombstone { atom_id: gone.clone(), at: sample::at(20), reason: "Withdrawn.".into() });
        let document = later.over(&written).document(&sample::policy(), &news());
        assert_eq!(document.updated, sample::at(20));
        let text = String::from_utf8(document.body).unwrap();
        let (_, entries) = archive_entries(&text);
        assert!(entries.len() == 1);
        assert!(entries[0].id != gone);
        assert!(text.contains(&format!("ref=\"{gone}\"")), "{text}");
    }

    #[test]
    fn an_index_says_what_stands_in_a_document() {
        let mut archive = archive(&["a", "b"]);
        let id = "tag:a.example,2021:\"it\" & more".to_owned();
        archive.tombstones.push(Tombstone { atom_id: id.clone(), at: sample::at(20), reason: "ref=\"x\"".into() });
        let index = index_archive(&text(&archive));
        let entry =
            |entry: &ArchivedEntry| IndexedEntry { id: entry.id.clone(), updated: entry.updated, bytes: entry.bytes() };
        assert_eq!(index.entries, archive.entries.iter().map(entry).collect::<Vec<_>>());
        assert_eq!(index.gone, [id]);
        assert_eq!(index_archive(""), ArchiveIndex::default());
    }
}
