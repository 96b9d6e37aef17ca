//! What a value must be: a kind reads a value, says what is wrong with it, and gives its JSON Schema, so
//! that the three cannot disagree.

use super::problem::{Named, Problem};
use super::value::Wrong;
use serde_json::Value as Json;
use toml::Spanned;
use toml::de::DeValue;

pub(super) type Entry<'t> = Spanned<DeValue<'t>>;

pub(super) trait Kind {
    type Value;

    /// What to write, said when something of another form stands there.
    const WANTED: &'static str;

    /// Reads `entry`, which is called `what` in messages, and reports what is wrong with it. `None` where
    /// there is nothing to go on with; a value that is given beside a problem serves to find others.
    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Self::Value>;

    fn schema() -> Json;
}

/// A kind of which a value can be shown as the file would write it: one that may have a default.
pub(super) trait Shown: Kind {
    fn show(value: &Self::Value) -> String;
}

pub(super) trait TextKind {
    type Value;

    fn parse(text: &str, what: &str) -> Result<Self::Value, Wrong>;

    fn schema() -> Json;
}

impl<K: TextKind> Kind for K {
    type Value = K::Value;

    const WANTED: &'static str = "a text in quotes";

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Self::Value> {
        let DeValue::String(text) = entry.get_ref() else { return reading.mismatch::<Self>(entry, what) };
        reading.take(entry, K::parse(text, what))
    }

    fn schema() -> Json {
        K::schema()
    }
}

/// A value that is compared with others once everything is read, with the offset at which it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) place: usize,
}

pub(super) struct Reading<'f> {
    pub(super) file: &'f Named<'f>,
    pub(super) problems: &'f mut Vec<Problem>,
}

impl Reading<'_> {
    pub(super) fn report(&mut self, place: usize, message: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(self.file.problem(place, message, remedy));
    }

    /// The value of a reading that went well; the problem of another is noted at `entry`.
    pub(super) fn take<T>(&mut self, entry: &Entry<'_>, found: Result<T, Wrong>) -> Option<T> {
        found.map_err(|(message, remedy)| self.report(entry.span().start, message, remedy)).ok()
    }

    pub(super) fn mismatch<K: Kind + ?Sized>(&mut self, entry: &Entry<'_>, what: &str) -> Option<K::Value> {
        let found = match entry.get_ref() {
            DeValue::String(_) => "a text",
            other => other.type_str(),
        };
        self.report(entry.span().start, format!("\"{what}\" is {found}"), format!("write {}", K::WANTED));
        None
    }
}
