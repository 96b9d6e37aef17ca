//! Judges and stores polls. Those that wait for their turn are judged and stored together, in one transaction: whoever
//! gets the turn takes all that wait, and the others find their answer.
//!
//! What is stored is what one by one would give: a judgement looks at everything that came in as at everything known.

use super::context::Context;
use super::intake::{self, Excess};
use super::line::Slot;
use super::poll::{Polled, UnjudgedPoll, log_poll};
use super::turn::Rounds;
use anyhow::{Context as _, Result, anyhow};
use plenary_ingest::decide::{Judge, Sketches};
use plenary_ingest::learn::Adviser;
use plenary_model::change::{Asked, CandidateSet, Changeset, Incoming, Touched};
use plenary_model::id::{EntryKey, SourceId};
use plenary_model::poll::{Cause, CauseKind};
use plenary_model::withdrawal::Withdrawal;
use plenary_store::StoreError;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Polls judged together.
const BATCH_POLLS: usize = 64;
/// Entries judged together, unless one poll alone brings more: what bounds the memory of a judgement.
const BATCH_ENTRIES: usize = 500;

/// Polls that wait for their turn.
#[derive(Default)]
pub(super) struct Queue(Mutex<VecDeque<Waiting>>);

struct Waiting {
    poll: UnjudgedPoll,
    /// Held until the poll is taken up: no more is read than is judged, whatever is quicker.
    _slot: Option<Slot>,
    answer: oneshot::Sender<Result<Polled>>,
}

impl Queue {
    fn put(&self, poll: UnjudgedPoll, slot: Option<Slot>) -> oneshot::Receiver<Result<Polled>> {
        let (answer, answered) = oneshot::channel();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(Waiting { poll, _slot: slot, answer });
        answered
    }

    /// The first that wait, as many as are judged together; empty when none does.
    fn take_batch(&self) -> Vec<Waiting> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut entries = 0;
        let fitting = waiting.iter().take(BATCH_POLLS).take_while(|one| {
            let is_first = entries == 0;
            entries += one.poll.count_incoming();
            is_first || entries <= BATCH_ENTRIES
        });
        let fitting = fitting.count();
        waiting.drain(..fitting).collect()
    }
}

/// Judges what a poll brought and applies it together with its record. `slot` is its place among those that are asked.
pub(super) async fn commit(context: &Context, poll: UnjudgedPoll, slot: Option<Slot>) -> Result<Polled> {
    let mut answered = context.queue.put(poll, slot);
    let lost = || anyhow!("whoever judged it ended before it answered");
    tokio::select! {
        biased;
        polled = &mut answered => polled.unwrap_or_else(|_| Err(lost())),
        _turn = context.judging.lock() => {
            // Its own poll is in one of the first batches: those before it in the queue came before it.
            loop {
                if let Ok(polled) = answered.try_recv() {
                    return polled;
                }
                let batch = context.queue.take_batch();
                if batch.is_empty() {
                    return answered.await.unwrap_or_else(|_| Err(lost()));
                }
                commit_batch(context, batch).await;
            }
        }
    }
}

/// Judges polls together. When that fails, one after another, so that the one to blame alone fails.
async fn commit_batch(context: &Context, batch: Vec<Waiting>) {
    let (mut polls, answers): (Vec<UnjudgedPoll>, Vec<_>) =
        batch.into_iter().map(|waiting| (waiting.poll, waiting.answer)).unzip();
    let polled: Vec<Result<Polled>> = match judge_together(context, &mut polls).await {
        Ok(polled) => polled.into_iter().map(Ok).collect(),
        Err(error) if polls.len() == 1 => vec![Err(error)],
        Err(_) => {
            let mut polled = Vec::with_capacity(polls.len());
            for poll in &mut polls {
                let alone = judge_together(context, std::slice::from_mut(poll)).await;
                polled.push(alone.and_then(|mut one| one.pop().context("the poll was not judged")));
            }
            polled
        }
    };
    for (answer, polled) in answers.into_iter().zip(polled) {
        // Whoever asked may be gone: its poll is stored all the same.
        let _ = answer.send(polled);
    }
}

/// Judges polls and stores what that changes with their records; answers in their order. What readers see differently
/// stands in the first answer. `context.judging` is held.
async fn judge_together(context: &Context, polls: &mut [UnjudgedPoll]) -> Result<Vec<Polled>> {
    let mut rounds = Rounds::default();
    loop {
        let brought = gather(context, polls).await?;
        let basis = context.store.basis().await?;
        let change = match judge(context, brought.incoming, brought.taken_back).await? {
            Some(change) => change,
            None => match polls {
                [poll] => {
                    poll.fail(Cause::new(CauseKind::Reader, "its entries could not be judged"));
                    Changeset::default()
                }
                _ => return Err(anyhow!("entries of one of several polls could not be judged")),
            },
        };
        let now = context.clock.now();
        let pushed = context.store.list_pushed(now).await?;
        let counts = count_by_source(&change);
        let mut records = Vec::with_capacity(polls.len());
        let mut reports = Vec::with_capacity(polls.len());
        for (poll, excess) in polls.iter().zip(brought.excess) {
            let counted = counts.get(poll.source()).copied().unwrap_or_default();
            let (record, report) = poll.record(context, now, excess, counted, pushed.contains(poll.source()));
            records.push(record);
            reports.push(report);
        }
        match context.store.apply_on(basis, change, records, now).await {
            Ok(touched) => {
                let touched = std::iter::once(touched).chain(std::iter::repeat_with(Touched::default));
                reports.iter().for_each(log_poll);
                return Ok(reports
                    .into_iter()
                    .zip(touched)
                    .map(|(report, touched)| Polled { report, touched })
                    .collect());
            }
            Err(error @ StoreError::Outdated) => rounds.again(error)?,
            Err(error) => return Err(anyhow::Error::new(error).context("the poll could not be stored")),
        }
    }
}

struct Brought {
    incoming: Vec<Incoming>,
    taken_back: BTreeMap<EntryKey, Withdrawal>,
    /// Of each poll, what was left out.
    excess: Vec<Option<Excess>>,
}

/// What polls brought, within the quotas of their sources.
async fn gather(context: &Context, polls: &[UnjudgedPoll]) -> Result<Brought> {
    let mut brought = Brought { incoming: Vec::new(), taken_back: BTreeMap::new(), excess: Vec::new() };
    let sources: Vec<SourceId> =
        polls.iter().filter(|poll| poll.count_incoming() > 0).map(|poll| poll.source().clone()).collect();
    let intakes = match (sources.is_empty(), polls.first()) {
        (false, Some(first)) => context.store.intakes(sources, first.at()).await?,
        _ => HashMap::new(),
    };
    let polling = &context.load_compiled().policy.polling;
    for poll in polls {
        let (mut incoming, taken_back) = poll.brought();
        let intake = intakes.get(poll.source()).copied().unwrap_or_default();
        brought.excess.push(intake::limit(&mut incoming, intake, polling));
        brought.incoming.append(&mut incoming);
        brought.taken_back.extend(taken_back);
    }
    Ok(brought)
}

/// Judges what came in by what is known; `None` when the judge failed on it.
async fn judge(
    context: &Context,
    incoming: Vec<Incoming>,
    taken_back: BTreeMap<EntryKey, Withdrawal>,
) -> Result<Option<Changeset>> {
    if incoming.is_empty() && taken_back.is_empty() {
        return Ok(Some(Changeset::default()));
    }
    let (compiled, now) = (context.load_compiled(), context.clock.now());
    let standard = compiled.judge.standard();
    let asked = Asked::about(&incoming, taken_back.keys(), standard.window_days, &standard.limits);
    let screen = Arc::new(Sketches(standard.limits.clone()));
    let mut known: CandidateSet =
        context.store.load_candidates(&asked, Some(screen)).await.context("what is known could not be read")?;
    known.entered = context.count_entered_today(&compiled.policy, now).await?;
    tracing::debug!(
        entries.incoming = incoming.len(),
        pieces.known = known.dossiers.len(),
        "{} entries are judged with {} pieces that they may meet",
        incoming.len(),
        known.dossiers.len()
    );
    let judge: Arc<Judge<Adviser>> = Arc::clone(&compiled.judge);
    Ok(tokio::task::spawn_blocking(move || judge.decide(incoming, taken_back, known, now)).await.ok())
}

/// How many entries of each source are new, and how many changed.
fn count_by_source(change: &Changeset) -> HashMap<SourceId, (usize, usize)> {
    let new: HashSet<&EntryKey> = change.new.iter().collect();
    let changed: HashSet<&EntryKey> = change.changed.iter().collect();
    let mut counts: HashMap<SourceId, (usize, usize)> = HashMap::new();
    for stored in change.entries.iter().map(|incoming| &incoming.stored) {
        let counted = counts.entry(stored.source.clone()).or_default();
        counted.0 += usize::from(new.contains(&stored.key));
        counted.1 += usize::from(changed.contains(&stored.key));
    }
    counts
}
