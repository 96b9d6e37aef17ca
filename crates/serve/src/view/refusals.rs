//! Why sections do not show a piece, in plain words: asked of the policy in force, which is what a visitor
//! reads beside it.

use super::reasons::{several, tell_reason};
use super::{Phrase, Scene};
use crate::address::Place;
use crate::locale::fill;
use plenary_model::fold;
use plenary_model::piece::PieceView;
use plenary_model::policy::Policy;
use plenary_model::query::{Condition, Field, Seen, Subject};
use plenary_model::reason::Refusal;
use plenary_model::section::{PlacementState, Section};
use plenary_model::topic::Organisation;

/// Terms of a rule that are named; a rule may have dozens of alternatives.
const TERMS_MAX: usize = 6;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) title: Phrase,
    pub(crate) href: String,
    pub(crate) reasons: Vec<Phrase>,
}

/// The sections that do not show a piece, in the order of the policy.
pub(super) fn list_left_out(scene: &Scene<'_>, view: &PieceView) -> Vec<LeftOut> {
    let of_section = |section: &Section| {
        let reasons = reasons(scene, view, section);
        (!reasons.is_empty()).then(|| LeftOut {
            title: scene.translate(&section.title),
            href: scene.to(&Place::Section(section.id.clone(), 1)),
            reasons,
        })
    };
    scene.policy.sections.iter().filter_map(of_section).collect()
}

fn reasons(scene: &Scene<'_>, view: &PieceView, section: &Section) -> Vec<Phrase> {
    let words = &scene.locale.words.why;
    let own = |text: String| vec![Phrase::own(scene.locale, text)];
    let placement = view.piece.placement(section.id.as_str());
    match placement.map(|placement| (placement.state, placement)) {
        Some((state, _)) if state.is_shown() => Vec::new(),
        Some((PlacementState::Pending | PlacementState::Held, _)) => own(words.waits.to_owned()),
        Some((_, placement)) => placement.reasons.iter().map(|reason| tell_reason(scene, reason)).collect(),
        None => match refusal(scene, view, section) {
            Some(text) => own(text),
            None => by_rule(scene, view, section).map_or_else(Vec::new, own),
        },
    }
}

/// What the section takes whatever its rule says; see [`plenary_model::section::Limits::refusal`].
fn refusal(scene: &Scene<'_>, view: &PieceView, section: &Section) -> Option<String> {
    let words = &scene.locale.words.why;
    let age = view.piece.first_seen - view.piece.dated;
    Some(match section.limits.refusal(view.piece.facets.language.as_ref(), age)? {
        Refusal::Language { taken, .. } => {
            let taken: Vec<(Field, &str)> = taken.iter().map(|tag| (Field::Language, tag.as_str())).collect();
            fill(words.only, &[("what", &several(scene, &taken))])
        }
        Refusal::TooOld { most, .. } => {
            let days = usize::try_from(most.unsigned_abs()).unwrap_or(usize::MAX);
            fill(words.too_old, &[("days", &scene.locale.count(&scene.locale.words.count.days, days))])
        }
    })
}

fn by_rule(scene: &Scene<'_>, view: &PieceView, section: &Section) -> Option<String> {
    let words = &scene.locale.words.why;
    let asked = StoredPiece { view, policy: scene.policy };
    let verdict = section.rule.ask(&asked);
    if verdict.holds {
        let earlier = scene.policy.sections.iter().take_while(|other| other.id != section.id);
        let taker = earlier.filter(|other| !other.alongside).find(|other| asked.is_shown_in(other.id.as_str()))?;
        let title = scene.translate(&taker.title).text;
        return (!section.alongside).then(|| fill(words.first, &[("section", &title)]));
    }
    // The terms that fail: those that it lacks, and those that it has and must not have.
    let (has, lacks): (Vec<&Condition>, Vec<&Condition>) =
        verdict.because.iter().partition(|condition| condition.negated);
    let (pattern, terms) = if lacks.is_empty() { (&words.has, has) } else { (&words.lacks, lacks) };
    let named = terms.iter().filter_map(|condition| Some((condition.field?, condition.value.as_str())));
    let named: Vec<(Field, &str)> = named.take(TERMS_MAX).collect();
    let more = if terms.len() > TERMS_MAX { "…" } else { "" };
    Some(fill(pattern, &[("what", &format!("{}{more}", several(scene, &named)))]))
}

/// A stored piece as a rule sees it. The rule was asked when the piece was judged, with all its words; here it
/// is asked again of what was found then.
struct StoredPiece<'a> {
    view: &'a PieceView,
    policy: &'a Policy,
}

impl StoredPiece<'_> {
    fn is_shown_in(&self, slug: &str) -> bool {
        self.view.piece.placement(slug).is_some_and(|placement| placement.state.is_shown())
    }

    /// True when `value` is a name of one of the piece's organisations.
    fn is_organisation(&self, value: &str) -> bool {
        let folded = fold::line(value);
        let names = |known: &Organisation| {
            std::iter::once(&known.name).chain(&known.aliases).map(|name| fold::line(name)).collect::<Vec<_>>()
        };
        let known = self.policy.organisations.iter().map(names).find(|names| names.contains(&folded));
        let sought = known.unwrap_or_else(|| vec![folded]);
        self.view.piece.facets.organisations.iter().any(|name| sought.contains(&fold::line(name)))
    }
}

impl Subject for StoredPiece<'_> {
    fn has(&self, field: Field, value: &str) -> bool {
        let PieceView { piece, versions, others, .. } = self.view;
        match field {
            Field::Organisation => self.is_organisation(value),
            Field::Section => self.is_shown_in(value),
            _ => {
                let (has_versions, has_copies) = (!versions.is_empty(), !others.is_empty());
                Seen { facets: &piece.facets, dated: piece.dated, has_versions, has_copies }.has(field, value)
            }
        }
    }

    /// Rules have no words.
    fn contains(&self, _: &str) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;
    use plenary_model::query::Query;

    fn section(id: &str, rule: &str) -> Section {
        Section { rule: Query::parse_rule(rule).unwrap(), ..samples::section(id) }
    }

    fn list_reason_texts(policy: &Policy, view: &PieceView, tag: &str) -> Vec<String> {
        let left = list_left_out(&samples::scene(policy, tag), view);
        left.iter().flat_map(|one| &one.reasons).map(|reason| reason.text.clone()).collect()
    }

    #[test]
    fn sections_say_why_they_do_not_show_a_piece() {
        let mut policy = samples::policy();
        let mut view = samples::piece("p", "2021-05-21");
        policy.sections.extend([
            section("media", "issuer:media and genre:statement"),
            section("ours", "genre:statement and not standing:member"),
            section("late", "genre:statement"),
            section("calls", "genre:(call-for-input or event) or has:deadline"),
        ]);
        let mut old = section("young", "genre:statement");
        old.limits.max_age_days = Some(7);
        policy.sections.push(old);
        assert_eq!(
            list_reason_texts(&policy, &view, "en"),
            [
                "Missing: Whose text it is: Media.",
                "What keeps it out: Kind of organisation: Member.",
                "It would belong here, too, but “News” comes first.",
                "Missing: Kind of document: call-for-input, event · a deadline.",
                "It was too old when it was first seen: this section takes what is at most 7 days old.",
            ]
        );
        assert_eq!(list_reason_texts(&policy, &view, "fr")[0], "Il manque\u{a0}: De qui est le texte\u{a0}: Média.");
        let mut waiting = view.piece.placements[0].clone();
        (waiting.section, waiting.state) = ("media".into(), PlacementState::Pending);
        let mut rejected = waiting.clone();
        (rejected.section, rejected.state) = ("ours".into(), PlacementState::Rejected);
        rejected.reasons = vec![plenary_model::reason::Reason::Rejected];
        view.piece.placements.extend([waiting, rejected]);
        let said = list_reason_texts(&policy, &view, "en");
        assert_eq!(said[..2], ["It waits for the editors.", "Kept out by the editors."]);
    }
}
