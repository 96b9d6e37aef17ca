//! The language of a text that does not say it.

use crate::model::language::Language;

/// Fewest letters from which a guess is worth making: below, short English titles come out as
/// almost anything.
const LETTERS_MIN: usize = 60;
/// Most bytes that are looked at: more does not make the guess better.
const BYTES_MAX: usize = 2_000;

/// Two-letter codes of what the detector names by three letters.
const CODES: [(&str, &str); 41] = [
    ("afr", "af"),
    ("amh", "am"),
    ("ara", "ar"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cmn", "zh"),
    ("dan", "da"),
    ("deu", "de"),
    ("ell", "el"),
    ("eng", "en"),
    ("est", "et"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("ind", "id"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kat", "ka"),
    ("kor", "ko"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("nld", "nl"),
    ("nob", "nb"),
    ("pes", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("slk", "sk"),
    ("spa", "es"),
    ("swe", "sv"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("vie", "vi"),
];

/// The language of `title` and `text`, or `None` when they are short or the guess is doubtful.
pub(super) fn guess(title: &str, text: &str) -> Option<Language> {
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= BYTES_MAX).last().unwrap_or(0);
    let sample = format!("{title}. {}", if text.len() <= BYTES_MAX { text } else { text.get(..end)? });
    if sample.chars().filter(|c| c.is_alphabetic()).count() < LETTERS_MIN {
        return None;
    }
    let guess = whatlang::detect(&sample).filter(whatlang::Info::is_reliable)?;
    let code = guess.lang().code();
    CODES.iter().find(|(three, _)| *three == code).and_then(|(_, two)| Language::parse(two))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_guessed_and_short_ones_are_not() {
        let guessed = |title, text| guess(title, text).map(|l| l.as_str().to_owned());
        let french = "Le Comité demande aux États de protéger les droits des enfants pendant la crise sanitaire.";
        assert_eq!(guessed("Déclaration", french).as_deref(), Some("fr"));
        let arabic = "تدعو اللجنة الدول الأطراف إلى حماية حقوق الأطفال أثناء الأزمة الصحية وبعدها في كل مكان";
        assert_eq!(guessed("", arabic).as_deref(), Some("ar"));
        assert_eq!(guessed("Budget 2026", ""), None);
    }
}
