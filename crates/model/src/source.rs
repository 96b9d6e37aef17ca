//! A source: a feed that we poll, as `feeds.toml` describes it.

use super::decision::AfterRemoval;
use super::id::{SectionSlug, SourceId, TopicSlug};
use super::language::Language;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// On whose terms we carry an organisation's pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    Own,
    Member,
    Partner,
    /// A body of the United Nations or another international organisation.
    Un,
    Media,
}

impl Standing {
    pub const ALL: [Self; 5] = [Self::Own, Self::Member, Self::Partner, Self::Un, Self::Media];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Member => "member",
            Self::Partner => "partner",
            Self::Un => "un",
            Self::Media => "media",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a source's pieces are placed at once, wait for staff, or are never placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    Trusted,
    Review,
    /// Stored, never placed by a rule.
    Blocked,
}

impl Trust {
    /// The trust of a source that does not say: `review` for media, `trusted` for all others.
    pub fn default_for(standing: Standing) -> Self {
        if standing == Standing::Media { Self::Review } else { Self::Trusted }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Trusted, Self::Review, Self::Blocked].into_iter().find(|trust| trust.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Review => "review",
            Self::Blocked => "blocked",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Republish {
    Full,
    Excerpt,
    Title,
}

/// Longest excerpt that is republished, in characters.
pub const EXCERPT_CHARS_MAX: usize = 400;

impl Republish {
    /// What a source that does not say allows: `excerpt` for media, `full` for all others.
    pub fn default_for(standing: Standing) -> Self {
        if standing == Standing::Media { Self::Excerpt } else { Self::Full }
    }
}

/// A source with every default filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub id: SourceId,
    /// Name of the organisation.
    pub name: String,
    pub site: Option<String>,
    /// Feed addresses; the first that works is used. Never empty.
    pub feeds: Vec<String>,
    pub standing: Standing,
    /// Language of entries that do not say.
    pub language: Option<Language>,
    pub trust: Trust,
    pub republish: Republish,
    /// False: not polled; its history stays.
    pub enabled: bool,
    pub reason: Option<String>,
    /// Own cron schedule, UTC, in six fields (seconds first).
    pub schedule: Option<String>,
    /// Topics that everything of this source is taken to be about.
    pub topics: Vec<TopicSlug>,
    /// Where its pieces go when no rule places them.
    pub section: Option<SectionSlug>,
    pub region: Option<String>,
    /// Countries, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
}

/// A source that left the policy, as it last stood there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedSource {
    /// Switched off.
    pub source: Source,
    pub at: DateTime<Utc>,
    /// Pieces that readers see and that it carries.
    pub shown: usize,
    /// What staff decided about its pieces since; they stay until then.
    pub decided: Option<AfterRemoval>,
}

/// Texts of a source in one language that readers see nowhere and of which staff said nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnseenLanguage {
    pub source: SourceId,
    pub name: String,
    /// Primary subtag.
    pub language: String,
    pub texts: usize,
    /// When the first of them was seen.
    pub since: DateTime<Utc>,
}
