//! In which script a text is written, and in which scripts a language is: what no reading of words can mistake.

use super::declared::is_two_letter_code;

/// What a letter of a script without spaces between words counts.
const CJK_WEIGHT: usize = 3;
/// Kana in as small a part of Han letters as this make a text Japanese: one in so many.
const KANA_SHARE: usize = 12;
/// Names and terms in Latin letters stand in texts of every script, seldom the reverse: a text is in Latin letters when
/// at most one in so many of its letters is another.
const OTHER_THAN_LATIN_SHARE: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    // In the order of the identifier's numbers.
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Bengali,
    // Each of one language, or told apart by letters alone.
    Armenian,
    Ethiopic,
    Georgian,
    Greek,
    Gujarati,
    Gurmukhi,
    Han,
    Hangul,
    Hebrew,
    Kana,
    Kannada,
    Khmer,
    Lao,
    Malayalam,
    Myanmar,
    Odia,
    Sinhala,
    Tamil,
    Telugu,
    Thaana,
    Thai,
    Tibetan,
    /// Any other.
    Other,
}

use Script::{
    Arabic, Armenian, Bengali, Cyrillic, Devanagari, Ethiopic, Georgian, Greek, Gujarati, Gurmukhi, Han, Hangul,
    Hebrew, Kana, Kannada, Khmer, Lao, Latin, Malayalam, Myanmar, Odia, Other, Sinhala, Tamil, Telugu, Thaana, Thai,
    Tibetan,
};

/// Blocks of letters, in order (Unicode, Blocks.txt).
const BLOCKS: [(u32, u32, Script); 46] = [
    (0x0041, 0x024F, Latin),
    (0x0250, 0x02AF, Latin),
    (0x0370, 0x03FF, Greek),
    (0x0400, 0x052F, Cyrillic),
    (0x0530, 0x058F, Armenian),
    (0x0590, 0x05FF, Hebrew),
    (0x0600, 0x06FF, Arabic),
    (0x0750, 0x077F, Arabic),
    (0x0780, 0x07BF, Thaana),
    (0x08A0, 0x08FF, Arabic),
    (0x0900, 0x097F, Devanagari),
    (0x0980, 0x09FF, Bengali),
    (0x0A00, 0x0A7F, Gurmukhi),
    (0x0A80, 0x0AFF, Gujarati),
    (0x0B00, 0x0B7F, Odia),
    (0x0B80, 0x0BFF, Tamil),
    (0x0C00, 0x0C7F, Telugu),
    (0x0C80, 0x0CFF, Kannada),
    (0x0D00, 0x0D7F, Malayalam),
    (0x0D80, 0x0DFF, Sinhala),
    (0x0E00, 0x0E7F, Thai),
    (0x0E80, 0x0EFF, Lao),
    (0x0F00, 0x0FFF, Tibetan),
    (0x1000, 0x109F, Myanmar),
    (0x10A0, 0x10FF, Georgian),
    (0x1100, 0x11FF, Hangul),
    (0x1200, 0x139F, Ethiopic),
    (0x1780, 0x17FF, Khmer),
    (0x1C80, 0x1C8F, Cyrillic),
    (0x1C90, 0x1CBF, Georgian),
    (0x1E00, 0x1EFF, Latin),
    (0x1F00, 0x1FFF, Greek),
    (0x2C60, 0x2C7F, Latin),
    (0x2DE0, 0x2DFF, Cyrillic),
    (0x3040, 0x30FF, Kana),
    (0x3100, 0x312F, Han),
    (0x3130, 0x318F, Hangul),
    (0x3400, 0x4DBF, Han),
    (0x4E00, 0x9FFF, Han),
    (0xA640, 0xA69F, Cyrillic),
    (0xA720, 0xA7FF, Latin),
    (0xAA60, 0xAA7F, Myanmar),
    (0xAC00, 0xD7AF, Hangul),
    (0xF900, 0xFAFF, Han),
    (0xFB50, 0xFEFF, Arabic),
    (0x20000, 0x3134F, Han),
];

/// Languages that are not written in Latin letters alone, by primary subtag. Those of ISO 639-1 that stand in no row are.
const WRITTEN: [(&str, &[Script]); 36] = [
    ("ab av be bg ce cu cv kv mk os ru uk", &[Cyrillic]),
    ("ba tg tt", &[Cyrillic, Latin, Arabic]),
    ("az kk ky tk ug uz", &[Latin, Cyrillic, Arabic]),
    ("bs mo ro sh sr", &[Latin, Cyrillic]),
    ("mn", &[Cyrillic, Latin, Other]),
    ("ku ckb", &[Latin, Arabic, Cyrillic]),
    ("ar fa ps ur", &[Arabic]),
    ("ff ha id jv mg ms so su sw wo yo", &[Latin, Arabic]),
    ("ks sd", &[Arabic, Devanagari]),
    ("bh hi mr ne pi sa", &[Devanagari]),
    ("as bn", &[Bengali]),
    ("pa", &[Gurmukhi, Arabic]),
    ("hy", &[Armenian]),
    ("am ti", &[Ethiopic]),
    ("om", &[Latin, Ethiopic]),
    ("ka", &[Georgian]),
    ("el", &[Greek]),
    ("gu", &[Gujarati]),
    ("zh yue wuu", &[Han]),
    ("ii", &[Other]),
    ("ko", &[Hangul, Han]),
    ("he yi", &[Hebrew]),
    ("ja", &[Kana, Han]),
    ("kn", &[Kannada]),
    ("km", &[Khmer]),
    ("lo", &[Lao]),
    ("ml", &[Malayalam]),
    ("my", &[Myanmar]),
    ("or", &[Odia]),
    ("si", &[Sinhala]),
    ("ta", &[Tamil]),
    ("te", &[Telugu]),
    ("dv", &[Thaana]),
    ("th", &[Thai]),
    ("bo dz", &[Tibetan]),
    ("cr ik iu kl oj", &[Latin, Other]),
];

/// The script of a letter; `None` for what is no letter.
pub(super) fn script_of(c: char) -> Option<Script> {
    if c.is_ascii() {
        return c.is_ascii_alphabetic().then_some(Latin);
    }
    if !c.is_alphabetic() {
        return None;
    }
    let code = u32::from(c);
    let after = BLOCKS.partition_point(|(first, _, _)| *first <= code);
    let block = after.checked_sub(1).and_then(|at| BLOCKS.get(at)).filter(|(_, last, _)| code <= *last);
    Some(block.map_or(Other, |(_, _, script)| *script))
}

/// How many letters a text has, by script; letters of scripts without spaces weigh more.
#[derive(Clone, Debug, Default)]
pub(super) struct Letters {
    found: Vec<(Script, usize)>,
    pub(super) all: usize,
}

impl Letters {
    pub(super) fn count(text: &str) -> Self {
        let mut letters = Self::default();
        for script in text.chars().filter_map(script_of) {
            let weight = if matches!(script, Han | Kana | Hangul) { CJK_WEIGHT } else { 1 };
            letters.all += weight;
            match letters.found.iter_mut().find(|(known, _)| *known == script) {
                Some((_, count)) => *count += weight,
                None => letters.found.push((script, weight)),
            }
        }
        // Japanese is written in both.
        let kana = letters.of(Kana);
        if kana > 0 && kana * KANA_SHARE >= letters.of(Han) {
            let both = kana + letters.of(Han);
            letters.found.retain(|(script, _)| !matches!(script, Han | Kana));
            letters.found.push((Kana, both));
        }
        letters
    }

    fn of(&self, script: Script) -> usize {
        self.found.iter().find(|(known, _)| *known == script).map_or(0, |(_, count)| *count)
    }

    /// The script that a text is written in, with how many letters it has of it.
    pub(super) fn main(&self) -> Option<(Script, usize)> {
        let others = self.all - self.of(Latin);
        let is_latin = others * OTHER_THAN_LATIN_SHARE <= self.all;
        let candidates = self.found.iter().copied().filter(|(script, _)| is_latin || *script != Latin);
        candidates.max_by_key(|(_, count)| *count)
    }
}

/// True where a language is certainly not written in a script: one of a language that is not known never is.
pub(super) fn is_foreign(script: Script, language: &str) -> bool {
    let scripts = WRITTEN.iter().find(|(languages, _)| languages.split(' ').any(|known| known == language));
    match scripts {
        Some((_, scripts)) => !scripts.contains(&script),
        None => is_two_letter_code(language) && script != Latin,
    }
}

/// The language of a text in a script that one language has, or that letters tell apart; `None` for other scripts, and
/// where the letters leave it open.
pub(super) fn by_letters(script: Script, text: &str) -> Option<&'static str> {
    let has = |letters: &str| text.contains(|c| letters.contains(c));
    Some(match script {
        Armenian => "hy",
        Georgian => "ka",
        Greek => "el",
        Gujarati => "gu",
        Gurmukhi => "pa",
        Han => "zh",
        Hangul => "ko",
        Kana => "ja",
        Kannada => "kn",
        Khmer => "km",
        Lao => "lo",
        Malayalam => "ml",
        Odia => "or",
        Sinhala => "si",
        Tamil => "ta",
        Telugu => "te",
        Thaana => "dv",
        Thai => "th",
        // Implosive and aspirated sounds that neither Persian nor Urdu nor Pashto writes so.
        Arabic if has("ٻڀٺٽٿڃڄڇڊڌڏڙڦڱڳڻ") => "sd",
        // Yiddish writes its vowels and diphthongs.
        Hebrew if has("װױײ") || text.contains("אָ") || text.contains("אַ") => "yi",
        Hebrew => "he",
        // Words of Tigrinya begin with ኣ where those of Amharic begin with አ, whose possessive is የ.
        Ethiopic if has("ኣ") => "ti",
        Ethiopic if has("የአ") => "am",
        // Shan, Mon and Karen have letters of their own.
        Myanmar if !text.contains(|c| matches!(c, '\u{1050}'..='\u{109F}' | '\u{AA60}'..='\u{AA7F}')) => "my",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_tell_languages_of_one_script_apart() {
        for (script, language, text) in [
            (Hebrew, Some("he"), "לכל הילדים יש זכות ללכת לבית הספר"),
            (Hebrew, Some("yi"), "אַלע קינדער האָבן רעכט צו גיין אין שול"),
            (Ethiopic, Some("ti"), "ኩሎም ቆልዑ መሰል ኣለዎም"),
            (Arabic, Some("sd"), "سڀني ٻارن کي اسڪول وڃڻ جو حق آهي"),
            (Arabic, None, "تمام بچوں کو سکول جانے کا حق حاصل ہے"),
            (Tibetan, None, "བྱིས་པ་ཚང་མ"),
        ] {
            assert_eq!(by_letters(script, text), language, "{text}");
        }
    }

    #[test]
    fn letters_know_their_script() {
        for (text, script) in [
            ("Zażółć gęślą", Latin),
            ("Tiếng Việt", Latin),
            ("Їжак", Cyrillic),
            ("کودکان", Arabic),
            ("ﻻ", Arabic),
            ("बच्चे", Devanagari),
            ("ልጆች", Ethiopic),
            ("子どもの権利条約", Kana),
            ("儿童权利", Han),
            ("어린이", Hangul),
            ("ကလေး", Myanmar),
            ("ᐃᓄᒃ", Other),
            ("UNICEF and WHO: защита прав детей", Cyrillic),
            ("UNICEF and WHO call for action (ООН)", Latin),
        ] {
            assert_eq!(Letters::count(text).main().map(|(script, _)| script), Some(script), "{text}");
        }
        assert_eq!(Letters::count("2021, 5 %").main(), None);
        assert!(BLOCKS.is_sorted_by_key(|(first, _, _)| *first));
    }

    #[test]
    fn a_language_is_written_in_its_own_scripts() {
        for (script, language) in [(Latin, "sr"), (Cyrillic, "sr"), (Arabic, "ku"), (Latin, "sw"), (Arabic, "xyz")] {
            assert!(!is_foreign(script, language), "{language}");
        }
        for (script, language) in [(Arabic, "en"), (Cyrillic, "fr"), (Latin, "fa"), (Han, "ko"), (Greek, "sw")] {
            assert_eq!(is_foreign(script, language), language != "ko", "{language}");
        }
    }
}
