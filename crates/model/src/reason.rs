//! Why a piece stands in a section, waits or is kept out, and why an entry leads its piece.
//!
//! Judged once and kept as it is; sentences are made of it where they are read, English ones by `Display`.

use super::doubt::FacetDoubt;
use super::evidence::{IssuerReason, Sign};
use super::id::SectionSlug;
use super::language::Language;
use super::learned::OpinionReason;
use super::query::Condition;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Names no member of staff, since readers may see it; who decided stands in the decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Reason {
    /// A condition of the section's rule.
    Rule {
        #[serde(flatten)]
        condition: Condition,
        /// What the value rests on; `None` where the value says it all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<Basis>,
    },
    /// No rule holds, and the pieces of this organisation go here.
    SourceDefault { source: String },
    /// Staff let it in.
    Approved,
    /// Staff kept it out.
    Rejected,
    /// Staff moved it here.
    MovedHere,
    /// Staff moved it to another section.
    MovedTo { section: SectionSlug },
    /// Staff added it.
    Added,
    /// Staff put it first.
    Pinned,
    /// The section has taken what it takes of one source in a day.
    Quota {
        /// Pieces a day.
        most: usize,
        source: String,
    },
    /// Its source brought, all at once, a poll of pieces under headlines that it had before.
    AnnouncedAgain { source: String },
    /// A model learned from staff's decisions speaks.
    Learned { why: OpinionReason },
    /// It is not sure that it belongs here, and the section holds what is in doubt until staff have looked.
    Doubted { doubt: FacetDoubt },
    /// Readers have seen it here: when it entered is history, and stays.
    ShownBefore,
    /// The rule that placed it holds no more.
    NoRuleAnyMore,
    /// It has stood here as long as the section keeps its pieces.
    Expired {
        /// Days that the section kept them then.
        days: i64,
    },
    /// A decision that `categorise` was given.
    Decided,
    /// What an earlier version wrote down, where no more is known of it.
    Note { text: String },
}

/// What the value of a rule's condition rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "facet", rename_all = "kebab-case")]
pub enum Basis {
    Topic { points: f64, sign: Sign },
    Genre { sign: Sign },
    Issuer { reason: IssuerReason },
}

impl Reason {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rule { .. } => "rule",
            Self::SourceDefault { .. } => "source-default",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::MovedHere => "moved-here",
            Self::MovedTo { .. } => "moved-to",
            Self::Added => "added",
            Self::Pinned => "pinned",
            Self::Quota { .. } => "quota",
            Self::AnnouncedAgain { .. } => "announced-again",
            Self::Learned { .. } => "learned",
            Self::Doubted { .. } => "doubted",
            Self::ShownBefore => "shown-before",
            Self::NoRuleAnyMore => "no-rule-any-more",
            Self::Expired { .. } => "expired",
            Self::Decided => "decided",
            Self::Note { .. } => "note",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule { condition, basis } => {
                condition.fmt(f)?;
                match basis {
                    None => Ok(()),
                    Some(Basis::Topic { points, sign }) => {
                        write!(f, ", {points} points, above all \"{sign}\" in {}", sign.place())
                    }
                    Some(Basis::Genre { sign }) => write!(f, ", by \"{sign}\" in {}", sign.place()),
                    Some(Basis::Issuer { reason }) => write!(f, ", {reason}"),
                }
            }
            Self::SourceDefault { source } => write!(f, "no rule holds, and pieces of {source} go here"),
            Self::Approved => f.write_str("approved by staff"),
            Self::Rejected => f.write_str("rejected by staff"),
            Self::MovedHere => f.write_str("moved here by staff"),
            Self::MovedTo { section } => write!(f, "moved to {section} by staff"),
            Self::Added => f.write_str("added by staff"),
            Self::Pinned => f.write_str("pinned by staff"),
            Self::Quota { most, source } => {
                write!(f, "held back: this section takes {most} new pieces of one source a day, and {source} has more")
            }
            Self::AnnouncedAgain { source } => {
                write!(f, "held back: {source} brought at once many pieces under headlines that it had before")
            }
            Self::Learned { why } => write!(f, "learned: {why}"),
            Self::Doubted { doubt } => write!(f, "in doubt: {doubt}"),
            Self::ShownBefore => f.write_str("was shown here before"),
            Self::NoRuleAnyMore => f.write_str("no rule places it here any more"),
            Self::Expired { days } => write!(f, "left after its time: this section keeps pieces for {days} days"),
            Self::Decided => f.write_str("decision of staff"),
            Self::Note { text } => f.write_str(text),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum LeadReason {
    /// Staff chose it; holds as long as the decision stands.
    Staff,
    /// Readers know the piece under it.
    Kept,
    Only,
    /// All others are from blocked sources.
    OthersBlocked,
    /// On its organisation's own domain, naming no other origin.
    Original,
    /// The others say that they took it over.
    OthersTakeOver,
    First,
    Fullest,
    Key,
    Note {
        text: String,
    },
}

impl fmt::Display for LeadReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Staff => "chosen by staff",
            Self::Kept => "published first under this entry, and kept",
            Self::Only => "the only entry",
            Self::OthersBlocked => "the others are from blocked sources",
            Self::Original => "the original: on its organisation's own domain, naming no other origin",
            Self::OthersTakeOver => "the others say that they took it over",
            Self::First => "published first",
            Self::Fullest => "the fullest text",
            Self::Key => "first by key, all else being equal",
            Self::Note { text } => text,
        })
    }
}

/// Why a section does not take a piece whatever its rule says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Refusal {
    Language {
        /// `None`: of no known language.
        language: Option<Language>,
        /// Primary subtags.
        taken: Vec<String>,
    },
    /// It was too old when it was first seen.
    TooOld {
        /// Its age then.
        days: i64,
        most: i64,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Language { language, taken } => {
                let found = language.as_ref().map_or("of no known language", Language::as_str);
                write!(f, "it is {found}, and only {} is taken", taken.join(", "))
            }
            Self::TooOld { days, most } => {
                write!(f, "it was {days} days old when first seen, and only {most} are taken")
            }
        }
    }
}

/// Why a section does not show a piece.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum LeftOut {
    NoSection,
    Refused { refusal: Refusal },
    RuleFails { conditions: Vec<Condition> },
    Earlier { section: SectionSlug },
    NotShown,
    Blocked,
    Waits,
    KeptOut { reasons: Vec<Reason> },
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSection => f.write_str("the policy has no such section"),
            Self::Refused { refusal } => refusal.fmt(f),
            Self::RuleFails { conditions } => {
                let all: Vec<String> = conditions.iter().map(ToString::to_string).collect();
                write!(f, "its rule fails at {}", all.join(", "))
            }
            Self::Earlier { section } => write!(f, "its rule holds, but {section} comes first"),
            Self::NotShown => f.write_str("its rule holds, but it is not shown: see what is waiting or decided"),
            Self::Blocked => f.write_str("its source is blocked"),
            Self::Waits => f.write_str("it waits for staff"),
            Self::KeptOut { reasons } => f.write_str(&sentences(reasons).join("; ")),
        }
    }
}

pub fn sentences<T: fmt::Display>(reasons: &[T]) -> Vec<String> {
    reasons.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learned::OpinionReason;
    use crate::query::Field;

    #[test]
    fn a_reason_is_stored_under_the_code_that_feeds_name() {
        let why = OpinionReason::EarlierModel;
        for reason in [
            Reason::Rule { condition: Condition::new(Field::Topic, "health"), basis: None },
            Reason::SourceDefault { source: "A".into() },
            Reason::Approved,
            Reason::Rejected,
            Reason::MovedHere,
            Reason::MovedTo { section: "news".into() },
            Reason::Added,
            Reason::Pinned,
            Reason::Quota { most: 1, source: "A".into() },
            Reason::AnnouncedAgain { source: "A".into() },
            Reason::Learned { why },
            Reason::ShownBefore,
            Reason::NoRuleAnyMore,
            Reason::Expired { days: 730 },
            Reason::Decided,
            Reason::Note { text: "x".into() },
        ] {
            let stored = serde_json::to_value(&reason).unwrap();
            assert_eq!(stored["code"], reason.code());
            assert_eq!(serde_json::from_value::<Reason>(stored).unwrap(), reason);
        }
    }
}
