//! What a text keeps when it is translated: its figures, and the names of people and places, by
//! spelling within one alphabet and by sound across alphabets.

use super::fingerprint::mix;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Smallest figure that says something: smaller ones are written as words in one language or another.
const FIGURE_MIN: u32 = 10;

const NAME_LETTERS_MIN: usize = 4;

/// Fewest consonants of a name that is compared by sound.
const SOUND_CONSONANTS_MIN: usize = 4;

/// Points of a figure that is neither small nor a year.
const TELLING_POINTS: f32 = 2.5;

/// Most specifics of a kind that are kept of one text.
const SPECIFICS_MAX: usize = 96;

/// A figure or name: what it is, where in the text (0 to 1), and how much it says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Specific {
    /// The figure, or a digest of the name.
    pub(crate) value: u32,
    /// Place of its first mention, as a share of the text.
    pub(crate) place: f32,
    /// Points that it is worth when both texts have it.
    pub(crate) points: f32,
}

/// Steps of a place and of points in the compact form of a specific.
const PLACE_STEPS: f32 = 65_535.0;
const POINT_STEPS: f32 = 10.0;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the steps")]
fn pack_place(place: f32) -> u16 {
    (place.clamp(0.0, 1.0) * PLACE_STEPS).round() as u16
}

impl Specific {
    /// True for a figure that hardly two texts have by chance.
    pub(crate) fn is_telling(self) -> bool {
        self.points >= TELLING_POINTS
    }

    fn unpack_place(steps: u16) -> f32 {
        f32::from(steps) / PLACE_STEPS
    }

    /// Value, place and points in few bytes; nothing is lost.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few points")]
    pub(crate) fn pack(self) -> (u32, u16, u8) {
        (self.value, pack_place(self.place), (self.points * POINT_STEPS).round() as u8)
    }

    pub(crate) fn unpack((value, place, points): (u32, u16, u8)) -> Self {
        Self { value, place: Self::unpack_place(place), points: f32::from(points) / POINT_STEPS }
    }
}

/// The specifics of a text, each kind sorted by value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Specifics {
    pub(crate) figures: Vec<Specific>,
    /// Names in the Latin alphabet, without their diacritics.
    pub(crate) names: Vec<Specific>,
    /// Names by sound; in a script without capitals every word may be one.
    pub(crate) sounds: Vec<Specific>,
}

impl Specifics {
    pub(crate) fn collect(text: &str) -> Self {
        let mut reader = Reader { at_start: true, ..Reader::default() };
        // Only marks change places when a text is decomposed, and they are left out: stretches can be read one by one,
        // and those of ASCII, most of most texts, are decomposed as they are.
        let mut rest = text;
        while !rest.is_empty() {
            let (plain, tail) = rest.split_at(rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len()));
            plain.chars().for_each(|c| reader.read(c));
            let (other, tail) = tail.split_at(tail.find(|c: char| c.is_ascii()).unwrap_or(tail.len()));
            other.nfkd().filter(|c| !is_combining_mark(*c)).for_each(|c| reader.read(c));
            rest = tail;
        }
        reader.word_ends();
        reader.finish()
    }

    pub(crate) fn kinds(&self) -> [&[Specific]; 3] {
        [&self.figures, &self.names, &self.sounds]
    }

    /// Kinds of specifics that both texts can share: names by spelling where both have such names, else by sound.
    pub(crate) fn names_beside<'a>(&'a self, other: &'a Self) -> (&'a [Specific], &'a [Specific]) {
        if self.names.is_empty() || other.names.is_empty() {
            (&self.sounds, &other.sounds)
        } else {
            (&self.names, &other.names)
        }
    }
}

#[derive(Default)]
struct Reader {
    found: Specifics,
    word: Vec<char>,
    words: u16,
    at_start: bool,
    is_capital: bool,
    before: Option<char>,
}

impl Reader {
    fn read(&mut self, c: char) {
        if c.is_alphanumeric() {
            let is_digit = c.is_numeric();
            if self.word.last().is_some_and(|last| last.is_numeric() != is_digit) {
                self.word_ends();
            }
            if self.word.is_empty() {
                self.is_capital = c.is_uppercase() && !self.at_start;
                // The number of a name, such as COVID-19, is no figure.
                self.is_capital |= is_digit && self.before == Some('-');
            }
            if c.is_ascii() {
                self.word.push(c.to_ascii_lowercase());
            } else {
                self.word.extend(c.to_lowercase());
            }
        } else {
            self.word_ends();
            self.at_start |= matches!(c, '.' | '!' | '?' | '؟' | '。' | ':' | ';' | '"' | '“' | '«' | '„' | '\n');
            self.before = Some(c);
        }
    }

    fn word_ends(&mut self) {
        let Some(first) = self.word.first().copied() else { return };
        self.words = self.words.saturating_add(1);
        let place = f32::from(self.words);
        if first.is_numeric() {
            self.figure(place);
        } else if first.is_alphabetic() {
            self.name(first, place);
        }
        self.word.clear();
        self.at_start = false;
        self.before = None;
    }

    fn figure(&mut self, place: f32) {
        let digits: Option<Vec<u32>> = self.word.iter().map(|c| digit(*c)).collect();
        let value = digits.and_then(|digits| {
            digits.into_iter().try_fold(0_u32, |value, digit| value.checked_mul(10)?.checked_add(digit))
        });
        if let Some(value) = value.filter(|value| *value >= FIGURE_MIN && !self.is_capital) {
            let is_telling = value >= 2100 || (100..1500).contains(&value);
            let points = if is_telling { TELLING_POINTS } else { 1.5 };
            self.found.figures.push(Specific { value, place, points });
        }
    }

    fn name(&mut self, first: char, place: f32) {
        let is_cased = first.is_lowercase() || first.is_uppercase();
        if is_cased && !self.is_capital {
            return;
        }
        let word: &[char] = if is_cased { &self.word } else { without_article(&self.word) };
        if word.len() >= NAME_LETTERS_MIN && word.iter().all(char::is_ascii_alphabetic) {
            let hash = word.iter().fold(0, |hash: u64, c| mix(hash ^ u64::from(u32::from(*c))));
            let points = if word.len() >= 6 { 1.5 } else { 1.0 };
            #[expect(clippy::cast_possible_truncation, reason = "half of a hash")]
            self.found.names.push(Specific { value: hash as u32, place, points });
        }
        if let Some((value, consonants)) = sound(word) {
            let points = if consonants > SOUND_CONSONANTS_MIN { 1.2 } else { 0.7 };
            self.found.sounds.push(Specific { value, place, points });
        }
    }

    fn finish(mut self) -> Specifics {
        let all = f32::from(self.words.max(1));
        for kind in [&mut self.found.figures, &mut self.found.names, &mut self.found.sounds] {
            kind.sort_by(|x, y| x.value.cmp(&y.value).then(x.place.total_cmp(&y.place)));
            kind.dedup_by_key(|specific| specific.value);
            kind.truncate(SPECIFICS_MAX);
            for specific in kind.iter_mut() {
                specific.place = Specific::unpack_place(pack_place(specific.place / all));
            }
        }
        self.found
    }
}

fn digit(c: char) -> Option<u32> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{966}'..='\u{96f}' => '\u{966}',
        _ => return None,
    };
    Some(u32::from(c) - u32::from(zero))
}

/// An Arabic word without the article and the particles written together with it.
fn without_article(word: &[char]) -> &[char] {
    for prefix in ["وال", "بال", "لل", "ال", "و", "ب", "ل"] {
        let letters = prefix.chars().count();
        if word.len() >= letters + NAME_LETTERS_MIN && prefix.chars().eq(word.iter().take(letters).copied()) {
            return word.get(letters..).unwrap_or(word);
        }
    }
    word
}

/// The consonants of a word in six classes, as a number, and how many; `None` when too few to tell names apart. After
/// Soundex, over the Latin, Cyrillic and Arabic alphabets.
fn sound(word: &[char]) -> Option<(u32, usize)> {
    let (mut code, mut count, mut last) = (0_u32, 0, 0);
    for c in word {
        let class = match c {
            'b' | 'p' | 'f' | 'v' | 'б' | 'п' | 'ф' | 'в' | 'ب' | 'ف' => 1,
            'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' | 'г' | 'ж' | 'з' | 'к' | 'с' | 'х' | 'ц' | 'ч' | 'ш'
            | 'щ' | 'ج' | 'خ' | 'ح' | 'س' | 'ش' | 'ص' | 'غ' | 'ق' | 'ك' | 'ز' | 'ظ' => 2,
            'd' | 't' | 'д' | 'т' | 'ت' | 'ث' | 'د' | 'ذ' | 'ض' | 'ط' => 3,
            'l' | 'л' | 'ل' => 4,
            'm' | 'n' | 'м' | 'н' | 'م' | 'ن' => 5,
            'r' | 'р' | 'ر' => 6,
            _ => 0,
        };
        if class != 0 && class != last {
            code = code.wrapping_mul(7).wrapping_add(class);
            count += 1;
            last = class;
        }
    }
    (count >= SOUND_CONSONANTS_MIN).then_some((code, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count_shared(a: &[Specific], b: &[Specific]) -> usize {
        a.iter().filter(|x| b.iter().any(|y| y.value == x.value)).count()
    }

    #[test]
    fn figures_and_names_survive_translation() {
        let english = Specifics::collect("In March, Kori Bachelet told 1,250 pupils of COVID-19 in 2021 at Hamburg.");
        let french =
            Specifics::collect("En mars, Kori Bachelet a parlé de la COVID-19 à 1 250 élèves, à Hambourg en 2021.");
        let russian = Specifics::collect("В марте Кори Бачелет рассказала 250 ученикам в Гамбурге.");
        let arabic = Specifics::collect("قال شولمان في هامبورغ عام ٢٠٢١");
        assert_eq!(english.figures.iter().map(|f| f.value).collect::<Vec<_>>(), [250, 2021]);
        assert_eq!(count_shared(&english.figures, &french.figures), 2);
        assert_eq!(count_shared(&english.names, &french.names), 3, "kori, bachelet, covid");
        assert_eq!(count_shared(&english.sounds, &russian.sounds), 1, "bachelet");
        assert_eq!(count_shared(&english.figures, &arabic.figures), 1);
    }

    proptest::proptest! {
        #[test]
        fn stretches_read_as_the_whole(text in "(\\PC{0,6}|[A-Za-z0-9 .]{0,9}|[\u{300}-\u{36f}éßﬁ½]{0,3}){0,12}") {
            let mut whole = Reader { at_start: true, ..Reader::default() };
            text.nfkd().filter(|c| !is_combining_mark(*c)).for_each(|c| whole.read(c));
            whole.word_ends();
            proptest::prop_assert_eq!(Specifics::collect(&text), whole.finish());
        }
    }

    #[test]
    fn the_first_word_of_a_sentence_is_no_name() {
        assert!(Specifics::collect("Children speak. Every voice counts").names.is_empty());
    }

    #[test]
    fn places_are_shares_of_the_text() {
        let found = Specifics::collect("eins zwei drei vier 500 sechs sieben acht neun zehn");
        assert!((found.figures[0].place - 0.5).abs() < 0.01);
    }
}
