//! The language of a text that does not say, or says wrongly.
//!
//! Two detectors: `whichlang`, sure of itself in 16 languages whatever it is given, and `whatlang`, which knows more
//! languages and when it is in doubt. Where they disagree or the text is short, only the script gives an answer.

use plenary_model::language::{Heard, Language};
use whatlang::{Lang, detect as whatlang_detect};
use whichlang::{Lang as WhichLang, detect_language};

/// Text of fewer letters shows its language only by its script or where every reading agrees.
const LETTERS_MIN: usize = 35;
/// Text shorter than this, in letters, is not trusted to show anything.
const SCRIPT_LETTERS_MIN: usize = 20;
/// What the second detector must be sure of itself on text shorter than [`LETTERS_MIN`]: of 995 cuts of 20 to 34
/// letters from texts in four languages, 453 pass, two of them wrongly, and one of these is a foreign title.
const SHORT_CONFIDENCE_MIN: f64 = 0.3;
/// How long a dateline ("GENEVA, 12 May 2021 – ") may be, in characters.
const DATELINE_CHARS_MAX: usize = 40;
/// What the second detector must at least be sure of itself where the first changes its mind.
const CONFIDENCE_MIN: f64 = 0.1;
/// Text of this many letters may overrule a declared language, or be in one that only one detector knows.
const LETTERS_SURE: usize = 200;
/// What a letter of a script without spaces between words counts.
const CJK_WEIGHT: usize = 3;
/// Text shown to the detectors, in characters: enough to be sure, and more costs more.
const SAMPLE_CHARS_MAX: usize = 320;
/// HTML of which that much text is taken, in bytes.
const HTML_BYTES_MAX: usize = 1_600;
/// Length of the parts of a text that are compared, in characters.
const PART_CHARS: usize = 200;
/// HTML of which such a part is taken, in bytes.
const PART_HTML_BYTES: usize = 1_000;
/// Letters of a part that show its language.
const PART_LETTERS_MIN: usize = 80;

/// What the second detector must be sure of itself on such a part.
const PART_CONFIDENCE_MIN: f64 = 0.5;

/// Tags that name no one language (ISO 639-2): undetermined, several, none, not coded.
const NO_LANGUAGE: [&str; 4] = ["mis", "mul", "und", "zxx"];

/// The codes of ISO 639-1, with those that were in it once.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii \
    ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi \
    mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd \
    se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa \
    wo xh yi yo za zh zu";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As declared, or declared and nothing says otherwise.
    Declared(Language),
    /// Not declared, and plain enough.
    Detected(Language, Heard),
    /// Declared as another, but plainly in this one.
    Overruled { declared: Language, found: Language, heard: Heard },
    /// Not declared, and in doubt.
    Unknown,
}

/// The language that a publisher declares. `None` for what is no tag, for tags that name no one language (`und`, `mul`,
/// `zxx`, `mis`), and for codes that are no language's (`cn`, `jp`).
pub(super) fn read_declared(text: &str) -> Option<Language> {
    let language = Language::parse(text)?;
    let primary = language.primary();
    if let Some((_, two)) = FIRST.iter().chain(&ALSO).find(|(three, _)| *three == primary) {
        return Language::parse(&language.as_str().replacen(primary, two, 1));
    }
    let known = match primary.len() {
        2 => LANGUAGES.split(' ').any(|known| known == primary),
        _ => !NO_LANGUAGE.contains(&primary),
    };
    known.then_some(language)
}

pub(super) struct LanguageSample {
    /// Title and beginning of the body.
    sample: String,
    /// The body's first and last words, when there are enough of them to differ.
    ends: Option<(String, String)>,
    /// What the first detector finds in the first half of the first words and the second half of the last: enough for
    /// most entries.
    at_halves: Option<(WhichLang, WhichLang)>,
}

impl LanguageSample {
    pub(super) fn take(title: &str, body: &str) -> Self {
        let text = super::sanitise::text(head(body, HTML_BYTES_MAX));
        let mut sample = format!("{title}. {text}");
        truncate(&mut sample, SAMPLE_CHARS_MAX);
        let ends = ends(body, text);
        let at_halves =
            ends.as_ref().map(|(first, last)| (detect_language(halves(first).0), detect_language(halves(last).1)));
        Self { sample, ends, at_halves }
    }

    /// Judges. `inherited` is what the entry, its feed or its source declares; `likely` is what another entry of an
    /// undeclared feed was found to be in, so that one detector is enough.
    pub(super) fn judge(&self, inherited: Option<Language>, likely: Option<&Language>) -> Verdict {
        let sample = self.sample.as_str();
        let letters = letters(sample);
        let enough = if inherited.is_some() { LETTERS_SURE } else { SCRIPT_LETTERS_MIN };
        if letters < enough {
            return inherited.map_or(Verdict::Unknown, Verdict::Declared);
        }
        let expected = inherited.as_ref().or(likely.filter(|_| letters >= LETTERS_MIN));
        let is_expected =
            |detected: WhichLang| expected.is_some_and(|expected| code(detected) == Some(expected.primary()));
        let at_ends = self.at_halves.is_some_and(|(first, last)| is_expected(first) && is_expected(last));
        if at_ends || is_expected(detect_language(sample)) {
            let heard = if at_ends { Heard { heard: 2, readings: 2 } } else { Heard { heard: 1, readings: 1 } };
            return match (inherited, likely) {
                (Some(declared), _) => Verdict::Declared(declared),
                (None, found) => found.cloned().map_or(Verdict::Unknown, |found| Verdict::Detected(found, heard)),
            };
        }
        let Some(declared) = inherited else {
            // A place and a date are words of any language: in doubt, what follows them is judged alone.
            let after_them = || after_dateline(sample).and_then(|rest| detect(rest, self::letters(rest)));
            let found = detect(sample, letters).or_else(after_them);
            return found.map_or(Verdict::Unknown, |(found, heard)| Verdict::Detected(found, heard));
        };
        // What overrules is found in both halves: where they differ, the second detector is not asked.
        let differs = |found: &str| found != declared.primary() && halves_agree(sample, found);
        if !code(detect_language(sample)).is_some_and(differs) {
            return Verdict::Declared(declared);
        }
        match detect(sample, letters) {
            Some((found, heard)) if differs(found.primary()) => Verdict::Overruled { declared, found, heard },
            _ => Verdict::Declared(declared),
        }
    }

    /// The languages of the first and of the last words, when each agrees with itself and they differ.
    pub(super) fn find_two(&self) -> Option<(Language, Language)> {
        let (first, last) = self.ends.as_ref().filter(|_| self.at_halves.is_some_and(|(first, last)| first != last))?;
        let (first, last) = (sure(first)?, sure(last)?);
        Some((Language::parse(first)?, Language::parse(last)?)).filter(|_| first != last)
    }
}

/// The language of a part of a text that the first detector finds in each half, confirmed by script or the second
/// detector: lists of names and figures sound like anything.
fn sure(part: &str) -> Option<&'static str> {
    let first = code(detect_language(part))?;
    let agreed = letters(part) >= PART_LETTERS_MIN && halves_agree(part, first);
    let heard =
        |second: whatlang::Info| tag(second.lang()) == Some(first) && second.confidence() >= PART_CONFIDENCE_MIN;
    let sure = || by_script(part) == Some(first) || whatlang_detect(part).is_some_and(heard);
    (agreed && sure()).then_some(first)
}

/// The first and last words of a body, at most a third each, so that the middle may be in either language. `text` is
/// its head.
fn ends(body: &str, mut text: String) -> Option<(String, String)> {
    let whole = body.len() <= HTML_BYTES_MAX;
    let mut last = if whole { text.clone() } else { super::sanitise::text(tail(body, PART_HTML_BYTES)) };
    let chars = last.chars().count();
    let part = if whole { PART_CHARS.min(chars / 3) } else { PART_CHARS };
    if part * CJK_WEIGHT < PART_LETTERS_MIN {
        return None;
    }
    truncate(&mut text, part);
    if let Some((start, _)) = last.char_indices().nth(chars.saturating_sub(part)) {
        last.drain(..start);
    }
    Some((text, last))
}

/// The language that the script shows, or that both detectors find, and in how many readings.
fn detect(sample: &str, letters: usize) -> Option<(Language, Heard)> {
    let first = code(detect_language(sample))?;
    let found = |language: &str, heard, readings| Some((Language::parse(language)?, Heard { heard, readings }));
    if by_script(sample) == Some(first) {
        return found(first, 2, 2);
    }
    let halves = halves_heard(sample, first);
    let agreed = halves == 2;
    let second = whatlang_detect(sample);
    let second_tag = second.as_ref().and_then(|info| tag(info.lang()));
    let confidence = second.as_ref().map_or(0.0, whatlang::Info::confidence);
    let enough = match (letters < LETTERS_MIN, agreed) {
        (true, true) => confidence >= SHORT_CONFIDENCE_MIN,
        (true, false) => return None,
        (false, true) => true,
        (false, false) => confidence >= CONFIDENCE_MIN,
    };
    if second_tag == Some(first) && enough {
        return found(first, 2 + halves, 4);
    }
    if letters < LETTERS_MIN {
        return None;
    }
    // A language that the first detector does not know.
    let only_second = second_tag.filter(|tag| !FIRST.iter().any(|(_, known)| known == tag));
    if only_second.is_some() && second.is_some_and(|info| info.is_reliable()) && letters >= LETTERS_SURE / 2 {
        return found(only_second?, 1, 1);
    }
    // The first detector is the better one on short texts, if it does not change its mind within them.
    let latin = sample.chars().filter(|c| c.is_alphabetic()).take(20).all(|c| u32::from(c) < 0x250);
    if latin && agreed { found(first, 1 + halves, 4) } else { None }
}

fn after_dateline(sample: &str) -> Option<&str> {
    let (line, rest) = [" – ", " — ", " - "]
        .into_iter()
        .filter_map(|dash| sample.split_once(dash))
        .min_by_key(|(line, _)| line.len())?;
    let is_dateline = line.chars().count() <= DATELINE_CHARS_MAX && line.chars().any(|c| c.is_ascii_digit());
    (is_dateline && letters(rest) >= SCRIPT_LETTERS_MIN).then_some(rest)
}

/// The UN language that a script shows, when most letters are in it and none belongs to another language of the script.
fn by_script(sample: &str) -> Option<&'static str> {
    let (mut all, mut han, mut cyrillic, mut arabic) = (0, 0, 0, 0);
    let mut foreign = false;
    for c in sample.chars().filter(|c| c.is_alphabetic()) {
        all += weight(c);
        match c {
            '\u{4E00}'..='\u{9FFF}' => han += CJK_WEIGHT,
            // Kana and Hangul.
            '\u{3040}'..='\u{30FF}' | '\u{AC00}'..='\u{D7AF}' => return None,
            '\u{0400}'..='\u{04FF}' => cyrillic += 1,
            '\u{0600}'..='\u{06FF}' => arabic += 1,
            _ => {}
        }
        // Bulgarian, Ukrainian, Serbian and their neighbours; Persian and Urdu.
        foreign |= "ъіїєґўјљњћђџѓќѕЪІЇЄҐЎЈЉЊЋЂЏЃЌЅپچژگکیٹڈڑںےھہ".contains(c);
    }
    let most = |letters: usize| letters * 2 >= all.max(1);
    match () {
        () if most(han) => Some("zh"),
        () if most(cyrillic) && !foreign => Some("ru"),
        () if most(arabic) && !foreign => Some("ar"),
        () => None,
    }
}

/// True when the first detector finds `language` in both halves of the text.
fn halves_agree(sample: &str, language: &str) -> bool {
    halves_heard(sample, language) == 2
}

fn halves_heard(sample: &str, language: &str) -> u8 {
    let (head, tail) = halves(sample);
    let is_heard = |half: &str| u8::from(code(detect_language(half)) == Some(language));
    is_heard(head) + is_heard(tail)
}

/// A text cut in two at its middle byte, or at the next character.
fn halves(text: &str) -> (&str, &str) {
    text.split_at(text.ceil_char_boundary(text.len() / 2))
}

fn truncate(text: &mut String, chars: usize) {
    if let Some((end, _)) = text.char_indices().nth(chars) {
        text.truncate(end);
    }
}

fn letters(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(u8::is_ascii_alphabetic).count();
    }
    text.chars().filter(|c| c.is_alphabetic()).map(weight).sum()
}

fn head(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// The last `bytes` bytes of HTML; a tag that is cut in two is left out.
fn tail(html: &str, bytes: usize) -> &str {
    let tail = &html[html.ceil_char_boundary(html.len().saturating_sub(bytes))..];
    match tail.find(['<', '>']) {
        Some(end) if tail[end..].starts_with('>') => &tail[end + 1..],
        _ => tail,
    }
}

fn weight(c: char) -> usize {
    if matches!(c, '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}') { CJK_WEIGHT } else { 1 }
}

/// The languages of the first detector, by their three and two letters.
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

/// Other codes of three letters that publishers write for those of two, and one that was renamed.
const ALSO: [(&str, &str); 8] = [
    ("chi", "zh"),
    ("dut", "nl"),
    ("fre", "fr"),
    ("ger", "de"),
    ("iw", "he"),
    ("swa", "sw"),
    ("ukr", "uk"),
    ("zho", "zh"),
];

fn code(detected: WhichLang) -> Option<&'static str> {
    let three = detected.three_letter_code();
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
#[path = "language_tests.rs"]
mod tests;
