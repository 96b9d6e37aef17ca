//! Headlines: a title is no identity, but a long one over texts that do not contradict is a sign; its numbers tell a
//! series.

use super::super::similarity::{Alignment, Token, count_shared_of_kind, count_shared_words};
use super::finding::{Likeness, Match, percent};
use super::record::Record;
use plenary_model::sameness::{Rung, Sameness, TitleOver};

/// Fewest words of a distinctive title.
const WORDS_MIN: usize = 5;

/// Fewest letters of a distinctive title.
const LETTERS_MIN: usize = 28;

/// Share of the shorter title's words that the other has too.
const SHARE_MIN: f64 = 0.9;

/// Share of all words of both that both have: above it the titles are one.
const BOTH_MIN: f64 = 0.6;

/// How far apart two publishers carry one headline over one piece, in days.
const DAYS_MAX: i64 = 7;

/// A text of fewer words is a teaser, which need not repeat the text it announces, when it is so short or
/// the other text so many times as long; else each is a text of its own, such as the short statements of
/// two organisations on one event, under the headline that both would choose.
const TEASER_WORDS: usize = 100;
const TEASER_WORDS_SURE: usize = 40;
const TEASER_TIMES: usize = 2;

/// Share of the words of weight of such a text that the other has too when both are one all the same.
const EVEN_SHARE_MIN: f64 = 0.55;

/// Share of a teaser's words of weight that the other entry has too.
const TEASER_SHARE_MIN: f64 = 0.35;

/// Words of a title that is enough over teasers that share little, when both have the very same words
/// and came out within a day.
const WORDS_STRONG: usize = 8;

/// Share of the shorter title's words of weight from which titles support texts that are half alike.
const SUPPORT_SHARE_MIN: f64 = 0.6;

/// A text that only says another in other words has at most one new name for so many.
const NAMES_PER_NEW_ONE: usize = 10;

/// Share of common runs that two full texts under one title must have.
const COVERAGE_MIN: f64 = 0.45;

/// Fidelity of the overlap of two full texts under one title.
const FIDELITY_MIN: f64 = 0.55;

pub(super) fn has_same_title(a: &Record, b: &Record) -> bool {
    !a.title.tokens.is_empty() && a.title.digest == b.title.digest
}

/// True when all words of one title, three at least, stand in the other's, numbers included.
pub(super) fn is_headed_alike(a: &Record, b: &Record) -> bool {
    let (short, long) = if a.title.tokens.len() <= b.title.tokens.len() { (a, b) } else { (b, a) };
    short.title.tokens.len() >= 3 && short.title.tokens.iter().all(|token| is_in(*token, &long.title.tokens))
}

/// True when two titles resemble each other, each with a number that the other lacks: session 88 and 89.
pub(super) fn is_series(a: &Record, b: &Record) -> bool {
    let lacks = |x: &Record, y: &Record| x.title_numbers.iter().any(|number| !has_number(y, *number));
    lacks(a, b) && lacks(b, a) && resemble(a, b)
}

/// True when the title has a number, in whatever writing: 88th and 88, G-7 and G7, but not 2a and 2b.
fn has_number(record: &Record, (word, digits): (Token, Token)) -> bool {
    record.title_numbers.iter().any(|(other, their_digits)| {
        let others = [other.word(), their_digits.word()];
        others.contains(&word.word()) || other.word() == digits.word()
    })
}

/// True when two titles resemble each other and each has a name that the other entry lacks: one statement for two
/// countries.
pub(super) fn names_differ(a: &Record, b: &Record) -> bool {
    let differs = |x: &Record, y: &Record| {
        let is_there = |token: Token| is_in(token, &y.title.tokens) || is_in(token, &y.text.tokens);
        x.title.tokens.iter().any(|token| token.is_name() && token.is_weighty() && !is_there(*token))
    };
    resemble(a, b) && differs(a, b) && differs(b, a)
}

/// True when half of the shorter title's words, numbers left out, stand in the other.
fn resemble(a: &Record, b: &Record) -> bool {
    let words = |record: &Record| record.title.tokens.iter().filter(|token| !token.is_number()).count();
    let (short, long) = if words(a) <= words(b) { (a, b) } else { (b, a) };
    let shared =
        short.title.tokens.iter().filter(|token| !token.is_number() && is_in(**token, &long.title.tokens)).count();
    shared > 0 && shared * 2 >= words(short)
}

fn is_in(token: Token, tokens: &[Token]) -> bool {
    tokens.iter().any(|other| other.word() == token.word())
}

/// Whether a shared headline joins two entries of different sources whose texts are not alike enough.
pub(super) fn is_title_alike(a: &Record, b: &Record) -> Likeness {
    let words = a.title.tokens.len().min(b.title.tokens.len());
    if words < WORDS_MIN || a.title.weight.min(b.title.weight) < LETTERS_MIN || is_series(a, b) {
        return Likeness::Unlike;
    }
    let Some(share) = title_share(a, b) else { return Likeness::Unlike };
    let found = |over: TitleOver| {
        let found = Sameness::Title { words, share: percent(share), over };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 1,000")]
        Match { rung: Rung::SameTitle, score: (share * 1000.0) as u16, found }
    };
    // Newsrooms word their headlines alike over stories of their own; a copy keeps the headline.
    if !has_same_words(a, b) && !is_title_within(a, b) {
        return Likeness::Perhaps(found(TitleOver::OtherWord));
    }
    if !a.is_within(b, DAYS_MAX) {
        return Likeness::Perhaps(found(TitleOver::WeekApart));
    }
    let (shorter, longer) =
        (a.text.tokens.len().min(b.text.tokens.len()), a.text.tokens.len().max(b.text.tokens.len()));
    let is_sure = shorter < TEASER_WORDS_SURE || shorter * TEASER_TIMES <= longer;
    let are_even = || a.shared_share(b).is_some_and(|share| share >= EVEN_SHARE_MIN);
    let is_teaser = shorter < TEASER_WORDS && (is_sure || are_even());
    let is_strong = words >= WORDS_STRONG && has_same_words(a, b) && a.is_within(b, 1);
    if is_teaser && is_strong {
        return Likeness::Copy(found(TitleOver::TeaserOfTheDay));
    }
    if is_teaser {
        return match a.shared_share(b) {
            Some(agrees) if agrees < TEASER_SHARE_MIN => Likeness::Perhaps(found(TitleOver::LittleInCommon)),
            _ => Likeness::Copy(found(TitleOver::Teaser)),
        };
    }
    let overlap = Alignment::compute(&a.text, &b.text);
    if overlap.coverage() >= COVERAGE_MIN && overlap.fidelity() >= FIDELITY_MIN {
        return Likeness::Copy(found(TitleOver::InCommon { words: overlap.matched }));
    }
    Likeness::Perhaps(found(TitleOver::OtherTexts))
}

/// True when the shorter text has no number that the other entry lacks, and hardly a name.
pub(super) fn adds_no_specifics(a: &Record, b: &Record) -> bool {
    let (short, long) = if a.text.tokens.len() <= b.text.tokens.len() { (a, b) } else { (b, a) };
    let lacking = |is: fn(Token) -> bool| {
        let (all, shared) = count_shared_of_kind(&short.text, &[&long.text, &long.title], is);
        (all, all - shared)
    };
    let ((_, numbers), (all_names, names)) = (lacking(Token::is_number), lacking(Token::is_name));
    numbers == 0 && names * NAMES_PER_NEW_ONE <= all_names
}

/// True when the titles differ at most in the order of their words and the writing of their numbers.
fn has_same_words(a: &Record, b: &Record) -> bool {
    let within = |x: &Record, y: &Record| {
        let mut words = x.title.tokens.iter().filter(|token| !token.is_number());
        words.all(|token| is_in(*token, &y.title.tokens)) && x.title_numbers.iter().all(|number| has_number(y, *number))
    };
    within(a, b) && within(b, a)
}

/// True when one title stands whole in the other: with the name of a site or a rubric before or after it.
fn is_title_within(a: &Record, b: &Record) -> bool {
    let (short, long) = if a.title.tokens.len() <= b.title.tokens.len() { (a, b) } else { (b, a) };
    let words: Vec<u32> = short.title.tokens.iter().map(|token| token.word()).collect();
    let others: Vec<u32> = long.title.tokens.iter().map(|token| token.word()).collect();
    !words.is_empty() && others.windows(words.len()).any(|window| window == words)
}

/// True when the titles support texts that are half alike: most words of weight in common, and no number or name of one
/// that the other entry lacks while it has one of its own.
pub(super) fn support(a: &Record, b: &Record) -> bool {
    let (short, long) = if a.title.tokens.len() <= b.title.tokens.len() { (a, b) } else { (b, a) };
    let (words, shared) = count_shared_words(&short.title, &[&long.title]);
    #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
    let is_alike = words >= 3 && shared as f64 / words as f64 >= SUPPORT_SHARE_MIN;
    is_alike && !is_series(a, b) && !names_differ(a, b)
}

/// Share of the shorter title that the other has too, when the titles are one.
fn title_share(a: &Record, b: &Record) -> Option<f64> {
    let (short, long) = if a.title.tokens.len() <= b.title.tokens.len() { (a, b) } else { (b, a) };
    let shared = short.title.tokens.iter().filter(|token| is_in(**token, &long.title.tokens)).count();
    let all = short.title.tokens.len() + long.title.tokens.len() - shared;
    #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
    let (share, both) = (shared as f64 / short.title.tokens.len() as f64, shared as f64 / all as f64);
    let (weighty, agreeing) = count_shared_words(&short.title, &[&long.title]);
    (share >= SHARE_MIN && both >= BOTH_MIN && agreeing * 5 >= weighty * 4).then_some(share)
}
