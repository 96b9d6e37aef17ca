//! Numbers, and true or false.

use crate::kind::{Entry, Kind, Reading, Shown};
use serde_json::{Value as Json, json};
use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;
use toml::de::DeValue;

pub(crate) struct Flag;

impl Kind for Flag {
    type Value = bool;

    const WANTED: &'static str = "true or false, without quotes";

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<bool> {
        match entry.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => reading.mismatch::<Self>(entry, what),
        }
    }

    fn schema() -> Json {
        json!({ "type": "boolean" })
    }
}

impl Shown for Flag {
    fn show(value: &bool) -> String {
        value.to_string()
    }
}
pub(crate) struct Count<T, const LEAST: i64, const MOST: i64>(PhantomData<T>);

impl<T: TryFrom<i64>, const LEAST: i64, const MOST: i64> Kind for Count<T, LEAST, MOST> {
    type Value = T;

    const WANTED: &'static str = "a number, without quotes";

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<T> {
        let DeValue::Integer(number) = entry.get_ref() else { return reading.mismatch::<Self>(entry, what) };
        let number = i64::from_str(number.as_str()).ok().filter(|number| (LEAST..=MOST).contains(number));
        let remedy = || format!("write a whole number from {LEAST} to {MOST}");
        let found = number.and_then(|number| T::try_from(number).ok());
        reading.take(entry, found.ok_or_else(|| (format!("\"{what}\" is out of bounds"), remedy())))
    }

    fn schema() -> Json {
        json!({ "type": "integer", "minimum": LEAST, "maximum": MOST })
    }
}

impl<T: TryFrom<i64> + Display, const LEAST: i64, const MOST: i64> Shown for Count<T, LEAST, MOST> {
    fn show(value: &T) -> String {
        value.to_string()
    }
}
pub(crate) struct Points;

impl Kind for Points {
    type Value = f64;

    const WANTED: &'static str = "a number, without quotes";

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<f64> {
        let text = match entry.get_ref() {
            DeValue::Integer(number) => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return reading.mismatch::<Self>(entry, what),
        };
        let points = text.parse::<f64>().ok().filter(|points| points.is_finite() && *points > 0.0);
        let remedy = || "write a number such as 3.0".to_owned();
        reading.take(entry, points.ok_or_else(|| (format!("\"{what}\" is not above zero"), remedy())))
    }

    fn schema() -> Json {
        json!({ "type": "number", "exclusiveMinimum": 0 })
    }
}

impl Shown for Points {
    fn show(value: &f64) -> String {
        value.to_string()
    }
}
