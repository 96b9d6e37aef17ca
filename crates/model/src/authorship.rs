//! How texts say whose they are, and who merely passes them on: what the policy says about authorship.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Words of one language, written like the terms of topics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorshipTerms {
    /// What somebody does who speaks in their own name: warns, calls for.
    pub speaks: Vec<String>,
    /// Texts made to be carried by others: statement, open letter.
    pub texts: Vec<String>,
    /// Words between such a text and its author: by, from.
    pub of: Vec<String>,
    /// Articles before the author's name.
    pub articles: Vec<String>,
    /// What stands before the author at the beginning of a text: published by.
    pub published: Vec<String>,
    /// What stands before the author anywhere: originally published by.
    pub republished: Vec<String>,
    /// What stands before those who signed.
    pub signed: Vec<String>,
    /// What is said over a text that is printed as it is.
    pub in_full: Vec<String>,
    /// What a relay writes before the author's name.
    pub relayed: Vec<String>,
}

/// Who passes on texts of others as they are: a release wire, a portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relay {
    pub name: String,
    /// What its texts bear at their beginning, and other names of it.
    pub marks: Vec<String>,
    /// Where it publishes.
    pub domains: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorship {
    /// By language, primary subtag.
    pub terms: BTreeMap<String, AuthorshipTerms>,
    pub relays: Vec<Relay>,
}
