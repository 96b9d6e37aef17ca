//! Holds a parsed file against its shape and names everything that does not fit.

use super::problem::{Named, Problem};
use super::schedule;
use super::shape::{Field, Kind};
use super::theme;
use super::value::{self, Wrong};
use plenary_model::event::days_of;
use plenary_model::language::Language;
use plenary_model::query::Query;
use plenary_model::term::Term;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How like two keys must be for one to be proposed for the other, 0 to 1 (Jaro-Winkler).
const LIKENESS_MIN: f64 = 0.8;
/// Length of a month in quotes, such as `2021-05`; what is longer is taken for a day in quotes.
const MONTH_CHARS: usize = 7;

/// Checks every key of `table` against `fields`. `place` is the offset to name when a key is missing.
pub(super) fn table(
    file: Named<'_>,
    table: &DeTable<'_>,
    place: usize,
    what: &str,
    fields: &[Field],
    problems: &mut Vec<Problem>,
) {
    for (key, entry) in table {
        match fields.iter().find(|field| field.name == key.get_ref().as_ref()) {
            Some(field) => {
                let what = if what.is_empty() { field.name.to_owned() } else { format!("{what}.{}", field.name) };
                one(file, entry, field.kind, &what, problems);
            }
            None => problems.push(unknown(file, key, what, fields)),
        }
    }
    for field in fields.iter().filter(|field| field.required) {
        if !table.keys().any(|key| key.get_ref().as_ref() == field.name) {
            let of = if what.is_empty() { String::new() } else { format!(" in [{what}]") };
            problems.push(file.problem(
                place,
                format!("\"{}\" is missing{of}", field.name),
                format!("add it: {}", field.doc),
            ));
        }
    }
}

fn unknown(file: Named<'_>, key: &Spanned<std::borrow::Cow<'_, str>>, what: &str, fields: &[Field]) -> Problem {
    let name = key.get_ref();
    let like = fields
        .iter()
        .map(|field| (strsim::jaro_winkler(name, field.name), field.name))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let remedy = if let Some((_, like)) = like {
        format!("did you mean \"{like}\"?")
    } else {
        let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
        format!("the keys here are {}", known.join(", "))
    };
    let of = if what.is_empty() { String::new() } else { format!(" in [{what}]") };
    file.problem(key.span().start, format!("there is no key \"{name}\"{of}"), remedy)
}

fn one(file: Named<'_>, entry: &Spanned<DeValue<'_>>, kind: Kind, what: &str, problems: &mut Vec<Problem>) {
    let span = entry.span();
    let mut wrong = |wrong: Wrong| problems.push(file.problem(span.start, wrong.0, wrong.1));
    match (kind, entry.get_ref()) {
        (Kind::Table(fields), DeValue::Table(inner)) => table(file, inner, span.start, what, fields, problems),
        (Kind::ByLanguage(fields), DeValue::Table(inner)) => {
            for (key, value) in inner {
                language_key(file, key, problems);
                one(file, value, Kind::Table(fields), &format!("{what}.{}", key.get_ref()), problems);
            }
        }
        (Kind::Tables(fields), DeValue::Array(list)) => {
            for item in list {
                one(file, item, Kind::Table(fields), what, problems);
            }
        }
        (Kind::List(inner), DeValue::Array(list)) => {
            for item in list {
                one(file, item, *inner, what, problems);
            }
        }
        (Kind::Addresses, DeValue::Array(list)) => {
            if list.is_empty() {
                wrong((format!("\"{what}\" is an empty list"), "name at least one address".into()));
            }
            for item in list {
                one(file, item, Kind::Address, what, problems);
            }
        }
        (Kind::Translated, DeValue::Table(inner)) => {
            for (key, value) in inner {
                language_key(file, key, problems);
                one(file, value, Kind::Text, what, problems);
            }
            if inner.is_empty() {
                let remedy = "write at least one: { en = \"…\" }".to_owned();
                problems.push(file.problem(span.start, format!("\"{what}\" has no text in any language"), remedy));
            }
        }
        (Kind::Rule, DeValue::String(text)) => rule(file, &span, text, problems),
        (kind, DeValue::String(text)) => {
            if let Err(found) = string(kind, text, what) {
                wrong(found);
            }
        }
        (kind, value) => {
            if let Err(found) = other(kind, value, what) {
                wrong(found);
            }
        }
    }
}

fn language_key(file: Named<'_>, key: &Spanned<std::borrow::Cow<'_, str>>, problems: &mut Vec<Problem>) {
    let name = key.get_ref();
    if Language::parse(name).is_none_or(|language| language.as_str() != name.as_ref()) {
        let message = format!("\"{name}\" is no language");
        problems.push(file.problem(key.span().start, message, "use codes such as en, fr, es, ar"));
    }
}

fn rule(file: Named<'_>, span: &Range<usize>, text: &str, problems: &mut Vec<Problem>) {
    if let Err(error) = Query::parse_rule(text) {
        let place = file.inside(span, error.column);
        problems.push(file.problem(place, format!("the rule cannot be read: {}", error.message), RULE_REMEDY));
    }
}

pub(super) const RULE_REMEDY: &str =
    "a rule is field:value with and, or, not and parentheses, such as topic:covid-19 and not issuer:media";

fn string(kind: Kind, text: &str, what: &str) -> Result<(), Wrong> {
    match kind {
        Kind::Text if text.trim().is_empty() => {
            Err((format!("\"{what}\" is empty"), "write a text, or leave the key out".into()))
        }
        Kind::Text => Ok(()),
        Kind::Term => Term::parse(text).map(drop).map_err(|error| {
            let remedy = "write words, word*, (one | other), or one ~ other".to_owned();
            (format!("\"{text}\" is no term: {error}"), remedy)
        }),
        Kind::Slug => value::slug(text),
        Kind::Address | Kind::Addresses => value::address(text).map(drop),
        Kind::BaseAddress => value::base_address(text).map(drop),
        Kind::AccentByDay => theme::accent_by_day(text).map(drop),
        Kind::AccentByNight => theme::accent_by_night(text).map(drop),
        Kind::Contact => value::contact(text),
        Kind::Language => match Language::parse(text) {
            Some(_) => Ok(()),
            None => Err((format!("\"{text}\" is no language"), "use codes such as en, fr, es, ar, pt-br".into())),
        },
        Kind::Word(words) if words.contains(&text) => Ok(()),
        Kind::Word(words) => {
            Err((format!("\"{what}\" cannot be \"{text}\""), format!("write one of {}", words.join(", "))))
        }
        Kind::Duration => value::duration(text).map(drop),
        Kind::Schedule => schedule::six_fields(text)
            .map(drop)
            .map_err(|wrong| (wrong, "write a crontab line such as \"*/20 * * * *\" (every 20 minutes, UTC)".into())),
        Kind::DayOrMonth if text.len() == MONTH_CHARS => match days_of(text) {
            Some(_) => Ok(()),
            None => Err((format!("\"{what}\" is no month"), "write year and month: \"2021-05\"".into())),
        },
        Kind::Day | Kind::DayOrMonth => {
            Err((format!("\"{what}\" is a text"), format!("write the day without quotes: {what} = 2021-05-17")))
        }
        kind => mismatch(kind, "a text", what),
    }
}

fn other(kind: Kind, value: &DeValue<'_>, what: &str) -> Result<(), Wrong> {
    match (kind, value) {
        (Kind::Flag, DeValue::Boolean(_)) => Ok(()),
        (Kind::Count(least, most), DeValue::Integer(number)) => match number.as_str().parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(()),
            _ => Err((format!("\"{what}\" is out of bounds"), format!("write a whole number from {least} to {most}"))),
        },
        (Kind::Points, DeValue::Integer(_) | DeValue::Float(_)) => match points(value) {
            Some(_) => Ok(()),
            None => Err((format!("\"{what}\" is not above zero"), "write a number such as 3.0".into())),
        },
        (Kind::Day | Kind::DayOrMonth, DeValue::Datetime(day)) => match super::read::day(*day) {
            Some(_) => Ok(()),
            None => Err((format!("\"{what}\" is no day"), "write year, month and day alone: 2021-05-17".into())),
        },
        (kind, value) => mismatch(kind, value.type_str(), what),
    }
}

/// The number of a points value, when it is above zero.
pub(super) fn points(value: &DeValue<'_>) -> Option<f64> {
    let text = match value {
        DeValue::Integer(number) => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => return None,
    };
    text.parse::<f64>().ok().filter(|points| points.is_finite() && *points > 0.0)
}

fn mismatch(kind: Kind, found: &str, what: &str) -> Result<(), Wrong> {
    let wanted = match kind {
        Kind::Flag => "true or false, without quotes",
        Kind::Count(..) | Kind::Points => "a number, without quotes",
        Kind::Day | Kind::DayOrMonth => "a day without quotes, such as 2021-05-17",
        Kind::Translated => "texts by language: { en = \"…\", fr = \"…\" }",
        Kind::List(_) => "a list in square brackets: [\"…\", \"…\"]",
        Kind::Addresses => "an address in quotes, or a list of them",
        Kind::Table(_) | Kind::ByLanguage(_) => "a table: [name] on a line of its own, its keys below",
        Kind::Tables(_) => "blocks that each begin with the name in double square brackets",
        _ => "a text in quotes",
    };
    Err((format!("\"{what}\" is {found}"), format!("write {wanted}")))
}
