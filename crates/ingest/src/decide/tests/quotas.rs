//! Caps per source and day.

use super::super::judge::Judge;
use super::shelf::{Shelf, TitleClassifier, at, incoming, policy, title_says, with};
use plenary_model::change::{Changeset, Incoming};
use plenary_model::decision::Action;
use plenary_model::policy::Policy;
use plenary_model::reason::Reason;
use plenary_model::section::PlacementState::{self, Approved, Auto, Held, Pending};
use std::sync::Arc;

/// A shelf whose section `news` takes two pieces of a source a day.
fn shelf() -> Shelf {
    let mut policy = Policy::clone(&policy("p1"));
    policy.sections[0].limits.per_source_per_day = Some(2);
    let mut shelf = Shelf::new();
    shelf.judge = Judge::with(Arc::new(policy), TitleClassifier);
    shelf
}

/// Pieces of one source; the first letter is the day before the poll on which it is dated.
fn flood(source: &str, numbers: std::ops::Range<usize>) -> Vec<Incoming> {
    let one = |n| incoming(source, &format!("e{n}"), "First", n, 9 - i64::try_from(n % 10).unwrap());
    numbers.map(one).collect()
}

fn states(shelf: &Shelf, pieces: &[Incoming]) -> Vec<PlacementState> {
    pieces.iter().map(|piece| shelf.state(piece, "news").unwrap()).collect()
}

#[test]
fn the_earliest_come_through_and_the_others_wait_with_the_reason() {
    let pieces = flood("one", 0..5);
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
        let mut shelf = shelf();
        shelf.poll(10, order.iter().map(|n| pieces[*n].clone()).collect());
        assert_eq!(states(&shelf, &pieces), [Held, Held, Held, Auto, Auto]);
        let placement = shelf.piece(&pieces[0]).placement("news").unwrap();
        assert_eq!(
            placement.reasons,
            [Reason::Quota { most: 2, source: "Organisation one".into() }, title_says("news")]
        );
        assert_eq!(shelf.settle(10), Changeset::default(), "judging again lets none in");
        assert_eq!(shelf.release(10), Changeset::default(), "there is no room today");
    }
}

#[test]
fn each_source_has_its_own_room_and_each_section_its_own_cap() {
    let mut shelf = shelf();
    let (one, two) = (flood("one", 0..3), flood("two", 3..5));
    let press = flood("press", 5..8);
    shelf.poll(10, [one.clone(), two.clone(), press.clone()].concat());
    assert_eq!(states(&shelf, &one), [Held, Auto, Auto]);
    assert_eq!(states(&shelf, &two), [Auto, Auto]);
    assert_eq!(states(&shelf, &press), [Pending, Pending, Pending], "what waits for staff takes no room");
    let both = with(incoming("one", "both", "both", 9, 0), |_| {});
    shelf.poll(10, vec![both.clone()]);
    assert_eq!(shelf.state(&both, "news"), Some(Held));
    assert_eq!(shelf.state(&both, "alongside"), Some(Auto), "it has no cap");
}

#[test]
fn a_later_poll_of_the_day_finds_the_room_taken_and_the_next_day_lets_in() {
    let mut shelf = shelf();
    let pieces = flood("one", 0..5);
    shelf.poll(10, pieces[3..].to_vec());
    shelf.poll(10, pieces[..3].to_vec());
    assert_eq!(states(&shelf, &pieces), [Held, Held, Held, Auto, Auto]);
    shelf.release(11);
    assert_eq!(states(&shelf, &pieces), [Held, Auto, Auto, Auto, Auto]);
    assert_eq!(shelf.piece(&pieces[2]).placement("news").unwrap().entered, at(11), "it enters when it is let in");
    shelf.release(12);
    assert_eq!(states(&shelf, &pieces), [Auto; 5]);
    assert_eq!(shelf.release(13), Changeset::default());
}

#[test]
fn staff_let_in_what_they_want_and_it_takes_room() {
    let mut shelf = shelf();
    let pieces = flood("one", 0..5);
    shelf.poll(10, pieces.clone());
    shelf.decide(11, &pieces[0], Action::Approve { section: Some("news".into()) });
    shelf.decide(11, &pieces[1], Action::Release);
    assert_eq!(states(&shelf, &pieces), [Approved, Auto, Held, Auto, Auto]);
    assert_eq!(shelf.release(11), Changeset::default());
    // A text that changes while it waits does not jump the queue.
    shelf.poll(11, vec![with(pieces[2].clone(), |entry| entry.content = Some("other words altogether".into()))]);
    assert_eq!(shelf.state(&pieces[2], "news"), Some(Held));
    shelf.release(12);
    assert_eq!(states(&shelf, &pieces), [Approved, Auto, Auto, Auto, Auto]);
}

#[test]
fn the_first_pass_and_old_pieces_are_no_flood() {
    let mut shelf = shelf();
    shelf.first_pass_done = false;
    let pieces = flood("one", 0..5);
    shelf.poll(10, pieces.clone());
    assert_eq!(states(&shelf, &pieces), [Auto; 5]);
    shelf.first_pass_done = true;
    let old: Vec<Incoming> = (20..24).map(|n| incoming("two", &format!("e{n}"), "First", n, -90)).collect();
    shelf.poll(10, old.clone());
    assert_eq!(states(&shelf, &old), [Auto; 4], "they enter pages and archives alone");
}
