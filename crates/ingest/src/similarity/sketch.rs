//! The phrases under which a text is found again: few, bounded, and chosen by the words alone, so
//! that a copy chooses the same ones (winnowing, Schleimer, Wilkerson and Aiken 2003).

use super::fingerprint::{Fingerprint, Token, mix};

/// Words of a phrase. Shorter ones are set phrases of the field that every text has.
const PHRASE_WORDS: usize = 6;

/// One of so many phrases in a row is chosen: texts with a run of `PHRASE_WORDS + WINDOW - 1` words in common share a
/// key.
const WINDOW: usize = 16;

/// Chosen phrases that are kept from the head of a text, which is what a truncated copy has.
const HEAD_PHRASES_MAX: usize = 18;

/// Chosen phrases that are kept from the rest: the smallest, so that copies keep the same ones.
const TAIL_PHRASES_MAX: usize = 10;

const TITLE_PHRASE_WORDS: usize = 3;

const TITLE_PHRASES_MAX: usize = 3;

/// The chosen phrases of a text, at most `HEAD_PHRASES_MAX + TAIL_PHRASES_MAX`; none of a text shorter than a phrase.
pub(crate) fn phrases(fingerprint: &Fingerprint) -> Vec<u64> {
    let hashes = hashes(&fingerprint.tokens, PHRASE_WORDS);
    // All of a teaser's phrases, so that whichever the full text chose is among them.
    let is_teaser = hashes.len() <= HEAD_PHRASES_MAX + TAIL_PHRASES_MAX;
    let mut chosen = if is_teaser { hashes } else { winnow(&hashes) };
    if !is_teaser && chosen.len() > HEAD_PHRASES_MAX {
        let mut tail = chosen.split_off(HEAD_PHRASES_MAX);
        tail.sort_unstable();
        tail.dedup();
        tail.truncate(TAIL_PHRASES_MAX);
        chosen.extend(tail);
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// The chosen phrases of a title, at most `TITLE_PHRASES_MAX`; none of a title too short to tell pieces apart.
pub(crate) fn title_phrases(fingerprint: &Fingerprint) -> Vec<u64> {
    let mut hashes = hashes(&fingerprint.tokens, TITLE_PHRASE_WORDS);
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(TITLE_PHRASES_MAX);
    hashes
}

/// Multiplier of the rolling hash of phrases. Keys in the store are made with it: it must not change.
const ROLLING: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of every run of `length` words, each from the one before it.
fn hashes(tokens: &[Token], length: usize) -> Vec<u64> {
    let leaving = (1..length).fold(1_u64, |power, _| power.wrapping_mul(ROLLING));
    let word = |token: &Token| u64::from(token.word()) + 1;
    let mut hash = 0_u64;
    let mut hashes = Vec::with_capacity((tokens.len() + 1).saturating_sub(length));
    for (at, token) in tokens.iter().enumerate() {
        if let Some(first) = at.checked_sub(length).and_then(|first| tokens.get(first)) {
            hash = hash.wrapping_sub(word(first).wrapping_mul(leaving));
        }
        hash = hash.wrapping_mul(ROLLING).wrapping_add(word(token));
        if at + 1 >= length {
            hashes.push(mix(hash));
        }
    }
    hashes
}

/// The smallest hash of each window, each place once; of equal ones the last.
fn winnow(hashes: &[u64]) -> Vec<u64> {
    let mut chosen = Vec::with_capacity(hashes.len() / (WINDOW / 2) + 1);
    let mut smallest_at = usize::MAX;
    for (from, window) in hashes.windows(WINDOW).enumerate() {
        let is_outside = smallest_at == usize::MAX || smallest_at < from;
        let last = from + WINDOW - 1;
        if is_outside {
            let smallest = window.iter().enumerate().rev().min_by_key(|(_, hash)| **hash);
            smallest_at = smallest.map_or(from, |(offset, _)| from + offset);
        } else if hashes.get(last) <= hashes.get(smallest_at) {
            smallest_at = last;
        } else {
            continue;
        }
        chosen.extend(hashes.get(smallest_at));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(from: usize, words: usize) -> String {
        (from..from + words).map(|n| format!("word{}", n * 7919 % 10_007)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_common_run_is_a_common_key() {
        let keys = |text: &str| phrases(&Fingerprint::take(text, usize::MAX));
        for start in 0..40 {
            let run = text(start, PHRASE_WORDS + WINDOW - 1);
            let a = keys(&format!("{} {run} {}", text(2000, 30), text(3000, 30)));
            let b = keys(&format!("{} {run}", text(5000, 17)));
            assert!(a.iter().any(|key| b.contains(key)), "run {start}");
        }
    }

    #[test]
    fn a_teaser_meets_its_text() {
        let long = phrases(&Fingerprint::take(&text(0, 400), usize::MAX));
        for start in 0..60 {
            let teaser = phrases(&Fingerprint::take(&text(start, 20), usize::MAX));
            assert!(teaser.iter().any(|key| long.contains(key)), "from word {start}");
        }
    }

    #[test]
    fn a_phrase_has_one_hash_wherever_it_stands() {
        let tokens = Fingerprint::take(&text(0, 30), 99).tokens;
        let all = hashes(&tokens, 6);
        assert_eq!(all.len(), 25);
        assert_eq!(hashes(&tokens[7..13], 6), all[7..8]);
        assert!(hashes(&tokens[..5], 6).is_empty());
    }

    #[test]
    fn keys_are_few_and_shared_by_a_truncated_copy() {
        let long = text(0, 3000);
        let keys = phrases(&Fingerprint::take(&long, usize::MAX));
        assert!(keys.len() <= HEAD_PHRASES_MAX + TAIL_PHRASES_MAX);
        let cut = phrases(&Fingerprint::take(&text(0, 60), usize::MAX));
        assert!(cut.iter().filter(|key| keys.contains(key)).count() + 1 >= cut.len());
        assert!(phrases(&Fingerprint::take("too short", 9)).is_empty());
        assert_eq!(title_phrases(&Fingerprint::take("one two three four five six seven", 9)).len(), TITLE_PHRASES_MAX);
    }
}
