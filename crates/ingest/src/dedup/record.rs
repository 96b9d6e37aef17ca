//! An entry as sameness sees it: whose it is, where and when it stands, and its features.

use super::features::Features;
use chrono::{DateTime, Utc};
use plenary_model::entry::{Entry, StoredEntry};
use plenary_model::id::SourceId;
use plenary_model::language::Language;
use plenary_model::limits::Limits;
use plenary_model::line::{DateSpan, EntryLine};
use plenary_model::link::CanonicalLink;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// Slug of its source; empty when not known, and then unlike any other.
    pub(crate) source: SourceId,
    pub(crate) id: String,
    /// Addresses under which the very same page is found.
    pub(crate) links: Vec<CanonicalLink>,
    pub(crate) alternates: Vec<CanonicalLink>,
    pub(crate) language: Option<Language>,
    /// Claimed publication, with its precision.
    pub(crate) date: Option<DateSpan>,
    /// When we first saw it; `None` when all compared entries were first seen together.
    pub(crate) first_seen: Option<DateTime<Utc>>,
    pub(crate) features: Features,
}

impl Record {
    pub(crate) fn from_entry(entry: &Entry, source: &SourceId, first_seen: Option<DateTime<Utc>>) -> Self {
        Self::from_features(entry, Features::take_words(entry), source, first_seen)
    }

    pub(super) fn from_features(
        entry: &Entry,
        features: Features,
        source: &SourceId,
        first_seen: Option<DateTime<Utc>>,
    ) -> Self {
        let instant = |at: DateTime<Utc>| DateSpan { from: at, until: at };
        let links = own_links(entry);
        Self {
            source: source.clone(),
            id: entry.id.clone(),
            alternates: alternates(entry, &links),
            links,
            language: entry.language.clone(),
            date: entry.published.or(entry.updated).map(instant),
            first_seen,
            features,
        }
    }

    /// The record of an entry whose features were sketched when it was read; takes them anew where they were not.
    pub(crate) fn from_stored(stored: &StoredEntry, sketch: Option<&[u8]>) -> Self {
        let kept = sketch.and_then(Features::decode);
        let features = kept.unwrap_or_else(|| Features::take_words(&stored.entry));
        Self::from_features(&stored.entry, features, &stored.source, Some(stored.first_seen))
    }

    pub(crate) fn from_line(line: &EntryLine) -> Self {
        let source = SourceId(line.source.clone().unwrap_or_default());
        Self { date: line.date, ..Self::from_entry(&line.entry, &source, None) }
    }

    /// Digest of the text, when it is long enough to tell pieces apart.
    pub(super) fn text_digest(&self, limits: &Limits) -> Option<u128> {
        let text = &self.features.text;
        (text.weight >= limits.text_letters).then_some(text.digest)
    }

    pub(crate) fn title_digest(&self) -> u128 {
        self.features.title.digest
    }

    /// True when both are known to come from one source.
    pub(crate) fn shares_source(&self, other: &Self) -> bool {
        !self.source.0.is_empty() && self.source == other.source
    }

    /// Who published it, as far as it shows: the host of its page, else its source; may be empty.
    pub(crate) fn publisher(&self) -> &str {
        self.links.first().map_or(self.source.as_str(), CanonicalLink::host)
    }

    pub(crate) fn differs_in_language(&self, other: &Self) -> bool {
        matches!((&self.language, &other.language), (Some(a), Some(b)) if a.primary() != b.primary())
    }

    /// True when published within `days` of each other; by first sight where a date is missing.
    pub(crate) fn is_within(&self, other: &Self, days: i64) -> bool {
        match (&self.date, &other.date, self.first_seen, other.first_seen) {
            (Some(a), Some(b), _, _) => a.is_within(b, days),
            (_, _, Some(a), Some(b)) => (a - b).abs() <= chrono::Duration::days(days),
            _ => true,
        }
    }

    pub(super) fn has_title_of(&self, other: &Self) -> bool {
        let (title, others) = (&self.features.title, &other.features.title);
        !title.tokens.is_empty() && title.digest == others.digest
    }
}

/// The entry's own page and the page it names as canonical.
fn own_links(entry: &Entry) -> Vec<CanonicalLink> {
    let canonical = entry.links.iter().filter(|link| link.rel == "canonical").map(|link| link.href.as_str());
    let mut links: Vec<CanonicalLink> =
        entry.link.as_deref().into_iter().chain(canonical).filter_map(CanonicalLink::from_address).collect();
    links.sort();
    links.dedup();
    links
}

/// `link rel="alternate"` with a language other than the entry's (RFC 4287 4.2.7.4).
fn alternates(entry: &Entry, own: &[CanonicalLink]) -> Vec<CanonicalLink> {
    let is_foreign = |tag: &str| match (Language::parse(tag), &entry.language) {
        (Some(theirs), Some(ours)) => theirs.primary() != ours.primary(),
        (theirs, _) => theirs.is_some(),
    };
    let mut links: Vec<CanonicalLink> = entry
        .links
        .iter()
        .filter(|link| link.rel == "alternate" && link.hreflang.as_deref().is_some_and(is_foreign))
        .filter_map(|link| CanonicalLink::from_address(&link.href))
        .filter(|link| !own.contains(link))
        .collect();
    links.sort();
    links.dedup();
    links
}
