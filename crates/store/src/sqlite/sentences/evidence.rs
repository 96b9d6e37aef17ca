//! Sentences of evidence: signs found in a text, who speaks, how a language is known.

use super::condition::condition;
use super::form::values;
use plenary_model::evidence::{Evidence, IssuerReason, Place, Sign};
use plenary_model::language::{Heard, Language, LanguageGround};
use plenary_model::source::Standing;
use serde_json::Value;

/// `{"field","term","points","offset"}`, as earlier versions kept it.
pub(super) fn read_evidence(kept: &Value, facet: &str) -> Evidence {
    let text = |name: &str| kept.get(name).and_then(Value::as_str).unwrap_or_default();
    let (field, term) = (text("field"), text("term"));
    let points = kept.get("points").and_then(Value::as_f64).unwrap_or_default();
    let offset = kept.get("offset").and_then(Value::as_u64).and_then(|offset| usize::try_from(offset).ok());
    Evidence { sign: sign(facet, field, term, offset), points }
}

fn sign(facet: &str, field: &str, term: &str, offset: Option<usize>) -> Sign {
    let place = place(field);
    if let Some(offset) = offset {
        return Sign::Words { term: term.to_owned(), place, offset };
    }
    let note = || Sign::Note { text: term.to_owned(), place };
    match (facet, field) {
        (_, "rule") => Sign::Rule { conditions: term.split(" and ").map(condition).collect() },
        ("language", _) => language_ground(term).map_or_else(note, |ground| Sign::Language { ground }),
        ("issuer", _) => Sign::Issuer { reason: issuer_reason(term) },
        _ => outside_sign(term).unwrap_or_else(note),
    }
}

pub(super) fn outside_sign(term: &str) -> Option<Sign> {
    if term == "a source that carries it" {
        return Some(Sign::Carrier);
    }
    if let Some([source]) = values("the country of {}", term) {
        return Some(Sign::CountryOf { source });
    }
    if let Some([standing]) = values("usual for {}", term) {
        return Some(Sign::Usual { standing: Standing::parse(&standing)? });
    }
    if let Some([standing]) = values("every source with the standing {} is about it", term) {
        return Some(Sign::AllOfStanding { standing: Standing::parse(&standing)? });
    }
    values("everything from {} is about it", term).map(|[source]| Sign::AllOfSource { source })
}

/// How a language is known: `None` for a sentence of another kind, `Some(None)` where it came with the entry.
#[expect(clippy::option_option, reason = "the inner one is the ground as the model has it")]
fn language_ground(sentence: &str) -> Option<Option<LanguageGround>> {
    let heard = |text: &str| {
        let [heard, readings] = values("heard in {} of {} readings of the text", text)?;
        Some(Heard { heard: heard.parse().ok()?, readings: readings.parse().ok()? })
    };
    Some(Some(match sentence {
        "given with the entry" => return Some(None),
        "declared by the entry" => LanguageGround::Entry,
        "declared by the feed" => LanguageGround::Feed,
        "not declared; the policy gives it for the source" => LanguageGround::Source,
        _ => match (values("not declared; {}", sentence), values("declared as {} and overruled: {}", sentence)) {
            (Some([text]), _) => LanguageGround::Detected(heard(&text)?),
            (_, Some([declared, text])) => {
                LanguageGround::Overruled { declared: Language::parse(&declared)?, heard: heard(&text)? }
            }
            _ => return None,
        },
    }))
}

pub(super) fn place(field: &str) -> Place {
    match field {
        "title" => Place::Title,
        "category" => Place::Category,
        "source" => Place::Source,
        "rule" => Place::Rule,
        "entry" => Place::Entry,
        "feed" => Place::Feed,
        _ => Place::Text,
    }
}

pub(super) fn issuer_reason(sentence: &str) -> IssuerReason {
    if let Some([name]) = values("{} carries it and nothing names another author", sentence) {
        return IssuerReason::Carrier { name };
    }
    if let Some([name]) = values("{}: the entry names its feed as the source", sentence) {
        return IssuerReason::Feed { name };
    }
    if let Some([name, host]) = values("{}: its page is on {}", sentence) {
        return IssuerReason::Host { name, host };
    }
    if let Some([name, carrier]) = values("{}: \"{}\" names it first", sentence) {
        return IssuerReason::NamedFirst { name, carrier };
    }
    if let Some([name, byline]) = values("{}: the byline is \"{}\"", sentence) {
        return IssuerReason::Byline { name, byline };
    }
    for place in [Place::Title, Place::Text] {
        if let Some([name]) = values(&format!("{{}}: the {place} begins with its words"), sentence) {
            return IssuerReason::Speaks { name, place };
        }
        if let Some([name, phrase]) = values(&format!("{{}}: the {place} says \"{{}}\""), sentence) {
            return IssuerReason::Says { name, place, phrase };
        }
    }
    IssuerReason::Note { text: sentence.to_owned() }
}
