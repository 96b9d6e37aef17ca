//! What can be wrong with a document or its source, by stable names.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Defines the codes, each with the one name that it has in JSON, in the database and on pages.
macro_rules! codes {
    ($($code:ident = $name:literal,)+) => {
        /// What a [`Warning`](super::entry::Warning) is about. The names are for programs, and stay.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum WarningCode {
            $(#[serde(rename = $name)] $code,)+
            /// A code of another version of the program: what was stored under it still loads.
            #[serde(other, rename = "unknown")]
            Unknown,
        }

        impl WarningCode {
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)+
                    Self::Unknown => "unknown",
                }
            }
        }

        #[cfg(test)]
        const ALL: &[WarningCode] = &[$(WarningCode::$code,)+];
    };
}

codes! {
    BadAttribute = "bad-attribute",
    BadDate = "bad-date",
    BadEntry = "bad-entry",
    BareAmpersand = "bare-ampersand",
    BareLessThan = "bare-less-than",
    Base64 = "base64",
    Dialect = "dialect",
    Encoding = "encoding",
    EndTagCase = "end-tag-case",
    HtmlEntity = "html-entity",
    IllegalCharacter = "illegal-character",
    IllegalReference = "illegal-reference",
    JunkAfterEnd = "junk-after-end",
    JunkBeforeRoot = "junk-before-root",
    LeadingBlanks = "leading-blanks",
    LongWait = "long-wait",
    MixedLanguages = "mixed-languages",
    NoVersion = "no-version",
    NumericId = "numeric-id",
    OddType = "odd-type",
    OtherLanguage = "other-language",
    Proposal = "proposal",
    Repaired = "repaired",
    RepeatedEntry = "repeated-entry",
    SharedId = "shared-id",
    StrayEndTag = "stray-end-tag",
    TitleChanged = "title-changed",
    TooBig = "too-big",
    TooLong = "too-long",
    TooMany = "too-many",
    TooManyEntries = "too-many-entries",
    Truncated = "truncated",
    UnclosedCdata = "unclosed-cdata",
    UnclosedComment = "unclosed-comment",
    UnclosedElement = "unclosed-element",
    UnclosedTag = "unclosed-tag",
    UndeclaredPrefix = "undeclared-prefix",
    UnknownEntity = "unknown-entity",
}

impl fmt::Display for WarningCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_in_json_by_its_name() {
        for code in ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{code}\""));
            assert_eq!(serde_json::from_str::<WarningCode>(&json).unwrap(), *code);
        }
    }

    #[test]
    fn a_code_of_another_version_still_loads() {
        let code: WarningCode = serde_json::from_str("\"since-forgotten\"").unwrap();
        assert_eq!(code, WarningCode::Unknown);
    }
}
