//! Typed text identifiers. A slug is what an editor typed in `feeds.toml`; a key is derived by us.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Hex digits kept of a digest in a derived key: 80 bits, so that a store of 10 million entries
/// expects no collision.
const KEY_HEX_DIGITS: usize = 20;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

text_id!(
    /// Slug of a source in `feeds.toml`.
    SourceId
);
text_id!(
    /// Slug of a section in `feeds.toml`; part of its feed's address.
    SectionSlug
);
text_id!(
    /// Slug of a topic, such as `covid-19`.
    TopicSlug
);
text_id!(
    /// Slug of a genre, such as `press-release`.
    GenreSlug
);
text_id!(
    /// Key of a stored entry: derived from its source and its id, so the same entry has the same
    /// key in every database.
    EntryKey
);
text_id!(
    /// Key of a piece: derived from the entry that founded it. Part of its page's address.
    PieceId
);

/// Hex digest of a sequence of fields. Each field is preceded by its length, so that no two
/// sequences run together into the same bytes.
pub fn digest<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for field in fields {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn short_digest<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut hex = digest(fields);
    hex.truncate(KEY_HEX_DIGITS);
    hex
}

impl EntryKey {
    /// The key of the entry that `source` publishes under `atom_id`.
    pub fn of(source: &SourceId, atom_id: &str) -> Self {
        Self(short_digest([source.as_str(), atom_id]))
    }
}

impl PieceId {
    /// The id of the piece that `founder` founds.
    pub fn founded_by(founder: &EntryKey) -> Self {
        Self(founder.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_together() {
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
        assert_ne!(EntryKey::of(&"a".into(), "b"), EntryKey::of(&"ab".into(), ""));
    }
}
