//! A document that a hub brought: its signature is checked, then it goes the way of a polled one.

use crate::worker::commit::commit;
use crate::worker::context::Context;
use crate::worker::poll::UnjudgedPoll;
use anyhow::Result;
use plenary_fetch::Stopwatch;
use plenary_ingest::interval::RHYTHM_NEWS;
use plenary_ingest::push::is_signed;
use plenary_model::change::Touched;
use plenary_model::poll::Received;
use plenary_model::push::{Arrival, Subscription, SubscriptionState};

/// Reads what came; returns what readers see differently. Nothing for what is not to be trusted.
pub(super) async fn read(context: &Context, arrival: Arrival) -> Result<Option<Touched>> {
    let Some(subscription) = context.store.subscription(&arrival.token).await? else { return Ok(None) };
    let is_good = arrival.signature.as_deref().is_some_and(|s| is_signed(s, &subscription.secret, &arrival.body));
    let now = context.clock.now();
    if !is_good {
        let source = &subscription.source;
        tracing::warn!(source.id = %source, "the document that its hub brought of {source} is ignored: bad signature");
        let count = |s: &mut Subscription| s.bad_signatures = s.bad_signatures.saturating_add(1);
        context.store.change_subscription(&arrival.token, count).await?;
        return Ok(None);
    }
    if subscription.state != SubscriptionState::Active {
        return Ok(None);
    }
    let compiled = context.load_compiled();
    let Some(source) = compiled.policy.source(&subscription.source).filter(|source| source.enabled) else {
        return Ok(None);
    };
    let mut remembered = context.store.remembered(vec![source.id.clone()], RHYTHM_NEWS).await?;
    let Some(remembered) = remembered.remove(&source.id) else { return Ok(None) };
    let received = Received { body: arrival.body, content_type: arrival.content_type };
    let watch = Stopwatch::start();
    match UnjudgedPoll::from_push(context, source.clone(), remembered, received, &subscription.topic, watch).await? {
        Ok(unjudged) => {
            // Only now that it could be read, and before the next poll is set: such a source is polled less often.
            context.store.change_subscription(&arrival.token, move |s| s.pushed_at = Some(now)).await?;
            Ok(Some(commit(context, unjudged, None).await?.touched))
        }
        Err(cause) => {
            // The next poll gets the document itself; the source is not to blame for its hub.
            tracing::warn!(source.id = %source.id, "the document that its hub brought of {} failed: {cause}", source.id);
            let note = format!("what it brought cannot be read: {cause}");
            context.store.change_subscription(&arrival.token, move |s| s.note = note).await?;
            Ok(None)
        }
    }
}
