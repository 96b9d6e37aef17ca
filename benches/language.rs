//! How well the languages of short texts are identified, on any folder of texts: `LANGUAGE.txt`, named by its tag, one
//! text a line. `cargo bench -p plenary-ingest --bench language -- FOLDER [CHARACTERS]`; texts are cut at so many
//! characters, 60 without a number, and shorter ones are left out.
//!
//! Of each language: how many texts were found to be in another (wrong) or in none, how many were overruled though their
//! declaration is right, and how many, cut five times as long and declared as English, stayed English. Pairs that
//! even people confuse in short texts are counted apart. Folders of translated message catalogues are easily made with
//! `msgunfmt`; none is part of this repository.
#![expect(clippy::print_stdout, reason = "a bench reports to its reader")]

use plenary_ingest::language::language_of_text;
use plenary_model::language::Language;
use std::path::{Path, PathBuf};
use std::time::Instant;

const CHARACTERS: usize = 60;

/// How many times longer a text is that overrules its declaration.
const LONG_FACTOR: usize = 5;

/// Languages whose short texts are often the same.
const CLOSE: [&[&str]; 3] = [&["id", "ms"], &["bs", "hr", "sr"], &["da", "nb", "nn", "no"]];

#[derive(Default)]
struct Count {
    texts: usize,
    wrong: usize,
    neighbour: usize,
    none: usize,
    overruled: usize,
    long: usize,
    english: usize,
}

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let folder = PathBuf::from(arguments.next().ok_or("say in which folder the texts are")?);
    let characters = match arguments.next() {
        Some(number) => number.parse().map_err(|_| format!("\"{number}\" is no number of characters"))?,
        None => CHARACTERS,
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    println!("language  texts  wrong %  neighbour %  none %  overruled %  English kept %  found instead");
    let mut all = Count::default();
    let mut rates = Vec::new();
    let started = Instant::now();
    let mut judged = 0;
    for file in &files {
        let Some(language) = file.file_stem().and_then(|stem| Language::parse(stem.to_str()?)) else { continue };
        let (count, instead) = measure(file, &language, characters)?;
        judged += 2 * count.texts + count.long;
        print_row(language.as_str(), &count, &instead);
        rates.push((share(count.wrong, count.texts), share(count.none, count.texts)));
        all.add(&count);
    }
    let seconds = started.elapsed().as_secs_f64();
    print_row("all", &all, "");
    let mean = |of: fn(&(f64, f64)) -> f64| rates.iter().map(of).sum::<f64>() / float(rates.len().max(1));
    println!("mean of {} languages: wrong {:.2} %, none {:.2} %", rates.len(), mean(|r| r.0), mean(|r| r.1));
    println!("{:.0} texts a second", float(judged) / seconds);
    Ok(())
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.texts += other.texts;
        self.wrong += other.wrong;
        self.neighbour += other.neighbour;
        self.none += other.none;
        self.overruled += other.overruled;
        self.long += other.long;
        self.english += other.english;
    }
}

fn measure(file: &Path, language: &Language, characters: usize) -> Result<(Count, String), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let lines: Vec<&str> = text.lines().filter(|line| line.chars().count() >= characters).collect();
    let primary = language.primary();
    let mut count = Count::default();
    let mut instead: Vec<(String, usize)> = Vec::new();
    let is_close = |found: &str| CLOSE.iter().any(|row| row.contains(&found) && row.contains(&primary));
    for line in &lines {
        let short = cut(line, characters);
        count.texts += 1;
        match language_of_text(short, None) {
            None => count.none += 1,
            Some(found) if found.primary() == primary => {}
            Some(found) => {
                if is_close(found.primary()) {
                    count.neighbour += 1;
                } else {
                    count.wrong += 1;
                }
                match instead.iter_mut().find(|(known, _)| known == found.primary()) {
                    Some((_, times)) => *times += 1,
                    None => instead.push((found.primary().to_owned(), 1)),
                }
            }
        }
        count.overruled += usize::from(language_of_text(short, Some(language)).as_ref() != Some(language));
    }
    let english = Language::parse("en-us");
    for group in lines.chunks_exact(LONG_FACTOR).filter(|_| primary != "en") {
        let long = group.join(". ");
        count.long += 1;
        count.english += usize::from(language_of_text(&long, english.as_ref()) == english);
        count.overruled += usize::from(language_of_text(&long, Some(language)).as_ref() != Some(language));
    }
    instead.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let instead: Vec<String> = instead.iter().take(4).map(|(found, times)| format!("{found} {times}")).collect();
    Ok((count, instead.join(", ")))
}

fn print_row(language: &str, count: &Count, instead: &str) {
    println!(
        "{language:8} {:6} {:8.2} {:12.2} {:7.2} {:12.2} {:15.2}  {instead}",
        count.texts,
        share(count.wrong, count.texts),
        share(count.neighbour, count.texts),
        share(count.none, count.texts),
        share(count.overruled, count.texts + count.long),
        share(count.english, count.long),
    );
}

fn share(part: usize, whole: usize) -> f64 {
    100.0 * float(part) / float(whole.max(1))
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn cut(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(end, _)| &text[..end])
}
