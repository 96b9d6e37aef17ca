//! The dateline with which releases begin: `GENEVA, 12 May 2020 –`, `San Salvador, 10 de septiembre de 2020.-`.
//!
//! It is read from the text itself: normalised words have lost the comma and the dash that make a dateline.

use super::deadline::{day, year};
use super::words::FoldedText;
use crate::dates::month_in_text;
use plenary_model::evidence::{Evidence, Place, Sign};

/// Bytes of the beginning of a text in which a dateline is looked for.
const HEAD_BYTES_MAX: usize = 160;
/// Most words for the place: "Rio de Janeiro, Brazil".
const PLACE_WORDS_MAX: usize = 6;
const PARTICLES: [&str; 14] = ["de", "da", "do", "dos", "del", "di", "du", "la", "le", "of", "am", "an", "sur", "upon"];
/// Points of a dateline: as many as a title term has, for nothing but a release begins with one.
const POINTS: f64 = 2.0;
const ARTICLES: [&str; 6] = ["le", "el", "den", "on", "em", "il"];

pub(super) fn find_dateline(text: &str) -> Option<Evidence> {
    let text = text.trim_start();
    let head = text.get(..text.floor_char_boundary(HEAD_BYTES_MAX))?;
    let tokens: Vec<&str> = head.split_whitespace().collect();
    let end = tokens.len().min(PLACE_WORDS_MAX + 2);
    let words = (1..end).find_map(|dated| words_of(&tokens, dated))?;
    let term = FoldedText::phrase(&tokens.get(..words).unwrap_or_default().join(" "));
    Some(Evidence { sign: Sign::Words { term, place: Place::Text, offset: 0 }, points: POINTS })
}

fn words_of(tokens: &[&str], dated: usize) -> Option<usize> {
    let (before, from) = tokens.split_at_checked(dated)?;
    let place = match before.split_last() {
        Some((last, place)) if ARTICLES.contains(last) => place,
        _ => before,
    };
    if !is_place(place) {
        return None;
    }
    let words = date_words(from)?;
    ends(from.get(words - 1..).unwrap_or_default()).then_some(dated + words)
}

/// One to six words with a comma after them, each a name or a small word within one.
fn is_place(tokens: &[&str]) -> bool {
    let is_name = |token: &&str| {
        let first = token.chars().find(|c| c.is_alphabetic());
        first.is_some_and(|c| !c.is_lowercase()) || PARTICLES.contains(token)
    };
    tokens.len() <= PLACE_WORDS_MAX
        && tokens.first().is_some_and(|first| !first.starts_with(char::is_lowercase))
        && tokens.last().is_some_and(|last| last.ends_with([',', '،']))
        && tokens.iter().all(is_name)
}

/// How many of the words are a date: `12 May 2020`, `10 de septiembre`, `May 12, 2020`.
fn date_words(tokens: &[&str]) -> Option<usize> {
    let word = |at: usize| tokens.get(at).map_or_else(String::new, |token| FoldedText::phrase(token));
    let is_of = |at: usize| matches!(word(at).as_str(), "de" | "of" | "del");
    let mut at = if day(&word(0)).is_some() {
        let month = 1 + usize::from(is_of(1));
        month_in_text(&word(month))?;
        month + 1
    } else {
        month_in_text(&word(0))?;
        day(&word(1))?;
        2
    };
    let with_year = at + usize::from(is_of(at));
    if year(&word(with_year)).is_some() {
        at = with_year + 1;
    }
    Some(at)
}

/// True when the first word ends the dateline, or a dash, a colon or a parenthesis after it does.
fn ends(tokens: &[&str]) -> bool {
    let ending = [".", ":", "-", "–", "—"];
    let last = tokens.first().copied().unwrap_or_default();
    let next = tokens.get(1).copied().unwrap_or_default();
    ending.iter().any(|mark| last.ends_with(mark)) || ending.iter().chain(&["("]).any(|mark| next.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_begin_with_place_and_date() {
        for text in [
            "GENEVA, 12 May 2020 – Children must be heard.",
            "NEW YORK/GENEVA, 12 May 2020 - Children must be heard.",
            "London, May 12, 2020: children must be heard.",
            "Nairobi, Kenya, 12 May – Children must be heard.",
            "San Salvador, 10 de septiembre de 2020.- La pandemia amplía la brecha.",
            "Londres/Madrid, 10 de septiembre. La organización revela.",
            "Paris, le 12 mai 2020 – Les enfants d'abord.",
            "Berlin, 12. Mai 2020 – Kinder zuerst.",
            "Berlin, den 12. Mai 2020: Kinder zuerst.",
            "Roma, 12 maggio 2020 - I bambini.",
            "Rio de Janeiro, 12 de maio de 2020 – As crianças.",
            "جنيف، 12 مايو 2020 - الأطفال أولا",
            "Женева, 12 мая 2020 – Дети.",
        ] {
            assert!(find_dateline(text).is_some(), "{text}");
        }
        let found = find_dateline("  GENEVA, 12 May 2020 – Children must be heard.").unwrap();
        let words = Sign::Words { term: "geneva 12 may 2020".into(), place: Place::Text, offset: 0 };
        assert_eq!(found.sign, words);
    }

    #[test]
    fn other_beginnings_are_no_datelines() {
        for text in [
            "",
            "12 May 2020 – Children must be heard.",
            "On Tuesday, 12 May 2020, the Committee met.",
            "The Committee met in Geneva, 12 May 2020.",
            "since spring, 12 May 2020 - we know",
            "In London, 12 children of 2020 were heard.",
            "London, May is warm: children swim.",
            "Children in Geneva met on 12 May 2020.",
        ] {
            assert_eq!(find_dateline(text), None, "{text}");
        }
    }
}
