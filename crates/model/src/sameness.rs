//! On what grounds entries are the same piece, or may be.

use super::id::EntryKey;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// On what grounds an entry belongs to its piece, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// The piece is named after it.
    Founder,
    Staff,
    /// Same `atom:id`, and the entries agree.
    SameId,
    SameLink,
    SameText,
    /// Nearly the same text, whatever the headline.
    NearText,
    /// One is a truncated copy of the other.
    PartOf,
    /// Same distinctive headline over texts that agree.
    SameTitle,
    /// Of translations alone: the same figures and names in the same places.
    FiguresAndNames,
}

impl Rung {
    pub const ALL: [Self; 9] = [
        Self::Founder,
        Self::Staff,
        Self::SameId,
        Self::SameLink,
        Self::SameText,
        Self::NearText,
        Self::PartOf,
        Self::SameTitle,
        Self::FiguresAndNames,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Founder => "founder",
            Self::Staff => "staff",
            Self::SameId => "same-id",
            Self::SameLink => "same-link",
            Self::SameText => "same-text",
            Self::NearText => "near-text",
            Self::PartOf => "part-of",
            Self::SameTitle => "same-title",
            Self::FiguresAndNames => "figures-and-names",
        }
    }

    /// True when it rests on likeness: then one join must not chain two pieces together.
    pub fn is_likeness(self) -> bool {
        self >= Self::NearText
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    pub with: EntryKey,
    pub found: Sameness,
}

impl fmt::Display for Join {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "as {}: {}", self.with, self.found)
    }
}

/// What speaks for two entries being the same piece. Shares are in percent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Sameness {
    /// Staff joined them.
    Staff { on: NaiveDate },
    /// One `atom:id`. Of two sources a second sign is needed: anyone can write anyone's id.
    Id { id: String, second: Option<SecondSign> },
    /// One page.
    Link { link: String, under_one_title: bool },
    /// The very same text.
    Text { words: usize, within_a_day: bool },
    /// Texts that overlap.
    Overlap {
        /// Words in common, of the shorter text's.
        matched: usize,
        shorter: usize,
        longest: usize,
        /// How much agrees where they overlap.
        fidelity: u8,
        telling: Option<Telling>,
    },
    /// One headline.
    Title {
        /// Words of the shorter headline.
        words: usize,
        /// How much of it the other has.
        share: u8,
        over: TitleOver,
    },
    /// One headline over texts that overlap.
    TitleAndText { title: Box<Sameness>, text: Box<Sameness> },
    /// A join that was not made.
    Barred { found: Box<Sameness>, bar: Bar },
    /// Figures and names in common, in the same places, and a rival that has them too.
    FiguresAndNames,
    /// What an earlier version wrote down.
    Note { text: String },
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum SecondSign {
    Link {
        link: String,
    },
    Title,
    Text,
    /// Words of weight in common.
    Words {
        share: u8,
    },
}

/// How the rest of two overlapping texts is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Telling {
    Reworded,
    Retold { quoted: usize, opens_anew: bool },
}

/// What texts one headline stands over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum TitleOver {
    /// The headlines differ by a word.
    OtherWord,
    WeekApart,
    TeaserOfTheDay,
    LittleInCommon,
    Teaser,
    InCommon {
        words: usize,
    },
    OtherTexts,
    /// One item at an address that changes at each request.
    AskedAgain,
    /// Nothing but the headline itself.
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bar {
    Staff,
    /// It would bring together pieces that are known to be different.
    OtherPieces,
    /// It would bring together texts that are not alike.
    UnlikeTexts,
}

impl fmt::Display for Sameness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff { on } => write!(f, "joined by staff on {}", on.format("%F")),
            Self::Id { id, second: None } => write!(f, "both are {id}"),
            Self::Id { id, second: Some(second) } => write!(f, "both are {id} {second}"),
            Self::Link { link, under_one_title } => {
                write!(f, "both are at {link}{}", if *under_one_title { " under one title" } else { "" })
            }
            Self::Text { words, within_a_day: false } => write!(f, "the same text ({words} words)"),
            Self::Text { words, within_a_day: true } => {
                write!(f, "one title and the same text within a day ({words} words)")
            }
            Self::Overlap { matched, shorter, longest, fidelity, telling } => {
                write!(
                    f,
                    "{matched} of {shorter} words in common, {longest} in one run; where they overlap {fidelity} % agrees"
                )?;
                telling.as_ref().map_or(Ok(()), |telling| write!(f, "; {telling}"))
            }
            Self::Title { words, share, over } => write!(f, "one headline of {words} words ({share} % shared) {over}"),
            Self::TitleAndText { title, text } => write!(f, "{title}; {text}"),
            Self::Barred { found, bar } => write!(f, "{found}; {bar}"),
            Self::FiguresAndNames => {
                f.write_str("figures and names in common in the same places, and a rival that has them too")
            }
            Self::Note { text } => f.write_str(text),
        }
    }
}

impl fmt::Display for SecondSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link { link } => write!(f, "and both are at {link}"),
            Self::Title => f.write_str("and they have one title"),
            Self::Text => f.write_str("and the same text"),
            Self::Words { share } => write!(f, "and share {share} % of their words"),
        }
    }
}

impl fmt::Display for Telling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reworded => f.write_str("the rest says the same in other words"),
            Self::Retold { quoted, opens_anew } => {
                let how = if *opens_anew { "each opens in its own words" } else { "the rest is told in other words" };
                write!(f, "{quoted} of them quoted; {how}")
            }
        }
    }
}

impl fmt::Display for TitleOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherWord => f.write_str("that differs by a word"),
            Self::WeekApart => f.write_str("over texts more than a week apart"),
            Self::TeaserOfTheDay => f.write_str("over a teaser of the same day"),
            Self::LittleInCommon => f.write_str("over texts that share little"),
            Self::Teaser => f.write_str("over a teaser"),
            Self::InCommon { words } => write!(f, "over texts with {words} words in common"),
            Self::OtherTexts => f.write_str("over different texts"),
            Self::AskedAgain => f.write_str("over one item at an address that changes at each request"),
            Self::Nothing => f.write_str("over nothing but itself"),
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Staff => "kept apart by staff",
            Self::OtherPieces => "not joined, as it would bring different pieces together",
            Self::UnlikeTexts => "not joined, as it would bring together texts that are not alike",
        })
    }
}
