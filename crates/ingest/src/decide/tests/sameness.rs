//! Which piece an entry is, which one leads, and under which id.

use super::shelf::{Shelf, at, incoming, text, with};
use plenary_model::change::Changeset;
use plenary_model::decision::Action;
use plenary_model::entry::EntrySource;
use plenary_model::id::PieceId;
use plenary_model::reason::LeadReason;
use plenary_model::sameness::{Rung, Sameness};

#[test]
fn a_copy_joins_and_the_published_id_stays() {
    let mut shelf = Shelf::new();
    let copy = incoming("one", "copy", "First", 1, 2);
    let copy = with(copy, |entry| {
        entry.source = Some(EntrySource { link: Some("https://two.example.org/".into()), ..EntrySource::default() });
    });
    let original = incoming("two", "original", "Other headline", 1, 0);
    shelf.poll(2, vec![copy.clone()]);
    shelf.poll(3, vec![original.clone()]);
    let piece = shelf.piece(&copy);
    assert_eq!(piece, shelf.piece(&original));
    assert_eq!(piece.atom_id, copy.stored.entry.id);
    assert_eq!(piece.lead, original.stored.key, "{}", piece.lead_reason);
    assert_eq!(piece.dated, at(0));
    assert_eq!((piece.members[1].rung, piece.members[0].rung), (Rung::SameText, Rung::Founder));
    let found = piece.members[1].join.as_ref().map(|join| &join.found);
    assert_eq!(found, Some(&Sameness::Text { words: 60, within_a_day: false }));
    assert_eq!(piece.updated, at(2), "another lead is no news");
}

#[test]
fn a_known_lead_stays_when_a_mere_copy_comes() {
    let mut shelf = Shelf::new();
    let first = incoming("one", "a", "First", 1, 3);
    let earlier = incoming("two", "a", "First", 1, 0);
    shelf.poll(3, vec![first.clone()]);
    shelf.poll(4, vec![earlier.clone()]);
    assert_eq!(shelf.piece(&earlier).lead, first.stored.key);
    let chosen = shelf.decide(5, &earlier, Action::Lead);
    assert_eq!(shelf.piece(&first).lead, earlier.stored.key);
    assert_eq!(shelf.piece(&first).lead_reason, LeadReason::Staff);
    assert_eq!(shelf.piece(&first).atom_id, first.stored.entry.id);
    shelf.undo(6, chosen);
    assert_eq!(shelf.piece(&first).lead_reason, LeadReason::First);
}

#[test]
fn two_known_pieces_become_one_by_a_third_entry() {
    let mut shelf = Shelf::new();
    let a = incoming("one", "a", "First", 1, 0);
    let b = incoming("two", "b", "Second", 2, 1);
    shelf.poll(0, vec![a.clone()]);
    shelf.poll(1, vec![b.clone()]);
    let link = a.stored.entry.link.clone();
    let bridge = with(incoming("three", "c", "Second", 2, 2), |entry| entry.link = link);
    let bridge = with(bridge, |entry| entry.title = "First".into());
    let change = shelf.poll(2, vec![bridge.clone()]);
    assert_eq!(change.absorbed, [(PieceId::from_founder(&b.stored.key), PieceId::from_founder(&a.stored.key))]);
    assert_eq!(shelf.piece(&b).atom_id, a.stored.entry.id);
    assert_eq!(shelf.piece(&b).members.len(), 3);
    assert_eq!(shelf.settle(3), Changeset::default());
}

#[test]
fn a_claimed_id_never_takes_the_holders_place() {
    let mut shelf = Shelf::new();
    let claim = with(incoming("one", "x", "Fake", 1, 0), |entry| entry.id = "https://two.example.org/a".into());
    let holder = incoming("two", "a", "Real", 2, 0);
    shelf.poll(0, vec![claim.clone(), holder.clone()]);
    assert_ne!(shelf.piece(&claim).id, shelf.piece(&holder).id);
    assert_eq!(shelf.piece(&holder).atom_id, "https://two.example.org/a");
    let mint_id = shelf.piece(&claim).atom_id.clone();
    assert!(mint_id.starts_with("tag:feeds.example.org,2021-05-01:piece/"), "{mint_id}");
    assert_eq!(shelf.settle(1), Changeset::default());
    // Known first, it keeps what it was published under.
    let mut shelf = Shelf::new();
    shelf.poll(0, vec![claim.clone()]);
    shelf.poll(1, vec![holder.clone()]);
    assert_eq!(shelf.piece(&claim).atom_id, "https://two.example.org/a");
    assert!(shelf.piece(&holder).atom_id.starts_with("tag:"));
}

#[test]
fn a_member_that_is_rewritten_stays() {
    let mut shelf = Shelf::new();
    let (a, b) = (incoming("one", "a", "First", 1, 0), incoming("two", "b", "First", 1, 0));
    shelf.poll(0, vec![a.clone(), b.clone()]);
    shelf.poll(1, vec![with(b.clone(), |entry| entry.content = Some(text(9)))]);
    assert_eq!(shelf.piece(&a).id, shelf.piece(&b).id);
    assert_eq!(shelf.settle(2), Changeset::default());
}

#[test]
fn a_doubt_waits_for_staff_and_ends_with_their_word() {
    let title = "Children and the pandemic: the answer of our members";
    let half = |n: usize| format!("{} {}", text(1), text(n));
    let of = |source: &str, n: usize| with(incoming(source, "a", title, 1, 0), |entry| entry.content = Some(half(n)));
    let (a, b) = (of("one", 2), with(of("two", 3), |entry| entry.title = "Quite another headline".into()));
    let mut shelf = Shelf::new();
    shelf.poll(0, vec![a.clone()]);
    let change = shelf.poll(1, vec![b.clone()]);
    assert_ne!(shelf.piece(&a).id, shelf.piece(&b).id);
    assert_eq!(change.doubts.len(), 1, "{change:?}");
    let keys = std::collections::BTreeSet::from([&change.doubts[0].entry, &change.doubts[0].other]);
    assert_eq!(keys, std::collections::BTreeSet::from([&a.stored.key, &b.stored.key]));
    shelf.decide(2, &b, Action::Split { from: vec![a.stored.key.clone()] });
    let again = with(b.clone(), |entry| entry.title = "Quite a new headline".into());
    assert!(shelf.poll(3, vec![again]).doubts.is_empty());
}
