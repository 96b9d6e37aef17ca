//! How a command ends, and why it may not.

use crate::app::StartError;
use plenary_model::system::name_refusal;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Well,
    WithFailures,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("{0}")]
    Start(#[from] StartError),
    #[error("{0:#}")]
    Work(#[from] anyhow::Error),
    /// Nobody reads the output any more.
    #[error("{}", name_refusal("standard output", .0))]
    Output(#[from] std::io::Error),
}

impl Failure {
    /// Why there is no copy: a name that is taken is a failure of the work, as all else was in order.
    pub(super) fn of_copy(error: StartError) -> Self {
        match error {
            error if error.is_name_taken() => Self::Work(error.into()),
            error => Self::Start(error),
        }
    }
}

pub(super) type Outcome = Result<Ended, Failure>;

/// Input that cannot be read: the work did not begin.
pub(super) trait StartErrorExt<T> {
    fn not_started(self, what: &str) -> Result<T, Failure>;
}

impl<T> StartErrorExt<T> for std::io::Result<T> {
    fn not_started(self, what: &str) -> Result<T, Failure> {
        self.map_err(|error| StartError::Other(anyhow::anyhow!(name_refusal(what, &error))).into())
    }
}
