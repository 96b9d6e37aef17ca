//! A piece: the entries judged to be the same published text, and what is known of it.

use super::decision::Decision;
use super::entry::{FeedMeta, StoredEntry};
use super::evidence::{Evidence, IssuerReason};
use super::id::{EntryKey, GenreSlug, PieceId, SourceId, TopicSlug};
use super::language::Language;
use super::reason::LeadReason;
use super::sameness::{Join, Rung, Sameness};
use super::section::Placement;
use super::source::{Republish, Standing};
use super::withdrawal::Withdrawal;
use chrono::{DateTime, Utc};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;

/// A topic found in a text, with the evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicHit {
    /// The topic.
    pub topic: TopicSlug,
    /// Points reached.
    pub score: f64,
    /// What was found where.
    pub why: Vec<Evidence>,
}

/// The facets whose values keep what they rest on.
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

/// One value of a facet with what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ground {
    pub facet: GroundOf,
    /// The value, as the facet holds it; a deadline as its day.
    pub value: String,
    /// What was found where, the strongest first.
    pub why: Vec<Evidence>,
}

/// What is known of a piece beyond its text; section rules and filters read these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facets {
    /// What it is about, strongest first.
    pub topics: Vec<TopicHit>,
    /// What kind of document it is.
    pub genre: Option<GenreSlug>,
    /// Why this genre.
    pub genre_why: Vec<Evidence>,
    /// Standing of the organisation whose text it is.
    pub issuer: Standing,
    /// Why this issuer; `None` where nothing was judged.
    #[serde(default)]
    pub issuer_why: Option<IssuerReason>,
    /// Standing of the sources that carry it, the lead's first.
    pub standings: Vec<Standing>,
    /// Sources that carry it, the lead's first.
    pub sources: Vec<SourceId>,
    /// Names of its issuer, of the organisations that publish it, and of those that its text names.
    pub organisations: Vec<String>,
    /// Countries of its sources, then those that its text names, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// Language of the lead.
    pub language: Option<Language>,
    /// Deadline found in the text.
    pub deadline: Option<DateTime<Utc>>,
    /// What issuer, language, organisations, countries and deadline rest on, value by value; empty
    /// for a piece that an earlier version judged.
    #[serde(default)]
    pub grounds: Vec<Ground>,
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
        }
    }
}

/// Why an entry belongs to its piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub entry: EntryKey,
    pub rung: Rung,
    /// The entry that it was found to be the same as, and how; `None` for the founder.
    pub join: Option<Join>,
}

/// With the English sentence of the join beside its code.
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

/// The English sentence, and the code beside it.
fn serialize_lead_reason<S: Serializer>(reason: &LeadReason, serializer: S) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("LeadReason", 2)?;
    fields.serialize_field("lead_reason", &reason.to_string())?;
    fields.serialize_field("lead_reasons", &[reason])?;
    fields.end()
}

/// A piece with everything derived from its entries and from staff's decisions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Piece {
    /// Key; part of its page's address.
    pub id: PieceId,
    /// The work it is a version of: the id of the work's first piece, its own when it has no
    /// translations.
    pub work: PieceId,
    /// The `atom:id` it is published under; kept whatever copies arrive later (RFC 4287 4.2.6).
    pub atom_id: String,
    /// The entry that is shown.
    pub lead: EntryKey,
    /// Why this one leads.
    #[serde(flatten, serialize_with = "serialize_lead_reason")]
    pub lead_reason: LeadReason,
    /// The entries and why each belongs.
    pub members: Vec<Membership>,
    /// Date that orders it: the claimed publication when plausible, else first seen.
    pub dated: DateTime<Utc>,
    /// True when the publisher's date was missing or in the future and `dated` is ours.
    pub date_doubtful: bool,
    /// `atom:updated`: last significant change.
    pub updated: DateTime<Utc>,
    /// A significant change that waits for staff because it came with too many others.
    pub held_update: Option<DateTime<Utc>>,
    /// When the first of its entries was seen.
    pub first_seen: DateTime<Utc>,
    /// Set when it was taken back.
    pub withdrawn: Option<Withdrawal>,
    /// What is known of it.
    pub facets: Facets,
    /// Its sections, in order of precedence.
    pub placements: Vec<Placement>,
}

impl Piece {
    /// The placement in `section`.
    pub fn placement(&self, section: &str) -> Option<&Placement> {
        self.placements.iter().find(|p| p.section.as_str() == section)
    }

    /// True when readers see it in at least one section.
    pub fn is_shown(&self) -> bool {
        self.withdrawn.is_none() && self.placements.iter().any(|p| p.state.is_shown())
    }
}

/// A piece with its entries and the decisions about them, as `ingest` judges it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dossier {
    /// The piece.
    pub piece: Piece,
    /// All its entries, the lead among them.
    pub entries: Vec<StoredEntry>,
    /// Decisions about any of its entries, oldest first, undone ones left out.
    pub decisions: Vec<Decision>,
}

/// What a page or feed needs to know of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCard {
    /// Slug.
    pub id: SourceId,
    /// Name of the organisation.
    pub name: String,
    /// Its site.
    pub site: Option<String>,
    /// On whose terms.
    pub standing: Standing,
    /// How much is republished.
    pub republish: Republish,
    /// Address of the feed in use.
    pub feed: String,
    /// What the feed says of itself.
    pub meta: FeedMeta,
}

/// The same work in another language, as a page or feed links it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The piece.
    pub piece: PieceId,
    /// Title of its lead.
    pub title: String,
    /// Address of its lead's page.
    pub link: Option<String>,
    /// Language of its lead.
    pub language: Option<Language>,
}

/// A piece ready to be shown or republished.
#[derive(Clone, Debug, PartialEq)]
pub struct PieceView {
    /// The piece.
    pub piece: Piece,
    /// The entry that is shown.
    pub lead: StoredEntry,
    /// The other entries, first seen first: "also published by".
    pub others: Vec<StoredEntry>,
    /// Shown pieces of the same work in other languages.
    pub versions: Vec<Version>,
    /// The sources of all its entries.
    pub sources: BTreeMap<SourceId, SourceCard>,
}

impl PieceView {
    /// The source of the lead, when it is still known.
    pub fn lead_source(&self) -> Option<&SourceCard> {
        self.sources.get(&self.lead.source)
    }
}
