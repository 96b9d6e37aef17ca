//! Sections, and the placement of a piece in one of them.

use super::id::SectionSlug;
use super::language::Translated;
use super::learned::Opinion;
use super::query::Query;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An editorial division: one feed, one page, one archive.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Slug; part of its addresses.
    pub id: SectionSlug,
    /// Title by language.
    pub title: Translated,
    /// What belongs here, in plain words, by language.
    pub policy: Translated,
    /// The rule that places pieces.
    pub rule: Query,
    /// The rule as written.
    pub rule_text: String,
    /// True: takes pieces even when an earlier section already has them.
    pub alongside: bool,
    /// True: shown on the first page.
    pub front: bool,
    /// Pieces in the current document.
    pub recent: usize,
}

/// State of a placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlacementState {
    /// Waits for staff because its source is under review, or because a model alone suggests it.
    Pending,
    /// Placed by rule, shown.
    Auto,
    /// Placed or confirmed by staff, shown.
    Approved,
    /// Kept out by staff, with its reasons.
    Rejected,
    /// Shown first, by staff.
    Pinned,
    /// Waits because a change of policy or of the source would flood the section.
    Held,
}

impl PlacementState {
    /// The word used in the database and in JSON.
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

    /// Reads the word; `None` for any other.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Pending, Self::Auto, Self::Approved, Self::Rejected, Self::Pinned, Self::Held]
            .into_iter()
            .find(|state| state.as_str() == word)
    }

    /// True when readers see the piece in the section.
    pub fn is_shown(self) -> bool {
        matches!(self, Self::Auto | Self::Approved | Self::Pinned)
    }
}

/// A piece in a section, with the reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// The section.
    pub section: SectionSlug,
    /// Shown, waiting or kept out.
    pub state: PlacementState,
    /// True for the section that is the piece's first by precedence.
    pub primary: bool,
    /// Why, one sentence each: the facets that the rule matched, or the decision.
    pub reasons: Vec<String>,
    /// When the piece entered the section; kept when it leaves and returns. Sets its archive month.
    pub entered: DateTime<Utc>,
    /// True when it may stand in the current document, false for pages and archives only.
    pub announced: bool,
    /// Version of the policy that placed it.
    pub policy_version: String,
    /// What the section's model says: while the piece waits, and wherever rule and model differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learned: Option<Opinion>,
}
