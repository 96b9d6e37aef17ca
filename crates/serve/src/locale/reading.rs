//! Reads the file of a language, table by table. Written by hand rather than derived: derived readers of these tables
//! were a fifth of this crate's machine code, and of the time to compile it.

use std::collections::BTreeMap;
use toml::{Table, Value};

/// A text of the interface: read once, kept as long as the program runs.
pub(crate) type Text = &'static str;

pub(super) trait FromToml: Sized {
    /// # Errors
    /// What is wrong, after the dotted key at which it stands.
    fn from_toml(value: Value) -> Result<Self, String>;

    /// What stands for a key that the file does not have.
    fn missing() -> Option<Self> {
        None
    }
}

/// A table out of which keys are taken until none is left.
pub(super) struct Keys(Table);

impl Keys {
    pub(super) fn open(value: Value) -> Result<Self, String> {
        match value {
            Value::Table(table) => Ok(Self(table)),
            other => Err(format!("a table is wanted, not {}", other.type_str())),
        }
    }

    pub(super) fn take<T: FromToml>(&mut self, key: &str) -> Result<T, String> {
        match self.0.remove(key) {
            Some(value) => T::from_toml(value).map_err(|error| format!("{key}: {error}")),
            None => T::missing().ok_or_else(|| format!("the key `{key}` is missing")),
        }
    }

    /// # Errors
    /// Names a key that no page uses.
    pub(super) fn close(self) -> Result<(), String> {
        self.0.keys().next().map_or(Ok(()), |key| Err(format!("no page uses the key `{key}`")))
    }
}

impl FromToml for Text {
    fn from_toml(value: Value) -> Result<Self, String> {
        match value {
            Value::String(text) => Ok(text.leak()),
            other => Err(format!("a text is wanted, not {}", other.type_str())),
        }
    }
}

impl<T: FromToml> FromToml for Option<T> {
    fn from_toml(value: Value) -> Result<Self, String> {
        T::from_toml(value).map(Some)
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

impl FromToml for u64 {
    fn from_toml(value: Value) -> Result<Self, String> {
        let number = value.as_integer().and_then(|number| Self::try_from(number).ok());
        number.ok_or_else(|| "a whole number is wanted".to_owned())
    }
}

/// The twelve months.
impl FromToml for [Text; 12] {
    fn from_toml(value: Value) -> Result<Self, String> {
        let texts = value.as_array().into_iter().flatten().cloned().map(Text::from_toml);
        let texts = texts.collect::<Result<Vec<Text>, String>>()?;
        texts.try_into().map_err(|_| "twelve texts are wanted".to_owned())
    }
}

impl FromToml for BTreeMap<String, Text> {
    fn from_toml(value: Value) -> Result<Self, String> {
        let texts = Keys::open(value)?.0.into_iter().map(|(key, text)| match Text::from_toml(text) {
            Ok(text) => Ok((key, text)),
            Err(error) => Err(format!("{key}: {error}")),
        });
        texts.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    words!(Sample { one, other: Option<Text>, until: u64 });

    fn read(text: &str) -> Result<Sample, String> {
        Sample::from_toml(Value::Table(text.parse().unwrap()))
    }

    #[test]
    fn every_key_is_read_and_none_is_left() {
        let sample = read("one = 'a'\nuntil = 3").unwrap();
        assert_eq!((sample.one, sample.other, sample.until), ("a", None, 3));
        for (text, error) in [
            ("until = 3", "the key `one` is missing"),
            ("one = 'a'\nuntil = 3\ntwo = 'b'", "no page uses the key `two`"),
            ("one = 7\nuntil = 3", "one: a text is wanted, not integer"),
            ("one = 'a'\nuntil = 'b'", "until: a whole number is wanted"),
        ] {
            assert_eq!(read(text).unwrap_err(), error);
        }
    }
}
