//! Our subscriptions at the hubs that sources announce: made, renewed before they end, and ended when the source leaves
//! the policy or announces another hub.

use super::crew::{Crew, retry_at};
use super::form::{FORM, form};
use crate::worker::context::Context;
use anyhow::Result;
use chrono::{DateTime, Utc};
use plenary_fetch::origin_of;
use plenary_model::poll::PollState;
use plenary_model::push::{CALLBACK_PATH, Subscription, SubscriptionState};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// The lease that we ask for.
const LEASE_WANTED: Duration = Duration::from_hours(7 * 24);
/// How long a hub has to verify before it is asked again.
const VERIFY_WITHIN: Duration = Duration::from_hours(1);
/// How long a refusal holds before the hub is asked again.
const DENIED_FOR: Duration = Duration::from_hours(24);
/// How many times a hub is asked to end a subscription; then the lease ends by itself.
const LEAVING_MAX: u32 = 3;

pub(super) async fn keep(context: &Arc<Context>, crew: &mut Crew, is_on: bool) -> Result<()> {
    let compiled = context.load_compiled();
    let mut kept: HashMap<_, Subscription> =
        context.store.subscriptions().await?.into_iter().map(|s| (s.source.clone(), s)).collect();
    if !is_on && kept.is_empty() {
        return Ok(());
    }
    let now = context.clock.now();
    if is_on {
        let states = context.store.poll_states().await?;
        let is_polled = |state: &&PollState| {
            compiled.policy.source(&state.source).is_some_and(|source| source.enabled) && !state.gone
        };
        for state in states.iter().filter(is_polled) {
            let Some((hub, topic)) = find_announced(state) else { continue };
            let known = kept.remove(&state.source);
            match known {
                Some(known) if known.hub == hub && known.topic == topic => ask(context, crew, known, now),
                Some(known) => leave(context, crew, known, now).await?,
                None => {
                    let new = Subscription {
                        source: state.source.clone(),
                        hub,
                        topic,
                        token: (context.secret)()?,
                        secret: (context.secret)()?,
                        state: SubscriptionState::Asked,
                        lease_until: None,
                        next_at: now,
                        attempts: 0,
                        pushed_at: None,
                        bad_signatures: 0,
                        note: String::new(),
                    };
                    context.store.put_subscription(new.clone()).await?;
                    ask(context, crew, new, now);
                }
            }
        }
    }
    for left in kept.into_values() {
        leave(context, crew, left, now).await?;
    }
    Ok(())
}

/// The hub that a source announces and the address it goes by there.
fn find_announced(state: &PollState) -> Option<(String, String)> {
    let meta = state.meta.as_ref()?;
    let own = meta.links.iter().find(|link| link.rel == "self").map(|link| link.href.clone());
    Some((meta.hub.clone()?, own.or_else(|| state.address.clone())?))
}

/// Asks the hub when its turn has come: at first, before the lease ends, after a refusal or silence.
fn ask(context: &Arc<Context>, crew: &mut Crew, subscription: Subscription, now: DateTime<Utc>) {
    if subscription.next_at > now {
        return;
    }
    let context = Arc::clone(context);
    crew.start(&subscription.hub.clone(), format!("subscribe {}", subscription.source), async move {
        ask_one(&context, subscription).await
    });
}

async fn ask_one(context: &Context, subscription: Subscription) -> Result<()> {
    let now = context.clock.now();
    // Before it is asked: a hub may verify before it answers, and must not find an old wait.
    let until = now + VERIFY_WITHIN;
    context.store.change_subscription(&subscription.token, move |s| s.next_at = until).await?;
    let told = request(context, &subscription, "subscribe").await;
    let attempts = subscription.attempts;
    let (note, next) = if told.is_success() {
        ("asked; the hub has not verified yet".to_owned(), None)
    } else {
        let wait = if told.is_refused() { now + DENIED_FOR } else { retry_at(now, attempts, told.retry_after) };
        (format!("the hub did not take the request: {}", told.words()), Some(wait))
    };
    let (source, hub) = (&subscription.source, origin_of(&subscription.hub));
    if told.is_success() {
        tracing::info!(source.id = %source, push.hub = hub, "subscription to {source} at {hub}: {note}");
    } else {
        tracing::warn!(source.id = %source, push.hub = hub, "subscription to {source} at {hub} failed: {note}");
    }
    context
        .store
        .change_subscription(&subscription.token, move |s| match next {
            Some(next) => (s.note, s.next_at, s.attempts) = (note, next, attempts.saturating_add(1)),
            // Verified meanwhile: that is the newer word.
            None if s.next_at != until => {}
            None => s.note = note,
        })
        .await?;
    Ok(())
}

async fn request(context: &Context, subscription: &Subscription, mode: &str) -> plenary_fetch::Told {
    let compiled = context.load_compiled();
    let callback = format!("{}{CALLBACK_PATH}{}", compiled.policy.network.address, subscription.token);
    let lease = LEASE_WANTED.as_secs().to_string();
    let body = form(&[
        ("hub.mode", mode),
        ("hub.topic", &subscription.topic),
        ("hub.callback", &callback),
        ("hub.lease_seconds", &lease),
        ("hub.secret", &subscription.secret),
    ]);
    compiled.messenger.tell(&subscription.hub, &[FORM], Some(body)).await
}

/// Ends a subscription: one that the hub never verified at once, others when the hub has asked back.
async fn leave(context: &Arc<Context>, crew: &mut Crew, subscription: Subscription, now: DateTime<Utc>) -> Result<()> {
    let is_over = subscription.lease_until.is_none_or(|until| until <= now) || subscription.attempts >= LEAVING_MAX;
    let is_leaving = subscription.state == SubscriptionState::Leaving;
    if is_over && (is_leaving || subscription.lease_until.is_none()) {
        return Ok(context.store.drop_subscription(&subscription.token).await?);
    }
    if !is_leaving {
        let begin = move |s: &mut Subscription| (s.state, s.next_at, s.attempts) = (SubscriptionState::Leaving, now, 0);
        context.store.change_subscription(&subscription.token, begin).await?;
    } else if subscription.next_at <= now {
        let context = Arc::clone(context);
        crew.start(&subscription.hub.clone(), format!("leave {}", subscription.source), async move {
            let told = request(&context, &subscription, "unsubscribe").await;
            let next = retry_at(context.clock.now(), subscription.attempts, told.retry_after);
            context
                .store
                .change_subscription(&subscription.token, move |s| (s.next_at, s.attempts) = (next, s.attempts + 1))
                .await?;
            Ok(())
        });
    }
    Ok(())
}
