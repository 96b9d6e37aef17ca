//! The JSON Schema of `feeds.toml`, for editors that complete and lint.

use super::keys::FileKeys;
use super::table::table_schema;
use serde_json::{Value, json};

/// The JSON Schema (draft 7, which TOML editors read) of a policy file, indented, with a final newline.
pub fn schema() -> String {
    let mut root = table_schema::<FileKeys>();
    if let Value::Object(root) = &mut root {
        root.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
        root.insert("title".into(), json!("Plenary: sources, sections and policy (feeds.toml)"));
    }
    let mut text = serde_json::to_string_pretty(&root).unwrap_or_default();
    text.push('\n');
    text
}
