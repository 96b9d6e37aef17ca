//! The smallest parts of pages: texts that know their language, times and links.

use crate::locale::Locale;
use plenary_model::language::Language;

/// A text with its language, so that a browser reads it aloud and sets it in the right direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phrase {
    pub(crate) text: String,
    /// Value of `lang`; empty: not known.
    pub(crate) lang: String,
    /// Value of `dir`; `auto` where the language is not known.
    pub(crate) dir: &'static str,
}

/// A time: for machines and for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    /// Value of `datetime`.
    pub(crate) iso: String,
    /// In words.
    pub(crate) words: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    /// The address; `None` where there is nothing to link to.
    pub(crate) href: Option<String>,
}

impl Phrase {
    /// A text of the interface.
    pub(crate) fn own(locale: &Locale, text: impl Into<String>) -> Self {
        Self { text: text.into(), lang: locale.tag.to_owned(), dir: locale.direction }
    }

    /// A text of a publisher.
    pub(crate) fn new(text: impl Into<String>, language: Option<&Language>) -> Self {
        Self {
            text: text.into(),
            lang: language.map_or_else(String::new, |language| language.as_str().to_owned()),
            dir: language.map_or("auto", Language::direction),
        }
    }
}
