//! A text as a sequence of words that are compared as numbers.
//!
//! Letters are folded as everywhere (`model::fold`). Words end elsewhere: an apostrophe stands inside a word here, so
//! that a possessive is one word however it is written, and every sign of a script without blanks is one.

use plenary_model::fold::fold;
use std::cell::OnceCell;

/// Bits of a token that are the word's hash; the others say what kind of word it is.
const HASH_BITS: u32 = 28;
const HASH_MASK: u32 = (1 << HASH_BITS) - 1;
const NUMBER: u32 = 1 << 31;
const NAME: u32 = 1 << 30;
const QUOTED: u32 = 1 << 29;
const WEIGHTY: u32 = 1 << 28;

/// Letters from which a word is more than a particle.
const WEIGHTY_LETTERS_MIN: usize = 5;

/// Start and multiplier of the word hash (FNV-1a, 64 bits). Keys in the store are made of it: it must not change.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// Longest quotation, in words. A quotation mark that is not closed by then was a foot or an inch.
const QUOTE_WORDS_MAX: usize = 150;

/// Words of an anchor: a phrase that both texts have.
pub(crate) const ANCHOR_WORDS: usize = 3;

/// The hash of the phrase of [`ANCHOR_WORDS`] words at each place.
pub(crate) fn hash_phrases(tokens: &[Token]) -> impl Iterator<Item = u64> {
    let hash = |words: &[Token]| {
        words.iter().fold(0, |hash: u64, token| {
            (hash.rotate_left(21) ^ u64::from(token.word())).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
    };
    tokens.windows(ANCHOR_WORDS).map(hash)
}

/// True when `sorted` has the word of `token`.
pub(crate) fn is_among(token: Token, sorted: &[Token]) -> bool {
    sorted.binary_search_by_key(&token.word(), |own| own.word()).is_ok()
}

/// A word: its hash, and whether it is a number, begins with a capital, stands in a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token(u32);

impl Token {
    /// The word alone: equal words are equal here.
    pub(crate) fn word(self) -> u32 {
        self.0 & HASH_MASK
    }

    pub(crate) fn is_number(self) -> bool {
        self.0 & NUMBER != 0
    }

    /// True when it begins with a capital letter, as names do, and not because a sentence begins.
    pub(crate) fn is_name(self) -> bool {
        self.0 & NAME != 0
    }

    /// True when it is a number or long enough to mean something by itself.
    pub(crate) fn is_weighty(self) -> bool {
        self.0 & WEIGHTY != 0
    }

    pub(crate) fn is_quoted(self) -> bool {
        self.0 & QUOTED != 0
    }

    /// As kept.
    pub(crate) fn bits(self) -> u32 {
        self.0
    }

    pub(crate) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// The words in order. Single letters are left out: initials, list marks and spaced-out headings.
    pub(crate) tokens: Vec<Token>,
    /// Letters and digits; a character of a script without spaces counts as three.
    pub(crate) weight: usize,
    pub(crate) digest: u128,
    /// Made when a text is first laid over another; it meets many.
    sorted: OnceCell<Vec<Token>>,
    phrases: OnceCell<Vec<Phrase>>,
}

/// A phrase of [`ANCHOR_WORDS`] words and where it first stands in its text: 48 bits of its hash, 16 of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Phrase(u64);

/// Bits of a [`Phrase`] that say its place: more than any text has words that are compared.
const PLACE_BITS: u32 = 16;

impl Phrase {
    pub(crate) fn hash(self) -> u64 {
        self.0 >> PLACE_BITS
    }

    #[expect(clippy::cast_possible_truncation, reason = "sixteen bits")]
    pub(crate) fn place(self) -> usize {
        (self.0 & u64::from(u16::MAX)) as usize
    }
}

impl Fingerprint {
    pub(crate) fn new(tokens: Vec<Token>, weight: usize, digest: u128) -> Self {
        Self { tokens, weight, digest, ..Self::default() }
    }

    /// The words in the order of their numbers.
    pub(crate) fn sorted(&self) -> &[Token] {
        self.sorted.get_or_init(|| {
            let mut sorted = self.tokens.clone();
            sorted.sort_unstable_by_key(|token| (token.word(), token.0));
            sorted
        })
    }

    /// The different phrases, in the order of their hashes.
    pub(crate) fn phrases(&self) -> &[Phrase] {
        self.phrases.get_or_init(|| {
            let places = hash_phrases(&self.tokens).zip(0..=u16::MAX);
            let phrase = |(hash, place)| Phrase(hash >> PLACE_BITS << PLACE_BITS | u64::from(place));
            let mut phrases: Vec<Phrase> = places.map(phrase).collect();
            phrases.sort_unstable();
            phrases.dedup_by_key(|phrase| phrase.hash());
            phrases
        })
    }

    /// True when the word of `token` is among the words.
    pub(crate) fn has(&self, token: Token) -> bool {
        match self.sorted.get() {
            Some(sorted) => is_among(token, sorted),
            None => self.tokens.iter().any(|own| own.word() == token.word()),
        }
    }

    /// True when all words stand in `other` in one run; false when there are none.
    pub(crate) fn stands_in(&self, other: &Self) -> bool {
        let is_here = |window: &[Token]| window.iter().zip(&self.tokens).all(|(x, y)| x.word() == y.word());
        !self.tokens.is_empty() && other.tokens.windows(self.tokens.len()).any(is_here)
    }

    /// The words of plain text, at most `words_max`.
    pub(crate) fn take(text: &str, words_max: usize) -> Self {
        let mut reader = Reader::default();
        if text.is_ascii() {
            reader.read_ascii(text.as_bytes(), words_max);
        } else {
            reader.read(text.chars(), words_max);
        }
        reader.finish()
    }
}

#[derive(Default)]
struct Reader {
    fingerprint: Fingerprint,
    hash: u64,
    chars: usize,
    kind: u32,
    /// A full stop, exclamation or question mark has come since the last word.
    is_sentence_over: bool,
    is_quoting: bool,
    quote_from: usize,
    halves: (u64, u64),
}

/// Letters and digits of ASCII in lower case; 0 for all other bytes.
const FOLDED: [u8; 256] = {
    let mut folded = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            folded[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    folded
};

impl Reader {
    /// The same as `read`, word by word: most texts are ASCII, and comparing begins with this loop.
    fn read_ascii(&mut self, text: &[u8], words_max: usize) {
        let mut at = 0;
        while let Some(&first) = text.get(at) {
            if FOLDED[usize::from(first)] == 0 {
                self.punctuation(char::from(first));
                at += 1;
                continue;
            }
            let (mut hash, mut letters, mut is_number) = (FNV_OFFSET, 0, false);
            while let Some(&byte) = text.get(at) {
                let folded = FOLDED[usize::from(byte)];
                if folded != 0 {
                    hash = (hash ^ u64::from(folded)).wrapping_mul(FNV_PRIME);
                    is_number |= folded <= b'9';
                    letters += 1;
                } else if byte != b'\'' {
                    break;
                }
                at += 1;
            }
            let name = if first.is_ascii_uppercase() && !self.is_sentence_over { NAME } else { 0 };
            self.is_sentence_over = false;
            self.kind = if is_number { name | NUMBER } else { name };
            (self.hash, self.chars) = (hash, letters);
            self.fingerprint.weight += letters;
            self.word_ends();
            if self.fingerprint.tokens.len() >= words_max {
                return;
            }
        }
    }

    fn read(&mut self, text: impl Iterator<Item = char>, words_max: usize) {
        for c in text {
            if c.is_ascii_alphanumeric() {
                let kind = if c.is_ascii_digit() {
                    NUMBER
                } else if c.is_ascii_uppercase() {
                    NAME
                } else {
                    0
                };
                self.letter(u32::from(c.to_ascii_lowercase()), kind);
            } else if c.is_ascii() {
                self.punctuation(c);
            } else {
                self.other(c);
            }
            if self.fingerprint.tokens.len() >= words_max {
                return;
            }
        }
    }

    fn letter(&mut self, code: u32, kind: u32) {
        if self.chars == 0 {
            self.hash = FNV_OFFSET;
            self.kind = if self.is_sentence_over { kind & NUMBER } else { kind };
            self.is_sentence_over = false;
        } else {
            // A capital counts at the beginning, a digit anywhere.
            self.kind |= kind & NUMBER;
        }
        self.hash = (self.hash ^ u64::from(code)).wrapping_mul(FNV_PRIME);
        self.chars += 1;
        self.fingerprint.weight += 1;
    }

    fn punctuation(&mut self, c: char) {
        if c == '\'' {
            return;
        }
        self.word_ends();
        match c {
            '.' | '!' | '?' => self.is_sentence_over = true,
            '"' => self.set_quoting(!self.is_quoting),
            _ => {}
        }
    }

    fn other(&mut self, c: char) {
        match c {
            '’' | '‘' | 'ʼ' => return,
            '“' | '«' | '„' | '「' | '『' => return self.quote(true),
            '”' | '»' | '」' | '』' => return self.quote(false),
            _ if is_ideographic(c) => {
                self.word_ends();
                self.letter(u32::from(c), 0);
                self.chars = WEIGHTY_LETTERS_MIN; // one character is a whole word
                self.fingerprint.weight += 2;
                return self.word_ends();
            }
            _ => {}
        }
        let kind = if c.is_numeric() {
            NUMBER
        } else if c.is_uppercase() {
            NAME
        } else {
            0
        };
        fold(c, |part| match part {
            Some(letter) => self.letter(u32::from(letter), kind),
            None => self.word_ends(),
        });
    }

    fn quote(&mut self, on: bool) {
        self.word_ends();
        self.set_quoting(on);
    }

    fn set_quoting(&mut self, on: bool) {
        self.is_quoting = on;
        self.quote_from = self.fingerprint.tokens.len();
    }

    fn word_ends(&mut self) {
        let is_number = self.kind & NUMBER != 0;
        let is_word = self.chars > 1 || (self.chars == 1 && is_number);
        let weighty = if is_number || self.chars >= WEIGHTY_LETTERS_MIN { WEIGHTY } else { 0 };
        self.chars = 0;
        if !is_word {
            return;
        }
        let mixed = mix(self.hash);
        if self.is_quoting && self.fingerprint.tokens.len() - self.quote_from >= QUOTE_WORDS_MAX {
            self.is_quoting = false;
        }
        let quoted = if self.is_quoting { QUOTED } else { 0 };
        let word = (mixed >> 32) as u32 & HASH_MASK;
        self.fingerprint.tokens.push(Token(word | self.kind | quoted | weighty));
        self.halves.0 = (self.halves.0.rotate_left(5) ^ mixed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.halves.1 = (self.halves.1.rotate_left(23) ^ mixed).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    }

    fn finish(mut self) -> Fingerprint {
        self.word_ends();
        self.fingerprint.digest = (u128::from(mix(self.halves.0)) << 64) | u128::from(mix(self.halves.1));
        self.fingerprint.tokens.shrink_to_fit();
        self.fingerprint
    }
}

/// Spreads every bit over the whole number (the finaliser of splitmix64).
pub(crate) fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Scripts written without spaces between words: Chinese, Japanese, Thai, Khmer, Lao, Burmese.
fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<u32> {
        Fingerprint::take(text, usize::MAX).tokens.into_iter().map(Token::word).collect()
    }

    #[test]
    fn what_looks_alike_compares_alike() {
        assert_eq!(words("Children’s RIGHTS – ﬁrst, a 2"), words("childrens rights first (2)"));
        assert_eq!(words("حُقُوق الطِّفل ٢٠٢١"), words("حقوق الطفل 2021"));
        assert_eq!(words("E\u{301}tat"), words("état"));
        assert_eq!(words("Élèves de l'École, Straße"), words("eleves de lecole strasse"));
        assert_eq!(words("J O I N T 儿童").len(), 2);
        assert_eq!(Fingerprint::take("One two", 9).digest, Fingerprint::take("<one> TWO!", 9).digest);
        assert_ne!(Fingerprint::take("One two", 9).digest, Fingerprint::take("two one", 9).digest);
    }

    #[test]
    fn the_short_way_through_ascii_reads_the_same() {
        let text = "It's 2nd of May. The \"Committee\" (CRC) met; children's rights, 1,250 of 'em: e.g. U.S. O'Brien's";
        let mut reader = Reader::default();
        reader.read(text.chars(), 99);
        assert_eq!(Fingerprint::take(text, 99), reader.finish());
    }

    #[test]
    fn kinds_of_words_are_told_apart() {
        let kinds = |text: &str| -> Vec<(bool, bool, bool)> {
            Fingerprint::take(text, 99).tokens.iter().map(|t| (t.is_number(), t.is_name(), t.is_quoted())).collect()
        };
        assert_eq!(
            kinds("in May “so 88th” end"),
            [
                (false, false, false),
                (false, true, false),
                (false, false, true),
                (true, false, true),
                (false, false, false),
            ]
        );
    }

    #[test]
    fn a_text_is_read_up_to_a_limit() {
        assert_eq!(Fingerprint::take(&"word ".repeat(100), 10).tokens.len(), 10);
        assert!(Fingerprint::take("儿童权利", 99).weight > Fingerprint::take("rights", 99).weight);
    }
}
