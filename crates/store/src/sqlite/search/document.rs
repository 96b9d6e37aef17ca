//! What of a piece is indexed: its words, folded, and its facets as words of their own.

use chrono::{DateTime, Utc};
use plenary_model::fold;
use plenary_model::html::to_line;
use plenary_model::id::digest;
use plenary_model::piece::PieceView;
use plenary_model::query::Field;
use std::collections::BTreeSet;

/// Longest text of one piece that is indexed, in bytes of folded words: a long report. What follows
/// is not found, and no single piece swells the index.
const BODY_BYTES_MAX: usize = 200_000;
/// Hashtags of one text that are taken apart.
const HASHTAGS_MAX: usize = 50;
/// The facet that every piece has: what is left when something is excluded.
pub(super) const ANY: &str = "is:piece";
/// The facet of pieces that may stand in a current document.
pub(super) const ANNOUNCED: &str = "is:announced";

pub(super) struct Document {
    pub(super) dated: DateTime<Utc>,
    /// Folded words of its titles, the lead's first.
    pub(super) title: String,
    /// Folded words of its text.
    pub(super) body: String,
    /// Folded words of its publishers, organisations, authors and categories.
    pub(super) names: String,
    /// Its facets: as indexed, and as shown.
    pub(super) facets: Vec<(String, String)>,
}

impl Document {
    pub(super) fn from_view(view: &PieceView) -> Self {
        let entries = || std::iter::once(&view.lead).chain(&view.others);
        let titles: BTreeSet<String> = entries().map(|entry| line(&entry.entry.title)).collect();
        let lead = line(&view.lead.entry.title);
        let others = titles.into_iter().filter(|title| *title != lead);
        let title = std::iter::once(lead.clone()).chain(others).collect::<Vec<_>>().join(" ");
        let mut body = line(&to_line(view.lead.entry.body()));
        body.truncate(body.floor_char_boundary(BODY_BYTES_MAX));
        let organisations = view.piece.facets.organisations.iter().map(String::as_str);
        let publishers = view.sources.values().map(|card| card.name.as_str());
        let authors = view.lead.entry.authors.iter().map(|author| author.name.as_str());
        let categories = view.lead.entry.categories.iter();
        let categories = categories.map(|one| one.label.as_deref().unwrap_or(&one.term));
        let names: BTreeSet<String> =
            organisations.chain(publishers).chain(authors).chain(categories).map(fold::line).collect();
        let names = names.into_iter().collect::<Vec<_>>().join(" ");
        Self { dated: view.piece.dated, title, body, names, facets: facets(view) }
    }

    /// The facets in one text for the tokeniser.
    pub(super) fn tokens(&self) -> String {
        self.facets.iter().map(|(token, _)| token.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Digest of all that is indexed.
    pub(super) fn digest(&self) -> String {
        let fields = [self.title.as_str(), &self.body, &self.names, &self.dated.to_rfc3339()];
        digest(fields.into_iter().chain(self.facets.iter().flat_map(|(token, value)| [token.as_str(), value])))
    }
}

/// The words of a text, folded, and after them those of its hashtags.
fn line(text: &str) -> String {
    let mut line = fold::line(text);
    let tags = fold::hashtags(text).map(fold::split_hashtag).filter(|words| words.len() > 1);
    for words in tags.take(HASHTAGS_MAX) {
        line.push(' ');
        line.push_str(&fold::line(&words.join(" ")));
    }
    line
}

/// A field with a value as one word of the index.
pub(super) fn token(field: Field, value: &str) -> String {
    // Slugs have hyphens of their own; folding makes one word of a name in any writing.
    format!("{}:{}", field.name(), fold::line(value).replace(' ', "-"))
}

fn facets(view: &PieceView) -> Vec<(String, String)> {
    let piece = &view.piece;
    let known = &piece.facets;
    let mut found: Vec<(Field, &str)> = Vec::new();
    found.extend(known.topics.iter().map(|hit| (Field::Topic, hit.topic.as_str())));
    found.extend(known.genre.iter().map(|genre| (Field::Genre, genre.as_str())));
    found.push((Field::Issuer, known.issuer.as_str()));
    found.extend(known.standings.iter().map(|standing| (Field::Standing, standing.as_str())));
    found.extend(view.sources.keys().map(|source| (Field::Source, source.as_str())));
    found.extend(known.organisations.iter().map(|name| (Field::Organisation, name.as_str())));
    found.extend(known.countries.iter().map(|country| (Field::Country, country.as_str())));
    if let Some(language) = &known.language {
        found.push((Field::Language, language.primary()));
        found.push((Field::Language, language.as_str()));
    }
    let placed = piece.placements.iter().filter(|placement| placement.state.is_shown());
    found.extend(placed.clone().map(|placement| (Field::Section, placement.section.as_str())));
    let has = [
        ("deadline", known.deadline.is_some()),
        ("translation", !view.versions.is_empty()),
        ("copy", !view.others.is_empty()),
    ];
    found.extend(has.into_iter().filter(|(_, holds)| *holds).map(|(word, _)| (Field::Has, word)));
    let mut seen = BTreeSet::new();
    let mut facets: Vec<(String, String)> = vec![(ANY.to_owned(), String::new())];
    if placed.clone().any(|placement| placement.announced) {
        facets.push((ANNOUNCED.to_owned(), String::new()));
    }
    facets.extend(found.into_iter().map(|(field, value)| (token(field, value), value.to_owned())));
    let year = piece.dated.format("%Y").to_string();
    facets.push((format!("year:{year}"), year));
    facets.retain(|(token, _)| seen.insert(token.clone()));
    facets
}
