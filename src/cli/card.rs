//! The card of the models of facets: what they were made of, and how they judge publishers that they have not seen.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Texts of a language from which its figures are told apart: of fewer they are chance.
const LANGUAGE_TEXTS_MIN: usize = 10;
/// Standings have no such line: each has many.
const HEAD: &str = "| Texts of | Texts | Publishers | Section, F1 | Topics together, precision | recall | Genre | or one that may be said | Without doubt | of these right |";

/// A labelled text with what models said that have not seen its publisher.
pub(super) struct Row<'a> {
    pub(super) language: &'a str,
    pub(super) publisher: &'a str,
    pub(super) is_known: bool,
    pub(super) genre: Option<&'a str>,
    pub(super) genre_also: &'a [String],
    /// `None`: nobody said; the inner one: in none.
    #[expect(clippy::option_option, reason = "nobody said, none, or one")]
    pub(super) section: Option<Option<&'a str>>,
    pub(super) section_also: Vec<Option<&'a str>>,
    pub(super) about: Vec<(&'a str, Option<bool>)>,
    /// As `categorise` prints it.
    pub(super) found: &'a Value,
}

impl Row<'_> {
    fn found_section(&self) -> Option<&str> {
        self.found["sections"][0]["section"].as_str()
    }

    fn is_right(&self) -> bool {
        let found = self.found_section();
        self.section.is_some_and(|section| section == found) || self.section_also.contains(&found)
    }

    fn is_calm(&self) -> bool {
        self.found["doubts"].as_array().is_none_or(Vec::is_empty)
    }

    /// Whether it is about all topics, by people and by the models; `None` when people have not said.
    fn about(&self) -> Option<(bool, bool)> {
        let said = self.about.iter().map(|(_, about)| *about).collect::<Option<Vec<bool>>>()?;
        let found: Vec<&str> =
            self.found["topics"].as_array().into_iter().flatten().filter_map(|hit| hit["topic"].as_str()).collect();
        Some((said.iter().all(|about| *about), self.about.iter().all(|(topic, _)| found.contains(topic))))
    }
}

/// Markdown.
pub(super) fn write_card(rows: &[Row<'_>], digest: &str, date: Option<&str>) -> String {
    let mut card = String::new();
    let publishers = |rows: &[&Row<'_>]| rows.iter().map(|row| row.publisher).collect::<BTreeSet<_>>().len();
    let all: Vec<&Row<'_>> = rows.iter().collect();
    let mut languages: BTreeMap<&str, Vec<&Row<'_>>> = BTreeMap::new();
    for row in rows {
        languages.entry(row.language).or_default().push(row);
    }
    let _ = writeln!(card, "# Models of facets\n");
    let _ = writeln!(
        card,
        "`facets.model` recognises the genre of a text and {}. `plenary train` made it{}; `ARCHITECTURE.md` says how it \
         works. It holds numbers of words and n-grams with their weights, and no text.\n",
        rows.first()
            .map(|row| row.about.iter().map(|(topic, _)| format!("`{topic}`")).collect::<Vec<_>>().join(", "))
            .unwrap_or_default(),
        date.map(|date| format!(" on {date}")).unwrap_or_default(),
    );
    let _ = writeln!(
        card,
        "Made of {} texts of {} publishers in {} languages, labelled by reading; of {} of them terms of the policy had \
         been made. Digest `{}`.\n",
        rows.len(),
        publishers(&all),
        languages.len(),
        rows.iter().filter(|row| row.is_known).count(),
        digest.get(..16).unwrap_or(digest),
    );
    let _ = writeln!(
        card,
        "Each text below was judged by models that had seen no text of its publisher, one part of eight at a time. What \
         terms of the policy were made of is not in the figures.\n\n{HEAD}\n|{}",
        "---|".repeat(10)
    );
    let unseen: Vec<&Row<'_>> = rows.iter().filter(|row| !row.is_known).collect();
    write_line(&mut card, "all", &unseen, publishers(&unseen));
    let mut by_language: Vec<(&str, Vec<&Row<'_>>)> = languages
        .into_iter()
        .map(|(language, rows)| (language, rows.into_iter().filter(|row| !row.is_known).collect()))
        .collect();
    by_language.sort_by_key(|(language, rows)| (usize::MAX - rows.len(), *language));
    let (many, few): (Vec<_>, Vec<_>) = by_language.into_iter().partition(|(_, rows)| rows.len() >= LANGUAGE_TEXTS_MIN);
    for (language, rows) in &many {
        write_line(&mut card, language, rows, publishers(rows));
    }
    let rest: Vec<&Row<'_>> = few.iter().flat_map(|(_, rows)| rows.iter().copied()).collect();
    write_line(&mut card, "other languages", &rest, publishers(&rest));
    card
}

fn write_line(card: &mut String, name: &str, rows: &[&Row<'_>], publishers: usize) {
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    for row in rows {
        let Some(wanted) = row.section else { continue };
        let found = row.found_section();
        right += usize::from(wanted.is_some() && wanted == found);
        wrong += usize::from(found.is_some() && wanted != found);
        missed += usize::from(wanted.is_some() && wanted != found);
    }
    let about: Vec<(bool, bool)> = rows.iter().filter_map(|row| row.about()).collect();
    let both = about.iter().filter(|(said, found)| *said && *found).count();
    let genres: Vec<&&Row<'_>> = rows.iter().filter(|row| row.genre.is_some()).collect();
    let exact = genres.iter().filter(|row| row.found["genre"].as_str() == row.genre).count();
    let may = |row: &&&&Row<'_>| {
        let found = row.found["genre"].as_str();
        found == row.genre || row.genre_also.iter().any(|one| found == Some(one))
    };
    let placed: Vec<&&Row<'_>> = rows.iter().filter(|row| row.section.is_some()).collect();
    let calm: Vec<&&&Row<'_>> = placed.iter().filter(|row| row.is_calm()).collect();
    let figures = [
        share(2 * right, 2 * right + wrong + missed),
        share(both, about.iter().filter(|(_, found)| *found).count()),
        share(both, about.iter().filter(|(said, _)| *said).count()),
        share(exact, genres.len()),
        share(genres.iter().filter(may).count(), genres.len()),
        share(calm.len(), placed.len()),
        share(calm.iter().filter(|row| row.is_right()).count(), calm.len()),
    ];
    let _ = writeln!(card, "| {name} | {} | {publishers} | {} |", rows.len(), figures.join(" | "));
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts")]
fn share(part: usize, all: usize) -> String {
    if all == 0 { "–".to_owned() } else { format!("{:.2}", part as f64 / all as f64) }
}
