//! Reads once, when an older database is opened, the English sentences in which earlier versions kept their
//! reasons. What cannot be read stays as a note.

mod condition;
mod evidence;
mod form;
mod reasons;
mod sameness;
#[cfg(test)]
mod tests;

use evidence::{issuer_reason, read_evidence};
use reasons::{lead_reason, opinion_reason, reason};
use rusqlite::Transaction;
use rusqlite::functions::FunctionFlags;
use rusqlite_migration::HookResult;
use sameness::{join, sameness};
use serde::Serialize;
use serde_json::Value;

/// Rewrites every stored sentence as the reason that it told.
pub(super) fn read_all(write: &Transaction<'_>) -> HookResult {
    rewrite(write, "placement", "reasons", |text| {
        let sentences: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        json(&sentences.iter().map(|sentence| reason(sentence)).collect::<Vec<_>>())
    })?;
    rewrite(write, "placement", "learned", |text| {
        let mut opinion: Value = serde_json::from_str(text).unwrap_or_default();
        replace(&mut opinion, "why", |why| value(&opinion_reason(why.as_str().unwrap_or_default())));
        opinion.to_string()
    })?;
    rewrite(write, "piece", "lead_reason", |text| json(&lead_reason(text)))?;
    rewrite(write, "member", "evidence", |text| json(&join(text)))?;
    rewrite(write, "doubt", "evidence", |text| json(&sameness(text)))?;
    rewrite(write, "piece", "facets", facets)?;
    Ok(())
}

/// Puts what `read` makes of a column's text in its place; empty columns stay so.
fn rewrite(
    write: &Transaction<'_>,
    table: &str,
    column: &str,
    read: impl Fn(&str) -> String + Send + 'static,
) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    write.create_scalar_function(READ, 1, flags, move |call| Ok(read(call.get_raw(0).as_str()?)))?;
    write.execute(&format!("UPDATE {table} SET {column} = {READ}({column}) WHERE {column} IS NOT NULL"), [])?;
    write.remove_function(READ, 1)
}

/// Name under which SQL calls what reads a sentence.
const READ: &str = "read_sentence";

fn json<T: Serialize>(read: &T) -> String {
    value(read).to_string()
}

fn value<T: Serialize>(read: &T) -> Value {
    serde_json::to_value(read).unwrap_or_default()
}

/// Puts what `read` makes of a member of an object in its place.
fn replace(object: &mut Value, name: &str, read: impl FnOnce(&Value) -> Value) {
    if let Some(member) = object.get_mut(name) {
        *member = read(member);
    }
}

fn facets(text: &str) -> String {
    let mut facets: Value = serde_json::from_str(text).unwrap_or_default();
    let signs = |why: &mut Value, facet: &str| {
        for evidence in why.as_array_mut().into_iter().flatten() {
            *evidence = value(&read_evidence(evidence, facet));
        }
    };
    for list in ["topics", "grounds"] {
        for hit in facets.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            let facet = hit.get("facet").and_then(Value::as_str).unwrap_or_default().to_owned();
            if let Some(why) = hit.get_mut("why") {
                signs(why, &facet);
            }
        }
    }
    if let Some(why) = facets.get_mut("genre_why") {
        signs(why, "");
    }
    replace(&mut facets, "issuer_why", |why| match why.as_str() {
        None | Some("") => Value::Null,
        Some(sentence) => value(&issuer_reason(sentence)),
    });
    facets.to_string()
}
