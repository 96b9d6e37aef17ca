//! The rungs: on what grounds two entries are the same piece, judged pair by pair whatever their order.

use super::copies::{is_copy_across, is_copy_within};
use super::finding::{Finding, Likeness, Match, percent};
use super::record::Record;
use super::titles::{has_same_title, is_title_alike};
use plenary_model::link::CanonicalLink;
use plenary_model::sameness::{Rung, Sameness, SecondSign};

/// Share of the lesser text's words of weight that the other must have for two entries of one id to agree.
const AGREEING_SHARE: f64 = 0.5;

/// Below this share two texts under one address speak of different things.
const STRANGE_SHARE: f64 = 0.2;

/// How far apart one source publishes a text twice by mistake, in days. Further apart it is yearly or recurring.
const SAME_SOURCE_DAYS: i64 = 1;

pub(crate) fn judge(a: &Record, b: &Record, window_days: i64) -> Finding {
    if a.shares_source(b) { judge_within(a, b) } else { judge_across(a, b, window_days) }
}

/// Within one source the bar is higher: it knows what it publishes twice, and series look alike.
fn judge_within(a: &Record, b: &Record) -> Finding {
    if a.id == b.id {
        return same(Rung::SameId, Sameness::Id { id: a.id.clone(), second: None });
    }
    let same_title = has_same_title(a, b);
    let same_text = has_same_text(a, b);
    if let Some(link) = find_shared_link(a, b)
        && (same_title || same_text)
    {
        return same(Rung::SameLink, Sameness::Link { link: link.to_owned(), under_one_title: true });
    }
    if a.differs_in_language(b) || !a.is_within(b, SAME_SOURCE_DAYS) {
        return Finding::Different;
    }
    if same_text && same_title {
        return same_text_match(a, true);
    }
    match is_copy_within(a, b) {
        Likeness::Copy(found) => Finding::Same(found),
        Likeness::Perhaps(found) => Finding::Doubt(found),
        Likeness::Related(_) | Likeness::Quotes(_) | Likeness::Other | Likeness::Unlike => Finding::Different,
    }
}

fn judge_across(a: &Record, b: &Record, window_days: i64) -> Finding {
    let same_title = has_same_title(a, b);
    let same_text = has_same_text(a, b);
    let link = find_shared_link(a, b);
    // A translation under one address or id is a version of the work, not a copy.
    if a.differs_in_language(b) && !same_text && !(same_title && link.is_some()) {
        return Finding::Different;
    }
    if let Some(second) = (a.id == b.id && !a.id.is_empty()).then(|| second_sign(a, b, link)).flatten() {
        return same(Rung::SameId, Sameness::Id { id: a.id.clone(), second: Some(second) });
    }
    if let Some(link) = link {
        let are_strangers = !same_title && a.shared_share(b).is_some_and(|share| share < STRANGE_SHARE);
        if !are_strangers {
            return same(Rung::SameLink, Sameness::Link { link: link.to_owned(), under_one_title: false });
        }
    }
    if !a.is_within(b, window_days) {
        return Finding::Different;
    }
    if same_text {
        return same_text_match(a, false);
    }
    match is_copy_across(a, b) {
        Likeness::Copy(found) => Finding::Same(found),
        Likeness::Other => Finding::Different,
        Likeness::Perhaps(found) => match is_title_alike(a, b) {
            Likeness::Copy(by_title) => Finding::Same(by_title),
            _ => Finding::Doubt(found),
        },
        Likeness::Quotes(found) => match is_title_alike(a, b) {
            Likeness::Copy(by_title) | Likeness::Perhaps(by_title) => {
                let both = Sameness::TitleAndText { title: Box::new(by_title.found), text: Box::new(found.found) };
                Finding::Doubt(Match { rung: by_title.rung, score: by_title.score, found: both })
            }
            _ => Finding::Related(found),
        },
        Likeness::Related(found) => match is_title_alike(a, b) {
            Likeness::Copy(by_title) => Finding::Same(by_title),
            Likeness::Perhaps(by_title) => Finding::Doubt(by_title),
            _ => Finding::Related(found),
        },
        Likeness::Unlike => match is_title_alike(a, b) {
            Likeness::Copy(found) => Finding::Same(found),
            Likeness::Perhaps(found) => Finding::Doubt(found),
            Likeness::Related(_) | Likeness::Quotes(_) | Likeness::Other => Finding::Different,
            Likeness::Unlike => Finding::Nothing,
        },
    }
}

/// Anyone can write anyone's id: without a second sign it is taken for impersonation.
fn second_sign(a: &Record, b: &Record, link: Option<&str>) -> Option<SecondSign> {
    if let Some(link) = link {
        return Some(SecondSign::Link { link: link.to_owned() });
    }
    if has_same_title(a, b) {
        return Some(SecondSign::Title);
    }
    if has_same_text(a, b) {
        return Some(SecondSign::Text);
    }
    let share = a.shared_share(b).filter(|share| *share >= AGREEING_SHARE)?;
    Some(SecondSign::Words { share: percent(share) })
}

fn same(rung: Rung, found: Sameness) -> Finding {
    Finding::Same(Match::certain(rung, found))
}

fn same_text_match(a: &Record, within_a_day: bool) -> Finding {
    same(Rung::SameText, Sameness::Text { words: a.text.tokens.len(), within_a_day })
}

fn has_same_text(a: &Record, b: &Record) -> bool {
    a.text_digest().is_some() && a.text_digest() == b.text_digest()
}

fn find_shared_link<'a>(a: &'a Record, b: &Record) -> Option<&'a str> {
    a.links.iter().find(|link| b.links.contains(link)).map(CanonicalLink::as_str)
}
