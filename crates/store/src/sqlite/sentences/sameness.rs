//! Sentences of what two entries were found to have in common.

use super::form::values;
use plenary_model::id::EntryKey;
use plenary_model::sameness::{Bar, Join, Sameness, SecondSign, Telling, TitleOver};

/// `as KEY: what was found`; `None` for a founder.
pub(super) fn join(evidence: &str) -> Option<Join> {
    let [with, found] = values("as {}: {}", evidence)?;
    Some(Join { with: EntryKey(with), found: sameness(&found) })
}

pub(super) fn sameness(sentence: &str) -> Sameness {
    let whole = certain(sentence).or_else(|| overlap(sentence)).or_else(|| title(sentence));
    if let Some(found) = whole {
        return found;
    }
    // Two findings in one sentence: what stands against a join, or what the texts have beside the headline.
    if let Some((found, bar)) = sentence.rsplit_once("; ")
        && let Some(bar) = [Bar::Staff, Bar::OtherPieces, Bar::UnlikeTexts].into_iter().find(|b| b.to_string() == bar)
    {
        return Sameness::Barred { found: Box::new(sameness(found)), bar };
    }
    if let Some((headline, text)) = sentence.split_once("; ")
        && let (Some(title), Some(text)) = (title(headline), overlap(text))
    {
        return Sameness::TitleAndText { title: Box::new(title), text: Box::new(text) };
    }
    Sameness::Note { text: sentence.to_owned() }
}

fn certain(sentence: &str) -> Option<Sameness> {
    if sentence == Sameness::FiguresAndNames.to_string() {
        return Some(Sameness::FiguresAndNames);
    }
    if let Some([on]) = values("joined by staff on {}", sentence) {
        return Some(Sameness::Staff { on: on.parse().ok()? });
    }
    if let Some([link]) = values("both are at {} under one title", sentence) {
        return Some(Sameness::Link { link, under_one_title: true });
    }
    if let Some([link]) = values("both are at {}", sentence) {
        return Some(Sameness::Link { link, under_one_title: false });
    }
    if let Some([words]) = values("the same text ({} words)", sentence) {
        return Some(Sameness::Text { words: words.parse().ok()?, within_a_day: false });
    }
    if let Some([words]) = values("one title and the same text within a day ({} words)", sentence) {
        return Some(Sameness::Text { words: words.parse().ok()?, within_a_day: true });
    }
    let [id] = values("both are {}", sentence)?;
    let second = |id: &str| {
        if let Some([id, link]) = values("{} and both are at {}", id) {
            return Some((id, SecondSign::Link { link }));
        }
        if let Some([id]) = values("{} and they have one title", id) {
            return Some((id, SecondSign::Title));
        }
        if let Some([id]) = values("{} and the same text", id) {
            return Some((id, SecondSign::Text));
        }
        let [id, share] = values("{} and share {} % of their words", id)?;
        Some((id, SecondSign::Words { share: share.parse().ok()? }))
    };
    Some(match second(&id) {
        Some((id, second)) => Sameness::Id { id, second: Some(second) },
        None => Sameness::Id { id, second: None },
    })
}

fn overlap(sentence: &str) -> Option<Sameness> {
    let form = "{} of {} words in common, {} in one run; where they overlap {} % agrees";
    let (plain, told) = match sentence.split_once(" % agrees; ") {
        Some((plain, told)) => (format!("{plain} % agrees"), Some(told)),
        None => (sentence.to_owned(), None),
    };
    let [matched, shorter, longest, fidelity] = values(form, &plain)?;
    let telling = match told {
        None => None,
        Some("the rest says the same in other words") => Some(Telling::Reworded),
        Some(told) => {
            let [quoted, how] = values("{} of them quoted; {}", told)?;
            let opens_anew = match how.as_str() {
                "each opens in its own words" => true,
                "the rest is told in other words" => false,
                _ => return None,
            };
            Some(Telling::Retold { quoted: quoted.parse().ok()?, opens_anew })
        }
    };
    Some(Sameness::Overlap {
        matched: matched.parse().ok()?,
        shorter: shorter.parse().ok()?,
        longest: longest.parse().ok()?,
        fidelity: fidelity.parse().ok()?,
        telling,
    })
}

fn title(sentence: &str) -> Option<Sameness> {
    let [words, share, over] = values("one headline of {} words ({} % shared) {}", sentence)?;
    let known = [
        TitleOver::OtherWord,
        TitleOver::WeekApart,
        TitleOver::TeaserOfTheDay,
        TitleOver::LittleInCommon,
        TitleOver::Teaser,
        TitleOver::OtherTexts,
    ];
    let over = match values("over texts with {} words in common", &over) {
        Some([words]) => TitleOver::InCommon { words: words.parse().ok()? },
        None => known.into_iter().find(|known| known.to_string() == over)?,
    };
    Some(Sameness::Title { words: words.parse().ok()?, share: share.parse().ok()?, over })
}
