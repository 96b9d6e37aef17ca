//! Rules out candidates before they are loaded. Many texts share a phrase by chance: of all that meet under one key, few
//! have enough in common for any rule to hold. What is ruled out here, no rule would join, doubt or relate.

use super::super::similarity::{ANCHOR_WORDS, Fingerprint, Token, hash_phrases};
use super::features::Features;
use plenary_model::change::{Admits, Screen};
use plenary_model::limits::Limits;

/// Bits of a set of hashes: of 300 words, one in two hundred seems to be in it though it is not.
const SET_BITS: usize = 1 << 16;

/// Screens by these limits.
pub struct Sketches(pub Limits);

impl Screen for Sketches {
    fn open(&self, sketch: &[u8]) -> Admits {
        let Some(own) = Features::decode(sketch).map(Side::of) else { return Box::new(|_| true) };
        let limits = self.0.clone();
        Box::new(move |other| Features::decode(other).is_none_or(|other| may_bear(&own, &other, &limits)))
    }
}

/// What came in, laid out so that many others can be held against it.
struct Side {
    features: Features,
    phrases: Hashes,
    /// The different words of weight of its text.
    weighty: Hashes,
    /// The different words of its text and title.
    words: Hashes,
}

impl Side {
    fn of(features: Features) -> Self {
        let Features { text, title, .. } = &features;
        let phrases = Hashes::collect(hash_phrases(&text.tokens));
        let weighty = Hashes::collect(text.tokens.iter().copied().filter(|token| token.is_weighty()).map(number));
        let words = Hashes::collect(text.tokens.iter().chain(&title.tokens).copied().map(number));
        Self { features, phrases, weighty, words }
    }
}

/// A word as a hash that is mixed in its upper bits.
fn number(token: Token) -> u64 {
    u64::from(token.word()).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Different hashes in order, and a set of bits that says quickly of most others that they are not among them.
struct Hashes {
    sorted: Vec<u64>,
    bits: Vec<u64>,
}

impl Hashes {
    fn collect(hashes: impl Iterator<Item = u64>) -> Self {
        let mut sorted: Vec<u64> = hashes.collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut bits = vec![0; SET_BITS / 64];
        for hash in &sorted {
            let (word, bit) = Self::place(*hash);
            bits[word] |= bit;
        }
        Self { sorted, bits }
    }

    /// The number of a hash among them.
    fn find(&self, hash: u64) -> Option<usize> {
        let (word, bit) = Self::place(hash);
        if self.bits[word] & bit == 0 { None } else { self.sorted.binary_search(&hash).ok() }
    }

    /// Which of them are among `others`.
    fn find_all(&self, others: impl Iterator<Item = u64>) -> Vec<bool> {
        let mut found = vec![false; self.sorted.len()];
        for at in others.filter_map(|hash| self.find(hash)) {
            found[at] = true;
        }
        found
    }

    fn place(hash: u64) -> (usize, u64) {
        let place = (hash >> 48) as usize % SET_BITS;
        (place / 64, 1 << (place % 64))
    }
}

/// True unless every rule asks for more than the two can have in common.
fn may_bear(own: &Side, other: &Features, limits: &Limits) -> bool {
    let (text, others) = (&own.features.text, &other.text);
    if text.digest == others.digest || are_titles_alike(&own.features.title, &other.title) {
        return true;
    }
    let is_shorter = text.tokens.len() <= others.tokens.len();
    let words = text.tokens.len().min(others.tokens.len());
    let (phrases, quoted) = if is_shorter {
        let found = own.phrases.find_all(hash_phrases(&others.tokens));
        count_phrases(text, |hash| own.phrases.find(hash).is_some_and(|at| found[at]))
    } else {
        count_phrases(others, |hash| own.phrases.find(hash).is_some())
    };
    // Each word in common is one of a phrase in common.
    quoted * ANCHOR_WORDS >= limits.text_words
        || is_share((phrases * ANCHOR_WORDS).min(words), words, limits.coverage)
        || (words >= limits.text_words && says_the_same(own, other, is_shorter, limits))
}

/// How many phrases of a text the other has, and how many of them with a word in quotation marks.
fn count_phrases(text: &Fingerprint, is_in_other: impl Fn(u64) -> bool) -> (usize, usize) {
    let shared =
        hash_phrases(&text.tokens).zip(text.tokens.windows(ANCHOR_WORDS)).filter(|(hash, _)| is_in_other(*hash));
    shared.fold((0, 0), |(phrases, quoted), (_, of)| {
        (phrases + 1, quoted + usize::from(of.iter().any(|token| token.is_quoted())))
    })
}

/// True when both may say the same in other words: the shorter's words of weight are in the longer.
fn says_the_same(own: &Side, other: &Features, is_shorter: bool, limits: &Limits) -> bool {
    let (shared, all) = if is_shorter {
        let theirs = other.text.tokens.iter().chain(&other.title.tokens).copied().map(number);
        let found = own.weighty.find_all(theirs);
        (found.iter().filter(|found| **found).count(), found.len())
    } else {
        let mut theirs: Vec<u64> =
            other.text.tokens.iter().copied().filter(|token| token.is_weighty()).map(number).collect();
        theirs.sort_unstable();
        theirs.dedup();
        (theirs.iter().filter(|hash| own.words.find(**hash).is_some()).count(), theirs.len())
    };
    is_share(shared, all, limits.both_words)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
fn is_share(part: usize, whole: usize, least: f64) -> bool {
    part as f64 >= whole as f64 * least
}

/// True when titles share half of the shorter's words; an empty one is like no other.
fn are_titles_alike(a: &Fingerprint, b: &Fingerprint) -> bool {
    let (short, long) = if a.tokens.len() <= b.tokens.len() { (a, b) } else { (b, a) };
    let shared = short.tokens.iter().filter(|token| long.has(**token)).count();
    shared > 0 && shared * 2 >= short.tokens.len()
}

#[cfg(test)]
mod tests {
    use super::super::comparison::Comparison;
    use super::super::finding::Finding;
    use super::super::record::Record;
    use super::super::rules::judge;
    use super::super::standard::Standard;
    use super::*;
    use plenary_model::entry::Entry;
    use proptest::prelude::*;

    fn record(source: usize, title: usize, text: String) -> Record {
        let title = ["Schools open again in the north", "Budget", "A letter to all members", ""][title % 4];
        let entry = Entry { title: title.into(), content: Some(text), ..Entry::default() };
        Record::from_entry(&entry, &["one", "two"][source % 2].into(), None)
    }

    fn admits(a: &Record, b: &Record) -> bool {
        let (a, b) = (a.features.sketch(), b.features.sketch());
        let screen = Sketches(Limits::default());
        let (there, back) = (screen.open(&a)(&b), screen.open(&b)(&a));
        assert_eq!(there, back);
        there
    }

    /// Words of one vocabulary, each text with stretches of the other, quoted or not.
    fn texts() -> impl Strategy<Value = (String, String)> {
        let stretch = (0..60_usize, 2..30_usize, 0..3_usize, any::<bool>());
        let stretches = || prop::collection::vec(stretch.clone(), 1..7);
        (stretches(), stretches()).prop_map(|both| {
            let write = |stretches: Vec<(usize, usize, usize, bool)>, own: usize| -> String {
                let one = |(from, words, kind, is_quoted): (usize, usize, usize, bool)| {
                    let word = |n: usize| match kind {
                        0 => format!("own{own}word{n}"),
                        _ => format!("Common{}", (from + n) % 70),
                    };
                    let text = (0..words).map(word).collect::<Vec<_>>().join(" ");
                    if is_quoted { format!("“{text}”, said one.") } else { format!("{text}.") }
                };
                stretches.into_iter().map(one).collect::<Vec<_>>().join(" ")
            };
            (write(both.0, 1), write(both.1, 2))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn what_any_rule_says_something_of_is_not_ruled_out(
            (one, other) in texts(), sources in 0..2_usize, titles in (0..4_usize, 0..4_usize)
        ) {
            let (a, b) = (record(0, titles.0, one), record(sources, titles.1, other));
            let standard = Standard::within(30);
            let finding = judge(&Comparison::new(&a, &b, &standard), &standard);
            let says_something = !matches!(finding, Finding::Nothing | Finding::Different);
            prop_assert!(!says_something || admits(&a, &b), "{finding:?}");
        }
    }

    #[test]
    fn a_phrase_in_common_is_not_enough() {
        let text = |own: &str| {
            let words: Vec<String> = (0..60).map(|n| format!("{own}{n}")).collect();
            format!("{} the rights of every child in the world {}", words[..30].join(" "), words[30..].join(" "))
        };
        let (a, b) = (record(0, 0, text("one")), record(1, 1, text("two")));
        assert!(!admits(&a, &b));
        assert!(admits(&a, &record(1, 0, text("two"))), "under one headline it may be a rubric");
        assert!(admits(&a, &record(1, 1, text("one"))));
        assert!(Sketches(Limits::default()).open(&[])(&b.features.sketch()), "what is not known is not ruled out");
    }
}
