//! The JSON Schema of `feeds.toml`, for editors that complete and lint.

use super::shape::{Field, Kind, ROOT};
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 7, which TOML editors read) of a policy file, indented, with a final newline.
pub fn schema() -> String {
    let mut root = object(ROOT);
    if let Value::Object(root) = &mut root {
        root.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
        root.insert("title".into(), json!("Plenary: sources, sections and policy (feeds.toml)"));
    }
    let mut text = serde_json::to_string_pretty(&root).unwrap_or_default();
    text.push('\n');
    text
}

fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| {
            let mut value = of(field.kind);
            if let Value::Object(value) = &mut value {
                value.insert("description".into(), json!(field.doc));
            }
            (field.name.to_owned(), value)
        })
        .collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties, "required": required })
}

const LANGUAGE: &str = "^[a-z]{2,3}(-[a-z0-9]{1,8})*$";

fn of(kind: Kind) -> Value {
    match kind {
        Kind::Text | Kind::Rule | Kind::Term => json!({ "type": "string", "minLength": 1 }),
        Kind::Translated => {
            json!({ "type": "object", "minProperties": 1, "propertyNames": { "pattern": LANGUAGE },
                    "additionalProperties": { "type": "string", "minLength": 1 } })
        }
        Kind::Slug => json!({ "type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$" }),
        Kind::Address | Kind::BaseAddress => json!({ "type": "string", "format": "uri", "pattern": "^https?://" }),
        Kind::Addresses => {
            json!({ "anyOf": [of(Kind::Address), { "type": "array", "minItems": 1, "items": of(Kind::Address) }] })
        }
        Kind::AccentByDay | Kind::AccentByNight => json!({ "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$" }),
        Kind::Contact => json!({ "type": "string", "format": "email" }),
        Kind::Language => json!({ "type": "string", "pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$" }),
        Kind::Word(words) => json!({ "type": "string", "enum": words }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Count(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Points => json!({ "type": "number", "exclusiveMinimum": 0 }),
        Kind::Duration => json!({ "type": "string", "pattern": "^[0-9]+ ?(ms|s|m|min|h|d)$" }),
        Kind::Schedule => json!({ "type": "string", "pattern": "^\\s*\\S+(\\s+\\S+){4,5}\\s*$" }),
        // TOML has days; JSON, for which the schema is written, has only their text.
        Kind::Day => json!({ "type": "string", "format": "date" }),
        Kind::DayOrMonth => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$" }),
        Kind::List(inner) => json!({ "type": "array", "items": of(*inner) }),
        Kind::Table(fields) => object(fields),
        Kind::ByLanguage(fields) => {
            json!({ "type": "object", "propertyNames": { "pattern": LANGUAGE }, "additionalProperties": object(fields) })
        }
        Kind::Tables(fields) => json!({ "type": "array", "items": object(fields) }),
    }
}
