//! The stretches that two entries have in common, in words: what `plenary explain` shows of a likeness.

use super::super::similarity::{Fingerprint, common_runs};
use super::features::TEXT_WORDS_MAX;
use crate::sanitise::strip_markup;
use plenary_model::entry::Entry;

const SHOWN_WORDS_MAX: usize = 40;

/// The longest stretches that `a` and `b` share, at most `count`, as in `a`, longest first; long ones are cut with an
/// ellipsis.
pub fn find_shared_passages(a: &Entry, b: &Entry, count: usize) -> Vec<String> {
    let (text, other) = (strip_markup(a.body()), strip_markup(b.body()));
    let runs = common_runs(&Fingerprint::take(&text, TEXT_WORDS_MAX), &Fingerprint::take(&other, TEXT_WORDS_MAX));
    let mut runs: Vec<(usize, usize)> = runs.into_iter().map(|run| (run.a, run.words)).collect();
    runs.sort_by_key(|(from, words)| (std::cmp::Reverse(*words), *from));
    runs.truncate(count);
    // Which compared word each written word begins with: single letters and dashes are no words there.
    let written: Vec<&str> = text.split_whitespace().collect();
    let mut begins = Vec::with_capacity(written.len());
    let mut compared = 0;
    for word in &written {
        begins.push(compared);
        compared += Fingerprint::take(word, TEXT_WORDS_MAX).tokens.len();
    }
    let shown = |(from, words): (usize, usize)| {
        let first = begins.partition_point(|begin| *begin <= from).saturating_sub(1);
        let last = begins.partition_point(|begin| *begin < from + words);
        let stretch = written.get(first..last).unwrap_or_default();
        let ellipsis = if stretch.len() > SHOWN_WORDS_MAX { " …" } else { "" };
        format!("{}{ellipsis}", stretch.get(..SHOWN_WORDS_MAX).unwrap_or(stretch).join(" "))
    };
    runs.into_iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry {
        Entry { content: Some(text.into()), ..Entry::default() }
    }

    #[test]
    fn stretches_are_shown_as_they_stand() {
        let a =
            entry("<p>Geneva – The Committee’s chair, A. Diallo, met 12 ministers.</p> Then it rained all day long.");
        let b = entry("Today the Committee’s chair A Diallo met 12 ministers! Nobody saw that it rained all day long.");
        assert_eq!(
            find_shared_passages(&a, &b, 2),
            ["The Committee’s chair, A. Diallo, met 12 ministers.", "it rained all day long."]
        );
        assert_eq!(find_shared_passages(&a, &b, 1).len(), 1);
        assert!(find_shared_passages(&a, &entry(""), 3).is_empty());
    }

    #[test]
    fn a_long_stretch_is_cut() {
        let text = (0..90).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        let found = find_shared_passages(&entry(&text), &entry(&text), 1);
        assert!(found[0].starts_with("w0 w1 "), "{found:?}");
        assert!(found[0].ends_with("w39 …"), "{found:?}");
    }
}
