//! The rungs: on what grounds two entries are the same piece, judged pair by pair and without regard
//! to the order in which they came.

use super::card::Card;
use crate::model::link::CanonicalLink;
use std::collections::HashSet;
use std::fmt;

/// On what grounds an entry belongs to its piece, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Rung {
    /// Staff said so.
    Staff,
    /// Same `atom:id`, and the entries agree.
    SameId,
    /// Same page.
    SameLink,
    /// Same text.
    SameText,
}

impl Rung {
    /// The word in `Membership::rung` and in evidence.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::SameId => "same-id",
            Self::SameLink => "same-link",
            Self::SameText => "same-text",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Staff, Self::SameId, Self::SameLink, Self::SameText].into_iter().find(|rung| rung.as_str() == word)
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A pair judged the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The rung it stands on.
    pub(crate) rung: Rung,
    /// What was found, in words.
    pub(crate) evidence: String,
}

/// Share of the shorter text's words that must be found in the other for the two to agree.
const AGREEING_SHARE: f64 = 0.5;

/// Below this share two texts under one address speak of different things.
const STRANGE_SHARE: f64 = 0.2;

/// Fewest different words from which a share says something.
const SHARE_WORDS_MIN: usize = 12;

/// How far apart one source publishes the same text twice by mistake, in days. Further apart it is a
/// yearly statement or a recurring notice.
const SAME_SOURCE_DAYS: i64 = 1;

/// Judges a pair; `None` when they are not shown to be the same piece.
pub(crate) fn judge(a: &Card, b: &Card, window_days: i64) -> Option<Match> {
    if a.shares_source(b) { judge_within(a, b) } else { judge_across(a, b, window_days) }
}

/// Within one source the bar is higher: it knows what it publishes twice, and series look alike.
fn judge_within(a: &Card, b: &Card) -> Option<Match> {
    if a.id == b.id {
        return Some(found(Rung::SameId, format!("both are {}", a.id)));
    }
    let same_title = has_same_title(a, b);
    let same_text = has_same_text(a, b);
    if let Some(link) = shared_link(a, b)
        && (same_title || same_text)
    {
        return Some(found(Rung::SameLink, format!("both are at {link} under one title")));
    }
    (same_text && same_title && a.is_within(b, SAME_SOURCE_DAYS))
        .then(|| same_text_match(a, "one title and the same text within a day"))
}

fn judge_across(a: &Card, b: &Card, window_days: i64) -> Option<Match> {
    let same_title = has_same_title(a, b);
    let same_text = has_same_text(a, b);
    let link = shared_link(a, b);
    // A translation under one address or id is a version of the work, not a copy.
    let agrees_in_language = !a.differs_in_language(b) || same_text || same_title;
    if !agrees_in_language {
        return None;
    }
    let share = shared_words(a, b);
    if a.id == b.id && !a.id.is_empty() {
        // Anyone can write anyone's id: without a second sign it is taken for impersonation.
        let second = if let Some(link) = link {
            Some(format!("and both are at {link}"))
        } else if same_title {
            Some("and they have one title".to_owned())
        } else if same_text {
            Some("and the same text".to_owned())
        } else {
            share
                .filter(|share| *share >= AGREEING_SHARE)
                .map(|share| format!("and share {:.0} % of words", share * 100.))
        };
        if let Some(second) = second {
            return Some(found(Rung::SameId, format!("both are {} {second}", a.id)));
        }
    }
    if let Some(link) = link {
        let are_strangers = !same_title && share.is_some_and(|share| share < STRANGE_SHARE);
        if !are_strangers {
            return Some(found(Rung::SameLink, format!("both are at {link}")));
        }
    }
    (same_text && a.is_within(b, window_days)).then(|| same_text_match(a, "the same text"))
}

fn found(rung: Rung, evidence: String) -> Match {
    Match { rung, evidence }
}

fn same_text_match(a: &Card, how: &str) -> Match {
    let words = a.text.split(' ').count();
    Match { rung: Rung::SameText, evidence: format!("{how} ({words} words)") }
}

fn has_same_title(a: &Card, b: &Card) -> bool {
    !a.title.is_empty() && a.title == b.title
}

fn has_same_text(a: &Card, b: &Card) -> bool {
    a.text_digest.is_some() && a.text_digest == b.text_digest
}

fn shared_link<'a>(a: &'a Card, b: &Card) -> Option<&'a str> {
    a.links.iter().find(|link| b.links.contains(link)).map(CanonicalLink::as_str)
}

/// Share of the shorter one's different words found in the other; `None` when either is too short to
/// say anything.
fn shared_words(a: &Card, b: &Card) -> Option<f64> {
    let words = |card: &Card| -> usize { card.text.split(' ').count() };
    let (short, long) = if words(a) <= words(b) { (a, b) } else { (b, a) };
    let short: HashSet<&str> = short.text.split(' ').collect();
    let long: HashSet<&str> = long.text.split(' ').collect();
    if short.len() < SHARE_WORDS_MIN {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
    let share = short.intersection(&long).count() as f64 / short.len() as f64;
    Some(share)
}
