//! The words that stand for the choices of a key.

use plenary_model::event::{EventKind, EventStatus};
use plenary_model::learned::Learning;
use plenary_model::section::InDoubt;
use plenary_model::source::{Republish, Standing, Trust};
use plenary_model::topic::GenreRole;

pub(super) trait Word: Copy + PartialEq + 'static {
    /// Each word with what it stands for, in the order in which messages name them.
    const WORDS: &'static [(&'static str, Self)];
}

impl Word for Standing {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("own", Self::Own),
        ("member", Self::Member),
        ("partner", Self::Partner),
        ("un", Self::Un),
        ("media", Self::Media),
    ];
}

impl Word for Trust {
    const WORDS: &'static [(&'static str, Self)] =
        &[("trusted", Self::Trusted), ("review", Self::Review), ("blocked", Self::Blocked)];
}

impl Word for Republish {
    const WORDS: &'static [(&'static str, Self)] =
        &[("full", Self::Full), ("excerpt", Self::Excerpt), ("title", Self::Title)];
}

impl Word for InDoubt {
    const WORDS: &'static [(&'static str, Self)] = &[("mark", Self::Mark), ("hold", Self::Hold)];
}

impl Word for Learning {
    const WORDS: &'static [(&'static str, Self)] =
        &[("off", Self::Off), ("suggest", Self::Suggest), ("publish", Self::Publish)];
}

impl Word for GenreRole {
    const WORDS: &'static [(&'static str, Self)] =
        &[("release", Self::Release), ("news", Self::News), ("other", Self::Other)];
}

impl Word for EventKind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("session", Self::Session),
        ("pre-session", Self::PreSession),
        ("deadline", Self::Deadline),
        ("other", Self::Other),
    ];
}

impl Word for EventStatus {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("confirmed", Self::Confirmed),
        ("tentative", Self::Tentative),
        ("postponed", Self::Postponed),
        ("cancelled", Self::Cancelled),
    ];
}

/// Whether a reload asks before it moves many pieces.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Apply {
    Ask,
    AtOnce,
}

impl Word for Apply {
    const WORDS: &'static [(&'static str, Self)] = &[("ask", Self::Ask), ("at-once", Self::AtOnce)];
}
