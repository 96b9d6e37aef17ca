//! JSON values of any type: only broken JSON makes reading fail, and lists are cut while read, so that the excess takes
//! no memory.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IgnoredAny, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// A value where a text should be: texts and numbers are one, anything else is none.
#[derive(Default)]
pub(super) struct Loose {
    text: Option<String>,
    /// True when it was written as a number.
    pub(super) is_number: bool,
}

impl Loose {
    /// The text, trimmed; `None` when empty.
    pub(super) fn text(self) -> Option<String> {
        let text = self.text?;
        let text = if text.trim().len() == text.len() { text } else { text.trim().to_owned() };
        Some(text).filter(|text| !text.is_empty())
    }

    /// The text as it stands.
    pub(super) fn as_str(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// True when there is a text or a number, be it empty.
    pub(super) fn is_given(&self) -> bool {
        self.text.is_some()
    }

    fn from_text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), is_number: false }
    }

    fn number(number: &impl ToString) -> Self {
        Self { text: Some(number.to_string()), is_number: true }
    }
}

impl Serialize for Loose {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::from_text(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Loose, E> {
        Ok(Loose::from_text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Loose, E> {
        Ok(Loose::number(&number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Loose, E> {
        Ok(Loose::number(&number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Loose, E> {
        Ok(Loose::number(&number))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Loose, E> {
        Ok(Loose::default())
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::default())
    }

    /// The first text of a list.
    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Loose, A::Error> {
        let first = values.next_element::<Loose>()?.unwrap_or_default();
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first)
    }

    /// The text that an object is about.
    fn visit_map<A: MapAccess<'de>>(self, mut values: A) -> Result<Loose, A::Error> {
        let mut found = Loose::default();
        while let Some(key) = values.next_key::<String>()? {
            let value: Loose = values.next_value()?;
            let is_text = matches!(key.as_str(), "name" | "rendered" | "text" | "value");
            if is_text && !found.is_given() {
                found = value;
            }
        }
        Ok(found)
    }
}

/// At most `MAX` values of a list; an object or a text where a list should be is the only one in it, and anything else
/// counts as an empty one.
pub(super) struct List<T, const MAX: usize> {
    pub(super) kept: Vec<T>,
    pub(super) more: bool,
}

impl<T, const MAX: usize> Default for List<T, MAX> {
    fn default() -> Self {
        Self { kept: Vec::new(), more: false }
    }
}

impl<T: Serialize, const MAX: usize> Serialize for List<T, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.kept.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for List<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ListVisitor::<T, MAX>(PhantomData))
    }
}

struct ListVisitor<T, const MAX: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for ListVisitor<T, MAX> {
    type Value = List<T, MAX>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        let mut list = List::default();
        while list.kept.len() < MAX {
            let Some(value) = values.next_element()? else { return Ok(list) };
            list.kept.push(value);
        }
        while values.next_element::<IgnoredAny>()?.is_some() {
            list.more = true;
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, values: A) -> Result<Self::Value, A::Error> {
        let one = T::deserialize(MapAccessDeserializer::new(values))?;
        Ok(List { kept: vec![one], more: false })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let one = T::deserialize(text.into_deserializer())?;
        Ok(List { kept: vec![one], more: false })
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(List::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(List::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(List::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(List::default())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(List::default())
    }
}
