//! What is written together with a word and is no part of it: prepositions, conjunctions and pronouns of Arabic, Hebrew,
//! Amharic and Tigrinya, and the neighbours of a word in scripts that leave no blanks.
//!
//! The Arabic article and the conjunction و are folded away in texts and terms alike (`model/fold`). A preposition without
//! the article looks like the first letter of many words (ل in لقاح, "vaccine"), so it is not: a term matches with one
//! before it, or with a pronoun after it, where what is left of the word is exactly that (those of Arabic as in Larkey,
//! Ballesteros and Connell, "Improving stemming for Arabic information retrieval", SIGIR 2002).

use std::ops::Range;

/// What a language joins to words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Affixes {
    language: &'static str,
    before: &'static [&'static str],
    after: &'static [&'static str],
}

const AFFIXES: [Affixes; 4] = [
    // To, with, so, as, and that; also after و and ف. His, her, their, our, your, my.
    Affixes {
        language: "ar",
        before: &["ل", "ب", "ف", "ك", "س", "فل", "فب", "ول", "وب", "وك", "و"],
        after: &["ه", "ها", "هم", "هن", "هما", "نا", "كم", "ك", "ي"],
    },
    // The, in, to, from, that, and, as.
    Affixes {
        language: "he", before: &["ה", "ב", "ל", "מ", "ש", "ו", "כ", "וה", "שה", "מה", "וב", "ול"], after: &[]
    },
    // In, of, for, from, about, like; the object, and, too, the.
    Affixes {
        language: "am", before: &["በ", "የ", "ለ", "ከ", "ስለ", "እንደ"], after: &["ን", "ና", "ም", "ው", "ዎች"]
    },
    Affixes { language: "ti", before: &["ብ", "ን", "ናይ", "ካብ", "ዝ"], after: &["ን", "ታት"] },
];

/// Shorter words are only found alone.
const LETTERS_MIN: usize = 3;

/// What may stand at the ends of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edges {
    /// Nothing: its pattern has the blanks around it.
    Blank,
    /// What the language joins to a word.
    Clitics {
        affixes: &'static Affixes,
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
    let affixes = AFFIXES.iter().find(|affixes| language == Some(affixes.language));
    match affixes.filter(|_| !folded.is_ascii()) {
        Some(affixes) if is_long(folded.split(' ').next()) && is_long(folded.rsplit(' ').next()) => {
            Edges::Clitics { affixes, is_stem, is_feminine: !is_stem && folded.ends_with('ه') }
        }
        _ => Edges::Blank,
    }
}

/// True when what stands around a match, up to the next blanks, may be joined to it.
pub(super) fn fits_edges(edges: Edges, text: &str, found: Range<usize>) -> bool {
    let Edges::Clitics { affixes, is_stem, is_feminine } = edges else { return true };
    let (before, after) = (text.get(..found.start).unwrap_or_default(), text.get(found.end..).unwrap_or_default());
    let before = before.rsplit(' ').next().unwrap_or_default();
    let after = after.split(' ').next().unwrap_or_default();
    let ends = match (is_stem, is_feminine) {
        (true, _) => true,
        (false, false) => after.is_empty() || affixes.after.contains(&after),
        (false, true) => {
            after == "ه" || after.strip_prefix('ت').is_some_and(|pronoun| affixes.after.contains(&pronoun))
        }
    };
    ends && (before.is_empty() || affixes.before.contains(&before))
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
