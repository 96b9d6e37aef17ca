//! The language of a text that does not say, or says wrongly.

use crate::model::language::Language;
use whatlang::{Lang, detect as whatlang_detect};

/// Text shorter than this, in letters, is not trusted to show its language.
const LETTERS_MIN: usize = 60;
/// Text of this many letters may overrule a declared language.
const LETTERS_SURE: usize = 200;
/// Text shown to the detector, in bytes.
const SAMPLE_BYTES_MAX: usize = 2_000;

/// What a text is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) language: Language,
    /// True when it is long and plain enough to overrule what the feed declares.
    pub(super) sure: bool,
}

/// Detects the language of a title with its HTML body; `None` when in doubt.
pub(super) fn detect(title: &str, body: &str) -> Option<Found> {
    let mut end = body.len().min(SAMPLE_BYTES_MAX * 2);
    while !body.is_char_boundary(end) {
        end -= 1;
    }
    let mut sample = format!("{title}. {}", super::sanitise::text(&body[..end]));
    let mut end = sample.len().min(SAMPLE_BYTES_MAX);
    while !sample.is_char_boundary(end) {
        end -= 1;
    }
    sample.truncate(end);
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    if letters < LETTERS_MIN {
        return None;
    }
    let info = whatlang_detect(&sample)?;
    if !info.is_reliable() {
        return None;
    }
    let language = Language::parse(tag(info.lang())?)?;
    Some(Found { language, sure: letters >= LETTERS_SURE && info.confidence() >= 1.0 })
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
        detect(title, body).map(|found| found.language.to_string())
    }

    #[test]
    fn sentences_show_their_language() {
        let texts = [
            ("en", "The Committee adopted its concluding observations and called on all States to protect children."),
            ("fr", "Le Comité a adopté ses observations finales et appelle tous les États à protéger les enfants."),
            ("es", "El Comité aprobó sus observaciones finales y pide a todos los Estados que protejan a la infancia."),
            ("ar", "اعتمدت اللجنة ملاحظاتها الختامية ودعت جميع الدول إلى حماية الأطفال من العنف في كل مكان وزمان"),
        ];
        for (language, text) in texts {
            assert_eq!(found("", &format!("<p>{text}</p>")).as_deref(), Some(language));
        }
    }

    #[test]
    fn short_titles_are_not_trusted() {
        assert_eq!(found("Budget 2026", ""), None);
        assert_eq!(found("Joint statement", "<p>PDF</p>"), None);
    }
}
