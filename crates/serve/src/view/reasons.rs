//! What was judged, in the visitor's language: one text of the interface for each kind of reason.
//!
//! Every variant is matched here, and every text stands in every locale, or the program does not build or does
//! not start. What an earlier version wrote down and nobody could read is shown as it stands, marked as English.

use super::search::{name_condition, name_value};
use super::{Phrase, Scene};
use crate::locale::fill;
use plenary_model::evidence::{IssuerReason, Place, Sign};
use plenary_model::language::LanguageGround;
use plenary_model::learned::OpinionReason;
use plenary_model::query::{Condition, Field};
use plenary_model::reason::{LeadReason, Reason};
use plenary_model::sameness::Rung;
use plenary_model::source::Standing;
use plenary_model::view::Facet;

pub(super) fn tell_reason(scene: &Scene<'_>, reason: &Reason) -> Phrase {
    let words = &scene.locale.words.why;
    let own = |text: String| Phrase::own(scene.locale, text);
    match reason {
        // What its value rests on stands beside the facet itself.
        Reason::Rule { condition, .. } => own(condition_in_words(scene, condition)),
        Reason::SourceDefault { source } => own(fill(words.by_default, &[("name", &isolate(scene, source))])),
        Reason::Approved | Reason::Decided => own(words.approved.to_owned()),
        Reason::Rejected => own(words.rejected.to_owned()),
        Reason::MovedHere => own(words.moved_here.to_owned()),
        Reason::MovedTo { section } => {
            let title = name_value(scene, Facet::Field(Field::Section), section.as_str()).text;
            own(fill(words.moved_away, &[("section", &isolate(scene, &title))]))
        }
        Reason::Added => own(words.added.to_owned()),
        Reason::Pinned => own(words.pinned.to_owned()),
        Reason::Quota { most, source } => {
            let most = scene.locale.number(u64::try_from(*most).unwrap_or(u64::MAX));
            own(fill(words.held, &[("most", &most), ("name", &isolate(scene, source))]))
        }
        Reason::AnnouncedAgain { source } => own(fill(words.again, &[("name", &isolate(scene, source))])),
        Reason::Learned { why } => tell_opinion(scene, why),
        Reason::Doubted { .. } => own(words.in_doubt.to_owned()),
        Reason::ShownBefore => own(words.shown_before.to_owned()),
        Reason::NoRuleAnyMore => own(words.no_more.to_owned()),
        Reason::Expired { .. } => own(words.expired.to_owned()),
        Reason::Note { text } => note(text),
    }
}

/// What a model says: the features that speak for it, without their weights.
fn tell_opinion(scene: &Scene<'_>, why: &OpinionReason) -> Phrase {
    let words = &scene.locale.words.why;
    match why {
        OpinionReason::Features { features, .. } if !features.is_empty() => {
            let names = features.iter().map(|feature| isolate(scene, &feature.name)).collect::<Vec<_>>();
            let names = scene.locale.list(names.iter().map(String::as_str));
            Phrase::own(scene.locale, fill(words.learned_by, &[("what", &names)]))
        }
        OpinionReason::Features { .. } | OpinionReason::EarlierModel => Phrase::own(scene.locale, words.learned),
        OpinionReason::Note { text } => note(text),
    }
}

/// Why an entry leads its piece.
pub(super) fn tell_lead(scene: &Scene<'_>, reason: &LeadReason) -> Phrase {
    let words = &scene.locale.words.why;
    let text = match reason {
        LeadReason::Staff => &words.lead_staff,
        LeadReason::Kept => &words.lead_kept,
        LeadReason::Only => &words.lead_only,
        LeadReason::OthersBlocked => &words.lead_blocked,
        LeadReason::Original => &words.lead_original,
        LeadReason::OthersTakeOver => &words.lead_taken_over,
        LeadReason::First => &words.lead_first,
        LeadReason::Fullest => &words.lead_fullest,
        LeadReason::Key => &words.lead_key,
        LeadReason::Note { text } => return note(text),
    };
    Phrase::own(scene.locale, *text)
}

/// Why an entry is the same piece as that of another publisher: by its rung alone, what was found is for
/// `explain`. `None` for the entry that the piece is named after.
pub(super) fn tell_rung(scene: &Scene<'_>, rung: Rung, publisher: &str) -> Option<Phrase> {
    let words = &scene.locale.words.why;
    let text = match rung {
        Rung::Founder => return None,
        Rung::Staff => &words.same_staff,
        Rung::SameId => &words.same_id,
        Rung::SameLink => &words.same_link,
        Rung::SameText => &words.same_text,
        Rung::NearText => &words.near_text,
        Rung::PartOf => &words.part_of,
        Rung::SameTitle => &words.same_title,
        Rung::FiguresAndNames => &words.same_figures,
    };
    Some(Phrase::own(scene.locale, fill(text, &[("name", &isolate(scene, publisher))])))
}

pub(super) fn tell_issuer(scene: &Scene<'_>, reason: &IssuerReason) -> Phrase {
    let words = &scene.locale.words.why;
    let (text, name, what) = match reason {
        IssuerReason::Carrier { name } => (&words.issuer_carrier, name, ""),
        IssuerReason::Feed { name } => (&words.issuer_feed, name, ""),
        IssuerReason::Host { name, host } => (&words.issuer_host, name, host.as_str()),
        IssuerReason::NamedFirst { name, carrier } => (&words.issuer_first, name, carrier.as_str()),
        IssuerReason::Byline { name, byline } => (&words.issuer_byline, name, byline.as_str()),
        IssuerReason::Speaks { name, place: Place::Title } => (&words.issuer_title, name, ""),
        IssuerReason::Speaks { name, .. } => (&words.issuer_text, name, ""),
        IssuerReason::Says { name, place: Place::Title, phrase } => (&words.issuer_title_says, name, phrase.as_str()),
        IssuerReason::Says { name, phrase, .. } => (&words.issuer_text_says, name, phrase.as_str()),
        IssuerReason::Note { text } => return note(text),
    };
    let values = [("name", isolate(scene, name)), ("what", isolate(scene, what))];
    Phrase::own(scene.locale, fill(text, &values.each_ref().map(|(name, value)| (*name, value.as_str()))))
}

/// What a sign says without a word of the text; `None` for one that names words.
pub(super) fn tell_sign(scene: &Scene<'_>, sign: &Sign) -> Option<Phrase> {
    let words = &scene.locale.words.why;
    let text = match sign {
        Sign::Words { .. } => return None,
        Sign::Rule { conditions } => {
            let conditions =
                conditions.iter().map(|condition| condition_in_words(scene, condition)).collect::<Vec<_>>();
            fill(words.by_rule, &[("what", &scene.locale.list(conditions.iter().map(String::as_str)))])
        }
        Sign::Usual { standing } => fill(words.usual, &[("standing", standing_of(scene, *standing))]),
        Sign::AllOfSource { source } => fill(words.all_of_source, &[("name", &isolate(scene, source))]),
        Sign::AllOfStanding { standing } => fill(words.all_of_standing, &[("standing", standing_of(scene, *standing))]),
        Sign::Carrier => words.carries.to_owned(),
        Sign::CountryOf { source } => fill(words.country_of, &[("name", &isolate(scene, source))]),
        Sign::Language { ground } => language_ground(scene, ground.as_ref()),
        // Of the words behind it readers would learn little, and in whatever language they are.
        Sign::Model { .. } => words.by_model.to_owned(),
        Sign::Issuer { reason } => return Some(tell_issuer(scene, reason)),
        Sign::Note { text, .. } => return Some(note(text)),
    };
    Some(Phrase::own(scene.locale, text))
}

fn language_ground(scene: &Scene<'_>, ground: Option<&LanguageGround>) -> String {
    let words = &scene.locale.words.why;
    match ground {
        None | Some(LanguageGround::Entry) => words.declared_by_entry.to_owned(),
        Some(LanguageGround::Feed) => words.declared_by_feed.to_owned(),
        Some(LanguageGround::Source) => words.given_for_source.to_owned(),
        Some(LanguageGround::Detected(_)) => words.by_words.to_owned(),
        Some(LanguageGround::Overruled { declared, .. }) => {
            fill(words.overruled, &[("language", scene.locale.language(declared))])
        }
    }
}

/// What an earlier version wrote down, in English.
fn note(text: &str) -> Phrase {
    Phrase { text: text.to_owned(), lang: "en".to_owned(), dir: "ltr" }
}

fn standing_of<'a>(scene: &Scene<'a>, standing: Standing) -> &'a str {
    scene.locale.words.standing.get(standing).one
}

/// A name inside a sentence; one that runs the other way is kept from taking the sentence's full stop along.
fn isolate(scene: &Scene<'_>, text: &str) -> String {
    let is_arabic = text.chars().any(|c| ('\u{590}'..='\u{8ff}').contains(&c));
    if is_arabic == (scene.locale.direction == "rtl") { text.to_owned() } else { format!("\u{2068}{text}\u{2069}") }
}

/// A condition of a rule: `Topic: Education`.
fn condition_in_words(scene: &Scene<'_>, condition: &Condition) -> String {
    let text = match condition.field {
        Some(field) => in_words(scene, field, &condition.value),
        None => isolate(scene, &condition.value),
    };
    if condition.negated { fill(scene.locale.words.why.not, &[("what", &text)]) } else { text }
}

/// A field with a value: `Topic: Education`.
pub(super) fn in_words(scene: &Scene<'_>, field: Field, value: &str) -> String {
    several(scene, &[(field, value)])
}

/// Fields with values, those of one field in a row under one label: `Topic: Education, Health`.
pub(super) fn several(scene: &Scene<'_>, terms: &[(Field, &str)]) -> String {
    let groups = terms.chunk_by(|(one, _), (other, _)| one == other).filter_map(|group| {
        let (field, _) = group.first()?;
        let values: Vec<String> = group.iter().map(|(field, value)| value_of(scene, *field, value)).collect();
        let values = scene.locale.list(values.iter().map(String::as_str));
        Some(
            label_of(scene, *field)
                .map_or(values.clone(), |label| format!("{label}{} {values}", scene.locale.words.site.colon)),
        )
    });
    groups.collect::<Vec<_>>().join(" · ")
}

/// The label of a field; `None` where the value says it all.
pub(super) fn label_of<'a>(scene: &Scene<'a>, field: Field) -> Option<&'a str> {
    let words = &scene.locale.words;
    match field {
        Field::Section => Some(words.facet.section),
        Field::Topic => Some(words.facet.topic),
        Field::Genre => Some(words.facet.genre),
        Field::Issuer => Some(words.piece.issuer),
        Field::Standing => Some(words.facet.standing),
        Field::Language => Some(words.facet.language),
        Field::Country => Some(words.facet.country),
        Field::Organisation => Some(words.facet.organisation),
        Field::Source => Some(words.facet.source),
        Field::Before | Field::After | Field::Has => None,
    }
}

fn value_of(scene: &Scene<'_>, field: Field, value: &str) -> String {
    let words = &scene.locale.words.why;
    match (field, value) {
        (Field::Has, "deadline") => words.has_deadline.to_owned(),
        (Field::Has, "translation") => words.has_translation.to_owned(),
        (Field::Has, _) => words.has_copy.to_owned(),
        (Field::Issuer | Field::Standing, _) => {
            Standing::parse(value).map_or_else(|| value.to_owned(), |standing| standing_of(scene, standing).to_owned())
        }
        _ => name_condition(scene, field, value).text,
    }
}

#[cfg(test)]
#[path = "reasons_tests.rs"]
mod tests;
