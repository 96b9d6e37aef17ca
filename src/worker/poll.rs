//! One poll of one source, and what is stored and said of it.

use super::context::Context;
use super::fetch_source::{self, Before, Got, SourceFetch, fetch_source};
use super::intake::Excess;
use super::poll_record::{Circumstances, make_record};
use super::report::SourceReport;
use anyhow::Result;
use chrono::{DateTime, Utc};
use plenary_fetch::Stopwatch;
use plenary_ingest::interval::find_rhythm;
use plenary_model::change::{Incoming, Touched};
use plenary_model::id::{EntryKey, SourceId};
use plenary_model::poll::{Cause, CauseKind, Outcome, PollRecord, Received, Remembered};
use plenary_model::source::Source;
use plenary_model::withdrawal::Withdrawal;
use std::collections::BTreeMap;
use std::time::Duration;

/// Shortest time between two polls of a source whose hub brings its news.
const PUSHED_POLL_AFTER: Duration = Duration::from_hours(6);

pub(super) struct Polled {
    pub(super) report: SourceReport,
    pub(super) touched: Touched,
}

impl Polled {
    /// A poll that broke off because something of ours failed; the source is not to blame.
    pub(super) fn from_error(source: &SourceId, error: &anyhow::Error) -> Self {
        tracing::error!(source.id = %source, "poll of {source} broke off: {error:#}");
        let report = SourceReport::not_asked(
            source.clone(),
            Outcome::Failed,
            CauseKind::Reader,
            format!("the poll broke off: {error:#}"),
        );
        Self { report, touched: Touched::default() }
    }
}

/// Asks a source and reads what it gives. Changes nothing: it may be dropped without a trace.
pub(super) async fn poll(context: &Context, source: Source, remembered: Remembered) -> Result<UnjudgedPoll> {
    let at = context.clock.now();
    let watch = Stopwatch::start();
    let compiled = context.load_compiled();
    let before = Before::new(source, remembered);
    let fetch = fetch_source(context, &compiled, &before).await?;
    Ok(UnjudgedPoll { before, fetch, at, watch })
}

/// A poll that has been read and is to be judged and applied.
pub(super) struct UnjudgedPoll {
    before: Before,
    fetch: SourceFetch,
    at: DateTime<Utc>,
    watch: Stopwatch,
}

impl UnjudgedPoll {
    /// A document that a hub brought instead of being asked for; the cause when it cannot be read.
    pub(super) async fn from_push(
        context: &Context,
        source: Source,
        remembered: Remembered,
        received: Received,
        topic: &str,
        watch: Stopwatch,
    ) -> Result<std::result::Result<Self, Cause>> {
        let at = context.clock.now();
        let before = Before::new(source, remembered);
        let fetch = fetch_source::read_pushed(context, &before, received, topic).await?;
        Ok(fetch.map(|fetch| Self { before, fetch, at, watch }))
    }

    pub(super) fn source(&self) -> &SourceId {
        &self.before.source.id
    }

    pub(super) fn at(&self) -> DateTime<Utc> {
        self.at
    }

    pub(super) fn count_incoming(&self) -> usize {
        if let Got::Read(reading) = &self.fetch.got { reading.incoming.len() } else { 0 }
    }

    /// The entries that are new or changed, and those that their publisher took back.
    pub(super) fn brought(&self) -> (Vec<Incoming>, BTreeMap<EntryKey, Withdrawal>) {
        match &self.fetch.got {
            Got::Read(reading) => (reading.incoming.clone(), reading.withdrawals.clone()),
            _ => Default::default(),
        }
    }

    /// Something after reading went wrong.
    pub(super) fn fail(&mut self, cause: Cause) {
        self.fetch.fail(cause);
    }

    /// What is stored and reported of the poll: `new` and `changed` count what the judge made of its entries.
    pub(super) fn record(
        &self,
        context: &Context,
        now: DateTime<Utc>,
        excess: Option<Excess>,
        (new, changed): (usize, usize),
        is_pushed: bool,
    ) -> (PollRecord, SourceReport) {
        let Self { before, fetch, at, watch } = self;
        let mut news = before.news.clone();
        if new > 0 {
            news.insert(0, now);
        }
        let mut record = make_record(
            fetch,
            &Circumstances {
                state: &before.state,
                schedule: context.load_compiled().schedule(&before.source),
                rhythm: find_rhythm(&news, now),
                at: *at,
                now,
                jitter: context.jitter(),
                duration_ms: u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
            },
        );
        if let Some(excess) = excess.filter(|_| record.outcome == Outcome::Updated) {
            excess.note_in(&mut record, now);
        }
        (record.new, record.changed) = (new, changed);
        // Whose hub brings the news is asked seldom, for what the hub may have missed.
        if record.outcome != Outcome::Failed
            && let Some(next) = record.state.next_at.filter(|_| is_pushed)
        {
            record.state.next_at = Some(next.max(now + PUSHED_POLL_AFTER));
        }
        let report = SourceReport {
            id: before.source.id.clone(),
            outcome: record.outcome,
            cause: record.cause.kind,
            detail: record.cause.detail.clone(),
            status: fetch.status,
            seen: record.seen,
            new,
            changed,
            requests: fetch.requests,
            conditional: record.conditional,
            body_bytes: record.body_bytes,
            duration_ms: record.duration_ms,
        };
        (record, report)
    }
}

pub(super) fn log_poll(report: &SourceReport) {
    macro_rules! log_at {
        ($level:ident) => {
            tracing::event!(
                tracing::Level::$level,
                source.id = %report.id,
                poll.outcome = report.outcome.as_str(),
                poll.cause = report.cause.as_str(),
                poll.status = report.status,
                entries.seen = report.seen,
                entries.new = report.new,
                entries.changed = report.changed,
                poll.requests = report.requests,
                poll.conditional = report.conditional,
                body_bytes = report.body_bytes,
                duration_ms = report.duration_ms,
                "poll of {} {}",
                report.id,
                describe_end(report)
            )
        };
    }
    if report.outcome == Outcome::Failed { log_at!(WARN) } else { log_at!(INFO) }
}

/// How a poll ended, after "poll of such a source".
fn describe_end(report: &SourceReport) -> String {
    let cause = Cause::new(report.cause, report.detail.clone());
    match report.outcome {
        Outcome::Updated => {
            format!("read {} entries, {} new and {} changed: {cause}", report.seen, report.new, report.changed)
        }
        Outcome::Unchanged => format!("found nothing new: {cause}"),
        Outcome::Deferred => format!("is put off: {cause}"),
        Outcome::Skipped => format!("was not made: {cause}"),
        Outcome::Failed => format!("failed: {cause}"),
    }
}
