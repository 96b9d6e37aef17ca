//! Builds the parts and connects them; the only room that knows all others. Log and TLS provider are installed here;
//! the clock and randomness come from here and reach the others as arguments.

mod allocator;
#[expect(clippy::module_inception, reason = "the file is named after the type it holds")]
mod app;
mod backup;
mod clock;
mod decisions;
mod demo;
mod diff;
mod editions;
mod event_conflicts;
mod explain;
mod health_check;
mod inspect;
mod learned;
mod log;
mod metrics;
mod poll;
mod publish;
mod random;
mod rejected;
mod server;
mod setup;
mod status;
mod watch;
mod worker_lock;

pub use allocator::bound_allocator;
pub use app::App;
pub use backup::{BackupFile, backup, restore};
pub use clock::SystemClock;
pub use decisions::{Recorded, Request};
pub use demo::{Demo, DemoOptions};
pub use diff::{Change, Counts, Difference, Summary};
pub use event_conflicts::EventConflict;
pub use explain::Explanation;
pub use health_check::check_health;
pub use inspect::{DiscoveredFeed, Effect, Finding, Inspection, Placed, inspect};
pub use learned::{LearnedState, ModelLine};
pub use log::{LogFormat, install as install_log};
pub use poll::Poller;
pub use rejected::Rejected;
pub use server::{Running, bind, bind_metrics};
pub use setup::{Setup, StartError};
pub use status::{DatabaseState, DiskState, PushState, SourceLine, Status, SubscriptionLine};
pub use worker_lock::WorkerLock;

pub use plenary_store::Checked;

pub use crate::worker::{CalendarReport, PassReport, Progress, SourceReport, Which};
