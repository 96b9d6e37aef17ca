//! What judging two entries finds.

use plenary_model::sameness::{Rung, Sameness};

/// A pair judged the same, or possibly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) rung: Rung,
    /// How alike, of 1,000; stronger joins are made first.
    pub(crate) score: u16,
    pub(crate) found: Sameness,
}

impl Match {
    pub(crate) fn certain(rung: Rung, found: Sameness) -> Self {
        Self { rung, score: 1000, found }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    Same(Match),
    /// Perhaps the same piece: staff decide.
    Doubt(Match),
    /// Different pieces about one matter: a story about a statement, a summary of it. Linked, never merged.
    Related(Match),
    /// Alike, and known to be different pieces: no third entry may join them.
    Different,
    Nothing,
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share lies between 0 and 1")]
pub(super) fn percent(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round_ties_even() as u8
}
