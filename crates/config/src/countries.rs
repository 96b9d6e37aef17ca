//! `policy/countries.tsv`: what countries are called. The head of the file says how it is written.

use super::problem::{Named, Problem};
use plenary_model::country::{Country, CountryName, Sign};
use plenary_model::term::Term;
use std::collections::BTreeSet;

/// In place of a code: what looks like a country and is none.
const NONE: &str = "--";
/// Languages of the columns after the code; `None` where the names count in every text.
const COLUMNS: [Option<&str>; 5] = [Some("en"), Some("fr"), Some("es"), Some("ar"), None];
const COLUMNS_ALL: usize = COLUMNS.len() + 2;

/// Reads the table, and names every line of it that cannot be read.
pub(super) fn read_countries(file: &Named<'_>, problems: &mut Vec<Problem>) -> Vec<Country> {
    let mut countries = Vec::new();
    let mut codes = BTreeSet::new();
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let row = line.trim_end_matches(['\n', '\r']);
        if !row.is_empty() && !row.starts_with('#') {
            match read_row(row) {
                Ok(country) if codes.insert(country.code.clone()) => countries.push(country),
                Ok(_) => problems.push(file.problem(start, "the code stands here a second time", "join the two lines")),
                Err((message, remedy)) => problems.push(file.problem(start, message, remedy)),
            }
        }
        start += line.len();
    }
    countries
}

fn read_row(row: &str) -> Result<Country, (String, &'static str)> {
    let count = row.split('\t').count();
    if count != COLUMNS_ALL {
        return Err((format!("the line has {count} columns"), "part seven columns by tabs; some may be empty"));
    }
    let mut columns = row.split('\t');
    let code = columns.next().unwrap_or_default();
    if code != NONE && (code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase())) {
        return Err((format!("\"{code}\" is no code of a country"), "write two capital letters, as in ISO 3166-1"));
    }
    let mut names = Vec::new();
    for (language, column) in COLUMNS.into_iter().zip(columns.by_ref()) {
        for text in split_cells(column) {
            let (sign, text) = if code == NONE { (Sign::Never, text) } else { read_name(text) };
            names.push(CountryName { term: text.to_owned(), language: language.map(str::to_owned), sign });
        }
    }
    for text in split_cells(columns.next().unwrap_or_default()) {
        let bare = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        let sign = if bare.is_some() { Sign::Confirmation } else { Sign::Pointer };
        names.push(CountryName { term: bare.unwrap_or(text).to_owned(), language: None, sign });
    }
    if let Some(name) = names.iter().find(|name| Term::parse(&name.term).is_err()) {
        return Err((format!("\"{}\" cannot be read", name.term), "names are written like the terms of topics"));
    }
    Ok(Country { code: (code != NONE).then(|| code.to_owned()), names })
}

fn split_cells(column: &str) -> impl Iterator<Item = &str> {
    column.split(';').map(str::trim).filter(|text| !text.is_empty())
}

/// A name without the marks before it, which say how doubtful it is.
fn read_name(text: &str) -> (Sign, &str) {
    if let Some(text) = text.strip_prefix("~~") {
        (Sign::VeryDoubtfulName, text)
    } else if let Some(text) = text.strip_prefix('~') {
        (Sign::DoubtfulName, text)
    } else {
        (Sign::Name, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Country>, Vec<Problem>) {
        let mut problems = Vec::new();
        let countries = read_countries(&Named::new("countries.tsv", text), &mut problems);
        (countries, problems)
    }

    #[test]
    fn marks_and_columns_say_what_a_word_is_worth() {
        let (countries, problems) =
            read("# head\nJO\t~Jordan\tJordanie\t\t\t\tAmman; (Jordanian)\n--\tMichael Jordan\t\t\t\t\t\n");
        assert_eq!(problems, []);
        assert_eq!(countries.iter().map(|one| one.code.as_deref()).collect::<Vec<_>>(), [Some("JO"), None]);
        let names: Vec<(&str, Option<&str>, Sign)> = countries
            .iter()
            .flat_map(|one| &one.names)
            .map(|name| (name.term.as_str(), name.language.as_deref(), name.sign))
            .collect();
        let expected = [
            ("Jordan", Some("en"), Sign::DoubtfulName),
            ("Jordanie", Some("fr"), Sign::Name),
            ("Amman", None, Sign::Pointer),
            ("Jordanian", None, Sign::Confirmation),
            ("Michael Jordan", Some("en"), Sign::Never),
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let row = |code: &str, name: &str| format!("{code}\t{name}\t\t\t\t\t\n");
        for (second, words) in [
            ("NO\tNorway\n".to_owned(), "the line has 2 columns"),
            (row("no", "Norway"), "\"no\" is no code of a country"),
            (row("CH", "Suisse"), "a second time"),
            (row("NO", "Nor * way"), "cannot be read"),
        ] {
            let (_, problems) = read(&format!("{}{second}", row("CH", "Switzerland")));
            let [problem] = problems.as_slice() else { panic!("{second}: {problems:?}") };
            assert_eq!(problem.line, 2);
            assert!(problem.message.contains(words), "{problem}");
        }
    }

    #[test]
    fn every_shipped_line_can_be_read() {
        let text = crate::tests::read_shipped(crate::built_in::COUNTRIES).unwrap();
        let (countries, problems) = read(&text);
        assert_eq!(problems, []);
        assert!(countries.len() > 190, "{}", countries.len());
    }
}
