//! What kind of document a text is.

use super::lexicon::{Occurrence, Role};
use super::topics::evidence;
use super::words::FoldedText;
use crate::recognise::GenreSigns;
use plenary_model::evidence::{Evidence, Place, Sign};
use plenary_model::id::GenreSlug;
use plenary_model::source::Standing;
use plenary_model::topic::{Genre, GenreRole};

/// Points of a title term in the title or in a category.
const TITLE_POINTS: f64 = 2.0;
/// Points of a text term in the title or in the beginning of the text.
const TEXT_POINTS: f64 = 1.0;
/// Points of a text term further down.
const LATER_POINTS: f64 = 0.5;
/// Words at the beginning of a text in which a text term counts in full.
const LEAD_WORDS: usize = 80;
/// Head start of the news story in general media: one title term is not enough to beat it.
const MEDIA_POINTS: f64 = 2.5;

/// Head start of the news story in a UN news service, which also passes on notices: any title term beats it.
const SERVICE_POINTS: f64 = 1.5;
/// Points of a genre's own rule where it holds: enough for a title term to beat the head start of media.
pub(super) const FAVOURED_POINTS: f64 = 1.0;
/// Most points that the text terms of one genre give together, as many as one title term: repetition is no evidence of
/// what kind of text it is.
const TEXTS_POINTS_MAX: f64 = 2.0;

/// How a rule asks for a last day.
const DEADLINE: &str = "has:deadline";

/// Words in the name of a news service, normalised: "UN News" writes stories, other UN bodies statements.
const NEWS_SERVICES: [&str; 11] = [
    "news",
    "newsroom",
    "info",
    "noticias",
    "noticia",
    "nachrichten",
    "notizie",
    "media",
    "новости",
    "новостеи",
    "اخبار",
];

/// The genre of a text that shows none, by who carries it, and its head start.
fn usual(standing: Standing, words: &FoldedText) -> (GenreRole, f64) {
    match standing {
        Standing::Media => (GenreRole::News, MEDIA_POINTS),
        Standing::Un if !is_news_service(words) => (GenreRole::Release, 0.0),
        Standing::Un => (GenreRole::News, SERVICE_POINTS),
        Standing::Own => (GenreRole::News, 0.0),
        Standing::Member | Standing::Partner => (GenreRole::Other, 0.0),
    }
}

pub(super) fn is_news_service(words: &FoldedText) -> bool {
    words.range(Place::Source).any(|number| NEWS_SERVICES.contains(&words.word(number)))
}

pub(super) struct Shown<'a> {
    pub(super) occurrences: &'a [Occurrence],
    pub(super) words: &'a FoldedText,
    pub(super) dateline: Option<Evidence>,
    /// The evidence for a genre, by its number, whose own rule holds.
    pub(super) favoured: &'a dyn Fn(usize) -> Option<Evidence>,
}

/// The genre with most points, the earlier one at a tie, and why. `standing` is that of the carrier, or of the issuer
/// when a newspaper only prints it. A text that shows no genre has the usual one of the policy, if any.
pub(super) fn choose_genre(
    genres: &[Genre],
    shown: &Shown<'_>,
    standing: Standing,
) -> (Option<GenreSlug>, Vec<Evidence>) {
    let (usual, head_start) = usual(standing, shown.words);
    let usual_why = Evidence { sign: Sign::Usual { standing }, points: head_start };
    let mut best: Option<(f64, GenreSlug, Vec<Evidence>)> = None;
    for (number, genre) in genres.iter().enumerate() {
        let mut why = why(number, shown.occurrences, shown.words);
        if genre.role == Some(GenreRole::Release) {
            why.extend(shown.dateline.clone());
        }
        if !why.is_empty() {
            why.extend((shown.favoured)(number));
        }
        if genre.role == Some(usual) && head_start > 0.0 {
            why.push(usual_why.clone());
        }
        let points: f64 = why.iter().map(|evidence| evidence.points).sum();
        if points > 0.0 && best.as_ref().is_none_or(|(most, ..)| points > *most) {
            best = Some((points, genre.id.clone(), why));
        }
    }
    if let Some((_, genre, why)) = best {
        return (Some(genre), why);
    }
    let with = |role| genres.iter().find(|genre| genre.role == Some(role));
    match with(usual).or_else(|| with(GenreRole::Other)) {
        Some(genre) => (Some(genre.id.clone()), vec![usual_why]),
        None => (None, Vec::new()),
    }
}

/// What the text shows of each genre, in the order of the policy, for the models to weigh.
pub(super) fn signs(genres: &[Genre], shown: &Shown<'_>, has_deadline: bool) -> Vec<GenreSigns> {
    let mut all = vec![GenreSigns::default(); genres.len()];
    let mut last = None;
    for one in shown.occurrences {
        let (Role::GenreTitle { genre } | Role::GenreText { genre }) = one.role else { continue };
        let place = shown.words.place(one.at);
        let is_title = matches!(one.role, Role::GenreTitle { .. });
        let kind = match place {
            Place::Title | Place::Category if is_title => Kind::Title,
            Place::Title => Kind::InTitle,
            Place::Text if !is_title && shown.words.offset(one.at) < LEAD_WORDS => Kind::InLead,
            Place::Text if !is_title => Kind::Later,
            _ => continue,
        };
        // Occurrences stand in the order of terms: each term counts once in a kind.
        if last.replace((one.term, kind)) == Some((one.term, kind)) {
            continue;
        }
        let Some(signs) = all.get_mut(genre) else { continue };
        *match kind {
            Kind::Title if one.words > 1 => &mut signs.title_phrases,
            Kind::Title => &mut signs.title_words,
            Kind::InTitle => &mut signs.in_title,
            Kind::InLead => &mut signs.in_lead,
            Kind::Later => &mut signs.later,
        } += 1;
    }
    let is_service = is_news_service(shown.words);
    for (number, (signs, genre)) in all.iter_mut().zip(genres).enumerate() {
        signs.has_dateline = genre.role == Some(GenreRole::Release) && shown.dateline.is_some();
        signs.is_of_service = genre.role == Some(GenreRole::News) && is_service;
        signs.has_deadline = has_deadline && genre.favoured.as_deref().is_some_and(|rule| rule.contains(DEADLINE));
        signs.is_favoured = signs.is_shown() && (shown.favoured)(number).is_some();
    }
    all
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Title,
    InTitle,
    InLead,
    Later,
}

/// The evidence for one genre: each term once, where it counts most; text terms at most [`TEXTS_POINTS_MAX`].
pub(super) fn why(number: usize, occurrences: &[Occurrence], words: &FoldedText) -> Vec<Evidence> {
    let of_this = |one: &&Occurrence| matches!(one.role, Role::GenreTitle { genre } | Role::GenreText { genre } if genre == number);
    let found: Vec<&Occurrence> = occurrences.iter().filter(of_this).collect();
    let mut left = TEXTS_POINTS_MAX;
    found
        .chunk_by(|one, other| one.term == other.term)
        .filter_map(|group| {
            let best = group.iter().max_by(|one, other| points(one, words).total_cmp(&points(other, words)))?;
            let mut points = points(best, words);
            if matches!(best.role, Role::GenreText { .. }) {
                points = points.min(left);
                left -= points;
            }
            (points > 0.0).then(|| evidence(best, points, words))
        })
        .collect()
}

fn points(one: &Occurrence, words: &FoldedText) -> f64 {
    let place = words.place(one.at);
    match (one.role, place) {
        (Role::GenreTitle { .. }, Place::Title | Place::Category) => TITLE_POINTS,
        (Role::GenreText { .. }, Place::Title) => TEXT_POINTS,
        (Role::GenreText { .. }, Place::Text) if words.offset(one.at) < LEAD_WORDS => TEXT_POINTS,
        (Role::GenreText { .. }, Place::Text) => LATER_POINTS,
        _ => 0.0,
    }
}

#[cfg(test)]
#[path = "genre_tests.rs"]
mod tests;
