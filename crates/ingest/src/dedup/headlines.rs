//! Headlines: a title is no identity, but a long one over texts that do not contradict is a sign; its numbers tell a
//! series.

use super::super::similarity::Token;
use super::comparison::{Comparison, SAYING_WORDS, share};
use super::record::Record;
use plenary_model::sameness::TitleOver;

/// Two titles beside each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Headlines {
    /// All words of one, three at least, stand in the other, numbers included.
    pub(super) one_in_other: bool,
    /// Words of the shorter one, and the share of it that the other has, when the two are one distinctive headline.
    pub(super) one: Option<(usize, f64)>,
    /// They differ at most in the order of their words and the writing of their numbers.
    pub(super) same_words: bool,
    /// One stands whole in the other: with the name of a site or a rubric before or after it.
    pub(super) whole: bool,
}

impl Headlines {
    pub(super) fn compare(pair: &Comparison<'_>) -> Self {
        let limits = pair.limits;
        let words = |record: &Record| record.features.title.tokens.len();
        let (short, long) = if words(pair.a) <= words(pair.b) { (pair.a, pair.b) } else { (pair.b, pair.a) };
        let (title, other) = (&short.features.title, &long.features.title);
        if title.tokens.is_empty() {
            return Self::default();
        }
        let shared = title.tokens.iter().filter(|token| other.has(**token)).count();
        let of_short = share(shared, title.tokens.len());
        let of_both = share(shared, title.tokens.len() + other.tokens.len() - shared);
        let is_distinctive = title.tokens.len() >= limits.title_words
            && title.weight.min(other.weight) >= limits.title_letters
            && !pair.is_series();
        let is_one = of_short >= limits.title_share && of_both >= limits.title_both;
        Self {
            one_in_other: title.tokens.len() >= SAYING_WORDS && shared == title.tokens.len(),
            one: (is_distinctive && is_one).then_some((title.tokens.len(), of_short)),
            same_words: has_same_words(short, long),
            whole: title.stands_in(other),
        }
    }
}

impl Comparison<'_> {
    /// What the texts under one distinctive headline are to each other.
    pub(super) fn title_over(&self) -> TitleOver {
        let (headlines, limits) = (self.headlines(), self.limits);
        if !headlines.same_words && !headlines.whole {
            return TitleOver::OtherWord;
        }
        if !self.is_within(limits.headline_days) {
            return TitleOver::WeekApart;
        }
        // A text of some length shows whether it is the other's.
        if self.words() >= limits.teaser_words {
            let overlap = self.overlap();
            // Two that were cut at other places agree where both are.
            let agrees = || overlap.longest >= limits.text_words && overlap.fidelity_within() >= limits.untouched;
            let is_others = self.shared().is_some_and(|share| share >= limits.own_words) || agrees();
            let matched = overlap.matched;
            return if is_others { TitleOver::InCommon { words: matched } } else { TitleOver::OtherTexts };
        }
        let is_strong = headlines.one.is_some_and(|(words, _)| words >= limits.title_strong)
            && headlines.same_words
            && self.is_within(1);
        match self.shared() {
            _ if is_strong => TitleOver::TeaserOfTheDay,
            Some(share) if share < limits.teaser_share => TitleOver::LittleInCommon,
            _ => TitleOver::Teaser,
        }
    }

    /// A headline that stands over a text and what announces it, or over two texts that are half alike.
    pub(super) fn is_joined_by_headline(&self) -> bool {
        self.headlines().one.is_some()
            && matches!(self.title_over(), TitleOver::TeaserOfTheDay | TitleOver::Teaser | TitleOver::InCommon { .. })
    }
}

/// True when the titles differ at most in the order of their words and the writing of their numbers.
fn has_same_words(a: &Record, b: &Record) -> bool {
    let within = |x: &Record, y: &Record| {
        let mut words = x.features.title.tokens.iter().filter(|token| !token.is_number());
        words.all(|token| y.features.title.has(*token))
            && x.features.title_numbers.iter().all(|number| has_number(y, *number))
    };
    within(a, b) && within(b, a)
}

/// True when the title has a number, in whatever writing: 88th and 88, G-7 and G7, but not 2a and 2b.
pub(super) fn has_number(record: &Record, (word, digits): (Token, Token)) -> bool {
    record.features.title_numbers.iter().any(|(other, their_digits)| {
        let others = [other.word(), their_digits.word()];
        others.contains(&word.word()) || other.word() == digits.word()
    })
}

/// True when half of the shorter title's words, numbers left out, stand in the other.
pub(super) fn resemble(a: &Record, b: &Record) -> bool {
    let words = |record: &Record| record.features.title.tokens.iter().filter(|token| !token.is_number()).count();
    let (short, long) = if words(a) <= words(b) { (a, b) } else { (b, a) };
    let own = short.features.title.tokens.iter().filter(|token| !token.is_number());
    let shared = own.filter(|token| long.features.title.has(**token)).count();
    shared > 0 && shared * 2 >= words(short)
}
