//! A text as words that can be compared: case, diacritics, compatibility forms and Arabic spelling
//! variants folded, everything that is neither letter nor digit a boundary.

use plenary_model::evidence::Place;
use plenary_model::fold;

/// Hashtags of one field that are taken apart.
const HASHTAGS_MAX: usize = 50;

/// The fields of an entry, in the order in which [`FoldedText`] holds them.
const PLACES: [Place; 4] = [Place::Title, Place::Text, Place::Category, Place::Source];

/// The words of all fields of an entry, in one string for one pass of the matcher. Each word stands between single
/// blanks, so that ` word ` matches whole words; a line feed ends each field, so that no phrase spans two.
#[derive(Clone, Debug, Default)]
pub(super) struct FoldedText {
    text: String,
    /// Byte offset of the blank before each word.
    starts: Vec<u32>,
    /// Number of the first word of each field.
    fields: [usize; 4],
}

impl FoldedText {
    pub(super) fn from_fields(fields: [&str; 4]) -> Self {
        let length = fields.iter().map(|field| field.len() + 4).sum();
        let mut words = Self { text: String::with_capacity(length), ..Self::default() };
        for (number, field) in fields.into_iter().enumerate() {
            if let Some(first) = words.fields.get_mut(number) {
                *first = words.starts.len();
            }
            words.text.push(' ');
            words.push(field);
            words.text.push('\n');
        }
        words
    }

    /// One phrase, folded in the same way, without the blanks around it.
    pub(super) fn phrase(text: &str) -> String {
        let words = Self::from_fields([text, "", "", ""]);
        let first = words.text.split('\n').next().unwrap_or_default();
        first.trim().to_owned()
    }

    /// Adds a field, and after it the words of its hashtags: `#ChildRights` is about child rights. A tag in one piece is
    /// added with its `#`, for the terms that are written so.
    fn push(&mut self, field: &str) {
        self.push_words(field);
        if !field.contains(['#', '＃']) {
            return;
        }
        for tag in fold::hashtags(field).take(HASHTAGS_MAX) {
            let words = fold::split_hashtag(tag);
            if words.len() > 1 {
                self.push_words(&words.join(" "));
            } else {
                let joined = join_letters(tag);
                self.starts.push(u32::try_from(self.text.len() - 1).unwrap_or(u32::MAX));
                self.text.push('#');
                self.text.push_str(&joined);
                self.text.push(' ');
            }
        }
    }

    fn push_words(&mut self, field: &str) {
        let mut open = false;
        for c in field.chars() {
            if fold::is_apostrophe(c) {
                self.close(&mut open);
            } else if c.is_ascii() {
                if c.is_ascii_alphanumeric() {
                    self.letter(c.to_ascii_lowercase(), &mut open);
                } else {
                    self.close(&mut open);
                }
            } else {
                self.fold(c, &mut open);
            }
        }
        self.close(&mut open);
    }

    fn fold(&mut self, c: char, open: &mut bool) {
        fold::fold(c, |part| match part {
            Some(letter) => self.letter(letter, open),
            None => self.close(open),
        });
    }

    fn letter(&mut self, c: char, open: &mut bool) {
        if !*open {
            *open = true;
            // The cap on a text's size keeps offsets far below 4 GiB.
            self.starts.push(u32::try_from(self.text.len() - 1).unwrap_or(u32::MAX));
        }
        self.text.push(c);
    }

    fn close(&mut self, open: &mut bool) {
        if !*open {
            return;
        }
        *open = false;
        let start = self.starts.last().map_or(0, |s| *s as usize + 1);
        let prefix = self.text.get(start..).map_or(0, fold::prefix);
        if prefix > 0 {
            self.text.replace_range(start..start + prefix, "");
        }
        self.text.push(' ');
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Number of the word before which a match of the matcher begins.
    pub(super) fn number_at(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| (*start as usize) < byte)
    }

    /// The word of this number; empty when there is none.
    pub(super) fn word(&self, number: usize) -> &str {
        let Some(start) = self.starts.get(number) else { return "" };
        // The next word's blank ends this one, but for the end of a field in between.
        let end = self.starts.get(number + 1).map_or(self.text.len(), |next| *next as usize);
        self.text.get(*start as usize + 1..end).unwrap_or_default().trim_end()
    }

    pub(super) fn stretch(&self, number: usize, count: usize) -> String {
        (number..number + count).map(|n| self.word(n)).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn place(&self, number: usize) -> Place {
        let field = self.fields.iter().rposition(|first| *first <= number).unwrap_or(0);
        PLACES.get(field).copied().unwrap_or(Place::Title)
    }

    /// Offset of a word in its field, in words.
    pub(super) fn offset(&self, number: usize) -> usize {
        let first = self.fields.iter().rev().find(|first| **first <= number).copied().unwrap_or(0);
        number - first
    }

    pub(super) fn range(&self, place: Place) -> std::ops::Range<usize> {
        let field = PLACES.iter().position(|p| *p == place).unwrap_or(0);
        let from = self.fields.get(field).copied().unwrap_or(0);
        let until = self.fields.get(field + 1).copied().unwrap_or(self.starts.len());
        from..until
    }

    /// True when the words of `phrase` stand next to each other in a field.
    pub(super) fn contains(&self, phrase: &str) -> bool {
        let phrase = Self::phrase(phrase);
        !phrase.is_empty() && holds(&self.text, &phrase)
    }
}

/// The letters of a text, folded, in one word: how it is written as a hashtag.
pub(super) fn join_letters(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    text.chars().filter(|c| !fold::is_apostrophe(*c)).for_each(|c| fold::fold(c, |part| joined.extend(part)));
    joined
}

/// True when the words of `phrase`, normalised, stand next to each other in `text`, whose words stand between blanks.
pub(super) fn holds(text: &str, phrase: &str) -> bool {
    let bytes = text.as_bytes();
    let is_blank = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&b' ');
    text.match_indices(phrase).any(|(at, _)| is_blank(at.checked_sub(1)) && is_blank(Some(at + phrase.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_variants_fold_together() {
        for (one, other) in [
            ("COVID-19", "covid 19"),
            ("Réseau ÉLÈVES", "reseau eleves"),
            ("l’enfant", "l'enfant"),
            ("Straße", "STRASSE"),
            ("ﬁnal ﬁgure", "final figure"),
            ("ребёнок", "ребенок"),
            ("الأطفال", "والأطفال"),
            ("للأطفال", "أطفال"),
            ("كـوفيد-١٩", "كوفيد 19"),
            ("مَدْرَسَة", "مدرسه"),
            ("co\u{ad}operation", "cooperation"),
        ] {
            assert_eq!(FoldedText::phrase(one), FoldedText::phrase(other), "{one} / {other}");
        }
    }

    #[test]
    fn scripts_without_blanks_are_found_sign_by_sign() {
        let words = FoldedText::from_fields(["保护儿童权利，COVID时期", "ปกป้องสิทธิเด็ก", "", ""]);
        assert!(words.contains("儿童权利"));
        assert!(words.contains("สิทธิเด็ก"));
        assert!(words.contains("covid"));
        assert!(!words.contains("儿童时期"));
        assert_eq!(words.word(0), "保");
    }

    #[test]
    fn hashtags_are_words_too() {
        for (tag, phrase) in [
            ("#ChildRights", "child rights"),
            ("#DroitsDeLEnfant", "droits de l’enfant"),
            ("#DerechosDelNiño", "derechos del niño"),
            ("#حقوق_الطفل", "حقوق الطفل"),
            ("childrenʼs", "children's"),
        ] {
            assert!(FoldedText::from_fields(["", tag, "", ""]).contains(phrase), "{tag}");
        }
        let words = FoldedText::from_fields(["a #childrights b", "#5 c", "", ""]);
        assert_eq!(words.text(), " a childrights b #childrights \n 5 c \n \n \n");
        assert_eq!((words.word(3), words.place(3), words.place(4)), ("#childrights", Place::Title, Place::Text));
    }

    #[test]
    fn short_arabic_words_stay_whole() {
        assert_eq!(FoldedText::phrase("ولد"), "ولد");
        assert_eq!(FoldedText::phrase("الى"), "الي");
    }

    #[test]
    fn words_know_their_place() {
        let words = FoldedText::from_fields(["A title", "The text, short.", "cat", "Source name"]);
        assert_eq!(words.len(), 8);
        assert_eq!((words.word(3), words.place(3), words.offset(3)), ("text", Place::Text, 1));
        assert_eq!(words.place(5), Place::Category);
        assert_eq!(words.range(Place::Source), 6..8);
        let byte = words.text().find(" short").unwrap();
        assert_eq!(words.number_at(byte), 4);
        assert_eq!(words.stretch(3, 2), "text short");
    }

    #[test]
    fn phrases_do_not_run_across_fields() {
        let words = FoldedText::from_fields(["ball", "boy", "", ""]);
        assert!(!words.contains("ball boy"));
        assert!(words.contains("Boy"));
        assert!(!words.contains("bo"));
    }

    #[test]
    fn empty_fields_hold_no_word() {
        let words = FoldedText::from_fields(["", "", "x", ""]);
        assert_eq!((words.place(0), words.offset(0)), (Place::Category, 0));
        assert_eq!(words.range(Place::Text), 0..0);
    }
}
