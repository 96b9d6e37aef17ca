//! Which organisations and countries a text names, as far as it is about them: the title counts
//! double, the beginning once, what stands further down half; one mention far down is incidental.

use super::lexicon::{Builder, Occurrence, Role};
use super::topics::evidence;
use super::words::FoldedText;
use plenary_model::country::{Country, Sign};
use plenary_model::evidence::{Evidence, Place};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Words at the beginning of a text in which a name counts in full.
const LEAD_WORDS: usize = 80;
/// Points of a name in the title, in the beginning and in the categories, and further down.
const TITLE_POINTS: f64 = 2.0;
const LEAD_POINTS: f64 = 1.0;
const LATER_POINTS: f64 = 0.5;
/// Part of those points for a word that only points to a country.
const POINTER_WEIGHT: f64 = 0.5;
/// Points from which something counts as named.
const POINTS_MIN: f64 = 1.0;
/// Mentions beyond this many add nothing, and are not quoted.
const MENTIONS_MAX: usize = 3;
/// Organisations, and countries, of one piece: a list of all members is about none of them.
const NAMED_MAX: usize = 12;
/// Words between two countries that are named beside each other: "Lebanon, Jordan and Turkey".
const BESIDE_WORDS: usize = 2;

/// Words after which a doubtful name is a place, normalised.
const PLACE_WORDS: [&str; 18] = [
    "in",
    "from",
    "across",
    "throughout",
    "inside",
    "within",
    "neighbouring",
    "neighboring",
    "en",
    "au",
    "depuis",
    "desde",
    "na",
    "no",
    "em",
    "في",
    "to",
    "near",
];
/// Words before "of" that make what follows a state.
const STATE_WORDS: [&str; 6] = ["government", "kingdom", "republic", "people", "king", "president"];

pub(super) fn add_countries(countries: &[Country], lexicon: &mut Builder) {
    for (country, described) in countries.iter().enumerate() {
        for name in &described.names {
            lexicon.add(Role::Country { country, sign: name.sign }, name.language.as_deref(), &name.term);
        }
    }
}

pub(super) struct Named {
    pub(super) number: usize,
    pub(super) why: Vec<Evidence>,
}

/// The organisations, most points first.
pub(super) fn organisations(occurrences: &[Occurrence], words: &FoldedText) -> Vec<Named> {
    let names = longest(occurrences, words, |role| matches!(role, Role::Name { .. }));
    let mentions = names.iter().filter_map(|one| match one.role {
        Role::Name { organisation } => Some((organisation, *one, weight(one, words))),
        _ => None,
    });
    rank(mentions, words)
}

/// The countries, most points first.
pub(super) fn countries(occurrences: &[Occurrence], words: &FoldedText) -> Vec<Named> {
    let found = longest(occurrences, words, |role| matches!(role, Role::Country { .. }));
    let signs: Vec<(usize, Sign, &Occurrence)> = found
        .into_iter()
        .filter_map(|one| match one.role {
            Role::Country { country, sign } if sign != Sign::Never => Some((country, sign, one)),
            _ => None,
        })
        .collect();
    let confirmed: BTreeSet<usize> = signs.iter().filter(|(_, sign, _)| confirms(*sign)).map(|sign| sign.0).collect();
    let mentions = signs.iter().enumerate().filter_map(|(at, (country, sign, one))| {
        let is_meant = || match sign {
            Sign::DoubtfulName if follows_place(one.at, words) => true,
            _ => confirmed.contains(country) || is_beside_another(at, &signs, words),
        };
        let points = match sign {
            Sign::Name => weight(one, words),
            Sign::DoubtfulName | Sign::VeryDoubtfulName if is_meant() => weight(one, words),
            Sign::Pointer => POINTER_WEIGHT * weight(one, words),
            _ => return None,
        };
        Some((*country, *one, points))
    });
    rank(mentions, words)
}

/// True for a sign after which a doubtful name of the same country is meant anywhere in the text.
fn confirms(sign: Sign) -> bool {
    matches!(sign, Sign::Name | Sign::Pointer | Sign::Confirmation)
}

/// True when the sign at `at` of `signs`, which are in text order and apart, is named beside another country. Only the
/// next few signs are looked at: a text may have thousands.
fn is_beside_another(at: usize, signs: &[(usize, Sign, &Occurrence)], words: &FoldedText) -> bool {
    let Some((country, _, one)) = signs.get(at) else { return false };
    let is_near = |there: &Occurrence| {
        let (first, second) = if there.at < one.at { (there, *one) } else { (*one, there) };
        second.at.saturating_sub(first.at + first.words) <= BESIDE_WORDS
            && words.place(first.at) == words.place(second.at)
    };
    let names_another = |(other, sign, _): &&(usize, Sign, &Occurrence)| other != country && *sign == Sign::Name;
    let before = signs.iter().take(at).rev().take_while(|(_, _, there)| is_near(there));
    let after = signs.iter().skip(at + 1).take_while(|(_, _, there)| is_near(there));
    before.chain(after).any(|sign| names_another(&sign))
}

fn follows_place(at: usize, words: &FoldedText) -> bool {
    let first = words.range(words.place(at)).start;
    let before = |back: usize| if at >= first + back { words.word(at - back) } else { "" };
    PLACE_WORDS.contains(&before(1)) || (before(1) == "of" && STATE_WORDS.contains(&before(2)))
}

/// The occurrences of a kind in title, text and categories, the longest at each place: "South Sudan" is not Sudan.
fn longest<'a>(
    occurrences: &'a [Occurrence],
    words: &FoldedText,
    is_wanted: impl Fn(Role) -> bool,
) -> Vec<&'a Occurrence> {
    let source = words.range(Place::Source);
    let mut wanted: Vec<&Occurrence> =
        occurrences.iter().filter(|one| is_wanted(one.role) && !source.contains(&one.at)).collect();
    wanted.sort_by_key(|one| (one.at, Reverse(one.words), one.term));
    let mut end = 0;
    wanted.retain(|one| {
        let is_free = one.at >= end;
        end = if is_free { one.at + one.words } else { end };
        is_free
    });
    wanted
}

fn weight(one: &Occurrence, words: &FoldedText) -> f64 {
    match words.place(one.at) {
        Place::Title => TITLE_POINTS,
        Place::Text if words.offset(one.at) >= LEAD_WORDS => LATER_POINTS,
        _ => LEAD_POINTS,
    }
}

/// Adds up the mentions of each; those with too few points are left out.
fn rank<'a>(mentions: impl Iterator<Item = (usize, &'a Occurrence, f64)>, words: &FoldedText) -> Vec<Named> {
    let mut by_number: BTreeMap<usize, Vec<(&Occurrence, f64)>> = BTreeMap::new();
    for (number, one, points) in mentions {
        by_number.entry(number).or_default().push((one, points));
    }
    let mut found: Vec<(f64, usize, Named)> = Vec::new();
    for (number, mut mentions) in by_number {
        let first = mentions.iter().map(|(one, _)| one.at).min().unwrap_or_default();
        mentions.sort_by(|one, other| other.1.total_cmp(&one.1));
        mentions.truncate(MENTIONS_MAX);
        let points: f64 = mentions.iter().map(|(_, points)| points).sum();
        if points >= POINTS_MIN {
            let why = mentions.iter().map(|(one, points)| evidence(one, *points, words)).collect();
            found.push((points, first, Named { number, why }));
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    found.into_iter().take(NAMED_MAX).map(|(_, _, named)| named).collect()
}

#[cfg(test)]
#[path = "named_tests.rs"]
mod tests;
