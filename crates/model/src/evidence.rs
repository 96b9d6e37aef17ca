//! What a facet's value rests on: words of the text, or a sign from outside it.
//!
//! A sign is kept as it was judged; sentences are made of it where they are read, English ones by [`Display`].

use super::language::LanguageGround;
use super::learned::WeightedFeature;
use super::query::Condition;
use super::source::Standing;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    Title,
    /// Content or summary.
    Text,
    Category,
    /// The name of a source that carries it, or what the policy says of that source.
    Source,
    Rule,
    Entry,
    Feed,
}

impl Place {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
            Self::Category => "category",
            Self::Source => "source",
            Self::Rule => "rule",
            Self::Entry => "entry",
            Self::Feed => "feed",
        }
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    #[serde(flatten)]
    pub sign: Sign,
    pub points: f64,
}

impl Evidence {
    /// A sign that adds no points: it is enough by itself.
    pub fn from_sign(sign: Sign) -> Self {
        Self { sign, points: 0.0 }
    }
}

/// `statement by in title, word 3 (2 points)`.
impl Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.sign, self.sign.place())?;
        if let Some(offset) = self.sign.offset() {
            write!(f, ", word {}", offset + 1)?;
        }
        write!(f, " ({} points)", self.points)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Sign {
    /// Words of the entry.
    Words {
        /// The words as they stand in the normalised field; ` ~ ` between two that stand near each other.
        term: String,
        place: Place,
        /// Of the first match, in words from 0.
        offset: usize,
    },
    /// A rule of the policy holds.
    Rule { conditions: Vec<Condition> },
    /// What sources of a standing usually publish.
    Usual { standing: Standing },
    /// The policy says that everything of a source is about it.
    AllOfSource { source: String },
    /// The same of every source with a standing.
    AllOfStanding { standing: Standing },
    /// An organisation publishes it.
    Carrier,
    /// An organisation that publishes it works in the country.
    CountryOf { source: String },
    /// How a language is known; `None` where it came with the entry.
    Language { ground: Option<LanguageGround> },
    /// Who the author is, and why.
    Issuer { reason: IssuerReason },
    /// The model of facets says so.
    Model {
        /// In percent.
        probability: u8,
        /// What words speak for it most, the strongest first.
        features: Vec<WeightedFeature>,
    },
    /// What an earlier version wrote down, where no more is known of it.
    Note { text: String, place: Place },
}

impl Sign {
    pub fn place(&self) -> Place {
        match self {
            Self::Words { place, .. } | Self::Note { place, .. } => *place,
            Self::Rule { .. } => Place::Rule,
            Self::Model { .. } => Place::Text,
            Self::Language { ground } => match ground {
                None | Some(LanguageGround::Entry) => Place::Entry,
                Some(LanguageGround::Feed) => Place::Feed,
                Some(LanguageGround::Source) => Place::Source,
                Some(LanguageGround::Detected(_) | LanguageGround::Overruled { .. }) => Place::Text,
            },
            Self::Usual { .. }
            | Self::AllOfSource { .. }
            | Self::AllOfStanding { .. }
            | Self::Carrier
            | Self::CountryOf { .. }
            | Self::Issuer { .. } => Place::Source,
        }
    }

    /// Offset of the first match, in words from 0; `None` where it has no place in a text.
    pub fn offset(&self) -> Option<usize> {
        if let Self::Words { offset, .. } = self { Some(*offset) } else { None }
    }
}

impl Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words { term, .. } => f.write_str(term),
            Self::Rule { conditions } => {
                let all: Vec<String> = conditions.iter().map(ToString::to_string).collect();
                f.write_str(&all.join(" and "))
            }
            Self::Usual { standing } => write!(f, "usual for {standing}"),
            Self::AllOfSource { source } => write!(f, "everything from {source} is about it"),
            Self::AllOfStanding { standing } => write!(f, "every source with the standing {standing} is about it"),
            Self::Carrier => f.write_str("a source that carries it"),
            Self::CountryOf { source } => write!(f, "the country of {source}"),
            Self::Language { ground: None } => f.write_str("given with the entry"),
            Self::Language { ground: Some(ground) } => ground.fmt(f),
            Self::Issuer { reason } => reason.fmt(f),
            Self::Model { probability, features } => {
                write!(f, "{:.2} by the model", f64::from(*probability) / 100.0)?;
                let named: Vec<String> = features.iter().map(ToString::to_string).collect();
                if named.is_empty() { Ok(()) } else { write!(f, " because {}", named.join(", ")) }
            }
            Self::Note { text, .. } => f.write_str(text),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum IssuerReason {
    Carrier { name: String },
    Feed { name: String },
    Host { name: String, host: String },
    NamedFirst { name: String, carrier: String },
    Byline { name: String, byline: String },
    Speaks { name: String, place: Place },
    Says { name: String, place: Place, phrase: String },
    Note { text: String },
}

impl Display for IssuerReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Carrier { name } => write!(f, "{name} carries it and nothing names another author"),
            Self::Feed { name } => write!(f, "{name}: the entry names its feed as the source"),
            Self::Host { name, host } => write!(f, "{name}: its page is on {host}"),
            Self::NamedFirst { name, carrier } => write!(f, "{name}: \"{carrier}\" names it first"),
            Self::Byline { name, byline } => write!(f, "{name}: the byline is \"{byline}\""),
            Self::Speaks { name, place } => write!(f, "{name}: the {place} begins with its words"),
            Self::Says { name, place, phrase } => write!(f, "{name}: the {place} says \"{phrase}\""),
            Self::Note { text } => f.write_str(text),
        }
    }
}
