//! Our hub: verifies intent at the callback and brings changes to it (`WebSub` 5.3 and 7); and the hub elsewhere that
//! is told of them.

use super::crew::{Crew, retry_at};
use super::form::{FORM, form, with_query};
use crate::worker::context::Context;
use anyhow::Result;
use plenary_fetch::origin_of;
use plenary_ingest::push::signature;
use plenary_model::push::{Delivery, HUB_PATH, HubMode, HubRequest, PendingRequest, Ping};
use std::sync::Arc;

/// Taken from the store at once, of each kind.
const BATCH: usize = 256;
/// Times a callback that does not answer is asked about its intent.
const VERIFICATIONS_MAX: u32 = 3;
/// Times a document is brought to a callback that does not take it: about four hours. Then the subscriber waits for the
/// next change, or for the end of its lease.
const DELIVERIES_MAX: u32 = 9;
/// Times the hub elsewhere is told of one change.
const PINGS_MAX: u32 = 12;

/// Asks the callbacks of new requests whether they are meant.
pub(super) async fn verify(context: &Arc<Context>, crew: &mut Crew) -> Result<()> {
    let now = context.clock.now();
    context.store.expire_subscribers(now).await?;
    for (topic, callback) in context.store.list_lost_subscribers().await? {
        // The document is gone: the subscriber is told once, and forgotten whether it heard or not.
        context.store.end_subscriber(&topic, &callback).await?;
        let context = Arc::clone(context);
        crew.start(&callback.clone(), format!("deny {topic} {callback}"), async move {
            deny(&context, &topic, &callback, "there is no such document any more").await;
            Ok(())
        });
    }
    for pending in context.store.hub_requests(now, BATCH).await? {
        let subject = format!("verify {} {}", pending.request.topic, pending.request.callback);
        let context = Arc::clone(context);
        crew.start(&pending.request.callback.clone(), subject, async move { verify_one(&context, pending).await });
    }
    Ok(())
}

async fn verify_one(context: &Context, pending: PendingRequest) -> Result<()> {
    let PendingRequest { request, attempts } = pending;
    if request.mode == HubMode::Subscribe
        && let Some(why) = find_refusal(context, &request).await?
    {
        context.store.close_hub_request(&request, false, context.clock.now()).await?;
        deny(context, &request.topic, &request.callback, why).await;
        return Ok(());
    }
    let compiled = context.load_compiled();
    let (topic, challenge) = (format!("{}{}", compiled.policy.network.address, request.topic), (context.secret)()?);
    let lease = request.lease.as_secs().to_string();
    let mut fields = vec![("hub.mode", request.mode.as_str()), ("hub.topic", &topic), ("hub.challenge", &challenge)];
    if request.mode == HubMode::Subscribe {
        fields.push(("hub.lease_seconds", &lease));
    }
    let told = compiled.messenger.tell(&with_query(&request.callback, &fields), &[], None).await;
    let now = context.clock.now();
    let is_silent = told.status.is_none_or(|status| status >= 500) && !told.is_refused();
    if is_silent && attempts + 1 < VERIFICATIONS_MAX {
        context.store.delay_hub_request(&request, retry_at(now, attempts, told.retry_after)).await?;
        return Ok(());
    }
    let verified = told.is_success() && told.body == challenge.as_bytes();
    context.store.close_hub_request(&request, verified, now).await?;
    log(&request, verified, &told.words());
    Ok(())
}

/// Why a subscription is not kept. An archive may be tens of megabytes, and says nothing that the current document did
/// not say before.
async fn find_refusal(context: &Context, request: &HubRequest) -> Result<Option<&'static str>> {
    if plenary_publish::is_archive(&request.topic) {
        return Ok(Some("archives are not pushed: subscribe to the current document of the feed"));
    }
    Ok(context.store.hub_refusal(request).await?)
}

fn log(request: &HubRequest, verified: bool, words: &str) {
    tracing::info!(
        push.mode = request.mode.as_str(),
        push.topic = request.topic,
        push.host = request.host(),
        push.verified = verified,
        push.answer = words,
        "request of {} to {} {}: {}, {words}",
        request.host(),
        request.mode.as_str(),
        request.topic,
        if verified { "verified" } else { "not verified" }
    );
}

/// Tells a callback that it is not, or no longer, subscribed (`WebSub` 5.2).
async fn deny(context: &Context, topic: &str, callback: &str, why: &str) {
    let compiled = context.load_compiled();
    let topic = format!("{}{topic}", compiled.policy.network.address);
    let fields = [("hub.mode", "denied"), ("hub.topic", topic.as_str()), ("hub.reason", why)];
    let told = compiled.messenger.tell(&with_query(callback, &fields), &[], None).await;
    tracing::info!(push.topic = topic, push.answer = told.words(), "a subscription to {topic} is denied: {why}");
}

/// Brings documents that changed to those who have not got them.
pub(super) async fn distribute(context: &Arc<Context>, crew: &mut Crew) -> Result<()> {
    for delivery in context.store.deliveries(context.clock.now(), BATCH).await? {
        let subject = format!("bring {} {}", delivery.topic, delivery.callback);
        let context = Arc::clone(context);
        crew.start(&delivery.callback.clone(), subject, async move { bring(&context, delivery).await });
    }
    Ok(())
}

async fn bring(context: &Context, delivery: Delivery) -> Result<()> {
    let Some(edition) = context.store.edition(&delivery.topic).await? else { return Ok(()) };
    let compiled = context.load_compiled();
    let address = &compiled.policy.network.address;
    let links = format!("<{address}{HUB_PATH}>; rel=\"hub\", <{address}{}>; rel=\"self\"", delivery.topic);
    let signed = delivery.secret.as_ref().map(|secret| signature(secret, &edition.identity));
    let mut fields = vec![("content-type", edition.media_type.as_str()), ("link", links.as_str())];
    if let Some(signed) = &signed {
        fields.push(("x-hub-signature", signed));
    }
    // What is brought is what is stored now, which may be newer than what was asked for.
    let delivery = Delivery { digest: edition.digest.clone(), ..delivery };
    let told = compiled.messenger.tell(&delivery.callback, &fields, Some(edition.identity)).await;
    let now = context.clock.now();
    if told.is_success() {
        context.store.note_delivered(&delivery).await?;
    } else if told.status == Some(410) || told.is_refused() {
        context.store.end_subscriber(&delivery.topic, &delivery.callback).await?;
    } else if delivery.attempts + 1 >= DELIVERIES_MAX {
        context.store.note_delivered(&delivery).await?;
    } else {
        context.store.delay_delivery(&delivery, retry_at(now, delivery.attempts, told.retry_after)).await?;
    }
    let host = plenary_model::link::host_of(&delivery.callback).unwrap_or_default();
    if told.is_success() {
        tracing::debug!(push.topic = delivery.topic, push.host = host, "{} was brought to {host}", delivery.topic);
    } else {
        let words = told.words();
        tracing::warn!(
            push.topic = delivery.topic,
            push.host = host,
            "{} was not brought to {host}: {words}",
            delivery.topic
        );
    }
    Ok(())
}

/// Tells the hub elsewhere which documents changed, each once however often it changed meanwhile.
pub(super) async fn ping(context: &Arc<Context>, crew: &mut Crew, hub: &str) -> Result<()> {
    for ping in context.store.pings(context.clock.now(), BATCH).await? {
        let (context, hub) = (Arc::clone(context), hub.to_owned());
        crew.start(&hub.clone(), format!("ping {}", ping.topic), async move { ping_one(&context, &hub, ping).await });
    }
    Ok(())
}

async fn ping_one(context: &Context, hub: &str, ping: Ping) -> Result<()> {
    let compiled = context.load_compiled();
    let topic = format!("{}{}", compiled.policy.network.address, ping.topic);
    // Hubs disagree on the name of the second field; those that know one ignore the other.
    let body = form(&[("hub.mode", "publish"), ("hub.url", &topic), ("hub.topic", &topic)]);
    let told = compiled.messenger.tell(hub, &[FORM], Some(body)).await;
    let is_over = told.is_success() || told.is_refused() || ping.attempts + 1 >= PINGS_MAX;
    if !told.is_success() {
        let words = told.words();
        let hub = origin_of(hub);
        tracing::warn!(push.hub = hub, push.topic = topic, "the hub {hub} did not take the news of {topic}: {words}");
    }
    let next = (!is_over).then(|| retry_at(context.clock.now(), ping.attempts, told.retry_after));
    Ok(context.store.note_ping(&ping, next).await?)
}
