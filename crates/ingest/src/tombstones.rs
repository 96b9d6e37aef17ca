//! What a publisher took back: which of the entries that are stored a document says are gone.

use super::dates;
use super::parse::{RawTombstone, RawTombstones};
use super::sanitise;
use chrono::{DateTime, Utc};
use plenary_model::id::EntryKey;
use plenary_model::withdrawal::Withdrawal;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Longest reason taken over from a publisher, in characters.
const REASON_CHARS_MAX: usize = 300;
/// Said of an entry whose publisher gave no reason.
const DELETED: &str = "Its publisher took it back.";
/// Said of an entry that a complete feed no longer lists.
const UNLISTED: &str = "Its publisher no longer lists it, in a feed that says that it is complete.";

/// The tombstones of a document by the id that they name: since when, if they say, and why.
pub(super) struct Tombstones {
    by_id: HashMap<String, (Option<DateTime<Utc>>, String)>,
    is_complete: bool,
}

impl Tombstones {
    pub(super) fn from_raw(raw: &RawTombstones<'_>) -> Self {
        let one = |deleted: &RawTombstone<'_>| {
            let when = dates::parse(&deleted.when);
            (deleted.id.clone().into_owned(), (when, reason(&deleted.comment)))
        };
        Self { by_id: raw.deleted.iter().map(one).collect(), is_complete: raw.is_complete }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_id.is_empty() && !self.is_complete
    }

    /// True when an entry in the document counts as gone all the same: its tombstone is not older than its last change
    /// (RFC 6721 3).
    pub(super) fn cover(&self, id: &str, updated: Option<DateTime<Utc>>) -> bool {
        self.by_id.get(id).is_some_and(|(when, _)| when.is_some_and(|when| updated.is_none_or(|at| at <= when)))
    }

    pub(super) fn name(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// The stored entries that are gone. `known` holds the hash of each, empty where taken back before; `key_of` finds
    /// the key of an id.
    pub(super) fn withdrawals<S: std::hash::BuildHasher>(
        self,
        known: &HashMap<EntryKey, String, S>,
        present: &[EntryKey],
        key_of: impl Fn(&str) -> EntryKey,
        now: DateTime<Utc>,
    ) -> BTreeMap<EntryKey, Withdrawal> {
        let present: BTreeSet<&EntryKey> = present.iter().collect();
        let stands = |key: &EntryKey| known.get(key).is_some_and(|hash| !hash.is_empty()) && !present.contains(key);
        // A document without any entry is a failure sooner than the publisher's wish.
        let unlisted = known.keys().filter(|key| self.is_complete && !present.is_empty() && stands(key));
        let mut gone: BTreeMap<EntryKey, Withdrawal> =
            unlisted.map(|key| (key.clone(), Withdrawal { at: now, reason: UNLISTED.to_owned() })).collect();
        for (id, (_, reason)) in self.by_id {
            let key = key_of(&id);
            if stands(&key) {
                gone.insert(key, Withdrawal { at: now, reason });
            }
        }
        gone
    }
}

fn reason(comment: &str) -> String {
    let said = sanitise::text(comment);
    let said = said.trim();
    if said.is_empty() {
        return DELETED.to_owned();
    }
    let cut: String = said.chars().take(REASON_CHARS_MAX).collect();
    let ellipsis = if cut.len() < said.len() { "…" } else { "" };
    format!("Its publisher took it back: {cut}{ellipsis}")
}
