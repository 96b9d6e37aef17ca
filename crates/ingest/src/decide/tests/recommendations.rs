//! What models may do, and what they may not.

use super::super::classifier::{Case, Classifier, Suggestion};
use super::super::judge::Judge;
use super::shelf::{Shelf, TitleClassifier, at, incoming, policy, title_says};
use crate::dedup::prepare;
use crate::learn::Advice;
use plenary_model::change::{CandidateSet, Changeset, Incoming};
use plenary_model::decision::{Action, Decision};
use plenary_model::id::SectionSlug;
use plenary_model::learned::{Learning, Opinion, OpinionReason};
use plenary_model::piece::{Dossier, Facets, Piece};
use plenary_model::policy::Policy;
use plenary_model::reason::Reason;
use plenary_model::section::PlacementState::{self, Approved, Auto, Pending, Rejected};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The three words, and models whose opinion stands in the title: `other+` puts a piece there instead,
/// `news-` is against the rule's place.
struct Recommendations;

impl Classifier for Recommendations {
    fn facets(&self, case: &Case<'_>) -> Facets {
        TitleClassifier.facets(case)
    }

    fn sections(&self, case: &Case<'_>, facets: &Facets) -> Vec<Suggestion> {
        TitleClassifier.sections(case, facets)
    }

    fn advice(&self, case: &Case<'_>, _: &Facets, by_rule: &[Suggestion], kept: &[SectionSlug]) -> Option<Advice> {
        let title = &case.entry.title;
        let is_for_other = title.contains("other+") || kept.contains(&"other".into());
        let opinion =
            |belongs, by_rule| Opinion { belongs, by_rule, probability: 800, why: OpinionReason::EarlierModel };
        let mut sections: Vec<Suggestion> = by_rule.to_vec();
        let mut opinions = BTreeMap::new();
        if is_for_other {
            let why = vec![Reason::Learned { why: OpinionReason::EarlierModel }];
            sections = vec![Suggestion { section: "other".into(), primary: true, score: 1.0, why }];
            opinions.insert("other".into(), opinion(true, false));
        }
        if title.contains("news-") {
            sections.retain(|one| one.section.as_str() != "news");
            opinions.insert("news".into(), opinion(false, true));
        }
        Some(Advice { sections, opinions })
    }
}

fn judge(learning: Learning) -> Judge<Recommendations> {
    let mut policy = Policy::clone(&policy("p1"));
    policy.rules.learned = learning;
    Judge::with(Arc::new(policy), Recommendations)
}

fn list_placements(change: &Changeset) -> Vec<(&str, PlacementState)> {
    let piece = change.pieces.first().unwrap();
    piece.placements.iter().map(|placement| (placement.section.as_str(), placement.state)).collect()
}

fn decide_one(learning: Learning, source: &str, title: &str) -> (Incoming, Changeset) {
    let one = incoming(source, "a", title, 1, 0);
    let known = CandidateSet { first_pass_done: true, ..CandidateSet::default() };
    let change = judge(learning).decide(vec![one.clone()], BTreeMap::new(), known, at(0));
    (one, change)
}

fn again(learning: Learning, one: &Incoming, piece: &Piece, action: Option<Action>) -> Changeset {
    let entry = Some(one.stored.key.clone());
    let decide = |action| Decision { id: 1, at: at(1), by: "Ana".into(), entry, action };
    let decisions = action.map(decide).into_iter().collect();
    let dossier = Dossier { piece: piece.clone(), entries: vec![one.stored.clone()], decisions };
    judge(learning).rejudge(vec![dossier], &BTreeSet::new(), true, at(2))
}

#[test]
fn a_model_suggests_or_places_as_far_as_policy_and_trust_let_it() {
    let of = |learning, source| {
        let (_, change) = decide_one(learning, source, "other+");
        list_placements(&change).into_iter().map(|(section, state)| (section.to_owned(), state)).collect::<Vec<_>>()
    };
    let (news, other) = (|state| ("news".to_owned(), state), |state| ("other".to_owned(), state));
    assert_eq!(of(Learning::Off, "one"), [news(Auto)]);
    assert_eq!(of(Learning::Suggest, "one"), [news(Auto), other(Pending)]);
    assert_eq!(of(Learning::Publish, "one"), [other(Auto)]);
    assert_eq!(of(Learning::Publish, "press"), [other(Pending)], "its source waits for staff");
    assert_eq!(of(Learning::Suggest, "shut"), [], "its source is blocked");
}

#[test]
fn what_a_model_placed_stays_until_staff_or_policy_say_otherwise() {
    let (one, change) = decide_one(Learning::Publish, "one", "other+");
    let piece = &change.pieces[0];
    assert_eq!(again(Learning::Publish, &one, piece, None), Changeset::default());
    let mut silent = one.clone();
    silent.stored.entry.title = "First".into();
    assert!(again(Learning::Publish, &silent, piece, None).pieces.is_empty(), "a later model says nothing");
    let added = again(Learning::Publish, &one, piece, Some(Action::Add { section: "alongside".into() }));
    assert_eq!(list_placements(&added), [("other", Auto), ("alongside", Approved)]);
    assert_eq!(
        again(Learning::Publish, &one, &added.pieces[0], Some(Action::Add { section: "alongside".into() })),
        Changeset::default()
    );
    let out = again(Learning::Publish, &one, piece, Some(Action::Reject { section: None }));
    assert_eq!(list_placements(&out), [("other", Rejected)]);
    let suggest = again(Learning::Suggest, &one, piece, None);
    assert_eq!(list_placements(&suggest), [("news", Auto), ("other", Pending)]);
}

#[test]
fn a_stored_piece_is_never_moved_by_a_model_learned_anew() {
    let (one, change) = decide_one(Learning::Publish, "one", "First");
    let mut heard = one.clone();
    heard.stored.entry.title = "other+".into();
    let after = again(Learning::Publish, &heard, &change.pieces[0], None);
    assert_eq!(list_placements(&after), [("news", Auto), ("other", Pending)]);
}

#[test]
fn a_copy_that_comes_later_lets_no_model_move_what_readers_see() {
    let (one, change) = decide_one(Learning::Publish, "one", "First");
    assert_eq!(list_placements(&change), [("news", Auto)]);
    // Learned meanwhile: the model would put the piece elsewhere. Its copy, and its own new text, come in.
    let body = "<p>The office calls on every state to keep its schools open to all children.</p>".repeat(3);
    let with_text = |mut incoming: Incoming| {
        incoming.stored.entry.content = Some(body.clone());
        incoming.stored.entry.title.push_str(" other+");
        prepare(incoming.stored)
    };
    let first = with_text(one);
    let copy = with_text(incoming("two", "b", "First", 1, 0));
    let dossier =
        Dossier { piece: change.pieces[0].clone(), entries: vec![first.stored.clone()], decisions: Vec::new() };
    let known = CandidateSet { dossiers: vec![dossier], first_pass_done: true, ..CandidateSet::default() };
    let after = judge(Learning::Publish).decide(vec![copy.clone()], BTreeMap::new(), known, at(1));
    assert_eq!(after.pieces[0].members.len(), 2, "the copy has joined");
    assert_eq!(list_placements(&after), [("news", Auto), ("other", Pending)], "the model may suggest");
    // What nobody has seen it may place.
    let (_, alone) = decide_one(Learning::Publish, "two", "First other+");
    assert_eq!(list_placements(&alone), [("other", Auto)]);
}

#[test]
fn what_a_model_is_against_waits_where_it_may_place_and_is_marked_where_it_may_not() {
    let (one, change) = decide_one(Learning::Publish, "one", "First news-");
    assert_eq!(list_placements(&change), [("news", Pending)]);
    assert_eq!(
        change.pieces[0].placements[0].reasons,
        [title_says("news"), Reason::Learned { why: OpinionReason::EarlierModel }]
    );
    let approved = again(Learning::Publish, &one, &change.pieces[0], Some(Action::Approve { section: None }));
    assert_eq!(list_placements(&approved), [("news", Approved)]);
    assert_eq!(approved.pieces[0].placements[0].learned, None);
    let (_, marked) = decide_one(Learning::Suggest, "one", "First news-");
    let placement = &marked.pieces[0].placements[0];
    assert_eq!((placement.state, placement.reasons.len()), (Auto, 1), "readers are not told");
    assert!(placement.learned.as_ref().is_some_and(Opinion::is_against));
}

#[test]
fn nobody_is_asked_twice() {
    let (one, change) = decide_one(Learning::Suggest, "one", "other+");
    let no = again(Learning::Suggest, &one, &change.pieces[0], Some(Action::Reject { section: Some("other".into()) }));
    assert_eq!(list_placements(&no), [("news", Auto), ("other", Rejected)]);
    let yes = again(Learning::Suggest, &one, &change.pieces[0], Some(Action::Approve { section: Some("news".into()) }));
    assert_eq!(list_placements(&yes), [("news", Approved)]);
}

#[test]
fn a_decision_about_one_section_teaches_about_the_others() {
    use crate::learn::Dataset;
    let mut shelf = Shelf::new();
    let pieces: Vec<Incoming> = (0..4).map(|n| incoming("one", &format!("e{n}"), "both", n, 0)).collect();
    shelf.poll(0, pieces.clone());
    shelf.decide(1, &pieces[0], Action::Move { from: None, to: "other".into() });
    shelf.decide(1, &pieces[1], Action::Reject { section: None });
    shelf.decide(1, &pieces[2], Action::Note { text: "says nothing of sections".into() });
    let mut dataset = Dataset::default();
    shelf.judge.teach(&shelf.dossiers.values().cloned().collect::<Vec<_>>(), &mut dataset);
    assert_eq!(dataset.len(), 2);
    let sections = ["news", "other", "alongside"].map(SectionSlug::from);
    let learned = dataset.train(&sections, "p1");
    let told: Vec<(usize, usize)> =
        learned.sections.iter().map(|model| (model.trial.decisions, model.trial.belonging)).collect();
    assert_eq!(told, [(2, 0), (2, 1), (1, 0)], "alongside is open beside any other");
}
