//! Sections: trust, floods, history, the stamp of the policy.

use super::super::judge::Judge;
use super::shelf::{Shelf, at, incoming, with};
use super::shelf::{TitleClassifier, policy};
use plenary_model::change::Changeset;
use plenary_model::decision::Action;
use plenary_model::id::SectionSlug;
use plenary_model::section::PlacementState;
use std::collections::BTreeSet;

#[test]
fn trust_decides_how_a_rule_places() {
    let mut shelf = Shelf::new();
    let (press, shut) = (incoming("press", "a", "First", 1, 0), incoming("shut", "a", "Second", 2, 0));
    shelf.poll(0, vec![press.clone(), shut.clone()]);
    assert_eq!(shelf.state(&press, "news"), Some(PlacementState::Pending));
    assert!(shelf.piece(&shut).placements.is_empty());
    let trusted = incoming("one", "b", "First", 1, 1);
    shelf.poll(1, vec![trusted]);
    assert_eq!(shelf.state(&press, "news"), Some(PlacementState::Auto));
}

#[test]
fn old_pieces_flood_no_current_document() {
    let mut shelf = Shelf::new();
    shelf.first_pass_done = false;
    let first = incoming("one", "a", "First", 1, -400);
    shelf.poll(0, vec![first.clone()]);
    assert!(shelf.piece(&first).placement("news").unwrap().announced);
    shelf.first_pass_done = true;
    let (old, young) = (incoming("two", "a", "First", 2, -31), incoming("two", "b", "First", 3, -29));
    shelf.poll(0, vec![old.clone(), young.clone()]);
    assert!(!shelf.piece(&old).placement("news").unwrap().announced);
    assert!(shelf.piece(&young).placement("news").unwrap().announced);
    // Once announced, age does not take it out again.
    shelf.settle(90);
    assert!(shelf.piece(&young).placement("news").unwrap().announced);
}

#[test]
fn a_section_that_opens_takes_pieces_of_any_age() {
    let mut shelf = Shelf::new();
    let old = incoming("one", "a", "nothing", 1, -400);
    shelf.poll(0, vec![old.clone()]);
    assert!(shelf.piece(&old).placements.is_empty());
    let renamed = with(old.clone(), |entry| entry.title = "First".into());
    let mut dossier = shelf.dossiers.values().next().unwrap().clone();
    dossier.entries = vec![renamed.stored];
    let opening = BTreeSet::from([SectionSlug::from("news")]);
    for (opening, announced) in [(BTreeSet::new(), false), (opening, true)] {
        let change = shelf.judge.rejudge(vec![dossier.clone()], &opening, true, at(1));
        assert_eq!(change.pieces[0].placements[0].announced, announced);
    }
}

#[test]
fn a_piece_that_leaves_and_returns_keeps_its_month() {
    let mut shelf = Shelf::new();
    let one = incoming("one", "a", "First", 1, 0);
    shelf.poll(0, vec![one.clone()]);
    shelf.poll(40, vec![with(one.clone(), |entry| entry.title = "nothing".into())]);
    assert!(!shelf.piece(&one).is_shown());
    shelf.poll(80, vec![one.clone()]);
    let placement = shelf.piece(&one).placement("news").unwrap();
    assert_eq!((placement.state, placement.entered, placement.announced), (PlacementState::Auto, at(0), true));
}

#[test]
fn a_policy_that_changes_nothing_changes_no_piece() {
    let mut shelf = Shelf::new();
    let one = incoming("one", "a", "both", 1, 0);
    shelf.poll(0, vec![one.clone()]);
    assert_eq!(shelf.piece(&one).placements.len(), 2);
    shelf.judge = Judge::with(policy("p2"), TitleClassifier);
    assert_eq!(shelf.settle(1), Changeset::default());
    shelf.decide(2, &one, Action::Reject { section: Some("news".into()) });
    let versions: Vec<&str> = shelf.piece(&one).placements.iter().map(|p| p.policy_version.as_str()).collect();
    assert_eq!(versions, ["p2", "p2"], "both changed: the primary one moved");
}
