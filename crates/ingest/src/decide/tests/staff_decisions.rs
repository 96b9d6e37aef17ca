//! Staff win, for ever and until undone.

use super::shelf::{Shelf, at, incoming, title_says, with};
use plenary_model::change::Changeset;
use plenary_model::decision::Action;
use plenary_model::id::PieceId;
use plenary_model::reason::Reason;
use plenary_model::section::PlacementState;

#[test]
fn split_and_merge_hold_against_rules_and_can_be_undone() {
    let mut shelf = Shelf::new();
    let (a, b) = (incoming("one", "a", "First", 1, 0), incoming("two", "b", "First", 1, 1));
    shelf.poll(1, vec![a.clone(), b.clone()]);
    let split = shelf.decide(2, &b, Action::Split { from: vec![a.stored.key.clone()] });
    assert_ne!(shelf.piece(&a).id, shelf.piece(&b).id);
    assert_eq!(shelf.piece(&b).id, PieceId::from_founder(&b.stored.key));
    assert_eq!(shelf.piece(&b).atom_id, b.stored.entry.id);
    shelf.poll(3, vec![with(b.clone(), |entry| entry.title = "Second".into())]);
    assert_ne!(shelf.piece(&a).id, shelf.piece(&b).id, "a split survives a revision");
    shelf.undo(4, split);
    assert_eq!(shelf.piece(&a).id, shelf.piece(&b).id);
    let c = incoming("three", "c", "Third", 3, 2);
    shelf.poll(5, vec![c.clone()]);
    let merge = shelf.decide(6, &c, Action::Merge { other: a.stored.key.clone() });
    assert_eq!(shelf.piece(&a).members.len(), 3);
    assert_eq!(shelf.settle(7), Changeset::default());
    shelf.undo(8, merge);
    assert_eq!((shelf.piece(&a).members.len(), shelf.piece(&c).members.len()), (2, 1));
    assert_eq!(shelf.piece(&c).atom_id, c.stored.entry.id);
}

#[test]
fn a_merge_overrules_an_earlier_split_and_the_other_way_round() {
    let mut shelf = Shelf::new();
    let (a, b) = (incoming("one", "a", "First", 1, 0), incoming("two", "b", "First", 1, 1));
    shelf.poll(1, vec![a.clone(), b.clone()]);
    shelf.decide(2, &b, Action::Split { from: vec![a.stored.key.clone()] });
    shelf.decide(3, &a, Action::Merge { other: b.stored.key.clone() });
    assert_eq!(shelf.piece(&a).members.len(), 2);
    shelf.decide(4, &a, Action::Split { from: vec![b.stored.key.clone()] });
    assert_eq!(shelf.piece(&a).members.len(), 1);
}

#[test]
fn sections_are_as_staff_say() {
    let mut shelf = Shelf::new();
    let one = incoming("one", "a", "First", 1, 0);
    let state = |shelf: &Shelf, section: &str| shelf.state(&one, section);
    shelf.poll(0, vec![one.clone()]);
    let rejected = shelf.decide(1, &one, Action::Reject { section: None });
    assert_eq!(state(&shelf, "news"), Some(PlacementState::Rejected));
    assert!(!shelf.piece(&one).is_shown());
    shelf.undo(2, rejected);
    let entered = shelf.piece(&one).placement("news").unwrap().entered;
    assert_eq!((state(&shelf, "news"), entered), (Some(PlacementState::Auto), at(0)));
    shelf.decide(3, &one, Action::Move { from: None, to: "other".into() });
    assert_eq!(state(&shelf, "news"), Some(PlacementState::Rejected));
    assert_eq!(state(&shelf, "other"), Some(PlacementState::Approved));
    assert!(shelf.piece(&one).placement("other").unwrap().primary);
    shelf.decide(4, &one, Action::Pin { section: "other".into() });
    assert_eq!(state(&shelf, "other"), Some(PlacementState::Pinned));
    shelf.decide(5, &one, Action::Unpin { section: "other".into() });
    assert_eq!(state(&shelf, "other"), Some(PlacementState::Approved));
    shelf.decide(6, &one, Action::Add { section: "alongside".into() });
    assert_eq!(state(&shelf, "alongside"), Some(PlacementState::Approved));
    shelf.decide(7, &one, Action::Approve { section: Some("news".into()) });
    assert_eq!(state(&shelf, "news"), Some(PlacementState::Approved));
    let reasons = &shelf.piece(&one).placement("news").unwrap().reasons;
    assert_eq!(*reasons, [Reason::Approved, title_says("news")]);
    assert_eq!(shelf.settle(8), Changeset::default());
}

#[test]
fn what_waited_enters_when_it_is_let_in() {
    let mut shelf = Shelf::new();
    let one = incoming("press", "a", "First", 1, 0);
    shelf.poll(0, vec![one.clone()]);
    assert_eq!(shelf.state(&one, "news"), Some(PlacementState::Pending));
    shelf.decide(9, &one, Action::Approve { section: None });
    let placement = shelf.piece(&one).placement("news").unwrap();
    assert_eq!((placement.state, placement.entered), (PlacementState::Approved, at(9)));
}

#[test]
fn date_and_withdrawal_are_obeyed_and_undone() {
    let mut shelf = Shelf::new();
    let one = incoming("one", "a", "First", 1, 0);
    shelf.poll(0, vec![one.clone()]);
    let date = shelf.decide(1, &one, Action::Date { at: at(-400) });
    assert_eq!(shelf.piece(&one).dated, at(-400));
    shelf.undo(2, date);
    assert_eq!(shelf.piece(&one).dated, at(0));
    let gone = shelf.decide(3, &one, Action::Withdraw { reason: "asked to".into() });
    assert!(!shelf.piece(&one).is_shown());
    assert_eq!(shelf.piece(&one).withdrawn.as_ref().map(|w| (w.at, w.reason.as_str())), Some((at(3), "asked to")));
    shelf.undo(4, gone);
    assert!(shelf.piece(&one).is_shown());
}
