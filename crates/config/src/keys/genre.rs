//! `[[genre]]`: what kinds of documents there are.

use crate::kinds::{List, OneOf, Rule, Slug, Term, TextByLanguage};
use crate::table::{ByLanguage, keys};
use plenary_model::topic::{Genre, GenreRole, GenreTerms};

keys! {
    GenreKeys {
        /// Slug, as rules name it: genre:slug.
        must id: Slug,
        /// Title by language.
        must title: TextByLanguage,
        /// Words and phrases by language.
        may terms: ByLanguage<GenreTermKeys>,
        /// release: begins with a dateline, usual for UN bodies; news: usual for media and the network itself;
        /// other: what shows no kind. Each for one genre.
        may role: OneOf<GenreRole>,
        /// Rule under which a text that shows it gets a point more.
        may favoured: Rule,
    }
}

keys! {
    GenreTermKeys {
        /// Looked for in title and categories: 2 points each.
        may title: List<Term>,
        /// Looked for in title and text: 1 point each.
        may text: List<Term>,
    }
}

impl GenreKeys {
    pub(crate) fn into_genre(self) -> Option<Genre> {
        let terms = self.terms.into_iter().flatten();
        Some(Genre {
            id: self.id?.value.into(),
            title: self.title?,
            role: self.role,
            favoured: self.favoured.map(|rule| rule.text),
            terms: terms.map(|(language, terms)| (language, terms.into_terms())).collect(),
        })
    }
}

impl GenreTermKeys {
    fn into_terms(self) -> GenreTerms {
        GenreTerms { title: self.title.unwrap_or_default(), text: self.text.unwrap_or_default() }
    }
}
