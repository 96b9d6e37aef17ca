//! Whose text it is, as far as the entry shows: who carries a statement and who makes it are two facts.
//!
//! A newspaper that prints UNICEF's statement carries a text of UNICEF; a story that quotes UNICEF is the newspaper's
//! own. So what is enough for an organisation that relays others is not enough for general media. The words for speaking
//! and signing, and the relays, are the policy's.

use super::Carrier;
use super::authoring::{Authoring, Signs};
use super::directory::Directory;
use super::lexicon::{Occurrence, Role};
use super::topics::evidence;
use super::words::FoldedText;
use plenary_model::entry::Entry;
use plenary_model::evidence::{Evidence, IssuerReason, Place};
use plenary_model::link::host_of;
use plenary_model::source::Standing;

/// Words at the beginning of title or text before which the organisation that speaks must be named.
const SUBJECT_WORDS: usize = 6;
/// Words after its name within which it must be said to speak.
const SPEAKS_WORDS: usize = 8;
/// Points of the words that name the author.
const NAMED_POINTS: f64 = 1.0;
/// Words before "signed by X" in which a letter or a statement must be named.
const SIGNED_WORDS: usize = 10;
/// Words at the beginning of a text in which "statement by …" is looked for.
const LEAD_WORDS: usize = 60;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Issuer {
    pub(super) standing: Standing,
    /// Its name, when it is not the one that carries the text.
    pub(super) name: Option<String>,
    pub(super) why: IssuerReason,
    pub(super) found: Option<Evidence>,
}

struct Shown {
    organisation: usize,
    how: How,
    found: Option<Evidence>,
}

enum How {
    Feed,
    Host(String),
    NamedFirst(String),
    Byline(String),
    Speaks(Place),
    Says(Place, String),
}

impl How {
    fn reason(self, name: String) -> IssuerReason {
        match self {
            Self::Feed => IssuerReason::Feed { name },
            Self::Host(host) => IssuerReason::Host { name, host },
            Self::NamedFirst(carrier) => IssuerReason::NamedFirst { name, carrier },
            Self::Byline(byline) => IssuerReason::Byline { name, byline },
            Self::Speaks(place) => IssuerReason::Speaks { name, place },
            Self::Says(place, phrase) => IssuerReason::Says { name, place, phrase },
        }
    }
}

pub(super) fn find_issuer(
    entry: &Entry,
    carriers: &[Carrier],
    directory: &Directory,
    occurrences: &[Occurrence],
    words: &FoldedText,
) -> Issuer {
    let carrier = carriers.first();
    let standing = carrier.map_or(Standing::Media, |carrier| carrier.standing);
    let name = carrier.map_or("", |carrier| carrier.name.as_str());
    let itself = directory.begins(name);
    let shown = by_source(entry, directory)
        .or_else(|| by_name(name, directory))
        .or_else(|| by_author(entry, directory))
        .map(|(organisation, how)| Shown { organisation, how, found: None })
        .or_else(|| by_words(standing, occurrences, directory, words))
        .and_then(|shown| directory.get(shown.organisation).map(|known| (shown, known)));
    match shown {
        Some((Shown { organisation, how, found }, known))
            if Some(organisation) != itself || known.standing != standing && name.contains(SPLITS) =>
        {
            let why = how.reason(known.name.clone());
            Issuer { standing: known.standing, name: Some(known.name.clone()), why, found }
        }
        _ => {
            let why = IssuerReason::Carrier { name: name.to_owned() };
            Issuer { standing, name: None, why, found: None }
        }
    }
}

const SPLITS: [char; 4] = [';', '(', '/', '|'];

/// The feed it was taken from, and the site on which it stands.
fn by_source(entry: &Entry, directory: &Directory) -> Option<(usize, How)> {
    if let Some(source) = &entry.source {
        let host = source.link.as_deref().and_then(host_of).filter(|host| !directory.is_relay_host(host));
        let by_link = host.and_then(|host| directory.at(&host));
        let by_title = || source.title.as_deref().and_then(|title| directory.find_by_name(title));
        if let Some(number) = by_link.or_else(by_title) {
            return Some((number, How::Feed));
        }
    }
    // What stands on a relay's site is no text of the relay's.
    let host = entry.link.as_deref().and_then(host_of).filter(|host| !directory.is_relay_host(host))?;
    let number = directory.at(&host)?;
    Some((number, How::Host(host)))
}

/// A carrier's name that names two: `UNICEF (via …)`, `One; Other`.
fn by_name(name: &str, directory: &Directory) -> Option<(usize, How)> {
    let (first, _) = name.split_once(SPLITS)?;
    let number = directory.begins(first)?;
    Some((number, How::NamedFirst(name.to_owned())))
}

fn by_author(entry: &Entry, directory: &Directory) -> Option<(usize, How)> {
    let names = entry.authors.iter().map(|person| person.name.as_str()).chain(entry.author.as_deref());
    names.into_iter().find_map(|name| Some((directory.find_by_name(name)?, How::Byline(name.to_owned()))))
}

/// What title and text say: `X warns …` as the first words, `statement by X`, `published by X`. A newspaper that prints
/// the full text or a wire's release only passes it on, as a partner does.
fn by_words(
    standing: Standing,
    occurrences: &[Occurrence],
    directory: &Directory,
    words: &FoldedText,
) -> Option<Shown> {
    let mut named: Vec<(usize, &Occurrence)> = occurrences
        .iter()
        .filter_map(|one| match one.role {
            Role::Name { organisation } => Some((organisation, one)),
            _ => None,
        })
        .filter(|(organisation, _)| !directory.is_relay(*organisation))
        .collect();
    if named.is_empty() {
        return None;
    }
    let signs = Signs::collect(occurrences);
    let first_words = |one: &Occurrence| words.place(one.at) == Place::Source || words.offset(one.at) < LEAD_WORDS;
    let is_relayed = signs.any(Authoring::Relay, first_words);
    let passes_on = is_relayed || signs.any(Authoring::InFull, first_words);
    let standing = if standing == Standing::Media && passes_on { Standing::Partner } else { standing };
    // The longest name at a place is the one that is meant.
    named.sort_by_key(|(_, one)| (one.at, usize::MAX - one.words));
    for place in [Place::Title, Place::Text] {
        let here = || named.iter().filter(|(_, one)| words.place(one.at) == place);
        if let Some((number, one)) = here().next()
            && (words.offset(one.at) < SUBJECT_WORDS && speaks(standing, one, place, &signs, words)
                || is_relayed && place == Place::Title && words.offset(one.at) == 0)
        {
            let how = How::Speaks(place);
            return Some(Shown { organisation: *number, how, found: Some(evidence(one, NAMED_POINTS, words)) });
        }
        let of = here().find(|(_, one)| {
            words.offset(one.at) < LEAD_WORDS && is_author_of(standing, one, place, &signs, words)
                || is_relayed && signs.ends_before(Authoring::Relayed, signs.skip_articles(one.at)).is_some()
        });
        if let Some((number, one)) = of {
            let phrase = words.stretch(one.at.saturating_sub(2), one.words + 2);
            let how = How::Says(place, phrase);
            return Some(Shown { organisation: *number, how, found: Some(evidence(one, NAMED_POINTS, words)) });
        }
    }
    None
}

/// True when the organisation is said to speak. In general media that is a story about it: only "X statement …" counts.
fn speaks(standing: Standing, one: &Occurrence, place: Place, signs: &Signs<'_>, words: &FoldedText) -> bool {
    let end = words.range(place).end;
    let after = one.at + one.words;
    if standing == Standing::Media {
        return place == Place::Title && after < end && signs.begins_at(Authoring::Text, after);
    }
    let alone = place == Place::Title && after >= end && words.offset(one.at) <= 1;
    alone || (after..end.min(after + SPEAKS_WORDS)).any(|number| signs.begins_at(Authoring::Speaks, number))
}

/// True for "statement by X", "letter from the X", "published by X", "letter … signed by X".
fn is_author_of(standing: Standing, one: &Occurrence, place: Place, signs: &Signs<'_>, words: &FoldedText) -> bool {
    let first = words.range(place).start;
    let mut at = signs.skip_articles(one.at);
    let mut linked = false;
    while let Some(before) = signs.ends_before(Authoring::Of, at) {
        linked = true;
        at = signs.skip_articles(before);
    }
    if !linked || at <= first {
        return false;
    }
    let is_first = |start: usize| start <= first;
    let published = signs.ends_before(Authoring::Published, at).is_some_and(is_first)
        || signs.ends_before(Authoring::Republished, at).is_some();
    let signed = signs.ends_before(Authoring::Signed, at).is_some()
        && standing != Standing::Media
        && (first.max(at.saturating_sub(SIGNED_WORDS))..at).any(|number| signs.begins_at(Authoring::Text, number));
    let written = signs.ends_before(Authoring::Text, at).is_some();
    published || signed || (written && (standing != Standing::Media || place == Place::Title))
}

#[cfg(test)]
#[path = "issuer_tests.rs"]
mod tests;
