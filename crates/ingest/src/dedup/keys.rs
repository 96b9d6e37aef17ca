//! The keys under which an entry is found again: how two entries that may be the same piece meet.
//!
//! Keys only bring candidates together; `ladder` judges them.

use super::super::similarity::{mix, phrases, title_phrases};
use super::card::Card;
use super::translations::kept_in_translation;
use plenary_model::change::{Key, KeyKind};
use plenary_model::entry::Entry;
use plenary_model::id::SourceId;
use plenary_model::link::CanonicalLink;

/// Most addresses of one entry that are keys; an entry that declares more is found by its first ones.
const LINK_KEYS_MAX: usize = 16;

/// The keys of an entry, at most about eighty: its id; the canonical form of its own address, of the
/// address it names as canonical and of its declared translations; the digest of its text when that is
/// long enough; a few phrases of its text and of its title; its publisher and the figures and names that a translation
/// keeps, when its language is known.
pub fn keys_of(entry: &Entry) -> Vec<Key> {
    let card = Card::of(entry, &SourceId::default(), None);
    let mut keys = Vec::new();
    let mut push = |kind, value: String| keys.push(Key { kind, value });
    if !card.id.is_empty() {
        push(KeyKind::Id, card.id.clone());
    }
    for link in links(&card) {
        push(KeyKind::Link, link.as_str().to_owned());
    }
    if let Some(digest) = card.text_digest() {
        push(KeyKind::Text, format!("{digest:032x}"));
    }
    for phrase in phrases(&card.text) {
        push(KeyKind::Phrase, format!("{phrase:016x}"));
    }
    for phrase in title_phrases(&card.title) {
        push(KeyKind::Title, format!("{phrase:016x}"));
    }
    if card.language.is_some() && !card.links.is_empty() {
        push(KeyKind::Publisher, card.publisher().to_owned());
        for specific in kept_in_translation(entry, &card) {
            push(KeyKind::Specific, format!("{specific:016x}"));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn links(card: &Card) -> impl Iterator<Item = &CanonicalLink> {
    card.links.iter().chain(&card.alternates).take(LINK_KEYS_MAX)
}

/// The same keys as numbers, for sets of entries that are judged in memory.
pub(super) fn marks(card: &Card, mut push: impl FnMut(u64)) {
    let mut number = |kind: KeyKind, value: u64| push(mix(value ^ ((kind as u64) << 61)));
    if !card.id.is_empty() {
        number(KeyKind::Id, hash(&card.id));
    }
    links(card).for_each(|link| number(KeyKind::Link, hash(link.as_str())));
    if let Some(digest) = card.text_digest() {
        #[expect(clippy::cast_possible_truncation, reason = "half of the digest tells texts apart in memory")]
        number(KeyKind::Text, digest as u64);
    }
    for phrase in phrases(&card.text) {
        number(KeyKind::Phrase, phrase);
    }
    for phrase in title_phrases(&card.title) {
        number(KeyKind::Title, phrase);
    }
}

/// FNV-1a over eight bytes at a time; two texts that meet by chance are judged apart.
pub(super) fn hash(text: &str) -> u64 {
    text.as_bytes().chunks(8).fold(0xcbf2_9ce4_8422_2325, |hash: u64, chunk| {
        let word = chunk.iter().fold(0, |word: u64, byte| (word << 8) | u64::from(*byte));
        (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29)
    })
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
        let found: Vec<(KeyKind, String)> = keys_of(&entry).into_iter().map(|k| (k.kind, k.value)).collect();
        assert!(found.contains(&(KeyKind::Id, "urn:x:1".into())));
        assert!(found.contains(&(KeyKind::Link, "example.org/a".into())));
        assert!(found.contains(&(KeyKind::Link, "example.org/fr/a".into())));
        for kind in [KeyKind::Text, KeyKind::Phrase, KeyKind::Title] {
            assert_eq!(found.iter().filter(|(found, _)| *found == kind).count(), 1, "{kind:?}");
        }
    }

    #[test]
    fn the_number_of_keys_is_bounded() {
        let links = (0..500).map(|n| alternate(format!("https://example.org/{n}"))).collect();
        let content = (0..9000).map(|n| (n * 7919 % 10_007).to_string()).collect::<Vec<_>>().join(" ");
        let entry = Entry { id: "1".into(), links, content: Some(content), ..Entry::default() };
        let mut numbers = 0;
        marks(&Card::of(&entry, &SourceId::default(), None), |_| numbers += 1);
        assert_eq!((keys_of(&entry).len(), numbers), (46, 46));
    }
}
