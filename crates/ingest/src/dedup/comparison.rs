//! What can be seen of two entries beside each other: each fact is found when a rule first asks for it, and once.

use super::super::similarity::{Alignment, Token, count_shared};
use super::headlines::{Headlines, resemble};
use super::record::Record;
use super::standard::Standard;
use crate::normalise::is_bare_number;
use plenary_model::limits::Limits;
use plenary_model::link::CanonicalLink;
use plenary_model::sameness::SecondSign;
use std::cell::OnceCell;

pub(super) struct Comparison<'a> {
    pub(super) a: &'a Record,
    pub(super) b: &'a Record,
    pub(super) limits: &'a Limits,
    window_days: i64,
    overlap: OnceCell<Alignment>,
    shared: OnceCell<Option<f64>>,
    shared_of_longer: OnceCell<Option<f64>>,
    other: OnceCell<bool>,
    headlines: OnceCell<Headlines>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(a: &'a Record, b: &'a Record, standard: &'a Standard) -> Self {
        let (overlap, shared, shared_of_longer, other, headlines) = Default::default();
        Self {
            a,
            b,
            limits: &standard.limits,
            window_days: standard.window_days,
            overlap,
            shared,
            shared_of_longer,
            other,
            headlines,
        }
    }

    /// The entry with fewer words first.
    fn by_length(&self) -> (&'a Record, &'a Record) {
        let words = |record: &Record| record.features.text.tokens.len();
        if words(self.a) <= words(self.b) { (self.a, self.b) } else { (self.b, self.a) }
    }

    /// Words of the shorter text.
    pub(super) fn words(&self) -> usize {
        self.by_length().0.features.text.tokens.len()
    }

    pub(super) fn has_one_id(&self) -> bool {
        !self.a.id.is_empty() && self.a.id == self.b.id
    }

    /// The same of two sources. A bare number that a feed calls an entry by is anybody's.
    pub(super) fn has_one_id_across(&self) -> bool {
        self.has_one_id() && !is_bare_number(&self.a.id)
    }

    pub(super) fn has_one_title(&self) -> bool {
        self.a.has_title_of(self.b)
    }

    pub(super) fn has_one_text(&self) -> bool {
        let digest = self.a.text_digest(self.limits);
        digest.is_some() && digest == self.b.text_digest(self.limits)
    }

    /// An address that both stand at.
    pub(super) fn link(&self) -> Option<&'a str> {
        self.a.links.iter().find(|link| self.b.links.contains(link)).map(CanonicalLink::as_str)
    }

    pub(super) fn differs_in_language(&self) -> bool {
        self.a.differs_in_language(self.b)
    }

    pub(super) fn is_within(&self, days: i64) -> bool {
        self.a.is_within(self.b, days)
    }

    pub(super) fn is_within_window(&self) -> bool {
        self.is_within(self.window_days)
    }

    pub(super) fn overlap(&self) -> &Alignment {
        self.overlap.get_or_init(|| Alignment::compute(&self.a.features.text, &self.b.features.text, self.limits))
    }

    /// Whether less is in common than two copies of a piece have; `None` when nobody had to know.
    pub(super) fn is_known_unlike(&self) -> Option<bool> {
        self.overlap.get().map(|overlap| overlap.coverage() < self.limits.coverage)
    }

    /// Share of the shorter text's different words of weight that the other entry has too; `None` when too few to judge.
    pub(super) fn shared(&self) -> Option<f64> {
        let (short, long) = self.by_length();
        *self.shared.get_or_init(|| self.find_shared(short, long))
    }

    /// The same of the longer text's words.
    fn shared_of_longer(&self) -> Option<f64> {
        let (short, long) = self.by_length();
        *self.shared_of_longer.get_or_init(|| self.find_shared(long, short))
    }

    fn find_shared(&self, one: &Record, other: &Record) -> Option<f64> {
        let found = count_shared(&one.features.text, &[&other.features.text, &other.features.title], Token::is_weighty);
        (found.words >= self.limits.share_words).then(|| share(found.shared, found.words))
    }

    pub(super) fn headlines(&self) -> &Headlines {
        self.headlines.get_or_init(|| Headlines::compare(self))
    }

    /// Anyone can write anyone's id: without a second sign it is taken for impersonation.
    pub(super) fn second_sign(&self) -> Option<SecondSign> {
        if let Some(link) = self.link() {
            return Some(SecondSign::Link { link: link.to_owned() });
        }
        if self.has_one_title() {
            return Some(SecondSign::Title);
        }
        if self.has_one_text() {
            return Some(SecondSign::Text);
        }
        let share = self.shared().filter(|share| *share >= self.limits.own_words && !self.is_other())?;
        Some(SecondSign::Words { share: super::finding::percent(share) })
    }

    /// True when the texts are worth laying over each other: a short one must be a teaser that stands in the other in one
    /// run, and no letterhead.
    pub(super) fn has_text(&self) -> bool {
        let words = self.words();
        if words >= self.limits.text_words {
            return true;
        }
        words >= self.limits.telling_run && !self.is_letterhead() && self.overlap().longest >= words
    }

    /// True when hardly a word is anything but a name, a number or a title of office.
    fn is_letterhead(&self) -> bool {
        let tokens = &self.by_length().0.features.text.tokens;
        let plain = tokens.iter().filter(|token| !token.is_name() && !token.is_number()).count();
        plain * self.limits.words_per_plain < tokens.len()
    }

    /// True when more is in common than chance and set phrases bring.
    pub(super) fn is_half_alike(&self) -> bool {
        self.has_text() && self.overlap().coverage() >= self.limits.coverage
    }

    /// True when the two differ on purpose: the next of a series, or one template for another subject.
    pub(super) fn is_other(&self) -> bool {
        *self.other.get_or_init(|| {
            let overlap = self.overlap();
            self.is_series() && !self.is_untouched()
                || self.is_template()
                || (self.names_differ() && self.are_mostly_names(overlap))
        })
    }

    /// True when the titles resemble each other, each with a number that the other lacks: session 88 and 89.
    pub(super) fn is_series(&self) -> bool {
        let lacks =
            |x: &Record, y: &Record| x.features.title_numbers.iter().any(|one| !super::headlines::has_number(y, *one));
        lacks(self.a, self.b) && lacks(self.b, self.a) && resemble(self.a, self.b)
    }

    /// True when the titles resemble each other and each has a name that the other entry lacks: one statement for two
    /// countries.
    pub(super) fn names_differ(&self) -> bool {
        let differs = |x: &Record, y: &Record| {
            let is_there = |token: Token| y.features.title.has(token) || y.features.text.has(token);
            x.features.title.tokens.iter().any(|token| token.is_name() && token.is_weighty() && !is_there(*token))
        };
        resemble(self.a, self.b) && differs(self.a, self.b) && differs(self.b, self.a)
    }

    /// True when names are swapped and not only with other words: one respelt name among edits makes no other piece.
    fn are_mostly_names(&self, overlap: &Alignment) -> bool {
        overlap.names_swapped > 0 && overlap.names_swapped * self.limits.swaps_per_specific >= overlap.swaps
    }

    /// True when numbers or names are swapped more often than in an edit and make up most of the swaps.
    fn is_template(&self) -> bool {
        let (overlap, limits) = (self.overlap(), self.limits);
        let more = overlap.shorter / limits.long_words;
        let specifics = overlap.numbers_swapped + overlap.names_swapped;
        if overlap.shorter < limits.template_words && specifics > 0 {
            return true;
        }
        let are_many = overlap.numbers_swapped > limits.numbers_swapped + more / 2
            || overlap.names_swapped > limits.names_swapped + more;
        are_many && specifics * limits.swaps_per_specific >= overlap.swaps
    }

    /// True for a text that stands in the other nearly whole and hardly changed, with no number or name swapped.
    fn is_untouched(&self) -> bool {
        let (overlap, limits) = (self.overlap(), self.limits);
        overlap.shorter >= limits.text_words
            && overlap.coverage() >= limits.untouched
            && overlap.fidelity() >= limits.untouched
            && overlap.numbers_swapped + overlap.names_swapped == 0
    }

    /// True when each text says what the other says, in other words: neither has words of its own, and the shorter no
    /// number and hardly a name. Around whole quotations, other words are a newsroom's.
    pub(super) fn says_the_same(&self) -> bool {
        let says = |share: Option<f64>| share.is_some_and(|share| share >= self.limits.both_words);
        self.words() >= self.limits.text_words
            && (!self.quotes() || self.overlap().telling() >= self.limits.coverage)
            && says(self.shared())
            && says(self.shared_of_longer())
            && self.adds_no_specifics()
    }

    fn adds_no_specifics(&self) -> bool {
        let (short, long) = self.by_length();
        let count = |is: fn(Token) -> bool| {
            count_shared(&short.features.text, &[&long.features.text, &long.features.title], is)
        };
        let (numbers, names) = (count(Token::is_number), count(Token::is_name));
        numbers.missing() == 0 && names.missing() * self.limits.names_per_new <= names.words
    }

    /// True when enough agrees to be one text, were it told alike: the likeness of a copy, and few words of its own or
    /// hardly one.
    fn is_alike(&self) -> bool {
        let (overlap, limits) = (self.overlap(), self.limits);
        let likeness = overlap.coverage() * overlap.fidelity();
        #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
        let least = limits.likeness + limits.likeness_words / overlap.shorter as f64;
        let is_copy = likeness >= least.min(limits.fidelity);
        let is_mostly_one_run = overlap.longest >= limits.teaser_words && overlap.longest * 2 >= overlap.shorter;
        let is_cut_elsewhere = likeness >= limits.likeness_run && is_mostly_one_run;
        let few_own = || self.shared().is_none_or(|share| share >= limits.own_words);
        ((is_copy || is_cut_elsewhere) && few_own()) || self.adds_nothing()
    }

    /// True for a teaser that has at most one word of weight that the other entry lacks.
    fn adds_nothing(&self) -> bool {
        let (short, long) = self.by_length();
        if self.words() >= self.limits.teaser_words {
            return false;
        }
        let others = [&long.features.text, &long.features.title];
        let found = count_shared(&short.features.text, &others, Token::is_weighty);
        found.words * 2 >= self.limits.share_words && found.missing() <= 1
    }

    /// True when the shorter text's own telling is the other's, and neither opens with a lede of its own.
    fn is_told_alike(&self) -> bool {
        let (overlap, limits) = (self.overlap(), self.limits);
        let is_framed = overlap.coverage() >= limits.coverage_framed;
        // Hardly a word is replaced, or nearly none but what stands around most of the text.
        let is_kept_whole =
            overlap.fidelity() >= limits.fidelity || (is_framed && overlap.fidelity_within() >= limits.fidelity);
        (is_framed || !overlap.opens_anew) && (overlap.telling() >= limits.telling || is_kept_whole)
    }

    /// A text that is the other's, edited, cut or framed.
    pub(super) fn is_copy(&self) -> bool {
        self.is_half_alike() && self.is_alike() && self.is_told_alike()
    }

    /// A text that perhaps is: much is in common, and nothing shows that it is told anew.
    pub(super) fn is_perhaps_copy(&self) -> bool {
        self.is_half_alike() && self.is_told_alike()
    }

    /// True when one text takes quotations from the other, or from where the other has them.
    pub(super) fn quotes(&self) -> bool {
        self.has_text() && self.overlap().count_quoted() >= self.limits.text_words
    }

    /// A text of its own that quotes, and no teaser of the other.
    pub(super) fn is_story(&self) -> bool {
        self.quotes() && self.words() >= self.limits.teaser_words
    }

    /// A text about the other's matter in words of its own.
    pub(super) fn is_retold(&self) -> bool {
        self.quotes() || self.is_half_alike()
    }

    /// Two postings of one text by its own source: hardly a word is replaced in a long one, none in a shorter.
    pub(super) fn is_posted_twice(&self) -> bool {
        if self.words() < self.limits.text_words {
            return false;
        }
        let (overlap, limits) = (self.overlap(), self.limits);
        let is_kept = if overlap.shorter < limits.long_words {
            overlap.replaced == 0 && !self.is_series()
        } else {
            overlap.fidelity() >= limits.fidelity
                && if self.headlines().one_in_other {
                    overlap.numbers_swapped <= limits.numbers_swapped
                } else {
                    !self.is_template() && (self.is_untouched() || !self.is_series())
                }
        };
        is_kept && overlap.coverage() >= limits.coverage_within
    }

    /// The same of shorter texts under one title.
    pub(super) fn is_posted_twice_under_one_title(&self) -> bool {
        if self.words() < self.limits.text_words {
            return false;
        }
        let (overlap, limits) = (self.overlap(), self.limits);
        overlap.shorter < limits.long_words
            && self.headlines().one_in_other
            && overlap.coverage() >= limits.own_words
            && overlap.fidelity() >= limits.fidelity
            && overlap.numbers_swapped + overlap.names_swapped == 0
            && !self.is_series()
    }

    /// One page under one title, unless it is where a source says each day something else: another date over another
    /// text.
    pub(super) fn is_one_page(&self) -> bool {
        let is_said_anew = || {
            let (short, long) = self.by_length();
            let found = count_shared(&short.features.text, &[&long.features.text], Token::is_weighty);
            self.a.date != self.b.date && found.words > 0 && found.shared * 2 <= found.words
        };
        self.link().is_some() && (self.has_one_text() || (self.has_one_title() && !is_said_anew()))
    }

    /// True when nothing differs, from one poll to the next, but what the address carries for the request.
    pub(super) fn is_asked_again(&self) -> bool {
        let (a, b) = (self.a, self.b);
        let is_later = matches!((a.first_seen, b.first_seen), (Some(one), Some(other)) if one != other);
        let is_one_address = match (a.links.first(), b.links.first()) {
            (Some(one), Some(other)) => one.differs_in_tokens(other),
            (None, None) => a.date.is_some(),
            _ => false,
        };
        is_later
            && is_one_address
            && a.date == b.date
            && self.has_one_title()
            && a.features.title.tokens.len() >= SAYING_WORDS
            && a.features.text.digest == b.features.text.digest
    }

    /// True for a headline that comes again with nothing under it but itself: news aggregators give it new ids and links.
    pub(super) fn is_headline_again(&self) -> bool {
        let (title, text) = (&self.a.features.title, &self.a.features.text);
        title.tokens.len() >= self.limits.title_words
            && title.weight >= self.limits.title_letters
            && self.has_one_title()
            && !text.tokens.is_empty()
            && text.digest == self.b.features.text.digest
            && text.tokens.iter().all(|token| title.has(*token))
            && self.is_within(self.limits.source_days)
    }
}

/// Fewest words of a title that says what an item is about; below it stand "Press release" and the like.
pub(super) const SAYING_WORDS: usize = 3;

#[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
