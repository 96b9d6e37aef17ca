//! A condition of a query as reasons name it: what held, or what failed.

use super::Field;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// `None`: the value is words of the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<Field>,
    /// The value, lower case; words as they were typed.
    pub value: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
}

impl Condition {
    pub fn new(field: Field, value: impl Into<String>) -> Self {
        Self { field: Some(field), value: value.into(), negated: false }
    }

    #[must_use]
    pub fn negate(self) -> Self {
        Self { negated: !self.negated, ..self }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("not ")?;
        }
        match self.field {
            Some(field) => write!(f, "{}:{}", field.name(), self.value),
            None => write!(f, "\"{}\"", self.value),
        }
    }
}
