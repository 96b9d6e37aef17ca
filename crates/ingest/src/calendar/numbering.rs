//! Sessions by number: "87th session", "87e session", "87.º período de sesiones" and "الدورة 87" are one.

use plenary_model::event::EventKind;

/// Words of a pre-session in any of the languages, in lower case; asked before those of a session.
const PRE_SESSION: [&str; 9] = [
    "pre-session",
    "presession",
    "pre session",
    "présession",
    "pré-session",
    "presesiones",
    "reunión previa",
    "ما قبل",
    "التمهيدي",
];
const SESSION: [&str; 4] = ["session", "sesiones", "sesión", "دورة"];
/// Words that name no body.
const EMPTY: [&str; 18] = [
    "the", "of", "on", "for", "de", "des", "du", "la", "le", "les", "los", "del", "working", "group", "período",
    "periodo", "un", "and",
];
/// Most digits of a number of sessions; more are a year.
const DIGITS_MAX: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    pub number: u32,
    pub kind: EventKind,
    /// The year that the title names: some bodies count their sessions anew each year.
    year: Option<u32>,
    words: Vec<String>,
    initials: String,
}

impl Numbered {
    pub fn parse(title: &str) -> Option<Self> {
        let lower = title.to_lowercase();
        let names = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let kind = if names(&PRE_SESSION) {
            EventKind::PreSession
        } else if names(&SESSION) {
            EventKind::Session
        } else {
            return None;
        };
        let (mut number, mut year, mut words) = (None, None, Vec::new());
        for word in lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()) {
            let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
            if !digits.is_empty() {
                let parsed = digits.parse().ok();
                if digits.len() <= DIGITS_MAX {
                    number = number.or(parsed);
                } else {
                    year = year.or(parsed);
                }
            } else if word.chars().count() > 1
                && !EMPTY.contains(&word)
                && !PRE_SESSION.iter().chain(&SESSION).any(|known| word.starts_with(known) || known.contains(word))
            {
                words.push(word.to_owned());
            }
        }
        let initials = words.iter().filter_map(|word| word.chars().next()).collect();
        Some(Self { number: number?, kind, year, words, initials })
    }

    /// True when both titles name a session of one body: by the same words, or one by its initials.
    pub fn is_of_the_same_body(&self, other: &Self) -> bool {
        let short = |one: &Self, two: &Self| one.words.iter().any(|word| *word == two.initials && word.len() > 1);
        let shares = self.words.iter().filter(|word| other.words.contains(word)).count();
        let fewer = self.words.len().min(other.words.len());
        fewer > 0 && (shares == fewer || short(self, other) || short(other, self))
    }

    pub fn is_same(&self, other: &Self) -> bool {
        let is_of_one_year = self.year.zip(other.year).is_none_or(|(one, two)| one == two);
        self.number == other.number && self.kind == other.kind && is_of_one_year && self.is_of_the_same_body(other)
    }
}

/// A title with another number: "87th session" with 93 is "93rd session". `None` when it has no digits.
pub fn renumber(title: &str, from: u32, to: u32) -> Option<String> {
    let digits = from.to_string();
    let at = title.match_indices(&digits).map(|(at, _)| at).find(|at| {
        let beside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        !beside(title[..*at].chars().next_back()) && !beside(title[at + digits.len()..].chars().next())
    })?;
    let (before, rest) = (&title[..at], &title[at + digits.len()..]);
    let english = ["st", "nd", "rd", "th"].into_iter().find_map(|suffix| rest.strip_prefix(suffix));
    Some(match english {
        Some(rest) => format!("{before}{to}{}{rest}", suffix(to)),
        None => format!("{before}{to}{rest}"),
    })
}

fn suffix(number: u32) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_session_is_recognised_in_four_languages() {
        for (title, number, kind) in [
            ("Committee on the Rights of Apples, 87th session", 87, EventKind::Session),
            ("Comité des droits des pommes, 87e session", 87, EventKind::Session),
            ("Comité de las Manzanas, 87.º período de sesiones", 87, EventKind::Session),
            ("لجنة التفاح، الدورة 87", 87, EventKind::Session),
            ("92nd pre-session of the Committee (6 June 2022)", 92, EventKind::PreSession),
            ("Comité, 92e présession", 92, EventKind::PreSession),
        ] {
            let found = Numbered::parse(title).unwrap();
            assert_eq!((found.number, found.kind), (number, kind), "{title}");
        }
        assert_eq!(Numbered::parse("Day of discussion 2021"), None);
        assert_eq!(Numbered::parse("Session in 2021"), None);
    }

    #[test]
    fn a_body_is_known_by_its_words_or_initials() {
        let same = |a: &str, b: &str| Numbered::parse(a).unwrap().is_same(&Numbered::parse(b).unwrap());
        let full = "Committee on the Rights of the Child, 87th session";
        assert!(same(full, "CRC - 87th Session"));
        assert!(same(full, "87th session of the Committee on the Rights of the Child"));
        assert!(!same(full, "CEDAW - 87th session"));
        assert!(!same(full, "CRC 87th pre-session"));
        assert!(!same(full, "CRC 88th session"));
        assert!(!same("Board, 2nd regular session 2025", "Board, 2nd regular session 2026"));
        assert!(same("Board, 2nd regular session 2025", "2nd regular session of the Board"));
    }

    #[test]
    fn titles_take_another_number() {
        assert_eq!(renumber("Committee, 87th session", 87, 93).unwrap(), "Committee, 93rd session");
        assert_eq!(renumber("91st pre-session", 91, 112).unwrap(), "112th pre-session");
        assert_eq!(renumber("87.º período", 87, 90).unwrap(), "90.º período");
        assert_eq!(renumber("in 1987", 87, 90), None);
    }
}
