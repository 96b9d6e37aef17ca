//! What countries are called in texts.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2; `None` for what is no country.
    pub code: Option<String>,
    pub names: Vec<CountryName>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryName {
    /// The words, written as terms are; see [`super::term`].
    pub term: String,
    /// Language in whose texts it counts; `None` where it counts in every text.
    pub language: Option<String>,
    pub sign: Sign,
}

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
    Confirmation,
    Never,
}
