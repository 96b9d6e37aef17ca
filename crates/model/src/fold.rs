//! Words as they are compared, by section rules and by search alike: case, diacritics, compatibility
//! forms and Arabic spelling variants folded, everything that is neither letter nor digit a boundary.
//!
//! The words of fingerprints in `ingest` are of the same letters and end elsewhere. One folding stays apart, because
//! what it makes is stored and must not change: the digest by which a change of a text is told from a change of its
//! markup.

use std::ops::Range;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Folds one character: hands on each letter or digit that it stands for, `None` for a boundary
/// between words, and nothing for what stands inside words without being a part of them.
pub fn fold(c: char, mut each: impl FnMut(Option<char>)) {
    if c.is_ascii() {
        each(c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()));
        return;
    }
    // A soft hyphen and the joiners stand inside words, and the tatweel stretches them.
    if matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | 'ـ') {
        return;
    }
    decompose_compatible(c, |part| {
        if is_combining_mark(part) {
            return;
        }
        match part {
            'ى' | 'ی' => each(Some('ي')),
            'ة' => each(Some('ه')),
            'ٱ' => each(Some('ا')),
            'ک' => each(Some('ك')),
            'ء' => {}
            'ß' | 'ẞ' => {
                each(Some('s'));
                each(Some('s'));
            }
            '٠'..='٩' => each(Some(digit(part, '٠'))),
            '۰'..='۹' => each(Some(digit(part, '۰'))),
            _ if is_word_by_itself(part) => {
                each(None);
                each(Some(part));
                each(None);
            }
            _ if part.is_alphanumeric() => part.to_lowercase().for_each(|lower| {
                if !is_combining_mark(lower) {
                    each(Some(lower));
                }
            }),
            _ => each(None),
        }
    });
}

/// True for the letters that are apostrophes, which Unicode counts among letters: they part words as `'` does. They stay
/// letters to [`fold`] itself, since what fingerprints make of it is stored.
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\u{2bb}' | '\u{2bc}' | '\u{2ee}')
}

/// The words of a hashtag without its `#`, by underscores and by capitals: `ChildRights`, `UNCRCReport`, `droits_enfant`.
pub fn split_hashtag(tag: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = '_';
    let mut chars = tag.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or('_', |(_, next)| *next);
        let begins = c.is_uppercase() && (!before.is_uppercase() || next.is_lowercase()) && before != '_';
        if begins || c == '_' {
            words.extend(tag.get(start..at).filter(|word| !word.is_empty()));
            start = if c == '_' { at + 1 } else { at };
        }
        before = c;
    }
    words.extend(tag.get(start..).filter(|word| !word.is_empty()));
    words
}

/// The hashtags of a text, each without its `#`.
pub fn hashtags(text: &str) -> impl Iterator<Item = &str> {
    text.split(['#', '＃']).skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || is_combining_mark(c))).unwrap_or(rest.len());
        rest.get(..end).filter(|tag| tag.starts_with(char::is_alphabetic))
    })
}

/// Bytes of what is joined to the front of a folded word: the Arabic article, with or without a
/// preposition, and the conjunction و. The rest keeps at least two letters (three after و), so that
/// short words stay whole; both sides of a comparison are folded alike, so a wrong cut does no harm.
pub fn prefix(word: &str) -> usize {
    if !word.starts_with(|c| matches!(c, '\u{620}'..='\u{6ff}')) {
        return 0;
    }
    let letters = |text: &str| text.chars().count();
    let after_and = word.strip_prefix('و').filter(|rest| letters(rest) >= 3).unwrap_or(word);
    let bare = ["بال", "كال", "فال", "ال", "لل"]
        .into_iter()
        .find_map(|article| after_and.strip_prefix(article).filter(|rest| letters(rest) >= 2));
    word.len() - bare.unwrap_or(after_and).len()
}

/// The words of a text, folded, each with the bytes of the text that it was read from.
pub fn words(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut end = 0;
    let close = |open: &mut Option<(usize, String)>, end: usize, found: &mut Vec<(Range<usize>, String)>| {
        if let Some((start, mut word)) = open.take() {
            word.drain(..prefix(&word));
            found.push((start..end, word));
        }
    };
    for (at, c) in text.char_indices() {
        if is_apostrophe(c) {
            close(&mut open, end, &mut found);
            continue;
        }
        fold(c, |part| match part {
            Some(letter) => {
                open.get_or_insert_with(|| (at, String::new())).1.push(letter);
                end = at + c.len_utf8();
            }
            None => close(&mut open, end, &mut found),
        });
    }
    close(&mut open, end, &mut found);
    found
}

/// The words of a text, folded, with single blanks between them.
pub fn line(text: &str) -> String {
    let words: Vec<String> = words(text).into_iter().map(|(_, word)| word).collect();
    words.join(" ")
}

/// Han, kana and Thai have no blanks between words: each sign is a word, so a term is found as a phrase.
fn is_word_by_itself(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

fn digit(c: char, zero: char) -> char {
    char::from_digit(c as u32 - zero as u32, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_variants_fold_together() {
        for (one, other) in [
            ("COVID-19", "covid 19"),
            ("Réseau ÉLÈVES", "reseau eleves"),
            ("Straße", "STRASSE"),
            ("للأطفال", "أطفال"),
            ("كـوفيد-١٩", "كوفيد 19"),
            ("co\u{ad}operation", "cooperation"),
            ("保护儿童", "保 护 儿 童"),
        ] {
            assert_eq!(line(one), line(other), "{one} / {other}");
        }
    }

    #[test]
    fn hashtags_are_taken_apart_at_capitals_and_underscores() {
        for (tag, words) in [
            ("ChildRights", "Child Rights"),
            ("DroitsDeLEnfant", "Droits De L Enfant"),
            ("UNCRCReport", "UNCRC Report"),
            ("derechos_del_niño", "derechos del niño"),
            ("COVID19Schools", "COVID19 Schools"),
            ("childrights", "childrights"),
            ("حقوق_الطفل", "حقوق الطفل"),
        ] {
            assert_eq!(split_hashtag(tag).join(" "), words);
        }
        assert_eq!(hashtags("#ChildRights, #1 and a#b #é_ü!").collect::<Vec<_>>(), ["ChildRights", "b", "é_ü"]);
    }

    #[test]
    fn the_modifier_apostrophe_is_an_apostrophe() {
        for apostrophe in ["'", "’", "ʼ", "ʻ", "＇"] {
            assert_eq!(line(&format!("children{apostrophe}s")), "children s", "{apostrophe}");
        }
    }

    #[test]
    fn a_word_knows_where_it_was_read() {
        let text = "L’Éducation, enfin: وَالأطفال!";
        let read: Vec<(&str, String)> = words(text).into_iter().map(|(at, word)| (&text[at], word)).collect();
        let expected = [("L", "l"), ("Éducation", "education"), ("enfin", "enfin"), ("وَالأطفال", "اطفال")];
        assert_eq!(read, expected.map(|(text, word)| (text, word.to_owned())));
    }
}
