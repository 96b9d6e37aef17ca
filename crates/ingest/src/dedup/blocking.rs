//! The keys under which entries that may be the same piece meet. They only bring candidates together; `rules` judges.

use super::super::similarity::{Specifics, hash_text, mix, phrases, title_phrases};
use super::features::Features;
use super::record::Record;
use chrono::Datelike;
use plenary_model::change::{Incoming, Key};
use plenary_model::entry::{Entry, StoredEntry};
use plenary_model::id::SourceId;
use plenary_model::link::CanonicalLink;

/// Most addresses of one entry that are keys; an entry that declares more is found by its first ones.
const LINK_KEYS_MAX: usize = 16;

/// Specifics of a kind under which an entry is found by its translations.
const SPECIFICS_MAX: usize = 16;

/// Names what keys and sketches are made of: raised when the same text gets others, so that stores find their entries
/// by these. 2: words that are not ASCII are folded as everywhere. 3: there are sketches. 4: they are shorter.
pub const KEYS: &str = "4";

/// An entry with what it is found by.
pub fn prepare(stored: StoredEntry) -> Incoming {
    let (keys, record) = find_keys(&stored.entry);
    Incoming { keys, sketch: record.features.sketch(), stored }
}

/// The keys of an entry, at most about eighty: its id; its own, canonical and translations' addresses; the digest of a
/// text that is long enough; a few phrases of text and title; its publisher with the figures and names that a
/// translation keeps, when its language is known.
pub fn blocking_keys(entry: &Entry) -> Vec<Key> {
    find_keys(entry).0
}

fn find_keys(entry: &Entry) -> (Vec<Key>, Record) {
    let mut record = Record::from_features(entry, Features::default(), &SourceId::default(), None);
    let may_be_translated = record.language.is_some() && !record.links.is_empty();
    record.features = if may_be_translated { Features::take(entry) } else { Features::take_words(entry) };
    let mut keys = Vec::new();
    if !record.id.is_empty() {
        keys.push(Key::Id(record.id.clone()));
    }
    keys.extend(links(&record).map(|link| Key::Link(link.as_str().to_owned())));
    let (title, text) = (&record.features.title, &record.features.text);
    if !text.tokens.is_empty() {
        keys.push(Key::Text(halve(text.digest)));
    }
    keys.extend(phrases(text).into_iter().map(Key::Phrase));
    keys.extend(title_phrases(title).into_iter().map(Key::Title));
    if may_be_translated {
        keys.push(Key::Publisher(record.publisher().to_owned()));
        keys.extend(translation_keys(&find_specifics(&record)).into_iter().map(Key::Specific));
    }
    keys.sort_unstable();
    keys.dedup();
    (keys, record)
}

fn links(record: &Record) -> impl Iterator<Item = &CanonicalLink> {
    record.links.iter().chain(&record.alternates).take(LINK_KEYS_MAX)
}

/// The specifics of an entry's text, without the day and year of its own date, which are in every dateline.
pub(super) fn find_specifics(record: &Record) -> Specifics {
    let mut found = record.features.specifics.clone().unwrap_or_default();
    if let Some(date) = record.date {
        let own = [date.from.day(), date.from.year().unsigned_abs()];
        found.figures.retain(|figure| !own.contains(&figure.value));
    }
    found
}

/// The figures and names under which an entry's translations are found: of each kind the smallest, so that a
/// translation keeps the same ones. A telling figure counts for two.
fn translation_keys(own: &Specifics) -> Vec<u64> {
    let mut kept = Vec::new();
    for (kind, list) in own.kinds().into_iter().enumerate() {
        for specific in list.iter().take(SPECIFICS_MAX) {
            let number = mix(u64::from(specific.value) << 3 | kind as u64);
            kept.push(number);
            if specific.is_telling() {
                kept.push(mix(number));
            }
        }
    }
    kept
}

/// Half of a digest, which tells texts apart well enough to bring them together.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
fn halve(digest: u128) -> u64 {
    digest as u64
}

/// The same keys as numbers, for sets of entries that are judged in memory; keys of different kinds are different.
pub(super) fn hash_keys(record: &Record, mut push: impl FnMut(u64)) {
    let mut number = |kind: u64, value: u64| push(mix(value ^ (kind << 61)));
    if !record.id.is_empty() {
        number(0, hash_text(&record.id));
    }
    links(record).for_each(|link| number(1, hash_text(link.as_str())));
    let (title, text) = (&record.features.title, &record.features.text);
    if !text.tokens.is_empty() {
        number(2, halve(text.digest));
    }
    for phrase in phrases(text) {
        number(3, phrase);
    }
    for phrase in title_phrases(title) {
        number(4, phrase);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plenary_model::link::Link;

    fn alternate(href: String) -> Link {
        Link { href, rel: "alternate".into(), media_type: None, hreflang: Some("fr".into()), title: None }
    }

    #[test]
    fn an_entry_is_found_by_id_address_translation_text_and_phrases() {
        let mut entry = Entry {
            id: "urn:x:1".into(),
            title: "One two three".into(),
            link: Some("https://www.example.org/a/?utm_source=rss".into()),
            content: Some("<p>word </p>".repeat(60)),
            ..Entry::default()
        };
        entry.links.push(alternate("https://example.org/fr/a".into()));
        let found = blocking_keys(&entry);
        assert!(found.contains(&Key::Id("urn:x:1".into())));
        assert!(found.contains(&Key::Link("example.org/a".into())));
        assert!(found.contains(&Key::Link("example.org/fr/a".into())));
        let count = |is_one: fn(&Key) -> bool| found.iter().filter(|key| is_one(key)).count();
        assert_eq!(count(|key| matches!(key, Key::Text(_))), 1);
        assert_eq!(count(|key| matches!(key, Key::Phrase(_))), 1);
        assert_eq!(count(|key| matches!(key, Key::Title(_))), 1);
    }

    #[test]
    fn the_number_of_keys_is_bounded() {
        let links = (0..500).map(|n| alternate(format!("https://example.org/{n}"))).collect();
        let content = (0..9000).map(|n| (n * 7919 % 10_007).to_string()).collect::<Vec<_>>().join(" ");
        let entry = Entry { id: "1".into(), links, content: Some(content), ..Entry::default() };
        let mut numbers = 0;
        hash_keys(&Record::from_entry(&entry, &SourceId::default(), None), |_| numbers += 1);
        assert_eq!((blocking_keys(&entry).len(), numbers), (46, 46));
    }
}
