//! What staff decided about the sections of a piece, applied over what the rules suggest now. Reasons name nobody,
//! since readers may see them; the decision says who.

use super::classifier::Suggestion;
use chrono::{DateTime, Utc};
use plenary_model::decision::{Action, Decision};
use plenary_model::id::SectionSlug;
use plenary_model::reason::Reason;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Verdict {
    /// `Some(true)`: shown; `Some(false)`: kept out; `None`: the rules decide.
    pub(super) is_shown: Option<bool>,
    pub(super) is_pinned: bool,
    pub(super) reason: Option<Reason>,
}

impl Verdict {
    /// What staff decided, the pin last.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        self.reason.iter().cloned().chain(self.is_pinned.then_some(Reason::Pinned)).collect()
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct StaffDecisions {
    pub(super) sections: BTreeMap<SectionSlug, Verdict>,
    pub(super) primary: Option<SectionSlug>,
    /// When held placements and updates were last let out.
    pub(super) released_at: Option<DateTime<Utc>>,
    /// Kept out of all sections that no later decision names.
    pub(super) is_out: bool,
}

impl StaffDecisions {
    pub(super) fn replay(decisions: &[&Decision], suggestions: &[Suggestion]) -> Self {
        let mut word = Self::default();
        for decision in decisions {
            word.hear(decision, suggestions);
        }
        word
    }

    fn hear(&mut self, decision: &Decision, suggestions: &[Suggestion]) {
        match &decision.action {
            Action::Approve { section: Some(section) } => self.show(section, Reason::Approved),
            Action::Approve { section: None } => {
                for suggestion in suggestions {
                    self.show(&suggestion.section, Reason::Approved);
                }
            }
            Action::Reject { section: Some(section) } => self.keep_out(section, Reason::Rejected),
            Action::Reject { section: None } => {
                self.is_out = true;
                let named: Vec<SectionSlug> =
                    suggestions.iter().map(|s| s.section.clone()).chain(self.sections.keys().cloned()).collect();
                for section in named {
                    self.keep_out(&section, Reason::Rejected);
                }
            }
            Action::Move { from, to } => {
                let from = from.clone().or_else(|| self.current_primary(suggestions));
                if let Some(from) = from.filter(|from| from != to) {
                    self.keep_out(&from, Reason::MovedTo { section: to.clone() });
                }
                self.show(to, Reason::MovedHere);
                self.primary = Some(to.clone());
            }
            Action::Add { section } | Action::Language { section: Some(section), .. } => {
                self.show(section, Reason::Added);
            }
            Action::Pin { section } => {
                let verdict = self.sections.entry(section.clone()).or_default();
                verdict.is_pinned = true;
                if verdict.is_shown == Some(false) {
                    *verdict = Verdict { is_pinned: true, ..Verdict::default() };
                }
            }
            Action::Unpin { section } => {
                if let Some(verdict) = self.sections.get_mut(section) {
                    verdict.is_pinned = false;
                }
            }
            Action::Release => self.released_at = self.released_at.max(Some(decision.at)),
            _ => {}
        }
    }

    /// True when staff decided where the piece belongs, or where not.
    pub(super) fn has_spoken(&self) -> bool {
        self.is_out || !self.sections.is_empty()
    }

    fn show(&mut self, section: &SectionSlug, reason: Reason) {
        let verdict = self.sections.entry(section.clone()).or_default();
        verdict.is_shown = Some(true);
        verdict.reason = Some(reason);
    }

    fn keep_out(&mut self, section: &SectionSlug, reason: Reason) {
        let verdict = Verdict { is_shown: Some(false), is_pinned: false, reason: Some(reason) };
        self.sections.insert(section.clone(), verdict);
        if self.primary.as_ref() == Some(section) {
            self.primary = None;
        }
    }

    fn current_primary(&self, suggestions: &[Suggestion]) -> Option<SectionSlug> {
        let is_out = |section: &SectionSlug| self.sections.get(section).is_some_and(|v| v.is_shown == Some(false));
        let by_rule = suggestions.iter().find(|s| s.primary && !is_out(&s.section)).map(|s| s.section.clone());
        let shown = || self.sections.iter().find(|(_, v)| v.is_shown == Some(true)).map(|(section, _)| section.clone());
        self.primary.clone().or(by_rule).or_else(shown)
    }
}
