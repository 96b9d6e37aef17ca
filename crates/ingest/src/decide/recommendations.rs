//! What models add to the rules: opinions for staff and, where the policy says so, places.

use super::classifier::Suggestion;
use super::staff_decisions::StaffDecisions;
use crate::learn::Advice;
use plenary_model::id::SectionSlug;
use plenary_model::learned::{Learning, Opinion};
use plenary_model::piece::Piece;
use plenary_model::section::PlacementState;
use std::collections::BTreeMap;

pub(super) struct Recommendations {
    pub(super) suggestions: Vec<Suggestion>,
    /// What models say of the suggested sections, and of those where they alone would put it.
    pub(super) opinions: BTreeMap<SectionSlug, Opinion>,
}

/// The sections in which a model placed the piece and readers see it, or will once there is room.
pub(super) fn list_kept(before: Option<&Piece>, learning: Learning) -> Vec<SectionSlug> {
    let placements = before.filter(|_| learning == Learning::Publish).into_iter().flat_map(|piece| &piece.placements);
    let by_model = placements.filter(|placement| {
        let enters = placement.state.is_shown() || placement.state == PlacementState::Held;
        enters && placement.learned.as_ref().is_some_and(Opinion::is_for_it_alone)
    });
    by_model.map(|placement| placement.section.clone()).collect()
}

impl Recommendations {
    /// Rules and `advice` together. Where the policy lets it, a model places what is new to readers; of what they see
    /// already it only speaks, so that neither a new model nor a later copy moves it. `is_new`: no reader has seen it.
    pub(super) fn combine(
        by_rule: Vec<Suggestion>,
        advice: Option<Advice>,
        kept: &[SectionSlug],
        learning: Learning,
        is_new: bool,
    ) -> Self {
        let Some(Advice { sections, mut opinions }) = advice.filter(|_| learning != Learning::Off) else {
            return Self { suggestions: by_rule, opinions: BTreeMap::new() };
        };
        let is_among = |list: &[Suggestion], section: &SectionSlug| list.iter().any(|one| one.section == *section);
        let mut enters =
            sections.iter().map(|one| &one.section).filter(|section| !is_among(&by_rule, section)).peekable();
        let may_place = learning == Learning::Publish
            && enters.peek().is_some()
            && (is_new || enters.all(|section| kept.contains(section)));
        opinions.retain(|section, _| is_among(&by_rule, section) || is_among(&sections, section));
        Self { suggestions: if may_place { sections } else { by_rule }, opinions }
    }

    /// Once staff have spoken of a piece, no model asks them about it again.
    pub(super) fn drop_decided(&mut self, word: &StaffDecisions) {
        if word.has_spoken() {
            let placed = |section: &SectionSlug| self.suggestions.iter().any(|one| one.section == *section);
            self.opinions.retain(|section, opinion| opinion.is_for_it_alone() && placed(section));
        }
    }
}
