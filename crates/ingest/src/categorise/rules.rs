//! The sections' rules, asked about a piece.

use super::directory::Directory;
use super::words::FoldedText;
use super::{Case, Suggestion, words_of};
use plenary_model::id::SectionSlug;
use plenary_model::piece::Facets;
use plenary_model::policy::Policy;
use plenary_model::query::{Condition, Field, Query, Seen, Subject, Verdict};
use plenary_model::reason::{Basis, LeftOut, Reason};
use plenary_model::section::Section;
use std::cell::OnceCell;

struct PieceSubject<'a> {
    case: &'a Case<'a>,
    facets: &'a Facets,
    directory: &'a Directory,
    /// Sections that have taken the piece so far.
    taken: &'a [SectionSlug],
    words: OnceCell<FoldedText>,
}

impl Subject for PieceSubject<'_> {
    fn has(&self, field: Field, value: &str) -> bool {
        let Case { dated, has_versions, has_copies, .. } = *self.case;
        match field {
            Field::Organisation => self.is_organisation(value),
            Field::Section => self.taken.iter().any(|section| section.as_str() == value),
            _ => Seen { facets: self.facets, dated, has_versions, has_copies }.has(field, value),
        }
    }

    fn contains(&self, words: &str) -> bool {
        let all = self.words.get_or_init(|| words_of(self.case));
        all.contains(words)
    }
}

impl PieceSubject<'_> {
    /// True when `value` is the name of one of the piece's organisations, or another name of it.
    fn is_organisation(&self, value: &str) -> bool {
        let folded = FoldedText::phrase(value);
        let known = self.directory.find_by_name(value);
        self.facets.organisations.iter().any(|name| {
            FoldedText::phrase(name) == folded || (known.is_some() && self.directory.find_by_name(name) == known)
        })
    }
}

/// Asks a rule that is not a section's; `taken` are the sections of the piece.
pub(super) fn ask(
    rule: &Query,
    directory: &Directory,
    case: &Case<'_>,
    facets: &Facets,
    taken: &[SectionSlug],
) -> Verdict {
    rule.ask(&PieceSubject { case, facets, directory, taken, words: OnceCell::new() })
}

/// Where a piece goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Number of the section whose rule takes it.
    Section(usize),
    /// The section that the policy gives its source, where that takes it, else none.
    Other,
}

impl Place {
    pub(super) fn slug(self, policy: &Policy, case: &Case<'_>) -> Option<SectionSlug> {
        match self {
            Self::Section(number) => policy.sections.get(number).map(|section| section.id.clone()),
            Self::Other => {
                case.carriers.first().and_then(|carrier| policy.source(&carrier.source)).and_then(|s| s.section.clone())
            }
        }
    }
}

/// Where a piece goes first by these facets, without the reasons: the first section whose rule holds.
pub(super) fn place(policy: &Policy, directory: &Directory, case: &Case<'_>, facets: &Facets) -> Place {
    let asked = PieceSubject { case, facets, directory, taken: &[], words: OnceCell::new() };
    let takes = |section: &Section| {
        !section.alongside
            && section.limits.refusal(facets.language.as_ref(), case.age).is_none()
            && section.rule.holds(&asked)
    };
    policy.sections.iter().position(takes).map_or(Place::Other, Place::Section)
}

pub(super) fn sections(
    policy: &Policy,
    directory: &Directory,
    case: &Case<'_>,
    facets: &Facets,
    overrule: &dyn Fn(&SectionSlug) -> Option<bool>,
) -> Vec<Suggestion> {
    let mut found: Vec<Suggestion> = Vec::new();
    let mut taken: Vec<SectionSlug> = Vec::new();
    let mut has_primary = false;
    for section in &policy.sections {
        if has_primary && !section.alongside {
            continue;
        }
        if section.limits.refusal(facets.language.as_ref(), case.age).is_some() {
            continue;
        }
        let asked = PieceSubject { case, facets, directory, taken: &taken, words: OnceCell::new() };
        let verdict = section.rule.ask(&asked);
        if !overrule(&section.id).unwrap_or(verdict.holds) {
            continue;
        }
        // The terms of a rule that fails are no reason for a place that it was overruled for.
        let because = if verdict.holds { verdict.because } else { Vec::new() };
        let primary = !section.alongside;
        has_primary |= primary;
        taken.push(section.id.clone());
        found.push(Suggestion {
            section: section.id.clone(),
            primary,
            score: score(&because, facets),
            why: because.into_iter().map(|condition| reason(condition, facets)).collect(),
        });
    }
    if found.is_empty()
        && let Some(source) = case.carriers.first().and_then(|carrier| policy.source(&carrier.source))
        && let Some(section) = &source.section
        && policy
            .section(section.as_str())
            .is_none_or(|s| s.limits.refusal(facets.language.as_ref(), case.age).is_none())
    {
        let why = Reason::SourceDefault { source: source.name.clone() };
        found.push(Suggestion { section: section.clone(), primary: true, score: 1.0, why: vec![why] });
    }
    // A piece that is only taken alongside has its first section there.
    if !found.iter().any(|suggestion| suggestion.primary)
        && let Some(first) = found.first_mut()
    {
        first.primary = true;
    }
    found
}

pub(super) fn why_not(policy: &Policy, directory: &Directory, case: &Case<'_>, facets: &Facets, slug: &str) -> LeftOut {
    let Some(section) = policy.section(slug) else { return LeftOut::NoSection };
    if let Some(refusal) = section.limits.refusal(facets.language.as_ref(), case.age) {
        return LeftOut::Refused { refusal };
    }
    let asked = PieceSubject { case, facets, directory, taken: &[], words: OnceCell::new() };
    let verdict = section.rule.ask(&asked);
    if !verdict.holds {
        return LeftOut::RuleFails { conditions: verdict.because };
    }
    let earlier = policy.sections.iter().take_while(|other| other.id != section.id);
    let taker = earlier.filter(|other| !other.alongside).find(|other| other.rule.ask(&asked).holds);
    match taker {
        Some(other) if !section.alongside => LeftOut::Earlier { section: other.id.clone() },
        _ => LeftOut::NotShown,
    }
}

/// Points of the topics among the conditions that made a rule hold.
fn score(because: &[Condition], facets: &Facets) -> f64 {
    let topics = because.iter().filter(|condition| condition.field == Some(Field::Topic) && !condition.negated);
    let points: f64 = topics
        .filter_map(|condition| facets.topics.iter().find(|hit| hit.topic.as_str() == condition.value))
        .map(|hit| hit.score)
        .sum();
    if points > 0.0 { points } else { 1.0 }
}

fn reason(condition: Condition, facets: &Facets) -> Reason {
    let basis = match condition.field.filter(|_| !condition.negated) {
        Some(Field::Topic) => {
            let hit = facets.topics.iter().find(|hit| hit.topic.as_str() == condition.value);
            let strongest = hit.and_then(|hit| hit.why.first().map(|why| (hit.score, why)));
            strongest.map(|(points, why)| Basis::Topic { points, sign: why.sign.clone() })
        }
        Some(Field::Genre) => facets.genre_why.first().map(|why| Basis::Genre { sign: why.sign.clone() }),
        Some(Field::Issuer) => facets.issuer_why.clone().map(|reason| Basis::Issuer { reason }),
        _ => None,
    };
    Reason::Rule { condition, basis }
}
