//! The identifier: which of the languages of a script a text is in, and how plainly.
//!
//! Naive Bayes over byte n-grams: at each byte of the text counts the longest known n-gram that ends there (Lui and
//! Baldwin, "langid.py", ACL 2012). The model is that of py3langid, made smaller by `benches/shrink-language-model`;
//! `identifier.md` says what it knows. What it does not know, it says: a language must beat every other by a margin, and
//! the n-grams of the text must fit it as those of its own texts do.

use super::script::Script;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

static MODEL: &[u8] = include_bytes!("identifier.bin");

/// Longest n-gram of the model, in bytes.
const NGRAM_BYTES_MAX: usize = 6;
/// Shortest n-gram of the model, in bytes.
const NGRAM_BYTES_MIN: usize = 2;
/// What one of weight stands for in the model.
const WEIGHT_UNIT: f32 = 0.05;
/// How many more slots than n-grams the table has, at least.
const ROOM: usize = 2;

/// Languages whose texts are often the same, word for word.
const TWINS: [&[&str]; 3] = [&["id", "ms"], &["bs", "hr", "sr"], &["da", "nb", "nn"]];

/// Languages near enough that one declared is not overruled by another of its row.
const CLOSE: [&[&str]; 13] = [
    &["xh", "zu"],
    &["gl", "pt"],
    &["cs", "sk"],
    &["nso", "st", "tn"],
    &["hi", "mr", "ne"],
    &["lb", "de"],
    &["af", "nl"],
    &["tt", "ba"],
    &["bg", "mk"],
    &["lg", "rw"],
    &["ca", "oc"],
    &["fo", "is"],
    &["az", "tr"],
];

fn are_in_one(rows: &[&[&str]], one: &str, other: &str) -> bool {
    rows.iter().any(|row| row.contains(&one) && row.contains(&other))
}

fn are_twins(one: &str, other: &str) -> bool {
    one == other || are_in_one(&TWINS, one, other)
}

pub(super) fn are_close(one: &str, other: &str) -> bool {
    // What publishers call Norwegian may be either.
    let written = |language| if language == "no" { "nb" } else { language };
    let (one, other) = (written(one), written(other));
    are_twins(one, other) || are_in_one(&CLOSE, one, other)
}

/// What a text is most like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    /// `None` for one that is known, but too close to others to be named.
    pub(super) language: Option<&'static str>,
    /// Log of how many times likelier than the next language that can be named and is no twin, over the square root of the text's length
    /// in bytes (as py3langid scales it, so that one limit serves short and long texts).
    pub(super) margin: f32,
    /// The same against its twins; infinite where it has none.
    pub(super) twin_margin: f32,
    /// Mean weight of its n-grams over what is usual in that language: about 1, less in a text of another.
    pub(super) fit: f32,
}

struct Class {
    name: &'static str,
    script: u8,
    prior: f32,
    floor: f32,
    usual: f32,
}

#[derive(Default)]
struct Model {
    classes: Vec<Class>,
    /// N-grams by [`key`], and where the rest of each stands in the file; an empty slot has key 0.
    slots: Vec<(u64, u32)>,
}

/// The text's language among those of its script; `None` when nothing of it is known.
pub(super) fn identify(text: &str, script: Script) -> Option<Found> {
    static READ: OnceLock<Model> = OnceLock::new();
    READ.get_or_init(|| Model::read(MODEL).unwrap_or_default()).identify(text, script as u8)
}

/// True for a language that the identifier tells from others of that script.
pub(super) fn knows(language: &str, script: Script) -> bool {
    static NAMES: OnceLock<Vec<(&'static str, u8)>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let model = Model::read(MODEL).unwrap_or_default();
        model.classes.iter().map(|class| (class.name, class.script)).collect()
    });
    names.iter().any(|(name, of)| *name == language && *of == script as u8)
}

impl Model {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(b"LID1")?;
        let mut model = Self::default();
        for _ in 0..take::<2>(&mut rest).map(u16::from_le_bytes)? {
            let [length] = take(&mut rest)?;
            let (name, after) = rest.split_at_checked(usize::from(length))?;
            rest = after;
            let name = std::str::from_utf8(name).ok()?;
            let [script] = take(&mut rest)?;
            let mut number = || take::<4>(&mut rest).map(f32::from_le_bytes);
            model.classes.push(Class { name, script, prior: number()?, floor: number()?, usual: number()? });
        }
        let count = u32::from_le_bytes(take(&mut rest)?) as usize;
        model.slots = vec![(0, 0); (count * ROOM).next_power_of_two()];
        for _ in 0..count {
            let [length] = take(&mut rest)?;
            let (ngram, after) = rest.split_at_checked(usize::from(length))?;
            let at = u32::try_from(bytes.len() - after.len()).ok()?;
            let pairs = usize::from(*after.get(1)?);
            rest = after.get(2 + 2 * pairs..)?;
            let key = key(ngram);
            let slot = model.slot(key)?;
            *model.slots.get_mut(slot)? = (key, at);
        }
        Some(model)
    }

    /// Where a key stands, or would stand.
    fn slot(&self, key: u64) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4).
        let mut slot = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & mask;
        while self.slots.get(slot).is_some_and(|(known, _)| *known != 0 && *known != key) {
            slot = (slot + 1) & mask;
        }
        Some(slot)
    }

    /// Where the classes of an n-gram stand, if it is known in that script.
    fn find(&self, ngram: &[u8], script: u8) -> Option<u32> {
        let (key, at) = *self.slots.get(self.slot(key(ngram))?)?;
        (key != 0 && MODEL.get(at as usize)? & (1 << script) != 0).then_some(at)
    }

    fn identify(&self, text: &str, script: u8) -> Option<Found> {
        if !self.classes.iter().any(|class| class.script == script) {
            return None;
        }
        let mut bytes = Vec::with_capacity(text.len() + 2);
        bytes.push(b' ');
        push_lower(text, &mut bytes);
        bytes.push(b' ');
        let mut seen: Vec<u32> = (NGRAM_BYTES_MIN..=bytes.len())
            .filter_map(|end| {
                let longest = NGRAM_BYTES_MAX.min(end);
                (NGRAM_BYTES_MIN..=longest).rev().find_map(|length| self.find(bytes.get(end - length..end)?, script))
            })
            .collect();
        seen.sort_unstable();
        let mut weights = vec![0.0_f32; self.classes.len()];
        let mut counted = 0.0;
        for same in seen.chunk_by(|one, other| one == other) {
            let factor = float(same.len()).ln_1p();
            counted += factor;
            let at = *same.first()? as usize;
            let pairs = usize::from(*MODEL.get(at + 1)?);
            for pair in MODEL.get(at + 2..at + 2 + 2 * pairs)?.chunks_exact(2) {
                if let &[class, weight] = pair
                    && let Some(sum) = weights.get_mut(usize::from(class))
                {
                    *sum += factor * f32::from(weight) * WEIGHT_UNIT;
                }
            }
        }
        if counted == 0.0 {
            return None;
        }
        let scores = self.classes.iter().zip(&weights).filter(|(class, _)| class.script == script);
        let scores = scores.map(|(class, weight)| (class, *weight, class.prior + counted * class.floor + weight));
        let (best, weight, score) = scores.clone().max_by(|one, other| one.2.total_cmp(&other.2))?;
        let others = scores.filter(|(class, _, _)| class.name != best.name && !class.name.starts_with('-'));
        let (twins, others): (Vec<_>, Vec<_>) = others.partition(|(class, _, _)| are_twins(class.name, best.name));
        let margin = |others: Vec<(&Class, f32, f32)>| {
            let next = others.into_iter().map(|(_, _, score)| score).max_by(f32::total_cmp);
            next.map_or(f32::INFINITY, |next| (score - next) / float(bytes.len()).sqrt())
        };
        Some(Found {
            language: Some(best.name).filter(|name| !name.starts_with('-')),
            margin: margin(others),
            twin_margin: margin(twins),
            fit: weight / counted / best.usual,
        })
    }
}

/// The text as the model knows texts: composed, in lower case.
fn push_lower(text: &str, bytes: &mut Vec<u8>) {
    if text.is_ascii() {
        bytes.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        return;
    }
    let mut buffer = [0; 4];
    for c in text.nfc().flat_map(char::to_lowercase) {
        bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
    }
}

/// Of a text of at most some thousand bytes; more count as that many.
fn float(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// An n-gram's bytes and length in one number; never 0.
fn key(ngram: &[u8]) -> u64 {
    ngram.iter().fold(ngram.len() as u64, |key, byte| key << 8 | u64::from(*byte))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_read_whole() {
        let model = Model::read(MODEL).unwrap();
        assert!(model.classes.len() > 90, "{}", model.classes.len());
        assert!(model.slots.iter().filter(|(key, _)| *key != 0).count() > 50_000);
        assert!(Model::read(&MODEL[..MODEL.len() / 2]).is_none());
        for (language, script) in [("sw", Script::Latin), ("sr", Script::Cyrillic), ("sr", Script::Latin)] {
            assert!(knows(language, script), "{language}");
        }
        assert!(!knows("wo", Script::Latin) && !knows("en", Script::Arabic) && !knows("pcm", Script::Latin));
    }

    #[test]
    fn a_text_fits_its_own_language_alone() {
        let found = |text| identify(text, Script::Latin).unwrap();
        let swahili = found("Watoto wote wana haki ya kwenda shule na kulindwa.");
        assert_eq!(swahili.language, Some("sw"));
        assert!(swahili.fit > 0.8 && swahili.margin > 1.0, "{swahili:?}");
        // Wolof, which it does not know.
        let wolof = found("Bépp xale am na sañ-sañu dem ekool te ñu aar ko.");
        assert!(wolof.fit < 0.8, "{wolof:?}");
        assert_eq!(identify("", Script::Latin), None);
        // A script of which it has no languages.
        assert_eq!(identify("བྱིས་པ་ཚང་མ་", Script::Tibetan), None);
    }
}
