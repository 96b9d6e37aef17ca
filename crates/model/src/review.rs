//! What needs a human, and why.

use super::event::EventStatus;
use super::id::SectionSlug;
use super::poll::Cause;
use super::reason::{Reason, sentences};
use super::sameness::{Rung, Sameness};
use super::view::DoubtLine;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewKind {
    /// A piece that waits for a first look.
    Pending,
    /// A piece that a model alone would place.
    Suggested,
    /// A piece that readers see and a model would not place.
    Doubted,
    /// A piece, or a change of one, that waits because too much came at once.
    Held,
    /// A source that is lost or was removed, or for which a repair is proposed.
    Source,
    /// Texts of a source in a language of which the policy has no terms.
    Language,
    /// A policy under which many stored pieces would move.
    Policy,
    /// An event that sources date differently.
    Event,
    PossibleDuplicate,
    PossibleTranslation,
    Related,
}

impl ReviewKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Suggested => "suggested",
            Self::Doubted => "doubted",
            Self::Held => "held",
            Self::Source => "source",
            Self::Language => "language",
            Self::Policy => "policy",
            Self::Event => "event",
            Self::PossibleDuplicate => "possible-duplicate",
            Self::PossibleTranslation => "possible-translation",
            Self::Related => "related",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewItem {
    pub kind: ReviewKind,
    /// The piece, source or event concerned.
    pub id: String,
    pub title: String,
    pub sections: Vec<SectionSlug>,
    /// Why it needs a human; as JSON with the English sentences (`why`) beside the codes.
    #[serde(flatten, with = "told")]
    pub reasons: Vec<ReviewReason>,
    pub since: DateTime<Utc>,
    /// For a piece of which models speak: how useful a decision is, of 1,000; the queue's order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<DoubtLine>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ReviewReason {
    /// Why the piece stands where it does.
    Placement { reason: Reason },
    /// What speaks for a pair.
    Pair { rung: Rung, found: Sameness },
    /// Another address for a source.
    Proposal { message: String },
    /// A source that is not polled any more.
    Gone { cause: Cause },
    /// A source that fails again and again.
    Failing { failures: u32, cause: Cause },
    /// A source that left the policy and whose pieces readers still see.
    Removed { source: String, shown: usize },
    /// Texts that readers see nowhere, in a language of which the policy has no terms: nobody has read them.
    LanguageWithoutTerms { source: String, language: String, texts: usize },
    /// A text that changed together with many others.
    HeldUpdate,
    /// Pieces that a policy would move.
    Moves { section: SectionSlug, entering: usize, leaving: usize },
    /// How to let them move.
    ApplyPolicy,
    /// The dates of an event as one of its sources gives them.
    Dates {
        event: String,
        origin: String,
        /// True for what is shown.
        is_shown: bool,
        from: NaiveDate,
        to: NaiveDate,
        status: Option<EventStatus>,
    },
}

impl fmt::Display for ReviewReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Placement { reason } => reason.fmt(f),
            Self::Pair { rung, found } => write!(f, "{rung}: {found}"),
            Self::Proposal { message } => f.write_str(message),
            Self::Gone { cause } => write!(f, "not polled any more: {cause}"),
            Self::Failing { failures, cause } => write!(f, "failed {failures} times in a row: {cause}"),
            Self::Removed { source, shown } => {
                let pieces = if *shown == 1 { "1 piece is" } else { &format!("{shown} pieces are") };
                write!(
                    f,
                    "source {source} was removed; {pieces} still published: plenary decide source {source} keep, \
                     or withdraw"
                )
            }
            Self::LanguageWithoutTerms { source, language, texts } => {
                let texts = if *texts == 1 { "1 text is" } else { &format!("{texts} texts are") };
                write!(
                    f,
                    "{texts} in {language}, of which policy/topics.toml has no terms, and shown nowhere: plenary decide \
                     language {source} {language}, with --section SECTION to show them all"
                )
            }
            Self::HeldUpdate => {
                f.write_str("its text changed together with many others: release it to announce the change")
            }
            Self::Moves { section, entering, leaving } => {
                write!(f, "{section}: {entering} pieces would enter and {leaving} leave")
            }
            Self::ApplyPolicy => {
                f.write_str("to let them move, set apply = \"at-once\" under [policy]; until then they stay")
            }
            Self::Dates { event, origin, is_shown, from, to, status } => {
                let mark = if *is_shown { "shown: " } else { "" };
                let days = if from == to { from.to_string() } else { format!("{from} to {to}") };
                if *is_shown && *status == Some(EventStatus::Unlisted) {
                    return write!(
                        f,
                        "{origin} no longer lists it ({days}); answer with: plenary decide event {event} \
                         --status cancelled, or --status confirmed"
                    );
                }
                let status = match status {
                    None | Some(EventStatus::Confirmed) => "",
                    Some(EventStatus::Tentative) => ", tentative",
                    Some(EventStatus::Postponed) => ", postponed",
                    Some(EventStatus::Cancelled) => ", cancelled",
                    Some(EventStatus::Unlisted) => ", no longer listed",
                };
                write!(
                    f,
                    "{mark}{origin} says {days}{status}; choose with: plenary decide event {event} --choose {origin}"
                )
            }
        }
    }
}

mod told {
    use super::{ReviewReason, sentences};
    use serde::ser::SerializeStruct as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(reasons: &[ReviewReason], serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Reasons", 2)?;
        fields.serialize_field("why", &sentences(reasons))?;
        fields.serialize_field("reasons", reasons)?;
        fields.end()
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<ReviewReason>, D::Error> {
        #[derive(Deserialize)]
        struct Reasons {
            reasons: Vec<ReviewReason>,
        }
        Ok(Reasons::deserialize(from)?.reasons)
    }
}
