//! Quotas: how many new pieces of one source a section takes in a day. The rest wait; the earliest enter first.

use super::identity::Named;
use super::placements::was_shown_in;
use chrono::{DateTime, Utc};
use plenary_model::change::Entered;
use plenary_model::entry::StoredEntry;
use plenary_model::id::{EntryKey, SectionSlug, SourceId};
use plenary_model::piece::Piece;
use plenary_model::policy::Policy;
use plenary_model::reason::Reason;
use plenary_model::section::{Placement, PlacementState};
use std::collections::BTreeMap;

struct Newcomer {
    dated: DateTime<Utc>,
    lead: EntryKey,
    draft: usize,
    section: SectionSlug,
    source: SourceId,
}

#[derive(Default)]
pub(super) struct Newcomers(Vec<Newcomer>);

impl Newcomers {
    /// Adds those of a piece's sections that have a cap and that it enters as news.
    pub(super) fn add(&mut self, draft: usize, piece: &Piece, lead: &StoredEntry, named: &Named, policy: &Policy) {
        let enters = |placement: &&Placement| {
            placement.state == PlacementState::Auto
                && placement.announced
                && policy.quota(&placement.section).is_some()
                && !was_shown_in(&placement.section, named.before.as_ref(), &named.absorbed)
        };
        self.0.extend(piece.placements.iter().filter(enters).map(|placement| Newcomer {
            dated: piece.dated,
            lead: lead.key.clone(),
            draft,
            section: placement.section.clone(),
            source: lead.source.clone(),
        }));
    }

    /// Which drafts are held back in which sections, and why: those without room after `entered` and earlier drafts, by
    /// date, then key.
    pub(super) fn beyond(
        mut self,
        entered: &Entered,
        policy: &Policy,
    ) -> BTreeMap<usize, BTreeMap<SectionSlug, Reason>> {
        self.0.sort_by(|one, other| {
            (one.dated, &one.lead, &one.section).cmp(&(other.dated, &other.lead, &other.section))
        });
        let mut entered = entered.clone();
        let mut beyond: BTreeMap<usize, BTreeMap<SectionSlug, Reason>> = BTreeMap::new();
        for newcomer in self.0 {
            let Some(most) = policy.quota(&newcomer.section) else { continue };
            let count = entered.entry((newcomer.section.clone(), newcomer.source.clone())).or_default();
            if *count < most {
                *count += 1;
                continue;
            }
            let name = policy.source(&newcomer.source).map_or(newcomer.source.as_str(), |source| source.name.as_str());
            let why = Reason::Quota { most, source: name.to_owned() };
            beyond.entry(newcomer.draft).or_default().insert(newcomer.section, why);
        }
        beyond
    }
}
