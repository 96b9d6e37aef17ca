//! What is compared of an entry: a record with everything folded once, so that no comparison folds again.

use super::super::similarity::{Fingerprint, Token, count_shared_words};
use crate::sanitise::strip_markup;
use chrono::{DateTime, Utc};
use plenary_model::entry::{Entry, StoredEntry};
use plenary_model::id::SourceId;
use plenary_model::language::Language;
use plenary_model::line::{DateSpan, EntryLine};
use plenary_model::link::CanonicalLink;

/// Shortest text that identifies a piece, in letters (`Fingerprint::weight`). Shorter ones are teasers and set phrases
/// ("Read the full statement here") that many pieces share.
pub(crate) const TEXT_LETTERS_MIN: usize = 120;

/// Most of a text that is compared, in words; what lies behind does not count.
const TEXT_WORDS_MAX: usize = 20_000;

const TITLE_WORDS_MAX: usize = 60;

/// Fewest different words of weight from which a share says something.
const SHARE_WORDS_MIN: usize = 8;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// Slug of its source; empty when not known, and then unlike any other.
    pub(crate) source: SourceId,
    pub(crate) id: String,
    /// Addresses under which the very same page is found.
    pub(crate) links: Vec<CanonicalLink>,
    pub(crate) alternates: Vec<CanonicalLink>,
    pub(crate) title: Fingerprint,
    /// The words of the title that have digits, each with its digits alone.
    pub(super) title_numbers: Vec<(Token, Token)>,
    pub(crate) text: Fingerprint,
    pub(crate) language: Option<Language>,
    /// Claimed publication, with its precision.
    pub(crate) date: Option<DateSpan>,
    /// When we first saw it; `None` when all compared entries were first seen together.
    pub(crate) first_seen: Option<DateTime<Utc>>,
}

impl Record {
    pub(crate) fn from_entry(entry: &Entry, source: &SourceId, first_seen: Option<DateTime<Utc>>) -> Self {
        let instant = |at: DateTime<Utc>| DateSpan { from: at, until: at };
        let links = own_links(entry);
        let title = strip_markup(&entry.title);
        Self {
            source: source.clone(),
            id: entry.id.clone(),
            alternates: alternates(entry, &links),
            links,
            title: Fingerprint::take(&title, TITLE_WORDS_MAX),
            title_numbers: numbers(&title),
            text: Fingerprint::take(&strip_markup(entry.body()), TEXT_WORDS_MAX),
            language: entry.language.clone(),
            date: entry.published.or(entry.updated).map(instant),
            first_seen,
        }
    }

    pub(crate) fn from_stored(stored: &StoredEntry) -> Self {
        Self::from_entry(&stored.entry, &stored.source, Some(stored.first_seen))
    }

    pub(crate) fn from_line(line: &EntryLine) -> Self {
        let source = SourceId(line.source.clone().unwrap_or_default());
        Self { date: line.date, ..Self::from_entry(&line.entry, &source, None) }
    }

    /// Digest of the text, when it is long enough to tell pieces apart.
    pub(crate) fn text_digest(&self) -> Option<u128> {
        (self.text.weight >= TEXT_LETTERS_MIN).then_some(self.text.digest)
    }

    /// Share of the shorter text's different words of weight that the other entry has too; `None` when too few to
    /// judge.
    pub(super) fn shared_share(&self, other: &Self) -> Option<f64> {
        let (short, long) =
            if self.text.tokens.len() <= other.text.tokens.len() { (self, other) } else { (other, self) };
        let (words, shared) = count_shared_words(&short.text, &[&long.text, &long.title]);
        #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
        (words >= SHARE_WORDS_MIN).then(|| shared as f64 / words as f64)
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
}

/// The words of `title` that have digits, each with its digits alone: 88th and 88.
fn numbers(title: &str) -> Vec<(Token, Token)> {
    let tokens =
        |text: &str| Fingerprint::take(text, TITLE_WORDS_MAX).tokens.into_iter().filter(|token| token.is_number());
    let mut found = Vec::new();
    for word in title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.contains(char::is_numeric)) {
        let own: Vec<Token> = tokens(word).collect();
        match (own.as_slice(), tokens(&word.replace(|c: char| !c.is_numeric(), "")).next()) {
            ([one], Some(digits)) => found.push((*one, digits)),
            // A script without spaces between words.
            _ => found.extend(own.iter().map(|one| (*one, *one))),
        }
    }
    found
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
