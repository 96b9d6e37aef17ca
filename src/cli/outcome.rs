//! How a command ends, and why it may not.

use crate::app::StartError;

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
    #[error("{0}")]
    Output(#[from] std::io::Error),
}

pub(super) type Outcome = Result<Ended, Failure>;

/// Input that cannot be read: the work did not begin.
pub(super) trait StartErrorExt<T> {
    fn not_started(self, what: &str) -> Result<T, Failure>;
}

impl<T> StartErrorExt<T> for std::io::Result<T> {
    fn not_started(self, what: &str) -> Result<T, Failure> {
        self.map_err(|error| StartError::Other(anyhow::anyhow!("{what}: {error}")).into())
    }
}
