//! Near copies: telling an edit from a rewrite, and a copy from the next of a series.
//!
//! An edit keeps the order and telling of a text and cuts, inserts or renames here and there; a newsroom's story keeps
//! the quotations and tells the rest in its own words. A series or template keeps all but the numbers and names that
//! matter.

use super::super::similarity::Alignment;
use super::finding::{Likeness, Match, percent};
use super::record::Record;
use super::titles::{adds_no_specifics, is_headed_alike, is_series, names_differ, support};
use plenary_model::sameness::{Rung, Sameness, Telling};

/// Fewest words of a text that can be a copy by its text alone.
const WORDS_MIN: usize = 15;

/// Fewest words of a teaser that stands in the other text in one run, word by word.
const WORDS_VERBATIM_MIN: usize = 9;

/// Of a sentence's words more than one in so many is no name: a text below it is a letterhead.
const WORDS_PER_PLAIN: usize = 3;

/// Coverage times fidelity from which an overlap makes a copy.
const LIKENESS_MIN: f64 = 0.62;

/// The same when half of the shorter text is one run of so many words: cut at other places, or with other ends.
const LIKENESS_RUN_MIN: f64 = 0.5;
const RUN_WORDS_MIN: usize = 35;

/// Or: so many common words, this share of the shorter text, hardly any replaced: only page furniture differs.
const CORE_WORDS_MIN: usize = 100;
const CORE_COVERAGE_MIN: f64 = 0.55;
const CORE_FIDELITY_MIN: f64 = 0.85;

/// Coverage times fidelity from which headlines that are alike make a copy.
const LIKENESS_HEADED_MIN: f64 = 0.38;

/// Fidelity from which it does not matter how much of the common text is quotation. Stories that keep
/// whole quotations come to 0.95.
const FIDELITY_WHOLE: f64 = 0.97;

/// The same between the first and the last common run, for a text of which this share is common. Below it
/// the common text may be one long quotation.
const FIDELITY_FRAMED: f64 = 0.99;
const COVERAGE_FRAMED: f64 = 0.8;

/// Share of a copy's own telling, quotations left out, that is the original's.
const TELLING_MIN: f64 = 0.6;

/// Share of a text that makes it a copy though it opens with a lede of its own; below it a newsroom
/// has told the release anew and kept its quotations and details.
const COVERAGE_OPENED_ANEW: f64 = 0.8;

/// A reworded copy: so many words at least; no shorter than this part of the other, or it is a summary;
/// this share in common runs; this share of its different words of weight in the other, with no number
/// that the other lacks and hardly a name. A newsroom's story has words, figures and names of its own.
const REWORDED_WORDS_MIN: usize = 60;
const REWORDED_LENGTH_MIN: f64 = 2.0 / 3.0;
const REWORDED_COVERAGE_MIN: f64 = 0.2;
const REWORDED_SHARE_MIN: f64 = 0.85;

/// What is alike under headlines that are alike is in doubt when it has so many words, and less than this
/// share of its different words of weight is in the other: an edit keeps the words, a story brings its own.
const RETOLD_WORDS_MIN: usize = 60;
const RETOLD_SHARE_MAX: f64 = 0.85;

/// Words of quotations in common that show that one text tells of the other's matter.
const QUOTED_WORDS_MIN: usize = 15;

/// Words from which a text that quotes another is a story; a shorter one may be the other's teaser.
const STORY_WORDS_MIN: usize = 40;

/// Words before the first common run that count against a match, one of 1,000 each. A copy begins where its original
/// begins; where a teaser stands in a release and in a story that quotes it, the story has a lede of its own first.
const LEAD_IN_WORDS_MAX: usize = 99;

/// Share from which staff are asked. Two whole texts that have less in common are not brought together by
/// a third entry either: copies of one piece have half of the shorter in common, however each was cut.
const COVERAGE_DOUBT: f64 = 0.45;

/// Passages whose numbers are swapped: more make it the next of a series.
const NUMBERS_SWAPPED_MAX: usize = 1;
/// Passages whose names are swapped: more make it the same template for another.
const NAMES_SWAPPED_MAX: usize = 2;
/// In a text of fewer words a swap of either is enough: it has one subject, and that is what was swapped.
const TEMPLATE_SHORT_WORDS: usize = 60;
/// A long text may have a swap more for every so many words.
const WORDS_PER_SWAP: usize = 150;
/// Of so many swaps at least one is of a number or name in a template; edits swap mostly other words.
const SWAPS_PER_SPECIFIC: usize = 3;

/// Within one source: words from which a text is long, the share that two postings of it have in
/// common, and how faithful they are.
const LONG_WORDS: usize = 150;
const COVERAGE_WITHIN_LONG: f64 = 0.94;
const FIDELITY_WITHIN_LONG: f64 = 0.965;
/// The share for shorter texts, mostly letterheads and openings: nothing may be replaced in them.
const COVERAGE_WITHIN_SHORT: f64 = 0.95;

/// The share for shorter texts under one title.
const COVERAGE_WITHIN_HEADED: f64 = 0.7;

/// A shorter text outweighs another number in its title when it has so many words, of which this share
/// is in the other and agrees, three fifths of them in one run.
const UNTOUCHED_WORDS_MIN: usize = 20;
const UNTOUCHED_MIN: f64 = 0.9;

/// Fidelity from which a long text outweighs another number in its title.
const FIDELITY_SAME: f64 = 0.985;

/// Two entries of different sources.
pub(super) fn is_copy_across(a: &Record, b: &Record) -> Likeness {
    let shorter = if a.text.tokens.len() <= b.text.tokens.len() { a } else { b };
    let words = shorter.text.tokens.len();
    let is_short = words < WORDS_MIN;
    if words < WORDS_VERBATIM_MIN || (is_short && is_letterhead(shorter)) {
        return Likeness::Unlike;
    }
    let overlap = Alignment::compute(&a.text, &b.text);
    if is_short && overlap.longest < words {
        return Likeness::Unlike;
    }
    let coverage = overlap.coverage();
    let is_other = || {
        is_series(a, b) && !is_long_and_untouched(&overlap) && !is_short_and_untouched(&overlap)
            || is_template(&overlap)
            || (names_differ(a, b) && are_mostly_names(&overlap))
    };
    if is_reworded(a, b, &overlap) && !is_other() {
        return Likeness::Copy(describe_reworded(&overlap));
    }
    if coverage < COVERAGE_DOUBT {
        let quotes = overlap.count_quoted() >= QUOTED_WORDS_MIN;
        return if quotes { relate(&overlap) } else { Likeness::Unlike };
    }
    if is_other() {
        return Likeness::Other;
    }
    let likeness = coverage * overlap.fidelity();
    let is_mostly_one_run = overlap.longest >= RUN_WORDS_MIN && overlap.longest * 2 >= overlap.shorter;
    let has_core = overlap.matched >= CORE_WORDS_MIN
        && coverage >= CORE_COVERAGE_MIN
        && overlap.fidelity_within() >= CORE_FIDELITY_MIN;
    let is_plain = likeness >= LIKENESS_MIN || has_core || (likeness >= LIKENESS_RUN_MIN && is_mostly_one_run);
    let has_own_words = || words >= RETOLD_WORDS_MIN && a.shared_share(b).is_some_and(|share| share < RETOLD_SHARE_MAX);
    let is_alike = is_plain || (likeness >= LIKENESS_HEADED_MIN && support(a, b) && !has_own_words());
    let is_told_alike = overlap.telling() >= TELLING_MIN || is_kept_whole(&overlap);
    let is_retold = overlap.opens_anew && coverage < COVERAGE_OPENED_ANEW;
    match (is_alike, is_told_alike && !is_retold) {
        (true, true) => Likeness::Copy(describe_plain(&overlap)),
        (_, false) => relate(&overlap),
        (false, true) => Likeness::Perhaps(describe_plain(&overlap)),
    }
}

/// True when hardly a word is replaced, or nearly none but the furniture of two pages around most of it; then it does
/// not matter how much is quotation.
fn is_kept_whole(overlap: &Alignment) -> bool {
    let is_framed = overlap.coverage() >= COVERAGE_FRAMED && overlap.fidelity_within() >= FIDELITY_FRAMED;
    overlap.fidelity() >= FIDELITY_WHOLE || is_framed
}

/// True when one text says what the other says in other words and adds nothing; around whole quotations other words are
/// a newsroom's.
fn is_reworded(a: &Record, b: &Record, overlap: &Alignment) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
    let length = overlap.shorter as f64 / overlap.longer as f64;
    overlap.shorter >= REWORDED_WORDS_MIN
        && length >= REWORDED_LENGTH_MIN
        && overlap.coverage() >= REWORDED_COVERAGE_MIN
        && (overlap.count_quoted() < QUOTED_WORDS_MIN || overlap.telling() >= TELLING_MIN)
        && a.shared_share(b).is_some_and(|share| share >= REWORDED_SHARE_MIN)
        && adds_no_specifics(a, b)
}

fn describe_reworded(overlap: &Alignment) -> Match {
    describe_overlap(overlap, Some(Telling::Reworded))
}

/// True when hardly a word is anything but a name, a number or a title of office.
fn is_letterhead(record: &Record) -> bool {
    let tokens = &record.text.tokens;
    let plain = tokens.iter().filter(|token| !token.is_name() && !token.is_number()).count();
    plain * WORDS_PER_PLAIN < tokens.len()
}

fn relate(overlap: &Alignment) -> Likeness {
    let quotes = overlap.count_quoted() >= QUOTED_WORDS_MIN && overlap.shorter >= STORY_WORDS_MIN;
    if quotes { Likeness::Quotes(describe_retold(overlap)) } else { Likeness::Related(describe_retold(overlap)) }
}

fn describe_retold(overlap: &Alignment) -> Match {
    describe_overlap(overlap, Some(Telling::Retold { quoted: overlap.count_quoted(), opens_anew: overlap.opens_anew }))
}

/// True when less is in common than two copies of a piece have.
pub(super) fn are_unlike(a: &Record, b: &Record) -> bool {
    a.text.digest != b.text.digest && Alignment::compute(&a.text, &b.text).coverage() < COVERAGE_DOUBT
}

/// Two entries of one source.
pub(super) fn is_copy_within(a: &Record, b: &Record) -> Likeness {
    if a.text.tokens.len().min(b.text.tokens.len()) < WORDS_MIN {
        return Likeness::Unlike;
    }
    let overlap = Alignment::compute(&a.text, &b.text);
    let is_copy = if overlap.shorter >= LONG_WORDS {
        let is_of_one_kind = if is_headed_alike(a, b) {
            overlap.numbers_swapped <= NUMBERS_SWAPPED_MAX
        } else {
            !is_template(&overlap) && (is_long_and_untouched(&overlap) || !is_series(a, b))
        };
        is_of_one_kind && overlap.coverage() >= COVERAGE_WITHIN_LONG && overlap.fidelity() >= FIDELITY_WITHIN_LONG
    } else {
        let is_whole = overlap.coverage() >= COVERAGE_WITHIN_SHORT && overlap.replaced == 0;
        let is_headed = is_headed_alike(a, b)
            && overlap.coverage() >= COVERAGE_WITHIN_HEADED
            && overlap.fidelity() >= FIDELITY_WITHIN_LONG
            && overlap.numbers_swapped + overlap.names_swapped == 0;
        if is_headed && !is_whole && !is_series(a, b) {
            // It rests on the headline, and falls with it.
            return Likeness::Copy(Match { rung: Rung::SameTitle, ..describe_plain(&overlap) });
        }
        is_whole && !is_series(a, b)
    };
    if is_copy { Likeness::Copy(describe_plain(&overlap)) } else { Likeness::Other }
}

/// True for a long text of which hardly a word is replaced, and no number or name.
fn is_long_and_untouched(overlap: &Alignment) -> bool {
    overlap.shorter >= LONG_WORDS
        && overlap.fidelity() >= FIDELITY_SAME
        && overlap.numbers_swapped + overlap.names_swapped == 0
}

/// True for a text that stands in the other nearly whole, mostly in one run, with no number or name swapped.
fn is_short_and_untouched(overlap: &Alignment) -> bool {
    overlap.shorter >= UNTOUCHED_WORDS_MIN
        && overlap.coverage() >= UNTOUCHED_MIN
        && overlap.fidelity() >= UNTOUCHED_MIN
        && overlap.longest * 5 >= overlap.shorter * 3
        && overlap.numbers_swapped + overlap.names_swapped == 0
}

/// True when names are swapped and not only with other words: one respelt name among edits makes no other piece.
fn are_mostly_names(overlap: &Alignment) -> bool {
    overlap.names_swapped > 0 && overlap.names_swapped * SWAPS_PER_SPECIFIC >= overlap.swaps
}

/// True when numbers or names are swapped more often than in an edit and make up most of the swaps.
fn is_template(overlap: &Alignment) -> bool {
    let more = overlap.shorter / WORDS_PER_SWAP;
    let specifics = overlap.numbers_swapped + overlap.names_swapped;
    if overlap.shorter < TEMPLATE_SHORT_WORDS && specifics > 0 {
        return true;
    }
    let are_many =
        overlap.numbers_swapped > NUMBERS_SWAPPED_MAX + more / 2 || overlap.names_swapped > NAMES_SWAPPED_MAX + more;
    are_many && specifics * SWAPS_PER_SPECIFIC >= overlap.swaps
}

fn describe_plain(overlap: &Alignment) -> Match {
    describe_overlap(overlap, None)
}

fn describe_overlap(overlap: &Alignment, telling: Option<Telling>) -> Match {
    let rung = if overlap.longer >= overlap.shorter * 3 / 2 { Rung::PartOf } else { Rung::NearText };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 1,000")]
    let score = (overlap.coverage().min(1.0) * overlap.fidelity().min(1.0) * 1000.0) as u16;
    let score = score.saturating_sub(u16::try_from(overlap.lead_in.min(LEAD_IN_WORDS_MAX)).unwrap_or_default());
    let found = Sameness::Overlap {
        matched: overlap.matched,
        shorter: overlap.shorter,
        longest: overlap.longest,
        fidelity: percent(overlap.fidelity()),
        telling,
    };
    Match { rung, score, found }
}
