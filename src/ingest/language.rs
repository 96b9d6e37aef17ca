//! The language of a text that does not say, or says wrongly.
//!
//! Two voices: `whichlang`, fast and sure of itself in 16 languages whatever it is given, and
//! `whatlang`, which knows more languages and when it is in doubt. Where they disagree, or the text is
//! short, there is no answer.

use crate::model::language::Language;
use whatlang::{Lang, detect as whatlang_detect};
use whichlang::detect_language;

/// Text shorter than this, in letters, is not trusted to show its language.
const LETTERS_MIN: usize = 50;
/// Text of this many letters may overrule a declared language, or be in one that only one voice knows.
const LETTERS_SURE: usize = 200;
/// What a letter of a script without spaces between words counts.
const CJK_WEIGHT: usize = 3;
/// Text shown to the voices, in characters: enough to be sure, and more costs more.
const SAMPLE_CHARS_MAX: usize = 320;
/// HTML of which that much text is taken, in bytes.
const HTML_BYTES_MAX: usize = 1_600;

/// What language a text is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As declared, or declared and nothing says otherwise.
    Declared(Language),
    /// Not declared, and plain enough.
    Detected(Language),
    /// Declared as another, but plainly in this one.
    Overruled { declared: Language, found: Language },
    /// Not declared, and in doubt.
    Unknown,
}

/// Judges a title with its HTML body. `inherited` is the feed's or the source's language; `likely` is
/// what another entry of an undeclared feed was found to be in, so that one voice is enough.
pub(super) fn judge(title: &str, body: &str, inherited: Option<Language>, likely: Option<&Language>) -> Verdict {
    let sample = sample(title, body);
    let letters = letters(&sample);
    let enough = if inherited.is_some() { LETTERS_SURE } else { LETTERS_MIN };
    if letters < enough {
        return inherited.map_or(Verdict::Unknown, Verdict::Declared);
    }
    let first = two_letters(detect_language(&sample).three_letter_code());
    let expected = inherited.as_ref().or(likely);
    if let Some(expected) = expected.filter(|expected| first == Some(expected.primary())) {
        let expected = expected.clone();
        return if inherited.is_some() { Verdict::Declared(expected) } else { Verdict::Detected(expected) };
    }
    let Some(declared) = inherited else {
        return detect(&sample, letters, first).map_or(Verdict::Unknown, Verdict::Detected);
    };
    // The cheaper question first.
    if !halves_agree(&sample) {
        return Verdict::Declared(declared);
    }
    match detect(&sample, letters, first) {
        Some(found) if found.primary() != declared.primary() => Verdict::Overruled { declared, found },
        _ => Verdict::Declared(declared),
    }
}

/// The language that both voices hear, `first` being what the first one heard.
fn detect(sample: &str, letters: usize, first: Option<&'static str>) -> Option<Language> {
    // The first voice is the better one on short texts, if it does not change its mind within them.
    let latin = sample.chars().filter(|c| c.is_alphabetic()).take(20).all(|c| u32::from(c) < 0x250);
    let is_steady = latin && halves_agree(sample);
    if is_steady && letters < LETTERS_SURE / 2 {
        return Language::parse(first?);
    }
    let second = whatlang_detect(sample);
    let second_tag = second.as_ref().and_then(|info| tag(info.lang()));
    if first.is_some() && first == second_tag {
        return Language::parse(first?);
    }
    // A language that the first voice does not know.
    let only_second = second_tag.filter(|tag| !FIRST.iter().any(|(_, known)| known == tag));
    if only_second.is_some() && second.is_some_and(|info| info.is_reliable()) && letters >= LETTERS_SURE / 2 {
        return Language::parse(only_second?);
    }
    if is_steady { Language::parse(first?) } else { None }
}

/// True when the first voice hears the same in both halves of the text.
fn halves_agree(sample: &str) -> bool {
    let mut middle = sample.len() / 2;
    while !sample.is_char_boundary(middle) {
        middle += 1;
    }
    let (head, tail) = sample.split_at(middle);
    detect_language(head) == detect_language(tail)
}

fn sample(title: &str, body: &str) -> String {
    let text = super::sanitise::text_head(head(body, HTML_BYTES_MAX), SAMPLE_CHARS_MAX);
    let mut sample = format!("{title}. {text}");
    if let Some((end, _)) = sample.char_indices().nth(SAMPLE_CHARS_MAX) {
        sample.truncate(end);
    }
    sample
}

fn head(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Letters of a text, those of denser scripts counted several times.
fn letters(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(u8::is_ascii_alphabetic).count();
    }
    text.chars().filter(|c| c.is_alphabetic()).map(weight).sum()
}

fn weight(c: char) -> usize {
    if matches!(c, '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}') { CJK_WEIGHT } else { 1 }
}

/// The languages of the first voice, by their three and two letters.
const FIRST: [(&str, &str); 16] = [
    ("ara", "ar"),
    ("cmn", "zh"),
    ("deu", "de"),
    ("eng", "en"),
    ("fra", "fr"),
    ("hin", "hi"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("nld", "nl"),
    ("por", "pt"),
    ("rus", "ru"),
    ("spa", "es"),
    ("swe", "sv"),
    ("tur", "tr"),
    ("vie", "vi"),
];

fn two_letters(three: &str) -> Option<&'static str> {
    FIRST.iter().find(|(known, _)| *known == three).map(|(_, two)| *two)
}

/// The two-letter tag of a language of the detector; `None` for those too close to others.
fn tag(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Ara => "ar",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hun => "hu",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Nld => "nl",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Spa => "es",
        Lang::Swe => "sv",
        Lang::Tha => "th",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Vie => "vi",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(title: &str, body: &str) -> Option<String> {
        match judge(title, body, None, None) {
            Verdict::Detected(language) => Some(language.to_string()),
            _ => None,
        }
    }

    const TEXTS: [(&str, &str); 6] = [
        ("en", "The Committee adopted its concluding observations and called on all States to protect children."),
        ("fr", "Le Comité a adopté ses observations finales et appelle tous les États à protéger les enfants."),
        ("es", "El Comité aprobó sus observaciones finales y pide a todos los Estados que protejan a la infancia."),
        ("ar", "اعتمدت اللجنة ملاحظاتها الختامية ودعت جميع الدول إلى حماية الأطفال من العنف في كل مكان وزمان"),
        ("zh", "委员会通过了结论性意见，并呼吁所有国家保护儿童免遭一切形式的暴力侵害"),
        ("ru", "Комитет принял заключительные замечания и призвал все государства защищать детей от насилия."),
    ];

    #[test]
    fn sentences_show_their_language() {
        for (language, text) in TEXTS {
            assert_eq!(found("", &format!("<p>{text}</p>")).as_deref(), Some(language));
        }
    }

    #[test]
    fn short_titles_are_not_trusted() {
        assert_eq!(found("Budget 2026", ""), None);
        assert_eq!(found("Joint statement", "<p>PDF</p>"), None);
    }

    #[test]
    fn only_long_plain_texts_overrule_a_declaration() {
        let english = Language::parse("en-GB");
        let (_, french) = TEXTS[1];
        assert_eq!(judge("", french, english.clone(), None), Verdict::Declared(english.clone().unwrap()));
        let long = french.repeat(4);
        let Verdict::Overruled { found, .. } = judge("", &long, english.clone(), None) else { panic!("not overruled") };
        assert_eq!(found.as_str(), "fr");
        let (_, text) = TEXTS[0];
        assert_eq!(judge("", &text.repeat(4), english.clone(), None), Verdict::Declared(english.unwrap()));
    }
}
