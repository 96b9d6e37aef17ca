//! Why it is not sure where a piece belongs: what staff should look at first.

use super::id::{GenreSlug, SectionSlug, TopicSlug};
use super::language::Language;
use super::source::Standing;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum FacetDoubt {
    /// The readings of the text lead to several sections, or to one and none, with like probability.
    NearThreshold {
        /// In percent: of pieces like this, so many were placed right where it was checked.
        certainty: u8,
        /// Where it goes; `None`: nowhere.
        section: Option<SectionSlug>,
        /// Where it would go else.
        other: Option<SectionSlug>,
    },
    /// No word shows the kind of document: it has what texts of this standing usually are.
    UsualGenre { genre: GenreSlug, standing: Standing },
    /// A single term that is not strong makes it about the topic.
    OneWeakHit { topic: TopicSlug, term: String },
    /// The policy has no words in the language of the text.
    LanguageWithoutTerms { language: Language },
    /// The policy's terms alone say of a topic what the model does not.
    TopicApart { topic: TopicSlug, by_rule: bool },
    /// The policy's terms alone name another kind of document.
    GenreApart { by_rule: GenreSlug, by_model: GenreSlug },
}

impl FacetDoubt {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NearThreshold { .. } => "near-threshold",
            Self::UsualGenre { .. } => "usual-genre",
            Self::OneWeakHit { .. } => "one-weak-hit",
            Self::LanguageWithoutTerms { .. } => "language-without-terms",
            Self::TopicApart { .. } => "topic-apart",
            Self::GenreApart { .. } => "genre-apart",
        }
    }
}

impl fmt::Display for FacetDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NearThreshold { certainty, section, other } => {
                let name = |section: &Option<SectionSlug>| {
                    section.as_ref().map_or_else(|| "no section".to_owned(), ToString::to_string)
                };
                write!(f, "{} by a probability of {certainty} in 100, else {}", name(section), name(other))
            }
            Self::UsualGenre { genre, standing } => {
                write!(f, "no word shows that it is of the kind {genre}, which is usual for {standing}")
            }
            Self::OneWeakHit { topic, term } => write!(f, "\"{term}\" alone makes it about {topic}"),
            Self::LanguageWithoutTerms { language } => write!(f, "the policy has no words in its language, {language}"),
            Self::TopicApart { topic, by_rule: true } => {
                write!(f, "by its words it is about {topic}, by the model not")
            }
            Self::TopicApart { topic, by_rule: false } => {
                write!(f, "by the model it is about {topic}, by its words not")
            }
            Self::GenreApart { by_rule, by_model } => {
                write!(f, "by its words it is of the kind {by_rule}, by the model {by_model}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubts_keep_their_data_and_say_it_in_words() {
        let near = FacetDoubt::NearThreshold { certainty: 54, section: Some("news".into()), other: None };
        assert_eq!(near.to_string(), "news by a probability of 54 in 100, else no section");
        let all = [
            near,
            FacetDoubt::UsualGenre { genre: "story".into(), standing: Standing::Media },
            FacetDoubt::OneWeakHit { topic: "health".into(), term: "clinic".into() },
            FacetDoubt::LanguageWithoutTerms { language: Language::parse("si").unwrap() },
            FacetDoubt::TopicApart { topic: "health".into(), by_rule: true },
            FacetDoubt::GenreApart { by_rule: "story".into(), by_model: "letter".into() },
        ];
        for doubt in all {
            let json = serde_json::to_value(&doubt).unwrap();
            assert_eq!(json["code"], doubt.code());
            assert_eq!(serde_json::from_value::<FacetDoubt>(json).unwrap(), doubt);
        }
    }
}
