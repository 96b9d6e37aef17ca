//! All terms of the policy in one automaton: one pass over a text finds every term, whatever their number.

use super::authoring::Authoring;
use super::joined::{Edges, edges_of, fits_edges};
use super::words::{FoldedText, join_letters};
use aho_corasick::{AhoCorasick, MatchKind};
use plenary_model::country::Sign;
use plenary_model::language::Language;
use plenary_model::term::Term;
use plenary_model::topic::terms_language;
use std::collections::{BTreeMap, HashMap};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    Topic {
        /// Number of the topic in the policy.
        topic: usize,
        /// Points of one occurrence.
        points: f64,
    },
    /// Taken out of the text before the topic is counted.
    Never {
        /// Number of the topic in the policy.
        topic: usize,
    },
    /// Shows a genre in the title or in a category.
    GenreTitle {
        /// Number of the genre in the policy.
        genre: usize,
    },
    GenreText {
        /// Number of the genre in the policy.
        genre: usize,
    },
    Name {
        /// Number of the organisation in the directory.
        organisation: usize,
    },
    Country {
        /// Number of the country in the policy.
        country: usize,
        sign: Sign,
    },
    /// Says whose a text is.
    Author(Authoring),
    Deadline {
        /// True when the words can mean nothing else.
        certain: bool,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Occurrence {
    pub(super) role: Role,
    /// Which term: equal for all occurrences of one.
    pub(super) term: usize,
    /// Number of its first word.
    pub(super) at: usize,
    pub(super) words: usize,
    /// For a term with `~`: number of the first word of the other side, and how many.
    pub(super) near: Option<(usize, usize)>,
}

#[derive(Clone, Debug)]
struct Entry {
    role: Role,
    /// Bits of the languages in whose texts it counts.
    languages: u128,
    /// Longest distance between the two sides, in words; 0 for a term without `~`.
    within: usize,
}

#[derive(Clone, Copy, Debug)]
struct Use {
    term: u32,
    right: bool,
    /// Number of what must follow the pattern, in [`Lexicon::tails`].
    rest: usize,
    /// What may be joined to its first and last word.
    edges: Edges,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    term: u32,
    right: bool,
    at: u32,
    words: u32,
}

#[derive(Debug, Default)]
pub(super) struct Builder {
    entries: Vec<Entry>,
    /// Patterns in the order of the automaton, with their uses.
    patterns: Vec<(String, Vec<Use>)>,
    known: HashMap<String, usize>,
    /// Words that must follow a stem inside a phrase, a `*` kept; the first is empty.
    tails: Vec<Vec<String>>,
    languages: BTreeMap<String, u128>,
}

impl Builder {
    /// Adds a term of a language; without one it counts in every text. An unreadable term is left out: `config` refused
    /// it.
    pub(super) fn add(&mut self, role: Role, language: Option<&str>, text: &str) {
        let Ok(term) = Term::parse(text) else { return };
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let languages = match language {
            Some(language) if text.chars().any(is_latin) => self.bit(language),
            _ => u128::MAX,
        };
        let within = term.near.as_ref().map_or(0, |near| near.within);
        self.entries.push(Entry { role, languages, within });
        for phrase in &term.phrases {
            self.pattern(phrase, number, false, language);
        }
        for phrase in term.near.iter().flat_map(|near| &near.phrases) {
            self.pattern(phrase, number, true, language);
        }
    }

    /// The bit of a language. Past 126 languages they share one, and merely count too often.
    fn bit(&mut self, language: &str) -> u128 {
        let next = 1_u128 << self.languages.len().min(126);
        *self.languages.entry(language.to_owned()).or_insert(next)
    }

    /// Adds one phrase. The automaton finds it up to its first stem; the words after that are compared in place.
    fn pattern(&mut self, phrase: &str, term: u32, right: bool, language: Option<&str>) {
        let (head, rest) = phrase.split_once('*').map_or((phrase, None), |(head, rest)| (head, Some(rest)));
        let folded = FoldedText::phrase(head);
        if folded.is_empty() {
            return;
        }
        let is_phrase = folded.contains(' ');
        let edges = edges_of(&folded, language, rest.is_some());
        let pattern = match edges {
            Edges::Blank if rest.is_some() => format!(" {folded}"),
            Edges::Blank => format!(" {folded} "),
            Edges::Clitics { is_feminine: true, .. } => folded.trim_end_matches('ه').to_owned(),
            _ => folded,
        };
        let side = Use { term, right, rest: self.rest(rest.unwrap_or_default()), edges };
        self.add_pattern(pattern, side);
        // Several words may stand in one hashtag, but a stem inside of it tells nothing.
        if is_phrase && side.rest == 0 {
            let joined = join_letters(head);
            let end = if rest.is_some() { "" } else { " " };
            self.add_pattern(format!(" #{joined}{end}"), Use { edges: Edges::Blank, ..side });
        }
    }

    fn add_pattern(&mut self, pattern: String, side: Use) {
        let number = *self.known.entry(pattern.clone()).or_insert(self.patterns.len());
        match self.patterns.get_mut(number) {
            Some((_, sides)) => sides.push(side),
            None => self.patterns.push((pattern, vec![side])),
        }
    }

    fn rest(&mut self, text: &str) -> usize {
        if self.tails.is_empty() {
            self.tails.push(Vec::new());
        }
        let mut words = Vec::new();
        for word in text.split_whitespace() {
            let folded = FoldedText::phrase(word);
            words.extend(folded.split(' ').filter(|part| !part.is_empty()).map(str::to_owned));
            if let (true, Some(last)) = (word.ends_with('*'), words.last_mut()) {
                last.push('*');
            }
        }
        if words.is_empty() {
            return 0;
        }
        self.tails.push(words);
        self.tails.len() - 1
    }

    /// The compiled lexicon. Should the automaton not fit into memory, nothing is ever found.
    pub(super) fn build(mut self) -> Lexicon {
        let english = self.bit("en");
        let texts = self.patterns.iter().map(|(text, _)| text.as_str());
        let automaton = AhoCorasick::builder().match_kind(MatchKind::Standard).build(texts).ok();
        let Self { entries, tails, languages, patterns, .. } = self;
        let patterns = patterns
            .into_iter()
            .map(|(text, uses)| {
                let words = text.trim().split(' ').count();
                (u32::try_from(words).unwrap_or(u32::MAX), uses)
            })
            .collect();
        Lexicon { automaton, patterns, entries, tails, languages, english }
    }
}

/// Languages are told apart only within Latin script: a Cyrillic or Arabic term cannot be mistaken elsewhere.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' if c.is_alphabetic())
}

/// What a term is about, so that terms of several languages can be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Subject {
    Topic(usize),
    GenreTitle(usize),
    GenreText(usize),
}

fn subject_of(role: Role) -> Option<(Subject, f64)> {
    match role {
        Role::Topic { topic, points } => Some((Subject::Topic(topic), points)),
        Role::GenreTitle { genre } => Some((Subject::GenreTitle(genre), 0.0)),
        Role::GenreText { genre } => Some((Subject::GenreText(genre), 0.0)),
        _ => None,
    }
}

/// The blank before the word in which a match begins; a pattern that begins with one begins there.
fn blank_before(text: &str, at: usize) -> usize {
    if text.as_bytes().get(at) == Some(&b' ') { at } else { text[..at].rfind(' ').unwrap_or(0) }
}

#[derive(Debug)]
pub(super) struct Lexicon {
    automaton: Option<AhoCorasick>,
    /// Number of words and uses of each pattern.
    patterns: Vec<(u32, Vec<Use>)>,
    entries: Vec<Entry>,
    tails: Vec<Vec<String>>,
    languages: BTreeMap<String, u128>,
    english: u128,
}

impl Lexicon {
    /// Bits of the languages whose terms count in a text of `language`: its own and English, whose words and names
    /// appear everywhere; all when the language is not known.
    fn mask(&self, language: Option<&Language>) -> u128 {
        match language {
            None => u128::MAX,
            Some(language) => {
                self.languages.get(terms_language(language.primary())).copied().unwrap_or(0) | self.english
            }
        }
    }

    /// Every term that occurs in `words`, in the order of terms and then of places.
    pub(super) fn find(&self, words: &FoldedText, language: Option<&Language>) -> Vec<Occurrence> {
        let mask = self.mask(language);
        let mut hits: Vec<Hit> = Vec::new();
        let Some(automaton) = &self.automaton else { return Vec::new() };
        for found in automaton.find_overlapping_iter(words.text()) {
            let Some((count, uses)) = self.patterns.get(found.pattern().as_usize()) else { continue };
            let counting = uses
                .iter()
                .filter(|used| self.entries.get(used.term as usize).is_some_and(|entry| entry.languages & mask != 0));
            let mut at = None;
            for used in counting {
                if !fits_edges(used.edges, words.text(), found.start()..found.end()) {
                    continue;
                }
                let at = *at.get_or_insert_with(|| words.number_at(blank_before(words.text(), found.start())));
                let Some(more) = self.rest_at(used, at + *count as usize, words) else { continue };
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                hits.push(Hit { term: used.term, right: used.right, at, words: *count + more });
            }
        }
        hits.sort_unstable();
        hits.dedup_by_key(|hit| (hit.term, hit.right, hit.at)); // the shortest match at a place is enough
        let mut found = Vec::new();
        for group in hits.chunk_by(|one, other| one.term == other.term) {
            self.pair(group, words, &mut found);
        }
        self.drop_repeated(&mut found);
        found
    }

    /// Of the same words in several languages, which share a script that counts everywhere, keeps the one that says most:
    /// карантин is one word in the terms of five languages, and counts once.
    fn drop_repeated(&self, found: &mut Vec<Occurrence>) {
        /// A subject, and where a term of it stands.
        type Meaning = (Subject, usize, usize, Option<(usize, usize)>);
        let counts_everywhere =
            |one: &Occurrence| self.entries.get(one.term).is_some_and(|entry| entry.languages == u128::MAX);
        // Points, and the term.
        let mut best: HashMap<Meaning, (f64, usize)> = HashMap::new();
        for one in found.iter().filter(|one| counts_everywhere(one)) {
            let Some((subject, points)) = subject_of(one.role) else { continue };
            let kept = best.entry((subject, one.at, one.words, one.near)).or_insert((points, one.term));
            if points > kept.0 {
                *kept = (points, one.term);
            }
        }
        found.retain(|one| {
            let Some((subject, _)) = subject_of(one.role) else { return true };
            let kept = best.get(&(subject, one.at, one.words, one.near));
            !counts_everywhere(one) || kept.is_none_or(|(_, term)| *term == one.term)
        });
    }

    /// How many words follow the pattern up to the end of the phrase; `None` when they are others.
    fn rest_at(&self, used: &Use, from: usize, words: &FoldedText) -> Option<u32> {
        let rest = self.tails.get(used.rest).filter(|rest| !rest.is_empty());
        let Some(rest) = rest else { return Some(0) };
        let last = from + rest.len() - 1;
        let fits = last < words.len()
            && words.place(last) == words.place(from - 1)
            && rest.iter().enumerate().all(|(offset, expected)| {
                let word = words.word(from + offset);
                expected.strip_suffix('*').map_or(word == expected, |stem| word.starts_with(stem))
            });
        fits.then(|| u32::try_from(rest.len()).unwrap_or(u32::MAX))
    }

    fn pair(&self, hits: &[Hit], words: &FoldedText, found: &mut Vec<Occurrence>) {
        let Some(first) = hits.first() else { return };
        let Some(entry) = self.entries.get(first.term as usize) else { return };
        let occurrence = |hit: &Hit, near| Occurrence {
            role: entry.role,
            term: hit.term as usize,
            at: hit.at as usize,
            words: hit.words as usize,
            near,
        };
        if entry.within == 0 {
            found.extend(hits.iter().map(|hit| occurrence(hit, None)));
            return;
        }
        let (lefts, rights) = hits.split_at(hits.partition_point(|hit| !hit.right));
        for right in rights {
            // Only the neighbours can be nearest; two on each side, since one may overlap.
            let after = lefts.partition_point(|left| left.at < right.at);
            let nearest = lefts
                .iter()
                .take(after + 2)
                .skip(after.saturating_sub(2))
                .filter_map(|left| distance(left, right).map(|distance| (distance, left)))
                .filter(|(distance, left)| {
                    *distance <= entry.within && words.place(left.at as usize) == words.place(right.at as usize)
                })
                .min_by_key(|(distance, _)| *distance);
            if let Some((_, left)) = nearest {
                found.push(occurrence(left, Some((right.at as usize, right.words as usize))));
            }
        }
    }
}

/// Words from the end of one to the beginning of the other, 1 for neighbours; `None` when they overlap.
fn distance(one: &Hit, other: &Hit) -> Option<usize> {
    let (first, second) = if one.at <= other.at { (one, other) } else { (other, one) };
    let end = first.at + first.words;
    (end <= second.at).then(|| (second.at - end) as usize + 1)
}

#[cfg(test)]
#[path = "lexicon_tests.rs"]
mod tests;
