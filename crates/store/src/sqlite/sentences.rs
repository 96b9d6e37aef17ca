//! Reads once, when an older database is opened, the English sentences in which earlier versions kept their
//! reasons. What cannot be read stays as a note.

use plenary_model::evidence::{Evidence, IssuerReason, Place, Sign};
use plenary_model::id::EntryKey;
use plenary_model::language::{Heard, Language, LanguageGround};
use plenary_model::learned::{OpinionReason, WeightedFeature};
use plenary_model::query::{Condition, Field};
use plenary_model::reason::{Basis, LeadReason, Reason};
use plenary_model::sameness::{Bar, Join, Sameness, SecondSign, Telling, TitleOver};
use plenary_model::source::Standing;
use rusqlite::Transaction;
use rusqlite::functions::FunctionFlags;
use rusqlite_migration::HookResult;
use serde::Serialize;
use serde_json::Value;

/// Rewrites every stored sentence as the reason that it told.
pub(super) fn read_all(write: &Transaction<'_>) -> HookResult {
    rewrite(write, "placement", "reasons", |text| {
        let sentences: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        json(&sentences.iter().map(|sentence| reason(sentence)).collect::<Vec<_>>())
    })?;
    rewrite(write, "placement", "learned", |text| {
        let mut opinion: Value = serde_json::from_str(text).unwrap_or_default();
        replace(&mut opinion, "why", |why| value(&opinion_reason(why.as_str().unwrap_or_default())));
        opinion.to_string()
    })?;
    rewrite(write, "piece", "lead_reason", |text| json(&lead_reason(text)))?;
    rewrite(write, "member", "evidence", |text| json(&join(text)))?;
    rewrite(write, "doubt", "evidence", |text| json(&sameness(text)))?;
    rewrite(write, "piece", "facets", facets)?;
    Ok(())
}

/// Puts what `read` makes of a column's text in its place; empty columns stay so.
fn rewrite(
    write: &Transaction<'_>,
    table: &str,
    column: &str,
    read: impl Fn(&str) -> String + Send + 'static,
) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    write.create_scalar_function(READ, 1, flags, move |call| Ok(read(call.get_raw(0).as_str()?)))?;
    write.execute(&format!("UPDATE {table} SET {column} = {READ}({column}) WHERE {column} IS NOT NULL"), [])?;
    write.remove_function(READ, 1)
}

/// Name under which SQL calls what reads a sentence.
const READ: &str = "read_sentence";

fn json<T: Serialize>(read: &T) -> String {
    value(read).to_string()
}

fn value<T: Serialize>(read: &T) -> Value {
    serde_json::to_value(read).unwrap_or_default()
}

/// Puts what `read` makes of a member of an object in its place.
fn replace(object: &mut Value, name: &str, read: impl FnOnce(&Value) -> Value) {
    if let Some(member) = object.get_mut(name) {
        *member = read(member);
    }
}

fn facets(text: &str) -> String {
    let mut facets: Value = serde_json::from_str(text).unwrap_or_default();
    let signs = |why: &mut Value, facet: &str| {
        for evidence in why.as_array_mut().into_iter().flatten() {
            *evidence = value(&read_evidence(evidence, facet));
        }
    };
    for list in ["topics", "grounds"] {
        for hit in facets.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            let facet = hit.get("facet").and_then(Value::as_str).unwrap_or_default().to_owned();
            if let Some(why) = hit.get_mut("why") {
                signs(why, &facet);
            }
        }
    }
    if let Some(why) = facets.get_mut("genre_why") {
        signs(why, "");
    }
    replace(&mut facets, "issuer_why", |why| match why.as_str() {
        None | Some("") => Value::Null,
        Some(sentence) => value(&issuer_reason(sentence)),
    });
    facets.to_string()
}

/// `{"field","term","points","offset"}`, as earlier versions kept it.
fn read_evidence(kept: &Value, facet: &str) -> Evidence {
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

fn outside_sign(term: &str) -> Option<Sign> {
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

fn place(field: &str) -> Place {
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

/// Why a piece stood in a section.
fn reason(sentence: &str) -> Reason {
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
    let field = Field::named(name)?;
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

/// `not field:value`.
fn condition(term: &str) -> Condition {
    let negated = term.starts_with("not ");
    let bare = term.strip_prefix("not ").unwrap_or(term);
    let known = bare.split_once(':').and_then(|(name, value)| Some((Field::named(name)?, value)));
    match known {
        Some((field, value)) => Condition { negated, ..Condition::new(field, value) },
        None => Condition { field: None, value: bare.trim_matches('"').to_owned(), negated },
    }
}

fn issuer_reason(sentence: &str) -> IssuerReason {
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

fn lead_reason(sentence: &str) -> LeadReason {
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

/// `as KEY: what was found`; `None` for a founder.
fn join(evidence: &str) -> Option<Join> {
    let [with, found] = values("as {}: {}", evidence)?;
    Some(Join { with: EntryKey(with), found: sameness(&found) })
}

fn sameness(sentence: &str) -> Sameness {
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

fn opinion_reason(sentence: &str) -> OpinionReason {
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

/// What stands in a sentence for each `{}` of a form; `None` when it is not of this form.
fn values<const N: usize>(form: &str, sentence: &str) -> Option<[String; N]> {
    let mut parts = form.split("{}");
    let mut rest = sentence.strip_prefix(parts.next()?)?;
    let mut found = Vec::with_capacity(N);
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let at =
            if parts.peek().is_none() && rest.ends_with(part) { rest.len() - part.len() } else { rest.find(part)? };
        found.push(rest.get(..at)?.to_owned());
        rest = rest.get(at + part.len()..)?;
    }
    if rest.is_empty() { found.try_into().ok() } else { None }
}

#[cfg(test)]
#[path = "sentences_tests.rs"]
mod tests;
