//! What the rules found in a text, as the few numbers that the second stage weighs.

use super::grams::Words;
use plenary_model::source::Standing;

/// Hits of one kind that count: more prove nothing.
const HITS_MAX: f32 = 2.0;
/// Points of a topic beyond which a text is no more about it.
const POINTS_MAX: f64 = 9.0;

/// Evidence for one genre; terms are counted once each.
#[expect(clippy::struct_excessive_bools, reason = "each is a sign with a weight of its own")]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GenreSigns {
    /// Title terms of several words, in title or categories.
    pub title_phrases: u32,
    /// Title terms of one word: `guidance`, `impact`.
    pub title_words: u32,
    /// Text terms in the title.
    pub in_title: u32,
    /// Text terms at the beginning of the text.
    pub in_lead: u32,
    /// Text terms further down.
    pub later: u32,
    /// Its own rule holds, and the text shows it.
    pub is_favoured: bool,
    /// The text begins with a dateline, and the genre is the one that does.
    pub has_dateline: bool,
    /// The text names a last day, and the genre is the one whose rule reads it.
    pub has_deadline: bool,
    /// It is what the news service that carries it writes.
    pub is_of_service: bool,
}

/// Number of weights for the evidence of a genre, the first stage's among them.
pub(super) const GENRE_WEIGHTS: usize = 10;

impl GenreSigns {
    /// `by_words` is the log-odds by the first stage.
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    pub(super) fn values(&self, by_words: f32) -> [f32; GENRE_WEIGHTS] {
        let count = |hits: u32| (hits as f32).min(HITS_MAX);
        let is = |holds: bool| if holds { 1.0 } else { 0.0 };
        [
            count(self.title_phrases),
            count(self.title_words),
            count(self.in_title),
            count(self.in_lead),
            count(self.later),
            is(self.is_favoured),
            is(self.has_dateline),
            is(self.has_deadline),
            is(self.is_of_service),
            by_words,
        ]
    }

    /// True when a term of the policy speaks for it.
    pub fn is_shown(&self) -> bool {
        self.title_phrases + self.title_words + self.in_title + self.in_lead + self.later > 0 || self.has_dateline
    }
}

/// Evidence for one topic; terms are counted once each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TopicSigns {
    /// Points by the rules, without what the source gives.
    pub points: f64,
    /// Points from which the rules say that a text is about it.
    pub minimum: f64,
    /// Strong, likely and hinting terms in the title.
    pub in_title: [u32; 3],
    /// The same elsewhere.
    pub in_text: [u32; 3],
    /// Words that are no evidence were taken out.
    pub has_never: bool,
    /// The policy says that everything of its source is about it.
    pub is_given: bool,
    /// The topic's own rule holds.
    pub by_rule: bool,
}

pub(super) const TOPIC_WEIGHTS: usize = 13;

/// Points in minimums from which terms say plainly that a text is about a topic: one strong term in the title.
const PLAIN_MINIMUMS: f64 = 2.0;

impl TopicSigns {
    /// True when a term of the policy, or a rule, speaks for it.
    pub fn is_shown(&self) -> bool {
        self.points > 0.0 || self.by_rule
    }

    /// True when the policy's terms say it so plainly that no model is heard.
    pub fn is_plain(&self) -> bool {
        self.points >= self.minimum * PLAIN_MINIMUMS && !self.has_never
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small counts and points")]
    pub(super) fn values(&self, by_words: f32) -> [f32; TOPIC_WEIGHTS] {
        let count = |hits: u32| (hits as f32).min(HITS_MAX);
        let is = |holds: bool| if holds { 1.0 } else { 0.0 };
        let [strong_title, likely_title, hint_title] = self.in_title.map(count);
        let [strong_text, likely_text, hint_text] = self.in_text.map(count);
        let minimum = self.minimum.max(f64::MIN_POSITIVE);
        [
            (self.points.min(POINTS_MAX) / minimum) as f32,
            is(self.points >= minimum),
            strong_title,
            likely_title,
            hint_title,
            strong_text,
            likely_text,
            hint_text,
            is(self.has_never),
            is(self.is_given),
            is(self.by_rule),
            by_words,
            1.0,
        ]
    }
}

/// A text as the models see it: genres and topics in the order of the policy.
#[derive(Clone, Debug)]
pub struct Observed<'a> {
    pub words: Words<'a>,
    pub genres: Vec<GenreSigns>,
    pub topics: Vec<TopicSigns>,
    /// Standing of its carrier, or of its author when media only print it.
    pub writer: Standing,
}
