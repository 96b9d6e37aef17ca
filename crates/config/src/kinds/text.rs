//! Texts: words, languages, names and what else is checked letter by letter.

use crate::accent;
use crate::kind::{Entry, Kind, Reading, Shown, TextKind};
use crate::value::{self, Wrong, wrong};
use crate::words::Word;
use plenary_model::language::{Language, Translated};
use plenary_model::term;
use plenary_model::theme::Colour;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::marker::PhantomData;
use toml::Spanned;
use toml::de::DeValue;

pub(crate) const LANGUAGE_KEY: &str = "^[a-z]{2,3}(-[a-z0-9]{1,8})*$";

/// Text that is not empty, without the white space around it.
pub(crate) struct Text;

impl TextKind for Text {
    type Value = String;

    fn parse(text: &str, what: &str) -> Result<String, Wrong> {
        match text.trim() {
            "" => wrong(format!("\"{what}\" is empty"), "write a text, or leave the key out"),
            text => Ok(text.to_owned()),
        }
    }

    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1 })
    }
}
pub(crate) struct TextByLanguage;

impl Kind for TextByLanguage {
    type Value = Translated;

    const WANTED: &'static str = "texts by language: { en = \"…\", fr = \"…\" }";

    fn read(entry: &Entry<'_>, what: &str, reading: &mut Reading<'_>) -> Option<Translated> {
        let DeValue::Table(table) = entry.get_ref() else { return reading.mismatch::<Self>(entry, what) };
        let mut texts = Translated::default();
        for (language, text) in table {
            check_language_key(language, reading);
            if let Some(text) = Text::read(text, what, reading) {
                texts.0.insert(language.get_ref().to_string(), text);
            }
        }
        if table.is_empty() {
            let remedy = "write at least one: { en = \"…\" }";
            reading.report(entry.span().start, format!("\"{what}\" has no text in any language"), remedy);
        }
        Some(texts)
    }

    fn schema() -> Json {
        json!({ "type": "object", "minProperties": 1, "propertyNames": { "pattern": LANGUAGE_KEY },
                "additionalProperties": <Text as Kind>::schema() })
    }
}
pub(crate) fn check_language_key(key: &Spanned<Cow<'_, str>>, reading: &mut Reading<'_>) {
    let name = key.get_ref();
    if Language::parse(name).is_none_or(|language| language.as_str() != name.as_ref()) {
        reading.report(key.span().start, format!("\"{name}\" is no language"), "use codes such as en, fr, es, ar");
    }
}
pub(crate) struct Contact;

impl TextKind for Contact {
    type Value = String;

    fn parse(text: &str, _: &str) -> Result<String, Wrong> {
        value::check_contact(text).map(|()| text.trim().to_owned())
    }

    fn schema() -> Json {
        json!({ "type": "string", "format": "email" })
    }
}
pub(crate) struct AccentByDay;

impl TextKind for AccentByDay {
    type Value = Colour;

    fn parse(text: &str, _: &str) -> Result<Colour, Wrong> {
        accent::parse_by_day(text)
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$" })
    }
}
pub(crate) struct AccentByNight;

impl TextKind for AccentByNight {
    type Value = Colour;

    fn parse(text: &str, _: &str) -> Result<Colour, Wrong> {
        accent::parse_by_night(text)
    }

    fn schema() -> Json {
        <AccentByDay as Kind>::schema()
    }
}
pub(crate) struct LanguageTag;

impl TextKind for LanguageTag {
    type Value = Language;

    fn parse(text: &str, _: &str) -> Result<Language, Wrong> {
        let language = Language::parse(text);
        language.ok_or_else(|| (format!("\"{text}\" is no language"), "use codes such as en, fr, es, ar, pt-br".into()))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$" })
    }
}
pub(crate) struct CountryCode;

impl TextKind for CountryCode {
    type Value = String;

    fn parse(text: &str, what: &str) -> Result<String, Wrong> {
        value::check_country(text).and_then(|()| Text::parse(text, what))
    }

    fn schema() -> Json {
        <Text as Kind>::schema()
    }
}
pub(crate) struct OneOf<W>(PhantomData<W>);

impl<W: Word> TextKind for OneOf<W> {
    type Value = W;

    fn parse(text: &str, what: &str) -> Result<W, Wrong> {
        let found = W::WORDS.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        let remedy = || format!("write one of {}", words::<W>().join(", "));
        found.ok_or_else(|| (format!("\"{what}\" cannot be \"{text}\""), remedy()))
    }

    fn schema() -> Json {
        json!({ "type": "string", "enum": words::<W>() })
    }
}

impl<W: Word> Shown for OneOf<W> {
    fn show(value: &W) -> String {
        let word = W::WORDS.iter().find(|(_, known)| known == value).map_or("", |(word, _)| word);
        format!("\"{word}\"")
    }
}

fn words<W: Word>() -> Vec<&'static str> {
    W::WORDS.iter().map(|(word, _)| *word).collect()
}
pub(crate) struct Term;

impl TextKind for Term {
    type Value = String;

    fn parse(text: &str, _: &str) -> Result<String, Wrong> {
        match term::Term::parse(text) {
            Ok(_) => Ok(text.trim().to_owned()),
            Err(error) => {
                wrong(format!("\"{text}\" is no term: {error}"), "write words, word*, (one | other), or one ~ other")
            }
        }
    }

    fn schema() -> Json {
        <Text as Kind>::schema()
    }
}
