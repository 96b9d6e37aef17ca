//! Tests of the interface languages.

use super::*;
use std::collections::BTreeMap;

fn locale(tag: &str) -> &'static Locale {
    Locale::find(tag).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Every text of a file by its dotted key.
fn flat(prefix: &str, value: &toml::Value, into: &mut BTreeMap<String, String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                flat(&format!("{prefix}.{key}"), value, into);
            }
        }
        other => {
            into.insert(prefix.to_owned(), other.as_str().map_or_else(|| other.to_string(), str::to_owned));
        }
    }
}

fn placeholders(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    found.sort_unstable();
    found
}

fn texts(text: &str) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    flat("", &toml::from_str(text).unwrap(), &mut keys);
    keys
}

#[test]
fn all_languages_have_the_same_keys_and_placeholders() {
    let english = texts(TEXTS[0].1);
    for (tag, text) in TEXTS {
        let own = texts(text);
        for (key, text) in &own {
            let Some(original) = english.get(key) else {
                let form = key.rsplit('.').next().unwrap();
                assert!(["zero", "two", "few", "many"].contains(&form), "{tag}: {key} is not in English");
                continue;
            };
            assert_eq!(text.is_empty(), original.is_empty(), "{tag}: {key}");
            // The forms for one and two may say the number in words.
            if key.rsplit('.').next() != Some("one") && !key.starts_with(".time") {
                assert_eq!(placeholders(text), placeholders(original), "{tag}: {key}");
            }
        }
        let missing: Vec<&String> = english.keys().filter(|key| !own.contains_key(*key)).collect();
        assert!(missing.is_empty(), "{tag} lacks {missing:?}");
    }
}

#[test]
fn arabic_has_all_six_plural_forms() {
    let pieces = &locale("ar").words.count.pieces;
    let forms: Vec<String> = [0, 1, 2, 3, 11, 100, 103].iter().map(|n| locale("ar").count(pieces, *n)).collect();
    assert_eq!(forms, ["لا مواد", "مادة واحدة", "مادتان", "3 مواد", "11 مادة", "100 مادة", "103 مواد"]);
}

#[test]
fn french_counts_nothing_as_one() {
    let fr = locale("fr");
    assert_eq!(fr.count(&fr.words.count.pieces, 0), "0 publication");
    assert_eq!(fr.count(&fr.words.count.pieces, 2), "2 publications");
    let en = locale("en");
    assert_eq!(en.count(&en.words.count.pieces, 0), "0 items");
    assert_eq!(en.count(&en.words.count.pieces, 1), "1 item");
}

#[test]
fn days_are_said_in_words() {
    assert_eq!(locale("en").day(day("2021-05-01")), "1 May 2021");
    assert_eq!(locale("fr").day(day("2021-05-01")), "1er mai 2021");
    assert_eq!(locale("es").day(day("2021-05-01")), "1 de mayo de 2021");
    assert_eq!(locale("ar").day(day("2021-05-02")), "2 أيار/مايو 2021");
}

#[test]
fn spans_are_said_as_short_as_they_can_be() {
    let en = locale("en");
    assert_eq!(en.span(day("2021-06-07"), day("2021-06-11")), "7 to 11 June 2021");
    assert_eq!(en.span(day("2021-05-17"), day("2021-06-04")), "17 May to 4 June 2021");
    assert_eq!(en.span(day("2021-12-27"), day("2022-01-05")), "27 December 2021 to 5 January 2022");
    assert_eq!(en.span(day("2021-06-07"), day("2021-06-07")), "7 June 2021");
    assert_eq!(en.span(day("2020-06-01"), day("2020-06-30")), "June 2020");
    assert_eq!(locale("fr").span(day("2021-06-01"), day("2021-06-11")), "du 1er au 11 juin 2021");
    assert_eq!(locale("es").span(day("2021-05-17"), day("2021-06-04")), "del 17 de mayo al 4 de junio de 2021");
}

#[test]
fn numbers_are_grouped_as_each_language_does() {
    assert_eq!(locale("en").number(1_234_567_u64), "1,234,567");
    assert_eq!(locale("en").number(999_u64), "999");
    assert_eq!(locale("fr").number(1_234_u64), "1\u{202f}234");
    assert_eq!(locale("es").number(1_234_u64), "1234");
    assert_eq!(locale("es").number(12_345_u64), "12.345");
}

#[test]
fn what_is_filled_in_is_not_filled_again() {
    assert_eq!(fill("{a} of {b}{", &[("a", "{b}"), ("b", "2")]), "{b} of 2{");
    assert_eq!(fill("{unknown}!", &[]), "!");
}

#[test]
fn no_line_breaks_before_punctuation_in_french() {
    for (key, text) in texts(TEXTS[1].1) {
        let breaks = [" :", " ;", " ?", " !", " »", "« "].into_iter().find(|sign| text.contains(sign));
        assert_eq!(breaks, None, "{key}: {text}");
    }
}
