//! What countries are called, from `policy/countries.tsv`, built in.

use super::lexicon::{Builder, Role};

/// The table; its head says how it is written.
const TABLE: &str = include_str!("../../../../policy/countries.tsv");
/// In place of a code: what looks like a country and is none.
const NONE: &str = "--";
/// Languages of the columns after the code; `None` where the names count in every text.
const COLUMNS: [Option<&str>; 5] = [Some("en"), Some("fr"), Some("es"), Some("ar"), None];

/// What a word says about a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Names it, and means nothing else.
    Name,
    /// Names it after a word of place, beside another country or with a second sign.
    DoubtfulName,
    /// Names it beside another country or with a second sign.
    VeryDoubtfulName,
    /// Its capital, its adjective: points to it without naming it.
    Pointer,
    /// Only confirms a name.
    Confirmation,
    /// Looks like a country and is none.
    Never,
}

/// The codes of the table's countries, in its order; a [`Role::Country`] holds an index of them.
#[derive(Debug, Default)]
pub(super) struct Countries {
    codes: Vec<&'static str>,
}

impl Countries {
    /// Reads the table; its names join the terms of `lexicon`.
    pub(super) fn of(lexicon: &mut Builder) -> Self {
        let mut countries = Self::default();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let code = columns.next().unwrap_or_default();
            let country = countries.codes.len();
            for (language, names) in COLUMNS.into_iter().zip(columns.by_ref()) {
                for name in cell(names) {
                    let (sign, name) = if code == NONE { (Sign::Never, name) } else { doubt(name) };
                    lexicon.add(Role::Country { country, sign }, language, name);
                }
            }
            for word in cell(columns.next().unwrap_or_default()) {
                let bare = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
                let sign = if bare.is_some() { Sign::Confirmation } else { Sign::Pointer };
                lexicon.add(Role::Country { country, sign }, None, bare.unwrap_or(word));
            }
            countries.codes.push(code);
        }
        countries
    }

    /// ISO 3166-1 alpha-2.
    pub(super) fn code(&self, country: usize) -> Option<&'static str> {
        self.codes.get(country).copied()
    }
}

fn cell(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|name| !name.is_empty())
}

/// The marks before a name.
fn doubt(name: &str) -> (Sign, &str) {
    if let Some(name) = name.strip_prefix("~~") {
        (Sign::VeryDoubtfulName, name)
    } else if let Some(name) = name.strip_prefix('~') {
        (Sign::DoubtfulName, name)
    } else {
        (Sign::Name, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_line_has_a_code_of_its_own_and_seven_columns() {
        let lines: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        let codes: BTreeSet<&str> = lines.iter().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(codes.len(), lines.len());
        for line in lines {
            assert_eq!(line.split('\t').count(), COLUMNS.len() + 2, "{line}");
            let code = line.split('\t').next().unwrap();
            assert!(code == NONE || code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()), "{line}");
            for cells in line.split('\t').skip(1) {
                for name in cell(cells) {
                    assert!(plenary_model::term::Term::parse(name.trim_start_matches('~')).is_ok(), "{name}");
                }
            }
        }
    }
}
