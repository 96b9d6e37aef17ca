//! What is written together with a word and is no part of it: Arabic prepositions, conjunctions and pronouns, and the
//! neighbours of a word in scripts that leave no blanks.
//!
//! The Arabic article and the conjunction و are folded away in texts and terms alike (`model/fold`). A preposition without
//! the article looks like the first letter of many words (ل in لقاح, "vaccine"), so it is not: a term matches with one
//! before it, or with a pronoun after it, where what is left of the word is exactly that (the affixes are those of Larkey,
//! Ballesteros and Connell, "Improving stemming for Arabic information retrieval", SIGIR 2002).

use std::ops::Range;

/// Prepositions and conjunctions of one letter: to, with, so, as, and that; also after و and ف.
const BEFORE: [&str; 11] = ["ل", "ب", "ف", "ك", "س", "فل", "فب", "ول", "وب", "وك", "و"];
/// Pronouns: his, her, their, our, your, my.
const AFTER: [&str; 9] = ["ه", "ها", "هم", "هن", "هما", "نا", "كم", "ك", "ي"];
/// Shorter words are only found alone.
const LETTERS_MIN: usize = 3;

/// What may stand at the ends of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edges {
    /// Nothing: its pattern has the blanks around it.
    Blank,
    /// What Arabic joins to a word.
    Clitics {
        /// True for a stem: its word may end in any way.
        is_stem: bool,
        /// True when it ends in ة, folded to ه and left out of its pattern: before a pronoun it is ت.
        is_feminine: bool,
    },
    /// Other words: the script leaves no blanks between them.
    Words,
}

/// What may be joined to a term of a language, folded.
pub(super) fn edges_of(folded: &str, language: Option<&str>, is_stem: bool) -> Edges {
    let is_without_blanks = |c| matches!(c, '\u{e80}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}');
    if folded.contains(is_without_blanks) {
        return Edges::Words;
    }
    let is_long = |word: Option<&str>| word.is_some_and(|word| word.chars().count() >= LETTERS_MIN);
    let is_arabic = language == Some("ar") && folded.starts_with(|c| matches!(c, '\u{620}'..='\u{6ff}'));
    if is_arabic && is_long(folded.split(' ').next()) && is_long(folded.rsplit(' ').next()) {
        return Edges::Clitics { is_stem, is_feminine: !is_stem && folded.ends_with('ه') };
    }
    Edges::Blank
}

/// True when what stands around a match, up to the next blanks, may be joined to it.
pub(super) fn fits_edges(edges: Edges, text: &str, found: Range<usize>) -> bool {
    let Edges::Clitics { is_stem, is_feminine } = edges else { return true };
    let (before, after) = (text.get(..found.start).unwrap_or_default(), text.get(found.end..).unwrap_or_default());
    let before = before.rsplit(' ').next().unwrap_or_default();
    let after = after.split(' ').next().unwrap_or_default();
    let ends = match (is_stem, is_feminine) {
        (true, _) => true,
        (false, false) => after.is_empty() || AFTER.contains(&after),
        (false, true) => after == "ه" || after.strip_prefix('ت').is_some_and(|pronoun| AFTER.contains(&pronoun)),
    };
    ends && (before.is_empty() || BEFORE.contains(&before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(term: &str, word: &str) -> bool {
        use super::super::words::FoldedText;
        let (folded, text) = (FoldedText::phrase(term), FoldedText::from_fields([word, "", "", ""]));
        let edges = edges_of(&folded, Some("ar"), false);
        let pattern = match edges {
            Edges::Clitics { is_feminine: true, .. } => folded.trim_end_matches('ه').to_owned(),
            _ => folded,
        };
        text.text().match_indices(&pattern).any(|(at, _)| fits_edges(edges, text.text(), at..at + pattern.len()))
    }

    #[test]
    fn arabic_words_are_found_with_what_is_joined_to_them() {
        for (term, words) in [
            ("أطفال", "الأطفال للأطفال بالأطفال والأطفال لأطفال بأطفال وأطفال ولأطفال كأطفال فأطفال أطفالنا لأطفالهم"),
            ("مدرسة", "المدرسة لمدرسة بالمدرسة ومدرسة مدرستها بمدرستنا"),
            ("لقاح", "اللقاح بلقاح ولقاح لقاحه"),
            ("حقوق", "الحقوق بحقوق حقوقهم وحقوقها"),
        ] {
            for word in words.split(' ') {
                assert!(finds(term, word), "{term} in {word}");
            }
        }
        for (term, words) in
            [("طفل", "طفيلي متطفل"), ("بيان", "بيانو غثيان"), ("مدرسة", "مدرس مدرسون"), ("لقاح", "قاح")]
        {
            for word in words.split(' ') {
                assert!(!finds(term, word), "{term} in {word}");
            }
        }
    }
}
