//! Languages as BCP 47 tags, and texts that exist in several of them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Languages written from right to left, by primary subtag.
const RIGHT_TO_LEFT: [&str; 11] = ["ar", "arz", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

/// A BCP 47 language tag in lower case, such as `en` or `pt-br`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// Reads a tag as publishers write it (`en_GB`, `FR`, ` es `). `None` for more than 35 characters (RFC
    /// 5646 4.4.1), or what is not a primary subtag of 2 or 3 letters and further ones of letters and digits.
    pub fn parse(text: &str) -> Option<Self> {
        let tag = text.trim().replace('_', "-").to_ascii_lowercase();
        let mut subtags = tag.split('-');
        let primary = subtags.next()?;
        let fits = tag.len() <= 35
            && (2..=3).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && subtags.all(|s| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric()));
        fits.then_some(Self(tag))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The primary subtag: `pt` of `pt-br`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    pub fn direction(&self) -> &'static str {
        if RIGHT_TO_LEFT.contains(&self.primary()) { "rtl" } else { "ltr" }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LanguageGround {
    Entry,
    Feed,
    Source,
    /// Nobody declares one, and the text is plain enough.
    Detected(Heard),
    /// Another one is declared, but the text is plainly in this one.
    Overruled {
        declared: Language,
        /// How plainly the text is in another one.
        heard: Heard,
    },
}

/// How sure a detected language is: in how many readings of the text it was heard. A reading is that of the whole text,
/// of one of its halves, or of the script alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    pub heard: u8,
    pub readings: u8,
}

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "heard in {} of {} readings of the text", self.heard, self.readings)
    }
}

impl fmt::Display for LanguageGround {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry => f.write_str("declared by the entry"),
            Self::Feed => f.write_str("declared by the feed"),
            Self::Source => f.write_str("not declared; the policy gives it for the source"),
            Self::Detected(heard) => write!(f, "not declared; {heard}"),
            Self::Overruled { declared, heard } => write!(f, "declared as {declared} and overruled: {heard}"),
        }
    }
}

/// A text in several languages, keyed by primary subtag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Translated(pub BTreeMap<String, String>);

impl Translated {
    /// The text in `language`, else in English, else in any language, else empty.
    pub fn get(&self, language: &str) -> &str {
        self.0.get(language).or_else(|| self.0.get("en")).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tags_as_publishers_write_them() {
        assert_eq!(Language::parse("en_GB").unwrap().as_str(), "en-gb");
        assert_eq!(Language::parse(" FR ").unwrap().primary(), "fr");
        assert_eq!(Language::parse("ar").unwrap().direction(), "rtl");
        for bad in ["", "english", "e", "en us", "en-", "1a"] {
            assert_eq!(Language::parse(bad), None, "{bad}");
        }
    }
}
