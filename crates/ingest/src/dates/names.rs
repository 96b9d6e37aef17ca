//! Names of months in many languages, and of zones.

use plenary_model::fold;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Names of months by their number, in lower case, with their usual short forms; Arabic names, those
/// of Egypt, the Levant, the Maghreb and Morocco, with plain alif. The second name is the English
/// short form: a longer word of ASCII letters that begins with it counts too (`sept`, `novem`).
const MONTHS: [(&str, u32); 12] = [
    (
        "january jan janvier janv enero ene janeiro januar jänner gennaio gen genn января январь янв يناير جانفي ιαν január",
        1,
    ),
    (
        "february feb février fevrier févr fevr fév febrero fevereiro fev februar feber febbraio febbr февраля февраль фев февр \
         فبراير شباط فيفري φεβ február februári",
        2,
    ),
    ("march mar mars marzo março marco märz maerz mär mrz марта март мар مارس اذار μάώ μαώ március", 3),
    ("april apr avril avr abril abr aprile апреля апрель апр ابريل نيسان افريل απρ április", 4),
    ("may mai mayo maio maggio mag magg мая май مايو ايار ماي μάι μαϊ μαι május", 5),
    ("june jun juin junio junho juni giugno giu июня июнь июн يونيو يونيه حزيران جوان ιούν ιον június", 6),
    (
        "july jul juillet juil julio julho juli luglio lug июля июль июл يوليو يوليه يوليوز تموز جويلية ιούλ ιολ július",
        7,
    ),
    ("august aug août aout aoû agosto ago ag августа август авг اغسطس غشت اب اوت αύγ αυγ augusztus", 8),
    (
        "september sep sept septembre septiembre setiembre setembro set settembre sett сентября сентябрь сен сент سبتمبر شتنبر \
         ايلول σεπ szeptember",
        9,
    ),
    ("october oct octobre octubre outubro out oktober okt ottobre ott октября октябрь окт اكتوبر οκτ október", 10),
    ("november nov novembre noviembre novembro ноября ноябрь ноя нояб نوفمبر نونبر νοέ νοε", 11),
    (
        "december dec décembre decembre déc diciembre dic dezembro dez dezember dicembre декабря декабрь дек ديسمبر دجنبر δεκ",
        12,
    ),
];

/// Months of the Levant that are written in two words.
const MONTHS_OF_TWO_WORDS: [(&str, &str, u32); 4] =
    [("كانون", "الثاني", 1), ("تشرين", "الاول", 10), ("تشرين", "الثاني", 11), ("كانون", "الاول", 12)];

/// Zones by name, in minutes from UTC. Shared abbreviations are read as RFC 822 and common use in feeds have them.
pub(super) const ZONES: [(&str, i32); 36] = [
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("bst", 60),
    ("ist", 330),
    ("west", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("sast", 120),
    ("eest", 180),
    ("msk", 180),
    ("eat", 180),
    ("jst", 540),
    ("kst", 540),
    ("adt", -180),
    ("ast", -240),
    ("edt", -240),
    ("est", -300),
    ("et", -300),
    ("cdt", -300),
    ("cst", -360),
    ("mdt", -360),
    ("mst", -420),
    ("pdt", -420),
    ("pst", -480),
    ("at", -240),
    ("ct", -360),
    ("mt", -420),
    ("pt", -480),
];

pub(super) fn month_of(word: &str) -> Option<u32> {
    // What nearly all feeds have.
    if let Some(month) = english(word) {
        return Some(month);
    }
    let folded = strip_marks(word);
    let named = MONTHS.iter().find(|(names, _)| names.split_ascii_whitespace().any(|name| name == folded));
    if let Some((_, month)) = named {
        return Some(*month);
    }
    if word.len() > 3 && word.is_char_boundary(3) {
        return english(&word[..3]).filter(|_| word.is_ascii() && word.len() <= 10);
    }
    None
}

fn english(short: &str) -> Option<u32> {
    let named = MONTHS.iter().find(|(names, _)| names.split_ascii_whitespace().nth(1) == Some(short));
    named.map(|(_, month)| *month)
}

pub(super) fn month_of_two(first: &str, second: &str) -> Option<u32> {
    let second = strip_marks(second);
    MONTHS_OF_TWO_WORDS.iter().find(|(a, b, _)| *a == first && *b == second).map(|(.., month)| *month)
}

/// Fewest letters of a name in running text, where `out` and `set` are words before they are October and September in
/// short; English names, full and short, count whatever their length.
const NAME_LETTERS_MIN: usize = 4;

/// The names that are months in running text too, folded as its words are.
static IN_TEXT: LazyLock<HashMap<String, u32>> = LazyLock::new(|| {
    let names_of = |names: &'static str| names.split_ascii_whitespace().enumerate();
    let is_name = |(place, name): &(usize, &str)| *place < 2 || !name.is_ascii() || name.len() >= NAME_LETTERS_MIN;
    let of_month = |(names, month)| names_of(names).filter(is_name).map(move |(_, name)| (fold::line(name), month));
    MONTHS.into_iter().flat_map(of_month).collect()
});

/// The month of that name, which is a word of a running text, folded by [`fold`].
pub(crate) fn month_in_text(word: &str) -> Option<u32> {
    IN_TEXT.get(word).copied()
}

pub(crate) fn month_of_two_in_text(first: &str, second: &str) -> Option<u32> {
    let named = MONTHS_OF_TWO_WORDS.iter().find(|(a, b, _)| *a == first && fold::line(b) == second);
    named.map(|(.., month)| *month)
}

/// Alif without the marks that half of the writers leave out.
fn strip_marks(word: &str) -> String {
    word.replace(['أ', 'إ', 'آ'], "ا")
}
