//! The loop of pushing, both ways.

use super::crew::Crew;
use super::{arrival, hub, subscriber};
use crate::worker::context::Context;
use crate::worker::poll_pool::wait_for_stop;
use anyhow::Result;
use plenary_model::change::Touched;
use plenary_model::push::Push;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;

/// How often the store is asked what is to do.
const BEAT: Duration = Duration::from_secs(1);
/// Beats from one look at what all sources announce to the next: it is the dearest, and the least in haste.
const BEATS_PER_LOOK: u32 = 5;

/// Messages under way at once: questions to callbacks that anybody may name, documents brought to those that
/// answered, and what we ask of hubs ourselves. Apart, so that none waits for another.
const VERIFYING_MAX: usize = 8;
const DELIVERING_MAX: usize = 32;
const OWN_MAX: usize = 8;

struct Crews {
    verifying: Crew,
    delivering: Crew,
    own: Crew,
}

/// Works until `stop`. What documents brought by hubs changed is sent to `touched`.
pub(in crate::worker) async fn run(
    context: Arc<Context>,
    touched: mpsc::UnboundedSender<Touched>,
    mut stop: watch::Receiver<bool>,
) {
    let mut crews =
        Crews { verifying: Crew::new(VERIFYING_MAX), delivering: Crew::new(DELIVERING_MAX), own: Crew::new(OWN_MAX) };
    let mut beats: u32 = 0;
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = wait_for_stop(&mut stop) => return,
            _ = beat.tick() => {}
        }
        for crew in [&mut crews.verifying, &mut crews.delivering, &mut crews.own] {
            crew.reap();
        }
        match Box::pin(step(&context, &mut crews, &touched, beats.is_multiple_of(BEATS_PER_LOOK))).await {
            Ok(()) => beats = beats.wrapping_add(1),
            Err(error) => tracing::error!("pushing failed: {error:#}"),
        }
    }
}

async fn step(
    context: &Arc<Context>,
    crews: &mut Crews,
    touched: &mpsc::UnboundedSender<Touched>,
    is_look_due: bool,
) -> Result<()> {
    let compiled = context.load_compiled();
    let Push { hub, external, subscribe } = &compiled.policy.push;
    if *hub {
        hub::verify(context, &mut crews.verifying).await?;
        hub::distribute(context, &mut crews.delivering).await?;
    }
    if let Some(external) = external {
        hub::ping(context, &mut crews.own, external).await?;
    }
    if is_look_due {
        subscriber::keep(context, &mut crews.own, *subscribe).await?;
    }
    if context.health.is_full() {
        return Ok(());
    }
    while let Some(arrival) = context.store.take_arrival().await? {
        if let Some(change) = Box::pin(arrival::read(context, arrival)).await? {
            // The loop that publishes outlives this one.
            let _ = touched.send(change);
        }
    }
    Ok(())
}
