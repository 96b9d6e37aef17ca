//! One poll of one source: fetch, judge, apply.

use super::context::Context;
use super::fetch_source::{self, Before, Got, SourceFetch, fetch_source};
use super::intake;
use super::poll_record::{Circumstances, make_record};
use super::report::SourceReport;
use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use plenary_fetch::Stopwatch;
use plenary_ingest::decide::Judge;
use plenary_ingest::learn::Adviser;
use plenary_model::change::{Asked, CandidateSet, Changeset, Incoming, Touched};
use plenary_model::id::EntryKey;
use plenary_model::poll::{Cause, CauseKind, Outcome, PollState, Received};
use plenary_model::source::Source;
use plenary_model::withdrawal::Withdrawal;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Shortest time between two polls of a source whose hub brings its news.
const PUSHED_POLL_AFTER: Duration = Duration::from_hours(6);

pub(super) struct Polled {
    pub(super) report: SourceReport,
    pub(super) touched: Touched,
}

impl Polled {
    /// A poll that broke off because something of ours failed; the source is not to blame.
    pub(super) fn from_error(source: &Source, error: &anyhow::Error) -> Self {
        tracing::error!(source.id = %source.id, "poll of {} broke off: {error:#}", source.id);
        let report = SourceReport::not_asked(
            source.id.clone(),
            Outcome::Failed,
            CauseKind::Reader,
            format!("the poll broke off: {error:#}"),
        );
        Self { report, touched: Touched::default() }
    }
}

/// Asks a source and reads what it gives. Changes nothing: it may be dropped without a trace.
pub(super) async fn poll(context: &Context, source: Source, state: PollState) -> Result<UnjudgedPoll> {
    let at = context.clock.now();
    let watch = Stopwatch::start();
    let compiled = context.load_compiled();
    let before = Before::load(context, source, state).await?;
    let fetch = fetch_source(context, &compiled, &before).await;
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
        state: PollState,
        received: Received,
        topic: &str,
        watch: Stopwatch,
    ) -> Result<std::result::Result<Self, Cause>> {
        let at = context.clock.now();
        let before = Before::load(context, source, state).await?;
        let fetch = fetch_source::read_pushed(context, &before, received, topic).await;
        Ok(fetch.map(|fetch| Self { before, fetch, at, watch }))
    }

    /// Judges what came in and applies it together with the record of the poll. One at a time.
    pub(super) async fn commit(mut self, context: &Context) -> Result<Polled> {
        let (incoming, taken_back) = match &mut self.fetch.got {
            Got::Read(reading) => (std::mem::take(&mut reading.incoming), std::mem::take(&mut reading.withdrawals)),
            _ => Default::default(),
        };
        let mut incoming = incoming;
        let polling = &context.load_compiled().policy.polling;
        let before = context.store.intake(&self.before.source.id, self.at).await?;
        let excess = intake::limit(&mut incoming, before, polling);
        context
            .take_turn(
                Case::load(context, incoming, taken_back),
                |case: Option<Case>| case.map(Case::decide).unwrap_or_default(),
                |change| self.apply(context, change, excess),
            )
            .await
    }

    /// Applies what was judged; `None` when the judge itself failed on the entries.
    async fn apply(
        self,
        context: &Context,
        change: Option<Changeset>,
        excess: Option<intake::Excess>,
    ) -> Result<Polled> {
        let Self { before, mut fetch, at, watch } = self;
        let compiled = context.load_compiled();
        let change = change.unwrap_or_else(|| {
            fetch.fail(Cause::new(CauseKind::Reader, "its entries could not be judged"));
            Changeset::default()
        });
        let now = context.clock.now();
        let mut record = make_record(
            &fetch,
            &Circumstances {
                state: &before.state,
                schedule: compiled.schedule(&before.source),
                at,
                now,
                jitter: context.jitter(),
                duration_ms: u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
            },
        );
        if let Some(excess) = excess.filter(|_| record.outcome == Outcome::Updated) {
            excess.note_in(&mut record, now);
        }
        (record.new, record.changed) = (change.new.len(), change.changed.len());
        // Whose hub brings the news is asked seldom, for what the hub may have missed.
        if record.outcome != Outcome::Failed
            && let Some(next) = record.state.next_at
            && context.store.is_pushed(&before.source.id, now).await?
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
            new: record.new,
            changed: record.changed,
            requests: fetch.requests,
            conditional: record.conditional,
            body_bytes: record.body_bytes,
            duration_ms: record.duration_ms,
        };
        let touched = context.apply(change, Some(record), now).await.context("the poll could not be stored")?;
        log_poll(&report);
        Ok(Polled { report, touched })
    }
}

struct Case {
    judge: Arc<Judge<Adviser>>,
    incoming: Vec<Incoming>,
    taken_back: BTreeMap<EntryKey, Withdrawal>,
    known: CandidateSet,
    now: DateTime<Utc>,
}

impl Case {
    /// `None` when nothing came in.
    async fn load(
        context: &Context,
        incoming: Vec<Incoming>,
        taken_back: BTreeMap<EntryKey, Withdrawal>,
    ) -> Result<Option<Self>> {
        if incoming.is_empty() && taken_back.is_empty() {
            return Ok(None);
        }
        let (compiled, now) = (context.load_compiled(), context.clock.now());
        let standard = compiled.judge.standard();
        let asked = Asked::about(&incoming, taken_back.keys(), standard.window_days, &standard.limits);
        let mut known = context.store.load_candidates(&asked).await.context("what is known could not be read")?;
        known.entered = context.count_entered_today(&compiled.policy, now).await?;
        Ok(Some(Self { judge: Arc::clone(&compiled.judge), incoming, taken_back, known, now }))
    }

    fn decide(self) -> Changeset {
        self.judge.decide(self.incoming, self.taken_back, self.known, self.now)
    }
}

fn log_poll(report: &SourceReport) {
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
