//! How values stand in columns: times as UTC milliseconds, counts as integers, structures as JSON.

use crate::StoreError;
use chrono::{DateTime, Utc};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Row, RowIndex};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::hash::Hash;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::backend(error)
    }
}

/// A time: milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Millis(pub(super) DateTime<Utc>);

impl Millis {
    /// The time in a column that may be empty.
    pub(super) fn some(at: Option<DateTime<Utc>>) -> Option<Self> {
        at.map(Self)
    }
}

impl ToSql for Millis {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(Value::Integer(self.0.timestamp_millis())))
    }
}

impl FromSql for Millis {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let millis = value.as_i64()?;
        DateTime::from_timestamp_millis(millis).map(Self).ok_or(FromSqlError::OutOfRange(millis))
    }
}

/// A number of things; what no integer column can hold is stored as its largest value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count(pub(super) usize);

impl ToSql for Count {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(Value::Integer(i64::try_from(self.0).unwrap_or(i64::MAX))))
    }
}

impl FromSql for Count {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        usize::try_from(number).map(Self).map_err(|_| FromSqlError::OutOfRange(number))
    }
}

/// A structure as JSON text.
#[derive(Clone, Debug)]
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        serde_json::to_string(&self.0)
            .map(|text| ToSqlOutput::Owned(Value::Text(text)))
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_slice(value.as_bytes()?).map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// A word of an enumeration, read by serde as the model writes it.
pub(super) struct Word<T>(pub(super) T);

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = serde_json::Value::String(value.as_str()?.to_owned());
        serde_json::from_value(word).map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// Reads ids, which the model defines and `rusqlite` does not know.
pub(super) trait ReadId {
    fn id<T: From<String>>(&self, column: impl RowIndex) -> rusqlite::Result<T>;

    fn maybe_id<T: From<String>>(&self, column: impl RowIndex) -> rusqlite::Result<Option<T>>;
}

impl ReadId for Row<'_> {
    fn id<T: From<String>>(&self, column: impl RowIndex) -> rusqlite::Result<T> {
        self.get::<_, String>(column).map(T::from)
    }

    fn maybe_id<T: From<String>>(&self, column: impl RowIndex) -> rusqlite::Result<Option<T>> {
        Ok(self.get::<_, Option<String>>(column)?.map(T::from))
    }
}

/// A list as one parameter, read in SQL by `json_each`: any length, one prepared statement.
pub(super) fn list<'a, T: Serialize + 'a>(items: impl IntoIterator<Item = &'a T>) -> Json<Vec<&'a T>> {
    Json(items.into_iter().collect())
}

/// Collects rows of (group, value) into lists by group, in the order of the rows.
pub(super) fn group_rows<K: Eq + Hash, V>(
    rows: impl Iterator<Item = rusqlite::Result<(K, V)>>,
) -> rusqlite::Result<HashMap<K, Vec<V>>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for row in rows {
        let (key, value) = row?;
        groups.entry(key).or_default().push(value);
    }
    Ok(groups)
}
