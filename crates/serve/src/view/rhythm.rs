//! The rhythm of a source: how much it published in each fortnight of a year, as a line of bars. Drawn as
//! SVG, and said in words.

use super::Scene;
use crate::locale::fill;
use plenary_model::view::RHYTHM_SPANS;
use std::fmt::Write;

/// Height of the tallest bar, in units of the drawing.
const HEIGHT: usize = 22;
/// Distance from one bar to the next.
const PITCH: usize = 4;
const BAR: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rhythm {
    /// The bars, the oldest on the left, as one SVG path; empty where nothing was published.
    pub(crate) bars: String,
    /// What the bars say, in words.
    pub(crate) words: String,
}

/// The rhythm of a source from its entries by span of time, the newest first.
pub(crate) fn rhythm(scene: &Scene<'_>, spans: &[usize]) -> Rhythm {
    let tallest = spans.iter().copied().max().unwrap_or_default().max(1);
    let mut bars = String::new();
    for (back, count) in spans.iter().take(RHYTHM_SPANS).enumerate().filter(|(_, count)| **count > 0) {
        let x = (RHYTHM_SPANS - 1 - back) * PITCH;
        // Rounded up: one entry is never without a bar.
        let height = (count * HEIGHT).div_ceil(tallest).max(2);
        // Writing to a text does not fail.
        let _ = write!(bars, "M{x} {}h{BAR}v{height}h-{BAR}z", HEIGHT - height);
    }
    let words = &scene.locale.words.source;
    let total: usize = spans.iter().sum();
    let entries = scene.locale.count(&scene.locale.words.count.entries, total);
    Rhythm { bars, words: fill(words.rhythm_text, &[("entries", &entries)]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;

    #[test]
    fn bars_stand_on_the_ground_and_the_newest_is_at_the_right() {
        let policy = samples::policy();
        let mut spans = vec![0; RHYTHM_SPANS];
        spans[0] = 11;
        spans[25] = 1;
        let drawn = rhythm(&samples::scene(&policy, "en"), &spans);
        assert_eq!(drawn.bars, "M100 0h3v22h-3zM0 20h3v2h-3z");
        assert_eq!(drawn.words, "12 posts in the last year");
        assert_eq!(rhythm(&samples::scene(&policy, "en"), &[]).bars, "");
    }
}
