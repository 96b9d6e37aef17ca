//! The judge against a store in memory: what happens poll by poll, and that order does not matter.

mod again;
mod changes;
mod expiry;
mod placements;
mod quotas;
mod recommendations;
mod sameness;
mod shelf;
mod staff_decisions;
mod works;

use plenary_model::change::{Changeset, Incoming};
use plenary_model::decision::Action;
use proptest::prelude::*;
use shelf::{Shelf, incoming, with};
use std::collections::BTreeSet;

/// Entries of three sources that share texts, titles, links and ids in all ways, some texts cut and some
/// edited.
fn rows() -> impl Strategy<Value = Vec<(usize, usize, usize, usize)>> {
    prop::collection::vec((0..3_usize, 0..4_usize, 0..3_usize, 0..5_usize), 1..16)
}

fn entries(rows: &[(usize, usize, usize, usize)]) -> Vec<Incoming> {
    let sources = ["one", "two", "three"];
    let entry = |(n, (source, words, title, link)): (usize, &(usize, usize, usize, usize))| {
        let one = incoming(sources[*source], &format!("e{n}"), &format!("Title {title}"), *words, 0);
        with(one, |entry| {
            if *link < 2 {
                entry.link = Some(format!("https://elsewhere.example.org/{link}"));
            }
            match *link {
                2 => entry.content = entry.content.as_ref().map(|text| text.chars().take(200).collect()),
                3 => entry.content = entry.content.as_ref().map(|text| text.replace("word7", "other")),
                4 => entry.id = format!("urn:shared:{title}"),
                _ => {}
            }
        })
    };
    rows.iter().enumerate().map(entry).collect()
}

proptest! {
    #[test]
    fn order_and_batches_do_not_matter(rows in rows(), order in any::<u64>(), batch in 1..6_usize) {
        let all = entries(&rows);
        let mut shuffled = all;
        let mut state = order;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
        }
        // Of two entries with one key the last counts: keep the set the same.
        let mut apart = Shelf::new();
        let mut seen = BTreeSet::new();
        let unique: Vec<Incoming> = shuffled.into_iter().filter(|one| seen.insert(one.stored.key.clone())).collect();
        let mut at_once = Shelf::new();
        at_once.poll(1, unique.clone());
        for (n, part) in unique.chunks(batch).enumerate() {
            apart.poll(i64::try_from(n).unwrap() + 1, part.to_vec());
        }
        prop_assert_eq!(apart.partition(), at_once.partition());
    }

    #[test]
    fn judging_again_changes_nothing(rows in rows(), split in any::<bool>()) {
        let all = entries(&rows);
        let mut shelf = Shelf::new();
        shelf.poll(1, all.clone());
        if split && all.len() > 1 {
            shelf.decide(2, &all[0], Action::Split { from: vec![all[1].stored.key.clone()] });
        }
        prop_assert_eq!(shelf.settle(3), Changeset::default());
        shelf.shows_all = true;
        prop_assert_eq!(shelf.poll(4, all), Changeset::default());
    }

    #[test]
    fn without_their_texts_pieces_are_what_they_were(rows in rows()) {
        let all = entries(&rows);
        let mut shelf = Shelf::new();
        shelf.poll(1, all.clone());
        shelf.drop_texts();
        prop_assert_eq!(shelf.settle(2), Changeset::default());
        shelf.shows_all = true;
        prop_assert_eq!(shelf.poll(3, all), Changeset::default(), "what is announced again is known");
    }
}
