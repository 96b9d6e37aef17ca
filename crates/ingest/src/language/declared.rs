//! The tags by which publishers name languages.

use plenary_model::language::Language;

/// Tags that name no one language (ISO 639-2): undetermined, several, none, not coded.
const NO_LANGUAGE: [&str; 4] = ["mis", "mul", "und", "zxx"];

/// The codes of ISO 639-1, with those that were in it once.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii \
    ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi \
    mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd \
    se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa \
    wo xh yi yo za zh zu";

/// Codes of three letters that publishers write for those of two (ISO 639-2, both kinds), and codes that were renamed.
const ALSO: [(&str, &str); 48] = [
    ("amh", "am"),
    ("ara", "ar"),
    ("ben", "bn"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("chi", "zh"),
    ("cmn", "zh"),
    ("cze", "cs"),
    ("dan", "da"),
    ("deu", "de"),
    ("dut", "nl"),
    ("ell", "el"),
    ("eng", "en"),
    ("fas", "fa"),
    ("fil", "tl"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("ger", "de"),
    ("gre", "el"),
    ("hau", "ha"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hun", "hu"),
    ("in", "id"),
    ("ind", "id"),
    ("ita", "it"),
    ("iw", "he"),
    ("ji", "yi"),
    ("jpn", "ja"),
    ("jw", "jv"),
    ("kor", "ko"),
    ("nep", "ne"),
    ("nld", "nl"),
    ("per", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("rus", "ru"),
    ("som", "so"),
    ("spa", "es"),
    ("swa", "sw"),
    ("swe", "sv"),
    ("tha", "th"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("vie", "vi"),
    ("zho", "zh"),
];

/// The language that a publisher declares. `None` for what is no tag, for tags that name no one language (`und`, `mul`,
/// `zxx`, `mis`), and for codes that are no language's (`cn`, `jp`).
pub(crate) fn read_declared(text: &str) -> Option<Language> {
    let language = Language::parse(text)?;
    let primary = language.primary();
    if let Some((_, two)) = ALSO.iter().find(|(written, _)| *written == primary) {
        return Language::parse(&language.as_str().replacen(primary, two, 1));
    }
    let known = match primary.len() {
        2 => is_two_letter_code(primary),
        _ => !NO_LANGUAGE.contains(&primary),
    };
    known.then_some(language)
}

pub(super) fn is_two_letter_code(primary: &str) -> bool {
    LANGUAGES.split(' ').any(|known| known == primary)
}
