//! What counts as a country or an organisation, and what only looks like one.

use super::super::lexicon::Lexicon;
use super::super::tests::SHIPPED;
use super::*;
use plenary_model::evidence::Sign;
use plenary_model::language::Language;
use std::sync::LazyLock;

/// The names of the shipped countries alone.
static NAMES: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut builder = Builder::default();
    add_countries(&SHIPPED.policy.countries, &mut builder);
    builder.build()
});

/// The codes of the countries that title and text name.
fn find_countries(language: &str, title: &str, text: &str) -> Vec<&'static str> {
    let words = FoldedText::from_fields([title, text, "", "Bureau of Jordan and Georgia"]);
    let occurrences = NAMES.find(&words, Language::parse(language).as_ref());
    let mut codes: Vec<&str> = countries(&occurrences, &words)
        .iter()
        .filter_map(|found| SHIPPED.policy.countries[found.number].code.as_deref())
        .collect();
    codes.sort_unstable();
    codes
}

#[test]
fn countries_are_named_in_many_languages() {
    for (language, title, codes) in [
        ("en", "Children in Yemen and South Sudan need peace", vec!["SS", "YE"]),
        ("en", "Syrian refugees in Lebanon, Jordan and Turkey", vec!["JO", "LB", "SY", "TR"]),
        ("en", "Papua New Guinea and Equatorial Guinea ratify", vec!["GQ", "PG"]),
        ("fr", "Les enfants du Tchad et de la Côte d'Ivoire", vec!["CI", "TD"]),
        ("es", "La niñez en España, México y el Perú", vec!["ES", "MX", "PE"]),
        ("ar", "الأطفال في سوريا ولبنان والأردن", vec!["JO", "LB", "SY"]),
        ("pt", "As crianças em Moçambique e na Alemanha", vec!["DE", "MZ"]),
        ("de", "Kinder in Österreich und Deutschland", vec!["AT", "DE"]),
        ("it", "Bambini in Svizzera e Spagna", vec!["CH", "ES"]),
        ("ru", "Дети в Украине и Казахстане", vec!["KZ", "UA"]),
        ("en", "The UK and the United States", vec!["GB", "US"]),
    ] {
        assert_eq!(find_countries(language, title, ""), codes, "{title}");
    }
}

#[test]
fn names_of_people_birds_and_other_places_are_no_countries() {
    for (language, title) in [
        ("en", "Jordan Smith wins the spelling contest"),
        ("en", "Michael Jordan on life after sport"),
        ("en", "How to cook a turkey for your family"),
        ("en", "Schools in Georgia reopen after the storm"),
        ("en", "Atlanta, Georgia: children back in school"),
        ("en", "Chad told his friends the news"),
        ("en", "The guinea pig that children love"),
        ("en", "New Mexico and New England schools"),
        ("en", "A school trip to the Lima beans farm"),
        ("en", "Ministers discuss the Paris Agreement"),
        ("en", "French lessons and Spanish songs"),
        ("es", "La pandemia y el ecuador del curso"),
        ("es", "Trabajar por la paz"),
        ("ar", "الدعم المالي للأطفال أو الأسر"),
        ("ar", "المكتب القطري والبنين والبنات"),
        ("ru", "того требует закон об индивидуальной помощи"),
    ] {
        assert_eq!(find_countries(language, title, ""), Vec::<&str>::new(), "{title}");
    }
}

#[test]
fn a_second_sign_or_a_word_of_place_settles_doubt() {
    for (title, text, codes) in [
        ("Georgia reforms its courts", "Parliament in Tbilisi has adopted the law.", vec!["GE"]),
        ("Visitors from Jordan", "", vec!["JO"]),
        ("Government of Turkey responds", "", vec!["TR"]),
        ("Armenia and Georgia at the Committee", "", vec!["AM", "GE"]),
        ("Jordan at the Committee", "The Jordanian delegation replied.", vec!["JO"]),
        ("Congo", "Children in Goma and Kivu flee.", vec!["CD"]),
    ] {
        assert_eq!(find_countries("en", title, text), codes, "{title}");
    }
}

#[test]
fn one_mention_far_down_is_incidental() {
    let far = format!("{} He was born in Norway.", "word ".repeat(LEAD_WORDS));
    assert_eq!(find_countries("en", "A title", &far), Vec::<&str>::new());
    let twice = format!("{far} He never left Norway.");
    assert_eq!(find_countries("en", "A title", &twice), ["NO"]);
    assert_eq!(find_countries("en", "A title", "He was born in Norway."), ["NO"]);
    assert_eq!(find_countries("en", "A title", "A Norwegian said so."), Vec::<&str>::new());
}

#[test]
fn mentions_are_quoted_with_their_place() {
    let words = FoldedText::from_fields(["Peace now", "Children in Yemen and across Yemen", "", ""]);
    let found = countries(&NAMES.find(&words, None), &words);
    let why = &found.first().unwrap().why;
    let yemen = Sign::Words { term: "yemen".into(), place: Place::Text, offset: 2 };
    assert_eq!((why.len(), &why[0].sign), (2, &yemen));
}

#[test]
fn a_country_is_meant_beside_another_and_not_far_from_it() {
    assert_eq!(
        find_countries("en", "", "Refugees of Lebanon, Jordan and Syria. Refugees of Lebanon, Jordan"),
        ["JO", "LB", "SY"]
    );
    assert_eq!(find_countries("en", "", "Lebanon asks for help, and then Jordan asks too"), ["LB"]);
}

#[test]
fn a_text_that_is_a_list_of_doubtful_names_is_read_in_time() {
    let text = "Jordan Chad Georgia Turkey ".repeat(5_000);
    let begin = std::time::Instant::now();
    assert_eq!(find_countries("en", "", &text), Vec::<&str>::new());
    assert!(begin.elapsed() < std::time::Duration::from_secs(10), "{:?}", begin.elapsed());
}
