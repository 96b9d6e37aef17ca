//! Where the words of a text say whose it is: the policy's words about authorship, found.

use super::lexicon::{Builder, Occurrence, Role};
use plenary_model::authorship::{Authorship, AuthorshipTerms};

/// What a word or phrase says of an organisation beside it; see `policy/authorship.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Authoring {
    Speaks,
    Text,
    Of,
    Article,
    Published,
    Republished,
    Signed,
    InFull,
    Relayed,
    /// The mark of a relay.
    Relay,
}

/// The lists of a language with what their words say.
type List = (Authoring, fn(&AuthorshipTerms) -> &Vec<String>);

const LISTS: [List; 9] = [
    (Authoring::Speaks, |terms| &terms.speaks),
    (Authoring::Text, |terms| &terms.texts),
    (Authoring::Of, |terms| &terms.of),
    (Authoring::Article, |terms| &terms.articles),
    (Authoring::Published, |terms| &terms.published),
    (Authoring::Republished, |terms| &terms.republished),
    (Authoring::Signed, |terms| &terms.signed),
    (Authoring::InFull, |terms| &terms.in_full),
    (Authoring::Relayed, |terms| &terms.relayed),
];

pub(super) fn add_words(authorship: &Authorship, lexicon: &mut Builder) {
    for (language, terms) in &authorship.terms {
        for (says, list) in LISTS {
            for term in list(terms) {
                lexicon.add(Role::Author(says), Some(language), term);
            }
        }
    }
    for mark in authorship.relays.iter().flat_map(|relay| &relay.marks) {
        lexicon.add(Role::Author(Authoring::Relay), None, mark);
    }
}

/// The words about authorship in a text.
pub(super) struct Signs<'a> {
    found: Vec<(Authoring, &'a Occurrence)>,
}

impl<'a> Signs<'a> {
    pub(super) fn collect(occurrences: &'a [Occurrence]) -> Self {
        let author = |one: &'a Occurrence| match one.role {
            Role::Author(says) => Some((says, one)),
            _ => None,
        };
        let mut found: Vec<_> = occurrences.iter().filter_map(author).collect();
        found.sort_by_key(|(says, one)| (*says, one.at));
        Self { found }
    }

    fn of(&self, says: Authoring) -> &[(Authoring, &'a Occurrence)] {
        let from = self.found.partition_point(|(other, _)| *other < says);
        let until = self.found.partition_point(|(other, _)| *other <= says);
        self.found.get(from..until).unwrap_or_default()
    }

    pub(super) fn any(&self, says: Authoring, of: impl Fn(&Occurrence) -> bool) -> bool {
        self.of(says).iter().any(|(_, one)| of(one))
    }

    /// True when such a word is the one of this number.
    pub(super) fn begins_at(&self, says: Authoring, number: usize) -> bool {
        self.of(says).binary_search_by_key(&number, |(_, one)| one.at).is_ok()
    }

    /// Where such words begin that end right before the one of this number.
    pub(super) fn ends_before(&self, says: Authoring, number: usize) -> Option<usize> {
        self.of(says).iter().find(|(_, one)| one.at + one.words == number).map(|(_, one)| one.at)
    }

    /// Where the articles before a word begin; the word itself when it has none.
    pub(super) fn skip_articles(&self, number: usize) -> usize {
        let mut at = number;
        while let Some(before) = self.ends_before(Authoring::Article, at) {
            at = before;
        }
        at
    }
}
