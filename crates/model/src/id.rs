//! Typed text identifiers. A slug is what an editor typed in `feeds.toml`; a key is derived by us.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Hex digits kept of a digest in a key: 80 bits, so that 10 million entries expect no collision.
const KEY_HEX_DIGITS: usize = 20;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
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
    /// Key of a stored entry: derived from its source and its id, so it is the same in every database.
    EntryKey
);
text_id!(
    /// Key of a piece: derived from the entry that founded it. Part of its page's address.
    PieceId
);

/// Hex digest of fields, each preceded by its length, so that no two sequences run together.
pub fn digest<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for field in fields {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// False for an IRI that breaks the rules of its own scheme, so that validators refuse it: a tag without its
/// date (RFC 4151), a UUID that is none (RFC 9562). Other schemes are not judged.
pub fn fits_its_scheme(iri: &str) -> bool {
    let Some((scheme, rest)) = iri.split_once(':') else { return false };
    let uuid = rest.get(.."uuid:".len()).filter(|name| name.eq_ignore_ascii_case("uuid:"));
    match (scheme.to_ascii_lowercase().as_str(), uuid) {
        ("tag", _) => is_tag(rest),
        ("urn", Some(name)) => is_uuid(rest.get(name.len()..).unwrap_or_default()),
        _ => true,
    }
}

/// What follows `tag:` when it is one: an authority, a date, anything that a path and a query may hold.
fn is_tag(rest: &str) -> bool {
    let Some((authority, rest)) = rest.split_once(',') else { return false };
    let Some((date, specific)) = rest.split_once(':') else { return false };
    let name = authority.rsplit_once('@').map_or(authority, |(_, name)| name);
    let is_named = !name.is_empty() && authority.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._@".contains(&b));
    let parts: Vec<&str> = date.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let is_dated = matches!(lengths.as_slice(), [4] | [4, 2] | [4, 2, 2])
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let fits = |b: u8| b.is_ascii_alphanumeric() || b";/?:@&=+$.-_!~*'()%,#".contains(&b);
    is_named && is_dated && specific.bytes().all(fits)
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

fn short_digest<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut hex = digest(fields);
    hex.truncate(KEY_HEX_DIGITS);
    hex
}

impl EntryKey {
    pub fn derive(source: &SourceId, atom_id: &str) -> Self {
        Self(short_digest([source.as_str(), atom_id]))
    }
}

impl PieceId {
    pub fn from_founder(founder: &EntryKey) -> Self {
        Self(founder.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_to_the_rules_of_their_scheme() {
        for good in [
            "tag:example.org,2020:a",
            "tag:a.writer@example.org,2020-01-31:/p?q=1#x",
            "tag:example.org,2020-01:%20",
            "urn:uuid:5c9b7a52-6f2e-5d0b-9a45-0c6f0f7c1e90",
            "urn:isbn:1",
            "https://example.org/é",
        ] {
            assert!(fits_its_scheme(good), "{good}");
        }
        for bad in [
            "tag:shared,1",
            "tag:example.org:a",
            "tag:,2020:a",
            "tag:example.org,2020-1-1:a",
            "tag:example.org,2020:é",
            "urn:uuid:1",
            "URN:UUID:",
            "no scheme",
        ] {
            assert!(!fits_its_scheme(bad), "{bad}");
        }
    }

    #[test]
    fn fields_do_not_run_together() {
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
        assert_ne!(EntryKey::derive(&"a".into(), "b"), EntryKey::derive(&"ab".into(), ""));
    }
}
