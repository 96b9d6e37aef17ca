//! The loop of a running server: due sources, decisions, policy changes, one after another, with polls side by side.

use super::asked::AskedPass;
use super::coding::Settling;
use super::context::Context;
use super::learning::Learner;
use super::poll_pool::{PollPool, wait_for_stop};
use super::publish::Pending;
use super::retention::Pruner;
use super::{calendar, push};
use anyhow::Result;
use plenary_fetch::Stopwatch;
use plenary_model::change::Touched;
use plenary_model::id::SourceId;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

/// How often the store is asked for due sources and for decisions.
const BEAT: Duration = Duration::from_secs(1);

pub(super) async fn run(context: &Arc<Context>, mut stop: watch::Receiver<bool>) -> Result<()> {
    context.load_waits().await?;
    let mut pool = PollPool::new(context, None, stop.clone());
    let mut pending = Pending::start();
    let (running, mut settling) = (Stopwatch::start(), Settling::default());
    let (pushed, mut touched_by_push) = mpsc::unbounded_channel();
    let pushing = tokio::spawn(push::run(Arc::clone(context), pushed, stop.clone()));
    let keeping = tokio::spawn(calendar::run(Arc::clone(context), stop.clone()));
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut policy = context.policy.clone();
    // One that came while the store was prepared is new to it.
    let mut is_policy_new = !Arc::ptr_eq(&policy.borrow_and_update(), &context.load_compiled().policy);
    let mut taking_over: Option<JoinHandle<()>> = None;
    let mut learner = Learner::default();
    let mut pruner = Pruner::default();
    let mut asked: Option<AskedPass> = None;
    loop {
        tokio::select! {
            biased;
            () = wait_for_stop(&mut stop) => break,
            Ok(()) = policy.changed() => is_policy_new = true,
            Some(polled) = pool.next() => {
                pending.add(&polled.touched);
                if let Some(asked) = &mut asked {
                    asked.note(&polled.report);
                }
            }
            Some(touched) = touched_by_push.recv() => pending.add(&touched),
            _ = beat.tick() => {
                taking_over = taking_over.filter(|task| !task.is_finished());
                if is_policy_new && taking_over.is_none() {
                    is_policy_new = false;
                    let context = Arc::clone(context);
                    taking_over = Some(tokio::spawn(async move { take_over(&context).await }));
                    pool.adjust();
                }
                pending.add(&context.let_in_or_log().await);
                if taking_over.is_none() {
                    // Before polls are started: where many sources are due, nothing is idle afterwards.
                    pending.add(&pruner.beat(context, pool.is_idle() && pending.is_empty()).await);
                }
                take_up_asked(context, &mut pool, &mut asked).await;
                start_due(context, &mut pool).await;
                let decided = settle(context).await;
                if decided != Touched::default() {
                    settling.hasten();
                    pending.add(&decided);
                }
                pending.add(&learner.beat(context, taking_over.is_none()).await);
            }
        }
        answer_asked(context, &pool, &mut asked, &mut pending).await;
        publish_due(context, &pool, &mut touched_by_push, &mut pending).await;
        context.code_settled(&mut settling, running.elapsed()).await;
    }
    tracing::info!("the worker stops");
    if let Some(task) = taking_over {
        // It works in batches, each applied whole; the next start goes on where it ended.
        task.abort();
    }
    let was_learning = learner.stop();
    await_tasks([("pushing", pushing), ("the calendar", keeping)]).await;
    take_rest(&mut pool, &mut touched_by_push, &mut pending).await;
    publish_rest(context, &mut pending, was_learning).await;
    Ok(())
}

/// Publishes what has waited long enough, or all that waits when nothing else is to be done.
async fn publish_due(
    context: &Context,
    pool: &PollPool,
    pushed: &mut mpsc::UnboundedReceiver<Touched>,
    pending: &mut Pending,
) {
    let is_idle = pool.is_idle();
    if !(pending.is_due() || pending.is_archive_due() || (is_idle && !pending.is_empty())) {
        return;
    }
    let owed = read_owed(context).await;
    // What a push applied before that is in the channel.
    while let Ok(touched) = pushed.try_recv() {
        pending.add(&touched);
    }
    publish(context, pending).await;
    if is_idle || pending.is_archive_due() {
        publish_archives(context, pending).await;
    }
    if is_idle && pending.is_empty() {
        note_published(context, owed).await;
    }
}

async fn await_tasks(tasks: [(&str, JoinHandle<()>); 2]) {
    for (what, task) in tasks {
        if let Err(error) = task.await {
            tracing::error!("the task of {what} died: {error}");
        }
    }
}

/// What was under way when the worker was stopped.
async fn take_rest(pool: &mut PollPool, pushed: &mut mpsc::UnboundedReceiver<Touched>, pending: &mut Pending) {
    while let Ok(touched) = pushed.try_recv() {
        pending.add(&touched);
    }
    while let Some(polled) = pool.next().await {
        pending.add(&polled.touched);
    }
}

/// Tells whoever asked for a pass once it is done and what changed is published.
async fn answer_asked(context: &Arc<Context>, pool: &PollPool, asked: &mut Option<AskedPass>, pending: &mut Pending) {
    let Some(done) = asked.take_if(|asked| asked.is_done(pool)) else { return };
    publish(context, pending).await;
    if let Err(error) = done.answer(context).await {
        tracing::error!("the process that asked for a pass could not be answered: {error:#}");
    }
}

/// Publishes what waits before the worker ends.
async fn publish_rest(context: &Context, pending: &mut Pending, was_learning: bool) {
    let owed = read_owed(context).await;
    publish(context, pending).await;
    publish_archives(context, pending).await;
    if let Err(error) = context.code_documents().await {
        tracing::error!("documents could not be coded: {error:#}");
    }
    if pending.is_empty() && !was_learning {
        note_published(context, owed).await;
    }
}

async fn take_over(context: &Context) {
    let done = async {
        context.take_over().await?;
        context.publish_all().await
    };
    match done.await {
        Ok(()) => {
            let version = context.load_compiled().policy.version.clone();
            tracing::info!(policy.version = version, "policy {version} is in force");
        }
        Err(error) => tracing::error!("the new policy is not taken over: {error:#}"),
    }
}

/// Starts a pass that another process asks for, unless one is under way.
async fn take_up_asked(context: &Context, pool: &mut PollPool, asked: &mut Option<AskedPass>) {
    if asked.is_some() {
        return;
    }
    match AskedPass::take_up(context, pool).await {
        Ok(pass) => *asked = pass,
        Err(error) => tracing::error!("what other processes ask for could not be taken up: {error:#}"),
    }
}

async fn start_due(context: &Context, pool: &mut PollPool) {
    if context.look_for_room().is_some() || context.health.is_paused(context.clock.now()) {
        return;
    }
    let due: Vec<SourceId> = match context.store.due(context.clock.now()).await {
        Ok(due) => due,
        Err(error) => {
            tracing::error!("due sources could not be read: {error}");
            return;
        }
    };
    if due.is_empty() {
        if pool.is_idle()
            && let Err(error) = context.note_first_pass().await
        {
            tracing::error!("the end of the first pass could not be noted: {error:#}");
        }
        return;
    }
    let compiled = context.load_compiled();
    let enabled = due.iter().filter_map(|id| compiled.source(id)).filter(|source| source.enabled);
    enabled.for_each(|source| pool.start(source));
}

async fn settle(context: &Context) -> Touched {
    context.settle().await.unwrap_or_else(|error| {
        tracing::error!("decisions could not be settled: {error:#}");
        Touched::default()
    })
}

/// Publishes what waits; what cannot be published waits on.
async fn publish(context: &Context, pending: &mut Pending) {
    let touched = pending.take();
    if let Err(error) = context.publish_touched(&touched).await {
        tracing::error!("what changed could not be published: {error:#}");
        pending.add(&touched);
    }
    pending.note_published();
}

/// As [`publish`], for archives.
async fn publish_archives(context: &Context, pending: &mut Pending) {
    let months = pending.take_months();
    if let Err(error) = context.publish_archives(&months).await {
        tracing::error!("archives could not be published: {error:#}");
        pending.add(&Touched { months: months.into_iter().collect(), ..Touched::default() });
    }
}

/// The last change that documents owe. Read while no judgement is under way, so that what it touches has been said.
async fn read_owed(context: &Context) -> Option<u64> {
    let _turn = context.judging.lock().await;
    context.store.find_unpublished().await.unwrap_or_else(|error| {
        tracing::error!("what is not published yet could not be read: {error}");
        None
    })
}

async fn note_published(context: &Context, owed: Option<u64>) {
    if let Err(error) = context.store.note_published(owed).await {
        tracing::error!("that all is published could not be noted: {error:#}");
    }
}
