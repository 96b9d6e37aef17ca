//! How a term of the policy is written: words, stems, alternatives and nearness.
//!
//! `school closures` · `vaccin*` · `armed conflict* in` · `(girls | boys) in detention` · `(girls | boys) ~4 prison*`

/// Distance of a `~` without a number, in words.
pub const NEAR_WORDS_DEFAULT: usize = 8;
/// Longest distance that can be asked for, in words.
const NEAR_WORDS_MAX: usize = 50;
/// Most phrases that the alternatives of one side may make together.
const PHRASES_MAX: usize = 1_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The phrases that count; a `*` after a word makes it a stem. Never empty.
    pub phrases: Vec<String>,
    pub near: Option<Near>,
}

/// The second half of a term written with `~`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The phrases, as in [`Term::phrases`]. Never empty.
    pub phrases: Vec<String>,
    pub within: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    #[error("the term is empty")]
    Empty,
    #[error("parentheses do not pair: write (one | other)")]
    Parentheses,
    #[error("~ may stand once in a term")]
    Near,
    #[error("the distance after ~ must be a number from 1 to {NEAR_WORDS_MAX}")]
    Distance,
    #[error("* may stand only at the end of a word")]
    Stem,
    #[error("the alternatives make more than {PHRASES_MAX} phrases: split the term")]
    TooMany,
}

impl Term {
    pub fn parse(text: &str) -> Result<Self, TermError> {
        let mut sides = text.split('~');
        let first = phrases(sides.next().unwrap_or_default())?;
        let near = match sides.next() {
            None => None,
            Some(side) => {
                let digits = side.bytes().take_while(u8::is_ascii_digit).count();
                let (number, rest) = side.split_at(digits);
                let within = match number {
                    "" => NEAR_WORDS_DEFAULT,
                    _ => number.parse().ok().filter(|n| (1..=NEAR_WORDS_MAX).contains(n)).ok_or(TermError::Distance)?,
                };
                Some(Near { phrases: phrases(rest)?, within })
            }
        };
        if sides.next().is_some() {
            return Err(TermError::Near);
        }
        Ok(Self { phrases: first, near })
    }
}

fn phrases(side: &str) -> Result<Vec<String>, TermError> {
    let mut made = vec![String::new()];
    let mut rest = side;
    while let Some(open) = rest.find(['(', ')']) {
        let (before, from) = rest.split_at(open);
        let inner = from.strip_prefix('(').ok_or(TermError::Parentheses)?;
        let (inside, after) = inner.split_once(')').ok_or(TermError::Parentheses)?;
        if inside.contains('(') {
            return Err(TermError::Parentheses);
        }
        let choices: Vec<&str> = inside.split('|').map(str::trim).collect();
        if choices.iter().any(|choice| choice.is_empty()) {
            return Err(TermError::Empty);
        }
        if made.len() * choices.len() > PHRASES_MAX {
            return Err(TermError::TooMany);
        }
        made = made
            .iter()
            .flat_map(|start| choices.iter().map(move |choice| format!("{start} {before} {choice}")))
            .collect();
        rest = after;
    }
    for phrase in &mut made {
        let joined = format!("{phrase} {rest}");
        *phrase = joined.split_whitespace().collect::<Vec<_>>().join(" ");
        if !phrase.chars().any(char::is_alphanumeric) {
            return Err(TermError::Empty);
        }
        let ends_a_word = |word: &str| {
            let stem = word.strip_suffix('*').unwrap_or(word);
            !stem.contains('*') && (stem.len() == word.len() || stem.ends_with(char::is_alphanumeric))
        };
        if !phrase.split(' ').all(ends_a_word) {
            return Err(TermError::Stem);
        }
    }
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_stand_for_every_phrase() {
        let term = Term::parse("(girls | young women) in\n (prison* | custody)").unwrap();
        assert_eq!(
            term.phrases,
            ["girls in prison*", "girls in custody", "young women in prison*", "young women in custody"]
        );
        assert_eq!(term.near, None);
    }

    #[test]
    fn nearness_has_a_distance() {
        let near = |text| Term::parse(text).unwrap().near.unwrap();
        assert_eq!(near("children ~ war").within, NEAR_WORDS_DEFAULT);
        assert_eq!(near("children ~3 (war | wars)").within, 3);
        assert_eq!(near("children ~3 (war | wars)").phrases, ["war", "wars"]);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (text, error) in [
            ("", TermError::Empty),
            (" * ", TermError::Empty),
            ("a ~", TermError::Empty),
            ("(a | ) b", TermError::Empty),
            ("(a | b", TermError::Parentheses),
            ("a) b", TermError::Parentheses),
            ("((a | b) | c)", TermError::Parentheses),
            ("a ~ b ~ c", TermError::Near),
            ("a ~0 b", TermError::Distance),
            ("a ~900 b", TermError::Distance),
            ("chi*ld rights", TermError::Stem),
            ("child * rights", TermError::Stem),
        ] {
            assert_eq!(Term::parse(text), Err(error), "{text}");
        }
        let many = format!("({0}) ({0}) ({0})", ["a"; 20].join("|"));
        assert_eq!(Term::parse(&many), Err(TermError::TooMany));
    }
}
