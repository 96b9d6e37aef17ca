//! Sentences of placements, leads and opinions of models.

use super::evidence::{issuer_reason, outside_sign, place};
use super::form::values;
use plenary_model::evidence::Sign;
use plenary_model::learned::{OpinionReason, WeightedFeature};
use plenary_model::query::{Condition, Field};
use plenary_model::reason::{Basis, LeadReason, Reason};

/// Why a piece stood in a section.
pub(super) fn reason(sentence: &str) -> Reason {
    by_staff(sentence).or_else(|| by_rule(sentence)).unwrap_or_else(|| Reason::Note { text: sentence.to_owned() })
}

fn by_staff(sentence: &str) -> Option<Reason> {
    Some(match sentence {
        "was shown here before" => Reason::ShownBefore,
        "no rule places it here any more" => Reason::NoRuleAnyMore,
        _ => {
            if let Some([source]) = values("no rule holds, and pieces of {} go here", sentence) {
                return Some(Reason::SourceDefault { source });
            }
            if let Some([most, source]) =
                values("held back: this section takes {} new pieces of one source a day, and {} has more", sentence)
            {
                return Some(Reason::Quota { most: most.parse().ok()?, source });
            }
            if let Some([why]) = values("learned: {}", sentence) {
                return Some(Reason::Learned { why: opinion_reason(&why) });
            }
            // Early versions named who decided.
            let forms: [(&str, Reason); 5] = [
                ("approved by {}", Reason::Approved),
                ("rejected by {}", Reason::Rejected),
                ("moved here by {}", Reason::MovedHere),
                ("added by {}", Reason::Added),
                ("pinned by {}", Reason::Pinned),
            ];
            if let Some((_, reason)) = forms.into_iter().find(|(form, _)| values::<1>(form, sentence).is_some()) {
                return Some(reason);
            }
            let [section, _] = values("moved to {} by {}", sentence)?;
            Reason::MovedTo { section: section.into() }
        }
    })
}

fn by_rule(sentence: &str) -> Option<Reason> {
    let negated = sentence.starts_with("not ");
    let bare = sentence.strip_prefix("not ").unwrap_or(sentence);
    let (name, rest) = bare.split_once(':')?;
    let field = Field::from_name(name)?;
    let plain =
        |value: &str| Reason::Rule { condition: Condition { negated, ..Condition::new(field, value) }, basis: None };
    let Some((value, told)) = rest.split_once(", ").filter(|_| !negated) else { return Some(plain(rest)) };
    let sign = |term: &str, field: &str| {
        outside_sign(term).unwrap_or_else(|| Sign::Words { term: term.to_owned(), place: place(field), offset: 0 })
    };
    let basis = match field {
        Field::Topic => {
            let [points, term, field] = values("{} points, above all \"{}\" in {}", told)?;
            Basis::Topic { points: points.parse().ok()?, sign: sign(&term, &field) }
        }
        Field::Genre => {
            let [term, field] = values("by \"{}\" in {}", told)?;
            Basis::Genre { sign: sign(&term, &field) }
        }
        Field::Issuer => Basis::Issuer { reason: issuer_reason(told) },
        // A name may have a comma of its own.
        _ => return Some(plain(rest)),
    };
    Some(Reason::Rule { condition: Condition::new(field, value), basis: Some(basis) })
}

pub(super) fn lead_reason(sentence: &str) -> LeadReason {
    let known = [
        LeadReason::Staff,
        LeadReason::Kept,
        LeadReason::Only,
        LeadReason::OthersBlocked,
        LeadReason::Original,
        LeadReason::OthersTakeOver,
        LeadReason::First,
        LeadReason::Fullest,
        LeadReason::Key,
    ];
    // The sentences of these have not changed since they were first kept.
    let told = known.into_iter().find(|reason| reason.to_string() == sentence);
    told.unwrap_or_else(|| LeadReason::Note { text: sentence.to_owned() })
}

pub(super) fn opinion_reason(sentence: &str) -> OpinionReason {
    features(sentence).unwrap_or_else(|| match sentence {
        "an earlier model placed it here" => OpinionReason::EarlierModel,
        _ => OpinionReason::Note { text: sentence.to_owned() },
    })
}

/// `0.87 because "labour" +0.81, topic:health +0.40 (from 0.42 on it belongs here)`.
fn features(sentence: &str) -> Option<OpinionReason> {
    let [probability, because, threshold] = values("{} because {} (from {} on it belongs here)", sentence)?;
    let hundredths = |number: &str| -> Option<i32> { number.replacen('.', "", 1).parse().ok() };
    let percent = |number: &str| hundredths(number).and_then(|percent| u8::try_from(percent).ok());
    let (probability, threshold) = (percent(&probability)?, percent(&threshold)?);
    let feature = |text: &str| {
        let (name, log_odds) = text.rsplit_once(' ')?;
        Some(WeightedFeature { name: name.to_owned(), log_odds: hundredths(log_odds)? })
    };
    let features = match because.as_str() {
        "of the pieces that belong here in general" | "nothing speaks for it" => Vec::new(),
        named => named.split(", ").map(feature).collect::<Option<Vec<_>>>()?,
    };
    Some(OpinionReason::Features { belongs: probability >= threshold, probability, threshold, features })
}
