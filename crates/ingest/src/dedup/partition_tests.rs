//! The traps of sameness, each with its line, and the partition's independence of order.

use super::*;
use proptest::prelude::*;

/// A text long enough to tell pieces apart; `n` makes it another one.
fn text(n: usize) -> String {
    (0..60).map(|word| format!("word{}", (word * 7 + n * 1000) % 9973)).collect::<Vec<_>>().join(" ")
}

fn line(json: &serde_json::Value) -> EntryLine {
    EntryLine::parse(&json.to_string()).unwrap()
}

/// The ids grouped by piece, sorted.
fn pieces(lines: &[EntryLine]) -> Vec<Vec<String>> {
    let mut by_piece: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for same in partition(lines, 30) {
        by_piece.entry(same.piece).or_default().push(same.id);
    }
    let mut found: Vec<Vec<String>> = by_piece.into_values().collect();
    for ids in &mut found {
        ids.sort();
    }
    found.sort();
    found
}

fn are_same(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    pieces(&[line(a), line(b)]).len() == 1
}

macro_rules! entry {
    ($($json:tt)+) => { serde_json::json!({$($json)+}) };
}

#[test]
fn equal_text_joins_across_sources_and_leaves_evidence() {
    let a = line(&entry!("id": "a", "source": "x", "title": "One", "text": text(1), "date": "2021-05-01"));
    let b = line(
        &entry!("id": "b", "source": "y", "title": "Other", "text": format!("<p>{}</p>", text(1).to_uppercase()), "date": "2021-05-03"),
    );
    let found = partition(&[b, a], 30);
    assert_eq!((found[0].piece.as_str(), found[1].piece.as_str()), ("a", "a"));
    assert_eq!(found[0].evidence, ["same-text as a: the same text (60 words)"]);
    assert!(found[1].evidence.is_empty());
}

#[test]
fn the_same_text_a_year_later_is_another_piece() {
    let at = |id: &str, source: &str, date: &str| entry!("id": id, "source": source, "text": text(1), "date": date);
    assert!(!are_same(&at("a", "x", "2020-06-01"), &at("b", "y", "2021-06-01")));
    assert!(are_same(&at("a", "x", "2021"), &at("b", "y", "2021-06-01")));
}

#[test]
fn a_short_text_says_nothing() {
    let short = |id: &str, source: &str| entry!("id": id, "source": source, "text": "Read the full statement here.");
    assert!(!are_same(&short("a", "x"), &short("b", "y")));
}

#[test]
fn a_title_is_no_identity() {
    let with = |id: &str, source: &str, n| entry!("id": id, "source": source, "title": "Statement", "text": text(n));
    assert!(!are_same(&with("a", "x", 1), &with("b", "y", 2)));
}

#[test]
fn within_one_source_the_bar_is_higher() {
    let at = |id: &str, title: &str, n, link: &str| entry!("id": id, "source": "x", "title": title, "text": text(n), "link": link, "date": "2021-05-01");
    assert!(!are_same(&at("a", "Session 88", 1, "https://e.org/s"), &at("b", "Session 89", 2, "https://e.org/s")));
    assert!(!are_same(&at("a", "Session 88", 1, "https://e.org/88"), &at("b", "Session 89", 1, "https://e.org/89")));
    assert!(are_same(&at("a", "Session 88", 1, "https://e.org/88"), &at("b", "Session 88", 2, "http://e.org/88/")));
}

#[test]
fn an_id_claimed_with_nothing_else_in_common_is_not_believed() {
    let claim =
        |source: &str, title: &str, n| entry!("id": "urn:x:1", "source": source, "title": title, "text": text(n));
    let lines = [line(&claim("x", "Ours", 1)), line(&claim("y", "Theirs", 2))];
    assert_eq!(pieces(&lines).len(), 2);
    assert!(are_same(&claim("x", "Ours", 1), &claim("y", "Ours", 2)));
}

#[test]
fn one_address_for_two_texts_that_share_nothing_joins_nothing() {
    let at = |id: &str, source: &str, n| entry!("id": id, "source": source, "title": id, "text": text(n), "link": "https://e.org/a");
    assert!(!are_same(&at("a", "x", 1), &at("b", "y", 2)));
    let teaser =
        entry!("id": "b", "source": "y", "title": "b", "text": "Read more", "link": "http://www.e.org/a/?utm_source=y");
    assert!(are_same(&at("a", "x", 1), &teaser));
}

#[test]
fn translations_are_versions_of_a_work_and_never_one_piece() {
    let version = |id: &str, language: &str, other: &str, n| {
        entry!("id": id, "source": "x", "language": language, "text": text(n), "link": format!("https://e.org/{language}"),
            "links": [{"href": format!("https://e.org/{other}"), "rel": "alternate", "hreflang": other, "type": null}])
    };
    let found = partition(&[line(&version("a", "en", "fr", 1)), line(&version("b", "fr", "en", 2))], 30);
    assert_ne!(found[0].piece, found[1].piece);
    assert_eq!(found[0].work, found[1].work);
    // Another source's word alone is not enough.
    let stranger = entry!("id": "c", "source": "y", "language": "es", "text": text(3), "link": "https://y.org/es",
        "links": [{"href": "https://e.org/en", "rel": "alternate", "hreflang": "en", "type": null}]);
    let found = partition(&[line(&version("a", "en", "fr", 1)), line(&stranger)], 30);
    assert_ne!(found[0].work, found[1].work);
}

proptest! {
    #[test]
    fn the_order_of_lines_does_not_matter(
        rows in prop::collection::vec((0..3_usize, 0..4_usize, 0..5_usize, 0..4_usize), 1..24),
        seed in any::<u64>(),
    ) {
        let lines: Vec<EntryLine> = rows.iter().enumerate().map(|(n, (source, title, words, link))| {
            line(&entry!("id": format!("id-{n}"), "source": format!("s{source}"), "title": format!("t{title}"),
                "text": text(*words), "link": format!("https://e.org/{link}"), "date": format!("2021-0{}-01", words + 1)))
        }).collect();
        let first = pieces(&lines);
        let mut shuffled = lines;
        let mut state = seed;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let with = usize::try_from(state >> 33).unwrap() % (at + 1);
            shuffled.swap(at, with);
        }
        prop_assert_eq!(pieces(&shuffled), first);
    }
}
