//! What can be seen of two entries beside each other: each fact is found when a rule first asks for it, and once.

use super::super::similarity::{Alignment, Token, count_shared_of_kind, count_shared_words};
use super::headlines::{Headlines, resemble};
use super::record::Record;
use super::standard::Standard;
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
    other: OnceCell<bool>,
    headlines: OnceCell<Headlines>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(a: &'a Record, b: &'a Record, standard: &'a Standard) -> Self {
        let (overlap, shared, other, headlines) = Default::default();
        Self { a, b, limits: &standard.limits, window_days: standard.window_days, overlap, shared, other, headlines }
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

    /// Words of the longer text.
    pub(super) fn words_of_longer(&self) -> usize {
        self.by_length().1.features.text.tokens.len()
    }

    pub(super) fn has_one_id(&self) -> bool {
        !self.a.id.is_empty() && self.a.id == self.b.id
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
        self.overlap.get().map(|overlap| overlap.coverage() < self.limits.coverage_doubt)
    }

    /// Share of the shorter text's different words of weight that the other entry has too; `None` when too few to judge.
    pub(super) fn shared(&self) -> Option<f64> {
        *self.shared.get_or_init(|| {
            let (short, long) = self.by_length();
            let (words, shared) =
                count_shared_words(&short.features.text, &[&long.features.text, &long.features.title]);
            #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
            (words >= self.limits.share_words).then(|| shared as f64 / words as f64)
        })
    }

    pub(super) fn shares(&self, least: f64) -> bool {
        self.shared().is_some_and(|share| share >= least)
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
        let share = self.shared().filter(|share| *share >= self.limits.agreeing_share)?;
        Some(SecondSign::Words { share: super::finding::percent(share) })
    }

    /// True when the texts are worth laying over each other: a short one must be a teaser that stands in the other in one
    /// run, and no letterhead.
    pub(super) fn has_text(&self) -> bool {
        let words = self.words();
        if words >= self.limits.words {
            return true;
        }
        words >= self.limits.verbatim_words && !self.is_letterhead() && self.overlap().longest >= words
    }

    /// True when hardly a word is anything but a name, a number or a title of office.
    fn is_letterhead(&self) -> bool {
        let tokens = &self.by_length().0.features.text.tokens;
        let plain = tokens.iter().filter(|token| !token.is_name() && !token.is_number()).count();
        plain * self.limits.words_per_plain < tokens.len()
    }

    /// True when more is in common than chance and set phrases bring.
    pub(super) fn is_half_alike(&self) -> bool {
        self.has_text() && self.overlap().coverage() >= self.limits.coverage_doubt
    }

    /// True when the two differ on purpose: the next of a series, or one template for another subject.
    pub(super) fn is_other(&self) -> bool {
        *self.other.get_or_init(|| {
            let overlap = self.overlap();
            self.is_series() && !self.is_long_and_untouched() && !self.is_short_and_untouched()
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
        let more = overlap.shorter / limits.words_per_swap;
        let specifics = overlap.numbers_swapped + overlap.names_swapped;
        if overlap.shorter < limits.template_words && specifics > 0 {
            return true;
        }
        let are_many = overlap.numbers_swapped > limits.numbers_swapped + more / 2
            || overlap.names_swapped > limits.names_swapped + more;
        are_many && specifics * limits.swaps_per_specific >= overlap.swaps
    }

    /// True for a long text of which hardly a word is replaced, and no number or name.
    fn is_long_and_untouched(&self) -> bool {
        let overlap = self.overlap();
        overlap.shorter >= self.limits.long_words
            && overlap.fidelity() >= self.limits.fidelity_same
            && overlap.numbers_swapped + overlap.names_swapped == 0
    }

    /// True for a text that stands in the other nearly whole, mostly in one run, with no number or name swapped.
    fn is_short_and_untouched(&self) -> bool {
        let (overlap, limits) = (self.overlap(), self.limits);
        overlap.shorter >= limits.untouched_words
            && overlap.coverage() >= limits.untouched
            && overlap.fidelity() >= limits.untouched
            && overlap.longest * 5 >= overlap.shorter * 3
            && overlap.numbers_swapped + overlap.names_swapped == 0
    }

    /// True when one text says what the other says in other words and adds nothing; around whole quotations other words
    /// are a newsroom's.
    pub(super) fn is_reworded(&self) -> bool {
        let (overlap, limits) = (self.overlap(), self.limits);
        #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
        let length = overlap.shorter as f64 / overlap.longer as f64;
        overlap.shorter >= limits.reworded_words
            && length >= limits.reworded_length
            && overlap.coverage() >= limits.reworded_coverage
            && (overlap.count_quoted() < limits.quoted_words || overlap.telling() >= limits.telling)
            && self.shares(limits.reworded_share)
            && self.adds_no_specifics()
    }

    /// True when the shorter text has no number that the other entry lacks, and hardly a name.
    fn adds_no_specifics(&self) -> bool {
        let (short, long) = self.by_length();
        let lacking = |is: fn(Token) -> bool| {
            let others = [&long.features.text, &long.features.title];
            let (all, shared) = count_shared_of_kind(&short.features.text, &others, is);
            (all, all - shared)
        };
        let ((_, numbers), (all_names, names)) = (lacking(Token::is_number), lacking(Token::is_name));
        numbers == 0 && names * self.limits.names_per_new <= all_names
    }

    /// True when enough agrees to be one text, were it told alike.
    fn is_alike(&self) -> bool {
        let (overlap, limits) = (self.overlap(), self.limits);
        let coverage = overlap.coverage();
        let likeness = coverage * overlap.fidelity();
        let is_mostly_one_run = overlap.longest >= limits.run_words && overlap.longest * 2 >= overlap.shorter;
        let has_core = overlap.matched >= limits.core_words
            && coverage >= limits.core_coverage
            && overlap.fidelity_within() >= limits.core_fidelity;
        // An edit keeps the words, a story brings its own.
        let has_own_words = || {
            overlap.shorter >= limits.reworded_words && self.shared().is_some_and(|share| share < limits.reworded_share)
        };
        likeness >= limits.likeness
            || has_core
            || (likeness >= limits.likeness_run && is_mostly_one_run)
            || (likeness >= limits.likeness_headed && self.headlines().support && !has_own_words())
    }

    /// True when the shorter text's own telling is the other's, and neither opens with a lede of its own.
    fn is_told_alike(&self) -> bool {
        let (overlap, limits) = (self.overlap(), self.limits);
        let is_retold = overlap.opens_anew && overlap.coverage() < limits.coverage_opened_anew;
        !is_retold && (overlap.telling() >= limits.telling || self.is_kept_whole())
    }

    /// True when hardly a word is replaced, or nearly none but the furniture of two pages around most of it; then it
    /// does not matter how much is quotation.
    fn is_kept_whole(&self) -> bool {
        let (overlap, limits) = (self.overlap(), self.limits);
        let is_framed =
            overlap.coverage() >= limits.coverage_framed && overlap.fidelity_within() >= limits.fidelity_framed;
        overlap.fidelity() >= limits.fidelity_whole || is_framed
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
        self.has_text() && self.overlap().count_quoted() >= self.limits.quoted_words
    }

    /// A text of its own that quotes, and no teaser of the other.
    pub(super) fn is_story(&self) -> bool {
        self.quotes() && self.words() >= self.limits.story_words
    }

    /// A text about the other's matter in words of its own.
    pub(super) fn is_retold(&self) -> bool {
        self.quotes() || self.is_half_alike()
    }

    /// Two postings of one text by its own source.
    pub(super) fn is_posted_twice(&self) -> bool {
        if self.words() < self.limits.words {
            return false;
        }
        let (overlap, limits) = (self.overlap(), self.limits);
        if overlap.shorter < limits.long_words {
            return overlap.coverage() >= limits.coverage_short && overlap.replaced == 0 && !self.is_series();
        }
        let is_of_one_kind = if self.headlines().one_in_other {
            overlap.numbers_swapped <= limits.numbers_swapped
        } else {
            !self.is_template() && (self.is_long_and_untouched() || !self.is_series())
        };
        is_of_one_kind && overlap.coverage() >= limits.coverage_within && overlap.fidelity() >= limits.fidelity_within
    }

    /// The same of shorter texts under one title.
    pub(super) fn is_posted_twice_under_one_title(&self) -> bool {
        if self.words() < self.limits.words {
            return false;
        }
        let (overlap, limits) = (self.overlap(), self.limits);
        overlap.shorter < limits.long_words
            && self.headlines().one_in_other
            && overlap.coverage() >= limits.coverage_headed
            && overlap.fidelity() >= limits.fidelity_within
            && overlap.numbers_swapped + overlap.names_swapped == 0
            && !self.is_series()
    }
}
