//! A piece: the entries judged to be the same published text, and what is known of it.

use super::decision::Decision;
use super::doubt::FacetDoubt;
use super::entry::{FeedMeta, StoredEntry};
use super::evidence::{Evidence, IssuerReason};
use super::id::{EntryKey, GenreSlug, PieceId, SourceId, TopicSlug};
use super::language::Language;
use super::reason::LeadReason;
use super::sameness::{Join, Rung, Sameness};
use super::section::{Placement, PlacementState};
use super::source::{Republish, Standing};
use super::withdrawal::Withdrawal;
use chrono::{DateTime, Utc};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicHit {
    pub topic: TopicSlug,
    pub score: f64,
    pub why: Vec<Evidence>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroundOf {
    Issuer,
    Language,
    Organisation,
    Country,
    Deadline,
}

impl std::fmt::Display for GroundOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Issuer => "issuer",
            Self::Language => "language",
            Self::Organisation => "organisation",
            Self::Country => "country",
            Self::Deadline => "deadline",
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ground {
    pub facet: GroundOf,
    /// The value, as the facet holds it; a deadline as its day.
    pub value: String,
    pub why: Vec<Evidence>,
}

/// What is known of a piece beyond its text; section rules and filters read these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facets {
    pub topics: Vec<TopicHit>,
    pub genre: Option<GenreSlug>,
    pub genre_why: Vec<Evidence>,
    /// Standing of the organisation whose text it is.
    pub issuer: Standing,
    /// Why this issuer; `None` where nothing was judged.
    #[serde(default)]
    pub issuer_why: Option<IssuerReason>,
    pub standings: Vec<Standing>,
    /// Sources that carry it, the lead's first.
    pub sources: Vec<SourceId>,
    /// Names of its issuer, of the organisations that publish it, and of those that its text names.
    pub organisations: Vec<String>,
    /// Countries of its sources, then those that its text names, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    pub language: Option<Language>,
    pub deadline: Option<DateTime<Utc>>,
    /// What issuer, language, organisations, countries and deadline rest on, value by value.
    #[serde(default)]
    pub grounds: Vec<Ground>,
    /// Why it is not sure where the piece belongs, the gravest first; empty where it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<FacetDoubt>,
}

/// Nothing is known: of no genre, by an issuer who vouches for nothing.
impl Default for Facets {
    fn default() -> Self {
        Self {
            topics: Vec::new(),
            genre: None,
            genre_why: Vec::new(),
            issuer: Standing::Media,
            issuer_why: None,
            standings: Vec::new(),
            sources: Vec::new(),
            organisations: Vec::new(),
            countries: Vec::new(),
            language: None,
            deadline: None,
            grounds: Vec::new(),
            doubts: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub entry: EntryKey,
    pub rung: Rung,
    /// The entry that it was found to be the same as, and how; `None` for the founder.
    pub join: Option<Join>,
}

impl Serialize for Membership {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Membership", 4)?;
        fields.serialize_field("entry", &self.entry)?;
        fields.serialize_field("rung", &self.rung)?;
        fields.serialize_field("evidence", &self.join.as_ref().map(Join::to_string).unwrap_or_default())?;
        let reasons: Vec<&Sameness> = self.join.iter().map(|join| &join.found).collect();
        fields.serialize_field("reasons", &reasons)?;
        fields.end()
    }
}

fn serialize_lead_reason<S: Serializer>(reason: &LeadReason, serializer: S) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("LeadReason", 2)?;
    fields.serialize_field("lead_reason", &reason.to_string())?;
    fields.serialize_field("lead_reasons", &[reason])?;
    fields.end()
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Piece {
    pub id: PieceId,
    /// The id of the work's first piece: its own when it has no translations.
    pub work: PieceId,
    /// The `atom:id` it is published under; kept whatever copies arrive later (RFC 4287 4.2.6).
    pub atom_id: String,
    pub lead: EntryKey,
    #[serde(flatten, serialize_with = "serialize_lead_reason")]
    pub lead_reason: LeadReason,
    pub members: Vec<Membership>,
    /// Date that orders it: the claimed publication when plausible, else first seen.
    pub dated: DateTime<Utc>,
    /// True when the publisher's date was missing or in the future and `dated` is ours.
    pub date_doubtful: bool,
    /// `atom:updated`: last significant change.
    pub updated: DateTime<Utc>,
    /// A significant change that waits for staff because it came with too many others.
    pub held_update: Option<DateTime<Utc>>,
    pub first_seen: DateTime<Utc>,
    pub withdrawn: Option<Withdrawal>,
    pub facets: Facets,
    /// Its sections, in order of precedence.
    pub placements: Vec<Placement>,
}

impl Piece {
    pub fn placement(&self, section: &str) -> Option<&Placement> {
        self.placements.iter().find(|p| p.section.as_str() == section)
    }

    pub fn is_shown(&self) -> bool {
        self.withdrawn.is_none() && self.placements.iter().any(|p| p.state.is_shown())
    }

    /// True when readers see it no more because a section has kept it for its time, and no section waits for staff.
    pub fn has_expired(&self) -> bool {
        let is_out = |p: &Placement| p.state == PlacementState::Rejected;
        self.withdrawn.is_none()
            && self.placements.iter().all(is_out)
            && self.placements.iter().any(|p| p.expired_after().is_some())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Dossier {
    pub piece: Piece,
    pub entries: Vec<StoredEntry>,
    /// Decisions about any of its entries, oldest first, undone ones left out.
    pub decisions: Vec<Decision>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCard {
    pub id: SourceId,
    pub name: String,
    pub site: Option<String>,
    pub standing: Standing,
    pub republish: Republish,
    pub feed: String,
    pub meta: FeedMeta,
}

/// The same work in another language, as a page or feed links it: title, link and language of its lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub piece: PieceId,
    pub title: String,
    pub link: Option<String>,
    pub language: Option<Language>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PieceView {
    pub piece: Piece,
    pub lead: StoredEntry,
    /// The other entries, first seen first: "also published by".
    pub others: Vec<StoredEntry>,
    pub versions: Vec<Version>,
    pub sources: BTreeMap<SourceId, SourceCard>,
}

impl PieceView {
    pub fn lead_source(&self) -> Option<&SourceCard> {
        self.sources.get(&self.lead.source)
    }
}
