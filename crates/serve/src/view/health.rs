//! How a source is doing, in one of six states that have words and a shape.

use super::Scene;
use crate::locale::Health;
use plenary_model::poll::{Outcome, PollState};
use plenary_model::source::Source;

/// Failed polls in a row after which a source that once answered counts as not answering.
const FAILURES_OF_FAILING: u32 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HealthState {
    /// The last poll succeeded.
    Well,
    /// The host asked for a pause.
    Waiting,
    /// Failing since a short time.
    Trouble,
    /// Failing since long, for good, or since ever.
    Failing,
    New,
    Off,
}

impl HealthState {
    /// All of them, in the order of the legend.
    pub(crate) const ALL: [Self; 6] = [Self::Well, Self::Waiting, Self::Trouble, Self::Failing, Self::New, Self::Off];

    pub(crate) fn read(source: &Source, poll: &PollState) -> Self {
        if !source.enabled {
            return Self::Off;
        }
        if poll.gone {
            return Self::Failing;
        }
        match poll.last.as_ref().map(|(outcome, _)| outcome) {
            Some(Outcome::Deferred) => Self::Waiting,
            Some(Outcome::Failed) if poll.succeeded_at.is_some() && poll.failures < FAILURES_OF_FAILING => {
                Self::Trouble
            }
            Some(Outcome::Failed) => Self::Failing,
            Some(Outcome::Updated | Outcome::Unchanged) => Self::Well,
            Some(Outcome::Skipped) if poll.succeeded_at.is_some() => Self::Well,
            Some(Outcome::Skipped) | None => Self::New,
        }
    }

    /// Name of its shape in the templates and the style sheet.
    pub(crate) fn shape(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Waiting => "waiting",
            Self::Trouble => "trouble",
            Self::Failing => "failing",
            Self::New => "new",
            Self::Off => "off",
        }
    }

    /// True when a visitor should be told that pieces may be missing.
    pub(crate) fn is_bad(self) -> bool {
        matches!(self, Self::Trouble | Self::Failing)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HealthMark {
    /// Name of its shape.
    pub(crate) shape: &'static str,
    pub(crate) word: String,
    pub(crate) text: String,
}

impl HealthMark {
    pub(crate) fn new(scene: &Scene<'_>, state: HealthState) -> Self {
        let words = &scene.locale.words.health;
        let Health { name, text } = match state {
            HealthState::Well => &words.well,
            HealthState::Waiting => &words.waiting,
            HealthState::Trouble => &words.trouble,
            HealthState::Failing => &words.failing,
            HealthState::New => &words.new,
            HealthState::Off => &words.off,
        };
        Self { shape: state.shape(), word: name.to_owned().to_owned(), text: text.to_owned().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::samples;
    use plenary_model::poll::{Cause, CauseKind};

    fn state(outcome: Option<Outcome>, failures: u32, once_well: bool) -> HealthState {
        let mut poll = PollState::new("a".into());
        poll.last = outcome.map(|outcome| (outcome, Cause::new(CauseKind::Timeout, "")));
        poll.failures = failures;
        poll.succeeded_at = once_well.then(samples::now);
        HealthState::read(&samples::source("a"), &poll)
    }

    #[test]
    fn a_source_stumbles_before_it_counts_as_not_answering() {
        assert_eq!(state(None, 0, false), HealthState::New);
        assert_eq!(state(Some(Outcome::Unchanged), 0, true), HealthState::Well);
        assert_eq!(state(Some(Outcome::Failed), 1, true), HealthState::Trouble);
        assert_eq!(state(Some(Outcome::Failed), 3, true), HealthState::Failing);
        assert_eq!(state(Some(Outcome::Failed), 1, false), HealthState::Failing, "it has never answered");
        assert_eq!(state(Some(Outcome::Deferred), 0, true), HealthState::Waiting);
    }

    #[test]
    fn off_and_gone_outrank_the_last_poll() {
        let mut source = samples::source("a");
        let mut poll = PollState::new("a".into());
        poll.gone = true;
        assert_eq!(HealthState::read(&source, &poll), HealthState::Failing);
        source.enabled = false;
        assert_eq!(HealthState::read(&source, &poll), HealthState::Off);
    }
}
