//! The worker: puts the steps in order, from due sources to published editions. Rules are in `ingest`, documents in
//! `publish`, state in `store`.
//!
//! One poll is `fetch_source` (side by side with others) and then `commit` (judge and apply, together with the others
//! that wait: one turn at a time, since a judgement depends on what was applied before it).

mod archive;
mod asked;
mod calendar;
mod coding;
mod commit;
mod compiled;
mod context;
mod discovery;
mod feed_floor;
mod fetch_source;
mod health;
mod intake;
mod keys;
mod learning;
mod line;
mod metrics;
mod pass;
mod poll;
mod poll_pool;
mod poll_record;
mod publish;
mod push;
mod quotas;
mod reader;
mod reload;
mod removed;
mod report;
mod retention;
mod room;
mod run;
mod settle;
#[cfg(test)]
mod tests;
mod turn;
#[expect(clippy::module_inception, reason = "the file is named after the type it holds")]
mod worker;

pub use asked::{PassAnswer, PassRequest};
pub use context::Parts;
pub use health::Health;
pub use metrics::PollMetrics;
pub use report::{CalendarReport, PassReport, PassTotals, Progress, SourceReport, Which};
pub use room::describe_excess;
pub use worker::Worker;
