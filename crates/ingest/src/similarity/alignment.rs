//! Two texts laid over each other: the runs they have in common, in order, and what stands between.

use super::fingerprint::{ANCHOR_WORDS, Fingerprint, Token, is_among};
use plenary_model::limits::Limits;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Alignment {
    /// Words in common runs.
    pub(crate) matched: usize,
    pub(crate) longest: usize,
    /// Words of the shorter text.
    pub(crate) shorter: usize,
    pub(crate) longer: usize,
    /// Words that one text has in place of the other's: of each gap the shorter side, both ends included.
    pub(crate) replaced: usize,
    /// Those of them that stand between common runs.
    pub(crate) replaced_within: usize,
    /// Words of the shorter text outside quotations, and how many of them are in common runs.
    pub(crate) told: (usize, usize),
    pub(crate) opens_anew: bool,
    /// Words of the longer text before the first common run.
    pub(crate) lead_in: usize,
    /// Places where one wording stands for another.
    pub(crate) swaps: usize,
    pub(crate) numbers_swapped: usize,
    pub(crate) names_swapped: usize,
}

#[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

impl Alignment {
    pub(crate) fn compute(a: &Fingerprint, b: &Fingerprint, limits: &Limits) -> Self {
        let (a, b) = if a.tokens.len() <= b.tokens.len() { (a, b) } else { (b, a) };
        let runs = common_runs(a, b);
        let (in_a, in_b) = (a, b);
        let (a, b) = (a.tokens.as_slice(), b.tokens.as_slice());
        let mut alignment = Self { shorter: a.len(), longer: b.len(), ..Self::default() };
        let mut is_common = vec![false; a.len()];
        for run in &runs {
            alignment.matched += run.words;
            alignment.longest = alignment.longest.max(run.words);
            is_common.iter_mut().skip(run.a).take(run.words).for_each(|slot| *slot = true);
        }
        for (_, is_common) in a.iter().zip(&is_common).filter(|(token, _)| !token.is_quoted()) {
            alignment.told.0 += 1;
            alignment.told.1 += usize::from(*is_common);
        }
        alignment.opens_anew = opens_anew(&runs, limits);
        alignment.lead_in = runs.first().map_or(0, |run| run.b);
        alignment.read_gaps(in_a, in_b, &runs, limits);
        alignment
    }

    /// Share of the shorter text's words that are in common runs.
    pub(crate) fn coverage(&self) -> f64 {
        share(self.matched, self.shorter)
    }

    /// Share of the words in common runs among those common or replaced: what one text has more does not count.
    pub(crate) fn fidelity(&self) -> f64 {
        share(self.matched, self.matched + self.replaced)
    }

    /// The same between the first and the last common run, without what stands around, such as a page's furniture.
    pub(crate) fn fidelity_within(&self) -> f64 {
        share(self.matched, self.matched + self.replaced_within)
    }

    /// Share of the shorter text's own telling, quotations left out, that is in common runs.
    pub(crate) fn telling(&self) -> f64 {
        if self.told.0 == 0 { self.coverage() } else { share(self.told.1, self.told.0) }
    }

    pub(crate) fn count_quoted(&self) -> usize {
        self.matched.saturating_sub(self.told.1)
    }

    fn read_gaps(&mut self, in_a: &Fingerprint, in_b: &Fingerprint, runs: &[Run], limits: &Limits) {
        let (a, b) = (in_a.tokens.as_slice(), in_b.tokens.as_slice());
        let (mut from_a, mut from_b) = (0, 0);
        for (number, run) in runs.iter().enumerate() {
            let gap_a = a.get(from_a..run.a).unwrap_or_default();
            let gap_b = b.get(from_b..run.b).unwrap_or_default();
            self.read_gap(gap_a, gap_b);
            if number > 0 {
                self.replaced_within += gap_a.len().min(gap_b.len());
            }
            // What stands before the first run is letterhead and dateline: copies differ in those.
            let is_swap = !gap_a.is_empty() && !gap_b.is_empty() && gap_a.len().max(gap_b.len()) <= limits.swap_words;
            if number > 0 && is_swap {
                self.swaps += 1;
                let is_swapped = |is: fn(Token) -> bool| {
                    gap_a.iter().any(|t| is(*t) && !is_among(*t, in_b.sorted()))
                        && gap_b.iter().any(|t| is(*t) && !is_among(*t, in_a.sorted()))
                };
                self.numbers_swapped += usize::from(is_swapped(Token::is_number));
                self.names_swapped += usize::from(is_swapped(Token::is_name));
            }
            (from_a, from_b) = (run.a + run.words, run.b + run.words);
        }
        let (tail_a, tail_b) = (a.get(from_a..).unwrap_or_default(), b.get(from_b..).unwrap_or_default());
        // A text that is cut often ends within a word, which is then another word.
        let is_cut_word = tail_a.len() == 1 || tail_b.len() == 1;
        self.read_gap(if is_cut_word { &[] } else { tail_a }, tail_b);
    }

    fn read_gap(&mut self, a: &[Token], b: &[Token]) {
        self.replaced += a.len().min(b.len());
    }
}

/// True when each text has a lede of its own: before the first run that both tell, both have more than a headline and a
/// dateline.
fn opens_anew(runs: &[Run], limits: &Limits) -> bool {
    let first = runs.iter().find(|run| run.words >= limits.telling_run);
    first.is_some_and(|first| first.a.min(first.b) > limits.opening_words)
}

/// Different words of a kind that a text has, and how many of them are elsewhere too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shared {
    pub(crate) words: usize,
    pub(crate) shared: usize,
}

impl Shared {
    /// Those that are not.
    pub(crate) fn missing(self) -> usize {
        self.words - self.shared
    }
}

/// Counts the different words of a kind in `text`, and those of them that are in any of `others`, of whatever kind
/// there: a name begins a sentence, too.
pub(crate) fn count_shared(text: &Fingerprint, others: &[&Fingerprint], is: impl Fn(Token) -> bool) -> Shared {
    let mut words: Vec<Token> = text.sorted().iter().copied().filter(|token| is(*token)).collect();
    words.dedup_by_key(|token| token.word());
    let is_shared = |word: &&Token| others.iter().any(|other| is_among(**word, other.sorted()));
    Shared { words: words.len(), shared: words.iter().filter(is_shared).count() }
}

/// So many words that two texts have in common: where they begin in either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) words: usize,
}

/// The common runs in the order of both texts: shared phrases are anchors, their longest rising sequence holds, and
/// each is widened as far as the words agree.
pub(crate) fn common_runs(a: &Fingerprint, b: &Fingerprint) -> Vec<Run> {
    let anchors = rising(&anchors(a, b));
    let (a, b) = (a.tokens.as_slice(), b.tokens.as_slice());
    let mut runs: Vec<Run> = Vec::new();
    for (&(x, y), bound) in anchors.iter().zip(bounds(&anchors, (a.len(), b.len()))) {
        let (end_a, end_b) = runs.last().map_or((0, 0), |run| (run.a + run.words, run.b + run.words));
        if x < end_a || y < end_b {
            continue;
        }
        let equal = |x: usize, y: usize| matches!((a.get(x), b.get(y)), (Some(p), Some(q)) if p.word() == q.word());
        let (mut from_a, mut from_b) = (x, y);
        while from_a > end_a && from_b > end_b && equal(from_a - 1, from_b - 1) {
            (from_a, from_b) = (from_a - 1, from_b - 1);
        }
        let (mut to_a, mut to_b) = (x + ANCHOR_WORDS, y + ANCHOR_WORDS);
        // Not past an anchor of another diagonal, which would be lost.
        while to_a < bound.0 && to_b < bound.1 && equal(to_a, to_b) {
            (to_a, to_b) = (to_a + 1, to_b + 1);
        }
        runs.push(Run { a: from_a, b: from_b, words: to_a - from_a });
    }
    runs
}

/// For each anchor the next one of another diagonal; `end` where none follows.
fn bounds(anchors: &[(usize, usize)], end: (usize, usize)) -> Vec<(usize, usize)> {
    let mut bounds = vec![end; anchors.len()];
    for at in (1..anchors.len()).rev() {
        let ((x, y), (next_x, next_y)) = (anchors[at - 1], anchors[at]);
        bounds[at - 1] = if x + next_y == y + next_x { bounds[at] } else { (next_x, next_y) };
    }
    bounds
}

/// First places of the phrases that both texts have, in the order of the first text.
fn anchors(a: &Fingerprint, b: &Fingerprint) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut others = b.phrases().iter().peekable();
    for phrase in a.phrases() {
        while others.next_if(|other| other.hash() < phrase.hash()).is_some() {}
        if let Some(other) = others.next_if(|other| other.hash() == phrase.hash()) {
            pairs.push((phrase.place(), other.place()));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// The longest sequence that rises in both places (patience sorting).
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let second = |at: usize| pairs.get(at).map_or(0, |pair| pair.1);
    for (at, pair) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|top| second(*top) < pair.1);
        before.push(pile.checked_sub(1).and_then(|left| tops.get(left)).copied());
        match tops.get_mut(pile) {
            Some(top) => *top = at,
            None => tops.push(at),
        }
    }
    let mut sequence = Vec::with_capacity(tops.len());
    let mut next = tops.last().copied();
    while let Some(at) = next {
        sequence.extend(pairs.get(at));
        next = before.get(at).copied().flatten();
    }
    sequence.reverse();
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(a: &str, b: &str) -> Alignment {
        Alignment::compute(&Fingerprint::take(a, 999), &Fingerprint::take(b, 999), &Limits::default())
    }

    #[test]
    fn a_text_covers_itself() {
        let text = "The Committee on the Rights of the Child warns of the grave effects of the pandemic on children";
        let alignment = over(text, text);
        assert_eq!((alignment.matched, alignment.longest, alignment.replaced), (18, 18, 0));
        assert!((alignment.coverage() - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn what_one_text_has_instead_is_replaced_and_what_it_has_more_is_not() {
        let alignment = over(
            "alpha beta gamma delta epsilon zeta eta theta iota kappa",
            "before alpha beta gamma delta other words here zeta eta theta iota kappa after that",
        );
        assert_eq!((alignment.matched, alignment.replaced), (9, 1));
    }

    #[test]
    fn swapped_numbers_and_names_are_counted() {
        let text = |county: &str, sum: &str| {
            format!(
                "The senator announced today a grant of {sum} dollars for rural development in {county} county near the old river"
            )
        };
        let alignment = over(&text("Warren", "100"), &text("Morgan", "200"));
        assert_eq!((alignment.numbers_swapped, alignment.names_swapped), (1, 1));
        assert_eq!(over(&text("Warren", "100"), &text("Warren", "100")).numbers_swapped, 0);
    }

    #[test]
    fn a_story_that_quotes_tells_otherwise() {
        let quote = "“Every child has the right to education and we must not let this crisis take it away”";
        let alignment = over(
            &format!("Geneva, the organisation published a release today. {quote}, said its director."),
            &format!("Schools should reopen soon, a charity told our paper on Monday as cases fell. {quote}"),
        );
        assert!(alignment.coverage() > 0.5, "{alignment:?}");
        assert!(alignment.telling() < 0.2, "{alignment:?}");
    }

    #[test]
    fn hostile_texts_are_compared_in_time() {
        use std::fmt::Write;
        use std::time::{Duration, Instant};
        // Each pair made what was once a search of one whole text for every word of the other.
        let mut openings = [String::new(), String::new()];
        let mut swapped = [String::new(), String::new()];
        for n in 0..20_000 {
            for (side, text) in openings.iter_mut().enumerate() {
                let _ = write!(text, "lede{side}x{n} ");
            }
        }
        for n in 0..5_000 {
            for (side, text) in swapped.iter_mut().enumerate() {
                let _ = write!(text, "the{n} same{n} three{n} {side}{n} ");
            }
        }
        let tail = " and then both of them tell the very same thing in the very same words";
        for text in &mut openings {
            text.push_str(tail);
        }
        let begin = Instant::now();
        for [a, b] in [&openings, &swapped] {
            let _ =
                Alignment::compute(&Fingerprint::take(a, 50_000), &Fingerprint::take(b, 50_000), &Limits::default());
        }
        assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    }

    #[test]
    fn repeated_phrases_do_no_harm() {
        let text = "one two three four one two three four one two three four";
        assert_eq!(over(text, text).matched, 12);
        assert_eq!(over(text, &format!("{text} {text}")).matched, 12);
        assert!(over("", "a b c d").coverage() < f64::EPSILON);
    }
}
