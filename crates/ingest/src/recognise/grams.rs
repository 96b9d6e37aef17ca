//! A text as hashed words, pairs of words and character n-grams, with what its shape shows.
//!
//! The features have no list: each is a number made of its letters (FNV-1a), so that the model holds no word of a text
//! it was trained on. What is named in a reason is read from the text that is judged.

use plenary_model::evidence::Place;

/// Words of a text that are looked at: what kind of text it is, and about what, shows at its beginning.
const TEXT_WORDS_MAX: usize = 150;
/// Letters of a word that count: what comes later are endings.
const WORD_CHARS_MAX: usize = 14;
/// Letters of the beginning of a longer word that stand for its inflected forms.
const STEM_CHARS: usize = 5;
/// Lengths of character n-grams, the blanks around a word counted.
const CHARS: std::ops::RangeInclusive<usize> = 3..=5;
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// Each block of features has the length 1 in a text, so that the many n-grams do not drown the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Block {
    Words,
    Characters,
    Shape,
}

/// What stands behind a feature, to be named.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gram<'a> {
    Word(&'a str),
    TitleWord(&'a str),
    Stem(&'a str),
    Pair(&'a str, &'a str),
    TitlePair(&'a str, &'a str),
    Triple(&'a str, &'a str, &'a str),
    /// A part of a word; a `_` stands for its beginning or end.
    Part(&'a str, usize, usize),
    Shape(&'static str),
}

impl Gram<'_> {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Word(word) => format!("\"{word}\""),
            Self::TitleWord(word) => format!("\"{word}\" in the title"),
            Self::Stem(stem) => format!("\"{stem}*\""),
            Self::Pair(one, other) => format!("\"{one} {other}\""),
            Self::TitlePair(one, other) => format!("\"{one} {other}\" in the title"),
            Self::Triple(one, two, three) => format!("\"{one} {two} {three}\""),
            Self::Part(word, from, count) => {
                let framed: Vec<char> = framed(word).collect();
                let part: String = framed.iter().skip(*from).take(*count).collect();
                let open = |is_open: bool| if is_open { "*" } else { "" };
                let inner = part.trim_matches(FRAME);
                format!("\"{}{inner}{}\"", open(!part.starts_with(FRAME)), open(!part.ends_with(FRAME)))
            }
            Self::Shape(shape) => (*shape).to_owned(),
        }
    }
}

const FRAME: char = ' ';

fn framed(word: &str) -> impl Iterator<Item = char> {
    std::iter::once(FRAME).chain(word.chars()).chain(std::iter::once(FRAME))
}

/// The words of a text, folded, with what only its raw form shows.
#[derive(Clone, Debug, Default)]
pub struct Words<'a> {
    pub title: Vec<&'a str>,
    pub text: Vec<&'a str>,
    pub shape: Vec<&'static str>,
}

impl<'a> Words<'a> {
    /// `word` gives the words by number; `range` those of a field.
    pub fn take(word: impl Fn(usize) -> &'a str, range: impl Fn(Place) -> std::ops::Range<usize>) -> Self {
        let title = range(Place::Title).take(TEXT_WORDS_MAX).map(&word).map(cut).collect();
        let text = range(Place::Text).take(TEXT_WORDS_MAX).map(&word).map(cut).collect();
        Self { title, text, shape: Vec::new() }
    }

    /// Marks in the raw title and text, and how long they are, in words.
    pub fn note_shape(&mut self, title: &str, text: &str) {
        let quotes = ['"', '\u{201c}', '\u{201d}', '\u{ab}', '\u{bb}', '\u{201e}', '\u{300c}'];
        let marks: [(bool, &'static str); 6] = [
            (title.contains(['?', '\u{61f}', '\u{ff1f}']), "a question in the title"),
            (title.contains([':', '\u{ff1a}']), "a colon in the title"),
            (title.contains(['!', '\u{a1}', '\u{ff01}']), "an exclamation in the title"),
            (title.contains(quotes), "quotation marks in the title"),
            (text.contains(quotes), "quotation marks in the text"),
            (title.contains(|c: char| c.is_numeric()), "a number in the title"),
        ];
        self.shape.extend(marks.into_iter().filter(|(has, _)| *has).map(|(_, name)| name));
        let titles =
            ["a title of 3 words or less", "a title of 4 to 7 words", "a title of 8 to 11 words", "a long title"];
        self.shape.extend(titles.get((self.title.len() / 4).min(3)));
        let texts =
            ["a text of 19 words or less", "a text of 20 to 59 words", "a text of 60 to 149 words", "a long text"];
        let step = [20, 60, TEXT_WORDS_MAX].iter().filter(|bound| self.text.len() >= **bound).count();
        self.shape.extend(texts.get(step));
    }

    /// Hands each feature to `each`, as often as it occurs.
    pub(super) fn each_gram(&self, mut each: impl FnMut(u32, Block, Gram<'_>)) {
        for (words, is_title) in [(&self.title, true), (&self.text, false)] {
            let mut before: [Option<(&str, u64)>; 2] = [None, None];
            for word in words.iter().copied() {
                let hash = hash(word);
                each(key(hash, 1), Block::Words, Gram::Word(word));
                if is_title {
                    each(key(hash, 2), Block::Words, Gram::TitleWord(word));
                }
                if let Some((last, before_hash)) = before[1] {
                    let pair = join(before_hash, hash);
                    each(key(pair, 3), Block::Words, Gram::Pair(last, word));
                    if is_title {
                        each(key(pair, 4), Block::Words, Gram::TitlePair(last, word));
                    }
                    // Signs of scripts without blanks are words by themselves: three of them are a word.
                    if let Some((first, first_hash)) = before[0].filter(|_| is_one_sign(word) && is_one_sign(last)) {
                        each(
                            key(join(join(first_hash, before_hash), hash), 5),
                            Block::Words,
                            Gram::Triple(first, last, word),
                        );
                    }
                }
                each_part(word, &mut each);
                before = [before[1], Some((word, hash))];
            }
        }
        for shape in &self.shape {
            each(key(hash(shape), 7), Block::Shape, Gram::Shape(shape));
        }
    }
}

/// The beginning of a long word, and its character n-grams.
fn each_part(word: &str, each: &mut impl FnMut(u32, Block, Gram<'_>)) {
    let mut letters = [FRAME; WORD_CHARS_MAX + 2];
    let mut count = 1;
    for (slot, c) in letters.iter_mut().skip(1).zip(word.chars()) {
        *slot = c;
        count += 1;
    }
    count = (count + 1).min(letters.len());
    if count > STEM_CHARS + 2
        && let Some((end, _)) = word.char_indices().nth(STEM_CHARS)
    {
        let stem = word.get(..end).unwrap_or_default();
        each(key(hash(stem), 6), Block::Words, Gram::Stem(stem));
    }
    if count < *CHARS.start() + 1 {
        return;
    }
    for from in 0..count {
        let mut state = BASIS;
        for (length, c) in (1..=*CHARS.end()).zip(letters.iter().take(count).skip(from)) {
            state = (state ^ u64::from(*c)).wrapping_mul(PRIME);
            if CHARS.contains(&length) {
                each(key(state, 8), Block::Characters, Gram::Part(word, from, length));
            }
        }
    }
}

fn cut(word: &str) -> &str {
    word.char_indices().nth(WORD_CHARS_MAX).map_or(word, |(end, _)| word.get(..end).unwrap_or(word))
}

fn is_one_sign(word: &str) -> bool {
    word.chars().nth(1).is_none() && !word.is_ascii()
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(BASIS, |state, byte| (state ^ u64::from(byte)).wrapping_mul(PRIME))
}

fn join(one: u64, other: u64) -> u64 {
    (one.rotate_left(21) ^ other).wrapping_mul(PRIME)
}

/// The number of a feature: its kind and letters in 32 bits, so that of a million foreign features a handful are taken
/// for known ones.
fn key(hash: u64, kind: u64) -> u32 {
    let mixed = (hash ^ kind.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(PRIME);
    u32::try_from((mixed ^ (mixed >> 32)) & u64::from(u32::MAX)).unwrap_or_default()
}
