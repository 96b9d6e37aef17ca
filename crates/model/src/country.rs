//! What countries are called in texts.

/// A country with all its names, or what looks like a country and is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2; `None` for what is no country.
    pub code: Option<String>,
    /// Its names, and words that point to it.
    pub names: Vec<CountryName>,
}

/// A name of a country, or a word that points to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryName {
    /// The words, written as terms are; see [`super::term`].
    pub term: String,
    /// Language in whose texts it counts; `None` where it counts in every text.
    pub language: Option<String>,
    /// What it says about the country.
    pub sign: Sign,
}

/// What a word says about a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Names it, and means nothing else.
    Name,
    /// Names it after a word of place, beside another country or with a second sign.
    DoubtfulName,
    /// Names it beside another country or with a second sign.
    VeryDoubtfulName,
    /// Its capital, its adjective: points to it without naming it.
    Pointer,
    /// Only confirms a name.
    Confirmation,
    /// Looks like a country and is none.
    Never,
}
