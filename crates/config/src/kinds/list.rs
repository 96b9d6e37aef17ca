//! Lists.

use super::text::LanguageTag;
use crate::kind::{Entry, Kind, Reading};
use plenary_model::language::Language;
use serde_json::{Value as Json, json};
use std::marker::PhantomData;
use toml::de::DeValue;

pub(crate) struct List<K>(PhantomData<K>);

impl<K: Kind> Kind for List<K> {
    type Value = Vec<K::Value>;

    const WANTED: &'static str = "a list in square brackets: [\"…\", \"…\"]";

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Vec<K::Value>> {
        let DeValue::Array(list) = entry.get_ref() else { return reading.mismatch::<Self>(entry, what) };
        Some(list.iter().filter_map(|item| K::read(item, what, reading)).collect())
    }

    fn schema() -> Json {
        json!({ "type": "array", "items": K::schema() })
    }
}
/// Languages of a site: at least one.
pub(crate) struct Languages;

impl Kind for Languages {
    type Value = Vec<Language>;

    const WANTED: &'static str = List::<LanguageTag>::WANTED;

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Vec<Language>> {
        let languages = List::<LanguageTag>::read(entry, what, reading)?;
        if entry.get_ref().as_array().is_some_and(|list| list.is_empty()) {
            reading.report(entry.span().start, "\"languages\" is an empty list", "name at least one, such as [\"en\"]");
        }
        Some(languages)
    }

    fn schema() -> Json {
        List::<LanguageTag>::schema()
    }
}
