//! Where sameness is judged to begin and end: one value, handed to whatever judges or looks for candidates.

macro_rules! limits {
    ($($(#[$meaning:meta])* $name:ident: $kind:ty = $value:expr,)+) => {
        /// The limits of sameness. Shares lie between 0 and 1; words, entries and days are counts.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Limits {
            $($(#[$meaning])* pub $name: $kind,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $value,)+ }
            }
        }

        impl Limits {
            /// The names of all limits, in their order.
            pub const NAMES: &[&str] = &[$(stringify!($name),)+];

            /// The same limits with the one called `name` multiplied; a count moves by one at least. Unchanged when
            /// there is none of that name.
            #[must_use]
            pub fn with(&self, name: &str, factor: f64) -> Self {
                let mut limits = self.clone();
                match name {
                    $(stringify!($name) => limits.$name = limits.$name.multiplied(factor),)+
                    _ => {}
                }
                limits
            }
        }
    };
}

limits! {
    // Which entries are compared at all.
    /// How many neighbours in time under one key an entry is compared with, on either side: a key that more entries
    /// share is a recycled address or a set phrase.
    neighbours: usize = 16,
    /// Candidates of an entry that are looked up, the heaviest first; also entries under one id or address.
    candidates: usize = 128,
    /// How much the keys that a stored entry shares with one that came in weigh together, each the less the more
    /// entries hold it: one that four hold, or eight that thirty-two hold.
    key_weight: f64 = 0.25,
    /// The best candidates are compared whatever they weigh: a teaser of a release that many copied shares few phrases
    /// with each of them.
    best_candidates: usize = 4,
    /// From a piece to those in doubt with it, and from those on: so many times.
    doubt_rounds: usize = 4,

    // Time.
    /// How far apart one source publishes a text twice by mistake, in days. Further apart it is yearly or recurring.
    source_days: i64 = 1,
    /// How far apart two publishers carry one headline over one piece, in days.
    headline_days: i64 = 7,

    // What a text is.
    /// Letters from which a text identifies a piece. Below it stand teasers and set phrases ("Read the full statement
    /// here") that many pieces share.
    text_letters: usize = 120,
    /// Fewest words of a text that can be a copy by its text alone, and of quotations in common that show that one text
    /// tells of the other's matter.
    text_words: usize = 15,
    /// Of a sentence's words more than one in so many is no name: a text below it is a letterhead.
    words_per_plain: usize = 3,
    /// A text of fewer words is a teaser; one of more is a text of its own, which two pieces do not share by a third
    /// entry, and when it quotes it is a story.
    teaser_words: usize = 40,
    /// Words from which a text is long; it may have a swap more for every so many.
    long_words: usize = 150,

    // How two texts overlap.
    /// Share of the shorter text in common runs from which staff are asked. Copies of one piece have half of the
    /// shorter in common, however each was cut.
    coverage: f64 = 0.45,
    /// Coverage times fidelity from which an overlap makes a copy of a text without end.
    likeness: f64 = 0.55,
    /// Of a text of some length so many words more must agree: in a short one each that was told anew weighs more. Over
    /// the labelled sets this takes away half of the wrong joins, and no copy.
    likeness_words: f64 = 7.0,
    /// The same when half of the shorter text is one run, as long as a text of its own: cut at other places, or with
    /// other ends.
    likeness_run: f64 = 0.5,
    /// Share of the shorter text's different words of weight that a copy has from the other. A newsroom's story has
    /// words of its own.
    own_words: f64 = 0.7,
    /// The same of both texts, in either direction, for texts that say the same in other words.
    both_words: f64 = 0.75,
    /// The shorter has at most one name that the other lacks for so many.
    names_per_new: usize = 10,
    /// Fewest different words of weight from which a share says something.
    share_words: usize = 8,
    /// Fidelity from which it does not matter how much of the common text is quotation. Stories that keep whole
    /// quotations come to 0.95.
    fidelity: f64 = 0.97,
    /// Coverage from which a frame around the common text does not matter, be it the furniture of two pages or a lede
    /// of one's own.
    coverage_framed: f64 = 0.8,
    /// Share of a copy's own telling, quotations left out, that is the original's.
    telling: f64 = 0.6,
    /// Words of a common run from which both texts tell the same; before it stand letterheads, datelines or a lede. A
    /// shorter teaser is none, even where it stands in the other word by word.
    telling_run: usize = 8,
    /// Words that one text may have before that run in place of the other's: a headline, a dateline.
    opening_words: usize = 30,
    /// Share that two postings of a text by its own source have in common.
    coverage_within: f64 = 0.94,

    // Templates and series.
    /// Longest stretch, in words, that counts as one wording put for another.
    swap_words: usize = 12,
    /// Passages whose numbers are swapped: more make it the next of a series.
    numbers_swapped: usize = 1,
    /// Passages whose names are swapped: more make it the same template for another.
    names_swapped: usize = 2,
    /// In a text of fewer words a swap of either is enough: it has one subject, and that is what was swapped.
    template_words: usize = 60,
    /// Of so many swaps at least one is of a number or name in a template; edits swap mostly other words.
    swaps_per_specific: usize = 3,
    /// Share that agrees from which hardly a word is changed: a text of which as much is in the other outweighs another
    /// number in its title, and two under one headline that were cut at other places agree where both are.
    untouched: f64 = 0.9,

    // Addresses.
    /// Below this share two texts under one address speak of different things.
    strange_share: f64 = 0.2,

    // Headlines.
    /// Fewest words and letters of a distinctive title.
    title_words: usize = 5,
    title_letters: usize = 28,
    /// Share of the shorter title's words that the other has too, and of all words of both that both have: above them
    /// the titles are one.
    title_share: f64 = 0.9,
    title_both: f64 = 0.6,
    /// Words of a title that is enough over teasers that share little, when both have the very same words and came out
    /// within a day.
    title_strong: usize = 8,
    /// Share of a teaser's words of weight that the other entry has too.
    teaser_share: f64 = 0.35,

    // Translations.
    /// How far apart a publisher publishes a piece and its translation, in days; within three times as many, entries
    /// bear on which are translations of each other.
    translation_days: i64 = 3,
    /// Figures and names in common from which a translation is looked for in the store.
    translation_specifics: usize = 2,
    /// Entries of a publisher around one that are looked at in the store.
    publisher_entries: usize = 1_000,
    /// Points of figures and names in common from which two texts are translations of each other.
    translation_points: f64 = 2.0,
    /// Share of the points of the text with fewer specifics that must be in common, and of the figures of the text
    /// with more of them.
    translation_share: f64 = 0.5,
    /// How far apart in their texts, as a share of the text, the two mentions may be.
    translation_displaced: f64 = 0.15,
    /// By how many points the best candidate must lead.
    translation_lead: f64 = 0.5,
}

/// What can be multiplied for a trial.
trait Limit {
    fn multiplied(self, factor: f64) -> Self;
}

impl Limit for f64 {
    fn multiplied(self, factor: f64) -> Self {
        self * factor
    }
}

/// A count so many times: one more or less where that rounds to itself.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small counts")]
fn count_times(count: i64, factor: f64) -> i64 {
    let multiplied = (count as f64 * factor).round() as i64;
    let moved = if factor > 1.0 { count + 1 } else { count - 1 };
    if multiplied == count { moved } else { multiplied }
}

impl Limit for i64 {
    fn multiplied(self, factor: f64) -> Self {
        count_times(self, factor)
    }
}

impl Limit for usize {
    fn multiplied(self, factor: f64) -> Self {
        let count = count_times(self.try_into().unwrap_or(i64::MAX), factor);
        count.try_into().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_can_be_moved_by_its_name() {
        let limits = Limits::default();
        for name in Limits::NAMES {
            assert_ne!(limits.with(name, 1.2), limits, "{name}");
            assert_ne!(limits.with(name, 0.8), limits, "{name}");
        }
        assert_eq!(limits.with("no limit", 2.0), limits);
    }
}
