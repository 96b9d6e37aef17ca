//! What a stored piece would be under another policy. Which entries are one piece and which pieces are one work is not
//! judged again, so that a whole store can be walked.

use super::classifier::Case;
use super::identity::Named;
use super::judge::{Draft, Judge};
use super::placements::Circumstances;
use crate::categorise::Categoriser;
use chrono::{DateTime, Utc};
use plenary_model::decision::Decision;
use plenary_model::entry::StoredEntry;
use plenary_model::piece::Piece;
use plenary_model::policy::Policy;
use plenary_model::reason::LeftOut;
use plenary_model::source::{Source, Trust};
use std::collections::{BTreeMap, BTreeSet};

/// True when what `old` found out about a piece holds under `new`: both say the same about texts, names and sources,
/// and differ at most in where pieces go.
pub fn is_read_alike(old: &Policy, new: &Policy) -> bool {
    old.topics == new.topics
        && old.genres == new.genres
        && old.organisations == new.organisations
        && old.sources.len() == new.sources.len()
        && old.sources.iter().zip(&new.sources).all(|(old, new)| is_same_carrier(old, new))
}

/// True when a source gives its pieces the same facets and leads.
fn is_same_carrier(old: &Source, new: &Source) -> bool {
    let is_blocked = |source: &Source| source.trust == Trust::Blocked;
    old.id == new.id
        && old.name == new.name
        && old.standing == new.standing
        && old.site == new.site
        && old.feeds == new.feeds
        && old.topics == new.topics
        && old.countries == new.countries
        && is_blocked(old) == is_blocked(new)
}

pub struct Preview {
    /// The piece as it is. What its text says is in `after`.
    pub before: Piece,
    /// The piece as it would be, without its members.
    pub after: Piece,
    /// For each section asked about, why it does not take the piece.
    pub left_out: BTreeMap<String, LeftOut>,
}

impl Judge<Categoriser> {
    /// The `piece` of these entries as it would be. With `are_facets_kept` its text is not read again (see
    /// [`is_read_alike`]). `has_versions`: other pieces of its work are stored. `None` for a piece without entries,
    /// which does not occur. Sections that showed the piece and would not any more are told why.
    pub fn preview(
        &self,
        mut piece: Piece,
        entries: &[StoredEntry],
        decisions: &[Decision],
        are_facets_kept: bool,
        has_versions: bool,
        now: DateTime<Utc>,
    ) -> Option<Preview> {
        // Moved and not copied: they are most of what is read of a piece.
        let kept = are_facets_kept.then(|| std::mem::take(&mut piece.facets));
        let (atom_id, work) = (piece.atom_id.clone(), piece.work.clone());
        let named = Named {
            id: piece.id.clone(),
            members: Vec::new(),
            memberships: Vec::new(),
            before: Some(piece),
            absorbed: Vec::new(),
            is_touched: false,
        };
        let opening = BTreeSet::new();
        let when = Circumstances { now, first_pass_done: true, opening: &opening, comes_in: false, entered: None };
        let draft: Draft<'_> = self.draft(&named, entries.iter().collect(), decisions.iter().collect(), &when)?;
        let after = self.piece(&draft, atom_id, work, has_versions, kept, &BTreeMap::new(), &when);
        let before = named.before.as_ref()?;
        let is_out = |slug: &str| after.placement(slug).is_none_or(|placement| !placement.state.is_shown());
        let left = before.placements.iter().filter(|p| p.state.is_shown() && is_out(p.section.as_str()));
        let left: Vec<&str> = left.map(|placement| placement.section.as_str()).collect();
        let mut left_out = BTreeMap::new();
        if !left.is_empty() {
            let carriers = self.carriers(draft.lead, &draft.entries);
            let case = Case {
                entry: &draft.lead.entry,
                carriers: &carriers,
                dated: after.dated,
                has_copies: draft.entries.len() > 1,
                has_versions,
                age: after.first_seen - after.dated,
            };
            for slug in left {
                left_out.insert(slug.to_owned(), self.classifier().why_not(&case, &after.facets, slug));
            }
        }
        drop(draft);
        Some(Preview { before: named.before?, after, left_out })
    }
}
