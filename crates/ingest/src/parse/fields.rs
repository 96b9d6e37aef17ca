//! The fields of a feed, an entry or an entry's source, as received.

use super::text::plain_words;
use plenary_model::entry::Person;
use std::borrow::Cow;
use std::sync::Arc;
use url::Url;

/// Links, people and categories kept of one entry each; more are left out.
pub(crate) const EACH_MAX: usize = 50;

/// Longest name of a person or a category, in characters; the rest is cut off.
const NAME_CHARS_MAX: usize = 500;

/// A text with what it is written in.
#[derive(Clone, Debug)]
pub(crate) struct RawText<'a> {
    pub(crate) value: Cow<'a, str>,
    /// True for HTML, false for plain text.
    pub(crate) html: bool,
    /// What its relative addresses are relative to, when the document says so with `xml:base`.
    pub(crate) base: Option<Arc<Url>>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct RawLink<'a> {
    pub(crate) href: Cow<'a, str>,
    pub(crate) rel: Cow<'a, str>,
    pub(crate) media_type: Option<Cow<'a, str>>,
    pub(crate) hreflang: Option<Cow<'a, str>>,
    pub(crate) title: Option<Cow<'a, str>>,
    pub(crate) length: Option<u64>,
    /// The base in force where the link stands.
    pub(crate) base: Option<Arc<Url>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Enclosed<'a> {
    pub(crate) href: Cow<'a, str>,
    pub(crate) media_type: Option<Cow<'a, str>>,
    pub(crate) length: Option<u64>,
    pub(crate) base: Option<Arc<Url>>,
}

#[derive(Clone, Debug)]
pub(crate) struct RawCategory<'a> {
    pub(crate) term: Cow<'a, str>,
    pub(crate) scheme: Option<Cow<'a, str>>,
    pub(crate) label: Option<Cow<'a, str>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Id<'a> {
    pub(crate) value: Cow<'a, str>,
    /// True when the publisher says that it is a link too (`isPermaLink`, the default in RSS).
    pub(crate) is_link: bool,
    pub(crate) base: Option<Arc<Url>>,
}

/// A text with its rank: a field of the feed's own vocabulary goes before one of a module.
pub(crate) type Ranked<T> = Option<(u8, T)>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Fields<'a> {
    /// `xml:lang` in force, else `dc:language` or `language`.
    pub(crate) language: Option<Cow<'a, str>>,
    /// True when the language is the element's own, not inherited.
    pub(crate) own_language: bool,
    pub(crate) base: Option<Arc<Url>>,
    pub(crate) id: Ranked<Id<'a>>,
    pub(crate) title: Ranked<RawText<'a>>,
    /// Of a feed: its subtitle.
    pub(crate) summary: Ranked<RawText<'a>>,
    pub(crate) content: Ranked<RawText<'a>>,
    pub(crate) rights: Ranked<RawText<'a>>,
    pub(crate) links: Vec<RawLink<'a>>,
    pub(crate) enclosures: Vec<Enclosed<'a>>,
    pub(crate) authors: Vec<Person>,
    pub(crate) categories: Vec<RawCategory<'a>>,
    pub(crate) published: Ranked<Cow<'a, str>>,
    pub(crate) updated: Ranked<Cow<'a, str>>,
    pub(crate) created: Ranked<Cow<'a, str>>,
    /// True when there were more links, people or categories than are kept.
    pub(crate) left_out: bool,
}

/// Sets `slot` when nothing of at least that rank is there.
pub(crate) fn offer<T>(slot: &mut Ranked<T>, rank: u8, value: T) {
    if slot.as_ref().is_none_or(|(held, _)| *held < rank) {
        *slot = Some((rank, value));
    }
}

/// Sets `slot` to a text, which an empty one never fills.
pub(crate) fn offer_text<'a>(slot: &mut Ranked<RawText<'a>>, rank: u8, text: RawText<'a>) {
    if !text.value.is_empty() {
        offer(slot, rank, text);
    }
}

impl<'a> Fields<'a> {
    /// Adds a category, its words as those of a title; empty ones and repetitions are left out.
    pub(crate) fn add_category(&mut self, mut category: RawCategory<'a>) {
        category.term = words_of(category.term);
        category.label = category.label.map(words_of);
        let same = |held: &RawCategory<'_>| held.term == category.term && held.scheme == category.scheme;
        if category.term.is_empty() || self.categories.iter().any(same) {
            return;
        }
        self.left_out |= self.categories.len() >= EACH_MAX;
        if self.categories.len() < EACH_MAX && category.term.len() <= NAME_CHARS_MAX * 4 {
            self.categories.push(category);
        }
    }

    /// Adds a person unless empty or repeated. Names are cut: every entry inherits those of the feed.
    pub(crate) fn add_author(&mut self, mut person: Person) {
        person.name = words_of(Cow::Owned(person.name)).into_owned();
        let texts = [Some(&mut person.name), person.email.as_mut(), person.uri.as_mut()];
        for text in texts.into_iter().flatten() {
            if let Some((end, _)) = text.char_indices().nth(NAME_CHARS_MAX) {
                text.truncate(end);
            }
        }
        let known = |held: &Person| held.name == person.name && held.email == person.email;
        let empty = person.name.is_empty() && person.email.is_none() && person.uri.is_none();
        if empty || self.authors.iter().any(known) {
            return;
        }
        self.left_out |= self.authors.len() >= EACH_MAX;
        if self.authors.len() < EACH_MAX {
            self.authors.push(person);
        }
    }

    pub(crate) fn add_enclosure(&mut self, file: Enclosed<'a>) {
        if self.enclosures.len() < EACH_MAX {
            self.enclosures.push(file);
        }
    }

    pub(crate) fn add_link(&mut self, link: RawLink<'a>) {
        if link.href.is_empty() {
            return;
        }
        self.left_out |= self.links.len() >= EACH_MAX;
        if self.links.len() < EACH_MAX {
            self.links.push(link);
        }
    }
}

/// What people wrote where plain text belongs, blanks around it trimmed.
fn words_of(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains(['&', '<']) {
        return text;
    }
    Cow::Owned(plain_words(&text).trim().to_owned())
}
