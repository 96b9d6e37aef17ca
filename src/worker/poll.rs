//! One poll of one source: gather, judge, apply.

use super::Desk;
use super::gather::{self, Before, Gathered, Got, gather};
use super::record::{Circumstances, record};
use super::report::SourceReport;
use super::setup::Setup;
use anyhow::{Context, Result};
use plenary_fetch::Stopwatch;
use plenary_model::change::{Asked, Changeset, Incoming, Touched};
use plenary_model::id::EntryKey;
use plenary_model::piece::Withdrawal;
use plenary_model::poll::{Cause, CauseKind, Outcome, PollState, Received};
use plenary_model::source::Source;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Shortest time between two polls of a source whose hub brings its news.
const PUSHED_POLL_AFTER: Duration = Duration::from_hours(6);

/// What a poll came to.
pub(super) struct Polled {
    pub(super) report: SourceReport,
    pub(super) touched: Touched,
}

impl Polled {
    /// A poll that broke off because something of ours failed; the source is not to blame.
    pub(super) fn broken(source: &Source, error: &anyhow::Error) -> Self {
        tracing::error!(source.id = %source.id, error = format!("{error:#}"), "a poll broke off");
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
pub(super) async fn poll(desk: &Desk, source: Source, state: PollState) -> Result<Committing> {
    let at = desk.clock.now();
    let watch = Stopwatch::start();
    let setup = desk.setup();
    let before = Before::load(desk, source, state).await?;
    let gathered = gather(desk, &setup, &before).await;
    Ok(Committing { before, gathered, at, watch })
}

/// A poll that has been gathered and is to be judged and applied.
pub(super) struct Committing {
    before: Before,
    gathered: Gathered,
    at: chrono::DateTime<chrono::Utc>,
    watch: Stopwatch,
}

impl Committing {
    /// A document that a hub brought instead of being asked for; the cause when it cannot be read.
    pub(super) async fn pushed(
        desk: &Desk,
        source: Source,
        state: PollState,
        received: Received,
        topic: &str,
        watch: Stopwatch,
    ) -> Result<std::result::Result<Self, Cause>> {
        let at = desk.clock.now();
        let before = Before::load(desk, source, state).await?;
        let gathered = gather::pushed(desk, &before, received, topic).await;
        Ok(gathered.map(|gathered| Self { before, gathered, at, watch }))
    }

    /// Judges what came in and applies it together with the record of the poll. One at a time.
    pub(super) async fn commit(self, desk: &Desk) -> Result<Polled> {
        let Self { before, mut gathered, at, watch } = self;
        let _turn = desk.judging.lock().await;
        let setup = desk.setup();
        let (incoming, taken_back) = match &mut gathered.got {
            Got::Read(reading) => (std::mem::take(&mut reading.incoming), std::mem::take(&mut reading.withdrawals)),
            _ => Default::default(),
        };
        let change = judge(desk, &setup, incoming, taken_back).await?.unwrap_or_else(|| {
            gathered.fail(Cause::new(CauseKind::Reader, "its entries could not be judged"));
            Changeset::default()
        });
        let now = desk.clock.now();
        let mut record = record(
            &gathered,
            &Circumstances {
                state: &before.state,
                schedule: setup.schedule(&before.source),
                at,
                now,
                jitter: desk.jitter(),
                duration_ms: u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
            },
        );
        (record.new, record.changed) = (change.new.len(), change.changed.len());
        // Whose hub brings the news is asked seldom, for what the hub may have missed.
        if record.outcome != Outcome::Failed
            && let Some(next) = record.state.next_at
            && desk.store.is_pushed(&before.source.id, now).await?
        {
            record.state.next_at = Some(next.max(now + PUSHED_POLL_AFTER));
        }
        let report = SourceReport {
            id: before.source.id.clone(),
            outcome: record.outcome,
            cause: record.cause.kind,
            detail: record.cause.detail.clone(),
            status: gathered.status,
            seen: record.seen,
            new: record.new,
            changed: record.changed,
            requests: gathered.requests,
            conditional: record.conditional,
            body_bytes: record.body_bytes,
            duration_ms: record.duration_ms,
        };
        let touched = desk.store.apply(change, Some(record), now).await.context("the poll could not be stored")?;
        log(&report);
        Ok(Polled { report, touched })
    }
}

/// What the entries change, and those taken back; `None` when the judge itself failed on them.
async fn judge(
    desk: &Desk,
    setup: &Setup,
    incoming: Vec<Incoming>,
    taken_back: BTreeMap<EntryKey, Withdrawal>,
) -> Result<Option<Changeset>> {
    if incoming.is_empty() && taken_back.is_empty() {
        return Ok(Some(Changeset::default()));
    }
    let window_days = setup.policy.rules.window_days;
    let asked = Asked::about(&incoming, taken_back.keys(), window_days);
    let mut known = desk.store.known(&asked).await.context("what is known could not be read")?;
    let (judge, now) = (Arc::clone(&setup.judge), desk.clock.now());
    known.entered = desk.entered_today(&setup.policy, now).await?;
    let change = tokio::task::spawn_blocking(move || judge.decide(incoming, taken_back, known, now)).await;
    Ok(change.ok())
}

/// One line a poll.
fn log(report: &SourceReport) {
    tracing::info!(
        source.id = %report.id,
        poll.outcome = report.outcome.as_str(),
        poll.cause = report.cause.as_str(),
        poll.detail = report.detail,
        poll.status = report.status,
        entries.seen = report.seen,
        entries.new = report.new,
        entries.changed = report.changed,
        poll.requests = report.requests,
        poll.conditional = report.conditional,
        body_bytes = report.body_bytes,
        duration_ms = report.duration_ms,
        "polled"
    );
}
