//! How a command ends, and why it may not.

use crate::app::StartError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Well,
    WithFailures,
}

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// It could not begin.
    #[error("{0}")]
    Start(#[from] StartError),
    /// It broke on the way.
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
