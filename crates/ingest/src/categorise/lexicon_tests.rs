//! What the matcher finds, where, and in which languages.

use super::*;

fn lexicon(terms: &[(&str, &str)]) -> Lexicon {
    let mut builder = Builder::default();
    for (number, (language, term)) in terms.iter().enumerate() {
        builder.add(Role::GenreText { genre: number }, (!language.is_empty()).then_some(*language), term);
    }
    builder.build()
}

/// The matched words of every occurrence in `text`.
fn find_matches(lexicon: &Lexicon, language: &str, text: &str) -> Vec<String> {
    let words = FoldedText::from_fields(["", text, "", ""]);
    let language = Language::parse(language);
    let occurrences = lexicon.find(&words, language.as_ref());
    occurrences
        .iter()
        .map(|one| {
            let left = words.stretch(one.at, one.words);
            one.near.map_or(left.clone(), |(at, count)| format!("{left} ~ {}", words.stretch(at, count)))
        })
        .collect()
}

#[test]
fn whole_words_and_stems() {
    let lexicon = lexicon(&[("en", "war"), ("en", "vaccin*"), ("en", "corona virus")]);
    assert_eq!(find_matches(&lexicon, "en", "Warm words on war, war."), ["war", "war"]);
    assert_eq!(find_matches(&lexicon, "en", "Vaccines; unvaccinated"), ["vaccines"]);
    assert_eq!(find_matches(&lexicon, "en", "the corona-virus"), ["corona virus"]);
}

#[test]
fn stems_inside_a_phrase() {
    let lexicon = lexicon(&[("fr", "conflit* armé*"), ("fr", "organe* de traités")]);
    assert_eq!(find_matches(&lexicon, "fr", "Les conflits armés, un conflit armé"), ["conflits armes", "conflit arme"]);
    assert_eq!(find_matches(&lexicon, "fr", "organes de traités"), ["organes de traites"]);
    assert_eq!(find_matches(&lexicon, "fr", "organes des traités; conflits").len(), 0);
    let words = FoldedText::from_fields(["conflits", "armés", "", ""]);
    assert_eq!(lexicon.find(&words, None).len(), 0, "not across fields");
}

#[test]
fn neighbours_and_nested_terms_are_all_found() {
    let lexicon = lexicon(&[("en", "child"), ("en", "child protection"), ("en", "protection")]);
    assert_eq!(
        find_matches(&lexicon, "en", "child protection child"),
        ["child", "child", "child protection", "protection"]
    );
}

#[test]
fn nearness_counts_words_in_either_order() {
    let lexicon = lexicon(&[("en", "(girls | boys) ~3 prison*")]);
    assert_eq!(find_matches(&lexicon, "en", "girls sit in prison"), ["girls ~ prison"]);
    assert_eq!(find_matches(&lexicon, "en", "prisons for young boys"), ["boys ~ prisons"]);
    assert_eq!(find_matches(&lexicon, "en", "girls who do not go to prison").len(), 0);
    assert_eq!(find_matches(&lexicon, "en", "girls alone").len(), 0);
}

#[test]
fn nearness_stays_within_a_field() {
    let lexicon = lexicon(&[("en", "girls ~ prison")]);
    let words = FoldedText::from_fields(["Girls", "prison", "", ""]);
    assert_eq!(lexicon.find(&words, None).len(), 0);
}

#[test]
fn latin_terms_keep_to_their_language_and_english() {
    let lexicon = lexicon(&[("de", "kind"), ("en", "kindness"), ("ru", "дети"), ("", "UNICEF")]);
    assert_eq!(find_matches(&lexicon, "en", "kind kindness дети UNICEF"), ["kindness", "дети", "unicef"]);
    assert_eq!(find_matches(&lexicon, "de", "kind kindness"), ["kind", "kindness"]);
    assert_eq!(find_matches(&lexicon, "", "kind").len(), 1, "all languages when none is known");
    assert_eq!(find_matches(&lexicon, "nl", "kind").len(), 0);
}

#[test]
fn arabic_prefixes_and_marks_do_not_count() {
    let lexicon = lexicon(&[("ar", "حماية الطفل"), ("ar", "كورونا")]);
    assert_eq!(find_matches(&lexicon, "ar", "وحِمَايَة الطِّفل من «كورونا»").len(), 2);
}
