//! A piece as numbers: its words, the beginnings of its longer words, and what the rules found in it. Features live in
//! a hash space of fixed size, so no list of words is needed; names of those in use are kept beside.

use super::super::categorise::{Case, Suggestion, fold_fields};
use plenary_model::evidence::Sign;
use plenary_model::learned::{Feature, Learned};
use plenary_model::piece::Facets;
use std::fmt;

/// Buckets of the hash space: a power of two, far more than a network's words, so that collisions are rare.
const BUCKETS: u32 = 1 << 18;
/// Words of a text that are looked at: what comes later seldom says where a piece belongs.
const WORDS_MAX: usize = 300;
/// Characters of the beginning of a word that stands for its inflected forms.
const STEM_CHARS: usize = 5;
/// Value of a rule hit. The words of a text have length 1 together, so that a few hits weigh as much as all words.
const HIT_VALUE: f32 = 0.5;
/// Points at which a topic's strength has its full value, that of a hit.
const TOPIC_POINTS: f64 = 6.0;
/// Value of a topic beyond that is cut off at this many hits.
const TOPIC_HITS_MAX: f64 = 1.5;

#[derive(Clone, Copy, Debug)]
pub(super) enum Name<'a> {
    Word(&'a str),
    Stem(&'a str),
    /// A rule hit, such as `topic:health`: kind and value.
    Hit(&'a str, &'a str),
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => write!(f, "\"{word}\""),
            Self::Stem(stem) => write!(f, "\"{stem}*\""),
            Self::Hit(kind, value) => write!(f, "{kind}:{value}"),
        }
    }
}

impl Name<'_> {
    /// The place in the hash space (FNV-1a, with the high bits folded in).
    fn bucket(&self) -> u32 {
        let (kind, parts): (&str, [&str; 2]) = match self {
            Self::Word(word) => ("w", [word, ""]),
            Self::Stem(stem) => ("s", [stem, ""]),
            Self::Hit(kind, value) => ("h", [kind, value]),
        };
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in kind.bytes().chain(parts[0].bytes()).chain([0]).chain(parts[1].bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let folded = (hash ^ (hash >> 32)) & u64::from(BUCKETS - 1);
        u32::try_from(folded).unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Item {
    pub(super) bucket: u32,
    /// How often a word occurs, or the value of a hit.
    pub(super) value: f32,
    pub(super) is_word: bool,
}

/// A piece as the models see it: its features in the order of buckets, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    pub(super) items: Vec<Item>,
}

impl Sample {
    /// The features of a piece under the rules that gave `facets` and `by_rule`.
    pub fn extract(case: &Case<'_>, facets: &Facets, by_rule: &[Suggestion]) -> Self {
        Self::extract_noting(case, facets, by_rule, &mut |_, _| {})
    }

    /// As [`Self::extract`]; `note` is told what stands in which bucket.
    pub(super) fn extract_noting(
        case: &Case<'_>,
        facets: &Facets,
        by_rule: &[Suggestion],
        note: &mut dyn FnMut(u32, Name<'_>),
    ) -> Self {
        let mut items = Vec::new();
        let mut take = |name: Name<'_>, value: f32| {
            let bucket = name.bucket();
            note(bucket, name);
            items.push(Item { bucket, value, is_word: !matches!(name, Name::Hit(..)) });
        };
        for word in fold_fields(case, WORDS_MAX) {
            take(Name::Word(&word), 1.0);
            if let Some((end, _)) = word.char_indices().nth(STEM_CHARS) {
                take(Name::Stem(word.get(..end).unwrap_or_default()), 1.0);
            }
        }
        for (kind, value, weight) in hits(facets, by_rule) {
            take(Name::Hit(kind, &value), weight);
        }
        items.sort_by_key(|item| item.bucket);
        items.dedup_by(|again, kept| {
            let same = again.bucket == kept.bucket;
            if same && kept.is_word {
                kept.value += again.value;
            }
            same
        });
        Self { items }
    }

    /// The values of the known features by number: words by frequency and rarity, of length 1 together, then rule hits.
    pub(super) fn values<'a>(&'a self, known: &'a dyn Fn(u32) -> Option<(u32, f32)>) -> Vec<(u32, f32)> {
        let mut values = Vec::with_capacity(self.items.len());
        let mut square = 0.0;
        for item in &self.items {
            let Some((column, rarity)) = known(item.bucket) else { continue };
            let value = if item.is_word { (1.0 + item.value.ln()) * rarity } else { item.value };
            if item.is_word {
                square += value * value;
            }
            values.push((column, value, item.is_word));
        }
        let length = f32::max(square.sqrt(), f32::MIN_POSITIVE);
        let scaled = |(column, value, is_word)| (column, if is_word { value / length } else { value });
        values.into_iter().map(scaled).collect()
    }

    pub(super) fn list_known_values(&self, learned: &Learned) -> Vec<(u32, f32)> {
        self.values(&|bucket| {
            let at = learned.features.binary_search_by_key(&bucket, |feature| feature.bucket).ok()?;
            let Feature { rarity, .. } = learned.features.get(at)?;
            Some((u32::try_from(at).ok()?, *rarity))
        })
    }
}

/// What the rules found: kind, value and weight.
fn hits(facets: &Facets, by_rule: &[Suggestion]) -> Vec<(&'static str, String, f32)> {
    let mut hits = Vec::new();
    for topic in &facets.topics {
        let strength = f64::min(topic.score / TOPIC_POINTS, TOPIC_HITS_MAX);
        #[expect(clippy::cast_possible_truncation, reason = "a number between 0 and 2")]
        hits.push(("topic", topic.topic.0.clone(), HIT_VALUE * 2.0 * strength as f32));
        let is_model = |why: &&plenary_model::evidence::Evidence| matches!(why.sign, Sign::Model { .. });
        for why in topic.why.iter().filter(|why| !is_model(why)) {
            hits.push(("term", format!("{}:{}", topic.topic, why.sign), HIT_VALUE));
        }
    }
    hits.extend(by_rule.iter().map(|suggestion| ("rule", suggestion.section.0.clone(), HIT_VALUE)));
    hits.extend(facets.genre.iter().map(|genre| ("genre", genre.0.clone(), HIT_VALUE)));
    hits.push(("issuer", facets.issuer.to_string(), HIT_VALUE));
    hits.extend(facets.standings.iter().map(|standing| ("standing", standing.to_string(), HIT_VALUE)));
    let named = |source: &&plenary_model::id::SourceId| !source.0.is_empty();
    hits.extend(facets.sources.iter().filter(named).map(|source| ("source", source.0.clone(), HIT_VALUE)));
    hits.extend(facets.language.iter().map(|language| ("language", language.primary().to_owned(), HIT_VALUE)));
    if facets.deadline.is_some() {
        hits.push(("has", "deadline".to_owned(), HIT_VALUE));
    }
    hits
}
