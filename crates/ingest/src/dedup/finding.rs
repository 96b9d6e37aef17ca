//! What comparing two entries finds, from one sign and from all of them.

use plenary_model::sameness::{Rung, Sameness};

/// A pair judged the same, or possibly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The rung it stands on.
    pub(crate) rung: Rung,
    /// How alike, of 1,000; stronger joins are made first.
    pub(crate) score: u16,
    pub(crate) found: Sameness,
}

impl Match {
    /// A match that is certain as far as its rung goes.
    pub(crate) fn certain(rung: Rung, found: Sameness) -> Self {
        Self { rung, score: 1000, found }
    }
}

/// What judging a pair came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// The same piece.
    Same(Match),
    /// Perhaps the same piece: staff decide.
    Doubt(Match),
    /// Different pieces about one matter: a story about a statement, a summary of it. Linked, never merged.
    Related(Match),
    /// Alike, and known to be different pieces: no third entry may join them.
    Different,
    /// Nothing to say.
    Nothing,
}

/// What comparing two entries came to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Likeness {
    /// One is a copy of the other.
    Copy(Match),
    /// One may be a copy of the other.
    Perhaps(Match),
    /// One tells of the other, or of what the other says, in its own words.
    Related(Match),
    /// The same, and one is a story that quotes the other: no headline makes it a copy.
    Quotes(Match),
    /// Alike, and different on purpose.
    Other,
    /// Not alike.
    Unlike,
}

/// A share of one as whole percent.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share lies between 0 and 1")]
pub(super) fn percent(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 100.0).round_ties_even() as u8
}
