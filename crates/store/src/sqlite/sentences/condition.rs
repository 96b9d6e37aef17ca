//! What a rule asks for, as it stood in sentences.

use plenary_model::query::{Condition, Field};

/// `not field:value`.
pub(super) fn condition(term: &str) -> Condition {
    let negated = term.starts_with("not ");
    let bare = term.strip_prefix("not ").unwrap_or(term);
    let known = bare.split_once(':').and_then(|(name, value)| Some((Field::from_name(name)?, value)));
    match known {
        Some((field, value)) => Condition { negated, ..Condition::new(field, value) },
        None => Condition { field: None, value: bare.trim_matches('"').to_owned(), negated },
    }
}
