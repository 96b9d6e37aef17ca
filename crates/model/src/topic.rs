//! Topics, genres and organisations: what the policy says about texts.

use super::id::{GenreSlug, TopicSlug};
use super::language::Translated;
use super::source::Standing;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Languages that share the terms of another: what is written in them is mostly the same, word for word.
const SHARED: [(&str, &str); 7] =
    [("no", "nb"), ("nn", "nb"), ("ms", "id"), ("bs", "hr"), ("sr", "hr"), ("sh", "hr"), ("fil", "tl")];

/// The language under which the terms of a language stand, primary subtags both.
pub fn terms_language(primary: &str) -> &str {
    SHARED.iter().find(|(of, _)| *of == primary).map_or(primary, |(_, table)| table)
}

/// Points of a strong term: one is enough for the default minimum.
pub const STRONG_POINTS: f64 = 3.0;
/// Points of a likely term: two together reach the default minimum.
pub const LIKELY_POINTS: f64 = 1.5;
pub const HINT_POINTS: f64 = 0.75;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TopicTerms {
    pub strong: Vec<String>,
    pub likely: Vec<String>,
    pub hint: Vec<String>,
    /// Phrases taken out of the text before anything is counted.
    pub never: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    pub id: TopicSlug,
    pub title: Translated,
    /// Points from which a text is about it.
    pub minimum: f64,
    /// How many times a term in the title counts.
    pub title_weight: f64,
    /// Rule under which a text is about it whatever its words, as written; see [`super::query`].
    #[serde(default)]
    pub also: Option<String>,
    pub terms: BTreeMap<String, TopicTerms>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GenreTerms {
    /// Looked for in the title and the publisher's categories: two points each.
    pub title: Vec<String>,
    /// Looked for in title and text: one point each.
    pub text: Vec<String>,
}

/// What the program needs a genre for. A policy gives each role to one genre at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GenreRole {
    /// It begins with a dateline, and bodies of the United Nations put it out.
    Release,
    /// General media, news services and the network itself write it.
    News,
    /// A text that shows no other kind; it says nothing, so pages leave it out.
    Other,
}

impl GenreRole {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::News => "news",
            Self::Other => "other",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Genre {
    pub id: GenreSlug,
    pub title: Translated,
    #[serde(default)]
    pub role: Option<GenreRole>,
    /// Rule under which a text that shows the genre gets a point more, as written; see [`super::query`].
    #[serde(default)]
    pub favoured: Option<String>,
    pub terms: BTreeMap<String, GenreTerms>,
}

/// An organisation that texts name, and whose statement a piece can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub name: String,
    pub standing: Standing,
    pub aliases: Vec<String>,
    pub domains: Vec<String>,
}
