//! The keys under which an entry is found again: how two entries that may be the same piece meet.
//!
//! Keys only bring candidates together; `ladder` judges them.

use super::card::Card;
use crate::model::change::{Key, KeyKind};
use crate::model::entry::Entry;
use crate::model::id::SourceId;
use std::collections::BTreeSet;

/// Most keys of one entry; an entry that declares more addresses is found by its first ones.
pub(crate) const KEYS_MAX: usize = 64;

/// The keys of an entry: its id, the canonical form of its own address, of the address it names as
/// canonical and of its declared translations, and the digest of its text when that is long enough.
pub(crate) fn keys_of(entry: &Entry) -> Vec<Key> {
    keys_of_card(&Card::of(entry, &SourceId::default(), None))
}

/// The keys of an entry whose card is already made.
pub(crate) fn keys_of_card(card: &Card) -> Vec<Key> {
    let key = |kind, value: &str| Key { kind, value: value.to_owned() };
    let mut keys = BTreeSet::new();
    if !card.id.is_empty() {
        keys.insert(key(KeyKind::Id, &card.id));
    }
    keys.extend(card.text_digest.as_deref().map(|digest| key(KeyKind::Text, digest)));
    let links = card.links.iter().chain(&card.alternates).map(|link| key(KeyKind::Link, link.as_str()));
    let room = KEYS_MAX - keys.len();
    keys.extend(links.take(room));
    keys.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::link::Link;

    #[test]
    fn an_entry_is_found_by_id_address_translation_and_text() {
        let mut entry = Entry {
            id: "urn:x:1".into(),
            link: Some("https://www.example.org/a/?utm_source=rss".into()),
            content: Some("<p>word </p>".repeat(60)),
            ..Entry::default()
        };
        entry.links.push(Link {
            href: "https://example.org/fr/a".into(),
            rel: "alternate".into(),
            media_type: None,
            hreflang: Some("fr".into()),
            title: None,
        });
        let found: Vec<(KeyKind, String)> = keys_of(&entry).into_iter().map(|k| (k.kind, k.value)).collect();
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found.contains(&(KeyKind::Id, "urn:x:1".into())));
        assert!(found.contains(&(KeyKind::Link, "example.org/a".into())));
        assert!(found.contains(&(KeyKind::Link, "example.org/fr/a".into())));
        assert!(found.iter().any(|(kind, _)| *kind == KeyKind::Text));
    }

    #[test]
    fn the_number_of_keys_is_bounded() {
        let links = (0..500).map(|n| Link {
            href: format!("https://example.org/{n}"),
            rel: "alternate".into(),
            media_type: None,
            hreflang: Some("fr".into()),
            title: None,
        });
        let entry = Entry { id: "1".into(), links: links.collect(), ..Entry::default() };
        assert_eq!(keys_of(&entry).len(), KEYS_MAX);
    }
}
