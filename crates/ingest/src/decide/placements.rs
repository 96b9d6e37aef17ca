//! Placements: what rules suggest, trust allows and staff say, with the history of each section kept.

use super::classifier::Suggestion;
use super::identity::Named;
use super::staff_decisions::{StaffDecisions, Verdict};
use chrono::{DateTime, Duration, Utc};
use plenary_model::change::Entered;
use plenary_model::doubt::FacetDoubt;
use plenary_model::id::SectionSlug;
use plenary_model::learned::{Learning, Opinion};
use plenary_model::piece::Piece;
use plenary_model::policy::Policy;
use plenary_model::reason::Reason;
use plenary_model::section::{InDoubt, Placement, PlacementState};
use plenary_model::source::Trust;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Circumstances<'a> {
    pub(super) now: DateTime<Utc>,
    /// True once a first pass over all sources has ended.
    pub(super) first_pass_done: bool,
    /// Sections whose stored pieces are placed for the first time.
    pub(super) opening: &'a BTreeSet<SectionSlug>,
    /// True when pieces came in, false when stored ones are judged again.
    pub(super) comes_in: bool,
    /// What has entered sections with a cap; `None`: what is held back stays so.
    pub(super) entered: Option<&'a Entered>,
}

pub(super) struct Placing<'a> {
    /// By rule, and by models that may place, in order of precedence.
    pub(super) suggestions: &'a [Suggestion],
    pub(super) opinions: &'a BTreeMap<SectionSlug, Opinion>,
    /// The best trust among its carriers.
    pub(super) trust: Trust,
    pub(super) staff: &'a StaffDecisions,
    pub(super) dated: DateTime<Utc>,
    pub(super) before: Option<&'a Piece>,
    pub(super) absorbed: &'a [Piece],
    /// Why it is not sure where it belongs.
    pub(super) doubts: &'a [FacetDoubt],
}

/// The placements of a piece in the order of the policy's sections.
pub(super) fn place(placing: &Placing<'_>, policy: &Policy, when: &Circumstances<'_>) -> Vec<Placement> {
    let mut placements: Vec<Placement> =
        policy.sections.iter().filter_map(|section| place_in(&section.id, placing, policy, when)).collect();
    let primary = primary(&placements, placing);
    for placement in &mut placements {
        placement.primary = Some(&placement.section) == primary.as_ref();
        stamp(placement, placing.before, policy);
    }
    placements
}

/// What the piece, or one that it absorbs, was in `section`; one that readers saw before any other.
fn history<'a>(section: &SectionSlug, before: Option<&'a Piece>, absorbed: &'a [Piece]) -> Option<&'a Placement> {
    let pieces = before.into_iter().chain(absorbed);
    let found: Vec<&Placement> = pieces.filter_map(|piece| piece.placement(section.as_str())).collect();
    found.iter().find(|placement| was_shown(placement)).or_else(|| found.first()).copied()
}

/// True when readers have seen the piece, or one that it absorbs, in `section`.
pub(super) fn was_shown_in(section: &SectionSlug, before: Option<&Piece>, absorbed: &[Piece]) -> bool {
    history(section, before, absorbed).is_some_and(was_shown)
}

/// Holds a piece back in the sections named, each with the reason: readers have not seen it there.
pub(super) fn hold(piece: &mut Piece, held: &BTreeMap<SectionSlug, Reason>, named: &Named, policy: &Policy) {
    let before = named.before.as_ref();
    for placement in &mut piece.placements {
        let Some(why) = held.get(&placement.section) else { continue };
        placement.state = PlacementState::Held;
        placement.reasons.insert(0, why.clone());
        if let Some(history) = history(&placement.section, before, &named.absorbed) {
            (placement.entered, placement.announced) = (history.entered, history.announced);
        }
        stamp(placement, before, policy);
    }
}

fn was_shown(placement: &Placement) -> bool {
    placement.state.is_shown() || placement.reasons.contains(&Reason::ShownBefore)
}

fn place_in(
    section: &SectionSlug,
    placing: &Placing<'_>,
    policy: &Policy,
    when: &Circumstances<'_>,
) -> Option<Placement> {
    let suggestion = placing.suggestions.iter().find(|s| s.section == *section);
    let verdict = placing.staff.sections.get(section);
    let history = history(section, placing.before, placing.absorbed);
    let was_shown = history.is_some_and(was_shown);
    let opinion = placing.opinions.get(section);
    let is_full = when.entered.is_none() && policy.quota(section).is_some();
    let waits_for_staff = |history: &Placement| history.reasons.iter().any(is_announced_again);
    let held = history.filter(|history| (is_full || waits_for_staff(history)) && is_held(history, placing));
    let (state, mut reasons) = state(suggestion, verdict, opinion, history, placing, policy)?;
    let state = hold_doubtful(section, state, &mut reasons, history, placing, policy);
    let is_decided = verdict.is_some_and(|verdict| verdict.is_shown.is_some() || verdict.is_pinned);
    let had_its_time = history.filter(|_| !is_decided).and_then(|history| expire(history, state, policy, when.now));
    let state = match had_its_time {
        Some(days) => {
            reasons = vec![Reason::Expired { days }];
            PlacementState::Rejected
        }
        None => state,
    };
    let state = match held.filter(|_| state == PlacementState::Auto) {
        Some(held) => {
            let is_why = |reason: &&Reason| matches!(reason, Reason::Quota { .. }) || is_announced_again(reason);
            reasons.splice(0..0, held.reasons.iter().find(is_why).cloned());
            PlacementState::Held
        }
        None => state,
    };
    if !state.is_shown() && was_shown {
        reasons.push(Reason::ShownBefore);
    }
    let (entered, announced) = match history {
        Some(history) if was_shown => (history.entered, history.announced),
        // A piece that waited enters when it is let in, not when it began to wait: past months' archives are final.
        Some(history) if !state.is_shown() => (history.entered, history.announced),
        _ => (when.now, is_news(section, placing, policy, when)),
    };
    let announced = announced || state == PlacementState::Pinned;
    let policy_version = policy.version.clone();
    let (section, primary) = (section.clone(), false);
    let waits = state == PlacementState::Pending;
    let learned = opinion.filter(|opinion| waits || opinion.belongs != opinion.by_rule).cloned();
    Some(Placement { section, state, primary, reasons, entered, announced, policy_version, learned })
}

/// Where a section holds what is in doubt, a piece that readers have not seen there waits, with its doubts.
fn hold_doubtful(
    section: &SectionSlug,
    state: PlacementState,
    reasons: &mut Vec<Reason>,
    history: Option<&Placement>,
    placing: &Placing<'_>,
    policy: &Policy,
) -> PlacementState {
    let holds = policy.section(section.as_str()).is_some_and(|section| section.in_doubt == InDoubt::Hold);
    if state != PlacementState::Auto || !holds || placing.doubts.is_empty() || history.is_some_and(was_shown) {
        return state;
    }
    reasons.extend(placing.doubts.iter().map(|doubt| Reason::Doubted { doubt: doubt.clone() }));
    PlacementState::Pending
}

/// After how many days a piece that would be in `state` leaves a section that it entered by rule, once it has had its
/// time there. It does not come back when the section keeps pieces longer from then on: its texts may be gone.
fn expire(history: &Placement, state: PlacementState, policy: &Policy, now: DateTime<Utc>) -> Option<i64> {
    let ends_now = || {
        let limits = &policy.section(history.section.as_str())?.limits;
        let is_past = limits.keeps_since(now).is_some_and(|since| history.entered < since);
        limits.keep_days.filter(|_| is_past && state == PlacementState::Auto && was_shown(history))
    };
    history.expired_after().or_else(ends_now)
}

/// The placements of a piece of which nothing can be judged anew, as they were but for those that have had their time.
pub(super) fn keep_placements(piece: &Piece, policy: &Policy, now: DateTime<Utc>) -> Vec<Placement> {
    let mut placements = piece.placements.clone();
    for placement in placements.iter_mut().filter(|placement| placement.state == PlacementState::Auto) {
        if let Some(days) = expire(placement, placement.state, policy, now) {
            placement.reasons = vec![Reason::Expired { days }, Reason::ShownBefore];
            (placement.state, placement.primary) = (PlacementState::Rejected, false);
            placement.policy_version.clone_from(&policy.version);
        }
    }
    if !placements.iter().any(|placement| placement.primary)
        && let Some(first) = placements.iter_mut().find(|placement| placement.state != PlacementState::Rejected)
    {
        first.primary = true;
    }
    placements
}

/// State and reasons; `None` when the piece has nothing to do with the section.
fn state(
    suggestion: Option<&Suggestion>,
    verdict: Option<&Verdict>,
    opinion: Option<&Opinion>,
    history: Option<&Placement>,
    placing: &Placing<'_>,
    policy: &Policy,
) -> Option<(PlacementState, Vec<Reason>)> {
    let mut reasons: Vec<Reason> = verdict.map(Verdict::reasons).unwrap_or_default();
    reasons.extend(suggestion.into_iter().flat_map(|suggestion| suggestion.why.iter().cloned()));
    // Where models may place, what one is against waits for staff; what readers see stays.
    let is_doubted = policy.rules.learned == Learning::Publish
        && !history.is_some_and(was_shown)
        && opinion.is_some_and(Opinion::is_against);
    let learned = |opinion: &Opinion| Reason::Learned { why: opinion.why.clone() };
    let state = match (verdict, suggestion) {
        (Some(Verdict { is_pinned: true, .. }), _) => PlacementState::Pinned,
        (Some(Verdict { is_shown: Some(true), .. }), _) => PlacementState::Approved,
        (Some(Verdict { is_shown: Some(false), .. }), _) => PlacementState::Rejected,
        (_, Some(_)) if placing.trust == Trust::Trusted && !is_doubted => PlacementState::Auto,
        (_, Some(_)) if placing.trust != Trust::Blocked => {
            reasons.extend(opinion.filter(|opinion| opinion.is_against()).map(learned));
            PlacementState::Pending
        }
        // A model alone puts it here: staff are asked.
        (_, None) if placing.trust != Trust::Blocked && opinion.is_some_and(Opinion::is_for_it_alone) => {
            reasons.extend(opinion.map(learned));
            PlacementState::Pending
        }
        _ if history.is_some_and(was_shown) => {
            reasons.push(Reason::NoRuleAnyMore);
            PlacementState::Rejected
        }
        _ => return None,
    };
    Some((state, reasons))
}

fn is_announced_again(reason: &Reason) -> bool {
    matches!(reason, Reason::AnnouncedAgain { .. })
}

/// What is held back stays so until there is room or staff let it out.
fn is_held(history: &Placement, placing: &Placing<'_>) -> bool {
    history.state == PlacementState::Held && placing.staff.released_at.is_none_or(|at| at < history.entered)
}

/// No floods: what enters a current document is young, or the first fill of a section.
fn is_news(section: &SectionSlug, placing: &Placing<'_>, policy: &Policy, when: &Circumstances<'_>) -> bool {
    !when.first_pass_done
        || when.opening.contains(section)
        || when.now - placing.dated <= Duration::days(policy.rules.announce_days)
}

/// Staff's own choice, else the rules' when it is not kept out, else the first by precedence.
fn primary(placements: &[Placement], placing: &Placing<'_>) -> Option<SectionSlug> {
    let is_in =
        |section: &SectionSlug| placements.iter().any(|p| p.section == *section && p.state != PlacementState::Rejected);
    let by_staff = placing.staff.primary.clone().filter(is_in);
    let by_rule = || placing.suggestions.iter().find(|s| s.primary && is_in(&s.section)).map(|s| s.section.clone());
    let first = || placements.iter().find(|p| p.state != PlacementState::Rejected).map(|p| p.section.clone());
    by_staff.or_else(by_rule).or_else(first)
}

/// A placement that is as it was keeps the version of the policy that made it.
fn stamp(placement: &mut Placement, before: Option<&Piece>, policy: &Policy) {
    let before = before.and_then(|piece| piece.placement(placement.section.as_str()));
    if let Some(before) = before {
        let stamped = Placement { policy_version: before.policy_version.clone(), ..placement.clone() };
        let is_same = stamped == *before;
        placement.policy_version = if is_same { before.policy_version.clone() } else { policy.version.clone() };
    }
}
