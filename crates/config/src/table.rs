//! Tables of the file. `keys!` declares the keys of one: a declaration is all there is to a key. From it
//! come the check of the file, the JSON Schema with its help and default, and the value that is read. What
//! is not declared cannot be read, and what is declared and not used is a warning of the compiler.

use super::kind::{Entry, Kind, Reading};
use super::kinds::check_language_key;
use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How like two words must be for one to be proposed for the other, 0 to 1 (Jaro-Winkler).
const LIKENESS_MIN: f64 = 0.8;

pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) required: bool,
    /// Shown by editors, and as the remedy where the key is missing.
    pub(super) help: &'static str,
    pub(super) default: Option<fn() -> String>,
    pub(super) schema: fn() -> Json,
}

pub(super) trait Keys: Sized {
    const KEYS: &'static [Key];

    fn read(entries: &mut Entries<'_, '_>) -> Self;
}

/// Declares the keys of a table, and the type that holds what was read for them:
///
/// ```text
/// keys! {
///     TableKeys {
///         /// Help, shown by editors.
///         must name: Text,
///         /// A key whose name is no name in Rust, or means something else there.
///         may rule as "where": Rule,
///         /// A key with a default, to which the help adds "Default 50."
///         may recent: Count<usize, 1, 500> = 50,
///     }
/// }
/// ```
///
/// A key with a default is read as the value of its kind, any other as `Option` of it: what `must` be there
/// is a problem where it is missing.
macro_rules! keys {
    (
        $table:ident {
            $( $(#[doc = $help:literal])+ $need:ident $key:ident $(as $name:literal)?: $kind:ty $(= $default:expr)?, )+
        }
    ) => {
        pub(crate) struct $table {
            $( pub(crate) $key: $crate::table::keys!(@type $kind $(= $default)?), )+
        }

        impl $crate::table::Keys for $table {
            const KEYS: &'static [$crate::table::Key] = &[$(
                $crate::table::Key {
                    name: $crate::table::keys!(@name $key $($name)?),
                    required: $crate::table::keys!(@required $need $(= $default)?),
                    help: concat!($($help),+).trim_ascii(),
                    default: $crate::table::keys!(@shown $kind $(= $default)?),
                    schema: <$kind as $crate::kind::Kind>::schema,
                },
            )+];

            fn read(entries: &mut $crate::table::Entries<'_, '_>) -> Self {
                Self { $(
                    $key: $crate::table::keys!(
                        @value entries.read::<$kind>($crate::table::keys!(@name $key $($name)?)) $(, $default)?
                    ),
                )+ }
            }
        }

        /// What holds where the table is not there.
        impl Default for $table {
            fn default() -> Self {
                Self { $( $key: $crate::table::keys!(@value None $(, $default)?), )+ }
            }
        }
    };

    (@type $kind:ty) => { Option<<$kind as $crate::kind::Kind>::Value> };
    (@type $kind:ty = $default:expr) => { <$kind as $crate::kind::Kind>::Value };
    (@name $key:ident) => { stringify!($key) };
    (@name $key:ident $name:literal) => { $name };
    (@required must) => { true };
    (@required may $(= $default:expr)?) => { false };
    (@shown $kind:ty) => { None };
    (@shown $kind:ty = $default:expr) => { Some(|| <$kind as $crate::kind::Shown>::show(&$default)) };
    (@value $read:expr) => { $read };
    (@value $read:expr, $default:expr) => { $read.unwrap_or_else(|| $default) };
}
pub(super) use keys;

pub(super) struct Entries<'t, 'f> {
    table: &'t DeTable<'t>,
    what: &'t str,
    reading: &'t mut Reading<'f>,
}

impl Entries<'_, '_> {
    pub(super) fn read<K: Kind>(&mut self, name: &str) -> Option<K::Value> {
        let entry = self.table.get(name)?;
        let what = if self.what.is_empty() { name.to_owned() } else { format!("{}.{name}", self.what) };
        K::read(entry, &what, self.reading)
    }
}

/// Reads a table that is called `what` in messages and begins at the offset `place`, and reports keys that
/// are not known or missing.
pub(super) fn read_table<T: Keys>(table: &DeTable<'_>, place: usize, what: &str, reading: &mut Reading<'_>) -> T {
    let within = if what.is_empty() { String::new() } else { format!(" in [{what}]") };
    for name in table.keys().filter(|name| T::KEYS.iter().all(|key| key.name != name.get_ref().as_ref())) {
        report_unknown(name, &within, T::KEYS, reading);
    }
    let read = T::read(&mut Entries { table, what, reading });
    for key in T::KEYS.iter().filter(|key| key.required && !table.contains_key(key.name)) {
        reading.report(place, format!("\"{}\" is missing{within}", key.name), format!("add it: {}", key.help));
    }
    read
}

fn report_unknown(name: &Spanned<Cow<'_, str>>, within: &str, keys: &[Key], reading: &mut Reading<'_>) {
    let remedy = match find_like(name.get_ref(), keys.iter().map(|key| key.name)) {
        Some(like) => format!("did you mean \"{like}\"?"),
        None => format!("the keys here are {}", keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")),
    };
    reading.report(name.span().start, format!("there is no key \"{}\"{within}", name.get_ref()), remedy);
}

/// The one of `names` that is most like `name`, if any is like it.
pub(super) fn find_like<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likenesses = names.map(|other| (strsim::jaro_winkler(name, other), other));
    let like = likenesses.filter(|(likeness, _)| *likeness >= LIKENESS_MIN).max_by(|a, b| a.0.total_cmp(&b.0));
    like.map(|(_, name)| name)
}

pub(super) fn table_schema<T: Keys>() -> Json {
    let describe = |key: &Key| match key.default {
        Some(default) => format!("{} Default {}.", key.help, default()),
        None => key.help.to_owned(),
    };
    let properties: Map<String, Json> = T::KEYS
        .iter()
        .map(|key| {
            let mut schema = (key.schema)();
            if let Json::Object(schema) = &mut schema {
                schema.insert("description".into(), json!(describe(key)));
            }
            (key.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<&str> = T::KEYS.iter().filter(|key| key.required).map(|key| key.name).collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties, "required": required })
}

pub(super) struct Table<T>(PhantomData<T>);

impl<T: Keys> Kind for Table<T> {
    type Value = T;

    const WANTED: &'static str = "a table: [name] on a line of its own, its keys below";

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<T> {
        let DeValue::Table(table) = entry.get_ref() else { return reading.mismatch::<Self>(entry, what) };
        Some(read_table(table, entry.span().start, what, reading))
    }

    fn schema() -> Json {
        table_schema::<T>()
    }
}

pub(super) struct Tables<T>(PhantomData<T>);

impl<T: Keys> Kind for Tables<T> {
    type Value = Vec<T>;

    const WANTED: &'static str = "blocks that each begin with the name in double square brackets";

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Vec<T>> {
        let DeValue::Array(list) = entry.get_ref() else { return reading.mismatch::<Self>(entry, what) };
        Some(list.iter().filter_map(|item| Table::read(item, what, reading)).collect())
    }

    fn schema() -> Json {
        json!({ "type": "array", "items": table_schema::<T>() })
    }
}

pub(super) struct ByLanguage<T>(PhantomData<T>);

impl<T: Keys> Kind for ByLanguage<T> {
    type Value = BTreeMap<String, T>;

    const WANTED: &'static str = Table::<T>::WANTED;

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<BTreeMap<String, T>> {
        let DeValue::Table(table) = entry.get_ref() else { return reading.mismatch::<Self>(entry, what) };
        let mut read = BTreeMap::new();
        for (language, terms) in table {
            check_language_key(language, reading);
            let language = language.get_ref().to_string();
            if let Some(terms) = Table::read(terms, &format!("{what}.{language}"), reading) {
                read.insert(language, terms);
            }
        }
        Some(read)
    }

    fn schema() -> Json {
        json!({ "type": "object", "propertyNames": { "pattern": super::kinds::LANGUAGE_KEY },
                "additionalProperties": table_schema::<T>() })
    }
}
