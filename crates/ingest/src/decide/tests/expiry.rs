//! Pieces that have had their time in a section, and what is left of them.

use super::shelf::{Shelf, incoming, policy, with};
use crate::decide::Judge;
use plenary_model::decision::Action;
use plenary_model::reason::Reason;
use plenary_model::section::PlacementState::{self, Auto, Pinned, Rejected};
use std::sync::Arc;

/// A shelf whose first section keeps pieces for ten days.
fn shelf() -> Shelf {
    let mut own = Arc::unwrap_or_clone(policy("p1"));
    own.sections[0].limits.keep_days = Some(10);
    Shelf { judge: Judge::with(Arc::new(own), super::shelf::TitleClassifier), ..Shelf::new() }
}

fn find_first(shelf: &Shelf, one: &plenary_model::change::Incoming) -> (PlacementState, Vec<Reason>) {
    let placement = &shelf.piece(one).placements[0];
    (placement.state, placement.reasons.clone())
}

#[test]
fn a_piece_leaves_after_its_time_once_and_for_all() {
    let mut shelf = shelf();
    let one = incoming("one", "a", "news: First", 1, 1);
    shelf.poll(1, vec![one.clone()]);
    let section = shelf.piece(&one).placements[0].section.clone();
    shelf.settle(10);
    assert_eq!(find_first(&shelf, &one).0, Auto);
    shelf.settle(12);
    let gone = (Rejected, vec![Reason::Expired { days: 10 }, Reason::ShownBefore]);
    assert_eq!(find_first(&shelf, &one), gone);
    assert!(shelf.piece(&one).has_expired());
    let entered = shelf.piece(&one).placements[0].entered;

    // Its text changes, and a copy comes elsewhere.
    shelf.poll(13, vec![with(one.clone(), |entry| entry.content = Some(super::shelf::text(7)))]);
    shelf.poll(
        14,
        vec![with(incoming("two", "b", "news: First", 7, 14), |entry| entry.link.clone_from(&one.stored.entry.link))],
    );
    assert_eq!((shelf.dossiers.len(), find_first(&shelf, &one)), (1, gone.clone()));
    shelf.judge = Judge::with(policy("p2"), super::shelf::TitleClassifier);
    shelf.settle(15);
    assert_eq!(find_first(&shelf, &one), gone, "a policy that keeps longer comes too late");
    assert_eq!(shelf.piece(&one).placements[0].entered, entered);
    shelf.decide(16, &one, Action::Pin { section });
    assert_eq!(find_first(&shelf, &one).0, Pinned);
}

#[test]
fn what_staff_pinned_stays() {
    let mut shelf = shelf();
    let one = incoming("one", "a", "news: First", 1, 1);
    shelf.poll(1, vec![one.clone()]);
    let section = shelf.piece(&one).placements[0].section.clone();
    let pin = shelf.decide(2, &one, Action::Pin { section });
    shelf.settle(30);
    assert_eq!(find_first(&shelf, &one).0, Pinned);
    shelf.undo(31, pin);
    assert_eq!(find_first(&shelf, &one).0, Rejected, "it has had its time");
}

#[test]
fn without_its_text_a_piece_is_placed_by_staff_alone() {
    let mut shelf = shelf();
    let one = incoming("one", "a", "news: First", 1, 1);
    shelf.poll(1, vec![one.clone()]);
    let section = shelf.piece(&one).placements[0].section.clone();
    shelf.settle(12);
    shelf.drop_texts();
    let (before, facets) = (find_first(&shelf, &one), shelf.piece(&one).facets.clone());
    shelf.decide(13, &one, Action::Note { text: "seen".into() });
    assert_eq!((find_first(&shelf, &one), &shelf.piece(&one).facets), (before, &facets));
    shelf.decide(14, &one, Action::Add { section });
    assert_eq!((find_first(&shelf, &one).0, &shelf.piece(&one).facets), (PlacementState::Approved, &facets));
}
