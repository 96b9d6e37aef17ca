//! What staff's decisions teach: of each section they spoke of, whether a piece belongs there.

use super::classifier::{Case, Classifier};
use super::judge::Judge;
use super::staff_decisions::StaffDecisions;
use crate::learn::Dataset;
use plenary_model::decision::Decision;
use plenary_model::entry::StoredEntry;
use plenary_model::id::SectionSlug;
use plenary_model::piece::Dossier;
use plenary_model::policy::Policy;
use std::collections::BTreeMap;

impl<P: Classifier> Judge<P> {
    pub fn teach(&self, dossiers: &[Dossier], dataset: &mut Dataset) {
        for dossier in dossiers {
            self.teach_one(dossier, dataset);
        }
    }

    fn teach_one(&self, dossier: &Dossier, dataset: &mut Dataset) {
        let piece = &dossier.piece;
        let standing: Vec<&StoredEntry> =
            dossier.entries.iter().filter(|entry| entry.withdrawn.is_none() || entry.key == piece.lead).collect();
        let Some(lead) = standing.iter().copied().find(|entry| entry.key == piece.lead) else { return };
        let carriers = self.carriers(lead, &standing);
        // A text that is gone teaches nothing.
        if carriers.is_empty() || lead.is_bare {
            return;
        }
        let case = Case {
            entry: &lead.entry,
            carriers: &carriers,
            dated: piece.dated,
            has_copies: standing.len() > 1,
            has_versions: piece.work != piece.id,
            age: piece.first_seen - piece.dated,
        };
        let facets = self.classifier().facets(&case);
        let by_rule = self.classifier().sections(&case, &facets);
        let decisions: Vec<&Decision> = dossier.decisions.iter().collect();
        let taught = labels_of(&StaffDecisions::replay(&decisions, &by_rule), self.policy());
        if !taught.is_empty() {
            dataset.add(piece.id.as_str(), &case, &facets, &by_rule, taught);
        }
    }
}

/// What staff's word says of sections. Whoever puts a piece in one section has seen it whole: it belongs in no other
/// unless that takes pieces `alongside`. What is rejected altogether belongs nowhere.
fn labels_of(word: &StaffDecisions, policy: &Policy) -> BTreeMap<SectionSlug, bool> {
    let said =
        |section: &SectionSlug| word.sections.get(section).and_then(|v| v.is_shown.or(v.is_pinned.then_some(true)));
    let is_primary_known = policy.sections.iter().any(|section| !section.alongside && said(&section.id) == Some(true));
    let of = |section: &plenary_model::section::Section| {
        let elsewhere = is_primary_known && !section.alongside;
        let belongs = said(&section.id).or((elsewhere || word.is_out).then_some(false))?;
        Some((section.id.clone(), belongs))
    };
    policy.sections.iter().filter_map(of).collect()
}
