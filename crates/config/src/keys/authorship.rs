//! `[authorship]` and `[[relay]]`: how texts say whose they are, and who passes them on.

use crate::kinds::{List, Term, Text};
use crate::table::keys;
use plenary_model::authorship::{AuthorshipTerms, Relay};

keys! {
    AuthorshipKeys {
        /// What somebody does who speaks in their own name.
        may speaks: List<Term>,
        /// Texts made to be carried by others.
        may texts: List<Term>,
        /// Words between such a text and its author.
        may of: List<Term>,
        /// Articles before the author's name.
        may articles: List<Term>,
        /// What stands before the author at the beginning of a text.
        may published: List<Term>,
        /// What stands before the author anywhere.
        may republished: List<Term>,
        /// What stands before those who signed.
        may signed: List<Term>,
        /// What is said over a text that is printed as it is.
        may in_full: List<Term>,
        /// What a relay writes before the author's name.
        may relayed: List<Term>,
    }
}

keys! {
    RelayKeys {
        /// Its name.
        must name: Text,
        /// What its texts bear at their beginning, and other names of it.
        may marks: List<Text>,
        /// Domains it publishes on.
        may domains: List<Text>,
    }
}

impl AuthorshipKeys {
    pub(crate) fn into_terms(self) -> AuthorshipTerms {
        AuthorshipTerms {
            speaks: self.speaks.unwrap_or_default(),
            texts: self.texts.unwrap_or_default(),
            of: self.of.unwrap_or_default(),
            articles: self.articles.unwrap_or_default(),
            published: self.published.unwrap_or_default(),
            republished: self.republished.unwrap_or_default(),
            signed: self.signed.unwrap_or_default(),
            in_full: self.in_full.unwrap_or_default(),
            relayed: self.relayed.unwrap_or_default(),
        }
    }
}

impl RelayKeys {
    pub(crate) fn into_relay(self) -> Option<Relay> {
        Some(Relay {
            name: self.name?,
            marks: self.marks.unwrap_or_default(),
            domains: self.domains.unwrap_or_default(),
        })
    }
}
