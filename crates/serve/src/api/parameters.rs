//! What a question asks for: parameters by name, each value checked against what there is.

use axum::http::Uri;
use plenary_model::language::Language;
use plenary_model::policy::Policy;
use plenary_model::query::{ASKED_MAX, Field, Node, Query, day_of};
use plenary_model::source::Standing;
use plenary_model::view::Order;

/// Pieces in an answer when the question does not say.
const LIMIT_DEFAULT: usize = 20;
/// Most pieces in an answer.
const LIMIT_MAX: usize = 100;
/// Choices that an error names.
const CHOICES_MAX: usize = 40;

/// What the parameters of `/pieces` ask for.
pub(super) const FILTERS: [(&str, Field); 11] = [
    ("section", Field::Section),
    ("source", Field::Source),
    ("topic", Field::Topic),
    ("genre", Field::Genre),
    ("organisation", Field::Organisation),
    ("country", Field::Country),
    ("language", Field::Language),
    ("standing", Field::Standing),
    ("issuer", Field::Issuer),
    ("after", Field::After),
    ("before", Field::Before),
];
/// What says which part of an answer is wanted.
const PAGING: [&str; 2] = ["cursor", "limit"];

/// The parameters of a question that have a value; an empty one is as absent.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn parse(uri: &Uri) -> Self {
        let given = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned();
        Self(given.filter(|(_, value)| !value.is_empty()).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The pieces that meet all filters.
    ///
    /// # Errors
    /// Words for a person: an unknown parameter or value, with the choices.
    pub(super) fn filters(&self, policy: &Policy) -> Result<Query, String> {
        if self.0.len() > ASKED_MAX {
            return Err(format!("more than {ASKED_MAX} parameters: take some away"));
        }
        let known: Vec<&str> = FILTERS.iter().map(|(known, _)| *known).collect();
        self.check_names(&known)?;
        let mut query = Query::default();
        for (name, value) in &self.0 {
            if let Some((_, field)) = FILTERS.iter().find(|(known, _)| known == name) {
                check_value(policy, *field, name, value)?;
                query = query.and(Node::Field { field: *field, value: value.to_lowercase(), column: 0 });
            }
        }
        Ok(query)
    }

    /// What is searched for, and in which order.
    ///
    /// # Errors
    /// Words for a person, as [`Parameters::filters`] gives them.
    pub(super) fn search(&self) -> Result<(Query, Order), String> {
        self.check_names(&["q", "order"])?;
        let query = Query::parse_search(self.get("q").unwrap_or_default())
            .map_err(|error| format!("q, character {}: {}", error.column, error.message))?;
        let order = match self.get("order") {
            None | Some("relevance") => Order::Relevance,
            Some("date") => Order::Date,
            Some(other) => return Err(refuse("order", other, &["relevance", "date"])),
        };
        Ok((query, order))
    }

    /// # Errors
    /// Words for a person.
    pub(super) fn limit(&self) -> Result<usize, String> {
        let Some(asked) = self.get("limit") else { return Ok(LIMIT_DEFAULT) };
        let limit = is_number(asked).then(|| asked.parse().ok()).flatten();
        let limit = limit.filter(|limit| (1..=LIMIT_MAX).contains(limit));
        limit.ok_or_else(|| format!("limit: a number from 1 to {LIMIT_MAX}"))
    }

    /// # Errors
    /// Words for a person.
    pub(super) fn cursor(&self) -> Result<Option<i64>, String> {
        let Some(asked) = self.get("cursor") else { return Ok(None) };
        let cursor = is_number(asked.trim_start_matches('-')).then(|| asked.parse().ok()).flatten();
        cursor.map(Some).ok_or_else(|| "cursor: give back \"next\" of the answer before".to_owned())
    }

    fn check_names(&self, known: &[&str]) -> Result<(), String> {
        let is_known = |name: &str| known.contains(&name) || PAGING.contains(&name);
        match self.0.iter().find(|(name, _)| !is_known(name)) {
            None => Ok(()),
            Some((name, _)) => {
                let known: Vec<&str> = known.iter().chain(&PAGING).copied().collect();
                Err(format!("there is no parameter \"{}\": they are {}", quote(name), known.join(", ")))
            }
        }
    }
}

/// True for digits alone: no sign and no blank, which parsing would let through.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The values of a filter that the policy knows; `None` for one whose values are anybody's.
pub(super) fn choices(policy: &Policy, field: Field) -> Option<Vec<&str>> {
    Some(match field {
        Field::Section => policy.sections.iter().map(|section| section.id.as_str()).collect(),
        Field::Source => policy.sources.iter().map(|source| source.id.as_str()).collect(),
        Field::Topic => policy.topics.iter().map(|topic| topic.id.as_str()).collect(),
        Field::Genre => policy.genres.iter().map(|genre| genre.id.as_str()).collect(),
        Field::Standing | Field::Issuer => Standing::ALL.iter().map(|standing| standing.as_str()).collect(),
        _ => return None,
    })
}

fn check_value(policy: &Policy, field: Field, name: &str, value: &str) -> Result<(), String> {
    if let Some(choices) = choices(policy, field) {
        return if choices.contains(&value) { Ok(()) } else { Err(refuse(name, value, &choices)) };
    }
    match field {
        Field::Before | Field::After => {
            let is_written =
                value.split('-').zip([4, 2, 2]).all(|(part, digits)| part.len() == digits && is_number(part));
            let is_day = is_written && value.len() <= "YYYY-MM-DD".len() && day_of(value).is_some();
            let wrong = || format!("{name}: write YYYY, YYYY-MM or YYYY-MM-DD, not \"{}\"", quote(value));
            is_day.then_some(()).ok_or_else(wrong)
        }
        Field::Country => {
            let is_code = value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_alphabetic());
            let wrong = || format!("{name}: write a code of two letters (ISO 3166-1), not \"{}\"", quote(value));
            is_code.then_some(()).ok_or_else(wrong)
        }
        Field::Language => {
            let wrong = || format!("{name}: write a language tag such as en or pt-br, not \"{}\"", quote(value));
            let language = Language::parse(value).filter(|_| value.trim() == value);
            language.map(|_| ()).ok_or_else(wrong)
        }
        // A name as publishers write it; any may turn up.
        _ => Ok(()),
    }
}

fn refuse(name: &str, value: &str, choices: &[&str]) -> String {
    let named = choices.iter().take(CHOICES_MAX).copied().collect::<Vec<_>>().join(", ");
    let more = choices.len().saturating_sub(CHOICES_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{name}: there is no \"{}\"; the choices are {named}{more}", quote(value))
}

/// As much of a value as an error repeats.
fn quote(value: &str) -> String {
    /// In characters.
    const REPEATED_MAX: usize = 80;
    value.chars().take(REPEATED_MAX).collect()
}
