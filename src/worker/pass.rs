//! One pass over sources, from the first poll to the last published document.

use super::context::Context;
use super::poll_pool::PollPool;
use super::report::{PassReport, Progress, SourceReport, Which};
use anyhow::{Result, bail};
use plenary_fetch::Stopwatch;
use plenary_model::id::SourceId;
use plenary_model::poll::{CauseKind, Outcome, RETRY_AFTER_MAX};
use plenary_model::source::Source;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

pub(super) struct Plan {
    pub(super) polls: Vec<Source>,
    pub(super) skipped: Vec<SourceReport>,
}

pub(super) async fn pass(
    context: &Arc<Context>,
    which: &Which,
    seen: &(dyn Fn(Progress) + Send + Sync),
) -> Result<PassReport> {
    let watch = Stopwatch::start();
    context.take_up_models().await?;
    // First: what goes makes room for what comes.
    let mut changed = context.prune_all_or_log().await;
    changed.add(context.let_in_or_log().await);
    let Plan { polls, skipped } = plan(context, which).await?;
    seen(Progress::Started { total: polls.len() + skipped.len() });
    let mut reports = skipped;
    for report in &reports {
        seen(Progress::Done { report: report.clone() });
    }
    let (sender, mut progress) = mpsc::unbounded_channel();
    // Nothing stops a pass but its end.
    let (_never, stop) = watch::channel(false);
    let mut pool = PollPool::new(context, Some(sender), stop);
    context.load_waits().await?;
    for source in &polls {
        pool.start(source);
    }
    drop(polls);
    let mut pending = super::publish::Pending::start();
    pending.add(&changed);
    loop {
        tokio::select! {
            Some(heard) = progress.recv() => seen(heard),
            polled = pool.next() => {
                let Some(polled) = polled else { break };
                while let Ok(heard) = progress.try_recv() {
                    seen(heard);
                }
                pending.add(&polled.touched);
                seen(Progress::Done { report: polled.report.clone() });
                reports.push(polled.report);
                if pending.is_due() {
                    context.publish_touched(&pending.take()).await?;
                    pending.note_published();
                }
            }
        }
    }
    pending.add(&context.learn_or_log().await);
    let owed = context.store.find_unpublished().await?;
    context.publish_touched(&pending.take()).await?;
    context.publish_archives(&pending.take_months()).await?;
    context.store.note_published(owed).await?;
    context.code_documents().await?;
    let calendars = match which {
        Which::Sources(_) => Vec::new(),
        Which::All | Which::Due => context.poll_calendars(*which == Which::All).await?,
    };
    context.note_first_pass().await?;
    sort_reports(context, &mut reports);
    let duration_ms = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(PassReport::new(reports, calendars, duration_ms))
}

/// Brings reports into the order of the policy.
pub(super) fn sort_reports(context: &Context, reports: &mut [SourceReport]) {
    let policy = Arc::clone(&context.load_compiled().policy);
    let order: HashMap<&SourceId, usize> =
        policy.sources.iter().enumerate().map(|(place, source)| (&source.id, place)).collect();
    reports.sort_by_key(|report| order.get(&report.id).copied());
}

pub(super) async fn plan(context: &Context, which: &Which) -> Result<Plan> {
    if let Some(full) = context.look_for_room() {
        bail!("nothing is fetched: {full}");
    }
    let policy = Arc::clone(&context.load_compiled().policy);
    let gone = context.store.list_gone().await?;
    let mut plan = Plan { polls: Vec::new(), skipped: Vec::new() };
    let asked: Vec<&Source> = match which {
        Which::Due => {
            let due: HashSet<SourceId> = context.store.due(context.clock.now()).await?.into_iter().collect();
            policy.sources.iter().filter(|source| source.enabled && due.contains(&source.id)).collect()
        }
        Which::All => policy.sources.iter().collect(),
        Which::Sources(ids) => {
            if let Some(unknown) = ids.iter().find(|id| policy.source(id).is_none()) {
                bail!("there is no source \"{unknown}\"");
            }
            policy.sources.iter().filter(|source| ids.contains(&source.id)).collect()
        }
    };
    for source in asked {
        let not_asked = |cause, detail: &str| {
            SourceReport::not_asked(source.id.clone(), Outcome::Skipped, cause, detail.to_owned())
        };
        if !source.enabled {
            plan.skipped.push(not_asked(CauseKind::Disabled, source.reason.as_deref().unwrap_or_default()));
        } else if gone.contains(&source.id) && !matches!(which, Which::Sources(_)) {
            // Naming the source is an act of staff: then it is tried.
            plan.skipped.push(not_asked(CauseKind::Gone, "not polled until its address is changed"));
        } else {
            plan.polls.push(source.clone());
        }
    }
    Ok(plan)
}

impl Context {
    /// Has the fetcher heed what hosts asked for in earlier runs and of other processes.
    pub(super) async fn load_waits(&self) -> Result<()> {
        let longest = chrono::Duration::from_std(RETRY_AFTER_MAX).unwrap_or(chrono::Duration::MAX);
        let waiting = self.store.waiting(self.clock.now(), longest).await?;
        self.load_compiled().fetcher.note_waits(&waiting);
        Ok(())
    }

    /// Notes in the store once every source that is switched on has been tried: from then on floods are prevented.
    pub(super) async fn note_first_pass(&self) -> Result<()> {
        if self.store.is_first_pass_done().await? {
            return Ok(());
        }
        let policy = Arc::clone(&self.load_compiled().policy);
        let states = self.store.poll_states().await?;
        let is_tried = |source: &Source| states.iter().any(|state| state.source == source.id && state.last.is_some());
        if policy.sources.iter().filter(|source| source.enabled).all(is_tried) {
            self.store.end_first_pass().await?;
            let count = policy.sources.len();
            tracing::info!(sources.count = count, "the first pass over all {count} sources has ended");
        }
        Ok(())
    }
}
