//! What a changeset tells: new, changed, updated, held, dated.

use super::super::announcements::REANNOUNCE_MAX;
use super::shelf::{Shelf, at, incoming, text, with};
use plenary_model::change::Changeset;
use plenary_model::change::Incoming;
use plenary_model::decision::Action;
use plenary_model::entry::StoredEntry;
use plenary_model::id::PieceId;
use plenary_model::section::PlacementState;

#[test]
fn a_new_entry_founds_a_piece_and_nothing_more_happens_to_it() {
    let mut shelf = Shelf::new();
    let one = incoming("one", "a", "First", 1, 0);
    let change = shelf.poll(1, vec![one.clone()]);
    assert_eq!((change.new.len(), change.changed.len(), change.pieces.len()), (1, 0, 1));
    let piece = shelf.piece(&one);
    assert_eq!(piece.id, PieceId::from_founder(&one.stored.key));
    assert_eq!((piece.work.clone(), piece.atom_id.as_str()), (piece.id.clone(), one.stored.entry.id.as_str()));
    assert_eq!(shelf.state(&one, "news"), Some(PlacementState::Auto));
    assert_eq!(shelf.poll(2, vec![one]), Changeset::default());
    assert_eq!(shelf.settle(3), Changeset::default());
}

#[test]
fn a_revision_keeps_first_sight_and_tells_of_text_alone() {
    let mut shelf = Shelf::new();
    let one = incoming("one", "a", "First", 1, 0);
    shelf.poll(1, vec![one.clone()]);
    let retitled = with(one.clone(), |entry| entry.title = "Renamed".into());
    let change = shelf.poll(
        2,
        vec![Incoming { stored: StoredEntry { first_seen: at(2), changed: at(2), ..retitled.stored }, ..retitled }],
    );
    assert_eq!((change.new.len(), change.changed.len(), change.entries.len()), (0, 0, 1));
    let stored = &change.entries[0].stored;
    assert_eq!((stored.first_seen, stored.changed), (one.stored.first_seen, one.stored.changed));
    assert_eq!(shelf.piece(&one).updated, at(0));
    let change = shelf.poll(3, vec![with(one.clone(), |entry| entry.content = Some(text(2)))]);
    assert_eq!(change.changed, std::slice::from_ref(&one.stored.key));
    assert_eq!(change.entries[0].stored.changed, at(3));
    assert_eq!(shelf.piece(&one).updated, at(3));
}

#[test]
fn counters_and_a_return_to_an_earlier_text_are_no_news() {
    let mut shelf = Shelf::new();
    let one = incoming("one", "a", "First", 1, 0);
    shelf.poll(1, vec![one.clone()]);
    let comments =
        |count: usize| with(one.clone(), |entry| entry.content = Some(format!("{} {count} comments", text(1))));
    for count in [3, 4, 3, 5] {
        let change = shelf.poll(2, vec![comments(count)]);
        assert_eq!((change.entries.len(), change.changed.len()), (1, 0), "{count} comments are stored and not told");
    }
    assert_eq!(shelf.piece(&one).updated, at(0));
    let other = with(one.clone(), |entry| entry.content = Some(text(2)));
    shelf.poll(3, vec![other.clone()]);
    assert_eq!(shelf.piece(&one).updated, at(3), "another text is news");
    shelf.poll(4, vec![one.clone()]);
    shelf.poll(5, vec![other]);
    assert_eq!(shelf.piece(&one).updated, at(3), "what was there before is none");
}

#[test]
fn a_publisher_that_touches_everything_announces_nothing() {
    let mut shelf = Shelf::new();
    let all: Vec<Incoming> = (0..=REANNOUNCE_MAX).map(|n| incoming("one", &n.to_string(), "First", n, 0)).collect();
    shelf.poll(1, all.clone());
    let touched = |n: usize| {
        let change = |(at, one): (usize, &Incoming)| with(one.clone(), |entry| entry.content = Some(text(n + at)));
        all.iter().enumerate().map(change).collect::<Vec<_>>()
    };
    shelf.poll(2, touched(100));
    assert!(all.iter().all(|one| shelf.piece(one).updated == at(0) && shelf.piece(one).held_update == Some(at(2))));
    shelf.decide(3, &all[0], Action::Release);
    assert_eq!((shelf.piece(&all[0]).updated, shelf.piece(&all[0]).held_update), (at(2), None));
    // One fewer is news.
    shelf.poll(4, touched(200).into_iter().take(REANNOUNCE_MAX).collect());
    assert_eq!(shelf.piece(&all[0]).updated, at(4));
    assert_eq!(shelf.piece(&all[REANNOUNCE_MAX]).held_update, Some(at(2)));
    assert_eq!(shelf.settle(5), Changeset::default());
}

#[test]
fn a_date_that_cannot_be_true_is_ours_and_marked() {
    let mut shelf = Shelf::new();
    let future = with(incoming("one", "a", "First", 1, 0), |entry| entry.published = Some(at(10)));
    let missing = with(incoming("one", "b", "First", 2, 0), |entry| entry.published = None);
    shelf.poll(0, vec![future.clone(), missing.clone()]);
    for one in [&future, &missing] {
        let piece = shelf.piece(one);
        assert_eq!((piece.dated, piece.date_doubtful), (one.stored.first_seen, true));
    }
    assert_eq!(shelf.settle(20), Changeset::default(), "waiting makes no date believable");
}

#[test]
fn a_publisher_that_redates_makes_nothing_young() {
    let mut shelf = Shelf::new();
    let one = incoming("one", "a", "First", 1, -60);
    let one = Incoming { stored: StoredEntry { first_seen: at(0), ..one.stored }, ..one };
    shelf.poll(0, vec![one.clone()]);
    shelf.poll(1, vec![with(one.clone(), |entry| entry.published = Some(at(0)))]);
    assert_eq!(shelf.piece(&one).dated, at(-60));
    shelf.poll(2, vec![with(one.clone(), |entry| entry.published = Some(at(1)))]);
    assert_eq!((shelf.piece(&one).dated, shelf.piece(&one).date_doubtful), (at(-60), false));
}
