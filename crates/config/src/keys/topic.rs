//! `[[topic]]`: what texts can be about.

use crate::kinds::{List, Points, Rule, Slug, Term, TextByLanguage};
use crate::table::{ByLanguage, keys};
use plenary_model::topic::{Topic, TopicTerms};

keys! {
    TopicKeys {
        /// Slug, as rules name it: topic:slug.
        must id: Slug,
        /// Title by language.
        must title: TextByLanguage,
        /// Words and phrases by language; a trailing * makes a stem.
        must terms: ByLanguage<TopicTermKeys>,
        /// Points from which a text is about it.
        may minimum: Points = 3.0,
        /// How many times a term in the title counts.
        may title_weight: Points = 2.0,
        /// Rule under which a text is about it whatever its words.
        may also: Rule,
    }
}

keys! {
    TopicTermKeys {
        /// 3 points each: one is enough by default.
        may strong: List<Term>,
        /// 1.5 points each.
        may likely: List<Term>,
        /// 0.75 points each.
        may hint: List<Term>,
        /// Phrases taken out before anything is counted.
        may never: List<Term>,
    }
}

impl TopicKeys {
    pub(crate) fn into_topic(self) -> Option<Topic> {
        let terms = self.terms?.into_iter();
        Some(Topic {
            id: self.id?.value.into(),
            title: self.title?,
            minimum: self.minimum,
            title_weight: self.title_weight,
            also: self.also.map(|rule| rule.text),
            terms: terms.map(|(language, terms)| (language, terms.into_terms())).collect(),
        })
    }
}

impl TopicTermKeys {
    fn into_terms(self) -> TopicTerms {
        TopicTerms {
            strong: self.strong.unwrap_or_default(),
            likely: self.likely.unwrap_or_default(),
            hint: self.hint.unwrap_or_default(),
            never: self.never.unwrap_or_default(),
        }
    }
}
