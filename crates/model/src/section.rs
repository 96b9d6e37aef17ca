//! Sections, and the placement of a piece in one of them.

use super::id::SectionSlug;
use super::language::{Language, Translated};
use super::learned::{Opinion, serialize_opinion};
use super::query::Query;
use super::reason::{Reason, Refusal, sentences};
use chrono::{DateTime, TimeDelta, Utc};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

/// What becomes of a piece of which it is not sure that it belongs in a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InDoubt {
    /// It is placed, and marked for staff.
    #[default]
    Mark,
    /// It waits until staff have looked; what readers have seen stays.
    Hold,
}

/// An editorial division: one feed, one page, one archive.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    pub id: SectionSlug,
    pub title: Translated,
    /// What belongs here, in plain words, by language.
    pub policy: Translated,
    /// Asks readers to send something in, by language; empty where nothing is asked for.
    pub invite: Translated,
    pub rule: Query,
    pub rule_text: String,
    /// True: takes pieces even when an earlier section already has them.
    pub alongside: bool,
    /// True: shown on the first page.
    pub front: bool,
    /// Pieces in the current document.
    pub recent: usize,
    pub limits: Limits,
    pub in_doubt: InDoubt,
}

/// What a section takes, whatever its rule says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Only these languages, primary subtags; empty: any.
    pub languages: Vec<String>,
    /// Only pieces that were at most so old, in days, when they were first seen.
    pub max_age_days: Option<i64>,
    /// Pieces of one source that may enter in a day (UTC); what comes beyond waits.
    pub per_source_per_day: Option<usize>,
    /// Days that a piece stays after it entered; `None`: for ever.
    pub keep_days: Option<i64>,
}

impl Limits {
    /// Why a piece in this language, so old when first seen, is not taken; `None` when it may be.
    pub fn refusal(&self, language: Option<&Language>, age: TimeDelta) -> Option<Refusal> {
        let is_taken = |language: &Language| self.languages.iter().any(|taken| taken == language.primary());
        if !self.languages.is_empty() && !language.is_some_and(is_taken) {
            return Some(Refusal::Language { language: language.cloned(), taken: self.languages.clone() });
        }
        let most = self.max_age_days.filter(|most| age > TimeDelta::days(*most))?;
        Some(Refusal::TooOld { days: age.num_days(), most })
    }

    /// What entered before this has had its time; `None` where pieces stay for ever.
    pub fn keeps_since(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        now.checked_sub_signed(TimeDelta::try_days(self.keep_days?)?)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlacementState {
    /// Waits for staff because its source is under review, or because a model alone suggests it.
    Pending,
    Auto,
    /// Placed or confirmed by staff, shown.
    Approved,
    Rejected,
    Pinned,
    /// Waits because its source has filled what the section takes of one source in a day.
    Held,
}

impl PlacementState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Auto => "auto",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Pinned => "pinned",
            Self::Held => "held",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Pending, Self::Auto, Self::Approved, Self::Rejected, Self::Pinned, Self::Held]
            .into_iter()
            .find(|state| state.as_str() == word)
    }

    pub fn is_shown(self) -> bool {
        matches!(self, Self::Auto | Self::Approved | Self::Pinned)
    }
}

/// `why`, English sentences, and `reasons`, the same as codes with their data, in the same order.
pub fn serialize_reasons<S: Serializer>(reasons: &[Reason], serializer: S) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("Reasons", 2)?;
    fields.serialize_field("why", &sentences(reasons))?;
    fields.serialize_field("reasons", reasons)?;
    fields.end()
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Placement {
    pub section: SectionSlug,
    pub state: PlacementState,
    /// True for the section that is the piece's first by precedence.
    pub primary: bool,
    /// Conditions of the rule that hold, or decisions; JSON has sentences (`why`) beside the codes.
    #[serde(flatten, serialize_with = "serialize_reasons")]
    pub reasons: Vec<Reason>,
    /// When the piece entered the section; kept when it leaves and returns. Sets its archive month.
    pub entered: DateTime<Utc>,
    /// True when it may stand in the current document, false for pages and archives only.
    pub announced: bool,
    pub policy_version: String,
    /// What the section's model says: while the piece waits, and wherever rule and model differ.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "serialize_opinion")]
    pub learned: Option<Opinion>,
}

impl Placement {
    /// How many days the section kept the piece, when it left after that time.
    pub fn expired_after(&self) -> Option<i64> {
        let days = |reason: &Reason| if let Reason::Expired { days } = reason { Some(*days) } else { None };
        self.reasons.iter().find_map(days)
    }
}
