//! The language of a text that does not say, or says wrongly.
//!
//! The script tells some languages apart for certain (`script`); among those of one script the `identifier` says which
//! one a text is most like, how plainly, and whether it is like any. A right declaration is never overruled, and no
//! language is better than a wrong one: a declaration holds unless the script is foreign to it, or the identifier knows
//! the declared language and plainly finds another.

mod declared;
mod identifier;
mod script;

pub(super) use declared::read_declared;
use identifier::{Found, are_close, identify, knows};
use plenary_model::language::{Heard, Language};
use script::{Letters, Script, by_letters, is_foreign};

/// Text shorter than this, in letters, is not trusted to show anything but a foreign script.
const LETTERS_MIN: usize = 20;
/// Letters of a script that is foreign to what is declared, or that one language has, that are enough.
const SCRIPT_LETTERS_MIN: usize = 8;
/// Most letters that may be in other scripts, where a foreign one overrules: one in so many.
const OTHER_LETTERS_SHARE: usize = 3;
/// Text of this many letters may overrule a declared language of the same script.
const LETTERS_SURE: usize = 160;
/// How much likelier than the next a language must be (see [`Found::margin`]), so that it is named.
const MARGIN_MIN: f32 = 0.5;
/// The same against a language whose texts are often the same.
const TWIN_MARGIN_MIN: f32 = 0.2;
/// How much likelier it must be than any but its twins, where it overrules what is declared.
const OVERRULING_MARGIN_MIN: f32 = 1.5;
/// How well a text must fit its language (see [`Found::fit`]). Of texts of 60 characters that are in it, 2 in 100 fit
/// less; of those in languages that the identifier does not know, most.
const FIT_MIN: f32 = 0.8;
/// How long a dateline ("GENEVA, 12 May 2021 – ") may be, in characters.
const DATELINE_CHARS_MAX: usize = 40;
/// Text shown to the identifier, in characters: enough to be sure, and more costs more.
const SAMPLE_CHARS_MAX: usize = 320;
/// HTML of which that much text is taken, in bytes.
const HTML_BYTES_MAX: usize = 1_600;
/// Length of the parts of a text that are compared, in characters.
const PART_CHARS: usize = 200;
/// HTML of which such a part is taken, in bytes.
const PART_HTML_BYTES: usize = 1_000;
/// Letters of a part that show its language.
const PART_LETTERS_MIN: usize = 80;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As declared, or declared and nothing says otherwise.
    Declared(Language),
    /// Not declared, and plain enough.
    Detected(Language, Heard),
    /// Declared as another, but plainly in this one.
    Overruled { declared: Language, found: Language, heard: Heard },
    /// Not declared and in doubt, or declared as one that it cannot be.
    Unknown,
}

/// The language of a text of words without markup, `declared` as another or not; `None` where that is in doubt.
pub fn language_of_text(text: &str, declared: Option<&Language>) -> Option<Language> {
    let mut sample = text.to_owned();
    truncate(&mut sample, SAMPLE_CHARS_MAX);
    match (LanguageSample { sample, ends: None, at_halves: None }).judge(declared.cloned(), None) {
        Verdict::Declared(language) | Verdict::Detected(language, _) => Some(language),
        Verdict::Overruled { found, .. } => Some(found),
        Verdict::Unknown => None,
    }
}

pub(super) struct LanguageSample {
    /// Title and beginning of the body.
    sample: String,
    /// The body's first and last words, when there are enough of them to differ.
    ends: Option<(String, String)>,
    /// What is found in the first half of the first words and the second half of the last: enough for most entries.
    at_halves: Option<(Option<&'static str>, Option<&'static str>)>,
}

impl LanguageSample {
    pub(super) fn take(title: &str, body: &str) -> Self {
        let text = super::sanitise::text(head(body, HTML_BYTES_MAX));
        let mut sample = format!("{title}. {text}");
        truncate(&mut sample, SAMPLE_CHARS_MAX);
        let ends = ends(body, text);
        let at_halves = ends.as_ref().map(|(first, last)| (name(halves(first).0), name(halves(last).1)));
        Self { sample, ends, at_halves }
    }

    /// Judges. `inherited` is what the entry, its feed or its source declares; `likely` is what another entry of an
    /// undeclared feed was found to be in, so that it needs no margin.
    pub(super) fn judge(&self, inherited: Option<Language>, likely: Option<&Language>) -> Verdict {
        let sample = self.sample.as_str();
        if let Some(declared) = inherited {
            return self.check(declared);
        }
        let is_likely = |found: &'static str| likely.is_some_and(|likely| likely.primary() == found);
        // A place and a date are words of any language: in doubt, what follows them is judged alone.
        let found = find(sample, is_likely).or_else(|| find(after_dateline(sample)?, is_likely));
        found.map_or(Verdict::Unknown, |(found, heard)| Verdict::Detected(found, heard))
    }

    fn check(&self, declared: Language) -> Verdict {
        let sample = self.sample.as_str();
        let primary = declared.primary();
        if self.at_halves.is_some_and(|halves| halves == (Some(primary), Some(primary))) {
            return Verdict::Declared(declared);
        }
        let letters = Letters::count(sample);
        let Some((script, count)) = letters.main() else { return Verdict::Declared(declared) };
        let names_script = declared.as_str().split('-').skip(1).any(|subtag| subtag.len() == 4);
        if is_foreign(script, primary) && !names_script {
            let plainly = count >= SCRIPT_LETTERS_MIN && (letters.all - count) * OTHER_LETTERS_SHARE <= letters.all;
            if !plainly {
                return Verdict::Declared(declared);
            }
            return match find(sample, |_| false) {
                Some((found, heard)) => Verdict::Overruled { declared, found, heard },
                // Any language can be spelt in Latin letters.
                None if script == Script::Latin => Verdict::Declared(declared),
                None => Verdict::Unknown,
            };
        }
        if letters.all < LETTERS_SURE || !knows(primary, script) {
            return Verdict::Declared(declared);
        }
        let differs = |found: &str| !are_close(found, primary) && halves_agree(sample, found);
        let found = identify(sample, script).filter(|found| found.margin >= OVERRULING_MARGIN_MIN).and_then(named);
        match found.filter(|found| differs(found)).and_then(Language::parse) {
            Some(found) => Verdict::Overruled { declared, found, heard: Heard { heard: 3, readings: 3 } },
            None => Verdict::Declared(declared),
        }
    }

    /// The languages of the first and of the last words, when each agrees with itself and they differ.
    pub(super) fn find_two(&self) -> Option<(Language, Language)> {
        let (first, last) = self.ends.as_ref().filter(|_| self.at_halves.is_some_and(|(first, last)| first != last))?;
        let (first, last) = (sure(first)?, sure(last)?);
        Some((Language::parse(first)?, Language::parse(last)?)).filter(|_| !are_close(first, last))
    }
}

/// The language of a part of a text that is found in each half, too: lists of names and figures sound like anything.
fn sure(part: &str) -> Option<&'static str> {
    let (found, heard) = find(part, |_| false)?;
    let enough = Letters::count(part).all >= PART_LETTERS_MIN && heard.heard == heard.readings;
    name(part).filter(|name| enough && *name == found.primary())
}

/// The first and last words of a body, at most a third each, so that the middle may be in either language. `text` is
/// its head.
fn ends(body: &str, mut text: String) -> Option<(String, String)> {
    let whole = body.len() <= HTML_BYTES_MAX;
    let mut last = if whole { text.clone() } else { super::sanitise::text(tail(body, PART_HTML_BYTES)) };
    let chars = last.chars().count();
    let part = if whole { PART_CHARS.min(chars / 3) } else { PART_CHARS };
    // Letters of scripts without spaces weigh three.
    if part * 3 < PART_LETTERS_MIN {
        return None;
    }
    truncate(&mut text, part);
    if let Some((start, _)) = last.char_indices().nth(chars.saturating_sub(part)) {
        last.drain(..start);
    }
    Some((text, last))
}

/// The language that a text plainly shows, and in how many readings. What is `likely` needs no margin.
fn find(text: &str, likely: impl Fn(&'static str) -> bool) -> Option<(Language, Heard)> {
    let letters = Letters::count(text);
    let (script, count) = letters.main()?;
    if count >= SCRIPT_LETTERS_MIN
        && let Some(found) = by_letters(script, text)
    {
        return Some((Language::parse(found)?, Heard { heard: 1, readings: 1 }));
    }
    let found = identify(text, script).filter(|_| letters.all >= LETTERS_MIN)?;
    let is_plain = found.margin >= MARGIN_MIN && found.twin_margin >= TWIN_MARGIN_MIN;
    let language = named(found).filter(|language| is_plain || likely(language))?;
    Some((Language::parse(language)?, Heard { heard: 1 + heard_in_halves(text, language), readings: 3 }))
}

/// What the identifier found, if the text fits it.
fn named(found: Found) -> Option<&'static str> {
    found.language.filter(|_| found.fit >= FIT_MIN)
}

/// What a text is most like, plainly or not.
fn name(text: &str) -> Option<&'static str> {
    let (script, _) = Letters::count(text).main()?;
    by_letters(script, text).or_else(|| identify(text, script)?.language)
}

fn after_dateline(sample: &str) -> Option<&str> {
    let (line, rest) = [" – ", " — ", " - "]
        .into_iter()
        .filter_map(|dash| sample.split_once(dash))
        .min_by_key(|(line, _)| line.len())?;
    let is_dateline = line.chars().count() <= DATELINE_CHARS_MAX && line.chars().any(|c| c.is_ascii_digit());
    is_dateline.then_some(rest)
}

/// True when the language, or one whose texts are often the same, is found in both halves of a text.
fn halves_agree(text: &str, language: &str) -> bool {
    let (head, tail) = halves(text);
    [head, tail].into_iter().all(|half| name(half).is_some_and(|found| are_close(found, language)))
}

/// In how many of the two halves of a text the language is found.
fn heard_in_halves(text: &str, language: &str) -> u8 {
    let (head, tail) = halves(text);
    [head, tail].into_iter().map(|half| u8::from(name(half) == Some(language))).sum()
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

#[cfg(test)]
mod tests;
