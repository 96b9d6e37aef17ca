//! Arabic letters joined: each in the form that its neighbours ask for, as a character of its own. The forms are those
//! that Unicode keeps for writing without a shaping engine (The Unicode Standard, 9.2, Arabic Presentation Forms);
//! which form belongs to which letter is read from the compatibility decompositions, so that no table stands here.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A letter's forms in the order of the charts: isolated, final, and for letters that join on both sides initial and
/// medial.
type Forms = Vec<char>;

const FORMS_ISOLATED: usize = 0;
const FORMS_FINAL: usize = 1;
const FORMS_INITIAL: usize = 2;
const FORMS_MEDIAL: usize = 3;

/// Forms of the letters of Arabic, then of Persian, Urdu and others. U+FBE8 and U+FBE9, forms of alef maksura for
/// Uighur alone, stand before its usual ones and are left out; ligatures begin at U+FBEA.
const RANGES: [std::ops::RangeInclusive<char>; 4] =
    ['\u{fe80}'..='\u{fefc}', '\u{fb50}'..='\u{fbb1}', '\u{fbd3}'..='\u{fbe7}', '\u{fbfc}'..='\u{fbff}'];

/// What letters look like; lam and alef, which are written as one, are a "letter" of two characters.
static FORMS: LazyLock<HashMap<String, Forms>> = LazyLock::new(|| {
    let mut forms: HashMap<String, Forms> = HashMap::new();
    for form in RANGES.into_iter().flatten() {
        let letter: String = std::iter::once(form).nfkc().collect();
        if letter != form.to_string() {
            forms.entry(letter).or_default().push(form);
        }
    }
    forms
});

/// Joins whatever stands on its two sides, and has one form itself.
const TATWEEL: char = '\u{640}';

/// The text with its Arabic letters in the forms in which they are seen, still in the order in which they are read.
/// Signs of vowels are left out: a title reads the same without, and only a shaping engine can place them.
pub(super) fn join(text: &str) -> String {
    let letters = split(text);
    let mut joined = String::with_capacity(text.len() * 2);
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let from_before = before.is_some_and(|before| joins_next(before)) && joins_previous(letter);
        let to_next = joins_next(letter) && letters.get(index + 1).is_some_and(|next| joins_previous(next));
        let form = match (from_before, to_next) {
            (true, true) => FORMS_MEDIAL,
            (true, false) => FORMS_FINAL,
            (false, true) => FORMS_INITIAL,
            (false, false) => FORMS_ISOLATED,
        };
        match FORMS.get(letter).and_then(|forms| forms.get(form)) {
            Some(form) => joined.push(*form),
            None => joined.push_str(letter),
        }
    }
    joined
}

/// True for a letter that would have to be joined and for which there are no forms, in a text of [`join`].
pub(super) fn is_unjoined(c: char) -> bool {
    let is_arabic =
        matches!(c, '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6d3}' | '\u{6fa}'..='\u{77f}' | '\u{8a0}'..='\u{8c9}');
    is_arabic && c.is_alphabetic() && c != TATWEEL && !is_combining_mark(c)
}

/// Characters, and lam with alef as one.
fn split(text: &str) -> Vec<String> {
    let mut letters: Vec<String> = Vec::new();
    for c in text.nfc().filter(|c| !is_vowel_sign(*c)) {
        if let Some(last) = letters.last_mut() {
            last.push(c);
            if FORMS.contains_key(last) {
                continue;
            }
            last.pop();
        }
        letters.push(c.to_string());
    }
    letters
}

fn is_vowel_sign(c: char) -> bool {
    matches!(c, '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}')
}

fn joins_previous(letter: &str) -> bool {
    letter.starts_with(TATWEEL) || FORMS.get(letter).is_some_and(|forms| forms.len() > FORMS_FINAL)
}

fn joins_next(letter: &str) -> bool {
    letter.starts_with(TATWEEL) || FORMS.get(letter).is_some_and(|forms| forms.len() > FORMS_MEDIAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_take_the_form_that_their_neighbours_ask_for() {
        // Beh: initial, medial, final, isolated.
        assert_eq!(join("ببب ب"), "\u{fe91}\u{fe92}\u{fe90} \u{fe8f}");
        // Dal joins the letter before it alone, hamza none.
        assert_eq!(join("بدب ءب"), "\u{fe91}\u{feaa}\u{fe8f} \u{fe80}\u{fe8f}");
        // Lam and alef are one, isolated and after a letter.
        assert_eq!(join("لا بلأ"), "\u{fefb} \u{fe91}\u{fef8}");
        // Persian gaf and yeh.
        assert_eq!(join("گی"), "\u{fb94}\u{fbfd}");
        // Alef maksura ends a word.
        assert_eq!(join("على"), "\u{fecb}\u{fee0}\u{fef0}");
    }

    #[test]
    fn signs_of_vowels_go_and_what_separates_separates() {
        assert_eq!(join("حُبٌّ"), join("حب"));
        assert_eq!(join("ب\u{200c}ب"), "\u{fe8f}\u{200c}\u{fe8f}", "a non-joiner");
        assert_eq!(join("بـ"), "\u{fe91}\u{640}", "a tatweel");
        assert_eq!(join("Café 12"), "Café 12");
    }

    #[test]
    fn a_letter_without_forms_is_known() {
        let sindhi = join("ٻڳڄ");
        assert!(!sindhi.chars().any(is_unjoined), "{sindhi:?}");
        assert!(join("ݐ").chars().any(is_unjoined));
        assert!(!join("بيان: يجب أن تكون المدارس ١٢").chars().any(is_unjoined));
    }
}
